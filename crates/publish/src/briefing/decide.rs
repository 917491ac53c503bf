//! What a steering committee has to decide, as the figures show it; the first three that hold.

use super::{Decision, Unit};
use vuon_policy::model::Language;
use vuon_policy::words::{grouped, pick};
use vuon_programme::figures::SupportFigures;
use vuon_programme::targets::TargetRow;

/// What is known.
pub(super) struct Known<'a> {
    /// The units below, most poor households first.
    pub units: &'a [Unit],
    /// The whole area.
    pub all: &'a Unit,
    pub targets: &'a [TargetRow],
    pub support: Option<&'a SupportFigures>,
    /// Listed households without an agreement of the year, of how many.
    pub without: Option<(i64, i64)>,
}

/// At most three things.
pub(super) fn decisions(known: &Known<'_>, language: Language) -> Vec<Decision> {
    let all = [
        late(known, language),
        became(known, language),
        behind(known, language),
        without(known, language),
        most(known, language),
    ];
    all.into_iter().flatten().take(3).collect()
}

fn decision(shows: String, language: Language, vi: &str, en: &str) -> Decision {
    Decision { shows, question: pick(language, vi, en).to_owned() }
}

/// What should have come back.
fn late(known: &Known<'_>, language: Language) -> Option<Decision> {
    let late = known.support?.late_of_all_years;
    let (sum, oldest) = (late.iter().sum::<i64>(), late[3]);
    let (sum, oldest) = (Some(sum).filter(|sum| *sum > 0)?, grouped(oldest, language));
    let sum = grouped(sum, language);
    let shows = match language {
        Language::Vi => {
            format!("{sum} đồng quá hạn hoàn trả, trong đó {oldest} đồng của các khoản có phần quá hạn hơn 180 ngày.")
        }
        Language::En => {
            format!("{sum} đồng are late, of which {oldest} đồng of debts with a part late by more than 180 days.")
        }
    };
    Some(decision(
        shows,
        language,
        "Gia hạn cho hộ nào, thu hồi của hộ nào, xoá khoản nào?",
        "Who gets another plan, who has to bring it back, what is written off?",
    ))
}

/// Who became poor within the year, and where most.
fn became(known: &Known<'_>, language: Language) -> Option<Decision> {
    let all = Some(known.all.became).filter(|all| *all > 0)?;
    let unit = known.units.iter().max_by_key(|unit| unit.became).filter(|unit| unit.became > 0);
    let (all, most) = (grouped(all, language), unit.map(|unit| (unit.name.as_str(), grouped(unit.became, language))));
    let shows = match (language, most) {
        (Language::Vi, Some((unit, most))) => {
            format!("{all} hộ trở thành hộ nghèo trong năm, nhiều nhất ở {unit} ({most} hộ).")
        }
        (Language::Vi, None) => format!("{all} hộ trở thành hộ nghèo trong năm."),
        (Language::En, Some((unit, most))) => {
            format!("Households that became poor within the year: {all}; most in {unit} ({most}).")
        }
        (Language::En, None) => format!("Households that became poor within the year: {all}."),
    };
    Some(decision(
        shows,
        language,
        "Ai kiểm tra vì sao, và hỗ trợ gì trước kỳ rà soát tới?",
        "Who finds out why, and what is done before the next review?",
    ))
}

/// A target that is behind its path.
fn behind(known: &Known<'_>, language: Language) -> Option<Decision> {
    let target = known.targets.iter().find(|target| target.off == Some(true))?;
    let shows = match language {
        Language::Vi => format!("Chỉ tiêu “{}” đang chậm so với lộ trình.", target.label),
        Language::En => format!("The target “{}” is behind its path.", target.label),
    };
    Some(decision(
        shows,
        language,
        "Tăng nguồn lực ở đâu, hay điều chỉnh lộ trình và báo cáo cấp trên?",
        "Where is more done, or is the path changed and the level above told?",
    ))
}

/// Poor households without any support.
fn without(known: &Known<'_>, language: Language) -> Option<Decision> {
    let (without, poor) = known.without.filter(|(without, _)| *without > 0)?;
    let (without, poor) = (grouped(without, language), grouped(poor, language));
    let shows = match language {
        Language::Vi => format!("{without} trong {poor} hộ nghèo, cận nghèo chưa có thỏa thuận hỗ trợ nào trong năm."),
        Language::En => {
            format!("{without} of {poor} poor and near-poor households have no agreement of support of the year.")
        }
    };
    Some(decision(
        shows,
        language,
        "Mở chính sách nào cho các hộ này, từ nguồn vốn nào?",
        "Which scheme is opened to them, and out of which capital?",
    ))
}

/// The unit with the most poor households.
fn most(known: &Known<'_>, language: Language) -> Option<Decision> {
    let unit = known.units.first().filter(|unit| unit.poor > 0 && known.units.len() > 1)?;
    let percent = (200 * unit.poor + known.all.poor) / (2 * known.all.poor).max(1);
    let poor = grouped(unit.poor, language);
    let shows = match language {
        Language::Vi => format!("{} có {poor} hộ nghèo, {percent}% của cả địa bàn.", unit.name),
        Language::En => format!("{} has {poor} poor households, {percent}% of all.", unit.name),
    };
    Some(decision(
        shows,
        language,
        "Ưu tiên bao nhiêu vốn năm sau cho đơn vị này?",
        "How much of next year's capital goes there first?",
    ))
}
