//! What the rows must be, as the entries tell: every entry about a round or case changes what is expected of it.

use super::chain::Stored;
use crate::cases::records::{
    AnswersRecord, AppraisalRecord, CertificateRecord, ComplaintAnswerRecord, ComplaintRecord, DecidedRecord,
    DecisionRecord, DocumentRecord, MeetingRecord, Picture, PostingRecord, RoundRecord, WithdrawnRecord,
};
use crate::ledger::Entry;
use std::collections::{HashMap, HashSet};

/// Something an entry said, and where.
#[derive(Clone, Debug)]
pub(super) struct Said<T> {
    pub seq: i64,
    pub at: i64,
    pub author: String,
    pub content: String,
    pub what: T,
}

impl<T> Said<T> {
    fn by(entry: &Entry, what: T) -> Self {
        Said { seq: entry.seq, at: entry.at, author: entry.author.clone(), content: entry.content.clone(), what }
    }
}

/// A complaint and its answer.
#[derive(Clone, Debug)]
pub(super) struct Complaint {
    pub said: Said<ComplaintRecord>,
    pub answer: Option<Said<ComplaintAnswerRecord>>,
}

/// A case.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    /// The last entry about it.
    pub seq: i64,
    /// How it was listed, at last; nothing if that is in another chain or erased.
    pub listed: Option<Said<Picture>>,
    /// Where it stands, if all that moved it is known.
    pub state: Option<String>,
    pub versions: Vec<Said<AnswersRecord>>,
    pub decided: Vec<Said<DecidedRecord>>,
    pub certificates: Vec<Said<CertificateRecord>>,
    pub complaints: HashMap<String, Complaint>,
    pub documents: Vec<Said<DocumentRecord>>,
    /// An entry about it says nothing any more.
    pub gap: bool,
}

/// All that one chain makes expected.
#[derive(Clone, Debug, Default)]
pub(super) struct Expected {
    pub rounds: HashMap<String, Said<RoundRecord>>,
    pub cases: HashMap<String, Case>,
    pub meetings: HashMap<String, Said<MeetingRecord>>,
    pub postings: HashMap<String, Said<PostingRecord>>,
    pub decisions: HashMap<String, Said<DecisionRecord>>,
    /// When lists were imported.
    pub imports: HashSet<i64>,
}

impl Expected {
    fn case(&mut self, id: &str, seq: i64) -> &mut Case {
        let case = self.cases.entry(id.to_owned()).or_default();
        case.seq = seq;
        case
    }

    fn moves(&mut self, id: &str, seq: i64, state: &str) {
        let case = self.case(id, seq);
        // What happened to a case before it came to this chain is told in another.
        if case.listed.is_some() && !case.gap {
            case.state = Some(state.to_owned());
        }
    }

    /// An entry whose content is erased or damaged.
    pub fn gap(&mut self, entry: &Entry) {
        const CASE: [&str; 8] =
            ["listed", "withdrawn", "answers", "complaint", "complaint_answer", "decided", "certificate", "document"];
        if CASE.contains(&entry.kind.as_str()) {
            let case = self.case(&entry.subject, entry.seq);
            (case.gap, case.state) = (true, None);
        }
    }

    /// Takes in what an entry says; `false` when it cannot be read.
    pub fn take(&mut self, entry: &Entry, content: &Stored) -> bool {
        self.read(entry, content).is_some()
    }

    fn read(&mut self, entry: &Entry, content: &Stored) -> Option<()> {
        let (subject, seq) = (entry.subject.as_str(), entry.seq);
        match entry.kind.as_str() {
            "round" => {
                self.rounds.insert(subject.to_owned(), Said::by(entry, content.read()?));
            }
            "listed" => {
                let picture: Picture = content.read()?;
                let case = self.case(subject, seq);
                case.state = (!case.gap).then(|| picture.state.clone());
                case.listed = Some(Said::by(entry, picture));
            }
            "withdrawn" => {
                let record: WithdrawnRecord = content.read()?;
                self.moves(subject, seq, &record.state);
            }
            "answers" => {
                let record: AnswersRecord = content.read()?;
                self.moves(subject, seq, &record.state);
                self.case(subject, seq).versions.push(Said::by(entry, record));
            }
            "meeting" => {
                let record: MeetingRecord = content.read()?;
                for result in &record.results {
                    self.moves(&result.case, seq, &result.state);
                }
                self.meetings.insert(subject.to_owned(), Said::by(entry, record));
            }
            "posting" => {
                let record: PostingRecord = content.read()?;
                for line in &record.lines {
                    self.moves(&line.case, seq, &record.state);
                }
                self.postings.insert(subject.to_owned(), Said::by(entry, record));
            }
            "appraisal" => {
                let record: AppraisalRecord = content.read()?;
                for (cases, state) in
                    [(&record.agreed, &record.agreed_state), (&record.sent_back, &record.sent_back_state)]
                {
                    for case in cases {
                        self.moves(case, seq, state);
                    }
                }
            }
            "decision" => {
                self.decisions.insert(subject.to_owned(), Said::by(entry, content.read()?));
            }
            "decided" => {
                let record: DecidedRecord = content.read()?;
                self.moves(subject, seq, &record.state);
                self.case(subject, seq).decided.push(Said::by(entry, record));
            }
            "certificate" => {
                let record: CertificateRecord = content.read()?;
                self.moves(subject, seq, &record.state);
                self.case(subject, seq).certificates.push(Said::by(entry, record));
            }
            "complaint" => {
                let record: ComplaintRecord = content.read()?;
                let id = record.complaint.clone();
                let complaint = Complaint { said: Said::by(entry, record), answer: None };
                self.case(subject, seq).complaints.insert(id, complaint);
            }
            "complaint_answer" => {
                let record: ComplaintAnswerRecord = content.read()?;
                self.moves(subject, seq, &record.state);
                let case = self.case(subject, seq);
                if let Some(complaint) = case.complaints.get_mut(&record.complaint) {
                    complaint.answer = Some(Said::by(entry, record));
                }
            }
            "document" => {
                let record = Said::by(entry, content.read()?);
                self.case(subject, seq).documents.push(record);
            }
            "import" => {
                self.imports.insert(entry.at);
            }
            _ => {}
        }
        Some(())
    }
}
