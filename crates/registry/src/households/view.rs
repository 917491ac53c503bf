//! One household, and who belonged to it when.

use super::list::{WIDTH, household_columns, household_row};
use super::people::PersonContent;
use super::{HouseholdCase, HouseholdRow, HouseholdView, Member, TimelineEntry};
use crate::as_of::{Fact, Moment};
use crate::cases::standing::{standing, stored};
use crate::scope::{Action, Place};
use crate::spells::Spell;
use crate::store::{MANY, Query, among, day, int, maybe, maybe_day, sql, text, yes};
use crate::{Desk, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use std::collections::HashMap;

/// The most entries of a timeline.
const LATEST: i64 = 200;

fn member(row: &AnyRow) -> Result<Member> {
    Ok(Member {
        person: text(row, 0)?,
        name: text(row, 1)?,
        relation: text(row, 2)?,
        sex: maybe(row, 3)?,
        born: maybe(row, 4)?,
        ethnic: maybe(row, 5)?,
        identified: int(row, 6)? != 0,
        since: day(row, 7)?,
    })
}

const SINCE: &str = "(SELECT MIN(m.valid_from) FROM membership m WHERE m.person = p.id AND m.household = p.household \
    AND m.known_to IS NULL)";

const IDENTIFIED: &str = "CASE WHEN EXISTS (SELECT 1 FROM identity i WHERE i.person = p.id) THEN 1 ELSE 0 END";

const HEAD_FIRST: &str = " ORDER BY CASE WHEN p.relation = 'head' THEN 0 ELSE 1 END, p.place, p.id";

/// The members of a household today, the head first; whoever asks.
pub(crate) async fn members_now(connection: &mut AnyConnection, household: &str) -> Result<Vec<Member>> {
    Query::new("SELECT p.id, p.name, p.relation, p.sex, p.born, p.ethnic, ")
        .push(IDENTIFIED)
        .push(", ")
        .push(SINCE)
        .push(" FROM person p WHERE p.household = ")
        .bind(household)
        .push(HEAD_FIRST)
        .all(connection, member)
        .await
}

/// An entry of the ledger about a household or one of its cases.
pub(super) struct Written {
    /// Which of them.
    pub subject: String,
    pub entry: TimelineEntry,
}

/// The latest entries about a household and its cases, latest first; whoever asks.
pub(super) async fn timeline(connection: &mut AnyConnection, household: &str) -> Result<Vec<Written>> {
    sql(
        "SELECT e.at, e.kind, COALESCE(a.name, e.author), e.chain, e.seq, e.subject FROM entry e \
         LEFT JOIN account a ON a.id = e.author WHERE e.subject IN \
         (SELECT $1 UNION ALL SELECT c.id FROM review_case c WHERE c.household = $2) \
         ORDER BY e.at DESC, e.seq DESC LIMIT $3",
        [household.into(), household.into(), LATEST.into()],
    )
    .all(connection, |row| {
        let entry = TimelineEntry {
            at: int(row, 0)?,
            kind: text(row, 1)?,
            author: text(row, 2)?,
            chain: text(row, 3)?,
            seq: int(row, 4)?,
        };
        Ok(Written { subject: text(row, 5)?, entry })
    })
    .await
}

impl Desk {
    /// One household.
    pub async fn household(&self, id: &str) -> Result<HouseholdView> {
        self.actor.may(Action::ReadPeople)?;
        let mut snapshot = self.store().snapshot().await?;
        let query = household_columns(Query::new("SELECT "), ["h", "t"], self.today())
            .push(
                ", h.province, h.district, h.opened, h.closed FROM household h \
                 LEFT JOIN hamlet t ON t.id = h.hamlet WHERE h.id = ",
            )
            .bind(id);
        let (row, place, opened, closed) = self
            .actor
            .reach
            .within(query, "h")
            .one(&mut snapshot, |row| {
                let household = household_row(row, 0)?;
                let place = Place {
                    province: text(row, WIDTH)?,
                    district: maybe(row, WIDTH + 1)?,
                    commune: household.commune.clone(),
                    hamlet: household.hamlet.clone(),
                };
                Ok((household, place, day(row, WIDTH + 2)?, maybe_day(row, WIDTH + 3)?))
            })
            .await?;
        let members = members_now(&mut snapshot, id).await?;
        let spells = sql(
            "SELECT s.status, s.standard, s.movement, d.number, s.valid_from, s.known_from FROM spell s \
             LEFT JOIN decision d ON d.id = s.decision WHERE s.household = $1 AND s.known_to IS NULL \
             ORDER BY s.valid_from DESC, s.known_from DESC",
            [id.into()],
        )
        .all(&mut snapshot, |row| {
            Ok(Spell {
                status: text(row, 0)?,
                standard: text(row, 1)?,
                movement: maybe(row, 2)?,
                decision: maybe(row, 3)?,
                valid_from: day(row, 4)?,
                known_from: int(row, 5)?,
            })
        })
        .await?;
        let cases = self.cases_of(&mut snapshot, id).await?;
        let timeline = timeline(&mut snapshot, id).await?.into_iter().map(|written| written.entry).collect();
        let became = self.became(&mut snapshot, id).await?;
        Ok(HouseholdView { row, place, opened, closed, became, members, spells, cases, timeline })
    }

    /// The household that another was merged into, if that is within reach.
    async fn became(&self, connection: &mut AnyConnection, household: &str) -> Result<Option<HouseholdRow>> {
        let query = household_columns(Query::new("SELECT "), ["h", "t"], self.today())
            .push(
                " FROM duplicate d JOIN household h ON h.id = d.first LEFT JOIN hamlet t ON t.id = h.hamlet \
                 WHERE d.state = 'merged' AND d.second = ",
            )
            .bind(household);
        self.actor.reach.within(query, "h").first(connection, |row| household_row(row, 0)).await
    }

    /// The cases of a household, latest first, each standing where it stands today; whoever asks.
    async fn cases_of(&self, connection: &mut AnyConnection, household: &str) -> Result<Vec<HouseholdCase>> {
        let rows = sql(
            "SELECT c.id, r.kind, r.pack, r.year, c.state, c.status, c.posted_until, r.pack_hash FROM review_case c \
             JOIN round r ON r.id = c.round WHERE c.household = $1 ORDER BY c.opened DESC, c.id DESC",
            [household.into()],
        );
        let rows = rows.all(connection, |row| {
            let case = HouseholdCase {
                id: text(row, 0)?,
                kind: text(row, 1)?,
                pack: text(row, 2)?,
                year: int(row, 3)?,
                state: stored(&text(row, 4)?)?,
                status: maybe(row, 5)?,
            };
            Ok((case, maybe_day(row, 6)?, text(row, 7)?))
        });
        let mut cases = Vec::new();
        for (mut case, posted_until, hash) in rows.await? {
            let program = self.register.program_as(connection, &case.pack, &hash).await?;
            case.state = standing(&program, &case.kind, self.today(), case.state, posted_until)?;
            cases.push(case);
        }
        Ok(cases)
    }

    /// The members of several households today, by household, the head first; of those within reach.
    pub async fn members_of(&self, households: &[String]) -> Result<HashMap<String, Vec<Member>>> {
        self.actor.may(Action::ReadPeople)?;
        let mut connection = self.store().read().await?;
        let mut members: HashMap<String, Vec<Member>> = HashMap::new();
        for households in households.chunks(MANY) {
            let query = Query::new("SELECT p.id, p.name, p.relation, p.sex, p.born, p.ethnic, ")
                .push(IDENTIFIED)
                .push(", ")
                .push(SINCE)
                .push(", p.household FROM person p JOIN household h ON h.id = p.household WHERE p.household IN ");
            let query = self.actor.reach.within(among(query, households), "h").push(HEAD_FIRST);
            for (household, one) in query.all(&mut connection, |row| Ok((text(row, 8)?, member(row)?))).await? {
                members.entry(household).or_default().push(one);
            }
        }
        Ok(members)
    }

    /// The members on a day, by what was known at a time (microseconds; now when absent), the head first. Names and births
    /// too are told as they were known then, unless they were erased since.
    pub async fn members_as_of(&self, household: &str, on: Date, known_at: Option<i64>) -> Result<Vec<Member>> {
        self.actor.may(Action::ReadPeople)?;
        let mut snapshot = self.store().snapshot().await?;
        self.place_of_household(&mut snapshot, household).await?;
        let mut members = members_at(&mut snapshot, &[household.to_owned()], Moment { on, known_at }).await?;
        Ok(members.remove(household).unwrap_or_default())
    }
}

/// The members of households at a moment, the head first, as they were known then; whoever asks.
pub(crate) async fn members_at(
    connection: &mut AnyConnection,
    households: &[String],
    at: Moment,
) -> Result<HashMap<String, Vec<Member>>> {
    let mut members: HashMap<String, Vec<Member>> = HashMap::new();
    for some in households.chunks(MANY) {
        let query = Query::new("SELECT p.id, p.name, m.relation, p.sex, p.born, p.ethnic, ").push(IDENTIFIED).push(
            ", (SELECT MIN(s.valid_from) FROM membership s WHERE s.person = m.person AND s.household = m.household AND ",
        );
        let query = at
            .begun(query, "s")
            .push("), m.household, p.erased FROM membership m JOIN person p ON p.id = m.person WHERE ");
        let query = among(at.held(query, Fact::Membership, "m").push(" AND m.household IN "), some)
            .push(" ORDER BY m.household, CASE WHEN m.relation = 'head' THEN 0 ELSE 1 END, p.place, p.id");
        let mut rows = query.all(connection, |row| Ok((text(row, 8)?, member(row)?, yes(row, 9)?))).await?;
        if let Some(known_at) = at.known_at {
            let persons: Vec<String> =
                rows.iter().filter(|(.., erased)| !erased).map(|(_, member, _)| member.person.clone()).collect();
            let known = people_known(connection, &persons, known_at).await?;
            for (_, member, _) in &mut rows {
                if let Some(known) = known.get(&member.person) {
                    member.name.clone_from(&known.name);
                    member.sex.clone_from(&known.sex);
                    member.born.clone_from(&known.born);
                    member.ethnic.clone_from(&known.ethnic);
                }
            }
        }
        for (household, member, _) in rows {
            members.entry(household).or_default().push(member);
        }
    }
    Ok(members)
}

/// What was known at a time of some people.
pub(crate) async fn people_known(
    connection: &mut AnyConnection,
    persons: &[String],
    at: i64,
) -> Result<HashMap<String, PersonContent>> {
    let mut known = HashMap::new();
    for some in persons.chunks(MANY) {
        let query = Query::new(
            "SELECT e.subject, c.body FROM entry e JOIN content c ON c.hash = e.content WHERE e.kind = 'person' AND e.at <= ",
        );
        let query = among(query.bind(at).push(" AND e.subject IN "), some).push(" ORDER BY e.at, e.seq");
        for (person, body) in query.all(connection, |row| Ok((text(row, 0)?, maybe(row, 1)?))).await? {
            if let Some(content) = body.and_then(|body| serde_json::from_str(&body).ok()) {
                known.insert(person, content);
            }
        }
    }
    Ok(known)
}
