//! What the ledger's entries about rounds and cases say: written by whoever makes a change, read again by the audit.
//!
//! A record tells people by their ids. What is personal (the answers of a household, the words of a complaint, the reasons
//! of an assessment) is a content of its own, told here by its hash. The names of who chaired a meeting and kept its
//! minutes are in the meeting's record, with the reasons that officers gave in their own words.

use crate::forms::Answers;
use crate::forms::known::PicturedMember;
use crate::rounds::NewMeeting;
use crate::scope::Place;
use crate::spells::history::History;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// `round`: a round was opened or closed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct RoundRecord {
    pub commune: String,
    pub kind: String,
    pub year: i64,
    pub number: i64,
    pub pack: String,
    pub pack_hash: String,
    pub method: String,
    pub state: String,
    pub opened: Date,
    pub due: Date,
    pub reviewed_on: Date,
}

/// `listed`: a household as it was when it became a case. The picture that the round works on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Picture {
    pub round: String,
    pub household: String,
    pub place: Place,
    pub reason: String,
    pub requested_on: Option<Date>,
    pub opened: Date,
    pub due: Option<Date>,
    pub persons: i64,
    pub members: Vec<PicturedMember>,
    pub history: History,
    pub known: Answers,
    pub state: String,
}

/// `withdrawn`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct WithdrawnRecord {
    pub reason: String,
    pub state: String,
}

/// The content of a version of answers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Answered {
    pub answers: Answers,
    pub known: Answers,
}

/// `answers`: a version was signed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct AnswersRecord {
    pub version: i64,
    pub reason: String,
    pub answered: String,
    pub assessed: String,
    pub pack: String,
    pub pack_hash: String,
    pub method: String,
    pub reviewed_on: Date,
    pub status: String,
    pub movement: Option<String>,
    /// The version whose status is the case's from now on: itself, unless it is a re-check that found nothing out.
    pub counts: i64,
    pub submission: String,
    pub state: String,
}

/// `meeting`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct MeetingRecord {
    pub round: String,
    pub minutes: NewMeeting,
    pub results: Vec<VoteRecord>,
}

/// What a meeting said of a case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct VoteRecord {
    pub case: String,
    pub status: Option<String>,
    pub agree: i64,
    pub carried: bool,
    pub state: String,
}

/// `posting`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PostingRecord {
    pub round: String,
    pub hamlet: Option<String>,
    pub posted_on: Date,
    pub ends_on: Option<Date>,
    pub place: String,
    pub lines: Vec<PostedRecord>,
    pub state: String,
}

/// A household on a posted list; its name stands in its case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct PostedRecord {
    pub case: String,
    pub persons: i64,
    pub status: String,
}

/// `appraisal`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct AppraisalRecord {
    pub agreed: Vec<String>,
    pub agreed_state: String,
    pub sent_back: Vec<String>,
    pub sent_back_state: String,
    pub note: String,
}

/// `decision`: one for all the cases it decides.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct DecisionRecord {
    pub round: String,
    pub number: String,
    pub decided_on: Date,
    pub effective: Date,
    pub cases: i64,
}

/// `decided`: one for each case.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct DecidedRecord {
    pub decision: String,
    pub household: String,
    pub answers: i64,
    pub before: Option<String>,
    pub status: String,
    pub standard: String,
    pub movement: Option<String>,
    /// The spell it begins; none where there was not enough evidence.
    pub spell: Option<String>,
    pub valid_from: Date,
    /// The spells that are known to be wrong by it.
    pub ends: Vec<String>,
    pub decided_on: Date,
    /// The household's certificates that are void by it.
    pub voids: Vec<CertificateKey>,
    pub state: String,
    /// The household's head and hamlet on that day.
    pub head: Option<String>,
    pub hamlet: Option<String>,
}

/// What a certificate is told by.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub(crate) struct CertificateKey {
    pub commune: String,
    pub year: i64,
    pub number: i64,
}

/// `certificate`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CertificateRecord {
    pub key: CertificateKey,
    pub issued_on: Date,
    pub status: String,
    /// The household's older certificates, in whose place it is.
    pub voids: Vec<CertificateKey>,
    pub state: String,
}

/// `complaint`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ComplaintRecord {
    pub complaint: String,
    pub kind: String,
    pub received_on: Date,
    pub due_on: Option<Date>,
    pub text: String,
}

/// `complaint_answer`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct ComplaintAnswerRecord {
    pub complaint: String,
    pub outcome: String,
    pub answer: String,
    pub answers: Option<i64>,
    pub answered_on: Date,
    pub state: String,
}

/// `document`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct DocumentRecord {
    pub hash: String,
    pub name: String,
    pub mime: String,
    pub bytes: i64,
}
