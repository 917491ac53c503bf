//! From the key of a column to the figure of a unit.

use super::residents::Resident;
use vuon_registry::figures::{Count, ListFigures, UnitFigures};
use vuon_registry::flows::Flow;

/// The majority; every other ethnic group is a minority.
pub(super) const MAJORITY: &str = "kinh";

/// A figure of a unit; nothing where the register does not know it.
pub(super) fn figure(key: &str, unit: &UnitFigures, residents: Option<Resident>) -> Option<i64> {
    let (of, rest) = key.split_once('.')?;
    match of {
        "residents" => resident(rest, residents?),
        "poor" => of_list(rest, &unit.poor),
        "near_poor" => of_list(rest, &unit.near_poor),
        _ => None,
    }
}

fn resident(key: &str, residents: Resident) -> Option<i64> {
    let Resident { households, persons, minority_households, minority_persons } = residents;
    match key {
        "households" => Some(households),
        "persons" => Some(persons),
        "minority.households" => minority_households,
        "minority.persons" => minority_persons,
        "kinh.households" => Some(households - minority_households?),
        "kinh.persons" => Some(persons - minority_persons?),
        _ => None,
    }
}

fn of_list(key: &str, list: &ListFigures) -> Option<i64> {
    let part = |count: Count, part: &str| match part {
        "households" => Some(count.households),
        "persons" => Some(count.persons),
        _ => None,
    };
    let ethnic = |id: &str| list.ethnic.get(id).copied().unwrap_or_default();
    let surveyed = |figure: i64| (list.unsurveyed == 0).then_some(figure);
    match key.split_once('.') {
        None => match key {
            "households" | "persons" => part(list.total, key),
            "deprivations" => surveyed(list.deprived.values().map(|holds| holds.yes).sum()),
            "children" => surveyed(list.children.total),
            group => surveyed(0).and_then(|_| of_group(group, list)),
        },
        Some(("indicator", id)) => surveyed(list.deprived.get(id).map_or(0, |holds| holds.yes)),
        Some(("child", id)) => surveyed(list.children.deprived.get(id).map_or(0, |holds| holds.yes)),
        Some(("ethnic", id)) => Some(ethnic(id).households),
        Some(("kinh", of)) => part(ethnic(MAJORITY), of),
        Some(("ethnic_unknown", of)) => part(ethnic(""), of),
        Some(("female_head", of)) => part(list.female_head, of),
        Some(("minority", of)) => {
            let minorities = list.ethnic.iter().filter(|(id, _)| !id.is_empty() && *id != MAJORITY);
            minorities.map(|(_, count)| part(*count, of)).sum()
        }
        Some(_) => None,
    }
}

/// A group that the pack tells; nothing where the pack has none.
fn of_group(group: &str, list: &ListFigures) -> Option<i64> {
    if list.total.households == 0 {
        return Some(0);
    }
    list.groups.get(&format!("poor_{group}")).map(|holds| holds.yes)
}

/// A column of a movement.
pub(super) fn movement(key: &str, flow: &Flow) -> Option<i64> {
    Some(match key {
        "opening" => flow.opening,
        "became_other" => flow.became_other,
        "escaped" => flow.escaped,
        "other_decrease" => flow.other_decrease,
        "from_other" => flow.from_other,
        "relapse" => flow.relapse,
        "newly_arising" => flow.newly_arising,
        "other_increase" => flow.other_increase,
        "closing" => flow.closing,
        _ => return None,
    })
}
