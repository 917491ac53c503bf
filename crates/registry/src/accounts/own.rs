//! What people change of their own account: password, second factor.

use super::manage::end_sessions;
use super::sessions::{code_tries, codes, password_tries, sealed_for, step_of};
use super::{NewSecondFactor, attempts, passwords};
use crate::keys::random;
use crate::ledger::{self, Change};
use crate::store::{maybe, sql, text};
use crate::{Desk, RegistryError, Result};
use totp_rs::Secret;

impl Desk {
    /// The asker's own login, and what is kept of the password and of the second factor.
    async fn own(&self) -> Result<(String, Option<String>, Option<String>)> {
        let mut connection = self.store().read().await?;
        sql("SELECT login, password, totp FROM account WHERE id = $1 AND active = 1", [self.actor.id.as_str().into()])
            .one(&mut connection, |row| Ok((text(row, 0)?, maybe(row, 1)?, maybe(row, 2)?)))
            .await
    }

    /// Changes one's own password. All sessions of the account end: one signs in again with the new one.
    ///
    /// # Errors
    /// [`RegistryError::SignIn`] when the old one is wrong, [`RegistryError::Locked`] after too many of them.
    pub async fn change_password(&self, old: &str, new: &str) -> Result<()> {
        let (login, hash, _) = self.own().await?;
        passwords::check_new(&login, new)?;
        if new == old {
            return Err(RegistryError::invalid("password", "this is the password there is; take another"));
        }
        let who = password_tries(&self.register, &login);
        attempts::take(&self.register, &who).await?;
        if !self.register.passwords().matches(hash, old).await? {
            return Err(RegistryError::SignIn);
        }
        let hash = self.register.passwords().hash(new).await?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        attempts::forgive(&mut tx, &who).await?;
        let id = self.actor.id.as_str();
        sql(
            "UPDATE account SET version = version + 1, password = $2, must_change = 0 WHERE id = $1",
            [id.into(), hash.into()],
        )
        .run(&mut tx)
        .await?;
        end_sessions(&mut tx, id).await?;
        let content = ledger::store(&mut tx, &serde_json::json!({ "login": login })).await?;
        let change = Change { author: id, kind: "password_changed", subject: id, content: &content };
        ledger::append(&mut tx, ledger::REGISTER, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whoever has a second factor and did not give it may not put another in its place.
    fn may_replace(&self, present: Option<&str>) -> Result<()> {
        if present.is_some() && !self.actor.strong { Err(RegistryError::NeedsSecondFactor) } else { Ok(()) }
    }

    /// Begins to set up one's own second factor; [`confirm_second_factor`](Self::confirm_second_factor) ends it.
    ///
    /// # Errors
    /// [`RegistryError::NeedsSecondFactor`] when there is one already and it was not given.
    pub async fn new_second_factor(&self) -> Result<NewSecondFactor> {
        let (login, _, present) = self.own().await?;
        self.may_replace(present.as_deref())?;
        let secret = Secret::from(random::<20>().to_vec()).to_base32();
        // A login needs no escaping in an address.
        let url = format!("otpauth://totp/Vuon:{login}?secret={secret}&issuer=Vuon&algorithm=SHA1&digits=6&period=30");
        Ok(NewSecondFactor { secret, url })
    }

    /// Sets up the second factor whose secret was shown, when the code from the device proves that it arrived there. The
    /// same code is good once more, to give it to the session.
    ///
    /// # Errors
    /// [`RegistryError::WrongCode`]; [`RegistryError::NeedsSecondFactor`] when there is one already and it was not given.
    pub async fn confirm_second_factor(&self, secret: &str, code: &str) -> Result<()> {
        let (login, _, _) = self.own().await?;
        let id = self.actor.id.as_str();
        let step = step_of(&self.register, &codes(secret)?, code).ok_or(RegistryError::WrongCode)?;
        let sealed = self.keys().seal(&sealed_for(id), secret);
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        let present =
            sql("SELECT totp FROM account WHERE id = $1", [id.into()]).one(&mut tx, |row| maybe(row, 0)).await?;
        self.may_replace(present.as_deref())?;
        sql(
            "UPDATE account SET version = version + 1, totp = $2, totp_step = $3 WHERE id = $1",
            [id.into(), sealed.into(), (step - 1).into()],
        )
        .run(&mut tx)
        .await?;
        attempts::forgive(&mut tx, &code_tries(&self.register, id)).await?;
        let content = ledger::store(&mut tx, &serde_json::json!({ "login": login })).await?;
        let change = Change { author: id, kind: "second_factor", subject: id, content: &content };
        ledger::append(&mut tx, ledger::REGISTER, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }
}
