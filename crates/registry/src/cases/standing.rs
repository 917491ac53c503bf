//! Where a case stands today, asked of the database: a posting whose days are over is behind it, without anybody having
//! to write that down.

use super::CaseState;
use crate::procedure::Procedure;
use crate::rounds::RoundRow;
use crate::store::{Query, text};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::sync::Arc;
use vuon_policy::program::Program;

/// A kind of round under a pack, as some cases' rounds are.
struct Kind {
    pack: String,
    hash: String,
    kind: String,
    program: Arc<Program>,
}

/// The packs and kinds of the rounds that some cases may come from.
pub(crate) struct Kinds {
    kinds: Vec<Kind>,
    today: Date,
}

impl Kinds {
    /// Where a case of a round of one of these kinds stands.
    pub(crate) fn standing(
        &self,
        (pack, hash, kind): (&str, &str, &str),
        state: CaseState,
        posted_until: Option<Date>,
    ) -> Result<CaseState> {
        let same = |known: &&Kind| (&*known.pack, &*known.hash, &*known.kind) == (pack, hash, kind);
        let known = self.kinds.iter().find(same).ok_or(RegistryError::NotFound)?;
        standing(&known.program, kind, self.today, state, posted_until)
    }

    /// Adds the condition that a case (`c`, of the round `r`) stands in a state today.
    pub(crate) fn stands(&self, mut query: Query, wanted: CaseState) -> Result<Query> {
        query = query.push(" AND (1 = 0");
        for Kind { pack, hash, kind, program } in &self.kinds {
            let procedure = Procedure::of(program, kind, self.today)?;
            for state in CaseState::ALL.iter().copied() {
                for over in [false, true] {
                    if procedure.standing(state, over) != wanted || (over && state != CaseState::Posted) {
                        continue;
                    }
                    query = query.push(" OR (r.pack = ").bind(pack).push(" AND r.pack_hash = ").bind(hash);
                    query = query.push(" AND r.kind = ").bind(kind).push(" AND c.state = ").bind(state.id());
                    if state == CaseState::Posted {
                        let compared = if over { " AND c.posted_until < " } else { " AND c.posted_until >= " };
                        query = query.push(compared).bind(self.today);
                    }
                    query = query.push(")");
                }
            }
        }
        Ok(query.push(")"))
    }
}

/// Where a case stands on a day.
pub(crate) fn standing(
    program: &Program,
    kind: &str,
    today: Date,
    state: CaseState,
    posted_until: Option<Date>,
) -> Result<CaseState> {
    let over = posted_until.is_some_and(|until| until < today);
    Ok(Procedure::of(program, kind, today)?.standing(state, over))
}

impl Desk {
    /// The kinds of a round, or of all rounds within reach.
    pub(crate) async fn kinds(&self, connection: &mut AnyConnection, round: Option<&str>) -> Result<Kinds> {
        let query = Query::new("SELECT DISTINCT r.pack, r.pack_hash, r.kind FROM round r WHERE 1 = 1");
        let query = match round {
            Some(round) => query.push(" AND r.id = ").bind(round),
            None => query,
        };
        let query = self.actor.reach.within_commune(query, "r");
        let found = query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?))).await?;
        let mut kinds = Vec::with_capacity(found.len());
        for (pack, hash, kind) in found {
            let program = self.register.program_as(connection, &pack, &hash).await?;
            kinds.push(Kind { pack, hash, kind, program });
        }
        Ok(Kinds { kinds, today: self.today() })
    }

    /// The pack of a round, as it was when the round opened.
    pub(crate) async fn program_of(&self, connection: &mut AnyConnection, round: &RoundRow) -> Result<Arc<Program>> {
        self.register.program_as(connection, &round.pack, &round.pack_hash).await
    }
}

/// A state as it is stored.
pub(crate) fn stored(state: &str) -> Result<CaseState> {
    CaseState::parse(state).ok_or_else(|| RegistryError::Damaged { what: "the state of a case".into() })
}
