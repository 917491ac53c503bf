//! What people have learnt: the modules of the training that an account completed, each under the pack as it was then.
//!
//! The room above knows the exercises and compares; here stands that somebody completed a module, with its entry. A pack
//! that changes has another hash, so what was learnt before it is out of date, and stays on record. The setting
//! `training` names modules of packs without which nobody decides under these; it is empty unless somebody sets it.

use crate::ledger::{self, Change};
use crate::rounds::RoundRow;
use crate::store::{Query, day, insert_new, maybe, sql, text};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use std::collections::BTreeSet;
use vuon_policy::program::Program;

/// The setting that names the modules without which nobody decides, as `pack/module` with commas between them.
const REQUIRED: &str = "training";

/// A module, completed.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Completed {
    /// Its id.
    pub module: String,
    /// The id of the pack it is about.
    pub pack: String,
    /// The content of the pack.
    pub pack_hash: String,
    /// When.
    #[schema(value_type = String, format = Date)]
    pub done_on: Date,
}

/// How an account stands with a module.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Completed under the pack as it is.
    Current,
    /// Completed, before the pack changed.
    OutOfDate,
    /// Not completed.
    Missing,
}

/// The rows as [`Completed`] has them.
const COLUMNS: &str = "SELECT module, pack, pack_hash, done_on FROM training WHERE account = ";

impl Desk {
    /// The modules that the asker completed, the latest first.
    pub async fn own_training(&self) -> Result<Vec<Completed>> {
        self.trained(&mut *self.store().read().await?).await
    }

    async fn trained(&self, connection: &mut AnyConnection) -> Result<Vec<Completed>> {
        let query = Query::new(COLUMNS).bind(&self.actor.id).push(" ORDER BY at DESC, module");
        query
            .all(connection, |row| {
                Ok(Completed {
                    module: text(row, 0)?,
                    pack: text(row, 1)?,
                    pack_hash: text(row, 2)?,
                    done_on: day(row, 3)?,
                })
            })
            .await
    }

    /// Records that the asker completed a module of a pack as it is here. Done twice, it counts once.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for whoever has no account.
    pub async fn complete_module(&self, pack: &str, module: &str) -> Result<Completed> {
        let program = self.register.program(pack)?;
        let done = Completed {
            module: module.to_owned(),
            pack: pack.to_owned(),
            pack_hash: program.hash.clone(),
            done_on: self.today(),
        };
        let id = self.actor.id.as_str();
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, ledger::REGISTER).await?;
        sql("SELECT id FROM account WHERE id = $1 AND active = 1", [id.into()])
            .one(&mut tx, |row| text(row, 0))
            .await?;
        let before = self.trained(&mut tx).await?;
        let same = |known: &Completed| known.module == done.module && known.pack_hash == done.pack_hash;
        if let Some(known) = before.into_iter().find(same) {
            return Ok(known);
        }
        let content = ledger::store(&mut tx, &done).await?;
        let row = [
            id.into(),
            module.into(),
            pack.into(),
            done.pack_hash.as_str().into(),
            done.done_on.into(),
            content.as_str().into(),
            self.now().into(),
        ];
        insert_new(&mut tx, "training (account, module, pack, pack_hash, done_on, content, at)", [row]).await?;
        let change = Change { author: id, kind: "training", subject: id, content: &content };
        ledger::append(&mut tx, ledger::REGISTER, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// How the asker stands with modules for the pack of a round: learnt for the pack as it was when the round opened, or
    /// as it is now, is up to date.
    pub async fn standing_in(&self, round: &RoundRow, modules: &[String]) -> Result<Vec<Standing>> {
        let own = self.own_training().await?;
        Ok(modules.iter().map(|module| self.standing_of(&own, round, module)).collect())
    }

    fn standing_of(&self, own: &[Completed], round: &RoundRow, module: &str) -> Standing {
        let now = self.register.program(&round.pack).ok();
        let current = |hash: &str| hash == round.pack_hash || now.as_ref().is_some_and(|program| program.hash == hash);
        let mut of_module = own.iter().filter(|done| done.module == module).peekable();
        if of_module.peek().is_none() {
            Standing::Missing
        } else if of_module.any(|done| current(&done.pack_hash)) {
            Standing::Current
        } else {
            Standing::OutOfDate
        }
    }

    /// The modules without which nobody decides, as `pack/module`.
    pub async fn required_modules(&self) -> Result<BTreeSet<String>> {
        required(&mut *self.store().read().await?).await
    }

    /// Says without which modules nobody decides, as `pack/module`.
    ///
    /// # Errors
    /// As [`set`](Self::set).
    pub async fn require_modules(&self, modules: &BTreeSet<String>) -> Result<()> {
        let value: Vec<&str> = modules.iter().map(String::as_str).collect();
        self.set(REQUIRED, &value.join(",")).await
    }

    /// Whoever decides knows the pack, where the register asks for it.
    pub(crate) async fn knows_pack(&self, connection: &mut AnyConnection, round: &RoundRow) -> Result<()> {
        let required = required(connection).await?;
        if required.is_empty() {
            return Ok(());
        }
        let program = self.register.program_as(connection, &round.pack, &round.pack_hash).await?;
        let required = of_pack(&required, &program);
        let own = self.trained(connection).await?;
        let open = |module: &&String| self.standing_of(&own, round, module) != Standing::Current;
        let missing: Vec<&str> = required.iter().filter(open).map(String::as_str).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let why = format!("complete these modules of the training first: {}", missing.join(", "));
        Err(RegistryError::Illegal { step: "the decision", why })
    }
}

/// Of the modules that are required, the ids of those of a pack: its own, and those of the national one it extends. What
/// another pack has, nobody can learn under this one.
pub fn of_pack(required: &BTreeSet<String>, program: &Program) -> BTreeSet<String> {
    let national = program.national.as_ref().map_or_else(BTreeSet::new, |national| of_pack(required, national));
    let own = required.iter().filter_map(|both| both.split_once('/'));
    let own = own.filter(|(pack, _)| *pack == program.pack.id.value).map(|(_, module)| module.to_owned());
    own.chain(national).collect()
}

async fn required(connection: &mut AnyConnection) -> Result<BTreeSet<String>> {
    let value = sql("SELECT value FROM setting WHERE name = $1", [REQUIRED.into()]);
    let value = value.first(connection, |row| maybe(row, 0)).await?.flatten().unwrap_or_default();
    Ok(value.split(',').map(str::trim).filter(|module| !module.is_empty()).map(str::to_owned).collect())
}
