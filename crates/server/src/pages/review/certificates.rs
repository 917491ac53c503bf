//! Certificates: given to every household that was decided poor or near-poor, and printed, one or many.

use super::names::{Names, author};
use super::official;
use crate::csrf::{Checked, Nothing};
use crate::error::{Answer, Page, Problem};
use crate::labels;
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_policy::process::StepKind;
use vuon_registry::RegistryError;
use vuon_registry::cases::{CaseFilter, CaseState, CaseView};
use vuon_registry::page::PageRequest;
use vuon_registry::scope::Action;

/// `/rounds/{id}/certificates`, `/cases/{id}/certificate`.
pub fn routes() -> Router<App> {
    Router::new().route("/rounds/{id}/certificates", get(many).post(issue)).route("/cases/{id}/certificate", get(one))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    decision: String,
    after: Option<String>,
}

/// Certificates on a page: each asks for its household.
const ON_A_PAGE: u32 = 25;

async fn many(person: Person, Path(id): Path<String>, Query(asked): Query<Asked>) -> Page {
    show(&person, &id, &asked, None).await
}

async fn show(person: &Person, id: &str, asked: &Asked, problem: Option<&Problem>) -> Page {
    let round = person.desk.round(id).await?.row;
    let names = Names::of(person, &round).await;
    let waiting =
        CaseFilter { round: Some(id.to_owned()), state: Some(CaseState::Certificate), ..CaseFilter::default() };
    let waiting = person.desk.count_cases(&waiting).await?;
    let filter = CaseFilter {
        round: Some(id.to_owned()),
        state: Some(CaseState::Done),
        decision: Some(asked.decision.clone()).filter(|decision| !decision.is_empty()),
        ..CaseFilter::default()
    };
    let page = person.desk.cases(&filter, &PageRequest { after: asked.after.clone(), limit: ON_A_PAGE }).await?;
    let issuer = official::issuer(person, &round).await;
    let mut papers = Vec::new();
    for row in &page.rows {
        let view = person.desk.case(&row.id, person.language).await?;
        if view.certificate.is_some() {
            papers.push(certificate(person, &issuer, &names, &view).await);
        }
    }
    let query = if asked.decision.is_empty() { String::new() } else { format!("decision={}", encode(&asked.decision)) };
    let body = html! {
        div.noprint {
            @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
            p { a href=(format!("/rounds/{id}")) { (names.round(person, &round)) " – " (round.commune_name) } }
            @if waiting > 0 {
                p { (person.tr("review-certificates-wait", &[("count", waiting.into())])) }
                (names.step_note(person, StepKind::Certificate))
                @if person.may(Action::Decide) {
                    (layout::form(person, &format!("/rounds/{id}/certificates"), layout::send(&person.t("review-certificates-issue"))))
                }
            }
        }
        @if papers.is_empty() { p.empty { (person.t("review-no-certificates")) } } @else { (official::print_hint(person)) }
        @for paper in &papers { (paper) }
        (layout::next_link(person, &format!("/rounds/{id}/certificates"), &query, page.next.as_deref()))
    };
    Ok(layout::page(person, &person.t("review-certificates"), body))
}

async fn issue(person: Person, Path(id): Path<String>, Checked(Nothing {}): Checked<Nothing>) -> Answer {
    match person.desk.issue_certificates(&id).await {
        Ok(_) => Ok(Redirect::to(&format!("/rounds/{id}/certificates?done=review-issued")).into_response()),
        Err(RegistryError::NeedsSecondFactor) => Ok(super::decisions::second_factor(&person)),
        Err(error) => {
            let page = async |problem: &Problem| show(&person, &id, &Asked::default(), Some(problem)).await;
            super::super::again(error, page).await
        }
    }
}

async fn one(person: Person, Path(id): Path<String>) -> Page {
    let view = person.desk.case(&id, person.language).await?;
    if view.certificate.is_none() {
        return Err(Problem::NotFound);
    }
    let names = Names::of(&person, &view.round).await;
    let body = html! {
        p.noprint { a href=(format!("/cases/{id}")) { (view.row.name) } }
        (official::print_hint(&person))
        (certificate(&person, &official::issuer(&person, &view.round).await, &names, &view).await)
    };
    Ok(layout::page(&person, &person.t("review-certificate"), body))
}

/// One certificate: a plain paper; the ministry's own form of it comes with the official forms.
async fn certificate(person: &Person, issuer: &str, names: &Names, view: &CaseView) -> Markup {
    let (Some((number, day)), Some(decision)) = (&view.certificate, &view.decision) else { return html! {} };
    let signed = author(person, &decision.signed_by).await;
    let relations = labels::options(person, names.program.as_deref(), "relation");
    let status = view.row.decided.as_deref().map(|status| names.status(person, status)).unwrap_or_default();
    html! {
        article.paper.certificate {
            (official::head(person, issuer, &view.round, Some(number), *day))
            h2.paper-title { (person.t("review-certificate-title")) br; (status) " " (view.round.year) }
            (layout::facts(&[
                (person.t("review-head"), html! { strong { (view.row.name) } }),
                (person.t("review-hamlet"), layout::plain(view.row.hamlet_name.as_deref().unwrap_or("–"))),
                (person.t("review-commune"), layout::plain(&view.round.commune_name)),
                (person.t("review-decision"), layout::plain(format!("{} – {}", decision.number, person.day(decision.decided_on)))),
                (person.t("review-effective"), layout::plain(person.day(decision.effective))),
            ]))
            table.grid {
                caption { (person.t("review-members")) }
                thead { tr {
                    th scope="col" { (person.t("review-number")) }
                    th scope="col" { (person.t("review-member")) }
                    th scope="col" { (person.t("review-relation")) }
                    th scope="col" { (person.t("review-born")) }
                } }
                tbody {
                    @for (place, member) in view.members.iter().enumerate() {
                        tr {
                            td.num { (person.number(place as i64 + 1)) }
                            th scope="row" { (member.name) }
                            td { (labels::name(&relations, &member.relation)) }
                            td { (member.born.as_deref().map(|born| person.born(born)).unwrap_or_default()) }
                        }
                    }
                }
            }
            (official::signatures(&[(person.of("role", "commune_chair"), signed)]))
        }
    }
}
