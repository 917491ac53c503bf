//! What the commune does with grievances: reads them, takes one up as a complaint about a case, answers it.

use super::records::{GrievanceAnswerRecord, TakenUpRecord, opened};
use super::{GrievanceRow, GrievanceState, GrievanceView};
use crate::cases::ComplaintKind;
use crate::cases::complaints::words;
use crate::ledger::Change;
use crate::page::{Page, PageRequest};
use crate::scope::Action;
use crate::store::{Query, day, maybe, maybe_day, sql, text};
use crate::{Desk, RegistryError, Result, ledger};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

const COLUMNS: &str = "SELECT g.id, g.commune, a.kind || ' ' || a.name, g.kind, g.received_on, \
     CASE WHEN g.complaint IS NULL THEN g.due_on ELSE k.due_on END, g.state, k.review_case, g.complaint, k.answered_on, \
     g.answered_on, s.body, t.body, g.said FROM grievance g JOIN area a ON a.id = g.commune \
     LEFT JOIN complaint k ON k.id = g.complaint LEFT JOIN content s ON s.hash = g.said \
     LEFT JOIN content t ON t.hash = g.answer WHERE 1 = 1";

/// Those that wait for the officer: to be taken up or answered, or for words to whoever follows.
const WAITS: &str = " AND (g.state = 'waiting' OR (g.state = 'taken_up' AND k.state = 'answered'))";

fn damaged(what: &str) -> RegistryError {
    RegistryError::Damaged { what: format!("the {what} of a grievance") }
}

fn row_of(row: &AnyRow) -> Result<GrievanceRow> {
    Ok(GrievanceRow {
        id: text(row, 0)?,
        commune: text(row, 1)?,
        commune_name: text(row, 2)?,
        kind: ComplaintKind::parse(&text(row, 3)?).ok_or_else(|| damaged("kind"))?,
        received_on: day(row, 4)?,
        due_on: maybe_day(row, 5)?,
        state: GrievanceState::parse(&text(row, 6)?).ok_or_else(|| damaged("state"))?,
        case: maybe(row, 7)?,
        complaint: maybe(row, 8)?,
        checked_on: maybe_day(row, 9)?,
        answered_on: maybe_day(row, 10)?,
    })
}

impl Desk {
    /// Grievances within reach, those filed first before others: the limit of each counts from that day. Those alone that wait for
    /// the officer, if asked.
    pub async fn grievances(&self, waiting: bool, page: &PageRequest) -> Result<Page<GrievanceRow>> {
        self.actor.may(Action::ReadGrievances)?;
        let query = self.actor.reach.within_commune(Query::new(COLUMNS), "g");
        let query = if waiting { query.push(WAITS) } else { query };
        let query = match page.key::<2>()? {
            Some([filed, id]) => query.push(" AND (g.received_on, g.id) > (").bind(filed).push(", ").bind(id).push(")"),
            None => query,
        };
        let query = query.push(" ORDER BY g.received_on, g.id LIMIT ").bind(page.reads());
        let mut connection = self.store().read().await?;
        let mut rows = query.all(&mut connection, row_of).await?;
        for row in &mut rows {
            self.complete(&mut connection, row).await?;
        }
        Ok(Page::of(rows, page, |row| [row.received_on.to_string(), row.id.clone()]))
    }

    /// Tells by when a grievance is to be checked that was filed before the holidays of its year were known.
    async fn complete(&self, connection: &mut AnyConnection, row: &mut GrievanceRow) -> Result<()> {
        if row.due_on.is_none() {
            row.due_on = match &row.case {
                Some(case) => self.case_complaint_due(connection, case, row.received_on).await?,
                None => self.grievance_due(row.received_on)?,
            };
        }
        Ok(())
    }

    /// How many grievances within reach wait for the officer.
    pub async fn grievances_waiting(&self) -> Result<i64> {
        self.actor.may(Action::ReadGrievances)?;
        let query =
            Query::new("SELECT COUNT(*) FROM grievance g LEFT JOIN complaint k ON k.id = g.complaint WHERE 1 = 1");
        let query = self.actor.reach.within_commune(query, "g").push(WAITS);
        query.count(&mut *self.store().read().await?).await
    }

    /// A grievance with its words.
    pub async fn grievance(&self, id: &str) -> Result<GrievanceView> {
        self.actor.may(Action::ReadGrievances)?;
        Ok(self.grievance_in(&mut *self.store().read().await?, id).await?.0)
    }

    /// A grievance, and the content that has its words under their seal.
    async fn grievance_in(&self, connection: &mut AnyConnection, id: &str) -> Result<(GrievanceView, String)> {
        let query = self.actor.reach.within_commune(Query::new(COLUMNS).push(" AND g.id = ").bind(id), "g");
        let found = query.one(connection, |row| Ok((row_of(row)?, maybe(row, 11)?, maybe(row, 12)?, text(row, 13)?)));
        let (mut row, said, answer, content) = found.await?;
        self.complete(connection, &mut row).await?;
        let sealed: String =
            serde_json::from_str(&said.ok_or_else(|| damaged("words"))?).map_err(|_| damaged("words"))?;
        let said = opened(self.keys(), id, &sealed)?;
        let answer = answer.map(|body| serde_json::from_str(&body).map_err(|_| damaged("answer"))).transpose()?;
        let contact = Some(said.contact).filter(|contact| !contact.is_empty());
        let contact = contact.filter(|_| self.actor.may(Action::Complain).is_ok());
        Ok((GrievanceView { row, text: said.text, household: said.household, contact, answer }, content))
    }

    /// Takes a grievance up as a complaint about a case of its commune; the complaint's id. Its deadline counts from the
    /// day the grievance was filed, even if no round was open then. Its words stay under their seal.
    ///
    /// # Errors
    /// As [`complain`](Self::complain); [`RegistryError::Illegal`] when it was taken up or answered before.
    pub async fn take_up_grievance(&self, id: &str, case: &str) -> Result<String> {
        let (mut tx, case) = self.change_case(case, Action::Complain).await?;
        let (GrievanceView { row: grievance, .. }, said) = self.grievance_in(&mut tx, id).await?;
        if grievance.commune != case.place.commune {
            return Err(RegistryError::NotFound);
        }
        if grievance.state != GrievanceState::Waiting {
            let why = "it was taken up or answered before".into();
            return Err(RegistryError::Illegal { step: "taking up the grievance", why });
        }
        let complaint = self.complain_in(&mut tx, &case, grievance.kind, grievance.received_on, &said).await?;
        let taken = "UPDATE grievance SET state = 'taken_up', complaint = $2 WHERE id = $1";
        sql(taken, [id.into(), complaint.as_str().into()]).run(&mut tx).await?;
        let record = TakenUpRecord { case: case.row.id.clone(), complaint: complaint.clone() };
        let content = ledger::store(&mut tx, &record).await?;
        let change = Change { author: &self.actor.id, kind: "grievance_taken_up", subject: id, content: &content };
        ledger::append(&mut tx, &case.place.commune, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(complaint)
    }

    /// Answers whoever follows a grievance by its code: why it is not taken up, or what became of the complaint it is.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] when it was answered before, or its complaint is not answered yet.
    pub async fn answer_grievance(&self, id: &str, answer: &str) -> Result<()> {
        self.actor.may(Action::Complain)?;
        let mut tx = self.store().write().await?;
        let commune = self.grievance_in(&mut tx, id).await?.0.row.commune;
        ledger::hold(&mut tx, &commune).await?;
        let GrievanceRow { state, checked_on, .. } = self.grievance_in(&mut tx, id).await?.0.row;
        let illegal = |why: &str| RegistryError::Illegal { step: "answering the grievance", why: why.into() };
        match state {
            GrievanceState::Answered => return Err(illegal("it was answered before")),
            GrievanceState::TakenUp if checked_on.is_none() => {
                return Err(illegal("the complaint that it became is not answered yet"));
            }
            GrievanceState::TakenUp | GrievanceState::Waiting => {}
        }
        let answered_on = self.today();
        let answer = ledger::store(&mut tx, &words("text", answer)?).await?;
        sql(
            "UPDATE grievance SET state = 'answered', answer = $2, answered_on = $3 WHERE id = $1",
            [id.into(), answer.as_str().into(), answered_on.into()],
        )
        .run(&mut tx)
        .await?;
        let content = ledger::store(&mut tx, &GrievanceAnswerRecord { answer, answered_on }).await?;
        let change = Change { author: &self.actor.id, kind: "grievance_answered", subject: id, content: &content };
        ledger::append(&mut tx, &commune, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }
}
