//! Cases: one household in one round, from the list to the certificate.
//!
//! A case's state is the step it waits for. Answers are versions that are only ever added, each signed by its author and
//! kept with the assessment it gave; a draft is nobody's statement yet and is kept apart.

mod answers;
mod changes;
mod complaint_counts;
pub(crate) mod complaints;
pub(crate) mod documents;
mod list;
pub(crate) mod listing;
pub(crate) mod one;
pub(crate) mod picture;
pub(crate) mod records;
pub(crate) mod standing;
mod view;

pub use complaint_counts::ComplaintCounts;

use crate::forms::Answers;
use crate::scope::Place;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use vuon_policy::explain::Explanation;

/// What a case waits for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Its form.
    Survey,
    /// The village's agreement.
    Meeting,
    /// To be posted.
    Posting,
    /// The end of its posting.
    Posted,
    /// The opinion of the level above.
    Appraisal,
    /// The decision.
    Decision,
    /// Its certificate.
    Certificate,
    /// Nothing more.
    Done,
    /// Nothing: it was taken off the list of this round, for a reason that is told.
    Withdrawn,
}

/// Why a household is reviewed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseReason {
    /// It is on the present list.
    Listed,
    /// It left the list less than 36 months ago.
    NewlyEscaped,
    /// It asked to be reviewed.
    Requested,
    /// The commune lists it.
    Proposed,
}

/// Which cases.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CaseFilter {
    /// Of one round.
    pub round: Option<String>,
    /// Of one hamlet.
    pub hamlet: Option<String>,
    /// In a state.
    pub state: Option<CaseState>,
    /// With a status so far (`undetermined` too).
    pub status: Option<String>,
    /// Whose head's name begins so, without tone marks.
    pub text: Option<String>,
    /// Whose latest decision is this one.
    pub decision: Option<String>,
}

/// A case, as lists show it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseRow {
    /// Its id.
    pub id: String,
    /// Its round.
    pub round: String,
    /// Its household.
    pub household: String,
    /// The head's name when the round opened.
    pub name: String,
    /// How many members then.
    pub persons: i64,
    /// Its hamlet's name.
    pub hamlet_name: Option<String>,
    /// What it waits for.
    pub state: CaseState,
    /// Why it is reviewed.
    pub reason: CaseReason,
    /// The status before.
    pub before: Option<String>,
    /// The status by the latest answers.
    pub status: Option<String>,
    /// The status by the latest decision.
    pub decided: Option<String>,
    /// How many versions of answers.
    pub answers: i64,
    /// By when it must be decided, where the procedure says.
    pub due: Option<Date>,
    /// For changes: the version that was seen.
    pub version: i64,
}

/// A version of answers.
#[derive(Clone, PartialEq, Debug, Serialize, utoipa::ToSchema)]
pub struct AnswersVersion {
    /// From 1.
    pub version: i64,
    /// The account that signed it.
    pub author: String,
    /// The name of whoever signed it.
    pub author_name: String,
    /// When, in microseconds.
    pub at: i64,
    /// Why: `survey`, `recheck`, `correction`.
    pub reason: AnswersReason,
    /// The answers; nothing if they were erased.
    pub answers: Option<Answers>,
    /// The status they give.
    pub status: String,
    /// The sentence that tells why, in Vietnamese as recorded.
    pub sentence: Option<String>,
}

/// Why a household was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswersReason {
    /// The survey of the round.
    Survey,
    /// A re-check after a complaint.
    Recheck,
    /// A mistake was found before the decision.
    Correction,
}

/// A case as its page shows it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseView {
    /// As lists show it.
    pub row: CaseRow,
    /// Where.
    pub place: Place,
    /// The kind and year of its round, and the pack.
    pub round: crate::rounds::RoundRow,
    /// The members when the round opened: the frozen picture, name and person.
    pub members: Vec<crate::households::Member>,
    /// All versions of answers, latest first.
    pub versions: Vec<AnswersVersion>,
    /// The reason for the status it has, in the language asked for.
    #[schema(value_type = Option<Object>)]
    pub explanation: Option<Explanation>,
    /// The meetings' votes: meeting, day, agreed, present, carried.
    pub votes: Vec<CaseVote>,
    /// Its posting.
    pub posting: Option<crate::rounds::PostingRow>,
    /// Its complaints.
    pub complaints: Vec<ComplaintRow>,
    /// Its decision.
    pub decision: Option<crate::rounds::DecisionRow>,
    /// Its certificate's number and day.
    pub certificate: Option<(String, Date)>,
    /// Documents and photos.
    pub documents: Vec<DocumentRow>,
    /// Whether the household changed after the picture was taken.
    pub changed_since: bool,
}

/// A case and its form.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseForm {
    /// The case.
    pub case: CaseRow,
    /// Its form as it stands: one's draft, else the latest answers.
    pub form: crate::forms::Form,
    /// The version of the case that one's draft was typed for; nothing where there is no draft. If it is not the case's,
    /// somebody else moved the case on since: look at both before signing.
    pub draft_of: Option<i64>,
}

impl CaseForm {
    /// Whether the case moved on after one's draft was typed.
    pub fn is_stale(&self) -> bool {
        self.draft_of.is_some_and(|seen| seen != self.case.version)
    }
}

/// A meeting's vote on a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct CaseVote {
    /// The meeting.
    pub meeting: String,
    /// The day.
    pub held_on: Date,
    /// How many agreed.
    pub agree: i64,
    /// How many were present.
    pub present: i64,
    /// Whether that was enough.
    pub carried: bool,
}

/// What a complaint says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComplaintKind {
    /// A household is on the list and should not be.
    WronglyIn,
    /// A household is not on the list and should be.
    WronglyOut,
    /// Something recorded is wrong.
    WrongData,
}

/// What became of a complaint.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComplaintOutcome {
    /// The re-check changed the status.
    Changed,
    /// The re-check wrote down other answers, and they give the same status: the complaint was right about the data.
    Corrected,
    /// The re-check confirmed it.
    Confirmed,
    /// There is not enough evidence: neither changed nor confirmed; what is missing is told.
    NotEnoughEvidence,
}

/// A complaint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ComplaintRow {
    /// Its id.
    pub id: String,
    /// Its case.
    pub case: String,
    /// The head's name.
    pub name: String,
    /// What it says.
    pub kind: ComplaintKind,
    /// When it came.
    pub received_on: Date,
    /// By when it must be checked; nothing where the pack does not know within how long.
    pub due_on: Option<Date>,
    /// Whether it is answered.
    pub answered_on: Option<Date>,
    /// What became of it.
    pub outcome: Option<ComplaintOutcome>,
    /// The version of answers that the re-check gave.
    pub answers: Option<i64>,
    /// The number of the decision that followed.
    pub decision: Option<String>,
    /// Its words; nothing for who may not read them, or if erased.
    pub text: Option<String>,
    /// The answer's words.
    pub answer: Option<String>,
}

/// A complaint to record.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComplaint {
    /// What it says.
    pub kind: ComplaintKind,
    /// Its words.
    pub text: String,
    /// When it came; today when absent.
    pub received_on: Option<Date>,
}

/// An answer to a complaint.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintAnswer {
    /// What became of it. `changed` and `confirmed` need a re-check: answers with the reason `recheck` after the complaint.
    pub outcome: ComplaintOutcome,
    /// What the complainant is told.
    pub text: String,
}

/// A document or photo of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct DocumentRow {
    /// SHA-256 of its bytes.
    pub hash: String,
    /// Its name.
    pub name: String,
    /// Its type: `image/jpeg`, `image/png`, `application/pdf`.
    pub mime: String,
    /// Its size.
    pub bytes: i64,
}

/// What was saved, and what it gives.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Saved {
    /// The case's version now.
    pub version: i64,
    /// The version of answers.
    pub answers: i64,
    /// The status.
    pub status: String,
    /// Why, in one sentence.
    pub sentence: String,
}

/// Gives an enumeration the words that data write for it.
macro_rules! words {
    ($type:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in data.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The one of this name.
            pub fn parse(id: &str) -> Option<Self> {
                match id { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

pub(crate) use words;

words!(CaseState {
    Survey = "survey",
    Meeting = "meeting",
    Posting = "posting",
    Posted = "posted",
    Appraisal = "appraisal",
    Decision = "decision",
    Certificate = "certificate",
    Done = "done",
    Withdrawn = "withdrawn",
});
words!(CaseReason { Listed = "listed", NewlyEscaped = "newly_escaped", Requested = "requested", Proposed = "proposed" });
words!(AnswersReason { Survey = "survey", Recheck = "recheck", Correction = "correction" });
words!(ComplaintKind { WronglyIn = "wrongly_in", WronglyOut = "wrongly_out", WrongData = "wrong_data" });
words!(ComplaintOutcome {
    Changed = "changed",
    Corrected = "corrected",
    Confirmed = "confirmed",
    NotEnoughEvidence = "not_enough_evidence",
});
