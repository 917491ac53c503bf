//! From the units of one list to those of another, forth and back.
//!
//! A trace walks from list to neighbouring list. Each step knows one of three
//! things: the list only renamed units (same code, same unit); it is the reform
//! of 1 July 2025, for which there is a map; or it lies between two snapshots,
//! where a unit is taken to have lived on if code and name both did.

use std::collections::{BTreeMap, HashMap};

use crate::data::{self, MAP};
use crate::{Area, AreaCode, AreaError, AreaList, Areas, Level, name};

/// One unit that a unit of another list became, or came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace<'a> {
    /// The unit in the other list.
    pub to: &'a Area,
    /// The older of the two units went to several newer ones, so only a part of
    /// it lies in the other: a household cannot be moved by its code alone, it
    /// needs its hamlet or an officer's decision.
    pub split: bool,
    /// The newer unit is the older one's default target: its only one, or for a
    /// split unit the one whose centre is nearest. A guess to sort suggestions
    /// by, not law.
    pub default_target: bool,
    /// On the way lies a time for which there is no map, and the unit is taken
    /// for the same because code and name are. It may have taken in a neighbour
    /// or ceded a part.
    pub assumed: bool,
}

/// Where one step, or several in a row, lead.
#[derive(Clone, Copy)]
struct Link {
    code: AreaCode,
    split: bool,
    default_target: bool,
    assumed: bool,
}

impl Link {
    fn same(code: AreaCode) -> Link {
        Link { code, split: false, default_target: true, assumed: false }
    }

    /// This link, and then that one.
    fn then(self, next: Link) -> Link {
        Link {
            code: next.code,
            split: self.split || next.split,
            default_target: self.default_target && next.default_target,
            assumed: self.assumed || next.assumed,
        }
    }
}

/// The map of 1 July 2025, readable in both directions.
pub(crate) struct ReformMap {
    forth: HashMap<AreaCode, Vec<Link>>,
    back: HashMap<AreaCode, Vec<Link>>,
}

impl ReformMap {
    pub(crate) fn embedded() -> ReformMap {
        let mut map = ReformMap { forth: HashMap::new(), back: HashMap::new() };
        for row in data::map() {
            let link = |code| Link { split: row.split, default_target: row.default_target, ..Link::same(code) };
            map.forth.entry(row.old).or_default().push(link(row.new));
            map.back.entry(row.new).or_default().push(link(row.old));
        }
        map
    }
}

impl Areas {
    /// What a unit of `from` became in the list `to`, or came from if `to` is
    /// the older list; in order of code.
    ///
    /// Between the snapshots before March 2025 a unit that kept code and name is
    /// taken for the same, and its traces are marked [`assumed`](Trace::assumed).
    ///
    /// # Errors
    /// [`AreaError::UnknownCode`] if `from` has no such unit;
    /// [`AreaError::NoMap`] if the data do not know what became of it;
    /// [`AreaError::NoSuchLevel`] for a district where there are none.
    pub fn trace(&self, code: AreaCode, from: &AreaList, to: &AreaList) -> Result<Vec<Trace<'_>>, AreaError> {
        self.require(from, code)?;
        let mut here = vec![Link::same(code)];
        let mut list = from.index;
        while list != to.index {
            let next = if to.index > list { list + 1 } else { list - 1 };
            let mut there: BTreeMap<AreaCode, Link> = BTreeMap::new();
            for link in here {
                for step in self.step(link.code, list, next)? {
                    let link = link.then(step);
                    there
                        .entry(link.code)
                        .and_modify(|known| {
                            known.split |= link.split;
                            known.default_target |= link.default_target;
                            known.assumed |= link.assumed;
                        })
                        .or_insert(link);
                }
            }
            here = there.into_values().collect();
            list = next;
        }
        here.into_iter()
            .map(|Link { code, split, default_target, assumed }| {
                Ok(Trace { to: self.require(to, code)?, split, default_target, assumed })
            })
            .collect()
    }

    /// One step between neighbouring lists.
    fn step(&self, code: AreaCode, from: usize, to: usize) -> Result<Vec<Link>, AreaError> {
        let (from, to) = (&self.lists()[from], &self.lists()[to]);
        let only_renames = to.changes_to.as_ref() == Some(&from.id) || from.changes_to.as_ref() == Some(&to.id);
        let area = self.require(from, code)?;
        if only_renames {
            Ok(vec![Link::same(code)])
        } else if (from.id.as_str(), to.id.as_str()) == MAP {
            self.by_map(area, from, to, &self.map.forth)
        } else if (to.id.as_str(), from.id.as_str()) == MAP {
            self.by_map(area, from, to, &self.map.back)
        } else {
            match self.area(to, code) {
                Some(other) if same_name(area, other) => Ok(vec![Link { assumed: true, ..Link::same(code) }]),
                _ => Err(no_map(area, from, to)),
            }
        }
    }

    fn by_map(
        &self,
        area: &Area,
        from: &AreaList,
        to: &AreaList,
        rows: &HashMap<AreaCode, Vec<Link>>,
    ) -> Result<Vec<Link>, AreaError> {
        if let Some(links) = rows.get(&area.code) {
            return Ok(links.clone());
        }
        match area.level {
            Level::Province => Ok(self.province_by_map(area, from, to, rows)),
            Level::District => Err(AreaError::NoSuchLevel {
                code: area.code,
                name: area.full_name(),
                level: Level::District,
                to: to.id.clone(),
            }),
            Level::Commune => Err(no_map(area, from, to)),
        }
    }

    /// A province follows its communes. None was split in 2025, so each old one
    /// lies wholly in one new province.
    fn province_by_map(
        &self,
        province: &Area,
        from: &AreaList,
        to: &AreaList,
        rows: &HashMap<AreaCode, Vec<Link>>,
    ) -> Vec<Link> {
        let mut inside = vec![province.code];
        let mut others: Vec<AreaCode> = Vec::new();
        while let Some(code) = inside.pop() {
            inside.extend(self.children(from, code).map(|area| area.code));
            for link in rows.get(&code).into_iter().flatten() {
                let path = self.path(to, link.code).unwrap_or_default();
                others.extend(path.first().map(|province| province.code));
            }
        }
        others.sort_unstable();
        others.dedup();
        others.into_iter().map(Link::same).collect()
    }
}

fn no_map(area: &Area, from: &AreaList, to: &AreaList) -> AreaError {
    AreaError::NoMap { code: area.code, name: area.full_name(), from: from.id.clone(), to: to.id.clone() }
}

/// Whether two names differ only in marks, blanks and *i* for *y*, as lists from
/// different hands do (Ea Bar and EaBar, Đắk Hà and Đăk Hà, Quí and Quý).
fn same_name(one: &Area, other: &Area) -> bool {
    let bare = |area: &Area| name::without_marks(&area.name).replace(' ', "").replace('y', "i");
    bare(one) == bare(other)
}
