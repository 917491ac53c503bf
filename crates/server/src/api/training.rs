//! The practice ground: modules and how one stands with them, an exercise, a form compared with the right answers.

use super::answer::Given;
use super::extract::{At, Sent};
use super::once::Unkept;
use crate::error::{Answer, Problem};
use crate::handbook::{book, broken, words};
use crate::signed_in::Person;
use crate::state::App;
use crate::training::{self, Sheet};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_publish::handbook::practice::{Exercise, LeftOpen, Lesson};
use vuon_registry::courses::Missed;
use vuon_registry::forms::{AnswerProblem, Answers, Form};
use vuon_registry::training::{Completed, Standing, of_pack};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(modules))
        .routes(routes!(exercise))
        .routes(routes!(practise))
        .routes(routes!(missed))
        .routes(routes!(required_modules, require_modules))
}

/// A module of the training of a pack: one exercise.
#[derive(Serialize, ToSchema)]
struct Module {
    /// Its id.
    id: String,
    /// Its title.
    title: String,
    /// How hard it is, from 1.
    level: String,
    /// Whether nobody decides without it.
    required: bool,
    /// How the asker stands with it.
    standing: Standing,
    /// When the asker completed it last.
    #[schema(value_type = Option<String>, format = Date)]
    done_on: Option<Date>,
}

/// The modules of a pack, easy ones first, and how the asker stands with each.
#[utoipa::path(get, path = "/training/{pack}/modules", responses((status = 200, body = Vec<Module>)))]
async fn modules(person: Person, At(pack): At<String>) -> Given<Vec<Module>> {
    let program = training::pack(&person, &pack)?;
    let own = person.desk.own_training().await?;
    let required = of_pack(&person.desk.required_modules().await?, &program);
    let words = words(person.language)?;
    let module = |exercise: Exercise| {
        let done = training::completed(&own, &program, &exercise.id);
        Module {
            title: exercise.title(&words),
            required: required.contains(&exercise.id),
            standing: match done {
                Some(done) if done.pack_hash == program.hash => Standing::Current,
                Some(_) => Standing::OutOfDate,
                None => Standing::Missing,
            },
            done_on: done.map(|done| done.done_on),
            level: exercise.level,
            id: exercise.id,
        }
    };
    Ok(Json(Exercise::of(&program).map_err(broken)?.into_iter().map(module).collect()))
}

/// An exercise: a household that does not exist, told and shown, and the form to fill in.
#[derive(Serialize, ToSchema)]
struct Practice {
    /// Its level and title.
    title: String,
    /// The household as an enumerator meets it, a paragraph each.
    story: Vec<String>,
    /// What is seen of it, in words.
    seen: Vec<String>,
    /// What a register would know before anybody asks.
    known: Answers,
    /// The form, not filled in.
    form: Form,
}

/// An exercise of a pack.
#[utoipa::path(get, path = "/training/{pack}/modules/{module}", responses((status = 200, body = Practice)))]
async fn exercise(person: Person, At((pack, module)): At<(String, String)>) -> Given<Practice> {
    let sheet = Sheet::of(&person, &pack, &module)?;
    let told = sheet.told(person.language)?;
    let form = sheet.form(&Answers::default(), person.language)?;
    let seen = told.seen.into_iter().map(|picture| picture.caption).collect();
    Ok(Json(Practice { title: told.title, story: told.story, seen, known: sheet.known, form }))
}

/// Where a form differs from the right one.
#[derive(Serialize, ToSchema)]
#[schema(as = ExerciseDifference)]
struct Difference {
    /// What it is about: a question, an indicator, the status.
    about: String,
    /// What was sent.
    yours: String,
    /// What is right.
    right: String,
    /// Why.
    why: String,
    /// The id of the page of the handbook.
    page: String,
    /// Its number in the book.
    page_number: Option<String>,
    /// The article, for what the law decides.
    article: Option<String>,
    /// Whether it changes an indicator or the status: of an answer, with all the others right.
    changes_result: bool,
}

/// A question that was left open.
#[derive(Serialize, ToSchema)]
struct Open {
    /// The question.
    about: String,
    /// The members whom it is about, by name; nobody when it is about the household.
    members: Vec<String>,
    /// The id of the page of the handbook.
    page: String,
    /// Its number in the book.
    page_number: Option<String>,
}

/// What came of a form.
#[derive(Serialize, ToSchema)]
struct Compared {
    /// The module, completed: nothing differed, and nothing was left open.
    completed: Option<Completed>,
    /// What differs, each with its reason: first what changes the result.
    differences: Vec<Difference>,
    /// The questions that were left open.
    left_open: Vec<Open>,
    /// Answers that could not be read.
    problems: Vec<AnswerProblem>,
}

/// Compares a form with the right answers; a module is completed by one that does not differ. Members are named by their
/// place in the exercise, from `1`. What is sent is kept nowhere; without names it is counted on which pages forms differ.
#[utoipa::path(post, path = "/training/{pack}/modules/{module}/answers", request_body = Answers,
    responses((status = 200, body = Compared)))]
async fn practise(
    State(app): State<App>,
    person: Person,
    At((pack, module)): At<(String, String)>,
    Sent(answers): Sent<Answers>,
) -> Answer {
    let sheet = Sheet::of(&person, &pack, &module)?;
    let form = sheet.form(&answers, person.language)?;
    let compared = sheet.compared(&form, person.language)?;
    let completed = sheet.keep(&person, &form, &compared).await?;
    let book = book(&app, &sheet.program, person.language).await?;
    let difference = |lesson: Lesson| Difference {
        page_number: book.numbers.get(&lesson.page).cloned(),
        about: lesson.about,
        yours: lesson.yours,
        right: lesson.right,
        why: lesson.why,
        page: lesson.page,
        article: lesson.article,
        changes_result: lesson.changes_result,
    };
    let open = |open: LeftOpen| Open {
        page_number: book.numbers.get(&open.page).cloned(),
        about: open.about,
        members: open.members,
        page: open.page,
    };
    let differences = compared.lessons.into_iter().map(difference).collect();
    let left_open = compared.left_open.into_iter().map(open).collect();
    let told = Json(Compared { completed, differences, left_open, problems: form.problems });
    // An answer to a key is written down, and this one says what was typed.
    Ok((Extension(Unkept), told).into_response())
}

/// The pages of the handbook on which trainees' forms differ most, without names.
#[utoipa::path(get, path = "/training/{pack}/missed", responses((status = 200, body = Vec<Missed>)))]
async fn missed(person: Person, At(pack): At<String>) -> Given<Vec<Missed>> {
    let program = training::pack(&person, &pack)?;
    Ok(Json(person.desk.missed_most(&program.pack.id.value).await?))
}

/// Modules without which nobody decides.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Required {
    /// Each as `pack/module`: nobody decides under that pack, or a local one that extends it, without that module.
    modules: BTreeSet<String>,
}

/// The modules without which nobody decides.
#[utoipa::path(get, path = "/training/required", responses((status = 200, body = Required)))]
async fn required_modules(person: Person) -> Given<Required> {
    Ok(Json(Required { modules: person.desk.required_modules().await? }))
}

/// Says without which modules nobody decides, in the place of those before.
#[utoipa::path(put, path = "/training/required", request_body = Required, responses((status = 204)))]
async fn require_modules(person: Person, Sent(given): Sent<Required>) -> Result<StatusCode, Problem> {
    training::require(&person, &given.modules).await?;
    Ok(StatusCode::NO_CONTENT)
}
