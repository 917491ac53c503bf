//! What is printed fits a screen of 80 columns, in both languages.

use crate::room::Room;
use crate::sheet::Sheet;
use unicode_width::UnicodeWidthStr;

#[track_caller]
fn fits(room: &Room, arguments: &str) {
    for language in ["vi", "en"] {
        let said = room.succeeds(&format!("{arguments} --lang {language}"));
        assert!(said.lines().count() > 1, "{said}");
        if let Some(line) = said.lines().find(|line| line.width() > 80) {
            panic!("vuon {arguments} --lang {language}: {} columns\n{line}", line.width());
        }
    }
}

const PACKS: [&str; 7] =
    ["example-province", "global-mpi", "vlss-1998", "vn-2016-2020", "vn-2022-2026", "vn-2027-2030", "vn-questions"];

#[test]
fn what_a_pack_says() {
    let room = Room::new();
    fits(&room, "policy list");
    for pack in PACKS {
        fits(&room, &format!("policy show {pack}"));
    }
}

#[test]
fn what_changes_between_packs() {
    let room = Room::new();
    for (before, after) in [
        ("vn-2016-2020", "vn-2022-2026"),
        ("vn-2022-2026", "vn-2027-2030"),
        ("vn-2022-2026", "example-province"),
        ("global-mpi", "vn-2016-2020"),
    ] {
        fits(&room, &format!("policy diff {before} {after}"));
    }
}

#[test]
fn the_figures_of_an_assessment() {
    let room = Room::new();
    room.succeeds("synth --households 500 --areas 100 --on 2021-11-30 --out district --unknown 0.05");
    for pack in PACKS.iter().filter(|p| p.starts_with("vn-20") || **p == "example-province") {
        let policy = format!("assess --policy {pack} district --on 2022-11-30 --accept-incomplete");
        fits(&room, &policy);
        fits(&room, &format!("{policy} --by area_type,region,commune_code"));
    }
    room.bring("data/vlss-1998/households.csv");
    fits(&room, "assess --policy vlss-1998 data/vlss-1998/households.csv");
}

#[test]
fn the_figures_of_targeting() {
    let room = Room::new();
    room.bring("data/vlss-1998/households.csv");
    let (survey, welfare) = ("data/vlss-1998/households.csv", "--welfare expenditure");
    let form = "--item household_size:2,4,6,8 --item head_age:30,45,60 --item farm --by area_type --line lines.general";
    for (place, more) in ["", "--cluster commune_no --select backward --most-items 2 --each"].iter().enumerate() {
        // Each language makes a pack of its own.
        for language in ["vi", "en"] {
            let out = format!("--out pmt_{place}_{language}");
            let said = room.succeeds(&format!(
                "target fit --policy vlss-1998 {survey} {welfare} {form} {more} {out} --lang {language}"
            ));
            if let Some(line) = said.lines().find(|line| line.width() > 80) {
                panic!("{} columns\n{line}", line.width());
            }
        }
    }
    let judged = format!("target assess {survey} {welfare} --size household_size --line 1789871 --score head_age");
    fits(&room, &judged);
    fits(&room, &format!("{judged} --quota 20% --benefit food_expenditure --psu commune_no --strata area_type"));
    fits(&room, &format!("{judged} --quota 20% --quota-within area_type --by commune_no,area_type,farm"));
}

#[test]
fn why_a_household_has_its_status() {
    let room = Room::new();
    room.succeeds("synth --households 60 --areas 100 --on 2021-11-30 --out . --format csv --unknown 0.2");
    let households = Sheet::read(&room.path("households.csv"));
    for pack in ["vn-2016-2020", "vn-2022-2026", "vn-2027-2030", "example-province"] {
        for row in [2, 20, 40, 60] {
            let id = households.cell(row, "household_id");
            let tables = "households.csv members.csv --on 2022-11-30 --accept-incomplete";
            fits(&room, &format!("explain --policy {pack} --household {id} {tables}"));
        }
    }
}

#[test]
fn what_a_register_says() {
    let room = Room::new();
    fits(&room, "register init");
    room.write(
        "list.csv",
        "Mã hộ,Thôn,Họ và tên,Quan hệ với chủ hộ,Giới tính,Năm sinh,Dân tộc\n\
         MOTMAHORATDAI0001,Tổ dân phố Một Cái Tên Rất Dài,Nguyễn Hoàng Tôn Nữ Thị Mẫu Giả,Chủ hộ,Nữ,1980,Xá Lá Vàng\n",
    );
    fits(&room, "register import list.csv --commune 03151 --standard vn-2022-2026 --on 2024-12-31 --apply");
    fits(&room, "register as-of --commune 03151");
    fits(&room, "register flows --area 03151 --from 2024-12-30 --to 2025-12-31");
    fits(&room, "audit verify");
    fits(&room, "audit root 03151");
    for language in ["vi", "en"] {
        let said = room.succeeds(&format!("backup --out {language}.db --lang {language}"));
        assert!(said.lines().all(|line| line.width() <= 80), "{said}");
    }
}
