//! Everything computed again, chain by chain, on one state of the database.

use super::chain::{Walk, erased_people};
use super::expected::Expected;
use super::{AuditReport, Difference};
use crate::ledger::{self, ORIGIN, REGISTER, Root};
use crate::scope::Action;
use crate::store::{Value, sql, text};
use crate::{Desk, RegistryError, Result};
use sqlx::AnyConnection;
use std::collections::HashMap;
use std::sync::Arc;

/// How many differences of a chain are told: the first is where to look.
const TOLD: usize = 1_000;

/// The chains beside its own that tell of a commune's rounds and cases: those came with a reform of the areas.
const ALSO_TELL: &str = "SELECT e.chain FROM review_case x JOIN entry e ON e.subject = x.id WHERE x.commune = $1 \
     UNION SELECT e.chain FROM round x JOIN entry e ON e.subject = x.id WHERE x.commune = $2 \
     UNION SELECT e.chain FROM meeting x JOIN round r ON r.id = x.round JOIN entry e ON e.subject = x.id WHERE r.commune = $3 \
     UNION SELECT e.chain FROM posting x JOIN round r ON r.id = x.round JOIN entry e ON e.subject = x.id WHERE r.commune = $4 \
     UNION SELECT e.chain FROM decision x JOIN round r ON r.id = x.round JOIN entry e ON e.subject = x.id WHERE r.commune = $5 \
     UNION SELECT e.chain FROM grievance x JOIN entry e ON e.subject = x.id WHERE x.commune = $6";

impl Desk {
    /// Computes everything within reach again; of one chain where given. Needs a role that reads the ledger.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] for a chain that nothing was ever written to.
    pub async fn verify(&self, chain: Option<&str>) -> Result<AuditReport> {
        self.actor.may(Action::ReadLedger)?;
        let mut tx = self.store().snapshot().await?;
        let mut chains = self.chains_within(&mut tx).await?;
        let mut missing = self.missing_chains(&mut tx).await?;
        if let Some(chain) = chain {
            self.reach_chain(&mut tx, chain).await?;
            chains.retain(|root| root.chain == chain);
            missing.retain(|missing| missing == chain);
            if chains.is_empty() && missing.is_empty() {
                return Err(RegistryError::invalid("chain", "nothing was ever written to this chain"));
            }
        }
        let erased_people = erased_people(&mut tx).await?;
        let mut report = AuditReport::default();
        for root in chains {
            report.chains += 1;
            let found = self.verify_chain(&mut tx, &root, &erased_people, &mut report).await?;
            report.differences.extend(found);
        }
        for chain in missing {
            let what = "the chain is missing, and the register has rows of it".to_owned();
            report.differences.push(Difference { chain: chain.clone(), seq: 0, subject: chain.clone(), what });
            let root = Root { chain, seq: 0, hash: ORIGIN.into() };
            let found = self.verify_chain(&mut tx, &root, &erased_people, &mut report).await?;
            report.differences.extend(found);
        }
        Ok(report)
    }

    /// Chains within reach that must be there, by the rows of their communes, and are not.
    async fn missing_chains(&self, connection: &mut AnyConnection) -> Result<Vec<String>> {
        let query = self.actor.reach.chains_within(ledger::without_chain(), "o.id");
        query.push(" ORDER BY o.id").all(connection, |row| text(row, 0)).await
    }

    /// Walks a chain, and compares the rows that its commune has now with all that is told of them, here and in the
    /// chains of the communes that they came from.
    async fn verify_chain(
        &self,
        connection: &mut AnyConnection,
        root: &Root,
        erased_people: &HashMap<String, i64>,
        report: &mut AuditReport,
    ) -> Result<Vec<Difference>> {
        let mut expected = Expected::of(&root.chain);
        for other in also_tell(connection, &root.chain).await? {
            let end = ledger::root(connection, &other).await?;
            let mut unasked = AuditReport::default();
            let chain = Arc::from(other.as_str());
            let mut walk = Walk { chain, report: &mut unasked, found: Vec::new(), asked: false, erased_people };
            self.walk(connection, &end, &mut walk, &mut expected).await?;
        }
        let chain = Arc::from(root.chain.as_str());
        let mut walk = Walk { chain, report, found: Vec::new(), asked: true, erased_people };
        self.walk(connection, root, &mut walk, &mut expected).await?;
        if root.chain == REGISTER {
            self.compare_accounts(connection, &expected, &mut walk).await?;
            self.compare_lists(connection, &expected, &mut walk).await?;
            self.compare_training(connection, &expected, &mut walk).await?;
            self.compare_courses(connection, &expected, &mut walk).await?;
        } else {
            self.compare_rounds(connection, &expected, &mut walk).await?;
            self.compare_grievances(connection, &expected, &mut walk).await?;
            self.compare_cases(connection, &expected, &mut walk).await?;
            self.compare_statuses(connection, &expected, root.seq, &mut walk).await?;
            self.compare_households(connection, root.seq, &mut walk).await?;
            self.compare_lives(connection, &expected.lives, root.seq, &mut walk).await?;
        }
        let mut found = walk.found;
        found.sort_by(|a, b| (&a.chain, a.seq).cmp(&(&b.chain, b.seq)));
        found.truncate(TOLD);
        Ok(found)
    }
}

async fn also_tell(connection: &mut AnyConnection, chain: &str) -> Result<Vec<String>> {
    let values: [Value; 6] = std::array::from_fn(|_| chain.into());
    let mut chains = sql(ALSO_TELL, values).all(connection, |row| text(row, 0)).await?;
    chains.retain(|other| other != chain);
    Ok(chains)
}
