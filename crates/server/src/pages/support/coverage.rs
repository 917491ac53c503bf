//! How far support reaches, unit by unit, with a bar for each: who stands above communes sees where households of the list have
//! nothing, and where some receive the same twice.

use super::super::fields;
use super::{back, told};
use crate::error::Page;
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_programme::coverage::CoverageRow;
use vuon_registry::scope::Action;

/// `/support/coverage`.
pub fn routes() -> Router<App> {
    Router::new().route("/support/coverage", get(coverage))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    unit: String,
}

async fn coverage(officer: Officer, Query(asked): Query<Asked>) -> Page {
    officer.desk.actor().may(Action::ReadFigures)?;
    let own = officer.own_unit();
    let unit = fields::some(&asked.unit).or_else(|| own.clone());
    let area = match &unit {
        Some(unit) => unit.clone(),
        None => officer.desk.area_list().await?,
    };
    let rows = officer.office.coverage(&area).await?;
    // Where nobody is listed and nobody supported there is nothing to compare.
    let (told, silent): (Vec<CoverageRow>, Vec<CoverageRow>) =
        rows.iter().cloned().partition(|row| row.waits || row.listed > 0 || row.supported > 0);
    let names: Vec<(String, String)> =
        silent.iter().map(|row| (format!("/support/coverage?unit={}", row.unit), row.name.clone())).collect();
    let entitled = told::with_commune("/support/entitled", unit.as_deref().unwrap_or_default());
    let title = officer.t("support-coverage");
    let headings = [
        officer.t("support-unit"),
        officer.t("support-listed"),
        officer.t("support-supported"),
        officer.t("support-coverage-bar"),
        officer.t("support-twice"),
    ];
    let body = html! {
        (back(&officer))
        @if let Some(unit) = &unit {
            p.actions {
                strong { (told::unit(&officer, unit).await) }
                @if own.as_ref() != Some(unit) { a href="/support/coverage" { (officer.t("support-other-unit")) } }
            }
        }
        p.hint { (officer.t("support-coverage-hint")) }
        @if rows.is_empty() {
            p.empty { (officer.t("support-coverage-none")) }
            @if officer.may(Action::ReadPeople) { p { a href=(entitled) { (officer.t("support-who-is-entitled")) } } }
        } @else if !told.is_empty() {
            (layout::list(&title, &headings, told.iter().map(|row| cells(&officer, row)).collect()))
        }
        (told::silent(&officer.tr("support-coverage-silent", &[("count", silent.len().into())]), &names))
    };
    Ok(layout::page(&officer, &title, body))
}

fn cells(officer: &Officer, row: &CoverageRow) -> Vec<Markup> {
    let number = |count: i64| layout::plain(officer.number(count));
    let reached = row.supported.min(row.listed);
    vec![
        html! {
            @if row.waits { (row.name) " " span.tag { (officer.t("support-coverage-waits")) } } @else {
                a href=(format!("/support/coverage?unit={}", row.unit)) { (row.name) }
            }
        },
        number(row.listed),
        number(row.supported),
        html! {
            meter min="0" max=(row.listed.max(1)) value=(reached) aria-hidden="true" {}
            " " (officer.percent(reached, row.listed))
        },
        number(row.twice),
    ]
}
