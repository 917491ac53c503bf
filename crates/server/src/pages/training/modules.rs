//! The modules there are, how the reader stands with each, and without which of them nobody decides.

use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::handbook::words;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::training::{self, packs};
use axum::Router;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use std::collections::BTreeSet;
use std::sync::Arc;
use vuon_policy::program::Program;
use vuon_publish::handbook::practice::Exercise;
use vuon_registry::scope::{Action, Reach};
use vuon_registry::training::{Completed, of_pack};

/// `/training`.
pub fn routes() -> Router<App> {
    Router::new().route("/training", get(list)).route("/training/required", post(require))
}

async fn list(person: Person) -> Page {
    Ok(layout::page(&person, &person.t("nav-training"), show(&person).await?))
}

async fn show(person: &Person) -> Result<Markup, Problem> {
    let packs = packs(person)?;
    let own = person.desk.own_training().await?;
    let required = person.desk.required_modules().await?;
    let may_require = person.may(Action::ManageAreas) && person.desk.actor().reach == Reach::Everything;
    Ok(html! {
        p { (person.t("training-explained")) }
        p.actions { a.button.second href="/training/courses" { (person.t("courses")) } }
        @for (program, exercises) in &packs {
            @let id = &program.pack.id.value;
            h2 { (program.pack.label.get(person.language)) }
            (table(person, program, exercises, &own, &required)?)
            p.actions {
                a.button.second href=(format!("/handbook/{id}")) { (person.t("training-handbook")) }
                a.button.second href=(format!("/handbook/{id}/booklet")) { (person.t("training-booklet")) }
            }
        }
        @if may_require { (requirement(person, &packs, &required)?) }
    })
}

fn table(
    person: &Person,
    program: &Program,
    exercises: &[Exercise],
    own: &[Completed],
    required: &BTreeSet<String>,
) -> Result<Markup, Problem> {
    let words = words(person.language)?;
    let pack = &program.pack.id.value;
    let required = of_pack(required, program);
    let rows = exercises.iter().map(|exercise| {
        let done = training::completed(own, program, &exercise.id);
        let address = format!("/training/{pack}/{}", exercise.id);
        vec![
            html! {
                a href=(address) { (exercise.title(&words)) }
                @if required.contains(&exercise.id) { " " span.tag { (person.t("training-required")) } }
            },
            layout::plain(&exercise.level),
            match done {
                Some(done) if done.pack_hash == program.hash => html! {
                    (person.tr("training-done", &[("day", person.day(done.done_on).into())])) " "
                    a href=(format!("{address}/certificate")) { (person.t("training-certificate")) }
                },
                Some(before) => html! {
                    strong.late { (person.tr("training-out-of-date", &[("day", person.day(before.done_on).into())])) }
                },
                None => html! { span.muted { (person.t("training-open")) } },
            },
        ]
    });
    let headings = [person.t("training-module"), person.t("training-level"), person.t("training-state")];
    Ok(layout::list(program.pack.label.get(person.language), &headings, rows.collect()))
}

/// Without which modules nobody decides: whoever keeps the settings of all says so.
fn requirement(
    person: &Person,
    packs: &[(Arc<Program>, Vec<Exercise>)],
    required: &BTreeSet<String>,
) -> Result<Markup, Problem> {
    let words = words(person.language)?;
    Ok(html! {
        h2 { (person.t("training-require")) }
        p { (person.t("training-require-explained")) }
        (layout::form(person, "/training/required", html! {
            @for (program, exercises) in packs {
                fieldset {
                    legend { (program.pack.label.get(person.language)) }
                    @for exercise in exercises {
                        @let module = training::both(program, exercise);
                        @let id = format!("module-{}", module.replace('/', "-"));
                        div.field.check {
                            input type="checkbox" id=(id) name="module" value=(module) checked[required.contains(&module)];
                            label for=(id) { (exercise.title(&words)) }
                        }
                    }
                }
            }
            (layout::send(&person.t("save")))
        }))
    })
}

async fn require(person: Person, Checked(fields): Checked<Vec<(String, String)>>) -> Answer {
    let chosen = fields.into_iter().filter(|(name, _)| name == "module").map(|(_, id)| id);
    let chosen: BTreeSet<String> = chosen.collect();
    training::require(&person, &chosen).await?;
    Ok(Redirect::to("/training?done=saved").into_response())
}
