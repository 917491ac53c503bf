//! Results by unit and year, deprivations, targets.

use super::Told;
use crate::chart::{Area, MapWords, Series, Shown, Value, Words as Chart, bars, choropleth, lines, tiles};
use crate::site::open_data::move_told;
use crate::site::{MOVES, NoDeprivations, Target, Window, Year};
use maud::{Markup, html};
use std::collections::BTreeMap;
use vuon_policy::model::Language;
use vuon_policy::words::grouped;

pub(super) fn results(told: Told<'_>) -> Markup {
    let years = with_results(told);
    let Some(last) = years.last() else { return nothing(told) };
    html! {
        h1 { (told.say("Hộ nghèo, hộ cận nghèo", "Poor and near-poor households")) }
        p {
            (told.say("Theo sổ, đến hết ngày 31/12 của mỗi năm. Năm chưa hết không công bố.",
                "By the register, at the end of 31 December of each year. A year that is not over is not published."))
        }
        (withheld(told))
        (why_and_trend(told, &years))
        h2 { (told.say("Theo đơn vị", "By unit")) ", " (last.year) }
        (covered(told, last))
        (by_unit(told, last))
        h2 { (told.say("Tất cả các năm", "All years")) }
        (all_years(told, &years))
    }
}

/// The years whose results are published.
fn with_results(told: Told<'_>) -> Vec<&Year> {
    told.window.years.iter().filter(|year| !year.units.is_empty()).collect()
}

/// How much of the area the numbers are of.
fn covered(told: Told<'_>, year: &Year) -> Markup {
    let (some, all) = (year.with_a_list, year.all);
    html! {
        @if some < all {
            p.note {
                (match told.language {
                    Language::Vi => format!("Sổ có danh sách của {some} trên {all} đơn vị. Các đơn vị còn lại không nêu, và không tính trong tổng."),
                    Language::En => format!("The register has lists of {some} of {all} units. The others are not told, and not in the totals."),
                })
            }
        }
    }
}

/// What is missing from the whole site.
fn withheld(told: Told<'_>) -> Markup {
    html! { @for words in &told.window.withheld { p.note { (words.get(told.language)) } } }
}

fn nothing(told: Told<'_>) -> Markup {
    html! {
        h1 { (told.say("Hộ nghèo, hộ cận nghèo", "Poor and near-poor households")) }
        (withheld(told))
    }
}

fn value(told: Told<'_>, count: Option<i64>) -> Option<Value> {
    count.map(|count| Value { number: count as f64, text: grouped(count, told.language) })
}

fn why_and_trend(told: Told<'_>, shown: &[&Year]) -> Markup {
    let years: Vec<String> = shown.iter().map(|year| year.year.to_string()).collect();
    let series = |name: &str, of: fn(&crate::site::Unit) -> Option<i64>| Series {
        name: name.to_owned(),
        values: shown.iter().map(|year| value(told, year.units.first().and_then(of))).collect(),
    };
    let all = [
        series(told.say("Hộ nghèo", "Poor"), |unit| unit.poor),
        series(told.say("Hộ cận nghèo", "Near-poor"), |unit| unit.near_poor),
    ];
    let breaks = breaks(shown);
    let words = Chart {
        title: told.say("Số hộ qua các năm", "Households over the years"),
        labels: told.say("Năm", "Year"),
        hidden: told.hidden(),
    };
    html! {
        (told.why_hidden())
        // One year is no line.
        @if years.len() > 1 { (lines(&words, &years, &all, &breaks).figure()) } @else { (bars(&words, &years, &all).figure()) }
        @for place in &breaks {
            @let (before, after) = (shown[place - 1], shown[*place]);
            p.note { (other_units(told, before, after)) }
        }
    }
}

/// The places of the years whose totals are of other units than those of the year before.
fn breaks(years: &[&Year]) -> Vec<usize> {
    let of = |year: &Year| -> Vec<String> { year.units.iter().map(|unit| unit.id.clone()).collect() };
    (1..years.len()).filter(|place| of(years[place - 1]) != of(years[*place])).collect()
}

fn other_units(told: Told<'_>, before: &Year, after: &Year) -> String {
    let (first, second) = (before.year, after.year);
    let (some, others) = (before.with_a_list, after.with_a_list);
    match told.language {
        Language::Vi => format!(
            "Đường bị ngắt giữa {first} và {second}: tổng năm {first} là của {some} đơn vị có danh sách, năm {second} là của {others} đơn vị. Hai tổng này không so sánh được."
        ),
        Language::En => format!(
            "The line breaks between {first} and {second}: the totals of {first} are of {some} units with a list, those of {second} of {others}. They cannot be compared."
        ),
    }
}

/// Who left a list and who came to it, by unit and year.
pub(super) fn movements(told: Told<'_>) -> Markup {
    let headings: Vec<String> = std::iter::once(told.say("Đơn vị", "Unit").to_owned())
        .chain(MOVES.iter().map(|own| move_told(own).get(told.language).to_owned()))
        .collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    html! {
        h1 { (told.say("Biến động hộ nghèo, hộ cận nghèo", "Movements between statuses")) }
        p {
            (told.say("Mỗi hộ được so cuối năm trước với cuối năm. Hộ chuyển đến, chuyển đi, tách hộ không nêu, nên số cuối năm không chỉ là số đầu năm cộng trừ các cột này.",
                "Each household at the end of the year before and at the end of the year. Those that moved in, moved away or split off are not told, so these columns alone do not lead from one year's number to the next."))
        }
        p {
            (told.say("Chỉ nêu đơn vị có danh sách của cùng các đơn vị bên trong ở cả hai năm: nơi năm trước chưa có danh sách thì hộ nào cũng thành “phát sinh mới”.",
                "A unit is told where both years' lists are of the same units below it: where there was no list a year before, every household would be new."))
        }
        (told.why_hidden())
        @for year in told.window.years.iter().skip(1).rev() {
            h2 { (year.year) }
            @match &year.movements {
                Some(rows) if !rows.is_empty() => {
                    @let rows: Vec<Vec<String>> = rows.iter().map(|row| {
                        std::iter::once(row.name.clone()).chain(row.households.map(|count| told.count(count))).collect()
                    }).collect();
                    (told.table(&format!("{}, {}", told.say("Biến động", "Movements"), year.year), &headings, &rows))
                }
                Some(_) => p { (told.say("Không đơn vị nào có danh sách như nhau ở cả hai năm.", "No unit has lists of the same units in both years.")) },
                None => p { (told.say("Không công bố.", "Not published.")) },
            }
        }
        @if told.window.years.len() < 2 {
            p.note { (told.say("Cần hai năm liền nhau mới có biến động.", "Movements need two years.")) }
        }
    }
}

/// The units directly below the area, as a map or as tiles. A unit without a list has a place on a map alone.
fn by_unit(told: Told<'_>, year: &Year) -> Markup {
    let title = format!("{}, {}", told.say("Hộ nghèo theo đơn vị", "Poor households by unit"), year.year);
    let words = Chart { title: &title, labels: told.say("Đơn vị", "Unit"), hidden: told.hidden() };
    let map = MapWords {
        what: told.say("Hộ nghèo", "Poor households"),
        nothing: told.say("chưa có danh sách", "no list"),
    };
    let mut areas = areas(told, year);
    let picture = match &told.window.shapes {
        Some(shapes) => choropleth(&words, &map, shapes, &areas),
        None => {
            areas.retain(|area| area.shown != Shown::Nothing);
            tiles(&words, &map, &areas)
        }
    };
    html! { @if !areas.is_empty() { (picture.figure()) } }
}

fn areas(told: Told<'_>, year: &Year) -> Vec<Area> {
    let area = |place: &crate::site::Place| {
        let unit = year.units.iter().find(|unit| unit.id == place.id);
        let shown = unit.map_or(Shown::Nothing, |unit| value(told, unit.poor).into());
        Area { code: place.id.clone(), name: place.name.clone(), shown }
    };
    year.below.iter().map(area).collect()
}

/// The units that a map given by whoever publishes has no shape of.
pub(in crate::site) fn missing(window: &Window) -> Vec<String> {
    let told = Told { window, language: Language::Vi };
    let last = with_results(told).pop();
    let Some((shapes, last)) = window.shapes.as_ref().zip(last) else { return Vec::new() };
    shapes.missing(&areas(told, last))
}

fn all_years(told: Told<'_>, years: &[&Year]) -> Markup {
    // A unit may be gone or new from one year to the next.
    let mut units: Vec<(&str, &str, usize)> = Vec::new();
    for unit in years.iter().rev().flat_map(|year| &year.units) {
        if !units.iter().any(|(id, ..)| *id == unit.id) {
            units.push((&unit.id, &unit.name, unit.depth));
        }
    }
    let of = |year: &Year, id: &str| match year.units.iter().find(|unit| unit.id == id) {
        Some(unit) => [unit.poor, unit.near_poor].map(|count| told.count(count)),
        None => [const { String::new() }; 2],
    };
    let title = told.say("Hộ nghèo, hộ cận nghèo theo đơn vị và năm", "Poor and near-poor households by unit and year");
    html! {
        div.scroll tabindex="0" role="region" aria-label=(title) {
            table {
                caption { (title) }
                thead {
                    tr {
                        th rowspan="2" scope="col" { (told.say("Đơn vị", "Unit")) }
                        @for year in years {
                            th colspan="2" scope="colgroup" {
                                (year.year)
                                @if year.with_a_list < year.all { " (" (year.with_a_list) "/" (year.all) ")" }
                            }
                        }
                    }
                    tr {
                        @for _ in years {
                            th scope="col" { (told.say("nghèo", "poor")) }
                            th scope="col" { (told.say("cận nghèo", "near-poor")) }
                        }
                    }
                }
                tbody {
                    @for (id, name, depth) in units {
                        tr class=(format!("depth-{}", depth.min(2))) {
                            th scope="row" { (name) }
                            @for year in years { @for cell in of(year, id) { td { (cell) } } }
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn deprivations(told: Told<'_>) -> Markup {
    let headings = [
        told.say("Chỉ số", "Indicator"),
        told.say("Thiếu hụt", "Deprived"),
        told.say("Không thiếu hụt", "Not deprived"),
        told.say("Chưa rõ", "Not known"),
    ];
    let lists = [
        ("poor", told.say("hộ nghèo", "poor households")),
        ("near_poor", told.say("hộ cận nghèo", "near-poor households")),
    ];
    let any = told.window.years.iter().any(|year| !year.deprivations.is_empty());
    html! {
        h1 { (told.say("Thiếu hụt các dịch vụ xã hội cơ bản", "Deprivations")) }
        p {
            (told.say(
                "Số hộ trong danh sách thiếu hụt từng chỉ số, theo phiếu đã ký. Chỉ nêu của tỉnh và cả nước: ở nơi ít hộ, nêu một thiếu hụt là nêu tên từng hộ.",
                "Listed households that are deprived in each indicator, by the signed forms. They are told of provinces and the nation alone: where few live, telling a deprivation tells of each household."))
        }
        @if any { (told.why_hidden()) }
        @for year in told.window.years.iter().rev() {
            @if let Some(why) = year.no_deprivations { p.note { (why_none(told, year.year, why)) } }
        }
        @for year in told.window.years.iter().rev() {
            @for (list, name) in lists {
                @let mut units: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
                @for row in year.deprivations.iter().filter(|row| row.list == list) {
                    @let counts = [row.yes, row.no, row.unknown].map(|count| told.count(count));
                    @let cells = std::iter::once(row.label.get(told.language).to_owned()).chain(counts).collect();
                    @let () = units.entry(&row.unit).or_default().push(cells);
                }
                @for (unit, rows) in units {
                    @let unit = year.units.iter().find(|known| known.id == unit).map_or(unit, |unit| &unit.name);
                    (told.table(&format!("{unit}, {name}, {}", year.year), &headings, &rows))
                }
            }
        }
    }
}

fn why_none(told: Told<'_>, year: i16, why: NoDeprivations) -> String {
    let (vi, en) = match why {
        NoDeprivations::SmallArea => {
            ("Không nêu: địa bàn này nhỏ hơn tỉnh.", "Not told: this area is smaller than a province.")
        }
        NoDeprivations::NoForms => (
            "Chưa có số liệu: danh sách của năm này được nạp vào sổ từ tệp có sẵn, chỉ ghi hộ nào nghèo, hộ nào cận nghèo. Thiếu hụt chỉ biết được từ phiếu rà soát đã ký trong sổ; năm nào rà soát bằng sổ thì năm đó có, sau khi năm kết thúc.",
            "There are no figures: this year's lists were brought into the register from files that say who is poor or near-poor, and no more. Deprivations are known from review forms signed in the register: a year reviewed in it has them, once it is over.",
        ),
        NoDeprivations::SeveralStandards => (
            "Không nêu: các hộ được chấm theo những bộ chính sách có chỉ số khác nhau, không cộng được.",
            "Not told: households were judged by policy packs with different indicators, which cannot be added up.",
        ),
        NoDeprivations::Withheld => (
            "Không công bố: từ đó và những gì đã công khai có thể tính ra một số quá nhỏ.",
            "Not published: with what is public already, a number that is too small could be computed.",
        ),
    };
    format!("{year}: {}", told.say(vi, en))
}

pub(super) fn targets(told: Told<'_>) -> Markup {
    let headings = [
        told.say("Chỉ tiêu", "Target"),
        told.say("Cần đạt", "To be reached"),
        told.say("Đo bằng", "Measured by"),
        told.say("Căn cứ", "Source"),
    ];
    let words = |target: &Target| {
        let all = [&target.label, &target.goal, &target.measured, &target.source];
        all.map(|words| words.get(told.language).to_owned()).to_vec()
    };
    let rows: Vec<Vec<String>> = told.window.targets.iter().map(words).collect();
    html! {
        h1 { (told.say("Chỉ tiêu", "Targets")) }
        @if rows.is_empty() {
            p.note { (told.say("Bộ chính sách không có chỉ tiêu.", "The policy pack has no targets.")) }
        } @else {
            div.words { (told.table(told.say("Chỉ tiêu của chương trình", "Targets of the programme"), &headings, &rows)) }
        }
    }
}
