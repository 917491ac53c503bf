//! Certificates: given to every household that was decided poor or near-poor, and printed, one or many.

use super::names::Names;
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
use vuon_registry::cases::{CaseFilter, CaseState};
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::{Certificate, RoundRow};
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

/// Certificates on a page, as many as one prints at once.
const ON_A_PAGE: u32 = 100;

async fn many(person: Person, Path(id): Path<String>, Query(asked): Query<Asked>) -> Page {
    show(&person, &id, &asked, None).await
}

async fn show(person: &Person, id: &str, asked: &Asked, problem: Option<&Problem>) -> Page {
    let round = person.desk.round(id).await?.row;
    let names = Names::of(person, &round).await;
    let waiting =
        CaseFilter { round: Some(id.to_owned()), state: Some(CaseState::Certificate), ..CaseFilter::default() };
    let waiting = person.desk.count_cases(&waiting).await?;
    let decision = Some(asked.decision.as_str()).filter(|decision| !decision.is_empty());
    let request = PageRequest { after: asked.after.clone(), limit: ON_A_PAGE };
    let page = person.desk.certificates(id, decision, &request).await?;
    let issuer = official::issuer(person, &round).await;
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
        @if page.rows.is_empty() { p.empty { (person.t("review-no-certificates")) } } @else {
            (official::file(person, &format!("/papers/certificates/{id}?{query}")))
            (official::print_hint(person))
        }
        @for paper in &page.rows { (certificate(person, &issuer, &names, &round, paper)) }
        (layout::paging(person, &format!("/rounds/{id}/certificates"), &query, &page))
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
    let paper = person.desk.certificate(&id).await?;
    let round = person.desk.case(&id, person.language).await?.round;
    let names = Names::of(&person, &round).await;
    let body = html! {
        p.noprint { a href=(format!("/cases/{id}")) { (person.named(&paper.name)) } }
        (official::file(&person, &format!("/papers/certificate/{id}")))
        (official::print_hint(&person))
        (certificate(&person, &official::issuer(&person, &round).await, &names, &round, &paper))
    };
    Ok(layout::page(&person, &person.t("review-certificate"), body))
}

/// One certificate: a plain paper; the ministry's own form of it comes with the official forms.
fn certificate(person: &Person, issuer: &str, names: &Names, round: &RoundRow, paper: &Certificate) -> Markup {
    let person = &person.reading_papers();
    let decision = &paper.decision;
    let relations = labels::options(person, names.program.as_deref(), "relation");
    let status = paper.status.as_deref().map(|status| names.status(person, status)).unwrap_or_default();
    html! {
        (official::paper(person, "certificate", html! {
            (official::head(person, issuer, round, Some(&paper.number), paper.issued_on))
            h2.paper-title { (person.t("review-certificate-title")) br; (status) " " (round.year) }
            (layout::facts(&[
                (person.t("review-head"), html! { strong { (person.named(&paper.name)) } }),
                (person.t("review-hamlet"), layout::plain(paper.hamlet_name.as_deref().unwrap_or("–"))),
                (person.t("commune"), layout::plain(issuer)),
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
                    @for (place, member) in paper.members.iter().enumerate() {
                        tr {
                            td.num { (person.number(place as i64 + 1)) }
                            th scope="row" { (person.named(&member.name)) }
                            td { (labels::name(&relations, &member.relation)) }
                            td { (member.born.as_deref().map(|born| person.born(born)).unwrap_or_default()) }
                        }
                    }
                }
            }
            (official::signatures(&[(person.of("role", "commune_chair"), decision.signed_by_name.clone())]))
        }))
    }
}
