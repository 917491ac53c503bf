//! Rounds: one commune's review, annual or within the year, on a frozen picture of what was known when it opened.

mod appraise;
mod certificates;
mod decide;
mod hanging;
mod meeting;
pub(crate) mod one;
mod open;
mod papers;
pub(crate) mod posting;
mod progress;
mod seal;
pub(crate) mod view;
mod work;

pub use hanging::{HangingList, HangingLists};
pub(crate) use papers::certificate_number;
pub use papers::{Certificate, CertifiedMember, DecidedCase};
pub use seal::{CertificateSeal, CertificateState};

use crate::cases::CaseRow;
use crate::ledger::Root;
use crate::page::Page;
use crate::scope::Place;
use crate::{RegistryError, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A new round.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRound {
    /// The commune.
    pub commune: String,
    /// The kind of round in the pack's procedure: `annual`, `in_year`.
    pub kind: String,
    /// The year.
    pub year: i64,
    /// The pack.
    pub pack: String,
    /// The method of classification; the pack's first when absent.
    pub method: Option<String>,
}

/// A round.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct RoundRow {
    /// Its id.
    pub id: String,
    /// Where: the commune.
    pub place: Place,
    /// The commune's name.
    pub commune_name: String,
    /// Its kind.
    pub kind: String,
    /// Its year.
    pub year: i64,
    /// Which one of the year, from 1.
    pub number: i64,
    /// The pack.
    pub pack: String,
    /// The hash of the pack's content when the round opened.
    pub pack_hash: String,
    /// The method.
    pub method: String,
    /// `open` or `closed`.
    pub state: String,
    /// When it opened.
    pub opened: Date,
    /// When it must be done.
    pub due: Date,
    /// The day on which households are looked at.
    pub reviewed_on: Date,
}

/// A step of a round, and how far it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct StepProgress {
    /// The kind of step, as the pack writes it.
    pub step: String,
    /// What the law calls it, Vietnamese and English.
    pub label: [String; 2],
    /// Who acts.
    pub actors: Vec<String>,
    /// The article.
    pub source: [String; 2],
    /// Cases that wait for this step.
    pub waiting: i64,
    /// Cases past it; of the certificate, those that were given one.
    pub done: i64,
}

/// How far a hamlet is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct HamletProgress {
    /// The hamlet.
    pub hamlet: Option<String>,
    /// Its name.
    pub name: String,
    /// Cases by state.
    pub states: Vec<(String, i64)>,
    /// Cases by status so far.
    pub statuses: Vec<(String, i64)>,
    /// All cases.
    pub cases: i64,
}

/// A round as its dashboard shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct RoundView {
    /// The round.
    pub row: RoundRow,
    /// Its steps.
    pub steps: Vec<StepProgress>,
    /// By hamlet.
    pub hamlets: Vec<HamletProgress>,
    /// Its meetings, latest first.
    pub meetings: Vec<MeetingRow>,
    /// Its postings, latest first.
    pub postings: Vec<PostingRow>,
    /// Its decisions, latest first.
    pub decisions: Vec<DecisionRow>,
    /// Complaints that are not answered.
    pub open_complaints: i64,
}

/// A village meeting.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct MeetingRow {
    /// Its id.
    pub id: String,
    /// The hamlet.
    pub hamlet: String,
    /// The hamlet's name.
    pub hamlet_name: String,
    /// The day.
    pub held_on: Date,
    /// How many were invited.
    pub invited: i64,
    /// How many came.
    pub present: i64,
    /// How many cases were agreed.
    pub carried: i64,
    /// How many must be surveyed and met about again.
    pub repeated: i64,
}

/// A meeting to record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMeeting {
    /// The hamlet; empty for the households of a commune that are in none.
    pub hamlet: String,
    /// The day.
    pub held_on: Date,
    /// How many households' representatives were invited.
    pub invited: i64,
    /// How many came.
    pub present: i64,
    /// Who chaired.
    pub chair: String,
    /// Who wrote the minutes.
    pub secretary: String,
    /// What was said.
    pub notes: String,
    /// For each case of the hamlet that waits for a meeting: how many agreed. Every one must be there.
    pub votes: Vec<Vote>,
}

/// How many of those present agreed to a household's result.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// The case.
    pub case: String,
    /// How many agreed.
    pub agree: i64,
}

/// A meeting with its minutes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct MeetingView {
    /// In short.
    pub row: MeetingRow,
    /// Its round.
    pub round: String,
    /// The minutes.
    pub minutes: NewMeeting,
    /// The households voted on: case, name, status, votes, whether carried.
    pub results: Vec<MeetingResult>,
}

/// What a meeting said of a household.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct MeetingResult {
    /// The case.
    pub case: String,
    /// The head's name.
    pub name: String,
    /// The status proposed.
    pub status: Option<String>,
    /// How many agreed.
    pub agree: i64,
    /// Whether that is enough.
    pub carried: bool,
}

/// A posted list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct PostingRow {
    /// Its id.
    pub id: String,
    /// The hamlet; none: the whole commune.
    pub hamlet: Option<String>,
    /// The hamlet's name.
    pub hamlet_name: Option<String>,
    /// The day it went up.
    pub posted_on: Date,
    /// The last day it stands; nothing where the pack does not know for how long.
    pub ends_on: Option<Date>,
    /// Where it hangs.
    pub place: String,
    /// How many households are on it; for who reaches one hamlet, those of it that are on it still.
    pub cases: i64,
}

/// A posted list with what it says: no more than may be public.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct PostingView {
    /// In short.
    pub row: PostingRow,
    /// Its round.
    pub round: RoundRow,
    /// The households: head's name, hamlet, members, status proposed.
    pub lines: Vec<PostedLine>,
    /// The end of the commune's chain when it was posted.
    pub root: Root,
    /// The register's signature over the root of that day.
    pub signature: String,
    /// The key that checks the signature.
    pub public_key: String,
}

/// A household on a posted list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct PostedLine {
    /// The head's name.
    pub name: String,
    /// The hamlet's name.
    pub hamlet: Option<String>,
    /// How many members.
    pub persons: i64,
    /// The status.
    pub status: String,
}

/// A decision.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct DecisionRow {
    /// Its id.
    pub id: String,
    /// Its official number.
    pub number: String,
    /// The day.
    pub decided_on: Date,
    /// The first day from which a status by it holds: where it corrects a decision, statuses hold from that one's day.
    pub effective: Date,
    /// The account that signed.
    pub signed_by: String,
    /// The name of whoever signed: an official's name on an official act is for all who may see the act.
    pub signed_by_name: String,
    /// How many households; for who reaches one hamlet, those of it whose last decision it is.
    pub cases: i64,
}

/// A decision to take.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// Its official number, unique in the commune.
    pub number: String,
    /// From which day statuses hold. When absent: the day of the decision; for a case that is decided again, the day from
    /// which the decision it corrects held.
    pub effective: Option<Date>,
    /// The cases to decide, as whoever decides has seen them.
    pub cases: Vec<Seen>,
}

/// A case as somebody has seen it: what is signed must be what was looked at.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The case.
    pub case: String,
    /// Its version then.
    pub version: i64,
}

impl From<&CaseRow> for Seen {
    fn from(row: &CaseRow) -> Self {
        Seen { case: row.id.clone(), version: row.version }
    }
}

/// Makes sure that cases are still as they were seen.
///
/// # Errors
/// [`RegistryError::Invalid`] for none, or one that is named twice; [`RegistryError::ChangedSince`].
fn unchanged<'v>(seen: &[Seen], version: impl Fn(&str) -> Option<&'v i64>) -> Result<()> {
    let named: HashSet<&str> = seen.iter().map(|seen| seen.case.as_str()).collect();
    if seen.is_empty() || named.len() != seen.len() {
        return Err(RegistryError::invalid("cases", "name the cases, each once, with the version that was seen"));
    }
    let changed = |seen: &Seen| version(&seen.case).is_some_and(|now| *now != seen.version);
    if seen.iter().any(changed) { Err(RegistryError::ChangedSince) } else { Ok(()) }
}

/// What somebody has to do today.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Work {
    /// By round and step: what waits for the asker.
    pub mine: Page<Task>,
    /// By round and step: what waits for others.
    pub others: Page<Task>,
}

/// Whose work.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// What waits for the asker.
    #[default]
    Mine,
    /// What waits for others.
    Others,
}

/// Cases that wait for a step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Task {
    /// The round.
    pub round: RoundRow,
    /// The step.
    pub step: String,
    /// What the law calls it, Vietnamese and English.
    pub label: [String; 2],
    /// Who acts.
    pub actors: Vec<String>,
    /// How many cases.
    pub cases: i64,
    /// By when.
    pub due: Date,
    /// Working days left; below zero: late. Nothing where the year's holidays are not known.
    pub days_left: Option<i64>,
}

/// How far an area is with a year's rounds, and each unit below it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Progress {
    /// The area asked for. Its cases are the sum of those below; a round with cases in several hamlets is one.
    pub total: AreaProgress,
    /// The units below it, and last, without a name, what is in none of them.
    pub units: Vec<AreaProgress>,
}

/// How far an area is with a year's rounds.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, utoipa::ToSchema)]
pub struct AreaProgress {
    /// The area; empty for the cases that are in no unit below the one asked for, such as in no hamlet.
    pub area: String,
    /// Its name; empty for those.
    pub name: String,
    /// Rounds opened; of a hamlet, those in which it has cases.
    pub rounds: i64,
    /// Cases in all.
    pub cases: i64,
    /// Cases past the survey. One that a meeting or a re-check sent back to it is not.
    pub surveyed: i64,
    /// Cases decided.
    pub decided: i64,
    /// Decided poor in these rounds: not how many are on the list in force.
    pub poor: i64,
    /// Decided near-poor in these rounds.
    pub near_poor: i64,
}
