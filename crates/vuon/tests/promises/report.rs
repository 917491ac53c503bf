//! The official reports from the command line.

use crate::room::{Room, says};

/// A register with one commune's list in it.
fn with_a_list() -> Room {
    let room = Room::with_a_register();
    room.succeeds("register import list.csv --commune 03151 --standard vn-2022-2026 --on 2025-12-31 --apply");
    room
}

#[test]
fn reports_are_named_made_and_refused_by_name() {
    let room = with_a_list();
    let all = room.succeeds("report");
    says(&all, "movement-poor");
    says(&all, "detailed-list");
    let asked = "--area 03151 --period 2025-01-01..2025-12-31";
    says(&room.succeeds(&format!("report movement-poor {asked} --format json --out m.json")), "m.json");
    let figures = room.read("m.json");
    assert!(figures.contains("closing") && figures.contains("transitions"), "{figures}");
    assert!(figures.contains("\"vn-2022-2026\""), "what the statuses rest on is named: {figures}");
    assert!(
        room.is_refused(&format!("report movement-poor {asked} --format json --out m.json"))
            .contains("is there already")
    );
    says(&room.succeeds(&format!("report ethnic-groups {asked} --format pdf")), "ethnic-groups.pdf");
    says(&room.succeeds(&format!("report detailed-list {asked} --out d.xlsx")), "1 households");
    let mut of_hamlet = room.command(&format!("report detailed-list {asked} --format pdf --hamlet"));
    assert!(of_hamlet.arg("Bản 1").status().unwrap().success());
    assert!(room.path("detailed-list.pdf").exists());
    let mut unknown = room.command(&format!("report detailed-list {asked} --out u.xlsx --hamlet"));
    let unknown = unknown.arg("Bản 11").output().unwrap();
    assert!(!unknown.status.success() && !room.path("u.xlsx").exists());
    says(&String::from_utf8_lossy(&unknown.stderr), "has no hamlet of the name Bản 11");
    says(&room.is_refused(&format!("report detailed-list {asked} --format json --out d.json")), "is no JSON");

    says(&room.succeeds(&format!("report briefing {asked}")), "briefing.pdf");
    says(&room.is_refused(&format!("report briefing {asked} --format xlsx --out b.xlsx")), "is no workbook");
    let whole = "--area vn-2025-07-01 --period 2025-01-01..2025-12-31";
    says(&room.succeeds(&format!("report briefing {whole} --out whole.pdf")), "whole.pdf");
    let mut of_list = room.command(&format!("report detailed-list {whole} --out whole.xlsx --hamlet"));
    let of_list = of_list.arg("Bản 1").output().unwrap();
    says(&String::from_utf8_lossy(&of_list.stdout), "1 households");
    let square = r#"{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}"#;
    let feature = format!(r#"{{"type": "Feature", "properties": {{"code": "99999"}}, "geometry": {square}}}"#);
    room.write("map.geojson", format!(r#"{{"type": "FeatureCollection", "features": [{feature}]}}"#));
    let refused = room.is_refused(&format!("report briefing {asked} --map map.geojson --out b.pdf"));
    says(&refused, "the map has no shape of:");
    says(&refused, "Bản 1");

    says(&room.is_refused(&format!("report causes {asked}")), "does not know the causes");
    says(&room.is_refused(&format!("report deprivations-poor {asked}")), "without a signed form: Bản 1 (1)");
    says(&room.is_refused(&format!("report final-results {asked}")), "residents is missing: Bản 1");
    room.write("residents.csv", "unit,households,persons\nBản 1,40,160\n");
    room.succeeds(&format!("report final-results {asked} --residents residents.csv --out f.xlsx"));
    let all = room.vuon(&format!("report all {asked} --residents residents.csv --out every"));
    assert!(all.ok, "what can be told is told");
    says(&all.out, "final-results.xlsx");
    says(&all.err, "causes: The register does not know the causes");
    says(
        &room.is_refused(&format!("report detailed-list {asked} --status por --out odd.xlsx")),
        "there is no status por",
    );
    room.write("too-few.csv", "unit,households,persons\nBản 1,0,1\n");
    let refused = room.is_refused(&format!("report final-results {asked} --residents too-few.csv --out g.xlsx"));
    says(&refused, "3 ≤ 1, is 1, should be 0");
    says(&room.is_refused("report movements --area 03151"), "there is no report movements");
}

#[test]
fn what_is_refused_is_refused_in_the_language_that_was_asked_for() {
    let room = with_a_list();
    let vi = |command: &str| room.is_refused(&format!("{command} --lang vi"));
    says(&vi("report movement-poor --area 03151 --period 2026..2025"), "hãy ghi một năm");
    says(&vi("report movement-poor --area 03151 --period 2026-02-02..2026-02-01"), "ngày đầu không sau ngày cuối");
    says(&vi("report movement-poor --area 03151 --period 2099"), "kỳ này chưa bắt đầu");
    room.write("twice.csv", "unit,households,persons\nBản 1,1,1\nBản 1,1,1\n");
    says(&vi("report final-results --area 03151 --residents twice.csv"), "bảng dân cư nêu Bản 1 hai lần");
    room.write("map.geojson", "[]");
    says(&vi("report briefing --area 03151 --map map.geojson"), "không phải GeoJSON");
    says(&vi("report briefing --area vn-2025-07-01:99999"), "99999");
    room.succeeds("publish --area 11 --out site");
    room.write("site.releases.jsonl", room.read("site.releases.jsonl").replace("households", "hộ"));
    says(&vi("publish --area 11 --out site"), "dòng 1 của sổ các lần công bố đã bị sửa");
}

#[test]
fn blank_forms_need_a_pack_and_no_register() {
    let room = Room::new();
    says(&room.succeeds("report form-b --policy vn-2022-2026"), "form-b.pdf");
    says(&room.succeeds("report form-a --policy vn-2016-2020"), "form-a.pdf");
    says(&room.is_refused("report form-a --policy vn-2022-2026 --out a.pdf"), "does not have the items of form A");
    says(&room.is_refused("report form-b --out b.pdf"), "name the pack");
}

#[test]
fn templates_are_written_to_be_changed() {
    let room = Room::new();
    says(&room.succeeds("report --write-templates mine"), "paper.typ");
    assert!(room.read("mine/report.typ").contains("paper.typ"));
}
