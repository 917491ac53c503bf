//! One round as the database has it, for those who read or change it.

use super::RoundRow;
use crate::procedure::Procedure;
use crate::scope::{Action, Place};
use crate::store::{Query, day, int, maybe, sql, text};
use crate::{Desk, RegistryError, Result, ledger};
use sqlx::any::AnyRow;
use sqlx::{Any, AnyConnection, Transaction};
use std::sync::Arc;
use vuon_policy::process::StepKind;
use vuon_policy::program::Program;

/// The columns of a round (`r`, its commune `a`).
pub(crate) const ROUND_COLUMNS: &str = "r.id, r.province, r.district, r.commune, a.name, r.kind, r.year, r.number, r.pack, \
     r.pack_hash, r.method, r.state, r.opened, r.due, r.reviewed_on";

/// Reads them, from a column on.
pub(crate) fn round_row(row: &AnyRow, at: usize) -> Result<RoundRow> {
    Ok(RoundRow {
        id: text(row, at)?,
        place: Place {
            province: text(row, at + 1)?,
            district: maybe(row, at + 2)?,
            commune: text(row, at + 3)?,
            hamlet: None,
        },
        commune_name: maybe(row, at + 4)?.unwrap_or_default(),
        kind: text(row, at + 5)?,
        year: int(row, at + 6)?,
        number: int(row, at + 7)?,
        pack: text(row, at + 8)?,
        pack_hash: text(row, at + 9)?,
        method: text(row, at + 10)?,
        state: text(row, at + 11)?,
        opened: day(row, at + 12)?,
        due: day(row, at + 13)?,
        reviewed_on: day(row, at + 14)?,
    })
}

/// Where a commune is and what it is called: place, kind, name.
pub(crate) async fn commune_place(connection: &mut AnyConnection, commune: &str) -> Result<(Place, String, String)> {
    sql("SELECT province, district, kind, name FROM area WHERE id = $1 AND level = 'commune'", [commune.into()])
        .one(connection, |row| {
            let place =
                Place { province: text(row, 0)?, district: maybe(row, 1)?, commune: commune.to_owned(), hamlet: None };
            Ok((place, text(row, 2)?, text(row, 3)?))
        })
        .await
}

impl Desk {
    /// A round within reach.
    pub(crate) async fn load_round(&self, connection: &mut AnyConnection, id: &str) -> Result<RoundRow> {
        let query = Query::new("SELECT ").push(ROUND_COLUMNS);
        let query = query.push(" FROM round r LEFT JOIN area a ON a.id = r.commune WHERE r.id = ").bind(id);
        self.actor.reach.within_commune(query, "r").one(connection, |row| round_row(row, 0)).await
    }

    /// Begins a change of a round: waits for its commune's chain, then looks.
    pub(crate) async fn change_round(
        &self,
        id: &str,
        action: Action,
    ) -> Result<(Transaction<'static, Any>, RoundRow, Arc<Program>)> {
        self.change_round_in(id, action, None).await
    }

    /// As [`change_round`](Self::change_round) for what concerns one hamlet alone: who reaches that hamlet reaches it.
    pub(crate) async fn change_round_in(
        &self,
        id: &str,
        action: Action,
        hamlet: Option<&str>,
    ) -> Result<(Transaction<'static, Any>, RoundRow, Arc<Program>)> {
        self.actor.may(action)?;
        let mut tx = self.store().write().await?;
        let query = Query::new("SELECT r.commune FROM round r WHERE r.id = ").bind(id);
        let commune = self.actor.reach.within_commune(query, "r").one(&mut tx, |row| text(row, 0)).await?;
        ledger::hold(&mut tx, &commune).await?;
        let round = self.load_round(&mut tx, id).await?;
        self.actor.may_at(action, &Place { hamlet: hamlet.map(str::to_owned), ..round.place.clone() })?;
        let program = self.program_of(&mut tx, &round).await?;
        Ok((tx, round, program))
    }

    /// Makes sure that the pack names the actor's role for a step. Whoever works on the machine itself stands above.
    pub(crate) fn acts_in(&self, procedure: &Procedure<'_>, kind: StepKind) -> Result<()> {
        if self.actor.is_operator() || procedure.acts(kind, self.actor.role) {
            return Ok(());
        }
        match procedure.step(kind) {
            None => Err(RegistryError::NoProcedure { what: format!("the step {}", kind.id()) }),
            Some(_) => Err(RegistryError::Forbidden { action: "act in this step of the procedure" }),
        }
    }
}
