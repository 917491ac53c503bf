//! Requests to be reviewed compared with the entries about them. A household that moved takes its request along: what its new
//! commune did with it, that chain tells.

use super::chain::Walk;
use super::expected::Expected;
use crate::store::{MANY, Query, among, day, maybe, maybe_day, sql, text};
use crate::{Desk, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::{BTreeSet, HashMap};

struct Row {
    household: String,
    kind: String,
    days: [Date; 2],
    due: Option<Date>,
    state: String,
    case: Option<String>,
}

/// The requests of a commune's households that no entry tells of, and those that ended when no entry says so.
const UNTOLD: &str = "SELECT q.id FROM review_request q JOIN household h ON h.id = q.household WHERE h.commune = $1 \
     AND (NOT EXISTS (SELECT 1 FROM entry e WHERE e.subject = q.id AND e.kind = 'review_request') \
     OR (q.state <> 'waiting' AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.subject = q.id \
     AND e.kind = 'review_request_ended'))) ORDER BY q.id";

impl Desk {
    pub(super) async fn compare_requests(
        &self,
        connection: &mut AnyConnection,
        expected: &Expected,
        end: i64,
        walk: &mut Walk<'_>,
    ) -> Result<()> {
        let told: BTreeSet<&String> = expected.requests.keys().chain(expected.ended_requests.keys()).collect();
        let told: Vec<&String> = told.into_iter().collect();
        let mut rows: HashMap<String, Row> = HashMap::new();
        for some in told.chunks(MANY) {
            let query = Query::new(
                "SELECT id, household, kind, received_on, begins, due, state, review_case FROM review_request WHERE id IN ",
            );
            let found = among(query, some.iter().copied()).all(connection, |row| {
                let request = Row {
                    household: text(row, 1)?,
                    kind: text(row, 2)?,
                    days: [day(row, 3)?, day(row, 4)?],
                    due: maybe_day(row, 5)?,
                    state: text(row, 6)?,
                    case: maybe(row, 7)?,
                };
                Ok((text(row, 0)?, request))
            });
            rows.extend(found.await?);
        }
        for (id, said) in &expected.requests {
            let record = &said.what;
            let same = rows.get(id).is_some_and(|row| {
                (&row.household, &row.kind) == (&record.household, &record.kind)
                    && row.days == [record.received_on, record.begins]
                    && row.due == record.due
            });
            if !same {
                walk.differs(&said.spot, id, "the request is not as it was recorded");
            }
        }
        for (id, said) in &expected.ended_requests {
            let ended = &said.what;
            if rows.get(id).is_none_or(|row| row.state != ended.state() || row.case != ended.case) {
                walk.differs(&said.spot, id, "the request did not end as it was recorded");
            }
        }
        let end = walk.spot(end);
        for id in sql(UNTOLD, [(&*walk.chain).into()]).all(connection, |row| text(row, 0)).await? {
            walk.differs(&end, &id, "no entry tells of the request, or of its end");
        }
        Ok(())
    }
}
