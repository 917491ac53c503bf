//! Blank forms made from a pack alone, for a village without electricity: no register is needed.

use super::{Sheet, form, form_a};
use crate::document::{Paper, Signer, committee};
use crate::report::Words;
use jiff::civil::Date;
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_policy::words::pick;

/// Form B of a method.
pub fn blank_form_b(program: &Program, method: usize, on: Date, language: Language) -> Sheet {
    let title = pick(language, "PHIẾU B – RÀ SOÁT HỘ GIA ĐÌNH", "FORM B – REVIEW OF A HOUSEHOLD");
    let paper = face(program, title, language);
    form(program, method, None, paper, Day::from_date(on), language)
}

/// Form A.
///
/// # Errors
/// Why the pack has none.
pub fn blank_form_a(program: &Program, language: Language) -> Result<Sheet, Words> {
    form_a(program, None, face(program, form_a_title(language), language), language)
}

pub(super) fn form_a_title(language: Language) -> &'static str {
    pick(language, "PHIẾU A – NHẬN DẠNG NHANH", "FORM A – QUICK IDENTIFICATION")
}

/// Where the head, the household's code and its hamlet are written.
pub(super) fn household_line(language: Language) -> &'static str {
    pick(language, "Chủ hộ: …………………… Mã hộ: ………… Thôn, bản: ……………", "Head: …………………… Code: ………… Hamlet: ……………")
}

fn face(program: &Program, title: &str, language: Language) -> Paper {
    let signers = [("NGƯỜI TRẢ LỜI", "WHO ANSWERED"), ("RÀ SOÁT VIÊN", "ENUMERATOR")].map(|(vi, en)| Signer {
        role: vec![pick(language, vi, en).to_owned()],
        note: Some(pick(language, "(Ký, ghi rõ họ tên)", "(signature and name)").to_owned()),
        name: None,
    });
    let hash = program.hash.get(..12).unwrap_or_default();
    Paper {
        language: pick(language, "vi", "en"),
        organ: committee(pick(language, "Xã ………………………", "………………………"), language),
        title: title.to_owned(),
        subtitle: Some(household_line(language).to_owned()),
        signers: signers.to_vec(),
        foot: vec![format!("{}: {} ({hash})", pick(language, "Bộ chính sách", "Pack"), program.pack.id.value)],
        ..Paper::default()
    }
}
