//! `/public/lists`: whether a commune's list hangs now, where and until when, and how to complain. Never who is on it.

use super::super::communes;
use super::super::review::names;
use super::Visitor;
use crate::error::{Page, Problem};
use crate::layout;
use crate::state::App;
use crate::view::{View, encode};
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_policy::explain::cite;
use vuon_registry::Desk;
use vuon_registry::rounds::HangingList;

/// `/public/lists`.
pub fn routes() -> Router<App> {
    Router::new().route("/public/lists", get(lists))
}

#[derive(Deserialize)]
struct Asked {
    commune: Option<String>,
    name: Option<String>,
}

/// A form that looks up any commune of the list in force by its name, and those it found as links to `path?commune=…`.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn chooser(view: &View, desk: &Desk, path: &str, name: Option<&str>) -> Result<Markup, Problem> {
    let found = match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => desk.find_destinations(name).await?,
        None => Vec::new(),
    };
    let found: Vec<_> = found.into_iter().map(|commune| (commune.id, commune.name)).collect();
    let words = [view.t("public-commune-choose"), view.t("public-commune-none")];
    Ok(communes::chosen_from(view, path, name, &found, &words))
}

async fn lists(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Page {
    let (view, desk) = (&visitor.seen.view, &visitor.desk);
    let Some(commune) = asked.commune.filter(|commune| !commune.is_empty()) else {
        let chooser = chooser(view, desk, "/public/lists", asked.name.as_deref()).await?;
        return Ok(layout::page(view, &view.t("public-lists"), chooser));
    };
    let commune = desk.destination(&commune).await?;
    let hanging = desk.hanging_lists(&commune.id).await?;
    let body = html! {
        p { strong { (commune.name) } }
        @for list in &hanging.now { (hangs(view, desk.today(), list)) }
        @if hanging.now.is_empty() {
            p role="status" { (view.t("public-lists-none")) }
            @if let Some(day) = hanging.ended_on {
                p { (view.tr("public-lists-ended", &[("day", view.day(day).into())])) }
            }
        }
        h2 { (view.t("public-lists-complain")) }
        p { (view.t("review-how-to-complain")) }
        (rule(view, &app, desk))
        p.actions {
            a.button href=(format!("/public/complaint?commune={}", encode(&commune.id))) { (view.t("public-complaint")) }
            a.button.second href="/public/lists" { (view.t("commune-other")) }
        }
    };
    Ok(layout::page(view, &view.t("public-lists"), body))
}

fn hangs(view: &View, today: Date, list: &HangingList) -> Markup {
    let whose = match &list.hamlet {
        Some(hamlet) => hamlet.clone(),
        None => view.t("public-lists-whole"),
    };
    let mut facts = vec![
        (view.t("public-lists-where"), layout::plain(&list.place)),
        (view.t("public-lists-from"), layout::plain(view.day(list.posted_on))),
        (
            view.t("public-lists-until"),
            html! {
                @match list.ends_on {
                    Some(day) => { (names::due(view, day, today, list.days_left)) },
                    None => { (view.t("review-no-limit")) },
                }
            },
        ),
    ];
    if let Some(before) = &list.before {
        facts.insert(0, (view.t("public-lists-before"), layout::plain(before)));
    }
    html! {
        section.card aria-label=(whose) {
            p role="status" { strong { (view.tr("public-lists-hangs", &[("whose", whose.clone().into())])) } }
            (layout::facts(&facts))
            @if let Some(day) = list.ends_on {
                p { (view.tr("public-lists-by-when", &[("day", view.day(day).into())])) }
            }
        }
    }
}

/// Within how long a household is checked again, as the standard says, with its article.
fn rule(view: &View, app: &App, desk: &Desk) -> Markup {
    let standard = app.register().standard(desk.today());
    let rule =
        standard.as_ref().and_then(|program| Some((program, program.pack.process.as_ref()?.complaint.as_ref()?)));
    html! {
        @if let Some((program, rule)) = rule {
            @if let Some(limit) = rule.recheck_within {
                p { (view.tr("review-recheck-within", &[("limit", limit.told(view.language).into())])) }
            }
            p.hint { (cite(program, &rule.source, view.language)) }
        }
    }
}
