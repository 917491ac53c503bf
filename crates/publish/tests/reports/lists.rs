//! The detailed list, written row by row and read back.

use calamine::{Reader, Xlsx, open_workbook};
use jiff::civil::date;
use vuon_policy::Library;
use vuon_policy::model::Language;
use vuon_publish::report::list::{DetailedList, Heading};
use vuon_registry::export::ExportedHousehold;
use vuon_registry::households::Member;

fn member(name: &str, relation: &str, sex: &str) -> Member {
    Member {
        person: String::new(),
        name: name.into(),
        relation: relation.into(),
        sex: Some(sex.into()),
        born: Some("1980-03-01".parse().unwrap()),
        ethnic: Some("thai".into()),
        identified: false,
        since: date(2020, 1, 1),
    }
}

#[test]
fn a_member_a_row_and_what_is_not_known_is_no_blank() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let heading = Heading { title: "Danh sách".into(), subtitle: "Xã Mẫu".into(), asked_on: date(2026, 12, 31) };
    let mut list = DetailedList::begin(heading, &program, Language::Vi).unwrap();
    let decided = ExportedHousehold {
        code: "A1".into(),
        hamlet: Some("Bản Mẫu".into()),
        status: "poor".into(),
        standard: "vn-2022-2026".into(),
        movement: Some("relapse".into()),
        groups: Some(["poor_merit".to_owned()].into()),
        members: vec![member("Lò Văn Mẫu", "head", "male"), member("", "spouse", "female")],
    };
    let imported = ExportedHousehold { movement: None, groups: None, hamlet: None, ..decided.clone() };
    list.household(&decided).unwrap();
    list.household(&imported).unwrap();
    let file = tempfile::tempdir().unwrap().keep().join("list.xlsx");
    assert_eq!(list.save(&file).unwrap(), 2);
    let mut book: Xlsx<_> = open_workbook(&file).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let line = |row: usize| -> Vec<String> { sheet.rows().nth(row).unwrap().iter().map(ToString::to_string).collect() };
    assert_eq!(line(6).join(" "), "A B C 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16");
    assert_eq!(line(7)[..7], ["1", "1", "Lò Văn Mẫu; Bản Mẫu", "1980", "", "Thái", "Chủ hộ"]);
    assert_eq!(line(7)[7..13], ["", "x", "", "x", "…", ""]);
    assert_eq!(line(8)[1..5], ["2", "(đã xoá theo yêu cầu)", "", "1980"]);
    assert_eq!(line(9)[7..13], ["…"; 6], "nothing is known where no form was signed");
    std::fs::remove_file(&file).unwrap();
}
