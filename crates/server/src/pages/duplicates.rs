//! Households that may be one: somebody looks at each pair and says which it is. Nothing is merged by itself.

use super::communes;
use crate::csrf::{Checked, Nothing};
use crate::error::{Answer, Page, Problem};
use crate::labels;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::households::{DuplicateRow, DuplicateVerdict, HouseholdView};
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Action;

/// `/duplicates` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/duplicates", get(queue))
        .route("/duplicates/find", post(find))
        .route("/duplicates/{id}", post(judge))
        .route("/duplicates/{id}/undo", post(undo))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    commune: Option<String>,
    after: Option<String>,
    name: Option<String>,
    merged: Option<String>,
}

async fn queue(person: Person, Query(asked): Query<Asked>) -> Page {
    person.desk.actor().may(Action::Merge)?;
    let title = person.t("nav-duplicates");
    let Some(commune) = communes::commune(&person, asked.commune.as_deref()).await? else {
        let chooser = communes::chooser(&person, "/duplicates", asked.name.as_deref()).await?;
        return Ok(layout::page(&person, &title, chooser));
    };
    let request = PageRequest { after: asked.after.clone(), limit: 10 };
    let page = person.desk.duplicates(&commune.id, &request).await?;
    let mut pairs = Vec::new();
    for pair in &page.rows {
        let first = person.desk.household(&pair.first.id).await?;
        let second = person.desk.household(&pair.second.id).await?;
        pairs.push((pair, first, second));
    }
    let query = format!("commune={}", encode(&commune.id));
    let body = html! {
        p { (person.t("duplicates-explained")) }
        @if let Some(merged) = &asked.merged {
            form.notice method="post" action=(format!("/duplicates/{merged}/undo")) {
                (layout::csrf_field(&person))
                (person.t("duplicates-merged")) " "
                button.quiet type="submit" { (person.t("duplicates-undo")) }
            }
        }
        (layout::form(&person, "/duplicates/find", html! {
            input type="hidden" name="commune" value=(commune.id);
            p.actions { button.second type="submit" { (person.t("duplicates-find")) } }
        }))
        @if pairs.is_empty() { p.empty { (person.t("duplicates-none")) } }
        @for (pair, first, second) in &pairs { (shown(&person, pair, first, second)) }
        (layout::next_link(&person, "/duplicates", &query, page.next.as_deref()))
    };
    Ok(layout::page(&person, &title, body))
}

/// Why two are thought to be one: parts that agree, apart by commas.
fn why(person: &Person, why: &str) -> String {
    why.split([',', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| person.of("why", part))
        .collect::<Vec<_>>()
        .join(", ")
}

fn shown(person: &Person, pair: &DuplicateRow, first: &HouseholdView, second: &HouseholdView) -> Markup {
    let score = format!("{} %", person.number(pair.score));
    html! {
        section.card aria-label=(format!("{} / {}", pair.first.name, pair.second.name)) {
            p { strong { (person.tr("duplicates-score", &[("score", score.into())])) } " – " (why(person, &pair.why)) }
            div.pair { (side(person, first)) (side(person, second)) }
            form method="post" action=(format!("/duplicates/{}", pair.id)) {
                (layout::csrf_field(person))
                p.actions {
                    button.second type="submit" name="verdict" value="different" { (person.t("duplicates-different")) }
                    button type="submit" name="verdict" value="merge" { (person.t("duplicates-merge")) }
                }
            }
        }
    }
}

fn side(person: &Person, view: &HouseholdView) -> Markup {
    html! {
        div {
            h2 { a href=(format!("/households/{}", view.row.id)) { (view.row.name) } }
            (layout::facts(&[
                (person.t("household-code"), html! { span.code { (view.row.code) } }),
                (person.t("household-hamlet"), layout::plain(view.row.hamlet_name.as_deref().unwrap_or("–"))),
                (person.t("household-status"), labels::status_tag(person, view.row.standard.as_deref(), view.row.status.as_deref())),
            ]))
            ul.plainlist {
                @for member in &view.members {
                    li { (member.name) " " span.muted { (member.born.as_deref().map(|born| person.born(born)).unwrap_or_default()) } }
                }
            }
        }
    }
}

#[derive(Deserialize)]
struct Find {
    commune: String,
}

async fn find(person: Person, Checked(given): Checked<Find>) -> Answer {
    person.desk.find_duplicates(&given.commune).await?;
    Ok(Redirect::to(&format!("/duplicates?commune={}&done=searched", encode(&given.commune))).into_response())
}

#[derive(Deserialize)]
struct Verdict {
    verdict: DuplicateVerdict,
}

async fn judge(person: Person, Path(id): Path<String>, Checked(given): Checked<Verdict>) -> Answer {
    person.desk.judge_duplicate(&id, given.verdict).await?;
    let merged =
        if given.verdict == DuplicateVerdict::Merge { format!("?merged={}", encode(&id)) } else { String::new() };
    Ok::<_, Problem>(Redirect::to(&format!("/duplicates{merged}")).into_response())
}

async fn undo(person: Person, Path(id): Path<String>, Checked(Nothing {}): Checked<Nothing>) -> Answer {
    person.desk.undo_merge(&id).await?;
    Ok(Redirect::to("/duplicates?done=undone").into_response())
}
