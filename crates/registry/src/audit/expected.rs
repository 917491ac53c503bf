//! What the rows must be, as the entries tell: every entry about a round or case changes what is expected of it.

use super::chain::{Spot, Stored};
use super::{grievances, lists, lives};
use crate::accounts::AccountRecord;
use crate::cases::records::{
    AnswersRecord, AppraisalRecord, CertificateRecord, ComplaintAnswerRecord, ComplaintRecord, DecidedRecord,
    DecisionRecord, DocumentRecord, MeetingRecord, Picture, PostingRecord, RoundRecord, WithdrawnRecord,
};
use crate::courses::{AttendedRecord, CalledOffRecord, CourseRecord};
use crate::ledger::Entry;
use crate::requests::{RequestEnded, RequestRecord};
use crate::training::Completed;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, hash_map};
use std::sync::Arc;

/// The kinds of entries that say all of an account.
const ACCOUNT: [&str; 6] =
    ["account", "account_active", "account_moved", "openid_untied", "password_reset", "second_factor_reset"];

/// What an entry about a household of an imported list says of its status.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub(super) struct ImportedRecord {
    pub standard: String,
    pub status: String,
    pub movement: Option<String>,
    pub valid_from: Date,
    pub spell: Option<String>,
    pub ends: Option<String>,
}

/// The accounts that an entry about a reform moved.
#[derive(Deserialize)]
struct MovedAccounts {
    accounts: Vec<String>,
}

/// Something an entry said, and where.
#[derive(Clone, Debug)]
pub(super) struct Said<T> {
    pub spot: Spot,
    pub at: i64,
    pub author: String,
    pub content: String,
    pub what: T,
}

/// A complaint and its answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Complaint {
    pub said: Option<Said<ComplaintRecord>>,
    pub answer: Option<Said<ComplaintAnswerRecord>>,
}

/// A course.
#[derive(Clone, Debug, Default)]
pub(super) struct Course {
    /// As it was planned, or changed last.
    pub planned: Option<Said<CourseRecord>>,
    pub called_off: Option<Said<CalledOffRecord>>,
    /// Who is invited, and where it was said; not who was taken off again later.
    pub invited: BTreeMap<String, Spot>,
    /// Who was at each session, as it was recorded last.
    pub attended: BTreeMap<i64, Said<AttendedRecord>>,
}

/// A case.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    /// An entry about it, the last that was read.
    pub last: Spot,
    /// Whether the chain asked about tells of it.
    pub own: bool,
    /// How it was listed, at last.
    pub listed: Option<Said<Picture>>,
    /// What moved it last, and where to: nothing when that entry cannot be read.
    pub moved: Option<(i64, Option<String>)>,
    /// The posting it is on and until when it hangs, and since when: none again once it is listed anew.
    pub posted: (i64, Option<(String, Option<Date>)>),
    /// How often its village did not agree.
    pub repeats: i64,
    pub versions: Vec<Said<AnswersRecord>>,
    pub decided: Vec<Said<DecidedRecord>>,
    pub certificates: Vec<Said<CertificateRecord>>,
    pub complaints: HashMap<String, Complaint>,
    pub documents: Vec<Said<DocumentRecord>>,
}

/// All that the chains of a commune make expected. What moved with a reform is told in several, which may be read in any
/// order: of two entries about one thing the later in time holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Expected {
    /// The chain asked about.
    own: Arc<str>,
    pub rounds: HashMap<String, Said<RoundRecord>>,
    pub cases: HashMap<String, Case>,
    pub meetings: HashMap<String, Said<MeetingRecord>>,
    pub postings: HashMap<String, Said<PostingRecord>>,
    pub decisions: HashMap<String, Said<DecisionRecord>>,
    pub grievances: HashMap<String, grievances::Grievance>,
    /// By household.
    pub imported: Vec<(String, Said<ImportedRecord>)>,
    /// The lists of areas.
    pub lists: HashMap<String, Said<lists::ListRecord>>,
    /// Of who belonged where and which household lived where; by the chain asked about alone.
    pub lives: lives::Told,
    pub accounts: HashMap<String, Said<AccountRecord>>,
    pub courses: BTreeMap<String, Course>,
    /// Requests to be reviewed, and how they ended, as the chain asked about tells.
    pub requests: BTreeMap<String, Said<RequestRecord>>,
    pub ended_requests: BTreeMap<String, Said<RequestEnded>>,
    /// By account.
    pub training: Vec<(String, Said<Completed>)>,
    /// The accounts that a reform moved, and when last.
    pub moved_accounts: HashMap<String, i64>,
}

impl Expected {
    /// What the chain of a commune, or of the register, makes expected, and those that are read with it.
    pub fn of(chain: &str) -> Self {
        Expected { own: Arc::from(chain), ..Self::default() }
    }

    fn spot(&self, entry: &Entry) -> Spot {
        let chain = if *entry.chain == *self.own { self.own.clone() } else { Arc::from(entry.chain.as_str()) };
        Spot { chain, seq: entry.seq }
    }

    fn said<T>(&self, entry: &Entry, what: T) -> Said<T> {
        let (author, content) = (entry.author.clone(), entry.content.clone());
        Said { spot: self.spot(entry), at: entry.at, author, content, what }
    }

    /// Whether the chain asked about said it.
    pub fn is_own(&self, spot: &Spot) -> bool {
        spot.chain == self.own
    }

    fn case(&mut self, id: &str, entry: &Entry) -> &mut Case {
        let (last, own) = (self.spot(entry), *entry.chain == *self.own);
        let case = self.cases.entry(id.to_owned()).or_default();
        case.own |= own;
        case.last = last;
        case
    }

    fn moves(&mut self, id: &str, entry: &Entry, state: Option<&str>) {
        let case = self.case(id, entry);
        if case.moved.as_ref().is_none_or(|(at, _)| entry.at >= *at) {
            case.moved = Some((entry.at, state.map(str::to_owned)));
        }
    }

    /// An entry whose content is gone or damaged: where it left its case cannot be told.
    pub fn gap(&mut self, entry: &Entry) {
        const MOVES: [&str; 6] = ["listed", "withdrawn", "answers", "complaint_answer", "decided", "certificate"];
        if MOVES.contains(&entry.kind.as_str()) {
            self.moves(&entry.subject, entry, None);
        }
    }

    /// Takes in what an entry says; `false` when it cannot be read.
    pub fn take(&mut self, entry: &Entry, content: &Stored) -> bool {
        self.read(entry, content).is_some()
    }

    fn read(&mut self, entry: &Entry, content: &Stored) -> Option<()> {
        let subject = entry.subject.as_str();
        if *entry.chain == *self.own {
            self.lives.take(self.spot(entry), entry, content)?;
        }
        match entry.kind.as_str() {
            "round" => {
                let said = self.said(entry, content.read()?);
                keep_later(&mut self.rounds, subject, said);
            }
            "listed" => {
                let said = self.said(entry, content.read::<Picture>()?);
                self.moves(subject, entry, Some(&said.what.state));
                let case = self.case(subject, entry);
                if entry.at >= case.posted.0 {
                    case.posted = (entry.at, None);
                }
                if case.listed.as_ref().is_none_or(|before| said.at >= before.at) {
                    case.listed = Some(said);
                }
            }
            "withdrawn" => {
                let record: WithdrawnRecord = content.read()?;
                self.moves(subject, entry, Some(&record.state));
            }
            "answers" => {
                let said = self.said(entry, content.read::<AnswersRecord>()?);
                self.moves(subject, entry, Some(&said.what.state));
                let versions = &mut self.case(subject, entry).versions;
                versions.push(said);
                versions.sort_by_key(|said| said.what.version);
            }
            "meeting" => {
                let said = self.said(entry, content.read::<MeetingRecord>()?);
                for result in &said.what.results {
                    self.moves(&result.case, entry, Some(&result.state));
                    self.case(&result.case, entry).repeats += i64::from(!result.carried);
                }
                self.meetings.insert(subject.to_owned(), said);
            }
            "posting" => {
                let said = self.said(entry, content.read::<PostingRecord>()?);
                for line in &said.what.lines {
                    self.moves(&line.case, entry, Some(&said.what.state));
                    let case = self.case(&line.case, entry);
                    if entry.at >= case.posted.0 {
                        case.posted = (entry.at, Some((subject.to_owned(), said.what.ends_on)));
                    }
                }
                self.postings.insert(subject.to_owned(), said);
            }
            "appraisal" => {
                let record: AppraisalRecord = content.read()?;
                for case in &record.agreed {
                    self.moves(case, entry, Some(&record.agreed_state));
                }
                for case in &record.sent_back {
                    self.moves(case, entry, Some(&record.sent_back_state));
                }
            }
            "decision" => {
                let said = self.said(entry, content.read()?);
                self.decisions.insert(subject.to_owned(), said);
            }
            "decided" => {
                let said = self.said(entry, content.read::<DecidedRecord>()?);
                self.moves(subject, entry, Some(&said.what.state));
                let decided = &mut self.case(subject, entry).decided;
                decided.push(said);
                decided.sort_by_key(|said| said.at);
            }
            "certificate" => {
                let said = self.said(entry, content.read::<CertificateRecord>()?);
                self.moves(subject, entry, Some(&said.what.state));
                self.case(subject, entry).certificates.push(said);
            }
            "complaint" => {
                let said = self.said(entry, content.read::<ComplaintRecord>()?);
                let id = said.what.complaint.clone();
                self.case(subject, entry).complaints.entry(id).or_default().said = Some(said);
            }
            "complaint_answer" => {
                let said = self.said(entry, content.read::<ComplaintAnswerRecord>()?);
                self.moves(subject, entry, Some(&said.what.state));
                let id = said.what.complaint.clone();
                self.case(subject, entry).complaints.entry(id).or_default().answer = Some(said);
            }
            "document" => {
                let said = self.said(entry, content.read()?);
                self.case(subject, entry).documents.push(said);
            }
            "grievance" => {
                let said = self.said(entry, content.read()?);
                self.grievances.entry(subject.to_owned()).or_default().filed = Some(said);
            }
            "grievance_taken_up" => {
                let said = self.said(entry, content.read()?);
                self.grievances.entry(subject.to_owned()).or_default().taken_up = Some(said);
            }
            "grievance_answered" => {
                let said = self.said(entry, content.read()?);
                self.grievances.entry(subject.to_owned()).or_default().answered = Some(said);
            }
            "household_imported" => {
                let said = self.said(entry, content.read()?);
                self.imported.push((subject.to_owned(), said));
            }
            "area_list" => {
                let said = self.said(entry, content.read()?);
                keep_later(&mut self.lists, subject, said);
            }
            "reform_accounts" | "reform_out" => {
                for account in content.read::<MovedAccounts>()?.accounts {
                    self.moved_accounts.insert(account, entry.at);
                }
            }
            "review_request" if *entry.chain == *self.own => {
                let said = self.said(entry, content.read()?);
                self.requests.insert(subject.to_owned(), said);
            }
            "review_request_ended" if *entry.chain == *self.own => {
                let said = self.said(entry, content.read()?);
                self.ended_requests.insert(subject.to_owned(), said);
            }
            "course" | "course_changed" => {
                let said = self.said(entry, content.read()?);
                self.courses.entry(subject.to_owned()).or_default().planned = Some(said);
            }
            "course_invited" => {
                let (accounts, spot): (BTreeSet<String>, Spot) = (content.read()?, self.spot(entry));
                let invited = &mut self.courses.entry(subject.to_owned()).or_default().invited;
                // Who is invited again was invited before.
                for account in accounts {
                    invited.entry(account).or_insert_with(|| spot.clone());
                }
            }
            "course_uninvited" => {
                let accounts: BTreeSet<String> = content.read()?;
                self.courses.entry(subject.to_owned()).or_default().invited.retain(|own, _| !accounts.contains(own));
            }
            "course_called_off" => {
                let said = self.said(entry, content.read()?);
                self.courses.entry(subject.to_owned()).or_default().called_off = Some(said);
            }
            "course_attended" => {
                let said = self.said(entry, content.read::<AttendedRecord>()?);
                self.courses.entry(subject.to_owned()).or_default().attended.insert(said.what.number, said);
            }
            "training" => {
                let said = self.said(entry, content.read()?);
                self.training.push((subject.to_owned(), said));
            }
            kind if ACCOUNT.contains(&kind) => {
                let said = self.said(entry, content.read()?);
                keep_later(&mut self.accounts, subject, said);
            }
            _ => {}
        }
        Some(())
    }
}

fn keep_later<T>(all: &mut HashMap<String, Said<T>>, subject: &str, said: Said<T>) {
    match all.entry(subject.to_owned()) {
        hash_map::Entry::Occupied(mut before) if said.at >= before.get().at => drop(before.insert(said)),
        hash_map::Entry::Occupied(_) => {}
        hash_map::Entry::Vacant(place) => drop(place.insert(said)),
    }
}
