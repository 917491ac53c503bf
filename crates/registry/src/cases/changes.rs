//! What happened to households after their pictures were taken: a review goes by the picture, and whoever decides sees
//! what changed since.

use crate::scope::Action;
use crate::store::{Query, text};
use crate::{Desk, Result, ledger};
use std::collections::BTreeMap;

impl Desk {
    /// The cases of a round, or one of them, whose households changed after they were listed, each with the kinds of what was recorded
    /// since, in that order and each once: `died`, `moved_out`, `new_head`, `born`, `moved_in`, `corrected`, or the kind of
    /// the entry, such as `household_moved`.
    pub async fn changes_since_listed(&self, round: &str, case: Option<&str>) -> Result<BTreeMap<String, Vec<String>>> {
        self.actor.may(Action::ReadPeople)?;
        let mut snapshot = self.store().snapshot().await?;
        let query = Query::new(
            "SELECT c.id, e.kind, e.content FROM review_case c JOIN entry e ON e.subject = c.household \
             WHERE e.kind IN ('members', 'household_split', 'household_moved', 'household_moved_within', \
             'household_came', 'household_merged') \
             AND e.at > (SELECT MIN(l.at) FROM entry l WHERE l.subject = c.id) AND c.round = ",
        );
        let mut query = query.bind(round);
        if let Some(case) = case {
            query = query.push(" AND c.id = ").bind(case);
        }
        let query = self.actor.reach.within(query, "c").push(" ORDER BY e.at, e.chain, e.seq");
        let entries = query.all(&mut snapshot, |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?))).await?;
        let mut changes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (case, kind, content) in entries {
            let known = changes.entry(case).or_default();
            let kinds = match kind.as_str() {
                "members" => of_members(ledger::content(&mut snapshot, &content).await?),
                _ => vec![kind],
            };
            for kind in kinds {
                if !known.contains(&kind) {
                    known.push(kind);
                }
            }
        }
        Ok(changes)
    }
}

/// The kinds of a change of members: a death of the head is a new head as well.
fn of_members(content: Option<serde_json::Value>) -> Vec<String> {
    let Some(content) = content else { return vec!["members".into()] };
    let kind = content["change"].as_str().unwrap_or("members").to_owned();
    let head = content["new_head"].is_string() && kind != "new_head";
    if head { vec![kind, "new_head".into()] } else { vec![kind] }
}
