//! Putting a household on a round's list, and taking it off.

use super::CaseReason;
use super::picture::{NEW_CASE, Of, Taking, case_values, has_list, histories, members, subjects};
use super::records::{Picture, WithdrawnRecord};
use super::standing::stored;
use crate::ledger::Change;
use crate::procedure::{Event, Procedure, limits};
use crate::requests::{RequestEnded, end_request};
use crate::rounds::one::commune_place;
use crate::scope::Action;
use crate::store::{insert_all, int, maybe, sql, text};
use crate::text::new_id;
use crate::{Desk, RegistryError, Result, ledger};
use jiff::civil::Date;
use vuon_policy::process::StepKind;

impl Desk {
    /// Adds a household to a round's list; the case. `requested_on` is the day its request came, for rounds that count
    /// from it. The picture of the household is taken now; a request of it that waits is answered by the case. A case that was taken off the list is put on it again by who may
    /// take it off.
    pub async fn list_case(
        &self,
        round: &str,
        household: &str,
        reason: CaseReason,
        requested_on: Option<Date>,
    ) -> Result<String> {
        self.actor.may(Action::ListCases)?;
        let hamlet = {
            let mut connection = self.store().read().await?;
            self.place_of_household(&mut connection, household).await?.hamlet
        };
        let (mut tx, round, program) = self.change_round_in(round, Action::ListCases, hamlet.as_deref()).await?;
        let today = self.today();
        let procedure = Procedure::of(&program, &round.kind, today)?;
        self.acts_in(&procedure, StepKind::List)?;
        if round.state != "open" {
            let why = "the round is closed".into();
            return Err(RegistryError::Illegal { step: "listing a household", why });
        }
        if requested_on.is_some_and(|day| day > today) {
            return Err(RegistryError::invalid("requested_on", "this day has not come yet"));
        }
        let due = limits::case_due(&program, procedure.kind, requested_on)?;
        let of = Of::Household(household);
        let subject = subjects(&mut tx, of).await?.pop().ok_or(RegistryError::NotFound)?;
        self.actor.may_at(Action::ListCases, &subject.place)?;
        if subject.place.commune != round.place.commune {
            return Err(RegistryError::invalid("household", "it lives in another commune than the round's"));
        }
        let before = "SELECT id, state, version, decision FROM review_case WHERE round = $1 AND household = $2";
        let before = sql(before, [round.id.as_str().into(), household.into()])
            .first(&mut tx, |row| Ok((text(row, 0)?, stored(&text(row, 1)?)?, int(row, 2)?, maybe(row, 3)?)))
            .await?;
        let first = match &before {
            None => procedure.first(),
            Some((_, super::CaseState::Withdrawn, ..)) => {
                self.actor.may(Action::RunReview)?;
                procedure.next(super::CaseState::Withdrawn, Event::Relisted)?
            }
            Some(_) => return Err(RegistryError::Exists { what: "the household's case in this round".into() }),
        };

        let commune = &round.place.commune;
        let taking = Taking {
            program: &program,
            round: &round.id,
            reviewed_on: round.reviewed_on,
            opened: today,
            commune_kind: &commune_place(&mut tx, commune).await?.1,
            has_list: has_list(&mut tx, commune, round.reviewed_on).await?,
            first,
        };
        let people = members(&mut tx, of).await?.remove(household).unwrap_or_default();
        let past = histories(&mut tx, of, round.reviewed_on).await?.remove(household).unwrap_or_default();
        let picture = taking.of(&subject, people, past, reason, (requested_on, due));
        let snapshot = ledger::store(&mut tx, &picture).await?;
        let id = match before {
            None => {
                let id = new_id();
                insert_all(&mut tx, NEW_CASE, [case_values(&id, &subject, &picture, snapshot.clone())]).await?;
                id
            }
            Some((id, _, version, _)) => {
                self.list_again(&mut tx, &id, version, &subject, &picture, &snapshot).await?;
                id
            }
        };
        let author = self.actor.id.as_str();
        let mut changes = vec![Change { author, kind: "listed", subject: &id, content: &snapshot }];
        let ended = RequestEnded { case: Some(id.clone()), reason: None };
        let request = end_request(&mut tx, household, &ended).await?;
        if let Some((request, content)) = &request {
            changes.push(Change { author, kind: "review_request_ended", subject: request, content });
        }
        ledger::append(&mut tx, commune, self.now(), &changes).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn list_again(
        &self,
        tx: &mut sqlx::AnyConnection,
        id: &str,
        version: i64,
        subject: &super::picture::Subject,
        picture: &Picture,
        snapshot: &str,
    ) -> Result<()> {
        let changed = sql(
            "UPDATE review_case SET hamlet = $2, name = $3, name_key = $4, persons = $5, state = $6, reason = $7, \
             before = $8, snapshot = $9, opened = $10, due = $11, version = $12, posting = NULL, posted_until = NULL \
             WHERE id = $1",
            [
                id.into(),
                subject.place.hamlet.as_deref().into(),
                subject.name.as_str().into(),
                subject.name_key.as_str().into(),
                subject.persons.into(),
                picture.state.as_str().into(),
                picture.reason.as_str().into(),
                picture.history.status.as_deref().into(),
                snapshot.into(),
                picture.opened.into(),
                picture.due.into(),
                (version + 1).into(),
            ],
        );
        changed.run(tx).await.map(|_| ())
    }

    /// Takes a case off a round's list before it is decided, for a reason that is recorded.
    pub async fn withdraw_case(&self, id: &str, version: i64, reason: &str) -> Result<()> {
        let (mut tx, case) = self.change_case(id, Action::RunReview).await?;
        if case.row.version != version {
            return Err(RegistryError::Stale { current: case.row.version });
        }
        let reason = crate::text::name("reason", reason)?;
        if case.decision.is_some() {
            let why = "the case was decided".into();
            return Err(RegistryError::Illegal { step: "taking it off the list", why });
        }
        let open = "SELECT COUNT(*) FROM complaint WHERE review_case = $1 AND state = 'open'";
        if sql(open, [id.into()]).count(&mut tx).await? > 0 {
            let why = "a complaint about it is not answered".into();
            return Err(RegistryError::Illegal { step: "taking it off the list", why });
        }
        let program = self.program_of(&mut tx, &case.round).await?;
        let procedure = Procedure::of(&program, &case.round.kind, self.today())?;
        let state = procedure.next(case.row.state, Event::Withdrawn)?;
        sql("UPDATE review_case SET state = $2, version = version + 1 WHERE id = $1", [id.into(), state.id().into()])
            .run(&mut tx)
            .await?;
        let content = ledger::store(&mut tx, &WithdrawnRecord { reason, state: state.id().into() }).await?;
        let change = Change { author: &self.actor.id, kind: "withdrawn", subject: id, content: &content };
        ledger::append(&mut tx, &case.place.commune, self.now(), &[change]).await?;
        tx.commit().await?;
        Ok(())
    }
}
