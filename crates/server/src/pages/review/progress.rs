//! How far the units below an area are with a year's annual review.

use super::super::fields;
use super::names::bar;
use crate::error::Page;
use crate::layout;
use crate::periods;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_publish::chart::{Area, MapWords, Value, Words, tiles};
use vuon_registry::areas::AreaRow;
use vuon_registry::rounds::{AreaProgress, Progress};
use vuon_registry::scope::Action;

/// `/progress`.
pub fn routes() -> Router<App> {
    Router::new().route("/progress", get(progress))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    area: Option<String>,
    year: Option<String>,
}

/// The unit that was asked for, else the reader's own; none for who reaches everything and has not chosen.
fn unit(person: &Person, asked: &Asked) -> Option<String> {
    asked.area.clone().filter(|area| !area.is_empty()).or_else(|| person.own_unit())
}

async fn progress(person: Person, Query(asked): Query<Asked>) -> Page {
    person.desk.actor().may(Action::ReadFigures)?;
    let today = person.desk.today();
    let typed = asked.year.as_deref().map(str::trim).filter(|year| !year.is_empty());
    let year = match typed {
        Some(typed) => periods::year("year", fields::whole("year", typed)?, today)?,
        None => today.year().into(),
    };
    let title = person.tr("review-progress-of", &[("year", year.to_string().into())]);
    let (area, name, below) = match unit(&person, &asked) {
        Some(area) => {
            let row = person.desk.area(&area).await?;
            let below = if row.level == "commune" { Vec::new() } else { person.desk.areas_below(Some(&area)).await? };
            (area, format!("{} {}", row.kind, row.name), below)
        }
        // All provinces of the list in force go by the list's name.
        None => {
            (person.desk.area_list().await?, person.t("review-whole-country"), person.desk.areas_below(None).await?)
        }
    };
    let progress = person.desk.progress(&area, year).await?;
    let chosen = asked.area.as_deref().unwrap_or_default();
    let body = html! {
        p { strong { (name) } }
        form.filters method="get" action="/progress" {
            input type="hidden" name="area" value=(chosen);
            (layout::labelled("year", &person.t("review-year"), None, html! {
                input type="text" id="year" name="year" value=(year) inputmode="numeric" maxlength="4";
            }))
            (layout::send(&person.t("review-filter")))
        }
        @if progress.units.is_empty() { p.empty { (person.t("review-progress-none")) } } @else {
            p.hint { (person.t("review-progress-hint")) }
            (table(&person, &progress, &below, year))
            @if let Some(map) = map(&person, &progress, &below, year) { (map) }
        }
    };
    Ok(layout::page(&person, &title, body))
}

/// The communes of a province as tiles, as dark as there are poor households. A tile for each district or province would
/// say no more than the table.
fn map(person: &Person, progress: &Progress, below: &[AreaRow], year: i64) -> Option<Markup> {
    let of_commune = |unit: &&AreaProgress| below.iter().any(|row| row.id == unit.area && row.level == "commune");
    let value = |unit: &AreaProgress| Value { number: unit.poor as f64, text: person.number(unit.poor) };
    // What no round has found out is not known, and not none; a part of a commune's decisions says nothing yet.
    let over = |unit: &AreaProgress| unit.cases > 0 && unit.decided == unit.cases;
    let area = |unit: &AreaProgress| Area {
        code: unit.area.clone(),
        name: unit.name.clone(),
        shown: over(unit).then(|| value(unit)).into(),
    };
    let areas: Vec<Area> = progress.units.iter().filter(of_commune).map(area).collect();
    let title = person.tr("review-progress-map", &[("year", year.to_string().into())]);
    let (labels, hidden) = (person.t("review-unit"), person.t("review-progress-undecided"));
    let words = Words { title: &title, labels: &labels, hidden: &hidden };
    let what = person.of("status", "poor");
    let map = MapWords { what: &what, nothing: &hidden };
    (areas.len() > 1).then(|| tiles(&words, &map, &areas).folded(&person.t("chart-as-table")))
}

fn table(person: &Person, progress: &Progress, below: &[AreaRow], year: i64) -> Markup {
    let headings = [
        person.t("review-unit"),
        person.t("review-rounds-opened"),
        person.t("review-cases"),
        person.t("review-surveyed"),
        person.t("review-decided"),
        person.t("review-decided-poor"),
        person.t("review-decided-near-poor"),
    ];
    let cells = |unit: &AreaProgress, name: Markup| {
        // Where no round was opened nothing was counted: that is not the same as none.
        if unit.rounds == 0 {
            let none = || html! { span.hint { "–" } };
            return vec![name, layout::plain(person.number(0)), none(), none(), none(), none(), none()];
        }
        vec![
            name,
            layout::plain(person.number(unit.rounds)),
            layout::plain(person.number(unit.cases)),
            bar(person, unit.surveyed, unit.cases, &person.t("review-surveyed")),
            bar(person, unit.decided, unit.cases, &person.t("review-decided")),
            layout::plain(person.number(unit.poor)),
            layout::plain(person.number(unit.near_poor)),
        ]
    };
    let people = person.may(Action::ReadPeople);
    let name = |unit: &AreaProgress| {
        let level = below.iter().find(|row| row.id == unit.area).map(|row| row.level.as_str());
        let address = match level {
            Some("commune") if people => Some(format!("/rounds?commune={}&year={year}", encode(&unit.area))),
            Some("commune") | None => None,
            Some(_) => Some(format!("/progress?area={}&year={year}", encode(&unit.area))),
        };
        html! {
            @match address {
                Some(address) => { a href=(address) { (unit.name) } },
                None if unit.area.is_empty() => { (person.t("review-no-unit")) },
                None => { (unit.name) },
            }
        }
    };
    let mut rows: Vec<Vec<Markup>> = progress.units.iter().map(|unit| cells(unit, name(unit))).collect();
    rows.push(cells(&progress.total, html! { strong { (person.t("review-total")) } }));
    layout::list(&person.t("review-progress"), &headings, rows)
}
