//! Areas: the tree of units with the days of their lists, what became of a unit, a commune's hamlets.

use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_areas::Areas;
use vuon_registry::RegistryError;
use vuon_registry::areas::{AreaRow, LineageRow};
use vuon_registry::scope::Action;

/// `/areas` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/areas", get(top))
        .route("/areas/{id}", get(unit))
        .route("/areas/{id}/hamlets", post(add_hamlet))
}

/// A unit's name with its kind.
pub fn name(row: &AreaRow) -> String {
    format!("{} {}", row.kind, row.name)
}

/// A unit's name with those above it: `Xã A, Huyện B, Tỉnh C`.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn full_name(person: &Person, id: &str) -> Result<String, Problem> {
    let mut names = person.desk.full_names(&[id]).await?;
    names.remove(id).ok_or(Problem::Register(RegistryError::NotFound))
}

/// Since and until when a list is in force, where the program knows the list.
fn in_force(person: &Person, list: &str) -> String {
    let Ok(list) = Areas::embedded().list(list) else { return person.t("areas-own-list") };
    let from = person.day(list.from);
    match list.to {
        Some(to) => person.tr("areas-from-to", &[("from", from.into()), ("to", person.day(to).into())]),
        None => person.tr("areas-from", &[("from", from.into())]),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Search {
    name: Option<String>,
    /// Another list than the one in force.
    list: String,
}

async fn top(person: Person, Query(search): Query<Search>) -> Page {
    let current = person.desk.area_list().await?;
    let lists = person.desk.area_lists().await?;
    let shown = if lists.contains(&search.list) { &search.list } else { &current };
    let units = person.desk.areas_of(shown).await?;
    let choices: Vec<(String, String)> =
        lists.iter().map(|list| (list.clone(), format!("{list} – {}", in_force(&person, list)))).collect();
    let found = super::communes::found(&person, search.name.as_deref()).await?;
    let body = html! {
        @if person.may(Action::ManageAreas) || person.may(Action::EditPeople) {
            p { a href="/areas/waiting" { (person.t("reform-waiting")) } }
        }
        form.filters method="get" action="/areas" role="search" {
            (layout::text_field("name", &person.t("commune-name"), search.name.as_deref().unwrap_or_default(), false))
            (layout::send(&person.t("search")))
        }
        @if search.name.is_some() {
            h2 { (person.t("areas-found")) }
            @if found.is_empty() { p.empty { (person.t("commune-none")) } }
            ul.plainlist { @for (id, name) in &found { li { a href=(format!("/areas/{id}")) { (name) } } } }
        }
        form.filters method="get" action="/areas" {
            (layout::choice_field("list", &person.t("areas-list"), &choices, shown, None))
            (layout::send(&person.t("show")))
        }
        @if *shown != current { p.warning { (person.t("areas-other-list")) } }
        (children(&person, &person.t("areas-top"), &units))
        h2 { (person.t("areas-lists")) }
        (layout::list(&person.t("areas-lists"), &[person.t("areas-list"), person.t("areas-in-force"), person.t("areas-here")],
            lists.iter().map(|list| vec![
                html! { a.code href=(format!("/areas?list={}", encode(list))) { (list) } },
                layout::plain(in_force(&person, list)),
                layout::plain(if *list == current { person.t("areas-current") } else { String::new() }),
            ]).collect()))
        (super::support::pack::field(&person).await?)
    };
    Ok(layout::page(&person, &person.t("nav-areas"), body))
}

fn children(person: &Person, caption: &str, units: &[AreaRow]) -> Markup {
    html! {
        @if units.is_empty() {
            p.empty { (person.t("areas-none-below")) }
        } @else {
            (layout::list(caption, &[person.t("areas-name"), person.t("areas-level"), person.t("areas-code")],
                units.iter().map(|row| vec![
                    html! { a href=(format!("/areas/{}", row.id)) { (name(row)) } },
                    layout::plain(person.of("level", &row.level)),
                    html! { code { (row.code) } },
                ]).collect()))
        }
    }
}

async fn unit(person: Person, Path(id): Path<String>) -> Page {
    show(&person, &id, None).await
}

async fn show(person: &Person, id: &str, problem: Option<&Problem>) -> Page {
    let row = person.desk.area(id).await?;
    let mut above = Vec::new();
    let mut next = row.parent.clone();
    while let Some(parent) = next {
        let unit = person.desk.area(&parent).await?;
        next = unit.parent.clone();
        above.push(unit);
    }
    let below = if row.level == "commune" { Vec::new() } else { person.desk.areas_below(Some(id)).await? };
    let hamlets = if row.level == "commune" { person.desk.hamlets(id).await? } else { Vec::new() };
    let lineage = lineage(person, id, &person.desk.lineage(id).await?).await?;
    let body = html! {
        ol.crumbs {
            li { a href="/areas" { (person.t("nav-areas")) } }
            @for unit in above.iter().rev() { li { a href=(format!("/areas/{}", unit.id)) { (name(unit)) } } }
            li aria-current="page" { (name(&row)) }
        }
        (layout::facts(&[
            (person.t("areas-code"), html! { code { (row.code) } }),
            (person.t("areas-level"), layout::plain(person.of("level", &row.level))),
            (person.t("areas-list"), html! { code { (row.list) } }),
            (person.t("areas-in-force"), layout::plain(in_force(person, &row.list))),
        ]))
        @if person.may(Action::ReadPeople) && row.level == "commune" {
            p.actions { a.button.second href=(format!("/households?commune={}", encode(id))) { (person.t("areas-households")) } }
        }
        p { a href=(format!("/areas/{id}/classes")) { (person.t("support-classes")) } }
        @if row.level != "commune" {
            h2 { (person.t("areas-below")) }
            (children(person, &person.t("areas-below"), &below))
        } @else {
            h2 { (person.t("areas-hamlets")) }
            @if hamlets.is_empty() { p.empty { (person.t("areas-no-hamlets")) } } @else {
                (layout::list(&person.t("areas-hamlets"), &[person.t("areas-name"), person.t("areas-since"), person.t("areas-until")],
                    hamlets.iter().map(|hamlet| vec![
                        layout::plain(&hamlet.name),
                        layout::plain(person.day(hamlet.since)),
                        layout::plain(hamlet.until.map(|day| person.day(day)).unwrap_or_default()),
                    ]).collect()))
            }
            @if person.may(Action::EditPeople) || person.may(Action::ManageAreas) {
                h3 { (person.t("areas-add-hamlet")) }
                @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
                (layout::form(person, &format!("/areas/{id}/hamlets"), html! {
                    (layout::text_field("name", &person.t("areas-name"), "", true))
                    (layout::day_field("since", &person.t("areas-since"), &person.desk.today().to_string(), true))
                    (layout::send(&person.t("areas-add-hamlet")))
                }))
            }
        }
        h2 { (person.t("areas-lineage")) }
        (lineage)
    };
    Ok(layout::page(person, &name(&row), body))
}

async fn lineage(person: &Person, id: &str, rows: &[LineageRow]) -> Result<Markup, Problem> {
    let mut told = Vec::new();
    for row in rows {
        let came = row.to == id;
        let other = if came { &row.from } else { &row.to };
        // A unit of another list may lie out of reach: then its number must do.
        let (words, link) = match full_name(person, other).await {
            Ok(words) => (words, true),
            Err(_) => (other.clone(), false),
        };
        told.push((came, row.split, row.on_day, other.clone(), words, link));
    }
    Ok(html! {
        @if told.is_empty() { p.empty { (person.t("areas-no-lineage")) } }
        ul.plainlist {
            @for (came, split, day, other, words, link) in &told {
                li {
                    (person.day(*day)) ": "
                    @if *came { (person.t("areas-came-from")) } @else { (person.t("areas-went-to")) } " "
                    @if *link { a href=(format!("/areas/{other}")) { (words) } } @else { (words) }
                    @if *split { " " span.tag { (person.t("areas-split")) } }
                }
            }
        }
    })
}

#[derive(Deserialize)]
struct NewHamlet {
    name: String,
    since: Date,
}

async fn add_hamlet(person: Person, Path(id): Path<String>, Checked(new): Checked<NewHamlet>) -> Answer {
    match person.desk.add_hamlet(&id, &new.name, new.since).await {
        Ok(_) => Ok(Redirect::to(&format!("/areas/{id}?done=hamlet")).into_response()),
        Err(error) => super::again(error, async |problem| show(&person, &id, Some(problem)).await).await,
    }
}
