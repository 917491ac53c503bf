//! Last year's lists, as communes have them: looked through first, brought in afterwards, and never guessed at.
//!
//! In: a workbook or CSV file with one row a member (form 2.3: three header rows, merged cells, headings of hamlets
//! between the data, the birth year in one of two columns by sex), or one row a household. Out: first a report of what
//! would change, row by row; then, for the same bytes and an unchanged register, just that.
//!
//! A file goes through four rooms: [`grid`] makes rows of text of it, [`headings`] finds what the columns hold, [`rows`]
//! reads households, [`compare`] looks for them ([`matching`]), their members ([`pairing`]) and numbers ([`identities`]) in
//! the register; [`write`] does what was planned, in one transaction.
//!
//! What always holds: with any problem nothing is brought in; nothing is recorded that the file does not say; what was
//! changed here after the day of the list is not overwritten; the same file again does nothing. That a household is not on
//! a list says nothing of it, unless the list is said to be complete.

mod compare;
mod erased;
mod grid;
mod headings;
mod identities;
mod matching;
mod pairing;
mod present;
mod rows;
mod words;
mod write;

pub use erased::ERASED;

use crate::areas::place_of;
use crate::households::note_taken;
use crate::scope::{Action, Place};
use crate::store::{sql, text};
use crate::{Desk, RegistryError, Result, ledger};
use data_encoding::HEXLOWER;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{Any, AnyConnection, Transaction};

/// A text in Vietnamese and English.
pub type Told = [String; 2];

fn both(vi: &str, en: &str) -> Told {
    [vi.to_owned(), en.to_owned()]
}

/// A file to bring in.
#[derive(Clone, Debug)]
pub struct ImportFile<'a> {
    /// Its name: its ending tells workbook from CSV.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The commune it is about.
    pub commune: &'a str,
    /// The standard (pack) whose statuses it lists.
    pub standard: &'a str,
    /// The status of its households, one of the standard's, where no column tells.
    pub status: &'a str,
    /// From which day the statuses hold.
    pub valid_from: Date,
    /// Whether it is the complete list of its statuses: then it takes off who was listed before and is not on it.
    pub complete: bool,
}

/// What a row would do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportAction {
    /// A household that is not here yet.
    Add,
    /// A household that is here, with other members or status.
    Change,
    /// A household that is here, just so.
    Same,
}

/// A household of the file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ImportHousehold {
    /// Its first row in the file, from 1.
    pub row: u32,
    /// Its code, where the file has one.
    pub code: Option<String>,
    /// The head's name.
    pub name: String,
    /// How many members.
    pub persons: usize,
    /// What would be done.
    pub action: ImportAction,
    /// What differs, and what to know, in Vietnamese and English.
    #[schema(value_type = Vec<[String; 2]>)]
    pub differences: Vec<Told>,
}

/// A household that is listed and not on a complete list, which takes it off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ImportAbsent {
    /// The household.
    pub household: String,
    /// Its code.
    pub code: String,
    /// The head's name.
    pub name: String,
    /// What it was listed as.
    pub status: String,
}

/// A row that cannot be brought in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ImportProblem {
    /// The row in the file, from 1.
    pub row: u32,
    /// The column's heading or letter.
    pub column: String,
    /// What is wrong and what to do, in Vietnamese and English.
    #[schema(value_type = [String; 2])]
    pub message: Told,
}

/// What an import would do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ImportPlan {
    /// The hash of the file and of what it would do: given back, it makes sure that just this is done.
    pub plan: String,
    /// Rows read, of which headings.
    pub rows: u32,
    /// Households.
    pub households: Vec<ImportHousehold>,
    /// Whom a complete list takes off.
    pub absent: Vec<ImportAbsent>,
    /// Problems; with any, nothing is brought in.
    pub problems: Vec<ImportProblem>,
    /// Whether this very file was brought in before: nothing will be done.
    pub already: bool,
}

/// What an import did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct Imported {
    /// Households added.
    pub added: u64,
    /// Households changed.
    pub changed: u64,
    /// Households that were so already.
    pub same: u64,
    /// Persons added.
    pub persons: u64,
    /// Households taken off the list.
    pub taken_off: u64,
}

impl Desk {
    /// Looks a file through: what it would do, and what is in the way. Nothing is written.
    pub async fn plan_import(&self, file: &ImportFile<'_>) -> Result<ImportPlan> {
        self.actor.may(Action::Import)?;
        let sheets = sheets(file).await?;
        let mut tx = self.store().snapshot().await?;
        Ok(self.planned(&mut tx, file, sheets).await?.plan)
    }

    /// Brings a file in, as planned. All or nothing, in one transaction.
    ///
    /// # Errors
    /// [`RegistryError::Conflict`](crate::RegistryError::Conflict) when the plan is not what would be done now;
    /// [`RegistryError::Invalid`](crate::RegistryError::Invalid) when somebody out of reach has a number of the list, which
    /// looking it through does not tell: an entry says who asked.
    pub async fn run_import(&self, file: &ImportFile<'_>, plan: &str) -> Result<Imported> {
        self.actor.may(Action::Import)?;
        let (mut tx, mut planned) = self.held(file).await?;
        if planned.plan.plan != plan {
            return Err(RegistryError::Conflict);
        }
        if let Some(problem) = planned.plan.problems.first().map(refused) {
            self.note_pairs_of(&mut tx, &mut planned).await?;
            tx.commit().await?;
            return Err(problem);
        }
        self.carry_out(tx, file, &planned).await
    }

    /// Looks a file through and brings it in, unless there is a problem: for whoever looks at the plan afterwards.
    ///
    /// # Errors
    /// As [`run_import`](Self::run_import).
    pub async fn import_at_once(&self, file: &ImportFile<'_>) -> Result<(ImportPlan, Option<Imported>)> {
        self.actor.may(Action::Import)?;
        let (mut tx, mut planned) = self.held(file).await?;
        if !planned.plan.problems.is_empty() {
            self.note_pairs_of(&mut tx, &mut planned).await?;
            tx.commit().await?;
            return Ok((planned.plan, None));
        }
        let done = self.carry_out(tx, file, &planned).await?;
        Ok((planned.plan, Some(done)))
    }

    /// What would be done, in a transaction in which nobody else changes the commune.
    async fn held(&self, file: &ImportFile<'_>) -> Result<(Transaction<'static, Any>, Planned)> {
        let sheets = sheets(file).await?;
        let mut tx = self.store().write().await?;
        ledger::hold(&mut tx, file.commune).await?;
        let planned = self.planned(&mut tx, file, sheets).await?;
        Ok((tx, planned))
    }

    /// Notes the pairs that numbers of the list hint at, the commune's chain being held.
    async fn note_pairs_of(&self, tx: &mut AnyConnection, planned: &mut Planned) -> Result<()> {
        let mut noted = Vec::new();
        for number in std::mem::take(&mut planned.compared.taken) {
            let household = number.household.clone();
            if note_taken(tx, &planned.place, number).await? {
                noted.push(household);
            }
        }
        if noted.is_empty() {
            return Ok(());
        }
        self.tell_pairs(tx, &planned.place.commune, &serde_json::json!({ "refused": noted })).await
    }

    async fn carry_out(
        &self,
        mut tx: Transaction<'static, Any>,
        file: &ImportFile<'_>,
        planned: &Planned,
    ) -> Result<Imported> {
        let same = planned.plan.households.iter().filter(|h| h.action == ImportAction::Same).count() as u64;
        if planned.plan.already {
            return Ok(Imported { same: planned.plan.households.len() as u64, ..Imported::default() });
        }
        let elsewhere = identities::elsewhere(&mut tx, &planned.compared, &planned.present, self.keys()).await?;
        if let Some((problem, taken)) = elsewhere {
            // Said alike whether there are pairs or not.
            for number in taken {
                note_taken(&mut tx, &planned.place, number).await?;
            }
            let content = serde_json::json!({ "file": planned.print, "row": problem.row, "why": "identity" });
            let content = ledger::store(&mut tx, &content).await?;
            let author = &self.actor.id;
            let change = ledger::Change { author, kind: "import_refused", subject: file.commune, content: &content };
            ledger::append(&mut tx, file.commune, self.now(), &[change]).await?;
            tx.commit().await?;
            return Err(refused(&problem));
        }
        let mut done = write::write(self, &mut tx, file, planned).await?;
        done.same = same;
        tx.commit().await?;
        Ok(done)
    }

    /// What would be done, as the register stands in this transaction.
    async fn planned(&self, tx: &mut AnyConnection, file: &ImportFile<'_>, sheets: Sheets) -> Result<Planned> {
        let place = place_of(tx, file.commune, None).await?;
        self.actor.may_at(Action::Import, &place)?;
        if file.valid_from > self.today() {
            let why = "a list of a day to come cannot be known";
            return Err(RegistryError::Day { field: "valid_from", day: file.valid_from, why });
        }
        let program = self.register.listing_program(file.standard)?;
        if !program.pack.statuses.iter().any(|s| s.id.value == file.status) {
            let known: Vec<&str> = program.pack.statuses.iter().map(|s| s.id.value.as_str()).collect();
            return Err(RegistryError::invalid("status", format!("use one of: {}", known.join(", "))));
        }
        let words = words::Words::of(&program);
        let print = print(file);
        let before =
            sql("SELECT id FROM import WHERE commune = $1 AND file = $2", [file.commune.into(), (&print).into()]);
        let already = before.first(tx, |row| text(row, 0)).await?.is_some();
        let list = rows::read(file, sheets, &words);
        let present = present::Present::load(tx, &place, file).await?;
        let mut compared = compare::compare(file, list, &present, &words);
        identities::compare(tx, file, &mut compared, &present, self.keys()).await?;
        let plan = compared.plan(&present, &print, already);
        Ok(Planned { plan, place, print, compared, present })
    }
}

/// The sheets of a file, or what is wrong with it.
type Sheets = std::result::Result<Vec<grid::Sheet>, ImportProblem>;

/// Reads a file, beside those that answer others meanwhile.
async fn sheets(file: &ImportFile<'_>) -> Result<Sheets> {
    let (name, bytes) = (file.name.to_owned(), file.bytes.to_owned());
    let read = tokio::task::spawn_blocking(move || grid::sheets(&name, &bytes));
    read.await.map_err(|_| RegistryError::Damaged { what: "the reading of a file broke off".into() })
}

fn refused(problem: &ImportProblem) -> RegistryError {
    RegistryError::invalid(format!("{} {}", problem.row, problem.column), problem.message.join(" / "))
}

/// What would be done, with all that is needed to do it.
struct Planned {
    plan: ImportPlan,
    place: Place,
    print: String,
    compared: compare::Compared,
    present: present::Present,
}

/// The hash of a file and of what it is said to be.
fn print(file: &ImportFile<'_>) -> String {
    let day = file.valid_from.to_string();
    let mut hash = Sha256::new();
    for part in
        ["vuon/import/1".as_bytes(), file.bytes, file.standard.as_bytes(), file.status.as_bytes(), day.as_bytes()]
    {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    // The same file as a complete list is another thing to do.
    if file.complete {
        hash.update(b"complete");
    }
    HEXLOWER.encode(&hash.finalize())
}
