//! What became of the units, forth and back.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeSet, HashSet};

use vuon_areas::{AreaCode, AreaError, AreaList, Areas, Level};

const FIRST: &str = "vn-2021-11";
const OLD: &str = "vn-2025-03-01";
const NEW: &str = "vn-2025-07-01";
const NOW: &str = "vn-2026-04-30";

fn code(text: &str) -> AreaCode {
    text.parse().unwrap()
}

fn list(id: &str) -> &'static AreaList {
    Areas::embedded().list(id).unwrap()
}

/// The targets' names, those of split units marked `*`, defaults marked `!`.
fn told(from: &str, at: &str, to: &str) -> Vec<String> {
    let traces = Areas::embedded().trace(code(at), list(from), list(to)).unwrap();
    let mark = |on, sign| if on { sign } else { "" };
    traces.iter().map(|t| t.to.full_name() + mark(t.split, "*") + mark(t.default_target, "!")).collect()
}

#[test]
fn every_old_commune_has_successors_and_471_were_split() {
    let areas = Areas::embedded();
    let (old, new) = (list(OLD), list(NEW));
    let mut split = 0;
    let mut reached = HashSet::new();
    for commune in areas.communes(old) {
        let traces = areas.trace(commune.code, old, new).unwrap();
        assert_eq!(traces.iter().filter(|t| t.default_target).count(), 1);
        assert!(traces.iter().all(|t| t.split == (traces.len() > 1)), "{}", commune.code);
        split += usize::from(traces.len() > 1);
        reached.extend(traces.iter().map(|t| t.to.code));
    }
    assert_eq!(split, 471);
    // The five special zones that were districts without communes are reached from those.
    let zones = areas.communes(new).filter(|c| !reached.contains(&c.code));
    assert_eq!(zones.filter(|c| c.full_name().starts_with("Đặc khu")).count(), 5);
}

#[test]
fn back_is_the_mirror_of_forth() {
    let areas = Areas::embedded();
    let pairs = |from: &AreaList, to: &AreaList, units: &mut dyn Iterator<Item = AreaCode>| {
        let mut pairs = BTreeSet::new();
        for code in units {
            for t in areas.trace(code, from, to).unwrap() {
                pairs.insert((code, t.to.code, t.split, t.default_target));
            }
        }
        pairs
    };
    let (old, new) = (list(OLD), list(NEW));
    let leaves = areas
        .of_level(old, Level::District)
        .filter(|d| areas.children(old, d.code).next().is_none())
        .chain(areas.communes(old));
    let forth = pairs(old, new, &mut leaves.map(|a| a.code));
    let back = pairs(new, old, &mut areas.communes(new).map(|a| a.code));
    assert_eq!(forth.len(), 10_602);
    assert_eq!(forth, back.into_iter().map(|(new, old, s, d)| (old, new, s, d)).collect());
}

#[test]
fn a_whole_commune_a_split_one_and_an_island() {
    assert_eq!(told(OLD, "00004", NEW), ["Phường Ba Đình!"]);
    assert_eq!(told(OLD, "06886", NEW), ["Xã Hải Hòa*", "Xã Hải Lạng*!", "Xã Ba Chẽ*"]);
    assert_eq!(told(OLD, "536", NEW), ["Đặc khu Lý Sơn!"]);
    assert_eq!(told(NEW, "21548", OLD), ["Huyện Lý Sơn!"]);
}

#[test]
fn a_province_follows_its_communes() {
    assert_eq!(told(OLD, "30", NEW), ["Thành phố Hải Phòng!"]);
    assert_eq!(told(NEW, "31", OLD), ["Tỉnh Hải Dương!", "Thành phố Hải Phòng!"]);
    let areas = Areas::embedded();
    for province in areas.provinces(list(OLD)) {
        assert_eq!(areas.trace(province.code, list(OLD), list(NEW)).unwrap().len(), 1);
    }
}

#[test]
fn a_change_of_kind_keeps_the_unit() {
    assert_eq!(told(NEW, "25270", NOW), ["Phường Lộc Ninh!"]);
    assert_eq!(told(NOW, "25270", NEW), ["Xã Lộc Ninh!"]);
    assert_eq!(told(FIRST, "259", "vn-2023-04-10"), ["Thị xã Quế Võ!"]);
}

#[test]
fn a_trace_walks_over_several_lists() {
    assert_eq!(told(FIRST, "00004", NOW), ["Phường Ba Đình!"]);
    assert_eq!(told(NOW, "00004", NOW), ["Phường Ba Đình!"]);
    assert!(told(NOW, "00004", OLD).contains(&"Phường Trúc Bạch!".to_owned()));
}

#[test]
fn between_snapshots_a_vanished_unit_is_unknown() {
    let areas = Areas::embedded();
    let error = areas.trace(code("00541"), list(FIRST), list(OLD)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "unknown: no map says what became of Xã Dương Hà (00541) between the lists \
         vn-2023-04-10 and vn-2025-03-01; an officer has to name the unit by hand"
    );
    let unknown = areas.communes(list(FIRST)).filter(|c| areas.trace(c.code, list(FIRST), list(OLD)).is_err()).count();
    assert_eq!(unknown, 902);
}

#[test]
fn what_only_code_and_name_tell_is_marked_as_assumed() {
    let areas = Areas::embedded();
    let assumed = |from, to| {
        let traces = areas.trace(code("00004"), list(from), list(to)).unwrap();
        traces.iter().any(|t| t.assumed)
    };
    assert!(assumed(FIRST, OLD));
    assert!(assumed(FIRST, NOW));
    assert!(!assumed(OLD, NOW));
    assert!(!assumed(NOW, OLD));
}

#[test]
fn districts_and_unknown_codes_are_refused() {
    let areas = Areas::embedded();
    let district = areas.trace(code("001"), list(OLD), list(NEW)).unwrap_err();
    assert!(matches!(district, AreaError::NoSuchLevel { level: Level::District, .. }));
    let unknown = areas.trace(code("99999"), list(OLD), list(NEW)).unwrap_err();
    assert!(matches!(unknown, AreaError::UnknownCode { .. }));
}

#[test]
fn every_area_of_the_reform_can_be_told_by_todays_units() {
    let areas = Areas::embedded();
    for commune in areas.communes(list(OLD)) {
        assert!(!areas.trace(commune.code, list(OLD), list(NOW)).unwrap().is_empty());
    }
}
