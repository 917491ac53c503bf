//! Accounts: who may sign in, how, and as what.
//!
//! A password is kept as its Argon2id hash; the second factor is a time-based code (RFC 6238) whose secret is sealed; a
//! session's token is known to the browser alone, the database has its hash. Failures are counted and lock the account
//! for a time; which of name and password was wrong is never told, and takes the same time.

use crate::page::{Page, PageRequest};
use crate::scope::{Actor, Role};
use crate::{Desk, Register, Result};
use serde::{Deserialize, Serialize};

/// An account, without its secrets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The area it reaches (`list:code`); nothing: all of the register (ministry, auditor, administrator).
    pub area: Option<String>,
    /// The hamlet, for an enumerator of one.
    pub hamlet: Option<String>,
    /// Whether it may sign in.
    pub active: bool,
    /// Whether a second factor is set up.
    pub second_factor: bool,
}

/// What a new account is.
#[derive(Clone, Debug, Deserialize)]
pub struct NewAccount {
    /// The name to sign in with: lower-case letters, digits, `.`, `-`, `_`.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The area.
    pub area: Option<String>,
    /// The hamlet.
    pub hamlet: Option<String>,
    /// The first password, at least twelve characters.
    pub password: String,
}

/// A second factor to be set up: shown once.
#[derive(Clone, Debug)]
pub struct NewSecondFactor {
    /// What the person types where no picture can be read.
    pub secret: String,
    /// What the picture (QR code) says.
    pub url: String,
}

/// A session just begun.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// For the browser's cookie alone.
    pub token: String,
    /// Where the session stands.
    pub signed_in: SignedIn,
}

/// Somebody's session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who; `strong` once the second factor was given.
    pub actor: Actor,
    /// The account.
    pub account: Account,
    /// What forms of this session must carry.
    pub csrf: String,
}

impl Register {
    /// Whether there is any account yet.
    pub async fn has_accounts(&self) -> Result<bool> {
        todo!()
    }

    /// Signs in with name and password. The session is not strong yet.
    ///
    /// # Errors
    /// [`RegistryError::SignIn`](crate::RegistryError::SignIn), [`RegistryError::Locked`](crate::RegistryError::Locked).
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<NewSession> {
        todo!()
    }

    /// Signs in somebody whom an OpenID provider vouches for, by the provider's issuer and subject. `strong` when the
    /// provider says that a second factor was used.
    pub async fn sign_in_openid(&self, issuer: &str, subject: &str, strong: bool) -> Result<NewSession> {
        todo!()
    }

    /// Gives the second factor of a session; a code is good once.
    pub async fn give_second_factor(&self, token: &str, code: &str) -> Result<SignedIn> {
        todo!()
    }

    /// The session of a token, if it is still good: twelve hours, one hour without use.
    pub async fn session(&self, token: &str) -> Result<Option<SignedIn>> {
        todo!()
    }

    /// Ends a session.
    pub async fn sign_out(&self, token: &str) -> Result<()> {
        todo!()
    }

    /// The answer given before to a request with this idempotency key: status and body. `print` is a hash of the request.
    ///
    /// # Errors
    /// [`RegistryError::Conflict`](crate::RegistryError::Conflict) when the same key came with another request.
    pub async fn answered(&self, account: &str, key: &str, print: &str) -> Result<Option<(u16, String)>> {
        todo!()
    }

    /// Keeps the answer to a request.
    pub async fn keep_answer(&self, account: &str, key: &str, print: &str, status: u16, body: &str) -> Result<()> {
        todo!()
    }
}

impl Desk {
    /// The accounts within reach.
    pub async fn accounts(&self, page: &PageRequest) -> Result<Page<Account>> {
        todo!()
    }

    /// An account within reach.
    pub async fn account(&self, id: &str) -> Result<Account> {
        todo!()
    }

    /// Makes an account. Nobody gives more power or a wider area than they have.
    pub async fn add_account(&self, new: &NewAccount) -> Result<Account> {
        todo!()
    }

    /// Switches an account on or off; its sessions end.
    pub async fn set_active(&self, id: &str, active: bool) -> Result<()> {
        todo!()
    }

    /// Gives another person's account a new first password; its sessions end.
    pub async fn reset_password(&self, id: &str, password: &str) -> Result<()> {
        todo!()
    }

    /// Changes one's own password.
    pub async fn change_password(&self, old: &str, new: &str) -> Result<()> {
        todo!()
    }

    /// Begins to set up one's own second factor; [`confirm_second_factor`](Self::confirm_second_factor) ends it.
    pub async fn new_second_factor(&self) -> Result<NewSecondFactor> {
        todo!()
    }

    /// Sets up the second factor whose secret was shown, when the code from the device proves that it arrived there.
    pub async fn confirm_second_factor(&self, secret: &str, code: &str) -> Result<()> {
        todo!()
    }

    /// Ties an account to a person known to an OpenID provider.
    pub async fn link_openid(&self, id: &str, issuer: &str, subject: &str) -> Result<()> {
        todo!()
    }
}
