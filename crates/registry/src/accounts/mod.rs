//! Accounts: who may sign in, how, and as what.
//!
//! A password is kept as its Argon2id hash; the second factor is a time-based code (RFC 6238) whose secret is sealed; a
//! session's token is known to the browser alone, the database has its hash. Failures are counted and lock the name for
//! a time, whether or not there is such an account; which of name and password was wrong is never told, and takes the
//! same time.
//!
//! * [`sign_in`](crate::Register::sign_in) and what follows: sessions, second factor, OpenID.
//! * Managing accounts: which roles somebody may give and change is a list
//!   ([`Role::may_grant`](crate::scope::Role::may_grant)), the area is never wider than their own. A province makes the
//!   accounts of chairs, whose power it has not: what keeps it out of them is that a password set by somebody else opens
//!   nothing but the page that replaces it, that only the owner ties an account to an OpenID provider, and that every
//!   password set and second factor taken off stands in the ledger with whoever did it.

mod attempts;
mod manage;
mod names;
mod openid;
mod own;
mod passwords;
mod requests;
mod sessions;

pub(crate) use manage::AccountRecord;
pub(crate) use passwords::Passwords;
pub use passwords::{PasswordCost, check_new as check_new_password};
pub use requests::Asked;

use crate::scope::{Actor, Reach, Role};
use crate::store::{int, maybe, text, yes};
use crate::{RegistryError, Result};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

/// An account, without its secrets.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
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
    /// Whether the password was set by somebody else: until the owner sets another, the account opens nothing.
    pub must_change_password: bool,
    /// Whether it is tied to a person known to an OpenID provider.
    pub openid: bool,
    /// For changes: the version that was seen.
    pub version: i64,
}

/// What a new account is.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
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

impl std::fmt::Debug for NewAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewAccount").field("login", &self.login).field("role", &self.role).finish_non_exhaustive()
    }
}

/// A second factor to be set up: shown once.
#[derive(Clone)]
pub struct NewSecondFactor {
    /// What the person types where no picture can be read.
    pub secret: String,
    /// What the picture (QR code) says.
    pub url: String,
}

impl std::fmt::Debug for NewSecondFactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewSecondFactor(..)")
    }
}

/// A session just begun.
#[derive(Clone)]
pub struct NewSession {
    /// For the browser's cookie alone.
    pub token: String,
    /// Where the session stands.
    pub signed_in: SignedIn,
}

impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSession").field("account", &self.signed_in.account.id).finish_non_exhaustive()
    }
}

/// Somebody's session.
#[derive(Clone)]
pub struct SignedIn {
    /// Who; `strong` once the second factor was given.
    pub actor: Actor,
    /// The account.
    pub account: Account,
    /// What forms of this session must carry.
    pub csrf: String,
    /// Whether it began with the password, not by a provider's word.
    pub by_password: bool,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("account", &self.account.id).finish_non_exhaustive()
    }
}

/// The columns that [`account`] reads, of `account a`.
const ACCOUNT: &str =
    "a.id, a.login, a.name, a.role, a.area, a.hamlet, a.active, a.totp, a.must_change, a.oidc, a.version";

/// An account as [`ACCOUNT`] orders its columns.
fn account(row: &AnyRow) -> Result<Account> {
    let role = Role::parse(&text(row, 3)?).ok_or(RegistryError::Damaged { what: "the role of an account".into() })?;
    Ok(Account {
        id: text(row, 0)?,
        login: text(row, 1)?,
        name: text(row, 2)?,
        role,
        area: maybe(row, 4)?,
        hamlet: maybe(row, 5)?,
        active: yes(row, 6)?,
        second_factor: maybe(row, 7)?.is_some(),
        must_change_password: yes(row, 8)?,
        openid: maybe(row, 9)?.is_some(),
        version: int(row, 10)?,
    })
}

/// Whether the area of a role may be of a level; without an area: all of the register.
fn fits(role: Role, level: Option<&str>) -> bool {
    match role {
        Role::Enumerator | Role::CommuneOfficer | Role::CommuneChair => level == Some("commune"),
        Role::District => level == Some("district"),
        Role::Province => level == Some("province"),
        Role::Ministry => level.is_none(),
        Role::Auditor | Role::Administrator => true,
        Role::Public => false,
    }
}

/// The part of the register that an account reaches: by its area's level, and the commune of its hamlet.
fn reach(account: &Account, level: Option<&str>, hamlet_commune: Option<String>) -> Reach {
    if !fits(account.role, level) {
        return Reach::Nothing;
    }
    match (&account.area, level, &account.hamlet) {
        (None, None, None) => Reach::Everything,
        (Some(commune), Some("commune"), Some(hamlet)) if hamlet_commune.as_ref() == Some(commune) => {
            Reach::Hamlet { hamlet: hamlet.clone(), commune: commune.clone() }
        }
        (Some(area), Some("province"), None) => Reach::Province(area.clone()),
        (Some(area), Some("district"), None) => Reach::District(area.clone()),
        (Some(area), Some("commune"), None) => Reach::Commune(area.clone()),
        _ => Reach::Nothing,
    }
}
