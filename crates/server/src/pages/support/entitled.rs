//! Who of a commune is entitled to what; who receives nothing or twice; schemes nobody uses.

use super::super::{fields, finding};
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
use vuon_programme::entitled::{EntitledRow, EntitledTo};
use vuon_programme::reports::Twice;
use vuon_registry::page::{self as paged, PageRequest};
use vuon_registry::scope::Action;

/// `/support/entitled`.
pub fn routes() -> Router<App> {
    Router::new().route("/support/entitled", get(entitled))
}

/// The most households on a page: each is a card of some height on a phone.
const MOST: u32 = 20;
/// So many schemes are named in a row; the others unfold.
const NAMED: usize = 2;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    commune: String,
    name: Option<String>,
    scheme: String,
    /// Whether those alone that receive nothing.
    without: bool,
    /// What the page before said comes next.
    after: Option<String>,
}

async fn entitled(officer: Officer, Query(asked): Query<Asked>) -> Page {
    officer.desk.actor().may(Action::ReadPeople)?;
    let title = officer.t("support-who-is-entitled");
    let of = super::Of { commune: asked.commune.clone(), name: asked.name.clone() };
    let commune = match super::commune(&officer, &of, "/support/entitled", &title).await? {
        Ok(commune) => commune,
        Err(chooser) => return Ok(chooser),
    };
    let to = EntitledTo { scheme: fields::some(&asked.scheme), without: asked.without };
    let page = PageRequest { after: asked.after.clone(), limit: MOST };
    let rows = officer.office.entitled_page(&commune.id, &to, &page).await?;
    let body = html! {
        (back(&officer))
        (told::other_commune(&officer, "/support/entitled", &super::super::areas::name(&commune)))
        (list(&officer, &commune.id, &asked, &rows))
        // What the whole commune adds up to stands on the first page.
        @if asked.after.is_none() && !asked.without { (whole(&officer, &commune.id).await?) }
    };
    Ok(layout::page(&officer, &title, body))
}

/// Who receives nothing or twice, schemes that nobody uses.
async fn whole(officer: &Officer, commune: &str) -> Result<Markup, Problem> {
    let gaps = officer.office.gaps_and_overlaps(commune).await?;
    let names = told::Names::of(officer, gaps.twice.iter().map(|row| row.household.clone())).await?;
    let without = finding::query(&[("commune", commune), ("without", "true")]);
    Ok(html! {
        h2 { (officer.t("support-nothing")) }
        @if gaps.nothing.is_empty() { p.empty { (officer.t("support-nobody")) } } @else {
            p { (officer.tr("support-nothing-count", &[("count", gaps.nothing.len().into())])) }
            p.actions { a.button href=(format!("/support/entitled?{without}")) { (officer.t("support-show-list")) } }
        }
        h2 { (officer.t("support-twice")) }
        @if gaps.twice.is_empty() { p.empty { (officer.t("support-nobody")) } } @else {
            ul { @for Twice { household: id, schemes: both } in &gaps.twice {
                li { (names.household(officer, id)) ": " (schemes(officer, both)) }
            } }
        }
        h2 { (officer.t("support-unused")) }
        @if gaps.unused.is_empty() { p.empty { (officer.t("support-unused-none")) } } @else {
            ul { @for (scheme, count) in &gaps.unused {
                li { (told::scheme(officer, scheme)) ": " (officer.tr("support-entitled-households", &[("count", (*count).into())])) }
            } }
        }
    })
}

/// A household, as a link to what it may receive.
pub(super) fn household(officer: &Officer, row: &EntitledRow) -> Markup {
    html! { a href=(format!("/households/{}#support", row.household)) { (officer.named(&row.name)) " (" (row.code) ")" } }
}

/// What schemes are called, one after the other.
pub(super) fn schemes(officer: &Officer, ids: &[String]) -> Markup {
    let names: Vec<String> = ids.iter().map(|id| told::scheme(officer, id)).collect();
    layout::plain(names.join("; "))
}

/// The first schemes by name, the others folded.
fn folded(officer: &Officer, ids: &[String]) -> Markup {
    let (first, others) = ids.split_at(ids.len().min(NAMED));
    html! {
        (schemes(officer, first))
        @if !others.is_empty() {
            details {
                summary { (officer.tr("support-more-schemes", &[("count", others.len().into())])) }
                ul.inside { @for id in others { li { (told::scheme(officer, id)) } } }
            }
        }
    }
}

/// The households, a page at a time by name, of one scheme or of all.
fn list(officer: &Officer, commune: &str, asked: &Asked, page: &paged::Page<EntitledRow>) -> Markup {
    let headings = [
        officer.t("household-head"),
        officer.t("household-status"),
        officer.t("support-entitled"),
        officer.t("support-not-known"),
        officer.t("support-receives"),
    ];
    let cells = page.rows.iter().map(|row| {
        vec![
            household(officer, row),
            labels::status_tag(officer, Some(&officer.office.program().pack.id.value), row.status.as_deref()),
            folded(officer, &row.entitled),
            folded(officer, &row.unknown),
            schemes(officer, &row.receives),
        ]
    });
    let without = if asked.without { "true" } else { "" };
    let query = finding::query(&[("commune", commune), ("scheme", &asked.scheme), ("without", without)]);
    let options = told::scheme_options(officer, |_| true);
    html! {
        form.filters method="get" action="/support/entitled" {
            input type="hidden" name="commune" value=(commune);
            (layout::choice_field("scheme", &officer.t("support-scheme"), &options, &asked.scheme, Some(&officer.t("all"))))
            div.field.check {
                input type="checkbox" id="without" name="without" value="true" checked[asked.without];
                label for="without" { (officer.t("support-nothing")) }
            }
            (layout::send(&officer.t("show")))
        }
        @if page.rows.is_empty() { p.empty { (officer.t("support-nobody")) } } @else {
            (layout::list(&officer.t("support-who-is-entitled"), &headings, cells.collect()))
        }
        (layout::paging(officer, "/support/entitled", &query, page))
    }
}
