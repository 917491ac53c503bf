//! Papers, read back by another reader (`pdftotext` of poppler).

use crate::made::{final_results, movement, rates};
use std::io::Write;
use std::process::Command;
use vuon_policy::model::Language;
use vuon_publish::document::Templates;
use vuon_publish::report::{Report, pdf};

fn paper(report: &Report, language: Language) -> Vec<u8> {
    pdf(report, &Templates::default(), language).unwrap_or_else(|error| panic!("{error}"))
}

/// The text of a PDF; none, with a word, where the reader is not installed.
fn text(pdf: &[u8]) -> Option<String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    match Command::new("pdftotext").arg("-layout").arg(file.path()).arg("-").output() {
        Ok(read) => Some(String::from_utf8(read.stdout).unwrap()),
        Err(_) => {
            eprintln!("skipped: pdftotext is not here; install the package poppler-utils");
            None
        }
    }
}

/// Keeps a paper to be looked at, where `VUON_PICTURES` names a folder.
fn keep(name: &str, pdf: &[u8]) {
    if let Some(folder) = std::env::var_os("VUON_PICTURES") {
        std::fs::write(std::path::Path::new(&folder).join(name), pdf).unwrap();
    }
}

#[test]
fn the_words_of_a_report_come_out_as_they_went_in() {
    for (language, name, wanted) in [
        (
            Language::Vi,
            "final-vi.pdf",
            ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Phường Mường Lay", "Trang 1/1", "15,83"],
        ),
        (Language::En, "final-en.pdf", ["SOCIALIST REPUBLIC OF VIET NAM", "Phường Mường Lay", "Page 1 of 1", "15.83"]),
    ] {
        let pdf = paper(&final_results(), language);
        keep(name, &pdf);
        let Some(text) = text(&pdf) else { return };
        for wanted in wanted {
            assert!(text.contains(wanted), "{wanted} is not in\n{text}");
        }
    }
}

#[test]
fn a_movement_is_set_with_both_rows_of_each_unit() {
    let pdf = paper(&movement(), Language::Vi);
    keep("movement-vi.pdf", &pdf);
    keep("rates-vi.pdf", &paper(&rates(), Language::Vi));
    let Some(text) = text(&pdf) else { return };
    for wanted in [
        "TỔNG HỢP DIỄN BIẾN HỘ NGHÈO",
        "từ 31/12/2025 đến 31/12/2026",
        "Bản Huổi Hạ",
        "Không thuộc thôn, bản nào",
        "Nhân khẩu",
    ] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
}

#[test]
fn the_same_report_is_the_same_bytes_and_is_tagged() {
    let pdf = paper(&rates(), Language::Vi);
    assert!(pdf == paper(&rates(), Language::Vi));
    let has = |wanted: &str| pdf.windows(wanted.len()).any(|window| window == wanted.as_bytes());
    assert!(has("pdfuaid") && has("/Lang"), "the paper is not tagged after PDF/UA");
}

#[test]
fn an_office_changes_a_template_without_a_compiler() {
    let folder = tempfile::tempdir().unwrap();
    Templates::write(folder.path()).unwrap();
    let file = folder.path().join("paper.typ");
    let changed = std::fs::read_to_string(&file).unwrap().replace("Độc lập - Tự do - Hạnh phúc", "Bản in thử của xã");
    std::fs::write(&file, changed).unwrap();
    let templates = Templates::with_folder(folder.path()).unwrap();
    let pdf = pdf(&rates(), &templates, Language::Vi).unwrap();
    if let Some(text) = text(&pdf) {
        assert!(text.contains("Bản in thử của xã"), "{text}");
    }
    std::fs::write(&file, "#let paper(data) = {").unwrap();
    let templates = Templates::with_folder(folder.path()).unwrap();
    let said = vuon_publish::report::pdf(&rates(), &templates, Language::Vi).unwrap_err().to_string();
    assert!(said.contains("paper.typ:1"), "the file and the line are told: {said}");
}
