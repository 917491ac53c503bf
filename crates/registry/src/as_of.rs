//! Facts in two times: what held on a day, by what was known at a time.
//!
//! A row of `residence`, `membership` or `spell` says what is so from a day on (`valid_from`), and from when until when
//! that was known (`known_from`, `known_to`). What held is the latest row of its subject that had begun by the day and was
//! known at the time; of two that begin on one day, the one that was known later. This is the only place that says so.

use crate::store::{Query, Value};
use jiff::civil::Date;

/// A table of facts in two times.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fact {
    /// Where a household lives, and under which code.
    Residence,
    /// To which household a person belongs.
    Membership,
    /// Which status a household has.
    Spell,
}

impl Fact {
    fn table(self) -> &'static str {
        match self {
            Fact::Residence => "residence",
            Fact::Membership => "membership",
            Fact::Spell => "spell",
        }
    }

    /// The column that names whom a row is about.
    fn subject(self) -> &'static str {
        match self {
            Fact::Membership => "person",
            Fact::Residence | Fact::Spell => "household",
        }
    }
}

/// A day, and the time (in microseconds) at which is asked what was known; what is known now when absent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Moment {
    pub on: Date,
    pub known_at: Option<i64>,
}

impl Moment {
    /// A day, by what is known now.
    pub fn now(on: Date) -> Self {
        Moment { on, known_at: None }
    }

    /// Adds that a row had begun and was known.
    pub fn begun(self, query: Query, alias: &str) -> Query {
        known(query.push(alias).push(".valid_from <= ").bind(self.on).push(" AND "), alias, self.known_at)
    }

    /// Adds that a row held.
    pub fn held(self, query: Query, fact: Fact, alias: &str) -> Query {
        self.held_among(query, fact, alias, |query, _| query)
    }

    /// Adds that a row held as if there were only those rows that `narrow` (given an alias) adds the condition of.
    pub fn held_among(self, query: Query, fact: Fact, alias: &str, narrow: impl Fn(Query, &str) -> Query) -> Query {
        let later = format!("{alias}_later");
        let subject = fact.subject();
        let query = narrow(self.begun(query, alias), alias).push(&format!(
            " AND NOT EXISTS (SELECT 1 FROM {} {later} WHERE {later}.{subject} = {alias}.{subject} AND ",
            fact.table()
        ));
        narrow(self.begun(query, &later), &later).push(&format!(
            " AND ({later}.valid_from, {later}.known_from, {later}.id) > \
             ({alias}.valid_from, {alias}.known_from, {alias}.id))"
        ))
    }

    /// Adds the value of a column of the row that holds for a subject (an expression).
    pub fn value(self, query: Query, fact: Fact, column: &str, subject: &str) -> Query {
        let query = query.push(&format!(
            "(SELECT v.{column} FROM {} v WHERE v.{} = {subject} AND ",
            fact.table(),
            fact.subject()
        ));
        self.begun(query, "v").push(" ORDER BY v.valid_from DESC, v.known_from DESC, v.id DESC LIMIT 1)")
    }
}

fn known(query: Query, alias: &str, at: Option<i64>) -> Query {
    let Some(at) = at else { return query.push(alias).push(".known_to IS NULL") };
    let at = Value::from(at);
    let query = query.push(alias).push(".known_from <= ").bind(at.clone()).push(" AND (");
    query.push(alias).push(".known_to IS NULL OR ").push(alias).push(".known_to > ").bind(at).push(")")
}
