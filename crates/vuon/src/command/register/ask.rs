//! What a register is asked: duplicates, a reform of areas, movement tables.

use super::place::{Where, open};
use crate::screen::{self, fitted, right, say};
use anyhow::{Result, bail};
use jiff::civil::Date;
use std::process::ExitCode;
use vuon_policy::model::Language;
use vuon_policy::words::grouped;
use vuon_registry::flows::{Flow, Movement};
use vuon_registry::households::{ComparedPerson, HouseholdRow};
use vuon_registry::page::PageRequest;

fn line(text: &str) {
    println!("{}", screen::wrapped(text, screen::width(), 2));
}

/// Prints pairs that may be one household.
pub fn duplicates(place: &Where, commune: &str, find: bool, language: Language) -> Result<ExitCode> {
    let opened = open(place, language)?;
    let (desk, commune) = (opened.desk(), opened.area(commune)?);
    if find {
        let found = opened.runtime.block_on(desk.find_duplicates(&commune))?;
        let found = grouped(found as i64, language);
        line(&match language {
            Language::Vi => format!("{found} cặp mới"),
            Language::En => format!("{found} new pairs"),
        });
    }
    let mut page = PageRequest { after: None, limit: PageRequest::MOST };
    loop {
        let pairs = opened.runtime.block_on(desk.duplicates(&commune, &page))?;
        if pairs.rows.is_empty() && page.after.is_none() && !find {
            line(say(
                language,
                "Không có cặp nào chờ xem xét. Thêm --find để tìm các cặp mới.",
                "No pair waits. Add --find to look for new ones.",
            ));
        }
        for pair in &pairs.rows {
            let [first, second] = [(&pair.first, &pair.compared[0]), (&pair.second, &pair.compared[1])]
                .map(|(household, compared)| alike(household, compared.as_ref(), language));
            let why = vuon_server::labels::why_alike(&pair.why, language);
            let score = right(&pair.score.to_string(), 3);
            line(&format!("{score}  {first} · {second}  ({why})"));
        }
        page.after = pairs.next;
        if page.after.is_none() {
            break;
        }
    }
    opened.runtime.block_on(opened.register.store().close());
    Ok(ExitCode::SUCCESS)
}

/// A household of a pair by the person who is alike, and by its head where that is somebody else.
fn alike(household: &HouseholdRow, compared: Option<&ComparedPerson>, language: Language) -> String {
    let HouseholdRow { code, name: head, .. } = household;
    let Some(person) = compared else { return format!("{code} {head}") };
    let born = person.born.as_ref().map(|born| format!(" ({})", vuon_server::language::born(language, born)));
    let born = born.unwrap_or_default();
    if person.name == *head {
        return format!("{code} {head}{born}");
    }
    format!("{code} {}{born}, {} {head}", person.name, say(language, "hộ của", "household of"))
}

/// Moves everything from one list to the next, or tells what would be moved.
pub fn reform(place: &Where, from: &str, to: &str, apply: bool, language: Language) -> Result<ExitCode> {
    let opened = open(place, language)?;
    let desk = opened.desk();
    let (report, waiting, support) = opened.runtime.block_on(async {
        let (report, support) = vuon_programme::reform::reform(&desk, from, to, !apply).await?;
        vuon_registry::Result::Ok((report, desk.reform_worklist(to).await?, support))
    })?;
    let count = |n: i64| grouped(n, language);
    for (label, number) in [
        (say(language, "Hộ trước khi chuyển", "Households before"), report.households_before),
        (say(language, "Hộ đã chuyển", "Households moved"), report.moved),
        (say(language, "Hộ chờ xếp theo thôn", "Households waiting for their hamlet"), report.waiting),
        (
            say(language, "Hộ ở đơn vị không có đơn vị kế tiếp", "Households whose unit has no successor"),
            report.without_successor.iter().map(|(_, households)| households).sum(),
        ),
        (say(language, "Tài khoản đã chuyển", "Accounts moved"), report.accounts),
        (say(language, "Hồ sơ hỗ trợ đã chuyển", "Things of support moved"), support.things),
        (say(language, "Hồ sơ hỗ trợ chờ xếp", "Things of support waiting"), support.waiting),
        (say(language, "Nguồn vốn đã chuyển (đồng)", "Capital moved (đồng)"), support.amount),
    ] {
        println!("{}{}", fitted(label, 44), right(&count(number), 10));
    }
    for (from, to, households) in &report.moves {
        println!("  {} → {}{}", fitted(from, 24), fitted(to, 24), right(&count(*households), 10));
    }
    for (unit, households) in &report.without_successor {
        println!("  {} → ?{}", fitted(unit, 24), right(&count(*households), 33));
    }
    if !waiting.is_empty() {
        line(say(language, "Chờ xếp, theo thôn, bản:", "Waiting, by hamlet:"));
    }
    for hamlet in &waiting {
        let choices: Vec<String> = hamlet.choices.iter().map(|to| format!("{} ({})", to.id, to.name)).collect();
        let choices = choices.join(", ");
        line(&format!("  {} {} ({}): {choices}", hamlet.from, hamlet.name, count(hamlet.households)));
    }
    if !apply {
        line(say(
            language,
            "Chưa có gì thay đổi: thêm --apply để chuyển.",
            "Nothing was changed: add --apply to move them.",
        ));
    }
    opened.runtime.block_on(opened.register.store().close());
    Ok(ExitCode::SUCCESS)
}

/// Says where a hamlet of a divided commune is now.
pub fn place_hamlet(place: &Where, from: &str, hamlet: Option<&str>, to: &str, language: Language) -> Result<ExitCode> {
    let opened = open(place, language)?;
    let (desk, to) = (opened.desk(), opened.area(to)?);
    let list = to.split(':').next().unwrap_or_default();
    let waiting = opened.runtime.block_on(desk.reform_worklist(list))?;
    let name = hamlet.map(str::trim).unwrap_or_default();
    let found = waiting
        .iter()
        .find(|waiting| waiting.from == from && waiting.name == name && waiting.hamlet.is_some() == hamlet.is_some());
    let Some(found) = found else {
        bail!(match language {
            Language::Vi => format!(
                "không có thôn, bản “{name}” của {from} đang chờ xếp: `vuon register reform` kể tên các thôn, bản đang chờ"
            ),
            Language::En =>
                format!("no hamlet “{name}” of {from} waits to be placed: `vuon register reform` names those that do"),
        });
    };
    let placing = vuon_programme::reform::place_hamlet(&desk, from, found.hamlet.as_deref(), &to);
    let (moved, _) = opened.runtime.block_on(placing)?;
    let moved = grouped(moved, language);
    line(&match language {
        Language::Vi => format!("{moved} hộ đã chuyển sang {to}"),
        Language::En => format!("{moved} households moved to {to}"),
    });
    opened.runtime.block_on(opened.register.store().close());
    Ok(ExitCode::SUCCESS)
}

/// Prints the movement tables.
pub fn flows(place: &Where, area: &str, (from, to): (Date, Date), language: Language) -> Result<ExitCode> {
    let opened = open(place, language)?;
    let area = opened.area(area)?;
    let units = opened.runtime.block_on(opened.desk().flows(&area, from, to))?;
    type Table = fn(&vuon_registry::flows::Flows) -> Movement;
    let tables: [(&str, &str, Table); 2] = [
        ("Diễn biến hộ nghèo", "Movement of the poor", |flows| flows.poor),
        ("Diễn biến hộ cận nghèo", "Movement of the near-poor", |flows| flows.near_poor),
    ];
    for (vi, en, table) in tables {
        println!("{}  {from} – {to}", say(language, vi, en));
        print!("{}", fitted("9 = 1−2−3−4+5+6+7+8", 26));
        (1..=9).for_each(|column| print!("{}", right(&column.to_string(), 6)));
        println!();
        for unit in &units {
            let movement = table(unit);
            let name = if unit.area.is_empty() {
                say(language, "Không thuộc thôn nào", "In no hamlet")
            } else {
                &unit.name
            };
            println!("{}{}", fitted(name, 26), numbers(&movement.households, language));
            let persons = format!("  {}", say(language, "nhân khẩu", "persons"));
            println!("{}{}", fitted(&persons, 26), numbers(&movement.persons, language));
        }
    }
    let columns = say(
        language,
        "1 đầu kỳ; 2 sang cận nghèo (sang nghèo); 3 vượt chuẩn cận nghèo; 4 giảm khác; 5 từ cận nghèo (từ nghèo); \
         6 tái; 7 phát sinh mới; 8 tăng khác; 9 cuối kỳ",
        "1 opening; 2 became near-poor (poor); 3 escaped; 4 other decrease; 5 from near-poor (poor); 6 relapse; 7 newly \
         arising; 8 other increase; 9 closing",
    );
    line(columns);
    Ok(ExitCode::SUCCESS)
}

fn numbers(flow: &Flow, language: Language) -> String {
    let columns = [
        flow.opening,
        flow.became_other,
        flow.escaped,
        flow.other_decrease,
        flow.from_other,
        flow.relapse,
        flow.newly_arising,
        flow.other_increase,
        flow.closing,
    ];
    columns.map(|number| right(&grouped(number, language), 6)).concat()
}
