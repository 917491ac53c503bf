//! The rows that a new household, person, membership, residence or spell becomes, and writing them by the thousand.
//!
//! Whoever writes people writes them through here, so that the columns that lists sort and find by are always filled the
//! same way. No rule is kept here: who may, and whether it can be, is decided before.

use crate::Result;
use crate::ledger;
use crate::scope::Place;
use crate::store::{Query, Value, insert_all};
use crate::text::{given_key, key, new_id};
use jiff::civil::Date;
use sqlx::AnyConnection;

/// A household as it stands today.
#[derive(Clone, Debug)]
pub(crate) struct HouseholdRow<'a> {
    pub id: &'a str,
    pub code: &'a str,
    pub place: &'a Place,
    pub hamlet: Option<&'a str>,
    /// The head's id and name.
    pub head: (&'a str, &'a str),
    pub persons: i64,
    /// The status and its standard.
    pub status: Option<(&'a str, &'a str)>,
    pub opened: Date,
    pub version: i64,
}

/// The columns of [`HouseholdRow::values`].
pub(crate) const HOUSEHOLD: &str = "household (id, code, province, district, commune, hamlet, head, name, name_key, \
                                    persons, status, standard, opened, version)";

/// What a household that is there already takes over from a row with its id.
pub(crate) const HOUSEHOLD_AGAIN: &str = " ON CONFLICT (id) DO UPDATE SET code = excluded.code, \
    hamlet = excluded.hamlet, head = excluded.head, name = excluded.name, name_key = excluded.name_key, \
    persons = excluded.persons, status = excluded.status, standard = excluded.standard, version = excluded.version";

impl HouseholdRow<'_> {
    /// As [`HOUSEHOLD`] orders them.
    pub fn values(&self) -> [Value; 14] {
        [
            self.id.into(),
            self.code.into(),
            (&self.place.province).into(),
            self.place.district.clone().into(),
            (&self.place.commune).into(),
            self.hamlet.into(),
            self.head.0.into(),
            self.head.1.into(),
            key(self.head.1).into(),
            self.persons.into(),
            self.status.map(|(status, _)| status).into(),
            self.status.map(|(_, standard)| standard).into(),
            self.opened.into(),
            self.version.into(),
        ]
    }
}

/// A person as they stand today.
#[derive(Clone, Debug)]
pub(crate) struct PersonRow<'a> {
    pub id: &'a str,
    pub household: &'a str,
    pub place: &'a Place,
    /// The place in the household, from 0.
    pub order: i64,
    pub relation: &'a str,
    pub name: &'a str,
    pub sex: Option<&'a str>,
    pub born: Option<&'a str>,
    pub ethnic: Option<&'a str>,
}

/// The columns of [`PersonRow::values`].
pub(crate) const PERSON: &str = "person (id, household, province, commune, place, relation, name, name_key, given_key, \
                                 sex, born, ethnic, erased)";

/// What a person who is there already takes over from a row with their id.
pub(crate) const PERSON_AGAIN: &str = " ON CONFLICT (id) DO UPDATE SET relation = excluded.relation, \
    sex = excluded.sex, born = excluded.born, ethnic = excluded.ethnic";

impl PersonRow<'_> {
    /// As [`PERSON`] orders them.
    pub fn values(&self) -> [Value; 13] {
        [
            self.id.into(),
            self.household.into(),
            (&self.place.province).into(),
            (&self.place.commune).into(),
            self.order.into(),
            self.relation.into(),
            self.name.into(),
            key(self.name).into(),
            given_key(self.name).into(),
            self.sex.into(),
            self.born.into(),
            self.ethnic.into(),
            0.into(),
        ]
    }
}

/// The columns of [`membership`].
pub(crate) const MEMBERSHIP: &str = "membership (id, person, household, relation, cause, valid_from, known_from)";

/// That a person belongs to a household from a day on.
pub(crate) fn membership(
    person: &str,
    household: &str,
    relation: &str,
    cause: &'static str,
    (from, now): (Date, i64),
) -> [Value; 7] {
    [new_id().into(), person.into(), household.into(), relation.into(), cause.into(), from.into(), now.into()]
}

/// The columns of [`residence`].
pub(crate) const RESIDENCE: &str =
    "residence (id, household, province, district, commune, hamlet, cause, valid_from, known_from)";

/// That a household lives somewhere from a day on.
pub(crate) fn residence(
    household: &str,
    place: &Place,
    hamlet: Option<&str>,
    cause: &'static str,
    (from, now): (Date, i64),
) -> [Value; 9] {
    [
        new_id().into(),
        household.into(),
        (&place.province).into(),
        place.district.clone().into(),
        (&place.commune).into(),
        hamlet.into(),
        cause.into(),
        from.into(),
        now.into(),
    ]
}

/// The columns of [`spell`].
pub(crate) const SPELL: &str = "spell (id, household, standard, status, movement, decision, valid_from, known_from)";

/// That a household has a status from a day on, by a list and not by a decision.
pub(crate) fn spell(
    household: &str,
    (status, standard): (&str, &str),
    movement: Option<&str>,
    (from, now): (Date, i64),
) -> [Value; 8] {
    [
        new_id().into(),
        household.into(),
        standard.into(),
        status.into(),
        movement.into(),
        Value::Text(None),
        from.into(),
        now.into(),
    ]
}

/// Adds many rows, or changes those that are there: `again` says what of them.
pub(crate) async fn put_all<const N: usize>(
    connection: &mut AnyConnection,
    into: &'static str,
    again: &'static str,
    rows: &[[Value; N]],
) -> Result<()> {
    for rows in rows.chunks(500) {
        let mut query = Query::new("INSERT INTO ").push(into).push(" VALUES ");
        for (place, row) in rows.iter().enumerate() {
            query = query.push(if place == 0 { "(" } else { ", (" });
            for (column, value) in row.iter().enumerate() {
                query = if column == 0 { query } else { query.push(", ") }.bind(value.clone());
            }
            query = query.push(")");
        }
        query.push(again).run(connection).await?;
    }
    Ok(())
}

/// Stores many contents; their hashes, in order.
pub(crate) async fn store_contents(
    connection: &mut AnyConnection,
    contents: Vec<String>,
) -> Result<Vec<String>> {
    let mut hashes = Vec::with_capacity(contents.len());
    let rows: Vec<[Value; 3]> = contents
        .into_iter()
        .map(|body| {
            let salt = ledger::salt();
            let hash = ledger::content_hash(&salt, &body);
            hashes.push(hash.clone());
            [hash.into(), salt.into(), body.into()]
        })
        .collect();
    insert_all(connection, "content (hash, salt, body)", rows).await?;
    Ok(hashes)
}

/// A code that the register gives to a household that has none.
pub(crate) fn given_code(number: u64) -> String {
    format!("V{number:05}")
}

/// The number of a code that the register gave.
pub(crate) fn given_number(code: &str) -> Option<u64> {
    let digits = code.strip_prefix('V').filter(|digits| digits.len() >= 5)?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}
