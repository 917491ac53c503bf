//! Opening a round: for a commune, of a kind that the pack knows, by a method of classification.

use super::super::{communes, fields};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_policy::program::Program;
use vuon_registry::RegistryError;
use vuon_registry::rounds::NewRound;
use vuon_registry::scope::Action;

/// `/rounds/new`, and what is sent from it.
pub fn routes() -> Router<App> {
    Router::new().route("/rounds", post(open)).route("/rounds/new", get(new))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    commune: Option<String>,
    name: Option<String>,
}

async fn new(person: Person, Query(asked): Query<Asked>) -> Page {
    opening(&person, &asked, &Opening::default(), None).await
}

async fn opening(person: &Person, asked: &Asked, given: &Opening, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::RunReview)?;
    let title = person.t("review-open-round");
    let Some(commune) = communes::commune(person, asked.commune.as_deref()).await? else {
        let chooser = communes::chooser(person, "/rounds/new", asked.name.as_deref()).await?;
        return Ok(layout::page(person, &title, chooser));
    };
    let today = person.desk.today();
    let standard = person.desk.register().standard(today);
    let year = if given.year.is_empty() { today.year().to_string() } else { given.year.clone() };
    let pack = standard.as_ref().map(|program| program.pack.id.value.clone()).unwrap_or_default();
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        @match &standard {
            None => { (layout::alert(&person.t("review-no-standard"))) },
            Some(program) => {
                p { strong { (commune.kind) " " (commune.name) } " – " (program.pack.label.get(person.language)) }
                (layout::form(person, "/rounds", html! {
                    input type="hidden" name="commune" value=(commune.id);
                    input type="hidden" name="pack" value=(pack);
                    (kinds(person, program, &given.kind))
                    (layout::labelled("year", &person.t("review-year"), None, html! {
                        input type="text" id="year" name="year" value=(year) required inputmode="numeric" pattern="[0-9]{4}" maxlength="4";
                    }))
                    @let methods: Vec<(String, String)> = program.pack.methods.iter()
                        .map(|method| (method.id.value.clone(), method.label.get(person.language).to_owned())).collect();
                    (layout::choice_field("method", &person.t("review-method"), &methods, &given.method, None))
                    p.hint { (person.t("review-open-round-hint")) }
                    (layout::send(&person.t("review-open-round")))
                }))
            },
        }
    };
    Ok(layout::page(person, &title, body))
}

/// The kinds of rounds the pack knows, each with when it opens.
fn kinds(person: &Person, program: &Program, chosen: &str) -> Markup {
    let kinds = program.pack.process.as_ref().map(|process| process.rounds.as_slice()).unwrap_or_default();
    html! {
        fieldset {
            legend { (person.t("review-round-kind")) }
            @for kind in kinds {
                @let id = format!("kind-{}", kind.id.value);
                div.field.check {
                    input type="radio" id=(id) name="kind" value=(kind.id.value) required checked[kind.id.value == chosen];
                    label for=(id) { (kind.label.get(person.language)) " – " (kind.opens.told(person.language)) }
                }
            }
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Opening {
    commune: String,
    kind: String,
    year: String,
    pack: String,
    method: String,
}

async fn open(person: Person, Checked(given): Checked<Opening>) -> Answer {
    let opened = async {
        let year = given.year.trim().parse();
        let new = NewRound {
            commune: given.commune.clone(),
            kind: given.kind.clone(),
            year: year.map_err(|_| RegistryError::invalid("year", "a year is needed, such as 2025"))?,
            pack: given.pack.clone(),
            method: fields::some(&given.method),
        };
        person.desk.open_round(&new).await
    };
    match opened.await {
        Ok(id) => Ok(Redirect::to(&format!("/rounds/{id}?done=review-opened")).into_response()),
        Err(error) => {
            let asked = Asked { commune: Some(given.commune.clone()), ..Asked::default() };
            super::super::again(error, async |problem| opening(&person, &asked, &given, Some(problem)).await).await
        }
    }
}
