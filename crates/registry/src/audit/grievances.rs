//! Grievances compared with what their entries say, from the filing to the answer.

use super::chain::Walk;
use super::expected::{Expected, Said};
use crate::grievances::records::{GrievanceAnswerRecord, GrievanceRecord, TakenUpRecord};
use crate::store::{day, int, maybe, maybe_day, sql, text};
use crate::{Desk, Result};
use sqlx::AnyConnection;

/// All that was said of a grievance.
#[derive(Clone, Debug, Default)]
pub(super) struct Grievance {
    pub filed: Option<Said<GrievanceRecord>>,
    pub taken_up: Option<Said<TakenUpRecord>>,
    pub answered: Option<Said<GrievanceAnswerRecord>>,
}

impl Grievance {
    fn state(&self) -> &'static str {
        match (&self.answered, &self.taken_up) {
            (Some(_), _) => "answered",
            (None, Some(_)) => "taken_up",
            (None, None) => "waiting",
        }
    }
}

impl Desk {
    /// Compares the grievances that were filed in this chain, and whether each lies where its commune does: by that it is
    /// seen. That each row has an entry is asked with the rounds.
    pub(super) async fn compare_grievances(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        for (id, told) in &expected.grievances {
            let Some(filed) = &told.filed else { continue };
            let found = sql(
                "SELECT g.commune, g.kind, g.received_on, g.due_on, g.print, g.said, g.at, g.state, g.complaint, \
                 k.review_case, g.answer, g.answered_on, g.province, a.province, g.district, a.district FROM grievance g \
                 LEFT JOIN complaint k ON k.id = g.complaint LEFT JOIN area a ON a.id = g.commune WHERE g.id = $1",
                [id.as_str().into()],
            );
            let found = found.first(connection, |row| {
                let said = &filed.what;
                let taken = told.taken_up.as_ref().map(|taken| (&taken.what.complaint, &taken.what.case));
                let answered =
                    told.answered.as_ref().map(|answered| (&answered.what.answer, answered.what.answered_on));
                let (complaint, case, answer) = (maybe(row, 8)?, maybe(row, 9)?, maybe(row, 10)?);
                let same = text(row, 1)? == said.kind
                    && day(row, 2)? == said.received_on
                    && maybe_day(row, 3)? == said.due_on
                    && text(row, 4)? == said.print
                    && text(row, 5)? == said.said
                    && int(row, 6)? == filed.at
                    && text(row, 7)? == told.state()
                    && complaint.as_ref() == taken.map(|(complaint, _)| complaint)
                    && case.as_ref() == taken.map(|(_, case)| case)
                    && answer.as_ref() == answered.map(|(answer, _)| answer)
                    && maybe_day(row, 11)? == answered.map(|(_, on)| on)
                    && maybe(row, 12)? == maybe(row, 13)?
                    && maybe(row, 14)? == maybe(row, 15)?;
                Ok((text(row, 0)?, same))
            });
            if expected.differs(found.await?, filed, walk) {
                walk.differs(&filed.spot, id, "the grievance is not as it was recorded");
            }
        }
        Ok(())
    }
}
