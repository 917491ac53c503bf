//! Everything computed again, chain by chain, on one state of the database.

use super::AuditReport;
use super::chain::Walk;
use super::expected::Expected;
use crate::scope::Action;
use crate::{Desk, Result};

/// How many differences of a chain are told: the first is where to look.
const TOLD: usize = 1_000;

impl Desk {
    /// Computes everything within reach again; of one chain where given. Needs a role that reads the ledger.
    pub async fn verify(&self, chain: Option<&str>) -> Result<AuditReport> {
        self.actor.may(Action::ReadLedger)?;
        let mut tx = self.store().snapshot().await?;
        let mut chains = self.chains_within(&mut tx).await?;
        if let Some(chain) = chain {
            self.reach_chain(&mut tx, chain).await?;
            chains.retain(|root| root.chain == chain);
        }
        let mut report = AuditReport::default();
        for root in chains {
            report.chains += 1;
            let mut expected = Expected::default();
            let mut walk = Walk { chain: &root.chain, report: &mut report, found: Vec::new() };
            self.walk(&mut tx, &root, &mut walk, &mut expected).await?;
            self.compare_rounds(&mut tx, &expected, &mut walk).await?;
            self.compare_cases(&mut tx, &expected, &mut walk).await?;
            self.compare_households(&mut tx, &expected, root.seq, &mut walk).await?;
            let mut found = walk.found;
            found.sort_by_key(|difference| difference.seq);
            found.truncate(TOLD);
            report.differences.extend(found);
        }
        Ok(report)
    }
}
