//! Where a case stands today, asked of the database: a posting whose days are over is behind it, without anybody having
//! to write that down.

use super::CaseState;
use crate::procedure::Procedure;
use crate::store::{Query, text};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;

/// The packs and kinds of the rounds that some cases may come from.
pub(crate) struct Kinds {
    pairs: Vec<(String, String)>,
    today: Date,
}

impl Desk {
    /// The kinds of a round, or of all rounds within reach.
    pub(crate) async fn kinds(&self, connection: &mut AnyConnection, round: Option<&str>) -> Result<Kinds> {
        let query = Query::new("SELECT DISTINCT r.pack, r.kind FROM round r WHERE 1 = 1");
        let query = match round {
            Some(round) => query.push(" AND r.id = ").bind(round),
            None => query,
        };
        let query = self.actor.reach.within_commune(query, "r");
        let pairs = query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        Ok(Kinds { pairs, today: self.today() })
    }

    /// Where a case stands.
    pub(crate) fn standing(
        &self,
        pack: &str,
        kind: &str,
        state: CaseState,
        posted_until: Option<Date>,
    ) -> Result<CaseState> {
        let today = self.today();
        let program = self.register.program(pack)?;
        let over = posted_until.is_some_and(|until| until < today);
        Ok(Procedure::of(&program, kind, today)?.standing(state, over))
    }

    /// Adds the condition that a case (`c`, of the round `r`) stands in a state today.
    pub(crate) fn stands(&self, mut query: Query, kinds: &Kinds, wanted: CaseState) -> Result<Query> {
        query = query.push(" AND (1 = 0");
        for (pack, kind) in &kinds.pairs {
            let program = self.register.program(pack)?;
            let procedure = Procedure::of(&program, kind, kinds.today)?;
            for state in CaseState::ALL.iter().copied() {
                for over in [false, true] {
                    if procedure.standing(state, over) != wanted || (over && state != CaseState::Posted) {
                        continue;
                    }
                    query = query.push(" OR (r.pack = ").bind(pack).push(" AND r.kind = ").bind(kind);
                    query = query.push(" AND c.state = ").bind(state.id());
                    if state == CaseState::Posted {
                        let compared = if over { " AND c.posted_until < " } else { " AND c.posted_until >= " };
                        query = query.push(compared).bind(kinds.today);
                    }
                    query = query.push(")");
                }
            }
        }
        Ok(query.push(")"))
    }
}

/// A state as it is stored.
pub(crate) fn stored(state: &str) -> Result<CaseState> {
    CaseState::parse(state).ok_or_else(|| RegistryError::Damaged { what: "the state of a case".into() })
}

/// Adds `($1, $2, …)`: at least one value.
pub(crate) fn among<'a>(mut query: Query, values: impl IntoIterator<Item = &'a String>) -> Query {
    let mut separator = "(";
    for value in values {
        query = query.push(separator).bind(value);
        separator = ", ";
    }
    query.push(")")
}

/// How many values one condition names at most: SQLite looks through all parameters of a statement for each.
pub(crate) const MANY: usize = 1_000;
