//! The detailed list, written row by row and read back; and as a paper.

use crate::made::basis;
use crate::reader::{looks_as_before, text};
use calamine::{Reader, Xlsx, open_workbook};
use jiff::civil::date;
use std::sync::Arc;
use vuon_policy::Library;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_publish::document::Templates;
use vuon_publish::report::ReportError;
use vuon_publish::report::list::{DetailedList, Heading, PaperList, Support};
use vuon_registry::export::ExportedHousehold;
use vuon_registry::households::Member;

fn member(name: &str, relation: &str, sex: Option<&str>) -> Member {
    Member {
        person: String::new(),
        name: name.into(),
        relation: relation.into(),
        sex: sex.map(str::to_owned),
        born: Some("1980-03-01".parse().unwrap()),
        ethnic: Some("thai".into()),
        identified: false,
        since: date(2020, 1, 1),
    }
}

fn program() -> Arc<Program> {
    Library::embedded().load("vn-2022-2026").unwrap()
}

fn heading() -> Heading {
    Heading { title: "Danh sách".into(), area: "Xã Mẫu".into(), basis: basis() }
}

/// Support in these columns; of health insurance nothing can be known.
fn support(columns: &[usize]) -> Support {
    let mut support = [Some(false); 6];
    support[0] = None;
    columns.iter().for_each(|column| support[column - 11] = Some(true));
    support
}

fn decided() -> ExportedHousehold {
    ExportedHousehold {
        household: "h1".into(),
        code: "A1".into(),
        hamlet: Some("Bản Mẫu".into()),
        status: "poor".into(),
        standard: "vn-2022-2026".into(),
        movement: Some("relapse".into()),
        // Of working capacity nobody was asked.
        groups: [("poor_merit".to_owned(), true)].into(),
        members: vec![member("Lò Văn Mẫu", "head", Some("male")), member("", "spouse", None)],
    }
}

fn imported() -> ExportedHousehold {
    ExportedHousehold { movement: None, groups: Default::default(), hamlet: None, ..decided() }
}

#[test]
fn a_member_a_row_and_what_is_not_known_is_no_blank() {
    let program = program();
    let mut list = DetailedList::begin(heading(), &program, Language::Vi).unwrap();
    list.household(&decided(), &support(&[12, 14])).unwrap();
    list.household(&imported(), &support(&[])).unwrap();
    let file = tempfile::tempdir().unwrap().keep().join("list.xlsx");
    assert_eq!(list.save(&file).unwrap(), 2);
    let mut book: Xlsx<_> = open_workbook(&file).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let line = |row: usize| -> Vec<String> { sheet.rows().nth(row).unwrap().iter().map(ToString::to_string).collect() };
    assert_eq!(line(6).join(" "), "A B C 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16");
    assert_eq!(line(7)[..7], ["1", "1", "Lò Văn Mẫu; Bản Mẫu", "1980", "", "Thái", "Chủ hộ"]);
    assert_eq!(line(7)[7..13], ["", "x", "", "x", "…", "…"]);
    assert_eq!(line(7)[13..], ["…", "x", "", "x", "", ""], "education and credit");
    assert_eq!(line(8)[1..5], ["2", "(đã xoá theo yêu cầu)", "…", "…"], "whose sex is not known is in no column of it");
    assert_eq!(line(9)[7..13], ["…"; 6], "nothing is known where no form was signed");
    assert_eq!(line(9)[13..], ["…", "", "", "", "", ""], "no support is unknown only where none can be agreed");

    let basis = book.worksheet_range("Căn cứ").unwrap();
    let basis: Vec<String> = basis.rows().map(|row| row[0].to_string()).collect();
    for wanted in [
        "Cột 8 (…): 1 hộ: chưa hỏi hoặc chưa rõ.",
        "Cột 10 (…): 2 hộ: chưa hỏi hoặc chưa rõ.",
        "Cột 11 (…): 2 hộ: sổ không ghi được hỗ trợ này: bộ chính sách không có chính sách, hoặc mức hỗ trợ do nơi khác chi.",
        "Danh mục đơn vị: vn-2026-04-30",
        "Sổ tại ngày: 05/01/2027",
        "Bộ chính sách: vn-2022-2026 (0123456789ab)",
    ] {
        assert!(basis.iter().any(|line| line == wanted), "{wanted} is not in {basis:#?}");
    }
    assert!(basis.iter().any(|line| line.contains("chưa đối chiếu")), "{basis:#?}");
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn a_pack_without_schemes_knows_of_no_support() {
    let program = program();
    let mut list = PaperList::begin(heading(), &program, Language::En);
    list.household(&decided(), &Support::default()).unwrap();
    let (pdf, _) = list.set(&Templates::default()).unwrap();
    let Some(text) = text(&pdf) else { return };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("Columns 16 (…): 1 households: the register cannot hold this support"), "{text}");
}

#[test]
fn a_village_is_printed_and_a_province_is_not() {
    let program = program();
    for (language, name) in [(Language::Vi, "vi"), (Language::En, "en")] {
        let mut list = PaperList::begin(heading(), &program, language);
        for _ in 0..30 {
            list.household(&decided(), &support(&[12])).unwrap();
        }
        let (pdf, count) = list.set(&Templates::default()).unwrap();
        assert_eq!(count, 30);
        looks_as_before(&format!("detailed-list-{name}.pdf"), &pdf);
    }
    let mut list = PaperList::begin(heading(), &program, Language::Vi);
    let refused =
        (0..5_000).find_map(|_| list.household(&decided(), &Support::default()).err()).expect("it is too long");
    assert!(matches!(&refused, ReportError::TooLong(_)));
    assert!(refused.text(Language::Vi).contains("hãy lấy dạng XLSX"));
}
