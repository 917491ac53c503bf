//! Papers, read back by another reader (`pdftotext` of poppler).

use crate::made::{every, final_results, movement, rates};
use crate::reader::{looked_at, looks_as_before, text};
use vuon_policy::model::Language;
use vuon_publish::document::Templates;
use vuon_publish::report::{Report, pdf};

fn paper(report: &Report, language: Language) -> Vec<u8> {
    pdf(report, &Templates::default(), language).unwrap_or_else(|error| panic!("{error}"))
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
        looked_at(name, &pdf);
        let Some(text) = text(&pdf) else { return };
        for wanted in wanted {
            assert!(text.contains(wanted), "{wanted} is not in\n{text}");
        }
    }
}

#[test]
fn a_movement_is_set_with_both_rows_of_each_unit() {
    let pdf = paper(&movement(), Language::Vi);
    looked_at("movement-vi.pdf", &pdf);
    looked_at("rates-vi.pdf", &paper(&rates(), Language::Vi));
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

#[test]
fn every_report_is_a_page_that_is_not_empty_in_both_languages() {
    for report in every() {
        for (language, name) in [(Language::Vi, "vi"), (Language::En, "en")] {
            let pdf = paper(&report, language);
            let Some(count) = looks_as_before(&format!("{}-{name}.pdf", report.form.id), &pdf) else { return };
            // A movement has its drawing besides.
            assert_eq!(count, if report.form.by_part { 2 } else { 1 }, "{}", report.form.id);
            let text = text(&pdf).unwrap().to_lowercase();
            let flat: Vec<&str> = text.split_whitespace().collect();
            let (flat, title) = (flat.join(" "), report.form.title.get(language).to_lowercase());
            assert!(title.split_whitespace().all(|word| flat.contains(word)), "{title} is not in\n{flat}");
            for unit in ["bản co muông", "bản huổi hạ"] {
                assert!(flat.contains(unit), "{}: {unit} is not in\n{flat}", report.form.id);
            }
        }
    }
}
