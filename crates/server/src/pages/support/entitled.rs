//! Who of a commune is entitled to what; windows that lapse soon; who receives nothing or twice; schemes nobody uses.

use super::super::finding;
use super::{back, told};
use crate::error::{Page, Problem};
use crate::labels;
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_programme::entitled::EntitledRow;
use vuon_registry::RegistryError;
use vuon_registry::scope::Action;

/// `/support/entitled`.
pub fn routes() -> Router<App> {
    Router::new().route("/support/entitled", get(entitled))
}

/// Windows that end within so many months are listed.
const SOON: i64 = 6;

/// The most households on a page.
const MOST: usize = 100;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    commune: String,
    name: Option<String>,
    scheme: String,
    /// The last code of the page before.
    after: String,
}

async fn entitled(officer: Officer, Query(asked): Query<Asked>) -> Page {
    officer.desk.actor().may(Action::ReadPeople)?;
    let title = officer.t("support-who-is-entitled");
    let of = super::Of { commune: asked.commune.clone(), name: asked.name.clone() };
    let commune = match super::commune(&officer, &of, "/support/entitled", &title).await? {
        Ok(commune) => commune,
        Err(chooser) => return Ok(chooser),
    };
    let mut rows = officer.office.entitled_in(&commune.id).await?;
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    let lapsing = officer.office.lapsing_in(&commune.id, SOON).await?;
    let gaps = officer.office.gaps_and_overlaps(&commune.id).await?;
    let names = told::Names::of(&officer, gaps.twice.iter().map(|(household, _)| household.clone())).await?;
    let body = html! {
        (back(&officer))
        (told::other_commune(&officer, "/support/entitled", &super::super::areas::name(&commune)))
        (list(&officer, &commune.id, &asked, &rows)?)
        h2 { (officer.tr("support-lapsing", &[("months", SOON.into())])) }
        @if lapsing.is_empty() { p.empty { (officer.t("support-lapsing-none")) } } @else {
            (layout::list(&officer.t("support-lapsing-households"),
                &[officer.t("household-head"), officer.t("support-window"), officer.t("support-entitled")],
                lapsing.iter().map(|row| vec![
                    household(&officer, row),
                    layout::plain(row.window_ends.map(|day| officer.day(day)).unwrap_or_default()),
                    schemes(&officer, &row.entitled),
                ]).collect()))
        }
        h2 { (officer.t("support-nothing")) }
        @if gaps.nothing.is_empty() { p.empty { (officer.t("support-nobody")) } } @else {
            p { (officer.tr("support-nothing-count", &[("count", gaps.nothing.len().into())])) }
            details {
                summary { (officer.t("support-show-list")) }
                ul.inside {
                    @for (id, code, name, entitled) in &gaps.nothing {
                        li { a href=(format!("/households/{id}")) { (officer.named(name)) " (" (code) ")" } ": " (schemes(&officer, entitled)) }
                    }
                }
            }
        }
        h2 { (officer.t("support-twice")) }
        @if gaps.twice.is_empty() { p.empty { (officer.t("support-nobody")) } } @else {
            ul { @for (id, both) in &gaps.twice {
                li { (names.household(&officer, id)) ": " (schemes(&officer, both)) }
            } }
        }
        h2 { (officer.t("support-unused")) }
        @if gaps.unused.is_empty() { p.empty { (officer.t("support-unused-none")) } } @else {
            ul { @for (scheme, count) in &gaps.unused {
                li { (told::scheme(&officer, scheme)) ": " (officer.tr("support-entitled-households", &[("count", (*count).into())])) }
            } }
        }
    };
    Ok(layout::page(&officer, &title, body))
}

fn household(officer: &Officer, row: &EntitledRow) -> Markup {
    html! { a href=(format!("/households/{}#support", row.household)) { (officer.named(&row.name)) " (" (row.code) ")" } }
}

fn schemes(officer: &Officer, ids: &[String]) -> Markup {
    let names: Vec<String> = ids.iter().map(|id| told::scheme(officer, id)).collect();
    layout::plain(names.join("; "))
}

/// The households, a page at a time by their codes, of one scheme or of all.
fn list(officer: &Officer, commune: &str, asked: &Asked, rows: &[EntitledRow]) -> Result<Markup, Problem> {
    let of = |ids: &[String]| asked.scheme.is_empty() || ids.contains(&asked.scheme);
    if !asked.scheme.is_empty() && officer.office.scheme(&asked.scheme).is_err() {
        return Err(RegistryError::NotFound.into());
    }
    let found: Vec<&EntitledRow> = rows.iter().filter(|row| of(&row.entitled) || of(&row.unknown)).collect();
    let sure = found.iter().filter(|row| !row.entitled.is_empty() && of(&row.entitled)).count();
    let page: Vec<&&EntitledRow> = found.iter().filter(|row| row.code > asked.after).take(MOST + 1).collect();
    let next = page.get(MOST).map(|_| page[MOST - 1].code.clone());
    let headings = [
        officer.t("household-head"),
        officer.t("household-status"),
        officer.t("support-entitled"),
        officer.t("support-not-known"),
        officer.t("support-receives"),
    ];
    let cells = page.iter().take(MOST).map(|row| {
        vec![
            household(officer, row),
            labels::status_tag(officer, Some(&officer.office.program().pack.id.value), row.status.as_deref()),
            schemes(officer, &row.entitled),
            schemes(officer, &row.unknown),
            schemes(officer, &row.receives),
        ]
    });
    let query = finding::query(&[("commune", commune), ("scheme", &asked.scheme)]);
    let options = told::scheme_options(officer, |_| true);
    Ok(html! {
        form.filters method="get" action="/support/entitled" {
            input type="hidden" name="commune" value=(commune);
            (layout::choice_field("scheme", &officer.t("support-scheme"), &options, &asked.scheme, Some(&officer.t("all"))))
            (layout::send(&officer.t("show")))
        }
        p { (officer.tr("support-entitled-sum", &[("sure", sure.into()), ("unknown", (found.len() - sure).into())])) }
        @if found.is_empty() { p.empty { (officer.t("support-nobody")) } } @else {
            (layout::list(&officer.t("support-who-is-entitled"), &headings, cells.collect()))
        }
        (layout::next_link(officer, "/support/entitled", &query, next.as_deref().map(crate::view::encode).as_deref()))
    })
}
