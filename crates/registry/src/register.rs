//! The open register, and a person's desk in it.

use crate::accounts::{PasswordCost, Passwords};
use crate::clock::Clock;
use crate::keys::Keys;
use crate::ledger::{self, Change};
use crate::scope::{Action, Actor};
use crate::store::{Store, maybe, sql, text};
use crate::{RegistryError, Result};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use vuon_policy::Library;
use vuon_policy::program::Program;

/// A register: its database, keys, clock and packs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Register {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    keys: Keys,
    clock: Clock,
    library: Library,
    programs: Mutex<HashMap<String, Arc<Program>>>,
    passwords: Passwords,
}

/// What an actor asks the register. Everything goes through the actor's role and reach.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(crate) register: Register,
    pub(crate) actor: Actor,
}

impl Register {
    /// Opens a register, and makes sure that the keys are its own.
    ///
    /// # Errors
    /// [`RegistryError::WrongKey`] when the register was made with other keys.
    pub async fn open(store: Store, keys: Keys, clock: Clock, library: Library) -> Result<Self> {
        Self::open_with_cost(store, keys, clock, library, PasswordCost::USUAL).await
    }

    /// As [`open`](Self::open), with passwords hashed at another cost.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with_cost(
        store: Store,
        keys: Keys,
        clock: Clock,
        library: Library,
        cost: PasswordCost,
    ) -> Result<Self> {
        let mut connection = store.write().await?;
        let public = keys.public();
        let known = sql("SELECT value FROM setting WHERE name = 'public_key'", [])
            .first(&mut connection, |row| text(row, 0))
            .await?;
        match known {
            Some(known) if known != public => return Err(RegistryError::WrongKey),
            Some(_) => {}
            None => {
                sql("INSERT INTO setting (name, value) VALUES ('public_key', $1)", [public.into()])
                    .run(&mut connection)
                    .await?;
            }
        }
        connection.commit().await?;
        let passwords = Passwords::at(cost)?;
        let inner = Inner { store, keys, clock, library, programs: Mutex::default(), passwords };
        Ok(Register { inner: Arc::new(inner) })
    }

    /// The desk of an actor.
    pub fn desk(&self, actor: Actor) -> Desk {
        Desk { register: self.clone(), actor }
    }

    /// The database.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The keys.
    pub(crate) fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    /// Where passwords are hashed.
    pub(crate) fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    /// The public half of the signing key.
    pub fn public_key(&self) -> String {
        self.inner.keys.public()
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// A policy pack by its id, read once.
    ///
    /// # Errors
    /// [`RegistryError::Pack`].
    pub fn program(&self, id: &str) -> Result<Arc<Program>> {
        let unusable = |why: String| RegistryError::Pack { pack: id.to_owned(), why };
        let mut programs = self.inner.programs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(program) = programs.get(id) {
            return Ok(program.clone());
        }
        let program = self.inner.library.load(id).map_err(|e| unusable(e.to_string()))?;
        programs.insert(id.to_owned(), program.clone());
        Ok(program)
    }

    /// A setting of this register, such as `demo` or `area_list`.
    pub async fn setting(&self, name: &str) -> Result<Option<String>> {
        let mut connection = self.store().read().await?;
        let found =
            sql("SELECT value FROM setting WHERE name = $1", [name.into()]).first(&mut connection, |r| maybe(r, 0));
        Ok(found.await?.flatten())
    }
}

impl Desk {
    /// The actor.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The register.
    pub fn register(&self) -> &Register {
        &self.register
    }

    pub(crate) fn store(&self) -> &Store {
        self.register.store()
    }

    pub(crate) fn keys(&self) -> &Keys {
        self.register.keys()
    }

    /// Now.
    pub(crate) fn now(&self) -> i64 {
        self.register.clock().now()
    }

    /// Today.
    pub fn today(&self) -> jiff::civil::Date {
        self.register.clock().today()
    }

    /// Changes a setting.
    pub async fn set(&self, name: &'static str, value: &str) -> Result<()> {
        self.actor.may(Action::ManageAreas)?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        sql(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name.into(), value.into()],
        )
        .run(&mut tx)
        .await?;
        let content = ledger::store(&mut tx, &serde_json::json!({ name: value })).await?;
        let change = Change { author: &self.actor.id, kind: "setting", subject: name, content: &content };
        ledger::append(&mut tx, ledger::REGISTER, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }
}
