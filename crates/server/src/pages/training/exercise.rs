//! One exercise: the household told and drawn, the questions of the form, and after sending them what differs and why.
//!
//! What was typed comes with the answer and is kept nowhere; on which pages forms differ is counted, without names.

use super::super::review::form_fields::Questions;
use super::super::review::form_typed::{self, Typed};
use super::super::review::names::Names;
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::handbook::{book, broken, words};
use crate::language;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use jiff::civil::Date;
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vuon_policy::program::Program;
use vuon_publish::handbook::book::Book;
use vuon_publish::handbook::practice::{Exercise, Lesson, compare};
use vuon_registry::forms::{self, Answers, Form, MemberAnswers, Under, known_variables};

/// `/training/{pack}/{module}`.
pub fn routes() -> Router<App> {
    Router::new().route("/training/{pack}/{module}", get(ask).post(answer))
}

/// An exercise under its pack.
struct Sheet {
    program: Arc<Program>,
    exercise: Exercise,
    /// What a register would know of the household before anybody asks.
    known: Answers,
}

impl Sheet {
    fn of(person: &Person, pack: &str, module: &str) -> Result<Self, Problem> {
        let (program, exercise) = super::module(person, pack, module)?;
        let names: BTreeSet<String> = known_variables(&program).into_iter().collect();
        let pick = |answers: &BTreeMap<String, String>| -> BTreeMap<String, String> {
            let known = answers.iter().filter(|(name, _)| names.contains(*name));
            known.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let members = exercise.members.iter().zip(1..);
        let members =
            members.map(|(own, place): (_, u32)| MemberAnswers { person: place.to_string(), answers: pick(own) });
        let known = Answers { household: pick(&exercise.household), members: members.collect() };
        Ok(Sheet { program, exercise, known })
    }

    fn form(&self, answers: &Answers, language: language::Language) -> Result<Form, Problem> {
        let review_date: Date = self.exercise.review_date.parse().map_err(|_| Problem::Internal)?;
        let under = Under { program: &self.program, method: 0, review_date };
        Ok(forms::form(under, &self.known, answers, None, language))
    }

    /// What differs from the right answers. A question that is not put has no answer.
    fn lessons(&self, form: &Form, language: language::Language) -> Result<Vec<Lesson>, Problem> {
        let mut household = BTreeMap::new();
        let mut members = vec![BTreeMap::new(); self.exercise.members.len()];
        for field in form.fields.iter().filter(|field| field.asked != Some(false)) {
            let own = field.member.map_or(&mut household, |member| &mut members[member]);
            if let Some(answer) = &field.answer {
                own.insert(field.variable.clone(), answer.clone());
            }
        }
        let filled = Exercise::filled(&self.program, &household, &members);
        compare(&self.program, &words(language)?, &self.exercise, &filled).map_err(broken)
    }

    /// The page; with what differs, once something was sent.
    fn page(&self, person: &Person, form: &Form, told: Option<(&[Lesson], &Book)>) -> Page {
        let words = words(person.language)?;
        let household = self.exercise.told(&self.program, &words).map_err(broken)?;
        let pack = &self.program.pack.id.value;
        let names = Names::of_pack(person, pack);
        let questions = Questions::of(person, &names, form);
        let members: Vec<(String, String)> =
            self.known.members.iter().map(|own| (member_name(person, &own.person), own.person.clone())).collect();
        let body = html! {
            p { a href="/training" { (person.t("nav-training")) } " – " (self.program.pack.label.get(person.language)) }
            p.hint { (person.t("training-nothing-kept")) }
            @if let Some((lessons, book)) = told { (differences(person, pack, lessons, book, form)) }
            section {
                h2 { (person.t("training-story")) }
                @for line in &household.story { p { (line) } }
                div.drawings {
                    @for picture in &household.seen {
                        @if let Some(shown) = &picture.shown {
                            figure {
                                img src=(format!("/handbook/drawings/{}", shown.drawing)) alt=(shown.alt) width="160" height="120";
                                figcaption { (picture.caption) }
                            }
                        }
                    }
                }
            }
            h2 { (person.t("training-form")) }
            p { (person.t("training-form-hint")) }
            form method="post" novalidate {
                (layout::csrf_field(person))
                input type="hidden" name=(form_typed::LANGUAGE) value=(language::code(person.language));
                (questions.all(&members))
                (layout::send(&person.t("training-compare")))
            }
        };
        Ok(layout::page(person, &household.title, body))
    }
}

fn member_name(person: &Person, place: &str) -> String {
    person.tr("training-member", &[("number", place.to_owned().into())])
}

/// What differs, each with the reason, the page and the article.
fn differences(person: &Person, pack: &str, lessons: &[Lesson], book: &Book, form: &Form) -> Markup {
    let headings = [
        person.t("training-about"),
        person.t("training-yours"),
        person.t("training-right"),
        person.t("training-why"),
        person.t("training-where"),
    ];
    let rows = lessons.iter().map(|lesson| {
        vec![
            layout::plain(&lesson.about),
            layout::plain(&lesson.yours),
            layout::plain(&lesson.right),
            layout::plain(&lesson.why),
            html! {
                @if let Some(number) = book.numbers.get(&lesson.page) {
                    a href=(format!("/handbook/{pack}#{}", lesson.page)) { (person.tr("training-page", &[("number", number.clone().into())])) }
                }
                @if let Some(article) = &lesson.article { br; (article) }
            },
        ]
    });
    let caption = person.tr("training-differences", &[("count", lessons.len().into())]);
    html! {
        section id="differences" {
            @if !form.problems.is_empty() { (layout::alert(&person.t("training-unreadable"))) }
            @if !lessons.is_empty() {
                h2 { (caption) }
                (layout::list(&caption, &headings, rows.collect()))
            }
        }
    }
}

async fn ask(person: Person, Path((pack, module)): Path<(String, String)>) -> Page {
    let sheet = Sheet::of(&person, &pack, &module)?;
    let form = sheet.form(&Answers::default(), person.language)?;
    sheet.page(&person, &form, None)
}

async fn answer(
    State(app): State<App>,
    person: Person,
    Path((pack, module)): Path<(String, String)>,
    Checked(fields): Checked<Vec<(String, String)>>,
) -> Answer {
    let sheet = Sheet::of(&person, &pack, &module)?;
    let form = sheet.form(&Typed::read(fields, person.language).answers, person.language)?;
    let lessons = sheet.lessons(&form, person.language)?;
    if lessons.is_empty() && form.problems.is_empty() {
        person.desk.complete_module(&pack, &module).await?;
        return Ok(Redirect::to(&format!("/training/{pack}/{module}/certificate?done=training")).into_response());
    }
    let pages: BTreeSet<String> = lessons.iter().map(|lesson| lesson.page.clone()).collect();
    person.desk.count_missed(&pack, &module, &pages).await?;
    let book = book(&app, &sheet.program, person.language).await?;
    Ok(sheet.page(&person, &form, Some((&lessons, &book)))?.into_response())
}
