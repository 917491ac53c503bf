//! `holidays.yaml`: days of rest, dated year by year.

use super::decode::Decoder;
use super::{source, source_node};
use crate::calendar::Day;
use crate::working_days::*;
use crate::yaml::{Node, Text, Value};
use jiff::civil::Weekday;
use std::collections::BTreeSet;

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

pub(super) fn holidays(d: &mut Decoder, node: Option<&Node>) -> Option<Holidays> {
    let node = node.filter(|n| !matches!(n.value, Value::Null))?;
    let f = d.fields(node, "holidays.yaml", &["weekly_rest", "last_day_off", "years"])?;
    let (weekly, last, years) = (d.required(f, "weekly_rest"), d.required(f, "last_day_off"), d.required(f, "years"));
    let weekly_rest = weekly_rest(d, weekly?)?;
    let last_day_off = last_day_off(d, last?)?;
    let Value::Map(entries) = &years?.value else {
        d.missing(years?.place, "years are a mapping, each with its days of rest".into(), "write `2024: {…}`");
        return None;
    };
    let mut years: Vec<HolidayYear> =
        entries.iter().filter_map(|(key, node)| year(d, key, node, &weekly_rest.days)).collect();
    years.sort_by_key(|year| year.year);
    Some(Holidays { weekly_rest, last_day_off, years })
}

fn weekly_rest(d: &mut Decoder, node: &Node) -> Option<WeeklyRest> {
    let f = d.fields(node, "the weekly rest", &["days", "source"])?;
    let listed = d.required(f, "days")?;
    let days: Vec<(Text, Weekday)> = d.list(Some(listed), |d, node| Some((d.text(node)?, d.word(node, &WEEKDAYS)?)));
    d.unique("days of the weekly rest", days.iter().map(|(text, _)| text));
    if days.len() >= WEEKDAYS.len() {
        d.missing(listed.place, "no day of the week is worked".into(), "name the days of rest only");
        return None;
    }
    Some(WeeklyRest { days: days.into_iter().map(|(_, day)| day).collect(), source: source(d, f)? })
}

fn last_day_off(d: &mut Decoder, node: &Node) -> Option<LastDayOff> {
    let f = d.fields(node, "the rule on a last day off", &["then", "source"])?;
    let then = d.required(f, "then")?;
    Some(LastDayOff { moves: d.word(then, &[("next_working_day", true), ("same_day", false)])?, source: source(d, f)? })
}

fn year(d: &mut Decoder, key: &Text, node: &Node, weekly: &[Weekday]) -> Option<HolidayYear> {
    let number = Some(&key.value).filter(|text| text.len() == 4).and_then(|text| text.parse().ok());
    let Some(year) = number.filter(|year| (1900..=2100).contains(year)) else {
        d.missing(key.place, format!("`{}` is not a year", key.value), "write a year from 1900 to 2100");
        return None;
    };
    let f = d.fields(node, "a year", &["rest", "worked", "source"])?;
    let mut seen = BTreeSet::new();
    let rest = d.required(f, "rest")?;
    let rest = d.list(Some(rest), |d, node| span(d, node, year, &mut seen));
    let worked = d.optional(f, "worked");
    let worked = d.list(worked, |d, node| {
        let span = span(d, node, year, &mut seen)?;
        if let Some(day) = span.each().find(|day| !weekly.contains(&day.date().weekday())) {
            let help = "only a day of the weekly rest can be worked in exchange for another";
            d.missing(node.place, format!("{day} is worked anyway"), help);
        }
        Some(span)
    });
    Some(HolidayYear { year, rest, worked, source: source(d, f)? })
}

/// A day or days of a year, none of which has stood before.
fn span(d: &mut Decoder, node: &Node, year: i16, seen: &mut BTreeSet<Day>) -> Option<DaySpan> {
    let f = d.fields(node, "a day", &["day", "from", "to", "label", "source"])?;
    let (day, from, to) = (d.optional_day(f, "day"), d.optional_day(f, "from"), d.optional_day(f, "to"));
    let (from, to) = match (day, from, to) {
        (Some(day), None, None) => (day, day),
        (None, Some(from), Some(to)) => (from, to),
        _ => {
            d.missing(node.place, "this does not say which day".into(), "write `day: …`, or `from: …` and `to: …`");
            return None;
        }
    };
    if from > to || from.date().year() != year || to.date().year() != year {
        let help = format!("write days of {year}, the first before the last");
        d.missing(node.place, format!("{from} to {to} is not a time within {year}"), help);
        return None;
    }
    let span = DaySpan {
        from,
        to,
        label: d.label(f, "label")?,
        source: d.optional(f, "source").and_then(|node| source_node(d, node)),
    };
    for day in span.each() {
        if !seen.insert(day) {
            d.missing(node.place, format!("{day} stands twice in {year}"), "name each day once");
        }
    }
    Some(span)
}
