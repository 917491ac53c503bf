//! Where households live: the communes in force, how many live in each, and of which ethnic groups.
//!
//! Population comes by province of the 63 (census of 2019). Within a province a ward or township gets
//! 1.6 times the households of a rural commune, and each unit a random size around that: both are our
//! assumptions. After 1 July 2025 a new commune gets the households of the old ones that went into it; an
//! old one that was split gives equal parts. Its region is that of its province; where the new province
//! spans two regions, that of the old province from which most of its households come.

use super::chance::{Chance, Purpose};
use super::choice::{AreaType, Ethnicity, Region};
use super::error::SynthError;
use super::tables;
use std::collections::HashMap;
use vuon_areas::{Area, AreaCode, AreaList, Areas, Kind, Level};
use vuon_policy::calendar::Day;

/// A commune in which households live.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub province: AreaCode,
    /// None in a list without districts.
    pub district: Option<AreaCode>,
    pub commune: AreaCode,
    pub area_type: AreaType,
    pub region: Region,
    /// Its part of all households, in no particular unit.
    pub weight: u64,
    /// Shares of ethnic groups; they sum to 1.
    pub ethnic: [f64; Ethnicity::COUNT],
}

/// A unit of the last list with districts: a commune, or an island district without communes.
struct Unit {
    province: AreaCode,
    persons: f64,
    ethnic: [f64; Ethnicity::COUNT],
}

/// All communes of the list in force, in order of code.
pub(super) fn country(day: Day, seed: u64) -> Result<Vec<Place>, SynthError> {
    let areas = Areas::embedded();
    let list = areas.list_on(day.date())?;
    let base = match list.levels.contains(&Level::District) {
        true => list,
        false => with_districts(areas),
    };
    let units = units(areas, base, seed);
    if base.id == list.id {
        let place = |commune: &Area| {
            let path = areas.path(list, commune.code)?;
            Ok(place(areas, list, base, commune, &path, &[(&units[&commune.code], 1.0)]))
        };
        return areas.communes(list).map(place).collect();
    }
    let mut parts: HashMap<AreaCode, u32> = HashMap::new();
    for commune in areas.communes(list) {
        for old in areas.trace(commune.code, list, base)? {
            *parts.entry(old.to.code).or_default() += 1;
        }
    }
    let mut places = Vec::new();
    for commune in areas.communes(list) {
        let path = areas.path(list, commune.code)?;
        let old = areas.trace(commune.code, list, base)?;
        let from: Vec<(&Unit, f64)> =
            old.iter().map(|old| (&units[&old.to.code], 1.0 / f64::from(parts[&old.to.code]))).collect();
        places.push(place(areas, list, base, commune, &path, &from));
    }
    Ok(places)
}

/// The places that lie in one of the areas named; all of them when none is.
pub(super) fn within(country: Vec<Place>, day: Day, codes: &[String]) -> Result<Vec<Place>, SynthError> {
    if codes.is_empty() {
        return Ok(country);
    }
    let areas = Areas::embedded();
    let list = areas.list_on(day.date())?;
    let mut wanted = Vec::new();
    for code in codes {
        let code: AreaCode = code.parse()?;
        let area = areas.require(list, code)?;
        let inside = |place: &Place| place.commune == code || place.district == Some(code) || place.province == code;
        if !country.iter().any(inside) {
            return Err(SynthError::Empty(format!("{} ({code})", area.full_name())));
        }
        wanted.push(code);
    }
    let lies_in = |place: &Place| {
        wanted.contains(&place.commune)
            || wanted.contains(&place.province)
            || place.district.is_some_and(|district| wanted.contains(&district))
    };
    Ok(country.into_iter().filter(lies_in).collect())
}

fn with_districts(areas: &Areas) -> &AreaList {
    let lists = areas.lists();
    let last = lists.iter().rfind(|list| list.levels.contains(&Level::District));
    last.unwrap_or(&lists[0])
}

/// All units of a list with districts, with their population.
fn units(areas: &Areas, list: &AreaList, seed: u64) -> HashMap<AreaCode, Unit> {
    let mut chance = Chance::new(seed, Purpose::Places, 0);
    let (population, ethnic) = (tables::population(), tables::ethnic_groups());
    let mut units = HashMap::new();
    for province in areas.provinces(list) {
        let leaves: Vec<(AreaCode, bool, f64)> = areas
            .children(list, province.code)
            .flat_map(|district| {
                let communes: Vec<&Area> = areas.children(list, district.code).collect();
                if communes.is_empty() { vec![district] } else { communes }
            })
            .map(|leaf| {
                let size = f64::from(chance.below(81) + 60);
                let size = match leaf.kind {
                    Kind::Ward | Kind::Township => size * 1.6,
                    _ if leaf.level == Level::District => size * 0.2,
                    _ => size,
                };
                (leaf.code, area_type(leaf) == AreaType::Urban, size)
            })
            .collect();
        let total: f64 = leaves.iter().map(|(_, _, size)| size).sum();
        for (code, urban, size) in leaves {
            let persons = population[&province.code] * size / total;
            let ethnic = mixture(&ethnic[&province.code], urban, &mut chance);
            units.insert(code, Unit { province: province.code, persons, ethnic });
        }
    }
    units
}

/// Ethnic groups live in communes of their own more than mixed. A unit has between a quarter and seven
/// quarters of its province's share of minorities, half of that in towns, and one group is most of it.
fn mixture(province: &[f64; Ethnicity::COUNT], urban: bool, chance: &mut Chance) -> [f64; Ethnicity::COUNT] {
    let minorities = 1.0 - province[0];
    let factor = [0.25, 0.75, 1.25, 1.75][chance.below(4) as usize];
    let share = (minorities * factor * if urban { 0.5 } else { 1.1 }).min(0.97);
    let weights = province.map(|share| (share * 10_000.0) as u32);
    let main = 1 + chance.pick(&weights[1..]);
    let mut unit = [0.0; Ethnicity::COUNT];
    for (group, of_province) in province.iter().enumerate().skip(1) {
        let scattered = if minorities > 0.0 { 0.2 * of_province / minorities } else { 0.0 };
        unit[group] = share * (scattered + if group == main { 0.8 } else { 0.0 });
    }
    unit[0] = 1.0 - share;
    unit
}

fn place(
    areas: &Areas,
    list: &AreaList,
    base: &AreaList,
    commune: &Area,
    path: &[&Area],
    from: &[(&Unit, f64)],
) -> Place {
    let province = path[0].code;
    let persons: f64 = from.iter().map(|(unit, part)| unit.persons * part).sum();
    let mut ethnic = [0.0; Ethnicity::COUNT];
    for (unit, part) in from {
        for (sum, share) in ethnic.iter_mut().zip(unit.ethnic) {
            *sum += share * unit.persons * part / persons;
        }
    }
    let of_list = areas.region(list, province);
    let region = of_list.or_else(|| areas.region(base, main_province(from))).and_then(Region::from_id);
    Place {
        province,
        district: path.iter().find(|area| area.level == Level::District).map(|area| area.code),
        commune: commune.code,
        area_type: area_type(commune),
        // Every old province lies in one region, which the tests of the areas make sure of.
        region: region.unwrap_or(Region::RedRiverDelta),
        weight: (persons * 1000.0) as u64 + 1,
        ethnic,
    }
}

/// The old province from which most households come.
fn main_province(from: &[(&Unit, f64)]) -> AreaCode {
    let mut by_province: Vec<(AreaCode, f64)> = Vec::new();
    for (unit, part) in from {
        match by_province.iter_mut().find(|(code, _)| *code == unit.province) {
            Some((_, persons)) => *persons += unit.persons * part,
            None => by_province.push((unit.province, unit.persons * part)),
        }
    }
    let most = by_province.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a });
    most.map_or(from[0].0.province, |(code, _)| code)
}

/// Wards and townships are urban. Special zones count as rural, as the communes they were made of.
fn area_type(commune: &Area) -> AreaType {
    match commune.kind {
        Kind::Ward | Kind::Township => AreaType::Urban,
        _ => AreaType::Rural,
    }
}
