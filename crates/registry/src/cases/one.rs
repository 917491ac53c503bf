//! One case as the database has it, for those who read or change it.

use super::standing::{standing, stored};
use super::{CaseReason, CaseRow, CaseState};
use crate::rounds::RoundRow;
use crate::rounds::one::{ROUND_COLUMNS, round_row};
use crate::scope::{Action, Place};
use crate::store::{Query, int, maybe, maybe_day, text};
use crate::{Desk, RegistryError, Result, ledger};
use jiff::civil::Date;
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Transaction};

/// A case and its round.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// As lists show it, standing where it stands today.
    pub row: CaseRow,
    pub place: Place,
    /// Where it stood when it was last written.
    pub stored: CaseState,
    pub posted_until: Option<Date>,
    pub posting: Option<String>,
    pub decision: Option<String>,
    pub decided: Option<String>,
    pub snapshot: String,
    pub round: RoundRow,
}

/// The columns of a case (`c`, its hamlet `m`).
pub(crate) const CASE_COLUMNS: &str = "c.id, c.round, c.household, c.name, c.persons, m.name, c.state, c.reason, \
     c.before, c.status, c.answers, c.due, c.version, c.posted_until, c.decided";
/// How many those are.
pub(crate) const CASE_WIDTH: usize = 15;

/// A case as lists show it, in its stored state; and until when it is posted.
pub(crate) fn case_row(row: &AnyRow) -> Result<(CaseRow, Option<Date>)> {
    let reason = CaseReason::parse(&text(row, 7)?);
    let shown = CaseRow {
        id: text(row, 0)?,
        round: text(row, 1)?,
        household: text(row, 2)?,
        name: text(row, 3)?,
        persons: int(row, 4)?,
        hamlet_name: maybe(row, 5)?,
        state: stored(&text(row, 6)?)?,
        reason: reason.ok_or_else(|| RegistryError::Damaged { what: "the reason of a case".into() })?,
        before: maybe(row, 8)?,
        status: maybe(row, 9)?,
        decided: maybe(row, 14)?,
        answers: int(row, 10)?,
        due: maybe_day(row, 11)?,
        version: int(row, 12)?,
    };
    Ok((shown, maybe_day(row, 13)?))
}

impl Desk {
    /// A case within reach.
    pub(crate) async fn load_case(&self, connection: &mut AnyConnection, id: &str) -> Result<Case> {
        let query = Query::new("SELECT ").push(CASE_COLUMNS);
        let query =
            query.push(", c.province, c.district, c.commune, c.hamlet, c.posting, c.decision, c.decided, c.snapshot, ");
        let query = query.push(ROUND_COLUMNS).push(
            " FROM review_case c JOIN round r ON r.id = c.round LEFT JOIN area a ON a.id = r.commune \
             LEFT JOIN hamlet m ON m.id = c.hamlet WHERE c.id = ",
        );
        let query = self.actor.reach.within(query.bind(id), "c");
        let mut case = query
            .one(connection, |row| {
                let (shown, posted_until) = case_row(row)?;
                let at = CASE_WIDTH;
                Ok(Case {
                    stored: shown.state,
                    row: shown,
                    posted_until,
                    place: Place {
                        province: text(row, at)?,
                        district: maybe(row, at + 1)?,
                        commune: text(row, at + 2)?,
                        hamlet: maybe(row, at + 3)?,
                    },
                    posting: maybe(row, at + 4)?,
                    decision: maybe(row, at + 5)?,
                    decided: maybe(row, at + 6)?,
                    snapshot: text(row, at + 7)?,
                    round: round_row(row, at + 8)?,
                })
            })
            .await?;
        let program = self.program_of(connection, &case.round).await?;
        case.row.state = standing(&program, &case.round.kind, self.today(), case.stored, case.posted_until)?;
        Ok(case)
    }

    /// Begins a change of a case: waits for its commune's chain, then looks.
    pub(crate) async fn change_case(&self, id: &str, action: Action) -> Result<(Transaction<'static, Any>, Case)> {
        self.actor.may(action)?;
        let mut tx = self.store().write().await?;
        let query = Query::new("SELECT c.commune FROM review_case c WHERE c.id = ").bind(id);
        let commune = self.actor.reach.within(query, "c").one(&mut tx, |row| text(row, 0)).await?;
        ledger::hold(&mut tx, &commune).await?;
        let case = self.load_case(&mut tx, id).await?;
        self.actor.may_at(action, &case.place)?;
        Ok((tx, case))
    }
}
