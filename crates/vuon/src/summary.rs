//! The result of an assessment on the screen: counts, shares, bars.

use crate::screen::{self, columns, fitted, padded, right, say};
use vuon_policy::calendar::Day;
use vuon_policy::model::{Kind, Language};
use vuon_policy::program::{Outcome, Program};
use vuon_policy::words::grouped;
use vuon_population::summary::{Count, Summary, YesNo};

/// What stands above the figures.
pub struct Heading<'p> {
    /// The pack.
    pub program: &'p Program,
    /// The place of its method.
    pub method: usize,
    /// The day of the review.
    pub review_date: Option<Day>,
    /// The language.
    pub language: Language,
}

const BAR: usize = 20;

/// Prints a summary within the width of the terminal.
pub fn print(on: &Heading, summary: &Summary) {
    let pack = &on.program.pack;
    let language = on.language;
    let title = format!("{} — {}", pack.label.get(language), pack.id.value);
    println!("\n{}", screen::wrapped(&title, screen::width(), 2));
    for caveat in crate::command::caveats(on.program, language) {
        println!("{}", screen::wrapped(&caveat, screen::width(), 2));
    }
    let total = summary.total();
    let mut facts =
        vec![format!("{} {}", grouped(total.households as i64, language), say(language, "hộ", "households"))];
    if total.persons > 0 {
        facts.push(format!("{} {}", grouped(total.persons as i64, language), say(language, "người", "persons")));
    }
    facts.push(pack.methods[on.method].label.get(language).to_owned());
    if let Some(day) = on.review_date {
        facts.push(format!("{} {day}", say(language, "ngày rà soát", "reviewed on")));
    }
    println!("{}", screen::wrapped(&facts.join(" · "), screen::width(), 2));
    for (standard, counts) in summary.standards.iter().zip(&summary.statuses) {
        let name = match standard.as_str() {
            "status_local" => say(language, "Theo chuẩn địa phương", "By the local standard"),
            _ if summary.standards.len() > 1 => say(language, "Theo chuẩn quốc gia", "By the national standard"),
            _ => say(language, "Phân loại", "Status"),
        };
        statuses(on, summary, name, counts, total);
    }
    for (column, values) in &summary.groups {
        group(on, summary, column, values);
    }
    yes_no(on, summary, total);
    println!();
}

/// Says what the result rests on that was not read in an official text.
pub fn unverified(on: &Heading) {
    let documents = on.program.unverified_by_document(on.method, on.language);
    if documents.is_empty() {
        return;
    }
    let count: usize = documents.iter().map(|(_, labels)| labels.len()).sum();
    let head = match on.language {
        Language::Vi => format!("Kết quả dựa trên {count} nội dung chưa kiểm chứng với văn bản gốc:"),
        Language::En => format!("The result rests on {count} items not verified in the official text:"),
    };
    println!("{head}");
    for (document, labels) in documents {
        println!("{}", screen::wrapped(&format!("  {document}: {}", labels.join("; ")), screen::width(), 4));
    }
}

fn outcome_label(on: &Heading, place: usize, outcomes: usize) -> String {
    let outcome = match outcomes - place {
        1 => Outcome::Refused(0),
        2 => Outcome::Undetermined,
        _ => Outcome::Status(place),
    };
    on.program.outcome_label(outcome, on.language)
}

/// A share in per cent with one decimal, rounded half up.
fn share(part: u64, of: u64, language: Language) -> String {
    if of == 0 {
        return "–".into();
    }
    let tenths = (u128::from(part) * 2000 + u128::from(of)) / (2 * u128::from(of));
    format!("{}{}{}", tenths / 10, say(language, ",", "."), tenths % 10)
}

fn bar(part: u64, of: u64, width: usize) -> String {
    let eighths = if of == 0 { 0 } else { (u128::from(part) * width as u128 * 8 / u128::from(of)) as usize };
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
    format!("{}{part}", "█".repeat(eighths / 8))
}

fn statuses(on: &Heading, summary: &Summary, name: &str, counts: &[Count], total: Count) {
    let language = on.language;
    let persons = total.persons > 0;
    let mut head = format!("\n{}{}{}", padded(name, 28), right(say(language, "hộ", "households"), 12), right("%", 7));
    if persons {
        head += &format!("{}{}", right(say(language, "người", "persons"), 12), right("%", 7));
    }
    println!("{head}");
    for (place, count) in counts.iter().enumerate() {
        // A status that this method never gives, or an outcome that did not happen, is not told.
        let given = on.program.methods[on.method].rules.iter().any(|rule| rule.status == place);
        if count.households == 0 && !given {
            continue;
        }
        let label = format!("{} {}", place + 1, outcome_label(on, place, summary.outcomes.len()));
        let mut line = format!(
            "{}{}{}",
            fitted(&label, 28),
            number(count.households, 12, language),
            right(&share(count.households, total.households, language), 7)
        );
        if persons {
            line += &format!(
                "{}{}",
                number(count.persons, 12, language),
                right(&share(count.persons, total.persons, language), 7)
            );
        }
        let room = screen::width().saturating_sub(columns(&line) + 2).min(BAR);
        println!("{line}  {}", bar(count.households, total.households, room));
    }
}

fn number(n: u64, width: usize, language: Language) -> String {
    right(&grouped(n as i64, language), width)
}

fn group(on: &Heading, summary: &Summary, column: &str, values: &std::collections::BTreeMap<String, Vec<Count>>) {
    let language = on.language;
    let q = &on.program.pack.questionnaire;
    let variable = q.household.iter().find(|v| v.id.value == column);
    let label = variable.map_or(column, |v| v.label.get(language));
    // The statuses that some group has, as shares of its persons where those are known, else of its households.
    let shown: Vec<usize> =
        (0..summary.outcomes.len()).filter(|place| values.values().any(|c| c[*place].households > 0)).collect();
    let persons = summary.total().persons > 0;
    let of = say(
        language,
        if persons { "% người" } else { "% hộ" },
        if persons { "% of persons" } else { "% of households" },
    );
    let width = 9;
    let first = screen::width().saturating_sub(12 + shown.len() * width).clamp(14, 34);
    let of = match summary.standards.len() {
        1 => of.to_owned(),
        _ => format!("{of}, {}", say(language, "chuẩn địa phương", "local standard")),
    };
    println!("\n{}{}  {of}", padded(label, first), right(say(language, "hộ", "households"), 11));
    // The statuses by the numbers they have above: their names are too long for columns.
    let heads: String = shown.iter().map(|place| right(&format!("({})", place + 1), width)).collect();
    println!("{}{heads}", " ".repeat(first + 11));
    let ordered: Vec<(&String, &Vec<Count>)> = match variable.map(|v| &v.kind) {
        Some(Kind::Choice(list)) => {
            let mut all: Vec<_> = values.iter().collect();
            all.sort_by_key(|(id, _)| q.choices[*list].position(id).unwrap_or(usize::MAX));
            all
        }
        _ => values.iter().collect(),
    };
    for (value, counts) in ordered {
        let name = group_name(on, column, value);
        let households: u64 = counts.iter().map(|c| c.households).sum();
        let all: u64 = counts.iter().map(|c| if persons { c.persons } else { c.households }).sum();
        let shares: String = shown
            .iter()
            .map(|place| {
                right(
                    &share(if persons { counts[*place].persons } else { counts[*place].households }, all, language),
                    width,
                )
            })
            .collect();
        println!("{}{}{shares}", fitted(&name, first), number(households, 11, language));
    }
}

fn group_name(on: &Heading, column: &str, value: &str) -> String {
    if value.is_empty() {
        return say(on.language, "(chưa rõ)", "(unknown)").into();
    }
    let q = &on.program.pack.questionnaire;
    match q.household.iter().find(|v| v.id.value == column).map(|v| &v.kind) {
        Some(Kind::Choice(list)) => {
            let place = q.choices[*list].position(value);
            place.map_or(value, |p| q.choices[*list].options[p].label.get(on.language)).to_owned()
        }
        Some(Kind::Code { .. }) => area_name(on, value).map_or(value.to_owned(), |name| format!("{value} {name}")),
        _ => value.to_owned(),
    }
}

/// The name of a unit in the list in force on the day of the review.
fn area_name(on: &Heading, code: &str) -> Option<String> {
    let areas = vuon_areas::Areas::embedded();
    let list = areas.list_on(on.review_date?.date()).ok()?;
    areas.area(list, code.parse().ok()?).map(|area| area.full_name())
}

fn yes_no(on: &Heading, summary: &Summary, total: Count) {
    let language = on.language;
    let pack = &on.program.pack;
    let of =
        |prefix: &str, id: &str| summary.yes_no.iter().find(|(c, _)| *c == format!("{prefix}{id}")).map(|(_, n)| *n);
    let indicators: Vec<(String, YesNo)> = pack
        .indicators
        .iter()
        .filter_map(|i| Some((i.label.get(language).to_owned(), of("deprived_", &i.id.value)?)))
        .collect();
    let flags: Vec<(String, YesNo)> =
        on.program.flags().filter_map(|f| Some((f.label.get(language).to_owned(), of("is_", &f.id.value)?))).collect();
    let schemes: Vec<(String, YesNo)> = pack
        .schemes
        .iter()
        .filter_map(|s| Some((s.label.get(language).to_owned(), of("entitled_", &s.id.value)?)))
        .collect();
    for (name, rows) in [
        (say(language, "Chỉ số thiếu hụt", "Deprived in"), indicators),
        (say(language, "Nhóm và biến động", "Groups and events"), flags),
        (say(language, "Thuộc diện hỗ trợ", "Entitled to"), schemes),
    ] {
        if rows.is_empty() {
            continue;
        }
        let persons = total.persons > 0;
        let mut head =
            format!("\n{}{}{}", padded(name, 34), right(say(language, "hộ", "households"), 11), right("%", 7));
        if persons {
            head += &right(say(language, "% người", "% pers."), 8);
        }
        println!("{head}{}", right(say(language, "chưa rõ", "unknown"), 11));
        for (label, count) in rows {
            let mut line = format!(
                "{}{}{}",
                fitted(&label, 34),
                number(count.yes, 11, language),
                right(&share(count.yes, total.households, language), 7)
            );
            if persons {
                line += &right(&share(count.persons, total.persons, language), 8);
            }
            line += &number(count.unknown, 11, language);
            let room = screen::width().saturating_sub(columns(&line) + 2).min(BAR);
            println!("{line}  {}", bar(count.yes, total.households, room));
        }
    }
}
