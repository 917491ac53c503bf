//! Layouts as data, and the identities that stand before every report.

use crate::made::{final_results, movement, rates};
use vuon_policy::model::Language;
use vuon_publish::report::{ReportError, Words, check, layout};

#[test]
fn every_report_has_columns_and_both_languages() {
    assert_eq!(layout::forms().len(), 13);
    for form in layout::forms() {
        let columns = layout::columns(&form.id, &|_| vec![("a".into(), Words::new("Một", "One"))]);
        assert!(!columns.is_empty(), "{}", form.id);
        let numbers: Vec<&str> = columns.iter().map(|column| column.no.as_str()).collect();
        for column in &columns {
            for words in column.heading.iter().chain([&form.title]) {
                assert!(!words.vi.is_empty() && !words.en.is_empty(), "{} {}", form.id, column.no);
            }
            if let Some(within) = &column.within {
                assert!(numbers.contains(&within.as_str()), "{} {} lies in no column {within}", form.id, column.no);
            }
            assert_eq!(numbers.iter().filter(|no| **no == column.no).count(), 1, "{} {} twice", form.id, column.no);
        }
    }
}

#[test]
fn the_headings_are_those_of_the_official_forms() {
    let report = final_results();
    let letters: Vec<String> = report.columns.iter().map(layout::Column::letter).collect();
    let official = "1 2 3 4=3/1*100 5 6=5/1*100 7 8=7/1*100 9 10=9/2*100 11 12=11/2*100 13 14=13/2*100";
    assert_eq!(letters.join(" "), official);
    let head = layout::head(&report.columns, Language::Vi);
    let row = |level: usize| -> Vec<(String, usize, usize)> {
        head[level].iter().map(|cell| (cell.text.clone(), cell.colspan, cell.rowspan)).collect()
    };
    assert_eq!(row(0)[0], ("Tổng số hộ dân cư (tại thời điểm rà soát)".into(), 2, 1));
    assert_eq!(row(0)[1], ("Kết quả rà soát về hộ (chính thức)".into(), 6, 1));
    assert_eq!(row(1)[0], ("Số hộ".into(), 1, 2));
    assert_eq!(row(1)[2], ("Tổng số hộ nghèo".into(), 2, 1));
    assert_eq!(movement().columns[8].letter(), "9=1-2-3-4+5+6+7+8");
}

#[test]
fn a_report_that_adds_up_passes() {
    for report in [final_results(), movement(), rates()] {
        check(&report).unwrap();
    }
}

/// What is said of a report with one figure changed.
fn broken(mut report: vuon_publish::report::Report, row: usize, column: usize, by: i64) -> Vec<String> {
    *report.rows[row].values[column].as_mut().unwrap() += by;
    match check(&report) {
        Err(ReportError::Broken(broken)) => broken.iter().map(|broken| broken.text(Language::En)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_broken_identity_is_refused_with_its_row() {
    let said = broken(movement(), 2, 8, 1);
    assert!(said.contains(&"row 1 Bản Co Muông: 9=1-2-3-4+5+6+7+8, is 10, should be 9".to_owned()), "{said:?}");
    assert!(said.iter().any(|said| said.starts_with("row Xã Pa Ham: Σ 9")), "{said:?}");
    // More poor households than households: the picture that shows a rate of 2040 %.
    let said = broken(final_results(), 1, 2, 990);
    assert!(said.iter().any(|said| said == "row 1 Phường Mường Lay: 3 ≤ 1, is 1040, should be 1000"), "{said:?}");
    let said = broken(rates(), 1, 2, 1);
    assert!(said.iter().any(|said| said.contains("2 ≤ A1, is 17, should be 16")), "{said:?}");
}
