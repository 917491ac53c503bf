//! Two versions of a household's answers side by side, with what differs marked.

use super::answers_told::{Told, all, version_name};
use super::names::Names;
use super::reason;
use crate::error::{Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeSet;
use vuon_policy::explain::Explanation;
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
    let reasons = [
        person.desk.explanation(&id, one.version, person.language).await?,
        person.desk.explanation(&id, other.version, person.language).await?,
    ];
    let body = html! {
        p { a href=(format!("/cases/{id}")) { (person.named(&view.row.name)) } " – " (names.round(&person, &view.round)) }
        (choose(&person, &view, one, other))
        (statuses(&person, &names, &reasons, [one, other]))
        (assessments(&person, &names, &reasons, [one, other]))
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

fn statuses(
    person: &Person,
    names: &Names,
    reasons: &[Option<Explanation>; 2],
    versions: [&AnswersVersion; 2],
) -> Markup {
    let rows = versions.into_iter().zip(reasons).map(|(version, reason)| {
        vec![
            layout::plain(version_name(person, version)),
            layout::plain(&version.author_name),
            layout::plain(person.moment(version.at)),
            html! {
                div {
                    (names.tag(person, Some(&version.status)))
                    @if let Some(reason) = reason { " " (reason.sentence) }
                }
            },
        ]
    });
    let headings = [
        person.t("review-version"),
        person.t("review-signed-by"),
        person.t("review-signed-at"),
        person.t("review-status"),
    ];
    layout::list(&person.t("review-versions"), &headings, rows.collect())
}

/// Points and indicators of the two versions side by side.
fn assessments(
    person: &Person,
    names: &Names,
    reasons: &[Option<Explanation>; 2],
    versions: [&AnswersVersion; 2],
) -> Markup {
    let told = |row: &dyn Fn(&Explanation) -> Option<String>| reasons.each_ref().map(|one| one.as_ref().and_then(row));
    let all = || reasons.iter().flatten();
    let measures: BTreeSet<&str> = all().flat_map(|one| &one.measures).map(|measure| measure.id.as_str()).collect();
    let mut rows: Vec<Told> = measures
        .into_iter()
        .map(|id| Told {
            member: None,
            label: names.measure(person, id),
            answers: told(&|one| Some(one.measures.iter().find(|measure| measure.id == id)?.text.clone())).into(),
        })
        .collect();
    let mut indicators: Vec<(&str, &str)> = Vec::new();
    for indicator in all().flat_map(|one| &one.indicators) {
        if indicators.iter().all(|(id, _)| *id != indicator.id) {
            indicators.push((&indicator.id, &indicator.label));
        }
    }
    rows.extend(indicators.into_iter().map(|(id, label)| {
        Told {
            member: None,
            label: label.to_owned(),
            answers: told(&|one| {
                let indicator = one.indicators.iter().find(|indicator| indicator.id == id)?;
                Some(reason::deprived(person, indicator.deprived))
            })
            .into(),
        }
    }));
    html! {
        h2 { (person.t("review-assessments")) }
        (table(person, &person.t("review-assessments"), &person.t("review-indicator"), &rows, &versions.map(|version| version_name(person, version))))
    }
}

fn answers(person: &Person, names: &Names, view: &CaseView, one: &AnswersVersion, other: &AnswersVersion) -> Markup {
    let Some(program) = &names.program else { return html! {} };
    let none = Answers::default();
    let both = [one.answers.as_ref().unwrap_or(&none), other.answers.as_ref().unwrap_or(&none)];
    let rows = all(person, &program.pack.questionnaire, &view.members, &both);
    let differing = rows.iter().filter(|row| row.differs()).count();
    html! {
        p role="status" { (person.tr("review-differences", &[("count", differing.into())])) }
        h2 { (person.t("review-answers")) }
        (table(person, &person.t("review-answers"), &person.t("review-question"), &rows, &[version_name(person, one), version_name(person, other)]))
    }
}

/// Answers of some versions, those that differ marked in words and by a line.
pub fn table(person: &Person, caption: &str, what: &str, rows: &[Told], versions: &[String]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.compare {
                caption { (caption) }
                thead { tr {
                    th scope="col" { (what) }
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
