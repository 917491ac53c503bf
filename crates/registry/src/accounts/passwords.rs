//! Passwords: hashed with Argon2id, compared in the same time whether or not there is anything to compare with.

use crate::keys::random;
use crate::{RegistryError, Result};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// How much work a password costs, for who signs in and for who guesses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PasswordCost {
    memory_kib: u32,
    passes: u32,
}

impl PasswordCost {
    /// Some 70 ms and 32 MiB on a small server: above the least that OWASP asks for (19 MiB, two passes).
    pub const USUAL: Self = PasswordCost { memory_kib: 32 * 1024, passes: 3 };

    /// Next to nothing: whoever has the database finds such passwords at once. For tests alone.
    pub const LOWEST_FOR_TESTS: Self = PasswordCost { memory_kib: 8, passes: 1 };
}

/// Hashes passwords, few at a time, so that many who sign in at once cannot exhaust the memory.
#[derive(Debug)]
pub(crate) struct Passwords {
    params: Params,
    gate: Semaphore,
}

const AT_ONCE: usize = 4;
const LEAST_LETTERS: usize = 12;
const MOST_BYTES: usize = 400;

fn failed() -> RegistryError {
    RegistryError::Damaged { what: "a password could not be hashed".into() }
}

/// The same password typed on another keyboard has the same bytes.
fn bytes(password: &str) -> Vec<u8> {
    password.nfc().collect::<String>().into_bytes()
}

/// Whether a new password will do for who signs in under a name.
///
/// # Errors
/// [`RegistryError::Invalid`], which says what it must be.
pub fn check_new(login: &str, password: &str) -> Result<()> {
    let wrong = |message| Err(RegistryError::invalid("password", message));
    if password.chars().count() < LEAST_LETTERS {
        return wrong("a password has at least twelve letters; a sentence is easy to keep in mind");
    }
    if password.len() > MOST_BYTES {
        return wrong("a password has at most 400 letters");
    }
    if login.len() > 3 && password.to_lowercase().contains(login) {
        return wrong("a password does not contain the name to sign in with");
    }
    Ok(())
}

impl Passwords {
    /// At a cost.
    pub fn at(cost: PasswordCost) -> Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(|_| failed())?;
        Ok(Passwords { params, gate: Semaphore::new(AT_ONCE) })
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce(Argon2<'static>) -> T + Send + 'static) -> Result<T> {
        let _place = self.gate.acquire().await.map_err(|_| failed())?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params.clone());
        tokio::task::spawn_blocking(move || work(argon2)).await.map_err(|_| failed())
    }

    /// The hash of a password, with its salt and cost.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = bytes(password);
        let hash = self.work(move |argon2| {
            argon2
                .hash_password_with_salt(&password, &random::<16>())
                .map(|hash| hash.to_string())
                .map_err(|_| failed())
        });
        hash.await?
    }

    /// Whether a password is the one that was hashed. Without a hash: no, after the same work.
    pub async fn matches(&self, hash: Option<String>, password: &str) -> Result<bool> {
        if password.len() > MOST_BYTES {
            return Ok(false);
        }
        let password = bytes(password);
        self.work(move |argon2| match hash {
            Some(hash) => argon2.verify_password(&password, hash.as_str()).is_ok(),
            None => {
                let _ = argon2.hash_password_with_salt(&password, &random::<16>());
                false
            }
        })
        .await
    }
}
