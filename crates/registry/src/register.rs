//! The open register, and a person's desk in it.

use crate::accounts::{PasswordCost, Passwords};
use crate::clock::Clock;
use crate::keys::Keys;
use crate::ledger::{self, Change};
use crate::rounds::RoundRow;
use crate::scope::{Action, Actor, Reach};
use crate::store::{Store, insert_new, maybe, sql, text};
use crate::{RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use vuon_policy::Library;
use vuon_policy::calendar::Day;
use vuon_policy::model::PackLevel;
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
    /// The library's packs, by id.
    programs: Mutex<HashMap<String, Arc<Program>>>,
    /// The packs of rounds, as they were when those opened: by id and hash.
    kept: Mutex<HashMap<(String, String), Arc<Program>>>,
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
        let inner =
            Inner { store, keys, clock, library, programs: Mutex::default(), kept: Mutex::default(), passwords };
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

    /// The ids of the packs that are here.
    pub fn pack_ids(&self) -> Vec<String> {
        self.inner.library.ids()
    }

    /// A policy pack by its id, read once.
    ///
    /// # Errors
    /// [`RegistryError::Pack`].
    pub fn program(&self, id: &str) -> Result<Arc<Program>> {
        let unusable = |why: String| RegistryError::Pack { pack: id.to_owned(), why };
        if id.contains(['/', '\\', '.']) {
            return Err(unusable("a pack of a register is named by its id, not by a path".into()));
        }
        let mut programs = lock(&self.inner.programs);
        if let Some(program) = programs.get(id) {
            return Ok(program.clone());
        }
        let program = self.inner.library.load(id).map_err(|e| unusable(e.to_string()))?;
        programs.insert(id.to_owned(), program.clone());
        Ok(program)
    }

    /// A pack as it was when a round opened under it: from the library where it is still the same, else from what the
    /// register kept. The days of rest are no rules of the round: years that it did not know are those of the pack that is
    /// here now.
    ///
    /// # Errors
    /// [`RegistryError::Pack`] when it is neither here nor there.
    pub(crate) async fn program_as(
        &self,
        connection: &mut AnyConnection,
        id: &str,
        hash: &str,
    ) -> Result<Arc<Program>> {
        if let Some(program) = self.program_known(id, hash) {
            return Ok(program);
        }
        let unusable = |why: String| RegistryError::Pack { pack: id.to_owned(), why };
        let files = sql("SELECT files FROM pack WHERE id = $1 AND hash = $2", [id.into(), hash.into()]);
        let files = files.first(connection, |row| text(row, 0)).await?;
        let gone = || unusable("as it was when the round opened, it is neither here nor in the register".into());
        let kept = serde_json::from_str(&files.ok_or_else(gone)?).map_err(|_| unusable("it is damaged".into()))?;
        let mut program = Library::of_kept(kept).load(id).map_err(|e| unusable(e.to_string()))?;
        if program.hash != hash {
            return Err(unusable("what the register kept of it is not what its hash says".into()));
        }
        let here = self.program(id).ok();
        let announced = here.as_ref().and_then(|here| here.pack.holidays.as_ref());
        if let (Some(known), Some(announced)) = (Arc::make_mut(&mut program).pack.holidays.as_mut(), announced) {
            known.complete(announced);
        }
        lock(&self.inner.kept).insert((id.to_owned(), hash.to_owned()), program.clone());
        Ok(program)
    }

    /// As [`program_as`](Self::program_as), if it need not be asked of the database.
    fn program_known(&self, id: &str, hash: &str) -> Option<Arc<Program>> {
        let kept = lock(&self.inner.kept).get(&(id.to_owned(), hash.to_owned())).cloned();
        kept.or_else(|| self.program(id).ok().filter(|program| program.hash == hash))
    }

    /// Keeps a pack with those it extends, once, so that a round goes on under it whatever becomes of its files.
    pub(crate) async fn keep_program(&self, connection: &mut AnyConnection, program: &Program) -> Result<()> {
        let (id, hash) = (program.pack.id.value.as_str(), program.hash.as_str());
        let unusable = |why: String| RegistryError::Pack { pack: id.to_owned(), why };
        let there = sql("SELECT COUNT(*) FROM pack WHERE id = $1 AND hash = $2", [id.into(), hash.into()]);
        if there.count(connection).await? > 0 {
            return Ok(());
        }
        let kept = self.inner.library.keep(id).map_err(|e| unusable(e.to_string()))?;
        if Library::of_kept(kept.clone()).load(id).map_err(|e| unusable(e.to_string()))?.hash != hash {
            return Err(unusable("its files were changed since the program began: start it again".into()));
        }
        let files = serde_json::to_string(&kept).map_err(|e| unusable(e.to_string()))?;
        let row = [id.into(), hash.into(), files.into(), self.clock().now().into()];
        insert_new(connection, "pack (id, hash, files, at)", [row]).await?;
        Ok(())
    }

    /// A pack whose statuses can be kept here: it says which of them are lists'.
    ///
    /// # Errors
    /// [`RegistryError::Pack`], also when it marks none.
    pub fn listing_program(&self, id: &str) -> Result<Arc<Program>> {
        let program = self.program(id)?;
        if program.pack.statuses.iter().all(|status| status.list.is_none()) {
            let why = "none of its statuses is marked as a list's: add `list: poor` or `list: near_poor` to statuses in \
                       classification.yaml";
            return Err(RegistryError::Pack { pack: id.to_owned(), why: why.into() });
        }
        Ok(program)
    }

    /// The standard of a day: the national pack in force that has a procedure.
    pub fn standard(&self, day: Date) -> Option<Arc<Program>> {
        let day = Day::from_date(day);
        self.pack_ids().into_iter().filter_map(|id| self.program(&id).ok()).find(|program| {
            let pack = &program.pack;
            pack.level == PackLevel::National && pack.process.is_some() && program.in_force_on(day)
        })
    }

    /// A setting of this register, such as `demo` or `area_list`.
    pub async fn setting(&self, name: &str) -> Result<Option<String>> {
        let mut connection = self.store().read().await?;
        let found =
            sql("SELECT value FROM setting WHERE name = $1", [name.into()]).first(&mut connection, |r| maybe(r, 0));
        Ok(found.await?.flatten())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// The pack of a round as it was when the round opened, for its words.
    pub async fn round_pack(&self, round: &RoundRow) -> Result<Arc<Program>> {
        if let Some(program) = self.register.program_known(&round.pack, &round.pack_hash) {
            return Ok(program);
        }
        let mut connection = self.store().read().await?;
        self.register.program_as(&mut connection, &round.pack, &round.pack_hash).await
    }

    /// The standard of a status: the pack that is here, else the last of its id under which a round was opened.
    pub async fn standard(&self, id: &str) -> Result<Arc<Program>> {
        let here = self.register.program(id);
        if here.is_ok() {
            return here;
        }
        let mut connection = self.store().read().await?;
        let hash = sql("SELECT hash FROM pack WHERE id = $1 ORDER BY at DESC, hash LIMIT 1", [id.into()]);
        match hash.first(&mut connection, |row| text(row, 0)).await? {
            Some(hash) => self.register.program_as(&mut connection, id, &hash).await,
            None => here,
        }
    }

    /// The database.
    pub fn store(&self) -> &Store {
        self.register.store()
    }

    pub(crate) fn keys(&self) -> &Keys {
        self.register.keys()
    }

    /// Encrypts a text for a place in the database; it opens nowhere else.
    pub fn seal(&self, place: &str, text: &str) -> String {
        self.keys().seal(place, text)
    }

    /// A keyed print of a value: always the same, and nobody without the key can tell whose it is.
    pub fn print(&self, kind: &str, value: &str) -> String {
        self.keys().print(kind, value)
    }

    /// Opens what [`seal`](Self::seal) encrypted for the place.
    ///
    /// # Errors
    /// [`RegistryError::Damaged`] when it was not.
    pub fn unseal(&self, place: &str, sealed: &str) -> Result<String> {
        Ok(self.keys().open(place, sealed)?.to_string())
    }

    /// Now, in microseconds since 1970 (UTC).
    pub fn now(&self) -> i64 {
        self.register.clock().now()
    }

    /// Today.
    pub fn today(&self) -> jiff::civil::Date {
        self.register.clock().today()
    }

    /// Changes a setting, which holds for everybody: whoever keeps the areas of all does.
    pub async fn set(&self, name: &'static str, value: &str) -> Result<()> {
        self.actor.may(Action::ManageAreas)?;
        if self.actor.reach != Reach::Everything {
            return Err(RegistryError::Forbidden { action: Action::ManageAreas.words() });
        }
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
