//! People known to an OpenID provider. Who ties an account to one of them decides who may be its owner from then on, so
//! only the owner does: in a session that began with the password and, where the role decides or a second factor is set
//! up, has given it. Managers may untie.

use super::manage::end_sessions;
use super::sessions::print;
use super::{Account, NewSession, attempts};
use crate::ledger::{self, Change};
use crate::store::{Query, sql, text};
use crate::{Desk, Register, RegistryError, Result};
use serde_json::json;

/// How an account is tied to a person known to a provider.
fn openid(issuer: &str, subject: &str) -> String {
    json!([issuer, subject]).to_string()
}

impl Register {
    /// Signs in somebody whom an OpenID provider vouches for, by the provider's issuer and subject. `strong` when the
    /// provider says that a second factor was used.
    ///
    /// # Errors
    /// [`RegistryError::SignIn`] when no active account is tied to this person.
    pub async fn sign_in_openid(&self, issuer: &str, subject: &str, strong: bool) -> Result<NewSession> {
        let id = {
            let mut connection = self.store().read().await?;
            sql("SELECT id FROM account WHERE oidc = $1 AND active = 1", [openid(issuer, subject).into()])
                .first(&mut connection, |row| text(row, 0))
                .await?
        };
        attempts::sweep(self).await?;
        self.begin(&id.ok_or(RegistryError::SignIn)?, strong, None).await
    }

    /// Whether the session of a token may tie its account to a person known to a provider; the account.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the session ended; [`RegistryError::PasswordDue`];
    /// [`RegistryError::Illegal`] when it did not begin with the password; [`RegistryError::NeedsSecondFactor`].
    pub async fn may_tie_openid(&self, token: &str) -> Result<Account> {
        let session = self.session(token).await?.ok_or(RegistryError::NotFound)?;
        let account = session.account;
        if account.must_change_password {
            return Err(RegistryError::PasswordDue);
        }
        if !session.by_password {
            return Err(RegistryError::Illegal {
                step: "tying to a provider",
                why: "sign out and sign in with your password first".into(),
            });
        }
        if (account.second_factor || account.role.needs_second_factor()) && !session.actor.strong {
            return Err(RegistryError::NeedsSecondFactor);
        }
        Ok(account)
    }

    /// Ties the account of a session to a person known to an OpenID provider, who was vouched for in this session's
    /// browser. The account's other sessions end.
    ///
    /// # Errors
    /// As [`may_tie_openid`](Self::may_tie_openid); [`RegistryError::Exists`] when that person has an account already.
    pub async fn tie_openid(&self, token: &str, issuer: &str, subject: &str) -> Result<()> {
        let account = self.may_tie_openid(token).await?;
        let id = account.id.as_str();
        let oidc = openid(issuer, subject);
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        let taken = sql("SELECT id FROM account WHERE oidc = $1", [oidc.as_str().into()])
            .first(&mut tx, |row| text(row, 0))
            .await?;
        if taken.is_some_and(|taken| taken != id) {
            return Err(RegistryError::Exists { what: "an account of this person".into() });
        }
        sql("UPDATE account SET version = version + 1, oidc = $2 WHERE id = $1", [id.into(), oidc.as_str().into()])
            .run(&mut tx)
            .await?;
        let others = Query::new("DELETE FROM session WHERE account = ").bind(id).push(" AND token <> ");
        others.bind(print(token)).run(&mut tx).await?;
        let statement = json!({
            "login": account.login,
            "issuer": issuer,
            "subject_print": self.keys().print("openid subject", &oidc),
        });
        let content = ledger::store(&mut tx, &statement).await?;
        let change = Change { author: id, kind: "openid", subject: id, content: &content };
        ledger::append(&mut tx, ledger::REGISTER, self.clock().now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl Desk {
    /// Unties an account from the person known to a provider: another's as far as one may manage it, or one's own. Its
    /// sessions end.
    pub async fn untie_openid(&self, id: &str) -> Result<()> {
        let own = id == self.actor.id;
        if !own {
            self.may_manage()?;
        }
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        let account = if own { self.own_account(&mut tx).await? } else { self.changeable(&mut tx, id).await? };
        let untied = "UPDATE account SET version = version + 1, oidc = NULL WHERE id = $1 AND oidc IS NOT NULL";
        if sql(untied, [id.into()]).run(&mut tx).await? == 0 {
            // Nothing was tied: nobody is signed out for it.
            return Ok(());
        }
        end_sessions(&mut tx, id).await?;
        self.record(&mut tx, "openid_untied", &account).await?;
        tx.commit().await?;
        Ok(())
    }
}
