//! Workbooks, read back by another reader.

use crate::made::{final_results, movement, rates};
use calamine::{Data, Range, Reader, Xlsx};
use std::io::Cursor;
use vuon_policy::model::Language;
use vuon_publish::report::{Report, xlsx};

pub struct Book {
    values: Range<Data>,
    formulas: Range<String>,
}

pub fn book(report: &Report, language: Language) -> Book {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx(report, language).unwrap())).unwrap();
    let name = book.sheet_names()[0].clone();
    Book { values: book.worksheet_range(&name).unwrap(), formulas: book.worksheet_formula(&name).unwrap() }
}

impl Book {
    /// The rows as lines, without empty cells.
    pub fn lines(&self) -> Vec<String> {
        let line = |row: &[Data]| {
            let cells: Vec<String> = row.iter().map(ToString::to_string).filter(|cell| !cell.is_empty()).collect();
            cells.join(" | ")
        };
        self.values.rows().map(line).filter(|line| !line.is_empty()).collect()
    }

    fn formula(&self, row: u32, column: u32) -> String {
        self.formulas.get_value((row, column)).cloned().unwrap_or_default()
    }
}

#[test]
fn the_final_results_are_told_in_vietnamese_with_formulas_and_their_values() {
    let book = book(&final_results(), Language::Vi);
    let lines = book.lines();
    assert_eq!(lines[0], "ỦY BAN NHÂN DÂN | CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    assert_eq!(lines[3], "Tỉnh Điện Biên, tại ngày 31/12/2026");
    assert!(lines[7].starts_with("A | B | 1 | 2 | 3 | 4=3/1*100"), "{lines:#?}");
    assert_eq!(
        lines[8],
        "Tỉnh Điện Biên | 3000 | 12000 | 450 | 15 | 300 | 10 | … | … | 1900 | 15.833333333333332 | 1250 | 10.416666666666668 | … | …"
    );
    assert_eq!(
        lines[10],
        "2 | Xã Na Sang | 2000 | 8000 | 400 | 20 | 200 | 10 | … | … | 1700 | 21.25 | 850 | 10.625 | … | …"
    );
    assert!(lines.iter().any(|line| line.contains("chưa đối chiếu")), "{lines:#?}");
    // The area's row is the sum of its units; a rate is what stands under its heading.
    assert_eq!(book.formula(10, 2), "C12+C13");
    assert_eq!(book.formula(10, 5), "E11/C11*100");
    assert_eq!(book.formula(11, 2), "");
}

#[test]
fn a_movement_has_two_rows_a_unit_and_the_printed_formula() {
    let book = book(&movement(), Language::En);
    let lines = book.lines();
    assert!(
        lines.iter().any(|line| line == "1 | Bản Co Muông | Households | 12 | 2 | 4 | 0 | 1 | 1 | 1 | 0 | 9"),
        "{lines:#?}"
    );
    assert!(lines.iter().any(|line| line == "Persons | 54 | 8 | 18 | 2 | 4 | 4 | 4 | 1 | 39"), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("In no hamlet")), "{lines:#?}");
    let formula = "D11-E11-F11-G11+H11+I11+J11+K11";
    assert!(book.formulas.rows().any(|row| row.iter().any(|cell| cell == formula)), "{:?}", book.formulas);
}

#[test]
fn where_nobody_is_poor_there_is_no_rate() {
    let lines = book(&rates(), Language::Vi).lines();
    assert!(lines.iter().any(|line| line == "1 | Bản Co Muông | 16 | 25 | 100 | 6.25"), "{lines:#?}");
    assert!(lines.iter().any(|line| line == "2 | Bản Huổi Hạ | 0 | – | – | –"), "{lines:#?}");
}

#[test]
fn the_same_report_is_the_same_bytes() {
    assert_eq!(xlsx(&movement(), Language::Vi).unwrap(), xlsx(&movement(), Language::Vi).unwrap());
}
