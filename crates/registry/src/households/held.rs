//! A household taken in hand for a change: its chain is held, the asker may change it, and nobody changed it since it was
//! seen.

use crate::ledger;
use crate::scope::{Action, Place};
use crate::store::{Query, Value, day, insert_all, int, maybe, maybe_day, sql, text};
use crate::text::new_id;
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;

/// A household as it is while its chain is held.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub id: String,
    pub code: String,
    pub place: Place,
    pub head: Option<String>,
    pub opened: Date,
    pub closed: Option<Date>,
    pub version: i64,
    pub members: Vec<HeldMember>,
}

/// A member of it.
#[derive(Clone, Debug)]
pub(crate) struct HeldMember {
    pub person: String,
    pub relation: String,
    pub place: i64,
    pub erased: bool,
    pub born: Option<String>,
    /// The latest day of which something is recorded.
    pub since: Date,
}

impl Held {
    /// A member by the person's id.
    pub fn member(&self, person: &str) -> Result<&HeldMember> {
        self.members.iter().find(|member| member.person == person).ok_or(RegistryError::NotFound)
    }

    /// The place after the last member.
    pub fn next_place(&self) -> i64 {
        self.members.iter().map(|member| member.place + 1).max().unwrap_or(0)
    }
}

impl Desk {
    /// Takes a household in hand. `version` is the one that was seen.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] out of reach, [`RegistryError::Stale`], [`RegistryError::Illegal`] once it is closed.
    pub(crate) async fn hold_household(
        &self,
        connection: &mut AnyConnection,
        id: &str,
        action: Action,
        version: Option<i64>,
    ) -> Result<Held> {
        self.actor.may(action)?;
        let commune = self.place_of_household(connection, id).await?.commune;
        ledger::hold(connection, &commune).await?;
        let held = self.read_household(connection, id).await?;
        if held.place.commune != commune {
            // It moved while its chain was waited for.
            return Err(RegistryError::Stale { current: held.version });
        }
        self.actor.may_at(action, &held.place)?;
        if version.is_some_and(|seen| seen != held.version) {
            return Err(RegistryError::Stale { current: held.version });
        }
        if held.closed.is_some() {
            let why = "the household is closed".into();
            return Err(RegistryError::Illegal { step: "change of a household", why });
        }
        Ok(held)
    }

    /// Where a household within reach is.
    pub(crate) async fn place_of_household(&self, connection: &mut AnyConnection, id: &str) -> Result<Place> {
        let query =
            Query::new("SELECT h.province, h.district, h.commune, h.hamlet FROM household h WHERE h.id = ").bind(id);
        self.actor
            .reach
            .within(query, "h")
            .one(connection, |row| {
                Ok(Place {
                    province: text(row, 0)?,
                    district: maybe(row, 1)?,
                    commune: text(row, 2)?,
                    hamlet: maybe(row, 3)?,
                })
            })
            .await
    }

    /// A household and its members, whoever asks.
    pub(super) async fn read_household(&self, connection: &mut AnyConnection, id: &str) -> Result<Held> {
        let mut held = sql(
            "SELECT id, code, province, district, commune, hamlet, head, opened, closed, version FROM household \
             WHERE id = $1",
            [id.into()],
        )
        .one(connection, |row| {
            Ok(Held {
                id: text(row, 0)?,
                code: text(row, 1)?,
                place: Place {
                    province: text(row, 2)?,
                    district: maybe(row, 3)?,
                    commune: text(row, 4)?,
                    hamlet: maybe(row, 5)?,
                },
                head: maybe(row, 6)?,
                opened: day(row, 7)?,
                closed: maybe_day(row, 8)?,
                version: int(row, 9)?,
                members: Vec::new(),
            })
        })
        .await?;
        held.members = sql(
            "SELECT p.id, p.relation, p.place, p.erased, (SELECT MAX(m.valid_from) FROM membership m \
             WHERE m.person = p.id AND m.known_to IS NULL), p.born FROM person p WHERE p.household = $1 ORDER BY p.place, p.id",
            [id.into()],
        )
        .all(connection, |row| {
            Ok(HeldMember {
                person: text(row, 0)?,
                relation: text(row, 1)?,
                place: int(row, 2)?,
                erased: int(row, 3)? != 0,
                since: day(row, 4)?,
                born: maybe(row, 5)?,
            })
        })
        .await?;
        Ok(held)
    }

    /// Whether a day can be that of a change: not to come, and not before what was recorded last.
    pub(super) fn check_day(&self, on: Date, not_before: Date) -> Result<()> {
        if on > self.today() {
            return Err(RegistryError::Day { field: "on", day: on, why: "it is still to come" });
        }
        if on < not_before {
            return Err(RegistryError::Day { field: "on", day: on, why: "something later is recorded already" });
        }
        Ok(())
    }
}

/// A household whose review is not decided stays where it is and as it is: its round works on a frozen picture.
pub(crate) async fn check_not_in_review(
    connection: &mut AnyConnection,
    household: &str,
    step: &'static str,
) -> Result<()> {
    let open = sql(
        "SELECT id FROM review_case WHERE household = $1 \
         AND state IN ('survey', 'meeting', 'posting', 'posted', 'appraisal', 'decision') LIMIT 1",
        [household.into()],
    );
    if open.first(connection, |row| text(row, 0)).await?.is_some() {
        let why = "the household is in a review that is not decided; decide or withdraw its case first".into();
        return Err(RegistryError::Illegal { step, why });
    }
    Ok(())
}

/// Where somebody belongs from a day on; `household` is nothing for who died or went away.
#[derive(Clone, Debug)]
pub(crate) struct Membership<'a> {
    pub person: &'a str,
    pub household: Option<&'a str>,
    pub relation: Option<&'a str>,
    pub cause: &'a str,
    pub from: Date,
}

/// Records memberships; their ids.
pub(crate) async fn insert_memberships(
    connection: &mut AnyConnection,
    known_from: i64,
    memberships: &[Membership<'_>],
) -> Result<Vec<String>> {
    let ids: Vec<String> = memberships.iter().map(|_| new_id()).collect();
    let rows = memberships.iter().zip(&ids).map(|(m, id)| -> [Value; 7] {
        [
            id.into(),
            m.person.into(),
            m.household.into(),
            m.relation.into(),
            m.cause.into(),
            m.from.into(),
            known_from.into(),
        ]
    });
    let columns = "membership (id, person, household, relation, cause, valid_from, known_from)";
    insert_all(connection, columns, rows).await?;
    Ok(ids)
}

/// Records where a household lives from a day on, and its code there.
pub(super) async fn insert_residence(
    connection: &mut AnyConnection,
    [household, code]: [&str; 2],
    place: &Place,
    cause: &str,
    from: Date,
    known_from: i64,
) -> Result<()> {
    sql(
        "INSERT INTO residence (id, household, code, province, district, commune, hamlet, cause, valid_from, known_from) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            new_id().into(),
            household.into(),
            code.into(),
            place.province.as_str().into(),
            place.district.clone().into(),
            place.commune.as_str().into(),
            place.hamlet.clone().into(),
            cause.into(),
            from.into(),
            known_from.into(),
        ],
    )
    .run(connection)
    .await?;
    Ok(())
}

/// Brings the row of a household up to date with its members, as the next version.
pub(super) async fn refresh(connection: &mut AnyConnection, household: &str) -> Result<()> {
    let head = "FROM person p WHERE p.household = household.id AND p.relation = 'head'";
    Query::new(
        "UPDATE household SET version = version + 1, \
         persons = (SELECT COUNT(*) FROM person p WHERE p.household = household.id), head = (SELECT p.id ",
    )
    .push(head)
    .push("), name = COALESCE((SELECT p.name ")
    .push(head)
    .push("), name), name_key = COALESCE((SELECT p.name_key ")
    .push(head)
    .push("), name_key) WHERE id = ")
    .bind(household)
    .run(connection)
    .await?;
    Ok(())
}
