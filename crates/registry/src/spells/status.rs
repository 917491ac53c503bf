//! The status of a household on a day.
//!
//! The row of a household holds the status its spells gave it when they last changed, and the day on which a later one
//! begins (`changes_on`). Up to that day the row is read, from then on the spells: so a status that begins in the new year
//! is seen on its first day, though nobody touched the household.

use crate::Result;
use crate::as_of::{Fact, Moment};
use crate::store::{MANY, Query, among};
use jiff::civil::Date;
use sqlx::AnyConnection;

/// Adds a column of a household (`status`, or `standard`, whose status it is) as it is on a day, by what is known now.
pub(crate) fn on_day(query: Query, column: &str, household: &str, day: Date) -> Query {
    let query = query.push("CASE WHEN ").push(household).push(".changes_on <= ").bind(day).push(" THEN ");
    let spells = Moment::now(day).value(query, Fact::Spell, column, &format!("{household}.id"));
    spells.push(" ELSE ").push(household).push(".").push(column).push(" END")
}

/// Writes into households what their spells say on a day, and when a later one begins.
pub(crate) async fn refresh(connection: &mut AnyConnection, households: &[String], day: Date) -> Result<()> {
    for some in households.chunks(MANY) {
        let query =
            Moment::now(day).value(Query::new("UPDATE household SET status = "), Fact::Spell, "status", "household.id");
        let query = Moment::now(day).value(query.push(", standard = "), Fact::Spell, "standard", "household.id");
        let query = query
            .push(
                ", changes_on = (SELECT MIN(v.valid_from) FROM spell v WHERE v.household = household.id \
                 AND v.known_to IS NULL AND v.valid_from > ",
            )
            .bind(day)
            .push(") WHERE id IN ");
        among(query, some).run(connection).await?;
    }
    Ok(())
}
