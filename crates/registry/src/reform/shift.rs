//! Moving what is in an old commune, or in a hamlet of it, to a new commune: a few statements, one entry in each chain.

use crate::areas::Unit;
use crate::households::where_they_live;
use crate::ledger::{self, Change};
use crate::store::{Query, int, sql, text};
use crate::{Desk, Result};
use jiff::civil::Date;
use serde_json::json;
use sqlx::AnyConnection;

/// What of the old commune moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part<'a> {
    /// All of it.
    All,
    /// A hamlet.
    Hamlet(&'a str),
    /// The households that are in no hamlet.
    NoHamlet,
}

impl Part<'_> {
    /// Adds the condition to a query of households.
    fn of_households(self, query: Query) -> Query {
        match self {
            Part::All => query,
            Part::Hamlet(hamlet) => query.push(" AND hamlet = ").bind(hamlet),
            Part::NoHamlet => query.push(" AND hamlet IS NULL"),
        }
    }
}

/// A move.
pub(super) struct Shift<'a> {
    pub from: &'a Unit,
    pub to: &'a Unit,
    pub part: Part<'a>,
    pub on_day: Date,
    pub at: i64,
}

/// What was moved.
pub(super) struct Shifted {
    pub households: i64,
    pub accounts: Vec<String>,
}

impl Shift<'_> {
    /// Adds `(SELECT id FROM household …)`, the households that move.
    fn households(&self, query: Query) -> Query {
        let query = query.push("(SELECT id FROM household WHERE commune = ").bind(self.from.id.as_str());
        self.part.of_households(query).push(")")
    }

    /// `UPDATE table SET province, district, commune = the new ones`.
    fn update(&self, table: &str, district: bool) -> Query {
        let query = Query::new("UPDATE ").push(table).push(" SET province = ").bind(self.to.province.as_str());
        let query = if district { query.push(", district = ").bind(self.to.district.clone()) } else { query };
        query.push(", commune = ").bind(self.to.id.as_str())
    }

    /// The rows of the old commune: all of them, or those of the households that move.
    fn rows(&self, query: Query, household: &str) -> Query {
        match self.part {
            Part::All => query.push(" WHERE commune = ").bind(self.from.id.as_str()),
            _ => self.households(query.push(" WHERE ").push(household).push(" IN ")),
        }
    }
}

impl Desk {
    /// Carries out a move. Both chains are held.
    pub(super) async fn shift(&self, tx: &mut AnyConnection, shift: &Shift<'_>) -> Result<Shifted> {
        let (from, to) = (shift.from.id.as_str(), shift.to.id.as_str());
        let query = Query::new("SELECT id FROM household WHERE commune = ").bind(from);
        let households: Vec<String> =
            shift.part.of_households(query).push(" ORDER BY id").all(tx, |row| text(row, 0)).await?;

        let hamlets = move_hamlets(tx, shift).await?;
        let accounts = move_accounts(tx, from, to, shift.part).await?;
        let rounds = if shift.part == Part::All { move_rounds(tx, shift).await? } else { Vec::new() };

        shift.rows(shift.update("person", false), "household").run(tx).await?;
        let cases = shift.update("complaint", true);
        let cases = match shift.part {
            Part::All => cases.push(" WHERE commune = ").bind(from),
            _ => {
                let query = cases.push(" WHERE review_case IN (SELECT id FROM review_case WHERE household IN ");
                shift.households(query).push(")")
            }
        };
        cases.run(tx).await?;
        // What somebody filed names no hamlet: of a commune that is divided it stays where it was filed.
        if shift.part == Part::All {
            shift.update("grievance", true).push(" WHERE commune = ").bind(from).run(tx).await?;
        }
        shift.rows(shift.update("review_case", true), "household").run(tx).await?;

        // A code that is taken there gets the old commune's code before it.
        let codes = Query::new("UPDATE household SET code = ").bind(format!("{}-", shift.from.code));
        let codes = codes.push(" || code WHERE commune = ").bind(from);
        let codes = shift.part.of_households(codes);
        codes
            .push(" AND code IN (SELECT g.code FROM household g WHERE g.commune = ")
            .bind(to)
            .push(")")
            .run(tx)
            .await?;
        let residence = Query::new(
            "INSERT INTO residence (id, household, code, province, district, commune, hamlet, cause, valid_from, \
             known_from) \
             SELECT x.id || '/' || ",
        )
        .bind(shift.at.to_string())
        .push(", x.id, x.code, ")
        .bind(shift.to.province.as_str())
        .push(", ")
        .bind(shift.to.district.clone())
        .push(", ")
        .bind(to)
        .push(", x.hamlet, 'reform', CASE WHEN x.last > ")
        .bind(shift.on_day)
        .push(" THEN x.last ELSE ")
        .bind(shift.on_day)
        .push(" END, ")
        .bind(shift.at)
        .push(
            " FROM (SELECT h.id, h.code, h.hamlet, (SELECT MAX(r.valid_from) FROM residence r WHERE r.household = h.id \
             AND r.known_to IS NULL) AS last FROM household h WHERE h.closed IS NULL AND h.commune = ",
        )
        .bind(from);
        shift.part.of_households(residence).push(") x").run(tx).await?;

        let moved = shift.update("household", true).push(", version = version + 1 WHERE commune = ").bind(from);
        shift.part.of_households(moved).run(tx).await?;

        let pairs = where_they_live().push(" WHERE first IN (SELECT id FROM household WHERE commune = ").bind(to);
        let pairs = pairs.push(") OR second IN (SELECT id FROM household WHERE commune = ").bind(to);
        pairs.push(")").run(tx).await?;

        let content = json!({
            "from": from,
            "to": to,
            "on": shift.on_day.to_string(),
            "households": households,
            "hamlets": hamlets,
            "rounds": rounds,
            "accounts": accounts,
        });
        let content = ledger::store(tx, &content).await?;
        let author = self.actor.id.as_str();
        let out = Change { author, kind: "reform_out", subject: to, content: &content };
        ledger::append(tx, from, shift.at, &[out]).await?;
        let into = Change { author, kind: "reform_in", subject: from, content: &content };
        ledger::append(tx, to, shift.at, &[into]).await?;
        Ok(Shifted { households: households.len() as i64, accounts })
    }
}

/// Moves accounts from one unit to another; their ids.
pub(super) async fn move_accounts(tx: &mut AnyConnection, from: &str, to: &str, part: Part<'_>) -> Result<Vec<String>> {
    let query =
        Query::new("UPDATE account SET version = version + 1, area = ").bind(to).push(" WHERE area = ").bind(from);
    let query = match part {
        Part::All => query,
        Part::Hamlet(hamlet) => query.push(" AND hamlet = ").bind(hamlet),
        Part::NoHamlet => return Ok(Vec::new()),
    };
    let mut moved = query.push(" RETURNING id").all(tx, |row| text(row, 0)).await?;
    moved.sort_unstable();
    Ok(moved)
}

/// Moves hamlets; a name that the new commune has already gets the old commune's beside it. Their ids.
async fn move_hamlets(tx: &mut AnyConnection, shift: &Shift<'_>) -> Result<Vec<String>> {
    let of_part = |query: Query| match shift.part {
        Part::Hamlet(hamlet) => query.push(" AND id = ").bind(hamlet),
        _ => query,
    };
    if shift.part == Part::NoHamlet {
        return Ok(Vec::new());
    }
    let renamed = Query::new("UPDATE hamlet SET name = name || ")
        .bind(format!(" ({})", shift.from.name))
        .push(", name_key = name_key || ")
        .bind(format!(" {}", shift.from.name_key))
        .push(" WHERE commune = ")
        .bind(shift.from.id.as_str())
        .push(" AND name_key IN (SELECT x.name_key FROM hamlet x WHERE x.commune = ")
        .bind(shift.to.id.as_str())
        .push(")");
    of_part(renamed).run(tx).await?;
    let moved = shift.update("hamlet", true).push(" WHERE commune = ").bind(shift.from.id.as_str());
    let mut moved = of_part(moved).push(" RETURNING id").all(tx, |row| text(row, 0)).await?;
    moved.sort_unstable();
    Ok(moved)
}

/// Moves the rounds of a commune; one of a kind, year and number that the new commune has already gets the next number.
/// Their ids.
async fn move_rounds(tx: &mut AnyConnection, shift: &Shift<'_>) -> Result<Vec<String>> {
    let rounds = sql(
        "SELECT id, kind, year, number FROM round WHERE commune = $1 ORDER BY year, kind, number",
        [shift.from.id.as_str().into()],
    )
    .all(tx, |row| Ok((text(row, 0)?, text(row, 1)?, int(row, 2)?, int(row, 3)?)))
    .await?;
    let mut moved = Vec::with_capacity(rounds.len());
    for (id, kind, year, number) in rounds {
        let last = sql(
            "SELECT COALESCE(MAX(number), 0) FROM round WHERE commune = $1 AND kind = $2 AND year = $3",
            [shift.to.id.as_str().into(), kind.into(), year.into()],
        )
        .count(tx)
        .await?;
        let number = if last >= number { last + 1 } else { number };
        let query = shift.update("round", true).push(", number = ").bind(number);
        query.push(" WHERE id = ").bind(id.as_str()).run(tx).await?;
        moved.push(id);
    }
    Ok(moved)
}
