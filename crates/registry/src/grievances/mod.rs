//! Grievances: complaints that anybody files without an account, before they are a complaint about a case.
//!
//! Whoever files names a household in their own words; it is not looked up, so nothing can be found out by filing. They
//! get a code, of which the register keeps a keyed print alone. What they wrote is sealed: the database by itself tells
//! nobody who complained, nor once the officer of the commune took it up as a complaint about a case: the complaint names
//! the sealed content, and its deadline counts from the day of filing. Or the officer answers why not. By the code one follows the state and what the officer wrote for
//! whoever follows; never a household, nor its status.

pub(crate) mod records;

mod file;
mod handle;

use crate::cases::ComplaintKind;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A grievance to file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct NewGrievance {
    /// The commune.
    pub commune: String,
    /// What it says.
    pub kind: ComplaintKind,
    /// Its words.
    pub text: String,
    /// Which household it is about, as the filer writes it.
    pub household: String,
    /// How the filer wants to be answered, beside the code; empty if not at all.
    pub contact: String,
}

/// What the filer takes away.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The code, in groups of letters and digits. The register cannot show it again.
    pub code: String,
    /// The day of filing.
    pub received_on: Date,
    /// By when the household must be checked, should the grievance be taken up; nothing where that is not known.
    pub due_on: Option<Date>,
}

/// Where a grievance stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrievanceState {
    /// It was filed.
    Waiting,
    /// It is a complaint about a case.
    TakenUp,
    /// It is answered.
    Answered,
}

crate::cases::words!(GrievanceState { Waiting = "waiting", TakenUp = "taken_up", Answered = "answered" });

/// What whoever has the code is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Followed {
    /// What it says.
    pub kind: ComplaintKind,
    /// When it was filed.
    pub received_on: Date,
    /// By when a household must be checked; nothing where that is not known.
    pub due_on: Option<Date>,
    /// Whether it was taken up as a complaint about a case.
    pub taken_up: bool,
    /// When it was answered, or the complaint that it became.
    pub answered_on: Option<Date>,
    /// What the officer wrote for whoever follows.
    pub answer: Option<String>,
}

/// A grievance as a list shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct GrievanceRow {
    /// Its id.
    pub id: String,
    /// The commune.
    pub commune: String,
    /// The commune's name.
    pub commune_name: String,
    /// What it says.
    pub kind: ComplaintKind,
    /// When it was filed.
    pub received_on: Date,
    /// By when a household must be checked; nothing where that is not known.
    pub due_on: Option<Date>,
    /// Where it stands.
    pub state: GrievanceState,
    /// The case that it became a complaint about.
    pub case: Option<String>,
    /// That complaint.
    pub complaint: Option<String>,
    /// When that complaint was answered: then whoever follows by code waits for words.
    pub checked_on: Option<Date>,
    /// When it was answered.
    pub answered_on: Option<Date>,
}

/// A grievance as its officer reads it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct GrievanceView {
    /// What the list says.
    pub row: GrievanceRow,
    /// Its words.
    pub text: String,
    /// The household, as the filer wrote it.
    pub household: String,
    /// How the filer wants to be answered; for who answers alone.
    pub contact: Option<String>,
    /// What whoever follows by code is told.
    pub answer: Option<String>,
}
