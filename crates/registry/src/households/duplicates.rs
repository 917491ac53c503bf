//! The queue of pairs that may be one household. Finding adds to it; only a person takes from it.

use super::across;
use super::held::Held;
use super::likeness::{Alike, Home, Someone, alike};
use super::list::{WIDTH, household_columns, household_row};
use super::people::taken;
use super::{ComparedPerson, DuplicateRow, HouseholdRow};
use crate::areas::{Unit, unit};
use crate::ledger::{self, Change};
use crate::page::{Page, PageRequest};
use crate::scope::{Action, Place};
use crate::store::{MANY, Query, Value, among, insert_new, int, maybe, sql, text};
use crate::text::new_id;
use crate::{Desk, RegistryError, Result};
use serde_json::json;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Two households that may be one, with the person of each who was compared; nothing for who is not recorded.
pub(super) struct Pair {
    pub households: [String; 2],
    pub persons: [Option<String>; 2],
    pub score: i64,
    pub why: String,
}

/// A number that was entered for somebody of a household, recorded or not, and that another person has.
pub(crate) struct TakenNumber {
    pub household: String,
    pub person: Option<String>,
    pub owner: String,
}

const COLUMNS: &str =
    "duplicate (id, commune, other, province, first, second, first_person, second_person, score, why, state)";

impl Pair {
    /// The older record first: it is the one that stays.
    fn older_first(mut self) -> Self {
        if self.households[0] > self.households[1] {
            self.households.reverse();
            self.persons.reverse();
        }
        self
    }

    fn row(&self, [first, second]: [&Place; 2]) -> [Value; 11] {
        [
            new_id().into(),
            (&first.commune).into(),
            Some(&second.commune).filter(|other| **other != first.commune).cloned().into(),
            (&first.province).into(),
            (&self.households[0]).into(),
            (&self.households[1]).into(),
            self.persons[0].clone().into(),
            self.persons[1].clone().into(),
            self.score.into(),
            (&self.why).into(),
            "open".into(),
        ]
    }
}

/// Compares outside of any transaction, and of the threads that answer others.
async fn apart(compare: impl FnOnce() -> Vec<Pair> + Send + 'static) -> Result<Vec<Pair>> {
    tokio::task::spawn_blocking(compare)
        .await
        .map_err(|_| RegistryError::Damaged { what: "the search for duplicates stopped".into() })
}

impl Desk {
    /// Looks for pairs that may be one household; how many new ones were found. In a commune whoever is in it is compared
    /// (see [`alike`]); in a province, heads of different communes ([`across`]). Pairs that were judged are not found again.
    /// Numbers are sealed and unique, so they are never why here: a number that somebody else has is refused where it is
    /// entered, and that is when the pair is noted.
    pub async fn find_duplicates(&self, area: &str) -> Result<u64> {
        self.actor.may(Action::CompareRecords)?;
        let mut snapshot = self.store().snapshot().await?;
        let unit = unit(&mut snapshot, area).await?;
        if !self.actor.reach.covers_unit(&unit) {
            return Err(RegistryError::NotFound);
        }
        let pairs = match unit.level.as_str() {
            "province" => {
                let heads = across::heads(&mut snapshot, area).await?;
                drop(snapshot);
                apart(move || across::alike_across(&heads)).await?
            }
            "commune" => {
                let (households, homes, people) = everybody(&mut snapshot, area).await?;
                drop(snapshot);
                apart(move || {
                    let of = |pair: Alike| Pair {
                        households: [pair.first, pair.second].map(|place| households[place].clone()),
                        persons: pair.persons.map(Some),
                        score: pair.score,
                        why: pair.why,
                    };
                    alike(&homes, &people).into_iter().map(of).collect()
                })
                .await?
            }
            _ => return Err(RegistryError::invalid("commune", "duplicates are looked for in a commune or a province")),
        };
        let mut tx = self.store().write().await?;
        let found = self.note_pairs(&mut tx, &unit, pairs).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Adds pairs that are not known, each household being open and still in the unit; how many.
    async fn note_pairs(&self, connection: &mut AnyConnection, unit: &Unit, pairs: Vec<Pair>) -> Result<u64> {
        let column = if unit.level == "province" { "province" } else { "commune" };
        if column == "commune" {
            ledger::hold(connection, &unit.id).await?;
        }
        // Also pairs that were judged where both lived before.
        let query = Query::new("SELECT d.first, d.second FROM household h JOIN duplicate d ON d.first = h.id WHERE h.");
        let known =
            query.push(column).push(" = ").bind(&unit.id).all(connection, |row| Ok([text(row, 0)?, text(row, 1)?]));
        let known: HashSet<[String; 2]> = known.await?.into_iter().collect();
        // Meanwhile a household may have been closed, or moved away.
        let ids: BTreeSet<&String> = pairs.iter().flat_map(|pair| &pair.households).collect();
        let ids: Vec<&String> = ids.into_iter().collect();
        let mut here: HashMap<String, Place> = HashMap::new();
        for ids in ids.chunks(MANY) {
            let query = Query::new("SELECT id, province, district, commune FROM household WHERE closed IS NULL AND ");
            let query = query.push(column).push(" = ").bind(&unit.id).push(" AND id IN ");
            let places = among(query, ids.iter().copied()).all(connection, |row| {
                let (province, district, commune) = (text(row, 1)?, maybe(row, 2)?, text(row, 3)?);
                Ok((text(row, 0)?, Place { province, district, commune, hamlet: None }))
            });
            here.extend(places.await?);
        }
        // Chains are held in the order of their communes, so that two who look at once do not wait for each other.
        let mut by_commune: BTreeMap<&str, Vec<Pair>> = BTreeMap::new();
        for pair in pairs.into_iter().map(Pair::older_first) {
            let [Some(first), Some(_)] = pair.households.each_ref().map(|household| here.get(household)) else {
                continue;
            };
            if !known.contains(&pair.households) {
                by_commune.entry(&first.commune).or_default().push(pair);
            }
        }
        let mut count = 0;
        for (commune, pairs) in by_commune {
            ledger::hold(connection, commune).await?;
            let rows: Vec<_> =
                pairs.iter().map(|pair| pair.row(pair.households.each_ref().map(|id| &here[id]))).collect();
            count += insert_new(connection, COLUMNS, rows).await?;
            // The chain of a commune tells of its own households alone.
            let own = |id: &&String| here[*id].commune == commune;
            let said: Vec<_> = pairs
                .iter()
                .map(|Pair { households, score, .. }| json!([households.iter().filter(own).collect::<Vec<_>>(), score]))
                .collect();
            self.tell_pairs(connection, commune, &json!({ "pairs": said })).await?;
        }
        Ok(count)
    }

    pub(crate) async fn tell_pairs(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
        what: &serde_json::Value,
    ) -> Result<()> {
        let content = ledger::store(connection, what).await?;
        let change = Change { author: &self.actor.id, kind: "duplicates", subject: commune, content: &content };
        ledger::append(connection, commune, self.now(), &[change]).await.map(|_| ())
    }

    /// Notes that a number somebody has was entered for a person, recorded or not, of a household that is held, and gives
    /// the refusal. Whoever reaches both households finds the pair in the queue; the refusal, and the entry of the ledger,
    /// tell nothing of the other.
    pub(super) async fn refuse_number(
        &self,
        connection: &mut AnyConnection,
        held: &Held,
        person: Option<&str>,
        owner: &str,
    ) -> Result<RegistryError> {
        let number =
            TakenNumber { household: held.id.clone(), person: person.map(str::to_owned), owner: owner.to_owned() };
        note_taken(connection, &held.place, number).await?;
        // Said alike whether there is a pair or not.
        let refused = person.unwrap_or(&held.id);
        self.tell_pairs(connection, &held.place.commune, &json!({ "refused": refused })).await?;
        Ok(taken())
    }

    /// The pairs of a commune, or a province, that nobody has judged, most alike first. A pair over two communes stands in the
    /// queue of each, for whoever reaches both.
    pub async fn duplicates(&self, area: &str, page: &PageRequest) -> Result<Page<DuplicateRow>> {
        self.pairs(area, "open", page).await
    }

    /// The pairs of a commune, or a province, that were merged and can be taken apart again, most alike first.
    pub async fn merged_pairs(&self, area: &str, page: &PageRequest) -> Result<Page<DuplicateRow>> {
        self.pairs(area, "merged", page).await
    }

    async fn pairs(&self, area: &str, state: &str, page: &PageRequest) -> Result<Page<DuplicateRow>> {
        self.actor.may(Action::ReadPeople)?;
        let day = self.today();
        let query = household_columns(Query::new("SELECT "), ["h", "t"], day).push(", ");
        let query = household_columns(query, ["g", "s"], day)
            .push(
                ", d.id, d.score, d.why, p.id, p.name, p.born, q.id, q.name, q.born FROM duplicate d \
                 JOIN household h ON h.id = d.first JOIN household g ON g.id = d.second \
                 LEFT JOIN person p ON p.id = d.first_person LEFT JOIN person q ON q.id = d.second_person LEFT JOIN hamlet t ON t.id = h.hamlet \
                 LEFT JOIN hamlet s ON s.id = g.hamlet WHERE d.state = ",
            )
            .bind(state)
            .push(" AND (d.commune = ")
            .bind(area)
            .push(" OR d.other = ")
            .bind(area)
            .push(" OR d.province = ")
            .bind(area)
            .push(")");
        // Both: whoever reaches one of two hamlets learns nothing of a household in the other.
        let mut query = self.actor.reach.within(self.actor.reach.within(query, "h"), "g");
        if let Some([score, id]) = page.key::<2>()? {
            let score: i64 = score
                .parse()
                .map_err(|_| RegistryError::invalid("after", "take it from the page before, unchanged"))?;
            query = query.push(" AND (d.score < ").bind(score).push(" OR (d.score = ").bind(score);
            query = query.push(" AND d.id > ").bind(id).push("))");
        }
        let mut connection = self.store().read().await?;
        let rows = query
            .push(" ORDER BY d.score DESC, d.id LIMIT ")
            .bind(page.reads())
            .all(&mut connection, |row| {
                let (first, second): (HouseholdRow, HouseholdRow) =
                    (household_row(row, 0)?, household_row(row, WIDTH)?);
                Ok(DuplicateRow {
                    version: pair_version(first.version, second.version),
                    id: text(row, 2 * WIDTH)?,
                    first,
                    second,
                    compared: [compared(row, 2 * WIDTH + 3)?, compared(row, 2 * WIDTH + 6)?],
                    score: int(row, 2 * WIDTH + 1)?,
                    why: text(row, 2 * WIDTH + 2)?,
                })
            })
            .await?;
        Ok(Page::of(rows, page, |row| [row.score.to_string(), row.id.clone()]))
    }
}

/// Begins a change of pairs, to be narrowed, that puts them where their households are now.
pub(crate) fn where_they_live() -> Query {
    Query::new(
        "UPDATE duplicate SET commune = (SELECT h.commune FROM household h WHERE h.id = duplicate.first), \
         province = (SELECT h.province FROM household h WHERE h.id = duplicate.first), \
         other = (SELECT g.commune FROM household g JOIN household h ON h.id = duplicate.first \
         WHERE g.id = duplicate.second AND g.commune <> h.commune)",
    )
}

/// Versions only ever grow, so their sum is another as soon as one of them is.
pub(super) const fn pair_version(first: i64, second: i64) -> i64 {
    first + second
}

/// A person that a pair was found by, from a column on.
fn compared(row: &AnyRow, from: usize) -> Result<Option<ComparedPerson>> {
    let Some(person) = maybe(row, from)? else { return Ok(None) };
    Ok(Some(ComparedPerson { person, name: text(row, from + 1)?, born: maybe(row, from + 2)? }))
}

/// Notes that a household of a place, whose chain is held, and the open one of a number's owner may be one; whether that
/// is a new pair.
pub(crate) async fn note_taken(connection: &mut AnyConnection, here: &Place, number: TakenNumber) -> Result<bool> {
    let TakenNumber { household, person, owner } = number;
    let query = Query::new(
        "SELECT h.id, h.province, h.district, h.commune FROM person p JOIN household h ON h.id = p.household \
         WHERE h.closed IS NULL AND p.id = ",
    );
    let other = query.bind(&owner).first(connection, |row| {
        let (province, district, commune) = (text(row, 1)?, maybe(row, 2)?, text(row, 3)?);
        Ok((text(row, 0)?, Place { province, district, commune, hamlet: None }))
    });
    let Some((other, there)) = other.await?.filter(|(other, _)| *other != household) else { return Ok(false) };
    let turned = household > other;
    let pair =
        Pair { households: [household, other], persons: [person, Some(owner)], score: 100, why: "identity".into() };
    let places = if turned { [&there, here] } else { [here, &there] };
    let row = pair.older_first().row(places);
    Ok(insert_new(connection, COLUMNS, [row]).await? > 0)
}

/// The open households of a commune and all their members.
async fn everybody(connection: &mut AnyConnection, commune: &str) -> Result<(Vec<String>, Vec<Home>, Vec<Someone>)> {
    let rows = sql("SELECT id, hamlet FROM household WHERE commune = $1 AND closed IS NULL", [commune.into()])
        .all(connection, |row| Ok((text(row, 0)?, maybe(row, 1)?)))
        .await?;
    let (households, homes): (Vec<String>, Vec<Home>) =
        rows.into_iter().map(|(id, hamlet)| (id, Home { hamlet })).unzip();
    let places: HashMap<&str, usize> = households.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
    let people = sql(
        "SELECT household, relation, name_key, born, sex, id FROM person WHERE commune = $1 AND household IS NOT NULL \
         ORDER BY id",
        [commune.into()],
    )
    .all(connection, |row| {
        let someone = Someone {
            household: 0,
            person: text(row, 5)?,
            head: text(row, 1)? == super::people::HEAD,
            name_key: text(row, 2)?,
            born: maybe(row, 3)?,
            sex: maybe(row, 4)?,
        };
        Ok((text(row, 0)?, someone))
    })
    .await?;
    let people = people
        .into_iter()
        .filter_map(|(household, someone)| Some(Someone { household: *places.get(household.as_str())?, ..someone }))
        .collect();
    Ok((households, homes, people))
}
