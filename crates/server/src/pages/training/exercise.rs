//! One exercise: the household told and drawn, the questions of the form, and after sending them what differs and why.
//!
//! What was typed comes with the answer and is kept nowhere; on which pages forms differ is counted, without names.

use super::super::review::form_fields::Questions;
use super::super::review::form_typed::{self, Typed};
use super::super::review::names::Names;
use crate::csrf::Checked;
use crate::error::{Answer, Page};
use crate::handbook::book;
use crate::language;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::training::Sheet;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use maud::{Markup, html};
use vuon_publish::handbook::book::Book;
use vuon_publish::handbook::practice::{Comparison, LeftOpen, Lesson};
use vuon_registry::forms::{Answers, Form};

/// `/training/{pack}/{module}`.
pub fn routes() -> Router<App> {
    Router::new().route("/training/{pack}/{module}", get(ask).post(answer))
}

/// The page; with what differs, once something was sent.
fn page(sheet: &Sheet, person: &Person, form: &Form, told: Option<(&Comparison, &Book)>) -> Page {
    let household = sheet.told(person.language)?;
    let pack = &sheet.program.pack.id.value;
    let names = Names::of_pack(person, pack);
    let questions = Questions::of(person, &names, form);
    let persons = sheet.known.members.iter().map(|own| own.person.clone());
    let members: Vec<(String, String)> = sheet.exercise.names.iter().cloned().zip(persons).collect();
    let body = html! {
        p { a href="/training" { (person.t("nav-training")) } " – " (sheet.program.pack.label.get(person.language)) }
        p.hint { (person.t("training-nothing-kept")) }
        @if let Some((told, book)) = told {
            section id="differences" {
                @if !form.problems.is_empty() { (layout::alert(&person.t("training-unreadable"))) }
                (differences(person, book, &told.lessons))
                (left_open(person, book, &told.left_open))
            }
        }
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

/// The page of the handbook that a row is about.
fn page_link(person: &Person, book: &Book, page: &str) -> Markup {
    html! {
        @if let Some(number) = book.numbers.get(page) {
            a href=(format!("/handbook/{}#{page}", book.pack)) { (person.tr("training-page", &[("number", number.clone().into())])) }
        }
    }
}

/// What differs, each with the reason, the page and the article.
fn differences(person: &Person, book: &Book, lessons: &[Lesson]) -> Markup {
    let headings = [
        person.t("training-about"),
        person.t("training-yours"),
        person.t("training-right"),
        person.t("training-why"),
        person.t("training-where"),
    ];
    let rows = lessons.iter().map(|lesson| {
        vec![
            html! {
                (lesson.about)
                @if lesson.changes_result { br; span.tag.near_poor { (person.t("training-changes-result")) } }
            },
            layout::plain(&lesson.yours),
            layout::plain(&lesson.right),
            layout::plain(&lesson.why),
            html! {
                (page_link(person, book, &lesson.page))
                @if let Some(article) = &lesson.article { br; (article) }
            },
        ]
    });
    let caption = person.tr("training-differences", &[("count", lessons.len().into())]);
    html! {
        h2 { (caption) }
        @if !lessons.is_empty() { (layout::list(&caption, &headings, rows.collect())) }
    }
}

/// What was left open, in one line that unfolds.
fn left_open(person: &Person, book: &Book, questions: &[LeftOpen]) -> Markup {
    let count: usize = questions.iter().map(|own| own.members.len().max(1)).sum();
    html! {
        @if count > 0 {
            details {
                summary { (person.tr("training-left-open", &[("count", count.into())])) }
                ul.inside {
                    @for own in questions {
                        li {
                            (own.about)
                            @if !own.members.is_empty() { ": " (own.members.join(", ")) }
                            " – " (page_link(person, book, &own.page))
                        }
                    }
                }
            }
        }
    }
}

async fn ask(person: Person, Path((pack, module)): Path<(String, String)>) -> Page {
    let sheet = Sheet::of(&person, &pack, &module)?;
    let form = sheet.form(&Answers::default(), person.language)?;
    page(&sheet, &person, &form, None)
}

async fn answer(
    State(app): State<App>,
    person: Person,
    Path((pack, module)): Path<(String, String)>,
    Checked(fields): Checked<Vec<(String, String)>>,
) -> Answer {
    let sheet = Sheet::of(&person, &pack, &module)?;
    let form = sheet.form(&Typed::read(fields, person.language).answers, person.language)?;
    let told = sheet.compared(&form, person.language)?;
    if sheet.keep(&person, &form, &told).await?.is_some() {
        return Ok(Redirect::to(&format!("/training/{pack}/{module}/certificate?done=training")).into_response());
    }
    let book = book(&app, &sheet.program, person.language).await?;
    Ok(page(&sheet, &person, &form, Some((&told, &book)))?.into_response())
}
