//! Reads the tables of `data/areas`, compiled into the program.
//!
//! In come five CSV texts, out come lists, the map and the regions. The files
//! are made and verified by `scripts/build-areas.py`, and the tests of this
//! crate verify them again; a file that cannot be read is a fault of the build,
//! not of the user, so reading panics with the file and the line.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::AreaCode;
use crate::list::{Area, AreaList, Kind, Level};

/// One row of the map of 1 July 2025.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mapped {
    pub old: AreaCode,
    pub new: AreaCode,
    pub split: bool,
    pub default_target: bool,
}

macro_rules! embed {
    ($name:literal) => {
        include_str!(concat!("../../../data/areas/", $name))
    };
}

/// The list whose communes the map starts from, and the list it leads to.
pub(crate) const MAP: (&str, &str) = ("vn-2025-03-01", "vn-2025-07-01");

const UNITS: [(&str, &str); 5] = [
    ("vn-2021-11", embed!("vn-2021-11.csv")),
    ("vn-2023-04-10", embed!("vn-2023-04-10.csv")),
    ("vn-2025-03-01", embed!("vn-2025-03-01.csv")),
    ("vn-2025-07-01", embed!("vn-2025-07-01.csv")),
    ("vn-2026-04-30", embed!("vn-2026-04-30.csv")),
];

/// The lists in order of time, without their units.
pub(crate) fn lists() -> Vec<AreaList> {
    let mut lists: Vec<AreaList> = Vec::new();
    let read = rows("lists.csv", embed!("lists.csv"), |[id, from, to, levels, base, note]| {
        Some(AreaList {
            index: 0,
            id: id.to_owned(),
            from: from.parse::<Date>().ok()?,
            to: if to.is_empty() { None } else { Some(to.parse::<Date>().ok()?) },
            levels: levels.split(' ').map(Level::from_id).collect::<Option<_>>()?,
            changes_to: (!base.is_empty()).then(|| base.to_owned()),
            note: note.to_owned(),
        })
    });
    for (index, list) in read.into_iter().enumerate() {
        lists.push(AreaList { index, ..list });
    }
    lists
}

/// The rows of a list's own file: all its units, or for a list of changes only
/// those that differ from the list it changes.
pub(crate) fn units(id: &str) -> Vec<Area> {
    let (_, text) = UNITS
        .into_iter()
        .find(|(name, _)| *name == id)
        .unwrap_or_else(|| panic!("the list {id} of lists.csv is not embedded"));
    rows(id, text, |[code, parent, level, kind, name]| {
        let level = Level::from_id(level)?;
        Some(Area {
            code: code.parse().ok()?,
            parent: if parent.is_empty() { None } else { Some(parent.parse().ok()?) },
            level,
            kind: Kind::from_label(level, kind)?,
            name: name.to_owned(),
        })
    })
}

/// The map of 1 July 2025, sorted by old code, then new.
pub(crate) fn map() -> Vec<Mapped> {
    let text = embed!("vn-map-2025-07-01.csv");
    rows("vn-map-2025-07-01.csv", text, |[old, new, split, default_target]| {
        Some(Mapped {
            old: old.parse().ok()?,
            new: new.parse().ok()?,
            split: split == "1",
            default_target: default_target == "1",
        })
    })
}

/// (list, province) to region; a province that spans two regions is absent.
pub(crate) fn regions() -> HashMap<(String, AreaCode), String> {
    let read = rows("regions.csv", embed!("regions.csv"), |[list, province, region]| {
        Some(((list.to_owned(), province.parse().ok()?), region.to_owned()))
    });
    read.into_iter().filter(|(_, region)| !region.is_empty()).collect()
}

fn rows<const N: usize, T>(file: &str, text: &str, mut read: impl FnMut([&str; N]) -> Option<T>) -> Vec<T> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut found = Vec::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return found,
            Ok(true) if record.len() == N => {
                let fields = std::array::from_fn(|i| &record[i]);
                let line = record.position().map_or(0, csv::Position::line);
                let row = read(fields).unwrap_or_else(|| panic!("embedded {file}, line {line}: {record:?}"));
                found.push(row);
            }
            Ok(true) => panic!("embedded {file}: a row of {} fields, not {N}", record.len()),
            Err(error) => panic!("embedded {file}: {error}"),
        }
    }
}
