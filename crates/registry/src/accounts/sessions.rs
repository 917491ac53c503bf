//! From a name and a password to a session; and from a session to an [`Actor`].

use super::{ACCOUNT, Account, NewSession, SignedIn, account, attempts, reach};
use crate::keys::random;
use crate::scope::Actor;
use crate::store::{Query, int, maybe, sql, text, yes};
use crate::{Register, RegistryError, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;
use totp_rs::{Builder, Secret, Totp};

const HOUR: i64 = 3_600_000_000;
const LONGEST: i64 = 12 * HOUR;
const LONGEST_IDLE: i64 = HOUR;
/// A use is recorded at most once a minute, so that looking at pages writes next to nothing.
const USE_RECORDED_EVERY: i64 = 60_000_000;

/// What the database knows of a token.
pub(super) fn print(token: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(token.as_bytes()))
}

/// A token or form secret that nobody can guess.
fn unguessable() -> String {
    BASE64.encode(random::<32>())
}

/// The name to sign in with, as it is kept.
pub(super) fn login(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// Who is counted when a password is tried.
pub(super) fn password_tries(register: &Register, login: &str) -> String {
    register.keys().print("password tries", login)
}

/// Who is counted when a code is tried.
pub(super) fn code_tries(register: &Register, account: &str) -> String {
    register.keys().print("code tries", account)
}

/// The place a second factor's secret is sealed for.
pub(super) fn sealed_for(account: &str) -> String {
    format!("totp/{account}")
}

/// Codes of six digits, each for half a minute; the one before and the one after are good too.
pub(super) fn codes(secret: &str) -> Result<Totp> {
    let wrong = || RegistryError::invalid("secret", "take it as it was shown");
    let secret = Secret::try_from_base32(secret).map_err(|_| wrong())?;
    Builder::new().with_secret(secret).build().map_err(|_| wrong())
}

/// The half minute a code belongs to, if it is right now.
pub(super) fn step_of(register: &Register, codes: &Totp, code: &str) -> Option<i64> {
    let seconds = u64::try_from(register.clock().now() / 1_000_000).ok()?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    codes.check(&code, seconds).and_then(|step| i64::try_from(step).ok())
}

impl Register {
    /// Whether there is any account yet.
    pub async fn has_accounts(&self) -> Result<bool> {
        let mut connection = self.store().read().await?;
        let found = sql("SELECT id FROM account LIMIT 1", []).first(&mut connection, |row| text(row, 0)).await?;
        Ok(found.is_some())
    }

    /// Signs in with name and password. The session is not strong yet.
    ///
    /// # Errors
    /// [`RegistryError::SignIn`], [`RegistryError::Locked`].
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<NewSession> {
        let login = self::login(login);
        let who = password_tries(self, &login);
        attempts::take(self, &who).await?;
        let found = {
            let mut connection = self.store().read().await?;
            sql("SELECT id, password FROM account WHERE login = $1 AND active = 1", [login.into()])
                .first(&mut connection, |row| Ok((text(row, 0)?, maybe(row, 1)?)))
                .await?
        };
        let (id, hash) = found.map_or((None, None), |(id, hash)| (Some(id), hash));
        let right = self.passwords().matches(hash, password).await?;
        let id = id.filter(|_| right).ok_or(RegistryError::SignIn)?;
        attempts::sweep(self).await?;
        self.begin(&id, false, Some(&who)).await
    }

    /// Begins a session; `tries` are those of the password that opened it, which are forgiven.
    pub(super) async fn begin(&self, account: &str, strong: bool, tries: Option<&str>) -> Result<NewSession> {
        let token = unguessable();
        let now = self.clock().now();
        let mut tx = self.store().write().await?;
        if let Some(tries) = tries {
            attempts::forgive(&mut tx, tries).await?;
        }
        let csrf = form_secret(&mut tx, account).await?;
        sql(
            "INSERT INTO session (token, account, csrf, strong, by_password, created_at, used_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                print(&token).into(),
                account.into(),
                csrf.into(),
                strong.into(),
                tries.is_some().into(),
                now.into(),
                now.into(),
                (now + LONGEST).into(),
            ],
        )
        .run(&mut tx)
        .await?;
        tx.commit().await?;
        let signed_in = self.session(&token).await?.ok_or(RegistryError::SignIn)?;
        Ok(NewSession { token, signed_in })
    }

    /// The session of a token, if it is still good: twelve hours, one hour without use.
    pub async fn session(&self, token: &str) -> Result<Option<SignedIn>> {
        let now = self.clock().now();
        let token = print(token);
        let found = {
            let mut connection = self.store().read().await?;
            find(&mut connection, &token).await?
        };
        let Some(found) = found else { return Ok(None) };
        if !found.account.active || now >= found.expires_at || now - found.used_at > LONGEST_IDLE {
            return Ok(None);
        }
        if now - found.used_at > USE_RECORDED_EVERY {
            let mut tx = self.store().write().await?;
            sql("UPDATE session SET used_at = $2 WHERE token = $1", [token.into(), now.into()]).run(&mut tx).await?;
            tx.commit().await?;
        }
        Ok(Some(found.signed_in()))
    }

    /// Gives the second factor of a session; a code is good once. The session goes on under another token: whoever saw
    /// the weak one has nothing.
    ///
    /// # Errors
    /// [`RegistryError::WrongCode`]; [`RegistryError::Locked`] after too many of them; [`RegistryError::NotFound`] when the
    /// session ended, or no second factor is set up.
    pub async fn give_second_factor(&self, token: &str, code: &str) -> Result<NewSession> {
        let signed_in = self.session(token).await?.ok_or(RegistryError::NotFound)?;
        let id = &signed_in.account.id;
        let sealed = {
            let mut connection = self.store().read().await?;
            sql("SELECT totp FROM account WHERE id = $1", [id.into()]).one(&mut connection, |row| maybe(row, 0)).await?
        };
        let secret = self.keys().open(&sealed_for(id), &sealed.ok_or(RegistryError::NotFound)?)?;
        let who = code_tries(self, id);
        attempts::take(self, &who).await?;
        let step = step_of(self, &codes(&secret)?, code).ok_or(RegistryError::WrongCode)?;
        let mut tx = self.store().write().await?;
        let first = sql(
            "UPDATE account SET totp_step = $2 WHERE id = $1 AND (totp_step IS NULL OR totp_step < $3)",
            [id.into(), step.into(), step.into()],
        )
        .run(&mut tx)
        .await?;
        if first == 0 {
            return Err(RegistryError::WrongCode);
        }
        attempts::forgive(&mut tx, &who).await?;
        let new = unguessable();
        let renewed = [print(token).into(), print(&new).into()];
        sql("UPDATE session SET strong = 1, token = $2 WHERE token = $1", renewed).run(&mut tx).await?;
        tx.commit().await?;
        let signed_in = self.session(&new).await?.ok_or(RegistryError::NotFound)?;
        Ok(NewSession { token: new, signed_in })
    }

    /// Ends a session.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        let mut tx = self.store().write().await?;
        sql("DELETE FROM session WHERE token = $1", [print(token).into()]).run(&mut tx).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What forms must carry: as in the account's session before, if that one ended by itself, so that what is typed in a page
/// still open can be sent after signing in again. A session that somebody ended leaves nothing behind.
async fn form_secret(connection: &mut AnyConnection, account: &str) -> Result<String> {
    let before = sql("SELECT csrf FROM session WHERE account = $1 ORDER BY created_at DESC LIMIT 1", [account.into()]);
    Ok(before.first(connection, |row| text(row, 0)).await?.unwrap_or_else(unguessable))
}

/// A row of `session` with its account.
struct Found {
    account: Account,
    reach: crate::scope::Reach,
    csrf: String,
    strong: bool,
    by_password: bool,
    used_at: i64,
    expires_at: i64,
}

impl Found {
    fn signed_in(self) -> SignedIn {
        let Found { account, reach, csrf, strong, by_password, .. } = self;
        let actor = Actor::new(account.id.clone(), account.name.clone(), account.role, reach, strong);
        SignedIn { actor, account, csrf, by_password }
    }
}

async fn find(connection: &mut AnyConnection, token: &str) -> Result<Option<Found>> {
    Query::new("SELECT ")
        .push(ACCOUNT)
        .push(
            ", u.level, t.commune, s.csrf, s.strong, s.by_password, s.used_at, s.expires_at FROM session s \
             JOIN account a ON a.id = s.account LEFT JOIN area u ON u.id = a.area LEFT JOIN hamlet t ON t.id = a.hamlet \
             WHERE s.token = ",
        )
        .bind(token)
        .first(connection, |row| {
            let account = account(row)?;
            Ok(Found {
                reach: reach(&account, maybe(row, 11)?.as_deref(), maybe(row, 12)?),
                csrf: text(row, 13)?,
                strong: yes(row, 14)?,
                by_password: yes(row, 15)?,
                used_at: int(row, 16)?,
                expires_at: int(row, 17)?,
                account,
            })
        })
        .await
}
