//! Workbooks, opened and computed again by LibreOffice: what its cells then hold is what the report's data say.

use crate::made::{every, final_results, movement, rates};
use crate::reader::run;
use rust_xlsxwriter::{Formula as Written, Workbook};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use vuon_policy::model::Language;
use vuon_publish::report::formula::Formula;
use vuon_publish::report::{Report, Row, check, xlsx};

/// A user of LibreOffice whose spreadsheets are computed anew whenever they are opened.
const ALWAYS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;

/// Cells as text by commas, UTF-8, numbers as they are and not as they are shown.
const CSV: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false";

/// Opens workbooks, and gives the lines of each; nothing where LibreOffice is not installed.
fn opened(books: &BTreeMap<String, Vec<u8>>) -> Option<BTreeMap<String, Vec<Vec<String>>>> {
    let folder = tempfile::tempdir().unwrap();
    let user = folder.path().join("user");
    std::fs::create_dir_all(user.join("user")).unwrap();
    std::fs::write(user.join("user/registrymodifications.xcu"), ALWAYS).unwrap();
    let files: Vec<PathBuf> = books.keys().map(|name| folder.path().join(format!("{name}.xlsx"))).collect();
    for (file, book) in files.iter().zip(books.values()) {
        std::fs::write(file, book).unwrap();
    }
    let installation = format!("-env:UserInstallation=file://{}", user.display());
    let fixed = [&installation, "--headless", "--convert-to", CSV, "--outdir"].map(Path::new);
    let arguments: Vec<&Path> =
        fixed.into_iter().chain([folder.path()]).chain(files.iter().map(PathBuf::as_path)).collect();
    run("soffice", "libreoffice-calc", &arguments)?;
    let lines = |file: &PathBuf| {
        let mut builder = csv::ReaderBuilder::new();
        let csv = builder.has_headers(false).flexible(true).from_path(file.with_extension("csv")).unwrap();
        csv.into_records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    Some(books.keys().cloned().zip(files.iter().map(lines)).collect())
}

/// What a cell is to hold: a count, or a rate in per cent; nothing where it is told in words.
fn wanted(report: &Report, row: &Row, at: usize) -> Option<f64> {
    let of = |no: &String| row.values[report.columns.iter().position(|column| column.no == *no).unwrap()];
    let rate = |part: Option<i64>, whole: Option<i64>| Some(100.0 * part? as f64 / whole.filter(|n| *n > 0)? as f64);
    match &report.columns[at].formula {
        Some(Formula::Rate { part, whole }) => rate(of(part), of(whole)),
        Some(Formula::Share { whole }) => rate(row.values[at], of(whole)),
        _ => row.values[at].map(|count| count as f64),
    }
}

#[test]
fn libreoffice_computes_what_the_report_says() {
    let by_hand = [final_results(), movement(), rates()];
    let reports: Vec<Report> = every().into_iter().chain(by_hand).collect();
    let mut books = BTreeMap::new();
    for (place, report) in reports.iter().enumerate() {
        check(report).unwrap();
        books.insert(format!("{place:02}"), xlsx(report, Language::Vi).unwrap());
    }
    // A cell whose kept value is wrong: that it is mended shows that all are computed again.
    let mut wrong = Workbook::new();
    wrong.add_worksheet().write_formula(0, 0, Written::new("1+1").set_result("7")).unwrap();
    books.insert("wrong".to_owned(), wrong.save_to_buffer().unwrap());

    let Some(opened) = opened(&books) else { return };
    assert_eq!(opened["wrong"], [["2"]]);
    for (place, report) in reports.iter().enumerate() {
        let lines = &opened[&format!("{place:02}")];
        let stub = if report.form.by_part { 3 } else { 2 };
        let letters = lines.iter().position(|line| line.first().is_some_and(|cell| cell == "A")).unwrap();
        for (row, line) in report.rows.iter().zip(&lines[letters + 1..]) {
            for at in 0..report.columns.len() {
                let cell = &line[stub + at];
                let told = format!("{} {} column {}", report.form.id, row.unit, report.columns[at].no);
                match wanted(report, row, at) {
                    Some(wanted) => {
                        let is: f64 = cell.parse().unwrap_or_else(|_| panic!("{told}: {cell} is no number"));
                        assert!((is - wanted).abs() < 1e-9, "{told}: {is}, not {wanted}");
                    }
                    None => assert!(matches!(cell.as_str(), "…" | "–"), "{told}: {cell}"),
                }
            }
        }
    }
}
