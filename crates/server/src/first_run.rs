//! A register without accounts gets its first administrator from whoever starts it.

use vuon_registry::accounts::{Account, NewAccount};
use vuon_registry::scope::{Actor, Role};
use vuon_registry::{Register, RegistryError, Result};

/// Makes the first account, which keeps accounts and areas.
///
/// # Errors
/// [`RegistryError::Exists`] when there are accounts already: then an administrator makes others.
pub async fn first_administrator(register: &Register, login: &str, name: &str, password: &str) -> Result<Account> {
    if register.has_accounts().await? {
        return Err(RegistryError::Exists { what: "an account".into() });
    }
    let new = NewAccount {
        login: login.into(),
        name: name.into(),
        role: Role::Administrator,
        area: None,
        hamlet: None,
        password: password.into(),
    };
    register.desk(Actor::operator()).add_account(&new).await
}
