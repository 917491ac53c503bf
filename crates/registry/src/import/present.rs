//! What the register has of a commune, as far as a list is compared with it.

use super::ImportFile;
use crate::Result;
use crate::clock::end_of;
use crate::scope::Place;
use crate::store::{day, int, maybe, maybe_day, sql, text};
use crate::text::key;
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::{HashMap, HashSet};

/// A household of the register.
#[derive(Clone, Debug)]
pub(super) struct PresentHousehold {
    pub id: String,
    pub code: String,
    /// The hamlet's id.
    pub hamlet: Option<String>,
    pub head: Option<String>,
    pub name: String,
    pub name_key: String,
    pub persons: i64,
    pub opened: Date,
    pub closed: Option<Date>,
    pub version: i64,
    /// Those of whom something is known.
    pub members: Vec<PresentMember>,
    /// How many people who are or were in it were erased on request.
    pub erased: usize,
    pub spells: Vec<PresentSpell>,
    /// Whether its people were changed here after the day of the list.
    pub edited: bool,
    /// Whether it was on a list of a later day.
    pub later_list: bool,
    /// Whether it is in a review that is not decided.
    pub in_review: bool,
}

/// A member.
#[derive(Clone, Debug)]
pub(super) struct PresentMember {
    pub id: String,
    pub order: i64,
    pub relation: String,
    pub name: String,
    pub name_key: String,
    pub sex: Option<String>,
    pub born: Option<String>,
    pub ethnic: Option<String>,
}

/// A status from a day on.
#[derive(Clone, Debug)]
pub(super) struct PresentSpell {
    pub id: String,
    pub standard: String,
    pub status: String,
    pub decided: bool,
    pub valid_from: Date,
}

/// A commune.
#[derive(Clone, Debug, Default)]
pub(super) struct Present {
    pub households: Vec<PresentHousehold>,
    /// Hamlets by their folded names: id and name.
    pub hamlets: HashMap<String, (String, String)>,
}

impl PresentHousehold {
    /// The head among the members.
    pub fn head_member(&self) -> Option<&PresentMember> {
        self.members.iter().find(|member| Some(&member.id) == self.head.as_ref())
    }

    /// The spell of a standard that is in force on a day.
    pub fn spell_on(&self, standard: &str, on: Date) -> Option<&PresentSpell> {
        let of = self.spells.iter().filter(|spell| spell.standard == standard && spell.valid_from <= on);
        of.max_by_key(|spell| spell.valid_from)
    }
}

impl Present {
    /// Reads what is there.
    pub async fn load(tx: &mut AnyConnection, place: &Place, file: &ImportFile<'_>) -> Result<Self> {
        let commune = || place.commune.as_str().into();
        let households = sql(
            "SELECT id, code, hamlet, head, name, name_key, persons, opened, closed, version \
             FROM household WHERE commune = $1 ORDER BY code",
            [commune()],
        );
        let households = households.all(tx, |row| {
            Ok(PresentHousehold {
                id: text(row, 0)?,
                code: text(row, 1)?,
                hamlet: maybe(row, 2)?,
                head: maybe(row, 3)?,
                name: text(row, 4)?,
                name_key: text(row, 5)?,
                persons: int(row, 6)?,
                opened: day(row, 7)?,
                closed: maybe_day(row, 8)?,
                version: int(row, 9)?,
                members: Vec::new(),
                erased: 0,
                spells: Vec::new(),
                edited: false,
                later_list: false,
                in_review: false,
            })
        });
        let mut present = Present { households: households.await?, hamlets: HashMap::new() };
        let places: HashMap<String, usize> =
            present.households.iter().enumerate().map(|(place, household)| (household.id.clone(), place)).collect();

        let members = sql(
            "SELECT household, id, place, relation, name, name_key, sex, born, ethnic FROM person \
             WHERE commune = $1 AND household IS NOT NULL AND erased = 0 ORDER BY household, place",
            [commune()],
        );
        let members = members.all(tx, |row| {
            let member = PresentMember {
                id: text(row, 1)?,
                order: int(row, 2)?,
                relation: text(row, 3)?,
                name: text(row, 4)?,
                name_key: text(row, 5)?,
                sex: maybe(row, 6)?,
                born: maybe(row, 7)?,
                ethnic: maybe(row, 8)?,
            };
            Ok((text(row, 0)?, member))
        });
        for (household, member) in members.await? {
            if let Some(place) = places.get(&household) {
                present.households[*place].members.push(member);
            }
        }

        let erased = sql(
            "SELECT DISTINCT m.household, p.id FROM person p JOIN membership m ON m.person = p.id \
             WHERE p.commune = $1 AND p.erased = 1 AND m.household IS NOT NULL",
            [commune()],
        );
        let erased = erased.all(tx, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        for (household, _) in &erased {
            if let Some(place) = places.get(household) {
                present.households[*place].erased += 1;
            }
        }

        let spells = sql(
            "SELECT s.household, s.id, s.standard, s.status, s.decision, s.valid_from FROM spell s \
             JOIN household h ON h.id = s.household WHERE h.commune = $1 AND s.known_to IS NULL \
             ORDER BY s.valid_from, s.known_from, s.id",
            [commune()],
        );
        let spells = spells.all(tx, |row| {
            let spell = PresentSpell {
                id: text(row, 1)?,
                standard: text(row, 2)?,
                status: text(row, 3)?,
                decided: maybe(row, 4)?.is_some(),
                valid_from: day(row, 5)?,
            };
            Ok((text(row, 0)?, spell))
        });
        for (household, spell) in spells.await? {
            if let Some(place) = places.get(&household) {
                present.households[*place].spells.push(spell);
            }
        }

        // What an import wrote itself is no change made here. A household may have come with its entries in another chain.
        let edits = sql(
            "SELECT DISTINCT e.subject FROM entry e JOIN (SELECT id FROM household WHERE commune = $1 \
             UNION ALL SELECT id FROM person WHERE commune = $2 AND (household IS NOT NULL OR erased = 1)) x ON x.id = e.subject \
             WHERE e.at > $3 AND e.kind <> 'identity_seen' AND NOT EXISTS (SELECT 1 FROM import i \
             WHERE i.commune = e.chain AND e.seq >= i.first_seq AND e.seq <= i.last_seq)",
            [commune(), commune(), end_of(file.valid_from).into()],
        );
        let edits: HashSet<String> = edits.all(tx, |row| text(row, 0)).await?.into_iter().collect();
        for household in &mut present.households {
            household.edited =
                edits.contains(&household.id) || household.members.iter().any(|member| edits.contains(&member.id));
        }
        // A list from before somebody was erased may name them, and then nobody knows that it is them.
        for (household, person) in &erased {
            if let Some(place) = places.get(household) {
                present.households[*place].edited |= edits.contains(person);
            }
        }

        let later = sql(
            "SELECT DISTINCT h.id FROM household h JOIN entry e ON e.subject = h.id AND e.kind = 'household_imported' \
             JOIN import i ON i.commune = e.chain AND e.seq >= i.first_seq AND e.seq <= i.last_seq \
             WHERE h.commune = $1 AND i.valid_from > $2",
            [commune(), file.valid_from.into()],
        );
        for household in later.all(tx, |row| text(row, 0)).await? {
            if let Some(place) = places.get(&household) {
                present.households[*place].later_list = true;
            }
        }

        let reviewed = sql(
            "SELECT DISTINCT household FROM review_case WHERE commune = $1 AND state NOT IN ('done', 'withdrawn', \
             'certificate')",
            [commune()],
        );
        for household in reviewed.all(tx, |row| text(row, 0)).await? {
            if let Some(place) = places.get(&household) {
                present.households[*place].in_review = true;
            }
        }

        let hamlets = sql("SELECT id, name FROM hamlet WHERE commune = $1", [commune()]);
        let hamlets = hamlets.all(tx, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
        present.hamlets = hamlets.into_iter().map(|(id, name)| (key(&name), (id, name))).collect();
        Ok(present)
    }

    /// The folded name of a household's hamlet.
    pub fn hamlet_key(&self, household: &PresentHousehold) -> Option<&str> {
        let id = household.hamlet.as_ref()?;
        self.hamlets.iter().find(|(_, (known, _))| known == id).map(|(key, _)| key.as_str())
    }
}
