//! A briefing filled from the register: whoever asks sees what their desk shows.

use super::decide::{Known, decisions};
use super::{Break, Briefing, Place, Target, Unit, Year};
use crate::document::{Paper, Signer};
use crate::report::{Basis, ReportError, Words, named, year_before};
use jiff::civil::{Date, date};
use std::collections::BTreeSet;
use vuon_policy::model::Language;
use vuon_policy::words::{day, grouped, pick, short_day};
use vuon_programme::Office;
use vuon_programme::figures::SupportFigures;
use vuon_programme::targets::{Households, NotJudged, TargetRow};
use vuon_registry::areas::AreaRow;
use vuon_registry::flows::Flows;
use vuon_registry::{Desk, RegistryError};

/// How many years the trend goes back.
const YEARS: i16 = 6;
/// How many units are drawn; more would not fit on the second page.
const DRAWN: usize = 14;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The area: `list:code`.
    pub area: String,
    /// The day.
    pub on: Date,
    /// The language.
    pub language: Language,
}

/// Fills a briefing.
///
/// # Errors
/// [`ReportError::NotKnown`] while the register has no list of the area; [`ReportError::Registry`].
pub async fn collect(desk: &Desk, asked: &Asked) -> Result<Briefing, ReportError> {
    let Asked { area, on, language } = asked;
    let (language, on) = (*language, *on);
    crate::report::not_to_come(desk, on)?;
    let flows = desk.flows(area, year_before(on), on).await?;
    let (name, below) = named(desk, area).await?;
    let (trend, breaks) = trend(desk, asked, &below).await?;
    if trend.is_empty() {
        return Err(ReportError::NotKnown(Words::new(
            "Sổ chưa có danh sách hộ nghèo, hộ cận nghèo nào của đơn vị này. Hãy nhập danh sách, hoặc quyết định một đợt rà soát trước.",
            "The register has no list of poor or near-poor households of this unit. Import one, or decide a round first.",
        )));
    }
    let mut unknown = Vec::new();
    if trend.len() == 1 {
        unknown.push(
            pick(
                language,
                "Sổ chỉ biết một mốc, chưa có xu hướng.",
                "The register knows one day only: there is no trend.",
            )
            .to_owned(),
        );
    }
    let units = units(&below, &flows);
    let (targets, support_told, without) = match office(desk).await? {
        // How targets and support stood on a day that is over is not known any more.
        _ if on < desk.today() => {
            let past = pick(
                language,
                "Chỉ tiêu và hỗ trợ chỉ có số liệu của hôm nay: không đưa vào bản tóm tắt của ngày đã qua.",
                "Targets and support are known as of today alone: a briefing of a past day leaves them out.",
            );
            unknown.push(past.to_owned());
            (Vec::new(), None, None)
        }
        Some(office) if !area.contains(':') => {
            let all = pick(
                language,
                "Hỗ trợ chỉ được tổng hợp theo tỉnh, huyện, xã: bản tóm tắt của cả danh mục không có.",
                "Support is added up by province, district and commune: a briefing of a whole list has none.",
            );
            unknown.push(all.to_owned());
            (office.targets(area, &Households::new(), language).await?, None, None)
        }
        Some(office) => {
            let targets = office.targets(area, &Households::new(), language).await?;
            let figures = office.support_figures(area, on.year()).await?;
            (targets, Some(figures), Some(office.without_agreement(area, on.year()).await?))
        }
        None => {
            let none = pick(
                language,
                "Bộ chính sách của ngày này không có chỉ tiêu và chính sách hỗ trợ.",
                "The pack of this day has no targets and no schemes of support.",
            );
            unknown.push(none.to_owned());
            (Vec::new(), None, None)
        }
    };
    let all = total(&flows);
    let known = Known { units: &units, all: &all, targets: &targets, support: support_told.as_ref(), without };
    let decisions = decisions(&known, language);
    if decisions.len() < 3 {
        unknown.push(match language {
            Language::Vi => format!("Số liệu của sổ chỉ cho thấy {} việc cần quyết định.", decisions.len()),
            Language::En => {
                format!("The figures of the register show {} things to decide, not three.", decisions.len())
            }
        });
    }
    let mut units = units;
    let rest = units.split_off(units.len().min(DRAWN));
    Ok(Briefing {
        paper: face(desk, asked, &name).await?,
        targets: targets.iter().map(|target| told(target, language)).collect(),
        trend,
        breaks,
        support: support_told.map(|figures| support(&figures, language)).unwrap_or_default(),
        units,
        other_units: sum(&rest, language),
        places: places(&flows),
        decisions,
        unknown,
    })
}

/// The office, where the pack has schemes.
pub(crate) async fn office(desk: &Desk) -> Result<Option<Office>, ReportError> {
    match Office::of(desk.clone()).await {
        Ok(office) => Ok(Some(office)),
        Err(RegistryError::Pack { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The ends of the years of which a list is known, and the day itself; and where their totals are of other communes than
/// before.
async fn trend(desk: &Desk, asked: &Asked, below: &[AreaRow]) -> Result<(Vec<Year>, Vec<Break>), ReportError> {
    let (mut trend, mut breaks): (Vec<Year>, Vec<Break>) = (Vec::new(), Vec::new());
    let mut listed_once = BTreeSet::new();
    let ends = (asked.on.year() - YEARS + 1..asked.on.year()).map(|year| date(year, 12, 31)).chain([asked.on]);
    for end in ends {
        let flows = desk.flows(&asked.area, end, end).await?;
        let Some(all) = flows.first() else { continue };
        let (poor, near_poor) = (all.poor.households.closing, all.near_poor.households.closing);
        // Before the first list nothing is known; a list that is empty later is a result.
        if trend.is_empty() && poor + near_poor == 0 {
            continue;
        }
        let before = listed_once.len();
        listed_once.extend(listed(desk, below, &flows, end).await?);
        let own = Year { day: short_day(end, asked.language), poor, near_poor };
        if let Some(last) = trend.last().filter(|_| listed_once.len() != before) {
            let told = other_communes((last, before), (&own, listed_once.len()), asked.language);
            breaks.push(Break { place: trend.len(), told });
        }
        trend.push(own);
    }
    Ok((trend, breaks))
}

/// The communes of an area that had a list on a day, of a whole list its provinces; of a commune none: it is always the
/// same one.
async fn listed(desk: &Desk, below: &[AreaRow], flows: &[Flows], on: Date) -> Result<Vec<String>, ReportError> {
    let mut found = Vec::new();
    let known = |flows: &&Flows| flows.poor.households.closing + flows.near_poor.households.closing > 0;
    for unit in flows.iter().skip(1).filter(known) {
        let Some(row) = below.iter().find(|row| row.id == unit.area) else { continue };
        if row.level == "district" {
            let communes = desk.flows(&row.id, on, on).await?;
            found.extend(communes.iter().skip(1).filter(known).map(|unit| unit.area.clone()));
        } else {
            found.push(row.id.clone());
        }
    }
    Ok(found)
}

fn other_communes((before, some): (&Year, usize), (after, others): (&Year, usize), language: Language) -> String {
    let (first, second) = (&before.day, &after.day);
    match language {
        Language::Vi => format!(
            "Đường bị ngắt giữa {first} và {second}: số ngày {first} là của {some} đơn vị có danh sách, số ngày {second} là của {others} đơn vị. Hai số này không so sánh được."
        ),
        Language::En => format!(
            "The line breaks between {first} and {second}: the totals of {first} are of {some} units with a list, those of {second} of {others}. They cannot be compared."
        ),
    }
}

fn of_unit(name: String, flows: &Flows) -> Unit {
    let poor = &flows.poor.households;
    Unit {
        area: flows.area.clone(),
        name,
        before: poor.opening,
        poor: poor.closing,
        near_poor: flows.near_poor.households.closing,
        became: poor.newly_arising + poor.relapse + poor.from_other,
    }
}

fn total(flows: &[Flows]) -> Unit {
    flows.first().map_or_else(empty, |all| of_unit(String::new(), all))
}

fn empty() -> Unit {
    Unit { area: String::new(), name: String::new(), before: 0, poor: 0, near_poor: 0, became: 0 }
}

/// The units below, most poor households first.
fn units(known: &[AreaRow], flows: &[Flows]) -> Vec<Unit> {
    let name = |flows: &Flows| {
        let row = known.iter().find(|row| row.id == flows.area);
        row.map_or_else(|| flows.name.clone(), |row| format!("{} {}", row.kind, row.name).trim().to_owned())
    };
    let named = flows.iter().skip(1).filter(|flows| !flows.area.is_empty());
    let mut units: Vec<Unit> = named.map(|flows| of_unit(name(flows), flows)).collect();
    units.sort_by(|a, b| b.poor.cmp(&a.poor).then_with(|| a.name.cmp(&b.name)));
    units
}

/// The units in the order of their list.
fn places(flows: &[Flows]) -> Vec<Place> {
    let named = flows.iter().skip(1).filter(|flows| !flows.area.is_empty());
    let place = |flows: &Flows| Place {
        area: flows.area.clone(),
        name: flows.name.clone(),
        poor: flows.poor.households.closing,
    };
    named.map(place).collect()
}

fn sum(units: &[Unit], language: Language) -> Option<Unit> {
    let name = match language {
        Language::Vi => format!("{} đơn vị còn lại", units.len()),
        Language::En => format!("{} other units", units.len()),
    };
    let add = |sum: Unit, unit: &Unit| Unit {
        before: sum.before + unit.before,
        poor: sum.poor + unit.poor,
        near_poor: sum.near_poor + unit.near_poor,
        became: sum.became + unit.became,
        ..sum
    };
    (!units.is_empty()).then(|| units.iter().fold(Unit { name, ..empty() }, add))
}

fn told(target: &TargetRow, language: Language) -> Target {
    let last = target.years.iter().rfind(|(.., reached)| reached.is_some());
    // What the register measures of a target is the poverty rate, whatever the target is counted in.
    let rate = |value: &Option<String>| value.as_ref().map(|value| format!("{value}%"));
    let is_own = target.not_judged != Some(NotJudged::AnotherLevel);
    let stands = match (target.off, target.not_judged) {
        (Some(true), _) => pick(language, "chậm so với lộ trình", "behind its path"),
        (Some(false), _) => pick(language, "đúng lộ trình", "on its path"),
        (None, Some(NotJudged::AnotherLevel)) => {
            pick(language, "chỉ tiêu đặt cho cấp khác, không đánh giá ở đây", "set for another level, not judged here")
        }
        (None, Some(NotJudged::NotMeasured)) => {
            pick(language, "sổ không đo chỉ tiêu này", "not measured by the register")
        }
        (None, Some(NotJudged::NoResidents)) => {
            pick(language, "sổ không biết tổng số hộ dân cư", "the register does not know all households")
        }
        (None, Some(NotJudged::NotOver)) => pick(language, "năm chưa kết thúc", "the year is not over"),
        (None, _) => pick(language, "không rõ mức phải đạt của năm", "what the year was to reach is not known"),
    };
    Target {
        label: target.label.clone(),
        year: last.map(|(year, ..)| *year),
        wanted: last.filter(|_| is_own).and_then(|(_, wanted, _)| rate(wanted)),
        rate: last.and_then(|(.., reached)| rate(reached)),
        stands: stands.to_owned(),
    }
}

fn support(figures: &SupportFigures, language: Language) -> Vec<[String; 2]> {
    let money = |amount: i64| format!("{} đồng", grouped(amount, language));
    let count = |count: i64| grouped(count, language);
    [
        ("Thỏa thuận đã duyệt", "Agreements approved", count(figures.agreements)),
        ("Số tiền đã thỏa thuận", "Agreed", money(figures.agreed)),
        ("Đã chi trả", "Paid", money(figures.paid)),
        ("Đã hoàn trả", "Came back", money(figures.came_back)),
        ("Quá hạn hoàn trả", "Late", money(figures.late_of_all_years.iter().sum())),
        ("Hộ được hỗ trợ", "Households supported", count(figures.households)),
        ("Trong đó đã ra khỏi danh sách", "Of them, left the list", count(figures.lifted)),
    ]
    .map(|(vi, en, value)| [pick(language, vi, en).to_owned(), value])
    .to_vec()
}

async fn face(desk: &Desk, asked: &Asked, name: &str) -> Result<Paper, ReportError> {
    let language = asked.language;
    let day = day(asked.on, language);
    let packs = desk.packs_of(&asked.area, year_before(asked.on), asked.on).await?;
    let basis = Basis::of(desk, &asked.area, (None, asked.on), &packs).await?;
    Ok(Paper {
        language: pick(language, "vi", "en"),
        organ: vec![pick(language, "BAN CHỈ ĐẠO GIẢM NGHÈO", "STEERING COMMITTEE").to_owned(), name.to_uppercase()],
        title: pick(language, "TÓM TẮT CHO BAN CHỈ ĐẠO", "BRIEFING FOR THE STEERING COMMITTEE").to_owned(),
        subtitle: Some(match language {
            Language::Vi => format!("{name}, đến ngày {day}"),
            Language::En => format!("{name}, up to {day}"),
        }),
        signers: vec![Signer {
            role: vec![pick(language, "NGƯỜI TỔNG HỢP", "WHO DREW IT UP").to_owned()],
            note: Some(pick(language, "(Ký, ghi rõ họ tên)", "(signature and name)").to_owned()),
            name: None,
        }],
        foot: basis.lines(language),
        mark: basis.mark(language),
        ..Paper::default()
    })
}
