//! Of which classes a unit or hamlet is, as schemes by place ask it: what is recorded, and the form for whoever keeps areas.

use super::super::{again, areas, fields};
use super::{done, problem_told};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_programme::classes::{ClassRow, NO_CLASS, NewClasses};
use vuon_registry::areas::Hamlet;
use vuon_registry::scope::Action;

/// `/areas/{id}/classes`.
pub fn routes() -> Router<App> {
    Router::new().route("/areas/{id}/classes", get(ask).post(record))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Which {
    /// A hamlet of the unit.
    hamlet: String,
}

/// What is typed.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    hamlet: String,
    classes: Vec<String>,
    since: String,
    document: String,
}

async fn ask(officer: Officer, Path(id): Path<String>, Query(which): Query<Which>) -> Page {
    show(&officer, &id, &Typed { hamlet: which.hamlet, ..Typed::default() }, None).await
}

async fn show(officer: &Officer, id: &str, typed: &Typed, problem: Option<&Problem>) -> Page {
    let row = officer.desk.area(id).await?;
    let hamlets = if row.level == "commune" { officer.desk.hamlets(id).await? } else { Vec::new() };
    let hamlet = hamlets.iter().find(|hamlet| hamlet.id == typed.hamlet);
    if hamlet.is_none() && !typed.hamlet.is_empty() {
        return Err(Problem::NotFound);
    }
    let own = officer.office.classes_of(hamlet.map_or(id, |hamlet| hamlet.id.as_str())).await?;
    let name = hamlet.map_or_else(|| areas::name(&row), |hamlet| format!("{}, {}", hamlet.name, areas::name(&row)));
    let level = if hamlet.is_some() { "village" } else { row.level.as_str() };
    let body = html! {
        p { a href=(format!("/areas/{id}")) { "← " (areas::name(&row)) } }
        (problem_told(officer, problem))
        p { strong { (name) } }
        @if own.is_empty() { p.warning { (officer.t("support-classes-none")) } } @else {
            (layout::list(&officer.t("support-classes"), &[officer.t("field-classes"), officer.t("support-since")],
                own.iter().map(|row| class_cells(officer, row)).collect()))
        }
        @if hamlet.is_none() { (hamlets_told(officer, id, &hamlets)) }
        @if officer.may(Action::ManageAreas) { (form(officer, id, level, typed)) }
    };
    Ok(layout::page(officer, &officer.t("support-classes"), body))
}

fn class_cells(officer: &Officer, row: &ClassRow) -> Vec<Markup> {
    let classes = &officer.office.program().pack.area_classes;
    let known = classes.iter().find(|class| class.id.value == row.class);
    let name = match known {
        _ if row.class == NO_CLASS => officer.t("support-class-none"),
        Some(class) => class.label.get(officer.language).to_owned(),
        None => row.class.clone(),
    };
    let until = row.until.map(|day| officer.tr("support-until-day", &[("day", officer.day(day).into())]));
    vec![layout::plain(name), html! { (officer.day(row.since)) " " (until.unwrap_or_default()) }]
}

fn hamlets_told(officer: &Officer, id: &str, hamlets: &[Hamlet]) -> Markup {
    html! {
        @if !hamlets.is_empty() {
            h2 { (officer.t("areas-hamlets")) }
            ul.plainlist {
                @for hamlet in hamlets.iter().filter(|hamlet| hamlet.until.is_none()) {
                    li { a href=(format!("/areas/{id}/classes?hamlet={}", hamlet.id)) { (hamlet.name) } }
                }
            }
        }
    }
}

/// The classes of the pack for units of this level, none or several of them.
fn form(officer: &Officer, id: &str, level: &str, typed: &Typed) -> Markup {
    let classes = officer.office.program().pack.area_classes.iter().filter(|class| class.level.value == level);
    let since = if typed.since.is_empty() { officer.desk.today().to_string() } else { typed.since.clone() };
    html! {
        h2 { (officer.t("support-classes-record")) }
        (layout::form(officer, &format!("/areas/{id}/classes"), html! {
            input type="hidden" name="hamlet" value=(typed.hamlet);
            fieldset {
                legend { (officer.t("field-classes")) }
                p.hint { (officer.t("support-classes-hint")) }
                @for class in classes {
                    @let field = format!("class-{}", class.id.value);
                    div.field.check {
                        input type="checkbox" id=(field) name="classes" value=(class.id.value) checked[typed.classes.contains(&class.id.value)];
                        label for=(field) { (class.label.get(officer.language)) }
                    }
                }
            }
            (layout::day_field("since", &officer.t("support-since"), &since, true))
            (layout::text_field("document", &officer.t("field-document"), &typed.document, true))
            (layout::send(&officer.t("support-classes-record")))
        }))
    }
}

async fn record(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let recorded = async {
        let new = NewClasses {
            area: fields::some(&typed.hamlet).unwrap_or_else(|| id.clone()),
            classes: typed.classes.clone(),
            since: fields::day("since", &typed.since)?,
            document: typed.document.clone(),
        };
        officer.office.set_classes(&new).await
    };
    match recorded.await {
        Ok(()) => done(&format!("/areas/{id}/classes?hamlet={}", typed.hamlet)),
        Err(error) => again(error, async |problem| show(&officer, &id, &typed, Some(problem)).await).await,
    }
}
