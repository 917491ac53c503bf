//! Lists of units, and the questions one list can answer.

use std::collections::HashMap;
use std::fmt;
use std::sync::{LazyLock, OnceLock};

use jiff::civil::Date;

use crate::trace::ReformMap;
use crate::{AreaCode, AreaError, data, name};

/// A level of administration, from the largest units to the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Provinces and centrally run cities.
    Province,
    /// Districts; abolished on 1 July 2025.
    District,
    /// Communes, wards, townships and special zones.
    Commune,
}

impl Level {
    /// How many digits a code of this level has: 2, 3 or 5.
    pub fn code_width(self) -> usize {
        match self {
            Level::Province => 2,
            Level::District => 3,
            Level::Commune => 5,
        }
    }

    /// The level as the data files write it: `province`, `district`, `commune`.
    pub fn id(self) -> &'static str {
        match self {
            Level::Province => "province",
            Level::District => "district",
            Level::Commune => "commune",
        }
    }

    pub(crate) fn from_id(id: &str) -> Option<Level> {
        [Level::Province, Level::District, Level::Commune].into_iter().find(|l| l.id() == id)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// What a unit is within its level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// *Tỉnh*.
    Province,
    /// *Thành phố* at the level of provinces: a centrally run city.
    CentralCity,
    /// *Thành phố* at the level of districts: a city within a province.
    City,
    /// *Thị xã*: a town at the level of districts.
    Town,
    /// *Quận*: an urban district.
    UrbanDistrict,
    /// *Huyện*: a rural district.
    RuralDistrict,
    /// *Phường*: a ward.
    Ward,
    /// *Thị trấn*: a township.
    Township,
    /// *Xã*: a rural commune.
    RuralCommune,
    /// *Đặc khu*: a special zone, an island since 1 July 2025.
    SpecialZone,
}

impl Kind {
    const ALL: [(Level, Kind); 10] = [
        (Level::Province, Kind::Province),
        (Level::Province, Kind::CentralCity),
        (Level::District, Kind::City),
        (Level::District, Kind::Town),
        (Level::District, Kind::UrbanDistrict),
        (Level::District, Kind::RuralDistrict),
        (Level::Commune, Kind::Ward),
        (Level::Commune, Kind::Township),
        (Level::Commune, Kind::RuralCommune),
        (Level::Commune, Kind::SpecialZone),
    ];

    /// The word that stands before the name: `Xã`, `Phường`, `Thành phố` …
    pub fn label(self) -> &'static str {
        match self {
            Kind::Province => "Tỉnh",
            Kind::CentralCity | Kind::City => "Thành phố",
            Kind::Town => "Thị xã",
            Kind::UrbanDistrict => "Quận",
            Kind::RuralDistrict => "Huyện",
            Kind::Ward => "Phường",
            Kind::Township => "Thị trấn",
            Kind::RuralCommune => "Xã",
            Kind::SpecialZone => "Đặc khu",
        }
    }

    pub(crate) fn from_label(level: Level, label: &str) -> Option<Kind> {
        let found = Kind::ALL.into_iter().find(|(l, kind)| *l == level && kind.label() == label);
        found.map(|(_, kind)| kind)
    }
}

/// One official list of units and the days on which it is taken to be in force.
///
/// Only [`Areas`] makes lists, so a list in hand always has its units.
#[derive(Clone, Debug)]
pub struct AreaList {
    pub(crate) index: usize,
    /// The list's name, such as `vn-2025-07-01`.
    pub id: String,
    /// The first day in force.
    pub from: Date,
    /// The last day in force; `None` for the list in force now.
    pub to: Option<Date>,
    /// The levels it has, largest first.
    pub levels: Vec<Level>,
    /// The list this one only renames and re-kinds units of, if it is such a list.
    pub changes_to: Option<String>,
    /// What to know about the list.
    pub note: String,
}

/// One unit of one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Its code in the list.
    pub code: AreaCode,
    /// The code of the unit it belongs to; `None` for a province.
    pub parent: Option<AreaCode>,
    /// Its level.
    pub level: Level,
    /// What it is within its level.
    pub kind: Kind,
    /// Its name without the kind, in NFC: `Trúc Bạch`.
    pub name: String,
}

impl Area {
    /// Kind and name: `Phường Trúc Bạch`.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.kind.label(), self.name)
    }
}

/// A list's units with the indexes that answer questions about them.
pub(crate) struct Units {
    /// By level, then code.
    rows: Vec<Area>,
    by_code: HashMap<AreaCode, usize>,
    children: HashMap<AreaCode, Vec<usize>>,
    /// Built by the first search: names without marks, with and without kind.
    by_name: OnceLock<HashMap<String, Vec<usize>>>,
}

impl Units {
    fn new(mut rows: Vec<Area>) -> Units {
        rows.sort_by_key(|area| (area.level, area.code));
        let by_code = rows.iter().enumerate().map(|(i, area)| (area.code, i)).collect();
        let mut children: HashMap<AreaCode, Vec<usize>> = HashMap::new();
        for (i, area) in rows.iter().enumerate() {
            if let Some(parent) = area.parent {
                children.entry(parent).or_default().push(i);
            }
        }
        Units { rows, by_code, children, by_name: OnceLock::new() }
    }

    fn names(&self) -> &HashMap<String, Vec<usize>> {
        self.by_name.get_or_init(|| {
            let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
            for (i, area) in self.rows.iter().enumerate() {
                for key in [&area.name, &area.full_name()] {
                    by_name.entry(name::without_marks(key)).or_default().push(i);
                }
            }
            by_name
        })
    }
}

/// All lists, the map between them and the regions.
pub struct Areas {
    lists: Vec<AreaList>,
    units: Vec<OnceLock<Units>>,
    regions: HashMap<(String, AreaCode), String>,
    pub(crate) map: LazyLock<ReformMap>,
}

impl Areas {
    /// The data compiled into the program. A list's units are read when first
    /// asked for, which takes some milliseconds.
    pub fn embedded() -> &'static Areas {
        static EMBEDDED: LazyLock<Areas> = LazyLock::new(|| {
            let lists = data::lists();
            Areas {
                units: lists.iter().map(|_| OnceLock::new()).collect(),
                lists,
                regions: data::regions(),
                map: LazyLock::new(ReformMap::embedded),
            }
        });
        &EMBEDDED
    }

    /// All lists in order of time.
    pub fn lists(&self) -> &[AreaList] {
        &self.lists
    }

    /// The list of this name.
    ///
    /// # Errors
    /// [`AreaError::UnknownList`], with the names there are.
    pub fn list(&self, id: &str) -> Result<&AreaList, AreaError> {
        self.lists.iter().find(|list| list.id == id).ok_or_else(|| AreaError::UnknownList {
            id: id.to_owned(),
            known: self.lists.iter().map(|l| l.id.as_str()).collect::<Vec<_>>().join(", "),
        })
    }

    /// The list in force on a day.
    ///
    /// Before March 2025 only snapshots are known (November 2021 and 10 April
    /// 2023): a day between two of them gets the earlier, that is the most
    /// recent known list not after the day.
    ///
    /// # Errors
    /// [`AreaError::BeforeFirstList`] for a day before 1 November 2021.
    pub fn list_on(&self, day: Date) -> Result<&AreaList, AreaError> {
        self.lists
            .iter()
            .rfind(|list| list.from <= day)
            .ok_or_else(|| AreaError::BeforeFirstList { day, first: self.lists[0].from })
    }

    /// The unit with this code in this list.
    pub fn area(&self, list: &AreaList, code: AreaCode) -> Option<&Area> {
        let units = self.units(list);
        units.by_code.get(&code).map(|&i| &units.rows[i])
    }

    /// As [`area`](Areas::area), for a code that should be there.
    ///
    /// # Errors
    /// [`AreaError::UnknownCode`].
    pub fn require(&self, list: &AreaList, code: AreaCode) -> Result<&Area, AreaError> {
        self.area(list, code).ok_or_else(|| AreaError::UnknownCode { code, list: list.id.clone() })
    }

    /// The units directly below one, in order of code; empty for a commune,
    /// for an unknown code and for the five island districts without communes.
    pub fn children(&self, list: &AreaList, code: AreaCode) -> impl Iterator<Item = &Area> {
        let units = self.units(list);
        units.children.get(&code).into_iter().flatten().map(|&i| &units.rows[i])
    }

    /// A unit and all those above it, the province first.
    ///
    /// # Errors
    /// [`AreaError::UnknownCode`].
    pub fn path(&self, list: &AreaList, code: AreaCode) -> Result<Vec<&Area>, AreaError> {
        let mut path = vec![self.require(list, code)?];
        while let Some(parent) = path[path.len() - 1].parent {
            path.push(self.require(list, parent)?);
        }
        path.reverse();
        Ok(path)
    }

    /// A unit's path as it is written in an address: the smallest unit first.
    ///
    /// # Errors
    /// [`AreaError::UnknownCode`].
    pub fn full_path(&self, list: &AreaList, code: AreaCode) -> Result<String, AreaError> {
        let names = self.path(list, code)?.into_iter().rev().map(Area::full_name);
        Ok(names.collect::<Vec<_>>().join(", "))
    }

    /// The list's provinces in order of code.
    pub fn provinces(&self, list: &AreaList) -> impl Iterator<Item = &Area> {
        self.of_level(list, Level::Province)
    }

    /// The list's communes in order of code.
    pub fn communes(&self, list: &AreaList) -> impl Iterator<Item = &Area> {
        self.of_level(list, Level::Commune)
    }

    /// The list's units of one level in order of code.
    pub fn of_level(&self, list: &AreaList, level: Level) -> impl Iterator<Item = &Area> {
        let rows = &self.units(list).rows;
        let start = rows.partition_point(|area| area.level < level);
        let end = rows.partition_point(|area| area.level <= level);
        rows[start..end].iter()
    }

    /// The statistical region of a province: `red_river_delta`,
    /// `northern_mountains`, `central_coast`, `central_highlands`, `south_east`
    /// or `mekong_delta`.
    ///
    /// `None` for an unknown code, and for the seven provinces of 2025 that were
    /// merged across the regions of the 63: their region is not guessed.
    pub fn region(&self, list: &AreaList, province: AreaCode) -> Option<&str> {
        let id = list.changes_to.as_ref().unwrap_or(&list.id);
        self.regions.get(&(id.clone(), province)).map(String::as_str)
    }

    /// The units of a list that bear a name, best matches first, each group by
    /// level and code.
    ///
    /// Case, Unicode normal form, the place of the tone mark (Hòa, Hoà),
    /// apostrophes and hyphens do not count. The kind may stand before the name,
    /// also short (`TP`, `TX`, `TT`, `Q`, `H`, `P`, `X`). A name typed without
    /// any mark finds all units whose letters fit; a name typed with marks finds
    /// only those that bear them. Names repeat: expect several.
    pub fn find(&self, list: &AreaList, name: &str) -> Vec<&Area> {
        let units = self.units(list);
        let plain = name::without_marks(name);
        let marked = name::with_marks(name);
        let spelt_out = name::kind_spelt_out(&plain);

        let mut fitting: Vec<usize> = [Some(&plain), spelt_out.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|key| units.names().get(key))
            .flatten()
            .copied()
            .collect();
        fitting.sort_unstable();
        fitting.dedup();

        // "Q. Bình Thạnh": the short kind before a name typed with its marks.
        let after_kind = match &spelt_out {
            Some(_) => marked.split_once(' ').map(|(_, rest)| rest),
            None => None,
        };
        let bears = |area: &Area| {
            let bare = name::with_marks(&area.name);
            bare == marked || Some(bare.as_str()) == after_kind || name::with_marks(&area.full_name()) == marked
        };
        let (exact, loose): (Vec<&Area>, Vec<&Area>) =
            fitting.into_iter().map(|i| &units.rows[i]).partition(|area| bears(area));
        let typed_without_marks = marked == plain;
        if typed_without_marks { [exact, loose].concat() } else { exact }
    }

    fn units(&self, list: &AreaList) -> &Units {
        self.units[list.index].get_or_init(|| {
            let own = data::units(&list.id);
            let Some(base) = list.changes_to.as_deref().and_then(|id| self.list(id).ok()) else {
                return Units::new(own);
            };
            let base = self.units(base);
            let mut rows = base.rows.clone();
            for area in own {
                let i = base.by_code[&area.code];
                rows[i] = area;
            }
            Units::new(rows)
        })
    }
}
