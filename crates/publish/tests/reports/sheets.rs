//! Papers made of blocks: the form of every pack that has one, and several sheets in one file.

use crate::reader::{looked_at, looks_as_before, text};
use jiff::civil::date;
use vuon_policy::Library;
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::{Answer, Household};
use vuon_policy::model::Language;
use vuon_publish::document::{Paper, Templates, committee};
use vuon_publish::papers::{Block, Sheet, blank_form_a, blank_form_b, code, form_a, pdf};

fn face(language: &'static str, title: &str) -> Paper {
    Paper { language, organ: vec!["UBND XÃ MẪU".into()], title: title.into(), ..Paper::default() }
}

#[test]
fn the_blank_form_asks_what_the_pack_asks() {
    for (pack, language, name, wanted) in [
        (
            "vn-2022-2026",
            Language::Vi,
            "vi",
            [
                "diện tích nhà ở",
                "1 Nước máy",
                "Người 6",
                "Có bảo hiểm y tế",
                "Chỉ hỏi dưới 16 tuổi",
                "Bộ chính sách: vn-2022-2026 (",
            ],
        ),
        (
            "vn-2016-2020",
            Language::En,
            "en",
            [
                "square metres",
                "1 Tap water",
                "Person 6",
                "Has health insurance",
                "Asked only from 15 years on",
                "Pack: vn-2016-2020 (",
            ],
        ),
    ] {
        let program = Library::embedded().load(pack).unwrap();
        let sheet = blank_form_b(&program, 0, date(2026, 9, 1), language);
        let pdf = pdf("Phiếu", &[sheet], &[], &Templates::default()).unwrap();
        looks_as_before(&format!("form-b-{pack}-{name}.pdf"), &pdf);
        let Some(text) = text(&pdf) else { return };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for wanted in wanted {
            assert!(text.contains(wanted), "{pack}: {wanted} is not in\n{text}");
        }
    }
}

#[test]
fn form_a_is_printed_where_its_items_are_known_and_refused_where_not() {
    let program = Library::embedded().load("vn-2016-2020").unwrap();
    for (language, name, wanted) in [
        (Language::Vi, "vi", "Tủ lạnh hoặc điều hòa nhiệt độ"),
        (Language::En, "en", "Refrigerator or air conditioner"),
    ] {
        let sheet = blank_form_a(&program, language).unwrap();
        assert_eq!(sheet.blocks.iter().filter(|block| matches!(block, Block::Question { .. })).count(), 8);
        let pdf = pdf("Phiếu A", &[sheet], &[], &Templates::default()).unwrap();
        looks_as_before(&format!("form-a-{name}.pdf"), &pdf);
        let Some(text) = text(&pdf) else { return };
        assert!(text.contains(wanted), "{text}");
    }
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let refused = blank_form_a(&program, Language::Vi).unwrap_err();
    assert!(refused.vi.contains("không có các mục của Phiếu A"), "{}", refused.vi);
}

#[test]
fn a_filled_form_a_ticks_what_the_answers_say() {
    let program = Library::embedded().load("vn-2016-2020").unwrap();
    let mut household = Household::unanswered(&program, 2);
    for (asked, answer) in [
        ("owns_vehicle", Answer::Bool(true)),
        ("owns_fridge_or_ac", Answer::Bool(false)),
        ("electricity_kwh", Answer::Int(100)),
    ] {
        let place = program.pack.questionnaire.household.iter().position(|variable| variable.id.value == asked);
        household.household[place.unwrap()] = answer;
    }
    let filled = Some((&household, Day::from_date(date(2018, 9, 1))));
    for (language, name) in [(Language::Vi, "vi"), (Language::En, "en")] {
        let paper =
            Paper { organ: committee("Xã Mẫu", language), ..face(name, "PHIẾU A – NHẬN DẠNG NHANH") };
        let sheet = form_a(&program, filled, paper, language).unwrap();
        let ticked = sheet.blocks.iter().filter_map(|block| match block {
            Block::Question { options, .. } => Some((options[0].chosen, options[1].chosen)),
            _ => None,
        });
        let ticked: Vec<(bool, bool)> = ticked.collect();
        let (yes, no, not_known) = ((true, false), (false, true), (false, false));
        assert_eq!(ticked, [yes, no, not_known, not_known, yes, not_known, not_known, not_known]);
        let pdf = pdf("Phiếu A", &[sheet], &[], &Templates::default()).unwrap();
        looked_at(&format!("form-a-filled-{name}.pdf"), &pdf);
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
