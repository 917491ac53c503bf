//! The lists as they were published, and what may be asked of them.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use jiff::civil::date;
use vuon_areas::{Area, AreaCode, AreaError, AreaList, Areas, Kind, Level};

fn code(text: &str) -> AreaCode {
    text.parse().unwrap()
}

fn list(id: &str) -> (&'static Areas, &'static AreaList) {
    let areas = Areas::embedded();
    (areas, areas.list(id).unwrap())
}

fn paths(areas: &Areas, list: &AreaList, found: &[&Area]) -> Vec<String> {
    found.iter().map(|area| areas.full_path(list, area.code).unwrap()).collect()
}

#[test]
fn each_list_has_its_official_counts() {
    for (id, provinces, districts, communes) in [
        ("vn-2021-11", 63, 705, 10_599),
        ("vn-2023-04-10", 63, 705, 10_599),
        ("vn-2025-03-01", 63, 696, 10_035),
        ("vn-2025-07-01", 34, 0, 3_321),
        ("vn-2026-04-30", 34, 0, 3_321),
    ] {
        let (areas, list) = list(id);
        assert_eq!(areas.provinces(list).count(), provinces, "{id}");
        assert_eq!(areas.of_level(list, Level::District).count(), districts, "{id}");
        assert_eq!(areas.communes(list).count(), communes, "{id}");
        assert_eq!(list.levels.contains(&Level::District), districts > 0, "{id}");
    }
}

#[test]
fn no_code_occurs_twice_and_every_parent_is_present() {
    let areas = Areas::embedded();
    for list in areas.lists() {
        let mut codes = HashSet::new();
        for &level in &list.levels {
            for area in areas.of_level(list, level) {
                assert!(codes.insert(area.code), "{} twice in {}", area.code, list.id);
                assert_eq!(area.code.as_str().len(), level.code_width());
                assert_eq!(area.parent.is_none(), level == Level::Province);
                let path = areas.path(list, area.code).unwrap();
                assert_eq!(path[0].level, Level::Province);
                let levels = list.levels.iter().filter(|&&l| l <= level).count();
                assert_eq!(path.len(), levels, "{}", area.full_name());
            }
        }
    }
}

#[test]
fn units_come_in_order_of_code() {
    let (areas, list) = list("vn-2025-07-01");
    assert!(areas.communes(list).map(|a| a.code).is_sorted());
    assert!(areas.provinces(list).map(|a| a.code).is_sorted());
    assert!(areas.children(list, code("01")).map(|a| a.code).is_sorted());
}

#[test]
fn the_whole_tree_can_be_walked_from_the_provinces() {
    let areas = Areas::embedded();
    for list in areas.lists() {
        let mut open: Vec<&Area> = areas.provinces(list).collect();
        let mut seen = 0;
        while let Some(area) = open.pop() {
            seen += 1;
            open.extend(areas.children(list, area.code));
        }
        let all: usize = list.levels.iter().map(|&l| areas.of_level(list, l).count()).sum();
        assert_eq!(seen, all, "{}", list.id);
    }
}

#[test]
fn lists_follow_each_other_without_a_gap() {
    let lists = Areas::embedded().lists();
    for pair in lists.windows(2) {
        assert_eq!(pair[0].to.unwrap().tomorrow().unwrap(), pair[1].from);
    }
    assert_eq!(lists.last().unwrap().to, None);
}

#[test]
fn a_day_has_the_latest_list_not_after_it() {
    let areas = Areas::embedded();
    for (day, id) in [
        (date(2021, 11, 1), "vn-2021-11"),
        (date(2023, 4, 9), "vn-2021-11"),
        (date(2024, 6, 1), "vn-2023-04-10"),
        (date(2025, 3, 1), "vn-2025-03-01"),
        (date(2025, 6, 30), "vn-2025-03-01"),
        (date(2025, 7, 1), "vn-2025-07-01"),
        (date(2026, 4, 29), "vn-2025-07-01"),
        (date(2026, 11, 1), "vn-2026-04-30"),
    ] {
        assert_eq!(areas.list_on(day).unwrap().id, id, "{day}");
    }
}

#[test]
fn a_day_before_the_first_list_is_refused_with_words() {
    let error = Areas::embedded().list_on(date(2020, 1, 1)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no list of administrative units is known for 2020-01-01: the first is that of \
         2021-11-01; use a later day, or add the older list to data/areas"
    );
}

#[test]
fn the_key_is_code_and_list() {
    let (areas, old) = list("vn-2025-03-01");
    let new = areas.list("vn-2025-07-01").unwrap();
    let name = |list, c| areas.area(list, code(c)).unwrap().full_name();
    assert_eq!(name(old, "15"), "Tỉnh Yên Bái");
    assert_eq!(name(new, "15"), "Tỉnh Lào Cai");
    assert_eq!(name(old, "00004"), "Phường Trúc Bạch");
    assert_eq!(name(new, "00004"), "Phường Ba Đình");

    let other_province = areas.provinces(new).filter(|p| areas.area(old, p.code).unwrap().name != p.name).count();
    assert_eq!(other_province, 7);
    let known_before = areas.communes(new).filter(|c| areas.area(old, c.code).is_some()).count();
    assert_eq!(known_before, 3_316);
}

#[test]
fn ten_communes_of_dong_nai_became_wards_in_2026() {
    let (areas, before) = list("vn-2025-07-01");
    let after = areas.list("vn-2026-04-30").unwrap();
    let changed: Vec<_> = areas
        .communes(after)
        .filter(|c| areas.area(before, c.code).unwrap() != *c)
        .inspect(|c| assert_eq!((c.kind, c.parent), (Kind::Ward, Some(code("75")))))
        .collect();
    assert_eq!(changed.len(), 10);
    assert_eq!(areas.area(after, code("75")).unwrap().full_name(), "Thành phố Đồng Nai");
    assert_eq!(areas.communes(after).filter(|c| c.kind == Kind::Ward).count(), 697);
}

#[test]
fn five_island_districts_had_no_communes() {
    let (areas, list) = list("vn-2025-03-01");
    let empty: Vec<_> = areas
        .of_level(list, Level::District)
        .filter(|d| areas.children(list, d.code).next().is_none())
        .map(|d| d.name.as_str())
        .collect();
    assert_eq!(empty, ["Bạch Long Vĩ", "Cồn Cỏ", "Hoàng Sa", "Lý Sơn", "Côn Đảo"]);
}

#[test]
fn names_repeat_across_provinces() {
    let (areas, list) = list("vn-2025-07-01");
    let found = areas.find(list, "Xã Tân Tiến");
    assert_eq!(found.len(), 7);
    let provinces: HashSet<_> = found.iter().map(|area| area.parent).collect();
    assert_eq!(provinces.len(), 7);
    assert!(areas.find(list, "tân tiến").len() > 7, "wards of that name too");
}

#[test]
fn a_name_is_found_in_every_spelling() {
    let (areas, list) = list("vn-2025-03-01");
    for typed in ["Hòa Bình", "Hoà Bình", "HÒA BÌNH", "Ho\u{300}a Bi\u{300}nh", "hoa binh"] {
        let found = areas.find(list, typed);
        assert_eq!(found[0].code, code("17"), "{typed}");
        assert!(found.len() > 10, "{typed}");
    }
    for typed in ["Tỉnh Hoà Bình", "tinh hoa binh"] {
        assert_eq!(paths(areas, list, &areas.find(list, typed)).len(), 1, "{typed}");
    }
    // With marks, only those marks; and a wrong kind finds nothing.
    assert!(areas.find(list, "Hóa Bình").is_empty());
    assert!(areas.find(list, "Xã Hà Nội").is_empty());
}

#[test]
fn the_kind_may_be_short() {
    let (areas, list) = list("vn-2025-03-01");
    for (typed, path) in [
        ("TP. Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
        ("Q.1", "Quận 1, Thành phố Hồ Chí Minh"),
        ("Q. Bình Thạnh", "Quận Bình Thạnh, Thành phố Hồ Chí Minh"),
        ("tx sa pa", "Thị xã Sa Pa, Tỉnh Lào Cai"),
    ] {
        let found = paths(areas, list, &areas.find(list, typed));
        assert!(found.contains(&path.to_owned()), "{typed}: {found:?}");
    }
    assert!(areas.find(list, "").is_empty());
}

#[test]
fn lost_zeros_are_given_back() {
    for (text, level, repaired) in [
        ("4", Level::Commune, Some("00004")),
        (" 4.0 ", Level::Commune, Some("00004")),
        ("'00004", Level::Commune, Some("00004")),
        ("1", Level::Province, Some("01")),
        ("16", Level::District, Some("016")),
        ("123", Level::Province, None),
        ("4a", Level::Commune, None),
        ("-4", Level::Commune, None),
        ("", Level::Commune, None),
    ] {
        assert_eq!(AreaCode::repair(text, level), repaired.map(code), "{text:?}");
    }
}

#[test]
fn a_code_is_digits() {
    assert_eq!(code("00004").to_string(), "00004");
    assert!(code("00004") < code("00008"));
    for text in ["", "4x", "123456789", "４"] {
        assert!(matches!(text.parse::<AreaCode>(), Err(AreaError::NotACode { .. })), "{text}");
    }
}

#[test]
fn a_province_has_its_region_unless_it_spans_two() {
    let (areas, old) = list("vn-2023-04-10");
    let new = areas.list("vn-2026-04-30").unwrap();
    let mut sizes = std::collections::BTreeMap::<&str, usize>::new();
    for province in areas.provinces(old) {
        *sizes.entry(areas.region(old, province.code).unwrap()).or_default() += 1;
    }
    let expected = [
        ("central_coast", 14),
        ("central_highlands", 5),
        ("mekong_delta", 13),
        ("northern_mountains", 14),
        ("red_river_delta", 11),
        ("south_east", 6),
    ];
    assert_eq!(sizes.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(areas.region(old, code("22")), Some("red_river_delta"), "Quảng Ninh");

    let spanning: Vec<_> =
        areas.provinces(new).filter(|p| areas.region(new, p.code).is_none()).map(|p| p.name.as_str()).collect();
    let expected = ["Bắc Ninh", "Phú Thọ", "Quảng Ngãi", "Gia Lai", "Đắk Lắk", "Lâm Đồng", "Tây Ninh"];
    assert_eq!(spanning, expected);
}
