//! Households that may be one: somebody looks at each pair and says which it is. Nothing is merged by itself.

use super::communes;
use crate::csrf::Checked;
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
use std::collections::HashMap;
use vuon_registry::RegistryError;
use vuon_registry::households::{ComparedPerson, DuplicateRow, DuplicateVerdict, HouseholdRow, Member};
use vuon_registry::page::PageRequest;
use vuon_registry::scope::{Action, Reach};

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
}

/// Pairs on a page.
const ON_A_PAGE: u32 = 10;

/// Merged pairs that are listed below, for whoever finds that one of them was wrong.
const MERGED: u32 = 50;

async fn queue(person: Person, Query(asked): Query<Asked>) -> Page {
    show(&person, &asked, None).await
}

async fn show(person: &Person, asked: &Asked, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::CompareRecords)?;
    let title = person.t("nav-duplicates");
    let own = match &person.desk.actor().reach {
        Reach::Province(province) => Some(province.as_str()),
        _ => None,
    };
    let Some(commune) = communes::commune(person, asked.commune.as_deref().or(own)).await? else {
        let chooser = communes::chooser(person, "/duplicates", asked.name.as_deref()).await?;
        return Ok(layout::page(person, &title, chooser));
    };
    let request = PageRequest { after: asked.after.clone(), limit: ON_A_PAGE };
    let page = person.desk.duplicates(&commune.id, &request).await?;
    let merged = person.desk.merged_pairs(&commune.id, &PageRequest { after: None, limit: MERGED }).await?;
    let households: Vec<String> =
        page.rows.iter().flat_map(|pair| [pair.first.id.clone(), pair.second.id.clone()]).collect();
    let members = person.desk.members_of(&households).await?;
    let query = format!("commune={}", encode(&commune.id));
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { strong { (super::areas::name(&commune)) } }
        p { (person.t("duplicates-explained")) }
        (layout::form(person, "/duplicates/find", html! {
            input type="hidden" name="commune" value=(commune.id);
            p.actions { button.second type="submit" { (person.t("duplicates-find")) } }
        }))
        @if page.rows.is_empty() { p.empty { (person.t("duplicates-none")) } }
        @for pair in &page.rows { (shown(person, &commune.id, pair, &members)) }
        (layout::paging(person, "/duplicates", &query, &page))
        @if person.desk.actor().may(Action::Merge).is_ok() { (undoable(person, &commune.id, &merged.rows)) }
    };
    Ok(layout::page(person, &title, body))
}

/// The pairs that were merged, each with the way back.
fn undoable(person: &Person, commune: &str, pairs: &[DuplicateRow]) -> Markup {
    let headings = [person.t("duplicates-kept"), person.t("duplicates-joined"), person.t("duplicates-undo")];
    let link = |row: &HouseholdRow| html! { a href=(format!("/households/{}", row.id)) { (person.named(&row.name)) } " " span.code { (row.code) } };
    let rows = pairs.iter().map(|pair| {
        vec![
            link(&pair.first),
            link(&pair.second),
            html! {
                form.inline method="post" action=(format!("/duplicates/{}/undo", pair.id)) {
                    (layout::csrf_field(person))
                    input type="hidden" name="commune" value=(commune);
                    button.second type="submit" { (person.t("duplicates-undo")) span.hidden { " – " (person.named(&pair.second.name)) } }
                }
            },
        ]
    });
    html! {
        @if !pairs.is_empty() {
            h2 { (person.t("duplicates-merged")) }
            (layout::list(&person.t("duplicates-merged"), &headings, rows.collect()))
        }
    }
}

fn shown(person: &Person, commune: &str, pair: &DuplicateRow, members: &HashMap<String, Vec<Member>>) -> Markup {
    let score = format!("{} %", person.number(pair.score));
    let [one, other] = &pair.compared;
    let merge = |into: &HouseholdRow| {
        let name = format!("{} ({})", person.named(&into.name), into.code);
        person.tr("duplicates-merge", &[("name", name.into())])
    };
    let merges = person.desk.actor().may(Action::Merge).is_ok() && pair.first.commune == pair.second.commune;
    html! {
        section.card aria-label=(format!("{} / {}", person.named(&pair.first.name), person.named(&pair.second.name))) {
            p { strong { (person.tr("duplicates-score", &[("score", score.into())])) } " – " (labels::why_alike(&pair.why, person.language)) }
            p { (person.t("duplicates-compared")) " " (who(person, one.as_ref())) " – " (who(person, other.as_ref())) }
            div.pair { (side(person, &pair.first, members)) (side(person, &pair.second, members)) }
            @if pair.first.commune != pair.second.commune { p { (person.t("duplicates-two-communes")) } }
            form method="post" action=(format!("/duplicates/{}", pair.id)) {
                (layout::csrf_field(person))
                input type="hidden" name="commune" value=(commune);
                input type="hidden" name="version" value=(pair.version);
                p.actions {
                    button.second type="submit" name="verdict" value="different" { (person.t("duplicates-different")) }
                    @if merges {
                        button type="submit" name="verdict" value="merge" { (merge(&pair.first)) }
                        button type="submit" name="verdict" value="merge_into_second" { (merge(&pair.second)) }
                    }
                }
            }
        }
    }
}

/// A person by whom a pair was found, with the birth that was compared; or somebody who was not recorded.
fn who(person: &Person, compared: Option<&ComparedPerson>) -> Markup {
    html! {
        @if let Some(compared) = compared {
            strong { (person.named(&compared.name)) }
            @if let Some(born) = &compared.born { " (" (person.born(born)) ")" }
        } @else {
            (person.t("duplicates-not-recorded"))
        }
    }
}

fn side(person: &Person, row: &HouseholdRow, members: &HashMap<String, Vec<Member>>) -> Markup {
    let members = members.get(&row.id).map(Vec::as_slice).unwrap_or_default();
    html! {
        div {
            h2 { a href=(format!("/households/{}", row.id)) { (person.named(&row.name)) } }
            (layout::facts(&[
                (person.t("household-code"), html! { span.code { (row.code) } }),
                (person.t("household-hamlet"), layout::plain(row.hamlet_name.as_deref().unwrap_or("–"))),
                (person.t("household-status"), labels::status_tag(person, row.standard.as_deref(), row.status.as_deref())),
            ]))
            ul.plainlist {
                @for member in members {
                    li { (person.named(&member.name)) " " span.muted { (member.born.as_deref().map(|born| person.born(born)).unwrap_or_default()) } }
                }
            }
        }
    }
}

/// Which commune's queue a form stands in.
#[derive(Deserialize)]
struct Queue {
    commune: String,
}

#[derive(Deserialize)]
struct Verdict {
    commune: String,
    version: i64,
    verdict: DuplicateVerdict,
}

/// Back to the queue of the commune: with the news, or with what is in the way.
async fn answer<T>(person: &Person, commune: &str, news: &str, done: Result<T, RegistryError>) -> Answer {
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/duplicates?commune={}&done={news}", encode(commune))).into_response()),
        Err(error) => {
            let asked = Asked { commune: Some(commune.to_owned()), ..Asked::default() };
            super::again(error, async |problem| show(person, &asked, Some(problem)).await).await
        }
    }
}

async fn find(person: Person, Checked(queue): Checked<Queue>) -> Answer {
    let found = person.desk.find_duplicates(&queue.commune).await;
    answer(&person, &queue.commune, "searched", found).await
}

async fn judge(person: Person, Path(id): Path<String>, Checked(given): Checked<Verdict>) -> Answer {
    let judged = person.desk.judge_duplicate(&id, given.verdict, Some(given.version)).await;
    let news = if given.verdict == DuplicateVerdict::Different { "saved" } else { "merged" };
    answer(&person, &given.commune, news, judged).await
}

async fn undo(person: Person, Path(id): Path<String>, Checked(queue): Checked<Queue>) -> Answer {
    answer(&person, &queue.commune, "undone", person.desk.undo_merge(&id).await).await
}
