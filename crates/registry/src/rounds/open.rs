//! Opening and closing rounds.

use super::NewRound;
use super::one::commune_place;
use crate::cases::CaseReason;
use crate::cases::picture::{NEW_CASE, Of, Taking, case_values, has_list, histories, members, subjects};
use crate::cases::records::RoundRecord;
use crate::ledger::Change;
use crate::procedure::{Procedure, limits};
use crate::requests::end_requests;
use crate::scope::Action;
use crate::spells::history::newly_escaped_months;
use crate::store::{insert_all, sql};
use crate::text::new_id;
use crate::{Desk, RegistryError, Result, ledger};
use jiff::civil::Date;
use vuon_policy::calendar::Day;
use vuon_policy::process::{Opening, StepKind};
use vuon_policy::program::Program;

/// Makes sure that a pack counts for reviews of a day. A review decides for the year after, so a pack that will be in
/// force then counts too.
fn counts_on(program: &Program, pack: &str, day: Date) -> Result<()> {
    let then = day.checked_add(jiff::Span::new().years(1)).unwrap_or(day);
    if [day, then].into_iter().any(|day| program.in_force_on(Day::from_date(day))) {
        return Ok(());
    }
    Err(RegistryError::Pack { pack: pack.to_owned(), why: format!("it is in force neither on {day} nor a year later") })
}

impl Desk {
    /// Opens a round. In a round with a window of its own every year, every household on the present list, and every one
    /// still within its window after leaving it, becomes a case; in others, households that ask: those whose requests wait,
    /// and who comes later.
    ///
    /// # Errors
    /// [`RegistryError::Illegal`] outside of the period of the procedure, or while another round of the kind and year is
    /// open.
    pub async fn open_round(&self, new: &NewRound) -> Result<String> {
        self.actor.may(Action::RunReview)?;
        let mut tx = self.store().write().await?;
        let (place, commune_kind, _) = commune_place(&mut tx, &new.commune).await?;
        self.actor.may_at(Action::RunReview, &place)?;
        ledger::hold(&mut tx, &new.commune).await?;

        let program = self.register.listing_program(&new.pack)?;
        let method = program.method(new.method.as_deref());
        let method = method.ok_or_else(|| RegistryError::invalid("method", "the pack has no such method"))?;
        let today = self.today();
        let procedure = Procedure::of(&program, &new.kind, today)?;
        self.acts_in(&procedure, StepKind::List)?;
        counts_on(&program, &new.pack, today)?;
        let due = limits::round_due(&program, procedure.kind, new.year, today)?;

        let keys = || [new.commune.as_str().into(), new.kind.as_str().into(), new.year.into()];
        let open = "SELECT COUNT(*) FROM round WHERE commune = $1 AND kind = $2 AND year = $3 AND state = 'open'";
        if sql(open, keys()).count(&mut tx).await? > 0 {
            let why = "another round of this kind and year is open in this commune: close it first".into();
            return Err(RegistryError::Illegal { step: "opening a round", why });
        }
        let last = "SELECT COALESCE(MAX(number), 0) FROM round WHERE commune = $1 AND kind = $2 AND year = $3";
        let number = sql(last, keys()).count(&mut tx).await? + 1;

        let (id, at) = (new_id(), self.now());
        let record = RoundRecord {
            commune: new.commune.clone(),
            kind: new.kind.clone(),
            year: new.year,
            number,
            pack: new.pack.clone(),
            pack_hash: program.hash.clone(),
            method: program.pack.methods[method].id.value.clone(),
            state: "open".into(),
            opened: today,
            due,
            reviewed_on: today,
        };
        let columns = "round (id, province, district, commune, kind, year, number, pack, pack_hash, method, state, opened, \
                       due, reviewed_on, known_at)";
        let row = [
            id.as_str().into(),
            place.province.as_str().into(),
            place.district.as_deref().into(),
            new.commune.as_str().into(),
            new.kind.as_str().into(),
            new.year.into(),
            number.into(),
            new.pack.as_str().into(),
            program.hash.as_str().into(),
            record.method.as_str().into(),
            "open".into(),
            today.into(),
            due.into(),
            today.into(),
            at.into(),
        ];
        insert_all(&mut tx, columns, [row]).await?;
        self.register.keep_program(&mut tx, &program).await?;
        let content = ledger::store(&mut tx, &record).await?;
        let opened = Change { author: &self.actor.id, kind: "round", subject: &id, content: &content };
        ledger::append(&mut tx, &new.commune, at, &[opened]).await?;

        let taking = Taking {
            program: &program,
            round: &id,
            reviewed_on: today,
            opened: today,
            commune_kind: &commune_kind,
            has_list: has_list(&mut tx, &new.commune, today).await?,
            first: procedure.first(),
        };
        match procedure.kind.opens {
            Opening::Yearly { .. } => self.list_all(&mut tx, &new.commune, &taking, at).await?,
            Opening::Monthly { .. } | Opening::OnRequest => {
                self.take_requests(&mut tx, &new.commune, &taking, &procedure, at).await?;
            }
        }
        tx.commit().await?;
        Ok(id)
    }

    /// Makes a case of every household on the present list and of every newly escaped one.
    async fn list_all(&self, tx: &mut sqlx::AnyConnection, commune: &str, taking: &Taking<'_>, at: i64) -> Result<()> {
        let of = Of::Commune(commune);
        let mut pasts = histories(tx, of, taking.reviewed_on).await?;
        let months = newly_escaped_months(taking.program);
        let mut people = members(tx, of).await?;
        let (mut cases, mut pictures) = (Vec::new(), Vec::new());
        for subject in subjects(tx, of).await? {
            let Some(past) = pasts.remove(&subject.household) else { continue };
            let reason = if past.is_listed() {
                CaseReason::Listed
            } else if months.is_some_and(|months| past.left_within(months, taking.reviewed_on)) {
                CaseReason::NewlyEscaped
            } else {
                continue;
            };
            let members = people.remove(&subject.household).unwrap_or_default();
            pictures.push(taking.of(&subject, members, past, reason, (None, None)));
            cases.push((new_id(), subject));
        }
        let snapshots = ledger::store_all(tx, &pictures).await?;
        let rows = cases.iter().zip(&pictures).zip(&snapshots);
        let rows = rows.map(|(((id, subject), picture), hash)| case_values(id, subject, picture, hash.clone()));
        insert_all(tx, NEW_CASE, rows).await?;
        let case_of = cases.iter().map(|(id, subject)| (subject.household.as_str(), id.as_str())).collect();
        let answered = end_requests(tx, commune, &case_of).await?;
        let author = self.actor.id.as_str();
        let listed = cases.iter().zip(&snapshots);
        let listed = listed.map(|((id, _), content)| Change { author, kind: "listed", subject: id, content });
        let answered =
            answered.iter().map(|(id, content)| Change { author, kind: "review_request_ended", subject: id, content });
        let changes: Vec<Change<'_>> = listed.chain(answered).collect();
        ledger::append(tx, commune, at, &changes).await?;
        Ok(())
    }

    /// Closes a round in which every case is decided and no complaint is open.
    pub async fn close_round(&self, id: &str) -> Result<()> {
        let (mut tx, round, _) = self.change_round(id, Action::RunReview).await?;
        let illegal = |why: String| RegistryError::Illegal { step: "closing the round", why };
        if round.state != "open" {
            return Err(illegal("it is closed".into()));
        }
        let waiting = "SELECT COUNT(*) FROM review_case WHERE round = $1 AND state <> 'withdrawn' \
                       AND (decision IS NULL OR state NOT IN ('certificate', 'done'))";
        let waiting = sql(waiting, [id.into()]).count(&mut tx).await?;
        if waiting > 0 {
            return Err(illegal(format!("{waiting} cases are not decided")));
        }
        let open = "SELECT COUNT(*) FROM complaint k JOIN review_case c ON c.id = k.review_case \
                    WHERE c.round = $1 AND k.state = 'open'";
        let open = sql(open, [id.into()]).count(&mut tx).await?;
        if open > 0 {
            return Err(illegal(format!("{open} complaints are not answered")));
        }
        sql("UPDATE round SET state = 'closed' WHERE id = $1", [id.into()]).run(&mut tx).await?;
        let record = RoundRecord {
            commune: round.place.commune.clone(),
            kind: round.kind,
            year: round.year,
            number: round.number,
            pack: round.pack,
            pack_hash: round.pack_hash,
            method: round.method,
            state: "closed".into(),
            opened: round.opened,
            due: round.due,
            reviewed_on: round.reviewed_on,
        };
        let content = ledger::store(&mut tx, &record).await?;
        let closed = Change { author: &self.actor.id, kind: "round", subject: id, content: &content };
        ledger::append(&mut tx, &round.place.commune, self.now(), &[closed]).await?;
        tx.commit().await?;
        Ok(())
    }
}
