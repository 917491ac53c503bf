//! The figures of an area and of the units below it.

use super::answered::answers_of;
use super::{Figures, ListFigures, UnitFigures};
use crate::areas::{Unit, unit};
use crate::as_of::Moment;
use crate::forms::Under;
use crate::households::members_at;
use crate::scope::{Action, Reach};
use crate::spells::AsOf;
use crate::spells::list::{listed_counts, listed_spells};
use crate::store::{Query, maybe, text};
use crate::{Desk, RegistryError, Result};
use jiff::civil::Date;
use sqlx::AnyConnection;
use std::collections::{BTreeMap, HashMap};
use vuon_policy::model::List;

/// A commune of the area, and the unit it is counted under.
struct Commune {
    id: String,
    name: String,
    kind: String,
    district: Option<String>,
    province: String,
}

/// Both lists of a unit.
type Pair = (ListFigures, ListFigures);

impl Desk {
    /// The figures of an area of the list of areas in force on a day (`list:code`; the list's name for all its provinces),
    /// at the end of that day, by what is known now.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when the area does not lie in the asker's part whole.
    pub async fn figures(&self, area: &str, on: Date) -> Result<Figures> {
        self.counted_by_unit(area, on, true).await
    }

    /// The same without what answers and members say: how many households are listed, how many of them no decision of the
    /// register listed, and by which standards. No household is looked at by itself, so that a province takes a moment.
    ///
    /// # Errors
    /// As [`figures`](Self::figures).
    pub async fn listed_figures(&self, area: &str, on: Date) -> Result<Figures> {
        self.counted_by_unit(area, on, false).await
    }

    async fn counted_by_unit(&self, area: &str, on: Date, answers: bool) -> Result<Figures> {
        self.actor.may(Action::ReadFigures)?;
        let mut tx = self.store().snapshot().await?;
        let top = if area.contains(':') { Some(unit(&mut tx, area).await?) } else { None };
        let reached = match &top {
            Some(top) => self.actor.reach.covers_unit(top),
            None => self.actor.reach == Reach::Everything,
        };
        let communes = communes(&mut tx, top.as_ref(), area).await?;
        if !reached || communes.is_empty() {
            return Err(RegistryError::NotFound);
        }
        let of_commune = top.as_ref().is_some_and(|top| top.level == "commune");
        let mut figures = Figures { known_at: self.now(), ..Figures::default() };
        figures.units_list = area.split(':').next().unwrap_or_default().to_owned();
        let mut places: BTreeMap<String, Pair> = BTreeMap::new();
        for commune in &communes {
            let counted = if answers {
                self.counted(&mut tx, &commune.id, on, &mut figures).await?
            } else {
                listed_only(&mut tx, &commune.id, on, &mut figures).await?
            };
            for (hamlet, pair) in counted {
                let place = if of_commune { hamlet } else { commune.id.clone() };
                add(places.entry(place).or_default(), &pair);
            }
        }
        figures.unit = match top {
            Some(top) if of_commune => hamlets(&mut tx, &top, &communes[0], places).await?,
            top => tree(&mut tx, top.as_ref(), area, &communes, places).await?,
        };
        Ok(figures)
    }

    /// By spell, whether a household is in each subgroup by the answers its status rests on; without those not known.
    pub(crate) async fn groups_of(
        &self,
        connection: &mut AnyConnection,
        spells: &[(String, String)],
    ) -> Result<HashMap<String, BTreeMap<String, bool>>> {
        let (mut plans, mut groups) = (HashMap::new(), HashMap::new());
        for (spell, signed) in answers_of(connection, spells).await? {
            let program = self.register().program_as(connection, &signed.pack, &signed.pack_hash).await?;
            let unknown = || RegistryError::Damaged { what: format!("the method {}", signed.method) };
            let method = program.method(Some(&signed.method)).ok_or_else(unknown)?;
            let under = Under { program: &program, method, review_date: signed.reviewed_on };
            let plan = plans.entry((program.hash.clone(), method)).or_insert_with(|| program.plan(method));
            let mut one = ListFigures::default();
            one.add_answers(under, plan, &signed.answered.known, &signed.answered.answers);
            let known = one.groups.into_iter().filter(|(_, holds)| holds.unknown == 0);
            groups.insert(spell, known.map(|(id, holds)| (id, holds.yes > 0)).collect());
        }
        Ok(groups)
    }

    /// The counts of a commune by hamlet.
    async fn counted(
        &self,
        connection: &mut AnyConnection,
        commune: &str,
        on: Date,
        figures: &mut Figures,
    ) -> Result<BTreeMap<String, Pair>> {
        let listed = listed_spells(connection, &as_of(commune, on)).await?;
        let ids: Vec<String> = listed.iter().map(|listed| listed.household.clone()).collect();
        let members = members_at(connection, &ids, Moment::now(on)).await?;
        let decided: Vec<(String, String)> =
            listed.iter().filter_map(|listed| Some((listed.spell.clone(), listed.case.clone()?))).collect();
        let signed = answers_of(connection, &decided).await?;
        let mut plans = HashMap::new();
        let mut counted: BTreeMap<String, Pair> = BTreeMap::new();
        for listed in listed {
            let pair = counted.entry(listed.hamlet.unwrap_or_default()).or_default();
            let list = if listed.list == List::Poor { &mut pair.0 } else { &mut pair.1 };
            list.add(members.get(&listed.household).map_or(&[][..], Vec::as_slice));
            let Some(signed) = signed.get(&listed.spell) else {
                list.unsurveyed += 1;
                figures.packs.insert((listed.standard, String::new()));
                continue;
            };
            let program = self.register().program_as(connection, &signed.pack, &signed.pack_hash).await?;
            let unknown = || RegistryError::Damaged { what: format!("the method {}", signed.method) };
            let method = program.method(Some(&signed.method)).ok_or_else(unknown)?;
            let under = Under { program: &program, method, review_date: signed.reviewed_on };
            let plan = plans.entry((program.hash.clone(), method)).or_insert_with(|| program.plan(method));
            list.add_answers(under, plan, &signed.answered.known, &signed.answered.answers);
            figures.packs.insert((signed.pack.clone(), signed.pack_hash.clone()));
        }
        Ok(counted)
    }
}

fn as_of(commune: &str, on: Date) -> AsOf {
    AsOf { commune: commune.to_owned(), on, known_at: None, standard: None, statuses: Vec::new() }
}

/// The households of a commune by hamlet, counted without their answers.
async fn listed_only(
    connection: &mut AnyConnection,
    commune: &str,
    on: Date,
    figures: &mut Figures,
) -> Result<BTreeMap<String, Pair>> {
    let mut counted: BTreeMap<String, Pair> = BTreeMap::new();
    for count in listed_counts(connection, &as_of(commune, on)).await? {
        let pair = counted.entry(count.hamlet.unwrap_or_default()).or_default();
        let list = if count.list == List::Poor { &mut pair.0 } else { &mut pair.1 };
        list.total.households += count.households;
        list.unsurveyed += if count.decided { 0 } else { count.households };
        figures.packs.insert((count.standard, String::new()));
    }
    Ok(counted)
}

fn add(sum: &mut Pair, more: &Pair) {
    sum.0.merge(&more.0);
    sum.1.merge(&more.1);
}

async fn communes(connection: &mut AnyConnection, top: Option<&Unit>, list: &str) -> Result<Vec<Commune>> {
    let query = Query::new("SELECT id, name, kind, district, province FROM area WHERE level = 'commune' AND ");
    let query = match top {
        None => query.push("list = ").bind(list),
        Some(top) => match top.level.as_str() {
            "province" => query.push("province = ").bind(&top.id),
            "district" => query.push("district = ").bind(&top.id),
            _ => query.push("id = ").bind(&top.id),
        },
    };
    let rows = query.push(" ORDER BY id").all(connection, |row| {
        Ok(Commune {
            id: text(row, 0)?,
            name: text(row, 1)?,
            kind: text(row, 2)?,
            district: maybe(row, 3)?,
            province: text(row, 4)?,
        })
    });
    rows.await
}

/// A commune, and its hamlets below it; last those in none, if there are any.
async fn hamlets(
    connection: &mut AnyConnection,
    top: &Unit,
    commune: &Commune,
    mut places: BTreeMap<String, Pair>,
) -> Result<UnitFigures> {
    let query = Query::new("SELECT id, name FROM hamlet WHERE commune = ").bind(&top.id).push(" ORDER BY name_key, id");
    let named = query.all(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?;
    let below: Vec<UnitFigures> = named
        .into_iter()
        .map(|(id, name)| unit_of(&id, &name, "", places.remove(&id).unwrap_or_default(), Vec::new()))
        .collect();
    // A hamlet may be another commune's by now, and some households are in none.
    let rest = places.into_values().fold(Pair::default(), |mut sum, pair| {
        add(&mut sum, &pair);
        sum
    });
    let rest = (rest != Pair::default()).then(|| unit_of("", "", "", rest, Vec::new()));
    let below: Vec<UnitFigures> = below.into_iter().chain(rest).collect();
    Ok(summed(&top.id, &commune.name, &commune.kind, below))
}

/// The units below an area: provinces of a list, districts with their communes, or communes.
async fn tree(
    connection: &mut AnyConnection,
    top: Option<&Unit>,
    area: &str,
    communes: &[Commune],
    mut places: BTreeMap<String, Pair>,
) -> Result<UnitFigures> {
    let query = Query::new("SELECT id, name, kind FROM area WHERE ");
    let query = match top {
        None => query.push("parent IS NULL AND list = ").bind(area),
        Some(top) => query.push("parent = ").bind(&top.id),
    };
    let rows = query.push(" ORDER BY id").all(connection, |row| Ok((text(row, 0)?, text(row, 1)?, text(row, 2)?)));
    let mut below = Vec::new();
    for (id, name, kind) in rows.await? {
        let mut own: Vec<UnitFigures> = communes
            .iter()
            .filter(|commune| {
                commune.id == id || commune.district.as_ref() == Some(&id) || (top.is_none() && commune.province == id)
            })
            .map(|c| unit_of(&c.id, &c.name, &c.kind, places.remove(&c.id).unwrap_or_default(), Vec::new()))
            .collect();
        let commune = own.len() == 1 && own[0].area == id;
        let mut unit = if commune { own.remove(0) } else { summed(&id, &name, &kind, own) };
        if top.is_none() {
            unit.below.clear();
        }
        below.push(unit);
    }
    let (name, kind) = match top {
        Some(top) => {
            let query = Query::new("SELECT name, kind FROM area WHERE id = ").bind(&top.id);
            query.one(connection, |row| Ok((text(row, 0)?, text(row, 1)?))).await?
        }
        None => (area.to_owned(), String::new()),
    };
    Ok(summed(area, &name, &kind, below))
}

fn unit_of(area: &str, name: &str, kind: &str, (poor, near_poor): Pair, below: Vec<UnitFigures>) -> UnitFigures {
    UnitFigures { area: area.into(), name: name.into(), kind: kind.into(), poor, near_poor, below }
}

/// A unit whose counts are the sums of those below it.
fn summed(area: &str, name: &str, kind: &str, below: Vec<UnitFigures>) -> UnitFigures {
    let mut sum = Pair::default();
    for unit in &below {
        sum.0.merge(&unit.poor);
        sum.1.merge(&unit.near_poor);
    }
    unit_of(area, name, kind, sum, below)
}
