//! Two versions of a household's answers side by side, with what differs marked.

use super::answers_told::{Told, all, version_name};
use super::names::Names;
use crate::error::{Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::cases::{AnswersVersion, CaseView};
use vuon_registry::forms::Answers;

/// `/cases/{id}/compare`.
pub fn routes() -> Router<App> {
    Router::new().route("/cases/{id}/compare", get(compare))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    one: Option<i64>,
    other: Option<i64>,
}

async fn compare(person: Person, Path(id): Path<String>, Query(asked): Query<Asked>) -> Page {
    let view = person.desk.case(&id, person.language).await?;
    let names = Names::of(&person, &view.round).await;
    // Latest first: compared are the last two unless others were asked for.
    let find = |version: Option<i64>, place: usize| match version {
        Some(version) => view.versions.iter().find(|own| own.version == version),
        None => view.versions.get(place).or_else(|| view.versions.first()),
    };
    let (Some(one), Some(other)) = (find(asked.one, 1), find(asked.other, 0)) else { return Err(Problem::NotFound) };
    let body = html! {
        p { a href=(format!("/cases/{id}")) { (view.row.name) } " – " (names.round(&person, &view.round)) }
        (choose(&person, &view, one, other))
        (statuses(&person, &names, one, other).await)
        (answers(&person, &names, &view, one, other))
    };
    Ok(layout::page(&person, &person.t("review-compare"), body))
}

fn choose(person: &Person, view: &CaseView, one: &AnswersVersion, other: &AnswersVersion) -> Markup {
    let versions: Vec<(String, String)> =
        view.versions.iter().map(|own| (own.version.to_string(), version_name(person, own))).collect();
    html! {
        @if versions.len() > 1 {
            form.filters method="get" action=(format!("/cases/{}/compare", view.row.id)) {
                (layout::choice_field("one", &person.t("review-version-one"), &versions, &one.version.to_string(), None))
                (layout::choice_field("other", &person.t("review-version-other"), &versions, &other.version.to_string(), None))
                (layout::send(&person.t("review-compare")))
            }
        }
    }
}

async fn statuses(person: &Person, names: &Names, one: &AnswersVersion, other: &AnswersVersion) -> Markup {
    let mut rows = Vec::new();
    for version in [one, other] {
        rows.push(vec![
            layout::plain(version_name(person, version)),
            layout::plain(super::names::author(person, &version.author).await),
            layout::plain(person.moment(version.at)),
            html! {
                div {
                    (names.tag(person, Some(&version.status)))
                    @if let Some(sentence) = &version.sentence { " " span lang="vi" { (sentence) } }
                }
            },
        ]);
    }
    let headings = [
        person.t("review-version"),
        person.t("review-signed-by"),
        person.t("review-signed-at"),
        person.t("review-status"),
    ];
    layout::list(&person.t("review-versions"), &headings, rows)
}

fn answers(person: &Person, names: &Names, view: &CaseView, one: &AnswersVersion, other: &AnswersVersion) -> Markup {
    let Some(program) = &names.program else { return html! {} };
    let none = Answers::default();
    let both = [one.answers.as_ref().unwrap_or(&none), other.answers.as_ref().unwrap_or(&none)];
    let rows = all(person, &program.pack.questionnaire, &view.members, &both);
    let differing = rows.iter().filter(|row| row.differs()).count();
    html! {
        p role="status" { (person.tr("review-differences", &[("count", differing.into())])) }
        (table(person, &rows, &[version_name(person, one), version_name(person, other)]))
    }
}

/// Answers of some versions, those that differ marked in words and by a line.
pub fn table(person: &Person, rows: &[Told], versions: &[String]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(person.t("review-answers")) {
            table.compare {
                caption { (person.t("review-answers")) }
                thead { tr {
                    th scope="col" { (person.t("review-question")) }
                    @for version in versions { th scope="col" { (version) } }
                } }
                tbody {
                    @for row in rows {
                        tr.differs[row.differs()] {
                            th scope="row" {
                                @if let Some(member) = &row.member { span.muted { (member) ": " } }
                                (row.label)
                                @if row.differs() { " " span.tag.near_poor { (person.t("review-differs")) } }
                            }
                            @for answer in &row.answers {
                                td {
                                    @match answer {
                                        Some(answer) => { (answer) },
                                        None => { span.muted { (person.t("review-not-answered")) } },
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
