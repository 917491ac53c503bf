//! Last year's lists, as communes have them: looked through first, brought in afterwards, and never guessed at.
//!
//! In: a workbook or CSV file with one row a member (form 2.3: three header rows, merged cells, headings of hamlets
//! between the data, the birth year in one of two columns by sex). Out: first a report of what would change, row by row;
//! then, for the same bytes and an unchanged register, just that.

use crate::{Desk, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

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
    /// The status of its households: `poor` or `near_poor`, where no column tells.
    pub status: &'a str,
    /// From which day the statuses hold.
    pub valid_from: Date,
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
    /// What differs, in words.
    pub differences: Vec<String>,
}

/// A row that cannot be brought in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ImportProblem {
    /// The row in the file, from 1.
    pub row: u32,
    /// The column's heading or letter.
    pub column: String,
    /// What is wrong and what to do, in Vietnamese and English.
    pub message: [String; 2],
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
}

impl Desk {
    /// Looks a file through: what it would do, and what is in the way.
    pub async fn plan_import(&self, file: &ImportFile<'_>) -> Result<ImportPlan> {
        todo!()
    }

    /// Brings a file in, as planned. All or nothing, in one transaction.
    ///
    /// # Errors
    /// [`RegistryError::Conflict`](crate::RegistryError::Conflict) when the plan is not what would be done now.
    pub async fn run_import(&self, file: &ImportFile<'_>, plan: &str) -> Result<Imported> {
        todo!()
    }
}
