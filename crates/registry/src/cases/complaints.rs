//! Complaints: received, checked again by a dated second assessment, answered, and perhaps followed by a new decision.
//! All of it hangs on one case, so it is one thread.

use super::answers::unchecked;
use super::one::Case;
use super::records::{Answered, ComplaintAnswerRecord, ComplaintRecord};
use super::{CaseState, ComplaintAnswer, ComplaintKind, ComplaintOutcome, ComplaintRow, NewComplaint};
use crate::grievances::records::opened;
use crate::keys::Keys;
use crate::ledger::Change;
use crate::page::{Page, PageRequest};
use crate::procedure::{Event, Procedure, limits};
use crate::scope::Action;
use crate::store::{Query, day, insert_all, int, maybe, maybe_day, maybe_int, sql, text};
use crate::text::new_id;
use crate::{Desk, RegistryError, Result, ledger};
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use vuon_policy::program::UNDETERMINED;

const COLUMNS: &str = "SELECT k.id, k.review_case, c.name, k.kind, k.received_on, k.due_on, k.answered_on, k.outcome, \
     k.answers, k.decision, t.body, w.body, g.id FROM complaint k JOIN review_case c ON c.id = k.review_case \
     LEFT JOIN content t ON t.hash = k.text LEFT JOIN content w ON w.hash = k.answer \
     LEFT JOIN grievance g ON g.complaint = k.id WHERE 1 = 1";

/// The sign after all days, for complaints without a limit.
const NO_LIMIT: &str = "~";
/// What complaints are listed by, as their indexes have it.
const DUE: &str = "COALESCE(k.due_on, '~')";

/// A row, its words opened where they came as a grievance.
fn row_of(keys: &Keys, row: &AnyRow) -> Result<ComplaintRow> {
    let damaged = |what: &str| RegistryError::Damaged { what: format!("the {what} of a complaint") };
    let words = |column| -> Result<Option<String>> {
        let body = maybe(row, column)?;
        body.map(|body| serde_json::from_str(&body).map_err(|_| damaged("words"))).transpose()
    };
    let outcome = maybe(row, 7)?;
    let text_of = match (maybe(row, 12)?, words(10)?) {
        (Some(grievance), Some(sealed)) => Some(opened(keys, &grievance, &sealed)?.text),
        (_, words) => words,
    };
    Ok(ComplaintRow {
        id: text(row, 0)?,
        case: text(row, 1)?,
        name: text(row, 2)?,
        kind: ComplaintKind::parse(&text(row, 3)?).ok_or_else(|| damaged("kind"))?,
        received_on: day(row, 4)?,
        due_on: maybe_day(row, 5)?,
        answered_on: maybe_day(row, 6)?,
        outcome: outcome.map(|o| ComplaintOutcome::parse(&o).ok_or_else(|| damaged("outcome"))).transpose()?,
        answers: maybe_int(row, 8)?,
        decision: maybe(row, 9)?,
        text: text_of,
        answer: words(11)?,
    })
}

pub(crate) fn words(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(RegistryError::invalid(field, "words are missing")),
        1..=10_000 => Ok(text.to_owned()),
        _ => Err(RegistryError::invalid(field, "at most 10,000 letters")),
    }
}

/// Whether the answers of a re-check are others than those that were complained about.
async fn corrected(tx: &mut AnyConnection, case: &str, received: i64, recheck: Option<i64>) -> Result<bool> {
    let before = unchecked(tx, case, Some(received)).await?.map(|before| before.version);
    let mut both = Vec::new();
    for version in [before, recheck] {
        let Some(version) = version else { return Ok(true) };
        let hash = "SELECT answered FROM answers WHERE review_case = $1 AND version = $2";
        let hash = sql(hash, [case.into(), version.into()]).one(tx, |row| text(row, 0)).await?;
        both.push(ledger::content::<Answered>(tx, &hash).await?.map(|answered| answered.answers));
    }
    Ok(both[0] != both[1])
}

/// A case can be complained about where its round is.
fn still_here(case: &Case) -> Result<()> {
    if case.place.commune == case.round.place.commune {
        return Ok(());
    }
    let why = "another commune decided it before the reform: list the household again in a round of this one";
    Err(RegistryError::Illegal { step: "a complaint", why: why.into() })
}

impl Desk {
    /// The complaints about a case, latest first.
    pub(super) async fn complaints_of(&self, connection: &mut AnyConnection, case: &str) -> Result<Vec<ComplaintRow>> {
        let query = Query::new(COLUMNS).push(" AND k.review_case = ").bind(case).push(" ORDER BY k.at DESC, k.id DESC");
        let mut rows = query.all(connection, |row| row_of(self.keys(), row)).await?;
        self.complete_complaints(connection, &mut rows).await?;
        Ok(rows)
    }

    /// Tells by when those complaints are to be checked that came before the holidays of that time were known.
    async fn complete_complaints(&self, connection: &mut AnyConnection, rows: &mut [ComplaintRow]) -> Result<()> {
        for row in rows.iter_mut().filter(|row| row.due_on.is_none()) {
            row.due_on = self.case_complaint_due(connection, &row.case, row.received_on).await?;
        }
        Ok(())
    }

    /// By when a complaint about a case is to be checked that was received on a day, as far as that is known now.
    pub(crate) async fn case_complaint_due(
        &self,
        connection: &mut AnyConnection,
        case: &str,
        received_on: Date,
    ) -> Result<Option<Date>> {
        let pack = "SELECT r.pack, r.pack_hash FROM review_case c JOIN round r ON r.id = c.round WHERE c.id = $1";
        let pack = sql(pack, [case.into()]).one(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        self.complaint_due(connection, &pack, received_on).await
    }

    /// The same of a round's pack and its hash.
    pub(super) async fn complaint_due(
        &self,
        connection: &mut AnyConnection,
        (pack, hash): &(String, String),
        received_on: Date,
    ) -> Result<Option<Date>> {
        let program = self.register.program_as(connection, pack, hash).await?;
        limits::known(limits::complaint_due(&program, received_on))
    }

    /// Records a complaint.
    pub async fn complain(&self, case: &str, complaint: &NewComplaint) -> Result<String> {
        let (mut tx, case) = self.change_case(case, Action::Complain).await?;
        still_here(&case)?;
        let today = self.today();
        let received_on = complaint.received_on.unwrap_or(today);
        if received_on > today {
            return Err(RegistryError::invalid("received_on", "this day has not come yet"));
        }
        if received_on < case.round.opened {
            return Err(RegistryError::invalid("received_on", "the round was not open yet on this day"));
        }
        let text = ledger::store(&mut tx, &words("text", &complaint.text)?).await?;
        let id = self.complain_in(&mut tx, &case, complaint.kind, received_on, &text).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Records a complaint in a change of its case. `text` is the content that has its words. The day is what the caller
    /// knows it to be: a grievance may have been filed before any round was open.
    pub(crate) async fn complain_in(
        &self,
        tx: &mut AnyConnection,
        case: &Case,
        kind: ComplaintKind,
        received_on: Date,
        text: &str,
    ) -> Result<String> {
        still_here(case)?;
        if case.row.state == CaseState::Withdrawn {
            let why = "the case was taken off the list: list the household again".into();
            return Err(RegistryError::Illegal { step: "a complaint", why });
        }
        let program = self.program_of(tx, &case.round).await?;
        if program.pack.process.as_ref().is_none_or(|process| process.complaint.is_none()) {
            return Err(RegistryError::NoProcedure { what: "what follows a complaint".into() });
        }
        let due_on = limits::known(limits::complaint_due(&program, received_on))?;
        let (id, at) = (new_id(), self.now());
        let columns = "complaint (id, review_case, province, district, commune, hamlet, kind, received_on, due_on, state, \
                       at, text)";
        let row = [
            id.as_str().into(),
            case.row.id.as_str().into(),
            case.place.province.as_str().into(),
            case.place.district.as_deref().into(),
            case.place.commune.as_str().into(),
            case.place.hamlet.as_deref().into(),
            kind.id().into(),
            received_on.into(),
            due_on.into(),
            "open".into(),
            at.into(),
            text.into(),
        ];
        insert_all(tx, columns, [row]).await?;
        let (complaint, kind, text) = (id.clone(), kind.id().into(), text.to_owned());
        let record = ComplaintRecord { complaint, kind, received_on, due_on, text };
        let content = ledger::store(tx, &record).await?;
        let change = Change { author: &self.actor.id, kind: "complaint", subject: &case.row.id, content: &content };
        ledger::append(tx, &case.place.commune, at, &[change]).await?;
        Ok(id)
    }

    /// Answers a complaint, its case being as it was `seen` where that is told. If the re-check changed the status after a
    /// decision, the case waits for a new decision. The case's new version.
    ///
    /// # Errors
    /// [`RegistryError::Stale`]; [`RegistryError::Illegal`] when it was answered before, or when the outcome is not what the re-check gave.
    pub async fn answer_complaint(&self, id: &str, answer: &ComplaintAnswer, seen: Option<i64>) -> Result<i64> {
        self.actor.may(Action::Complain)?;
        let case = {
            let mut connection = self.store().read().await?;
            let query = Query::new("SELECT k.review_case FROM complaint k WHERE k.id = ").bind(id);
            self.actor.reach.within(query, "k").one(&mut connection, |row| text(row, 0)).await?
        };
        let (mut tx, case) = self.change_case(&case, Action::Complain).await?;
        let illegal = |why: &str| RegistryError::Illegal { step: "answering the complaint", why: why.into() };
        let (state, received) = sql("SELECT state, at FROM complaint WHERE id = $1", [id.into()])
            .one(&mut tx, |row| Ok((text(row, 0)?, int(row, 1)?)))
            .await?;
        if state != "open" {
            return Err(illegal("it was answered before"));
        }
        if seen.is_some_and(|seen| seen != case.row.version) {
            return Err(RegistryError::Stale { current: case.row.version });
        }
        let recheck = sql(
            "SELECT MAX(version) FROM answers WHERE review_case = $1 AND reason = 'recheck' AND at > $2",
            [case.row.id.as_str().into(), received.into()],
        );
        let recheck = recheck.one(&mut tx, |row| maybe_int(row, 0)).await?;
        let checked = match recheck {
            None => None,
            Some(version) => {
                let status = "SELECT status FROM answers WHERE review_case = $1 AND version = $2";
                let status = sql(status, [case.row.id.as_str().into(), version.into()]);
                Some(status.one(&mut tx, |row| text(row, 0)).await?)
            }
        };
        let Some(checked) = checked else {
            return Err(illegal("the household was not checked again since: sign answers as a re-check"));
        };
        let enough = checked != UNDETERMINED;
        let changed = self.recheck_changed(&mut tx, &case, received).await?;
        let event = match (answer.outcome, enough) {
            // What was known before goes on: see `unchecked`.
            (ComplaintOutcome::NotEnoughEvidence, false) => None,
            (ComplaintOutcome::NotEnoughEvidence, true) => return Err(illegal("the re-check gives a status")),
            (_, false) => {
                return Err(illegal("the re-check left the status undetermined: that is not enough evidence"));
            }
            (ComplaintOutcome::Changed, true) if !changed => {
                return Err(illegal("the re-check gives the same status as before"));
            }
            (ComplaintOutcome::Confirmed | ComplaintOutcome::Corrected, true) if changed => {
                return Err(illegal("the re-check gives another status than before"));
            }
            (ComplaintOutcome::Corrected, true) if !corrected(&mut tx, &case.row.id, received, recheck).await? => {
                return Err(illegal("the re-check gives the same answers as before"));
            }
            (_, true) => Some(Event::Rechecked { changed, decided: case.decision.is_some() }),
        };
        let program = self.program_of(&mut tx, &case.round).await?;
        let procedure = Procedure::of(&program, &case.round.kind, self.today())?;
        let state = match event {
            None => case.stored,
            Some(event) => match procedure.next(case.row.state, event)? {
                same if same == case.row.state => case.stored,
                next => next,
            },
        };
        let (today, at) = (self.today(), self.now());
        let told = ledger::store(&mut tx, &words("text", &answer.text)?).await?;
        sql(
            "UPDATE complaint SET state = 'answered', outcome = $2, answer = $3, answers = $4, answered_on = $5 WHERE id = $1",
            [id.into(), answer.outcome.id().into(), told.as_str().into(), recheck.into(), today.into()],
        )
        .run(&mut tx)
        .await?;
        sql(
            "UPDATE review_case SET state = $2, version = version + 1 WHERE id = $1",
            [case.row.id.as_str().into(), state.id().into()],
        )
        .run(&mut tx)
        .await?;
        let record = ComplaintAnswerRecord {
            complaint: id.to_owned(),
            outcome: answer.outcome.id().into(),
            answer: told,
            answers: recheck,
            answered_on: today,
            state: state.id().into(),
        };
        let content = ledger::store(&mut tx, &record).await?;
        let change =
            Change { author: &self.actor.id, kind: "complaint_answer", subject: &case.row.id, content: &content };
        ledger::append(&mut tx, &case.place.commune, at, &[change]).await?;
        tx.commit().await?;
        Ok(case.row.version + 1)
    }

    /// Whether the status now differs from the one that was complained about: the decided one, or of an undecided case the
    /// one its answers gave when the complaint came.
    async fn recheck_changed(&self, tx: &mut AnyConnection, case: &Case, received: i64) -> Result<bool> {
        let before = match &case.decided {
            Some(decided) => Some(decided.clone()),
            None => unchecked(tx, &case.row.id, Some(received)).await?.map(|before| before.status),
        };
        Ok(before != case.row.status)
    }

    /// Complaints within reach, of a round where given, the most urgent first; only open ones if asked.
    pub async fn complaints(&self, round: Option<&str>, open: bool, page: &PageRequest) -> Result<Page<ComplaintRow>> {
        self.actor.may(Action::ReadPeople)?;
        let mut connection = self.store().read().await?;
        let mut query = self.actor.reach.within(Query::new(COLUMNS), "k");
        if let Some(round) = round {
            query = query.push(" AND c.round = ").bind(round);
        }
        if open {
            query = query.push(" AND k.state = 'open'");
        }
        if let Some([due, id]) = page.key::<2>()? {
            query = query.push(" AND (").push(DUE).push(", k.id) > (").bind(due).push(", ").bind(id).push(")");
        }
        query = query.push(" ORDER BY ").push(DUE).push(", k.id LIMIT ").bind(page.reads());
        let rows = query.all(&mut connection, |row| row_of(self.keys(), row)).await?;
        let due = |row: &ComplaintRow| row.due_on.map_or_else(|| NO_LIMIT.to_owned(), |due| due.to_string());
        let mut page = Page::of(rows, page, |row| [due(row), row.id.clone()]);
        self.complete_complaints(&mut connection, &mut page.rows).await?;
        Ok(page)
    }
}
