//! Accounts made and changed by those who may. The asker's area bounds whom they see; the asker's role bounds whom they
//! may change; a new account never has more than the asker.

use super::sessions::{code_tries, login, password_tries};
use super::{ACCOUNT, Account, NewAccount, account, attempts, fits, passwords};
use crate::areas::{Unit, unit};
use crate::ledger::{self, Change};
use crate::page::{Page, PageRequest};
use crate::scope::{Action, Reach, Role};
use crate::store::{Query, sql, text};
use crate::{Desk, RegistryError, Result, text as names};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

/// What entries say of an account: all but its secrets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct AccountRecord {
    pub login: String,
    pub name: String,
    pub role: Role,
    pub area: Option<String>,
    pub hamlet: Option<String>,
    pub active: bool,
}

impl From<&Account> for AccountRecord {
    fn from(account: &Account) -> Self {
        AccountRecord {
            login: account.login.clone(),
            name: account.name.clone(),
            role: account.role,
            area: account.area.clone(),
            hamlet: account.hamlet.clone(),
            active: account.active,
        }
    }
}

impl Reach {
    /// Adds the condition to a query of `account a` joined with its area `u`.
    fn accounts_within(&self, query: Query) -> Query {
        match self {
            Reach::Everything => query,
            Reach::Province(area) => query.push(" AND u.province = ").bind(area),
            Reach::District(area) => query.push(" AND u.district = ").bind(area),
            Reach::Commune(area) => query.push(" AND u.id = ").bind(area),
            Reach::Hamlet { hamlet, .. } => query.push(" AND a.hamlet = ").bind(hamlet),
            Reach::Nothing => query.push(" AND 1 = 0"),
        }
    }
}

fn accounts() -> Query {
    Query::new("SELECT ").push(ACCOUNT).push(" FROM account a LEFT JOIN area u ON u.id = a.area WHERE 1 = 1")
}

impl Desk {
    /// Who gives power has given the second factor, where the role needs one.
    pub(super) fn may_manage(&self) -> Result<()> {
        self.actor.may(Action::ManageAccounts)?;
        if self.actor.role.needs_second_factor() && !self.actor.strong {
            return Err(RegistryError::NeedsSecondFactor);
        }
        Ok(())
    }

    fn may_grant(&self, role: Role) -> Result<()> {
        let granted = self.actor.role.may_grant(role);
        if granted { Ok(()) } else { Err(RegistryError::Forbidden { action: "manage accounts of this role" }) }
    }

    /// The accounts within reach, by login.
    pub async fn accounts(&self, page: &PageRequest) -> Result<Page<Account>> {
        self.actor.may(Action::ManageAccounts)?;
        let mut query = self.actor.reach.accounts_within(accounts());
        if let Some([after]) = page.key::<1>()? {
            query = query.push(" AND a.login > ").bind(after);
        }
        let mut connection = self.store().read().await?;
        let rows = query.push(" ORDER BY a.login LIMIT ").bind(page.reads()).all(&mut connection, account).await?;
        Ok(Page::of(rows, page, |row| [row.login.clone()]))
    }

    /// An account within reach; one's own always.
    pub async fn account(&self, id: &str) -> Result<Account> {
        let mut query = accounts().push(" AND a.id = ").bind(id);
        if id != self.actor.id {
            self.actor.may(Action::ManageAccounts)?;
            query = self.actor.reach.accounts_within(query);
        }
        let mut connection = self.store().read().await?;
        query.one(&mut connection, account).await
    }

    /// Makes an account. What may be given is [`Role::may_grant`]'s to say, within the asker's area. The owner has to set
    /// a password of their own first; whoever has the machine makes their own account, or a demonstration's.
    ///
    /// # Errors
    /// [`RegistryError::Forbidden`] for a role that the asker may not give, [`RegistryError::NotFound`] for an area out of
    /// reach, [`RegistryError::Exists`] for a login that is taken, [`RegistryError::Invalid`].
    pub async fn add_account(&self, new: &NewAccount) -> Result<Account> {
        self.may_manage()?;
        self.may_grant(new.role)?;
        let login = checked_login(&new.login)?;
        passwords::check_new(&login, &new.password)?;
        let made = Account {
            id: names::new_id(),
            login,
            name: names::name("name", &new.name)?,
            role: new.role,
            area: new.area.clone(),
            hamlet: new.hamlet.clone(),
            active: true,
            second_factor: false,
            must_change_password: !self.actor.is_operator(),
            openid: false,
            version: 1,
        };
        // Before the transaction: it takes a while.
        let hash = self.register.passwords().hash(&new.password).await?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        self.check_area(&mut tx, made.role, made.area.as_deref(), made.hamlet.as_deref()).await?;
        let added = sql(
            "INSERT INTO account (id, login, name, role, area, hamlet, password, must_change, active, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9) ON CONFLICT (login) DO NOTHING",
            [
                made.id.as_str().into(),
                made.login.as_str().into(),
                made.name.as_str().into(),
                made.role.id().into(),
                made.area.clone().into(),
                made.hamlet.clone().into(),
                hash.into(),
                made.must_change_password.into(),
                self.now().into(),
            ],
        )
        .run(&mut tx)
        .await?;
        if added == 0 {
            return Err(RegistryError::Exists { what: format!("the login {}", made.login) });
        }
        self.record(&mut tx, "account", &made).await?;
        tx.commit().await?;
        Ok(made)
    }

    /// Whether an account of a role may have this area and hamlet, and the asker may give them.
    async fn check_area(
        &self,
        connection: &mut AnyConnection,
        role: Role,
        area: Option<&str>,
        hamlet: Option<&str>,
    ) -> Result<()> {
        let wrong_level = || RegistryError::invalid("area", "an account of this role has an area of another level");
        let Some(area) = area else {
            if !fits(role, None) || hamlet.is_some() {
                return Err(wrong_level());
            }
            let all = self.actor.reach == Reach::Everything;
            return if all { Ok(()) } else { Err(RegistryError::NotFound) };
        };
        let unit: Unit = unit(connection, area).await?;
        if !self.actor.reach.covers_unit(&unit) {
            return Err(RegistryError::NotFound);
        }
        if !fits(role, Some(&unit.level)) {
            return Err(wrong_level());
        }
        let Some(hamlet) = hamlet else { return Ok(()) };
        if role != Role::Enumerator {
            return Err(RegistryError::invalid("hamlet", "only an enumerator's account has a hamlet"));
        }
        sql("SELECT id FROM hamlet WHERE id = $1 AND commune = $2", [hamlet.into(), area.into()])
            .one(connection, |row| text(row, 0))
            .await?;
        Ok(())
    }

    /// The asker's own account, as it is now.
    pub(super) async fn own_account(&self, connection: &mut AnyConnection) -> Result<Account> {
        accounts().push(" AND a.id = ").bind(self.actor.id.as_str()).one(connection, account).await
    }

    /// An account that the asker may change, as it is now.
    pub(super) async fn changeable(&self, connection: &mut AnyConnection, id: &str) -> Result<Account> {
        let query = accounts().push(" AND a.id = ").bind(id);
        let found = self.actor.reach.accounts_within(query).one(connection, account).await?;
        self.may_grant(found.role)?;
        Ok(found)
    }

    pub(super) async fn record(
        &self,
        connection: &mut AnyConnection,
        kind: &'static str,
        account: &Account,
    ) -> Result<()> {
        let content = ledger::store(connection, &AccountRecord::from(account)).await?;
        let change = Change { author: &self.actor.id, kind, subject: &account.id, content: &content };
        ledger::append(connection, ledger::REGISTER, self.now(), &[change]).await?;
        Ok(())
    }

    /// An account that the asker may change and that is as it was `seen`, where that is told.
    async fn changeable_as_seen(&self, connection: &mut AnyConnection, id: &str, seen: Option<i64>) -> Result<Account> {
        let found = self.changeable(connection, id).await?;
        if seen.is_some_and(|seen| seen != found.version) {
            return Err(RegistryError::Stale { current: found.version });
        }
        Ok(found)
    }

    /// Switches an account on or off, as it was `seen`; its sessions end.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for one's own: somebody else does it. [`RegistryError::Stale`].
    pub async fn set_active(&self, id: &str, active: bool, seen: Option<i64>) -> Result<Account> {
        self.may_manage()?;
        if id == self.actor.id {
            return Err(RegistryError::invalid("account", "nobody switches the own account off; ask somebody else"));
        }
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        let before = self.changeable_as_seen(&mut tx, id, seen).await?;
        let account = Account { active, version: before.version + 1, ..before };
        sql("UPDATE account SET version = version + 1, active = $2 WHERE id = $1", [id.into(), active.into()])
            .run(&mut tx)
            .await?;
        end_sessions(&mut tx, id).await?;
        self.record(&mut tx, "account_active", &account).await?;
        tx.commit().await?;
        Ok(account)
    }

    /// Gives another person's account a new first password, which opens nothing until its owner has set another; its
    /// sessions end, and a lock after failures is lifted.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for one's own: that is changed with the old one.
    pub async fn reset_password(&self, id: &str, password: &str) -> Result<()> {
        self.may_manage()?;
        if id == self.actor.id {
            return Err(RegistryError::invalid("account", "nobody resets the own password; change it in your account"));
        }
        let hash = self.register.passwords().hash(password).await?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        let account = self.changeable(&mut tx, id).await?;
        passwords::check_new(&account.login, password)?;
        sql(
            "UPDATE account SET version = version + 1, password = $2, must_change = 1 WHERE id = $1",
            [id.into(), hash.into()],
        )
        .run(&mut tx)
        .await?;
        attempts::forgive(&mut tx, &password_tries(&self.register, &account.login)).await?;
        end_sessions(&mut tx, id).await?;
        self.record(&mut tx, "password_reset", &account).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes the second factor off another person's account, whose device is lost; its sessions end.
    pub async fn reset_second_factor(&self, id: &str) -> Result<()> {
        self.may_manage()?;
        if id == self.actor.id {
            return Err(RegistryError::invalid("account", "nobody takes off the own second factor; set up another"));
        }
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        let account = self.changeable(&mut tx, id).await?;
        sql("UPDATE account SET version = version + 1, totp = NULL, totp_step = NULL WHERE id = $1", [id.into()])
            .run(&mut tx)
            .await?;
        attempts::forgive(&mut tx, &code_tries(&self.register, id)).await?;
        end_sessions(&mut tx, id).await?;
        self.record(&mut tx, "second_factor_reset", &account).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives an account another area, as it was `seen`, such as after a reform that split its commune; its sessions end.
    pub async fn move_account(
        &self,
        id: &str,
        area: Option<&str>,
        hamlet: Option<&str>,
        seen: Option<i64>,
    ) -> Result<Account> {
        self.may_manage()?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        let account = self.changeable_as_seen(&mut tx, id, seen).await?;
        self.check_area(&mut tx, account.role, area, hamlet).await?;
        let (area_now, hamlet_now) = (area.map(str::to_owned), hamlet.map(str::to_owned));
        let moved = Account { area: area_now, hamlet: hamlet_now, version: account.version + 1, ..account };
        sql(
            "UPDATE account SET version = version + 1, area = $2, hamlet = $3 WHERE id = $1",
            [id.into(), area.into(), hamlet.into()],
        )
        .run(&mut tx)
        .await?;
        end_sessions(&mut tx, id).await?;
        self.record(&mut tx, "account_moved", &moved).await?;
        tx.commit().await?;
        Ok(moved)
    }
}

pub(super) async fn end_sessions(connection: &mut AnyConnection, account: &str) -> Result<()> {
    sql("DELETE FROM session WHERE account = $1", [account.into()]).run(connection).await?;
    Ok(())
}

fn checked_login(typed: &str) -> Result<String> {
    let login = login(typed);
    let good = (3..=64).contains(&login.len())
        && login.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b));
    if !good {
        let message = "a login has 3 to 64 signs: letters a–z without marks, digits, point, hyphen, underscore";
        return Err(RegistryError::invalid("login", message));
    }
    Ok(login)
}
