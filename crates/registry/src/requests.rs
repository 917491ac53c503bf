//! Requests of households to be reviewed. One may come on any day: it is recorded with that day and the days that the pack
//! gives, and waits until a round of its kind opens, which makes a case of it, or somebody lists the household.

use crate::cases::CaseReason;
use crate::cases::picture::{NEW_CASE, Of, Taking, case_values, histories, members, subjects};
use crate::households::check_not_in_review;
use crate::ledger::{self, Change};
use crate::page::{Page, PageRequest};
use crate::procedure::{Procedure, limits};
use crate::scope::Action;
use crate::store::{Query, day, insert_all, maybe, maybe_day, sql, text};
use crate::text::{name, new_id};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use std::collections::HashMap;
use vuon_policy::process::{Opening, RoundKind, StepKind};
use vuon_policy::program::Program;

/// A request that waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct ReviewRequest {
    /// Its id.
    pub id: String,
    /// The household.
    pub household: String,
    /// Its head's name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// The name of its hamlet.
    pub hamlet_name: Option<String>,
    /// The kind of round it waits for, as the pack writes it.
    pub kind: String,
    /// The day it came.
    pub received_on: Date,
    /// The first day on which a round can open that takes it in.
    pub begins: Date,
    /// By when it is decided, if the round opens on that day; nothing until the holidays of that time are known.
    pub due: Option<Date>,
}

/// The content of an entry of the kind `review_request`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct RequestRecord {
    pub household: String,
    pub kind: String,
    pub pack: String,
    pub received_on: Date,
    pub begins: Date,
    pub due: Option<Date>,
}

/// The content of an entry of the kind `review_request_ended`: taken into a round as a case, or withdrawn for a reason.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct RequestEnded {
    pub case: Option<String>,
    pub reason: Option<String>,
}

impl RequestEnded {
    /// What state it leaves the request in.
    pub fn state(&self) -> &'static str {
        if self.case.is_some() { "listed" } else { "withdrawn" }
    }
}

/// The kind of round that takes requests: the one without a window of its own every year.
fn takes_requests(program: &Program) -> Result<&RoundKind> {
    let kinds = program.pack.process.as_ref().map(|process| process.rounds.as_slice()).unwrap_or_default();
    let kind = kinds.iter().find(|kind| !matches!(kind.opens, Opening::Yearly { .. }));
    kind.ok_or_else(|| RegistryError::NoProcedure { what: "a round that takes requests within the year".into() })
}

impl Desk {
    /// Records that a household asked to be reviewed, on the day its request came; the request's id. Its days are those of
    /// the standard in force today.
    ///
    /// # Errors
    /// [`RegistryError::Exists`] while another request of it waits; [`RegistryError::Illegal`] while it is in a review that
    /// is not decided; [`RegistryError::Invalid`] for a day to come.
    pub async fn request_review(&self, household: &str, received_on: Date) -> Result<String> {
        let mut tx = self.store().write().await?;
        let held = self.hold_household(&mut tx, household, Action::ListCases, None).await?;
        let today = self.today();
        if received_on > today {
            return Err(RegistryError::invalid("requested_on", "this day has not come yet"));
        }
        let none = || RegistryError::NoProcedure { what: "a round that takes requests within the year".into() };
        let program = self.register.standard(today).ok_or_else(none)?;
        let kind = takes_requests(&program)?;
        self.acts_in(&Procedure::of(&program, &kind.id.value, today)?, StepKind::List)?;
        let waiting = "SELECT COUNT(*) FROM review_request WHERE household = $1 AND state = 'waiting'";
        if sql(waiting, [household.into()]).count(&mut tx).await? > 0 {
            return Err(RegistryError::Exists { what: "a request of the household that waits".into() });
        }
        check_not_in_review(&mut tx, household, "a request to be reviewed").await?;
        let (begins, due) = limits::request_days(&program, kind, received_on)?;
        let id = new_id();
        let record = RequestRecord {
            household: household.to_owned(),
            kind: kind.id.value.clone(),
            pack: program.pack.id.value.clone(),
            received_on,
            begins,
            due,
        };
        let row = [
            id.as_str().into(),
            household.into(),
            record.kind.as_str().into(),
            received_on.into(),
            begins.into(),
            due.into(),
            "waiting".into(),
        ];
        let columns = "review_request (id, household, kind, received_on, begins, due, state)";
        insert_all(&mut tx, columns, [row]).await?;
        let content = ledger::store(&mut tx, &record).await?;
        let change = Change { author: &self.actor.id, kind: "review_request", subject: &id, content: &content };
        ledger::append(&mut tx, &held.place.commune, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The requests that wait, the oldest first; of one commune, where one is told.
    pub async fn review_requests(&self, commune: Option<&str>, page: &PageRequest) -> Result<Page<ReviewRequest>> {
        self.actor.may(Action::ReadPeople)?;
        let query = Query::new(
            "SELECT q.id, q.household, h.name, h.code, t.name, q.kind, q.received_on, q.begins, q.due \
             FROM review_request q JOIN household h ON h.id = q.household LEFT JOIN hamlet t ON t.id = h.hamlet \
             WHERE q.state = 'waiting' AND h.closed IS NULL",
        );
        let mut query = self.actor.reach.within(query, "h");
        if let Some(commune) = commune {
            query = query.push(" AND h.commune = ").bind(commune);
        }
        if let Some([received_on, id]) = page.key::<2>()? {
            query = query.push(" AND (q.received_on, q.id) > (").bind(received_on).push(", ").bind(id).push(")");
        }
        let query = query.push(" ORDER BY q.received_on, q.id LIMIT ").bind(page.reads());
        let mut connection = self.store().read().await?;
        let rows = query.all(&mut connection, |row| {
            Ok(ReviewRequest {
                id: text(row, 0)?,
                household: text(row, 1)?,
                name: text(row, 2)?,
                code: text(row, 3)?,
                hamlet_name: maybe(row, 4)?,
                kind: text(row, 5)?,
                received_on: day(row, 6)?,
                begins: day(row, 7)?,
                due: maybe_day(row, 8)?,
            })
        });
        let mut rows = rows.await?;
        for row in rows.iter_mut().filter(|row| row.due.is_none()) {
            row.due = self.request_due(row)?;
        }
        Ok(Page::of(rows, page, |row| [row.received_on.to_string(), row.id.clone()]))
    }

    /// By when a request is decided that came before the holidays of that time were known.
    fn request_due(&self, row: &ReviewRequest) -> Result<Option<Date>> {
        let Some(standard) = self.register.standard(row.received_on) else { return Ok(None) };
        let kind = standard.pack.process.as_ref().and_then(|process| process.round(&row.kind));
        Ok(kind
            .map(|kind| limits::request_days(&standard, kind, row.received_on))
            .transpose()?
            .and_then(|(_, due)| due))
    }

    /// Ends a request that waits without a review, for a reason that is recorded.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] for one out of reach, or that does not wait.
    pub async fn withdraw_review_request(&self, id: &str, reason: &str) -> Result<()> {
        self.actor.may(Action::RunReview)?;
        let mut tx = self.store().write().await?;
        let household = "SELECT household FROM review_request WHERE id = $1 AND state = 'waiting'";
        let household = sql(household, [id.into()]).one(&mut tx, |row| text(row, 0)).await?;
        let held = self.hold_household(&mut tx, &household, Action::RunReview, None).await?;
        let ended = RequestEnded { case: None, reason: Some(name("reason", reason)?) };
        let said = end_request(&mut tx, &household, &ended).await?.ok_or(RegistryError::NotFound)?;
        let change =
            Change { author: &self.actor.id, kind: "review_request_ended", subject: &said.0, content: &said.1 };
        ledger::append(&mut tx, &held.place.commune, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Makes cases of a round that opens of the requests that wait for its kind, each with the day it came. A household that
    /// is in another review waits on.
    pub(crate) async fn take_requests(
        &self,
        tx: &mut AnyConnection,
        commune: &str,
        taking: &Taking<'_>,
        procedure: &Procedure<'_>,
        at: i64,
    ) -> Result<()> {
        let waiting = "SELECT q.household, q.received_on FROM review_request q JOIN household h ON h.id = q.household \
                       WHERE q.state = 'waiting' AND h.closed IS NULL AND h.commune = $1 AND q.kind = $2 \
                       ORDER BY q.received_on, q.id";
        let waiting = sql(waiting, [commune.into(), procedure.kind.id.value.as_str().into()]);
        let waiting: Vec<(String, Date)> = waiting.all(tx, |row| Ok((text(row, 0)?, day(row, 1)?))).await?;
        for (household, received_on) in waiting {
            match check_not_in_review(tx, &household, "a request to be reviewed").await {
                Err(RegistryError::Illegal { .. }) => continue,
                other => other?,
            }
            let of = Of::Household(&household);
            let Some(subject) = subjects(tx, of).await?.pop() else { continue };
            let people = members(tx, of).await?.remove(&household).unwrap_or_default();
            let past = histories(tx, of, taking.reviewed_on).await?.remove(&household).unwrap_or_default();
            let due = limits::case_due(taking.program, procedure.kind, Some(received_on))?;
            let picture = taking.of(&subject, people, past, CaseReason::Requested, (Some(received_on), due));
            let snapshot = ledger::store(tx, &picture).await?;
            let case = new_id();
            insert_all(tx, NEW_CASE, [case_values(&case, &subject, &picture, snapshot.clone())]).await?;
            let ended = RequestEnded { case: Some(case.clone()), reason: None };
            let said = end_request(tx, &household, &ended).await?;
            let author = self.actor.id.as_str();
            let mut changes = vec![Change { author, kind: "listed", subject: &case, content: &snapshot }];
            if let Some((id, content)) = &said {
                changes.push(Change { author, kind: "review_request_ended", subject: id, content });
            }
            ledger::append(tx, commune, at, &changes).await?;
        }
        Ok(())
    }
}

/// A household that asked to be reviewed and waits is not ended: nobody would ever answer it.
pub(crate) async fn check_no_request_waits(
    connection: &mut AnyConnection,
    household: &str,
    step: &'static str,
) -> Result<()> {
    let waiting = "SELECT COUNT(*) FROM review_request WHERE household = $1 AND state = 'waiting'";
    if sql(waiting, [household.into()]).count(connection).await? == 0 {
        return Ok(());
    }
    let why = "the household asked to be reviewed and waits; list it in a round or withdraw its request first".into();
    Err(RegistryError::Illegal { step, why })
}

/// Ends the requests of households that are cases of a round now: what the ledger is told of each.
pub(crate) async fn end_requests(
    tx: &mut AnyConnection,
    commune: &str,
    case_of: &HashMap<&str, &str>,
) -> Result<Vec<(String, String)>> {
    let waiting = "SELECT q.household FROM review_request q JOIN household h ON h.id = q.household \
                   WHERE q.state = 'waiting' AND h.commune = $1 ORDER BY q.received_on, q.id";
    let mut said = Vec::new();
    for household in sql(waiting, [commune.into()]).all(tx, |row| text(row, 0)).await? {
        if let Some(case) = case_of.get(household.as_str()) {
            let ended = RequestEnded { case: Some((*case).to_owned()), reason: None };
            said.extend(end_request(tx, &household, &ended).await?);
        }
    }
    Ok(said)
}

/// Ends the request of a household that waits, if one does: its id and the content that says so.
pub(crate) async fn end_request(
    tx: &mut AnyConnection,
    household: &str,
    ended: &RequestEnded,
) -> Result<Option<(String, String)>> {
    let waiting = "SELECT id FROM review_request WHERE household = $1 AND state = 'waiting'";
    let Some(id) = sql(waiting, [household.into()]).first(tx, |row| text(row, 0)).await? else { return Ok(None) };
    sql(
        "UPDATE review_request SET state = $2, review_case = $3 WHERE id = $1",
        [id.as_str().into(), ended.state().into(), ended.case.clone().into()],
    )
    .run(tx)
    .await?;
    let content = ledger::store(tx, ended).await?;
    Ok(Some((id, content)))
}
