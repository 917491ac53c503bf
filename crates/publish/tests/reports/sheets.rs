//! Papers made of blocks: the form of every pack that has one, and several sheets in one file.

use crate::reader::text;
use vuon_policy::Library;
use vuon_policy::model::Language;
use vuon_publish::document::{Paper, Templates};
use vuon_publish::papers::{Block, Sheet, code, form, pdf};

fn face(language: &'static str, title: &str) -> Paper {
    Paper { language, organ: vec!["UBND XÃ MẪU".into()], title: title.into(), ..Paper::default() }
}

#[test]
fn the_blank_form_asks_what_the_pack_asks() {
    for (pack, language, name, wanted) in [
        ("vn-2022-2026", Language::Vi, "vi", ["diện tích nhà ở", "Nước máy", "Người 6", "Có bảo hiểm y tế"]),
        ("vn-2016-2020", Language::En, "en", ["square metres", "Tap water", "Person 6", "Has health insurance"]),
    ] {
        let program = Library::embedded().load(pack).unwrap();
        let sheet = form(&program, 0, None, face(name, "Phiếu"), language);
        let Some(text) = text(&pdf("Phiếu", &[sheet], &[], &Templates::default()).unwrap()) else { return };
        for wanted in wanted {
            assert!(text.contains(wanted), "{pack}: {wanted} is not in\n{text}");
        }
    }
}

#[test]
fn several_papers_stand_in_one_file_each_on_its_own_page() {
    let signed = "sig|vuon/certificate/1|vn:03151|0012/2026|2026-10-06|poor|4|Lò Văn Mẫu";
    let picture = code::picture(&code::address(Some("https://giamngheo.example.vn"), signed)).unwrap();
    let sheet = |title: &str| Sheet {
        paper: face("vi", title),
        blocks: vec![
            Block::text("Điều 1. Công nhận."),
            Block::Picture { name: "code.svg".into(), alt: "Mã vuông".into(), width: 4, text: "Quét mã.".into() },
        ],
    };
    let sheets = [sheet("Giấy thứ nhất"), sheet("Giấy thứ hai")];
    let made = pdf("Hai giấy", &sheets, &[("code.svg".into(), picture)], &Templates::default()).unwrap();
    let Some(text) = text(&made) else { return };
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert_eq!(pages.len(), 2, "{text}");
    assert!(pages[0].contains("Giấy thứ nhất") && pages[1].contains("Giấy thứ hai"), "{text}");
}
