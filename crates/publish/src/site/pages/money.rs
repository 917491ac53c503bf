//! Money and complaints: allocations with their computation, what schemes paid, complaints answered in time.

use super::Told;
use crate::site::Allocation;
use crate::site::open_data::allocation_file;
use maud::{Markup, html};
use std::collections::BTreeMap;
use vuon_policy::model::Language;
use vuon_policy::unit::Unit;
use vuon_policy::words;
use vuon_programme::published::{WrittenCriterion, told as line_told};

pub(super) fn allocation(told: Told<'_>) -> Markup {
    html! {
        h1 { (told.say("Phân bổ vốn", "Allocation of capital")) }
        p { (told.say("Vốn được chia theo công thức công khai.", "Capital is shared by a published formula.")) }
        @if let Some(place) = told.window.allocations.iter().position(|allocation| allocation.whole) {
            p {
                (told.say("Nơi có tệp kèm theo, ai cũng tính lại được, không cần mạng:",
                    "Where there is a file, anyone can compute it again, without a network:"))
                " " code { "vuon allocate verify " (allocation_file(place)) }
            }
        }
        @if told.window.allocations.is_empty() {
            p.note { (told.say("Chưa có phân bổ nào được quyết định và công bố.", "No allocation was decided and published.")) }
        }
        @for (place, allocation) in told.window.allocations.iter().enumerate() { (one(told, place, allocation)) }
    }
}

fn label<'a>(told: Told<'_>, label: &'a BTreeMap<String, String>, id: &'a str) -> &'a str {
    label.get(told.say("vi", "en")).map_or(id, String::as_str)
}

fn one(told: Told<'_>, place: usize, Allocation { published, whole }: &Allocation) -> Markup {
    let formula = &published.formula;
    let file = allocation_file(place);
    let figures_of = published.figures_of.parse();
    let figures_of = figures_of.map_or_else(|_| published.figures_of.clone(), |on| words::day(on, told.language));
    let criteria: Vec<Vec<String>> = formula.criteria.iter().map(|criterion| row(told, criterion)).collect();
    let headings = [
        told.say("Tiêu chí", "Criterion"),
        told.say("Điểm", "Points"),
        told.say("Hệ số", "Coefficient"),
        told.say("Căn cứ", "Source"),
    ];
    html! {
        h2 { (published.title) ", " (published.year) }
        p {
            (told.say("Số tiền", "Amount")) ": " (told.money(Some(published.result.amount))) ". "
            (told.say("Cấp trên giữ lại", "Kept by the level above")) ": " (told.money(Some(published.result.kept))) ". "
            (told.say("Số liệu ngày", "Figures of")) " " (figures_of) "."
        }
        @if formula.example { p.note { (told.say("VÍ DỤ, KHÔNG PHẢI VĂN BẢN PHÁP LUẬT", "AN EXAMPLE, NOT LAW")) } }
        p { (label(told, &formula.label, &formula.id)) ". " span lang="vi" { (formula.source) } }
        div.words { (told.table(told.say("Công thức", "The formula"), &headings, &criteria)) }
        h3 { (told.say("Từng đơn vị", "Each unit")) }
        @if *whole {
            ul { @for line in &published.result.lines { li { (line_told(&published.result, line, told.language)) } } }
            p { a href=(format!("../data/{file}")) { (file) } }
        } @else {
            p.note {
                (told.say("Không nêu từng đơn vị: từ công thức và số tiền tính ra được số liệu nhạy cảm hoặc quá nhỏ của đơn vị.",
                    "Units are not told: from the formula and the amounts, a figure that is sensitive or too small could be computed."))
            }
        }
    }
}

/// A criterion as a row.
fn row(told: Told<'_>, criterion: &WrittenCriterion) -> Vec<String> {
    let unit = Unit::parse(&criterion.unit).map_or_else(String::new, |unit| words::unit(&unit, told.language));
    let points = match (&criterion.per, told.language) {
        (Some((each, points, most)), Language::Vi) => {
            let most = most.as_ref().map(|most| format!(", nhiều nhất {most}")).unwrap_or_default();
            format!("cứ {each} {unit}: {points} điểm{most}")
        }
        (Some((each, points, most)), Language::En) => {
            let most = most.as_ref().map(|most| format!(", at most {most}")).unwrap_or_default();
            format!("each {each} {unit}: {points} points{most}")
        }
        (None, Language::Vi) => {
            let step = |(from, points): &(String, String)| format!("từ {from} {unit}: {points} điểm");
            criterion.steps.iter().map(step).collect::<Vec<_>>().join("; ")
        }
        (None, Language::En) => {
            let step = |(from, points): &(String, String)| format!("from {from} {unit}: {points} points");
            criterion.steps.iter().map(step).collect::<Vec<_>>().join("; ")
        }
    };
    let name = label(told, &criterion.label, &criterion.id).to_owned();
    vec![name, points, criterion.coefficient.clone().unwrap_or_default(), criterion.source.clone()]
}

pub(super) fn schemes(told: Told<'_>) -> Markup {
    let headings = [
        told.say("Chính sách", "Scheme"),
        told.say("Hộ, người, nhóm được chi trả", "Households, persons, groups paid"),
        told.say("Đã chi trả", "Paid"),
    ];
    html! {
        h1 { (told.say("Chính sách hỗ trợ đã chi trả", "What schemes paid")) }
        p {
            (told.say("Khoản do kho bạc hoặc ngân hàng xác nhận trong năm. Số tiền và số người nhận cùng nêu hoặc cùng ẩn: biết mức mỗi người nhận thì từ số này tính ra số kia.",
                "What the treasury or bank confirmed within the year. The amount and the number of those who received are told or hidden together: whoever knows what one receives has the one from the other."))
        }
        (told.why_hidden())
        @for year in told.window.years.iter().rev() {
            h2 { (year.year) }
            @match &year.schemes {
                Some(schemes) if !schemes.is_empty() => {
                    @for unit in units(schemes.iter().map(|scheme| (scheme.unit.as_str(), scheme.name.as_str()))) {
                        @let rows: Vec<Vec<String>> = schemes.iter().filter(|scheme| scheme.unit == unit.0).map(|scheme| vec![
                            scheme.label.get(told.language).to_owned(), told.count(scheme.recipients), told.money(scheme.paid),
                        ]).collect();
                        (told.table(&format!("{}, {}, {}", told.say("Chi trả", "Payments"), unit.1, year.year), &headings, &rows))
                    }
                }
                Some(_) => p { (told.say("Không có khoản nào được xác nhận.", "No payment was confirmed.")) },
                None => p { (told.say("Không công bố.", "Not published.")) },
            }
        }
    }
}

/// The units of rows, in their order, each once.
fn units<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(&'a str, &'a str)> {
    let mut found: Vec<(&str, &str)> = rows.collect();
    found.dedup();
    found
}

pub(super) fn projects(told: Told<'_>) -> Markup {
    let headings = [
        told.say("Loại dự án (chính sách)", "Kind of project (scheme)"),
        told.say("Được duyệt", "Approved"),
        told.say("Vốn chương trình", "From the programme"),
        told.say("Đã kết thúc", "Closed"),
        told.say("Đã chi", "Spent"),
    ];
    html! {
        h1 { (told.say("Dự án cộng đồng", "Projects of communities")) }
        p {
            (told.say("Dự án được duyệt và dự án kết thúc trong năm, theo nơi có thôn của dự án. Tên dự án, tên tổ nhóm không nêu.",
                "Projects approved and projects closed within the year, by where their village lies. Titles and groups are not named."))
        }
        (told.why_hidden())
        @for year in told.window.years.iter().rev() {
            h2 { (year.year) }
            @match &year.projects {
                Some(projects) if !projects.is_empty() => {
                    @for unit in units(projects.iter().map(|own| (own.unit.as_str(), own.name.as_str()))) {
                        @let rows: Vec<Vec<String>> = projects.iter().filter(|own| own.unit == unit.0).map(|own| vec![
                            own.label.get(told.language).to_owned(), told.count(own.approved), told.money(own.budget),
                            told.count(own.closed), told.money(own.spent),
                        ]).collect();
                        (told.table(&format!("{}, {}, {}", told.say("Dự án", "Projects"), unit.1, year.year), &headings, &rows))
                    }
                }
                Some(_) => p { (told.say("Không có dự án nào được duyệt hay kết thúc.", "No project was approved or closed.")) },
                None => p { (told.say("Không công bố.", "Not published.")) },
            }
        }
    }
}

pub(super) fn complaints(told: Told<'_>) -> Markup {
    let headings = [
        told.say("Năm", "Year"),
        told.say("Đã nhận", "Received"),
        told.say("Trả lời đúng hạn", "Answered in time"),
        told.say("Trả lời quá hạn", "Answered late"),
        told.say("Quá hạn, chưa trả lời", "Due and not answered"),
        told.say("Chưa đến hạn", "Not due yet"),
    ];
    let rows: Vec<Vec<String>> = told
        .window
        .years
        .iter()
        .filter_map(|year| {
            let of = year.complaints?;
            let counts = [of.received, of.in_time, of.late, of.overdue, of.waiting].map(|count| told.count(count));
            Some(std::iter::once(year.year.to_string()).chain(counts).collect())
        })
        .collect();
    html! {
        h1 { (told.say("Khiếu nại", "Complaints")) }
        p {
            (told.say("Khiếu nại nhận trong năm, kể cả khiếu nại của người dân gửi không cần tài khoản, tính đến hết ngày 31/12 của năm đó. Hạn trả lời theo bộ chính sách của đợt rà soát.",
                "Complaints received in a year, those that the public filed without an account with them, as they stood at the end of its 31 December. The limit is that of the review's policy pack."))
        }
        (told.why_hidden())
        (told.table(told.say("Khiếu nại theo năm", "Complaints by year"), &headings, &rows))
    }
}
