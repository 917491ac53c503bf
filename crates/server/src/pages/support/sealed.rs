//! Sealed facts about a member: recorded by the commune, and not to be read again; opened by the chair alone, for a reason
//! that the ledger keeps. What was opened is the answer to a form, and no cache keeps it.

use super::super::again;
use super::{done, problem_told};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::Path;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use maud::html;
use serde::Deserialize;
use std::collections::BTreeSet;
use vuon_policy::support::SealedFact;
use vuon_registry::RegistryError;
use vuon_registry::scope::Action;

/// Below `/households/{id}/members/{person}`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/households/{id}/members/{person}/sealed", get(ask).post(seal))
        .route("/households/{id}/members/{person}/sealed/open", post(open))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Fact {
    fact: String,
    holds: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Why {
    why: String,
}

type At = Path<(String, String)>;

async fn ask(officer: Officer, Path((id, member)): At) -> Page {
    show(&officer, &id, &member, None, None).await
}

async fn show(
    officer: &Officer,
    id: &str,
    member: &str,
    opened: Option<&BTreeSet<SealedFact>>,
    problem: Option<&Problem>,
) -> Page {
    officer.desk.actor().may(Action::SealFacts)?;
    let view = officer.desk.household(id).await?;
    let member = view.members.iter().find(|own| own.person == member).ok_or(Problem::NotFound)?;
    let address = format!("/households/{id}/members/{}/sealed", member.person);
    let facts = SealedFact::ALL.map(|fact| (fact.id().to_owned(), officer.of("support-fact", fact.id())));
    let holds = [("yes".to_owned(), officer.t("support-holds")), ("no".to_owned(), officer.t("support-holds-no-more"))];
    let body = html! {
        p { a href=(format!("/households/{id}")) { "← " (view.row.name) " (" (view.row.code) ")" } }
        (problem_told(officer, problem))
        p { strong { (officer.named(&member.name)) } }
        @if let Some(opened) = opened {
            h2 { (officer.t("support-opened")) }
            @if opened.is_empty() { p.empty { (officer.t("support-opened-none")) } }
            ul { @for fact in opened { li { (officer.of("support-fact", fact.id())) } } }
            p.warning { (officer.t("support-opened-hint")) }
        }
        h2 { (officer.t("support-seal")) }
        p { (officer.t("support-seal-hint")) }
        (layout::form(officer, &address, html! {
            (layout::choice_field("fact", &officer.t("field-fact"), &facts, "", None))
            (layout::choice_field("holds", &officer.t("support-holds-question"), &holds, "", None))
            (layout::send(&officer.t("support-seal")))
        }))
        @if officer.may(Action::ReadSealed) {
            h2 { (officer.t("support-open-facts")) }
            p { (officer.t("support-open-facts-hint")) }
            (layout::form(officer, &format!("{address}/open"), html! {
                (layout::long_field("why", &officer.t("support-why"), "", true))
                (layout::send(&officer.t("support-open-facts")))
            }))
        }
    };
    Ok(layout::page(officer, &officer.t("support-sealed"), body))
}

async fn seal(officer: Officer, Path((id, member)): At, Checked(given): Checked<Fact>) -> Answer {
    let sealed = async {
        let wrong = || RegistryError::invalid("fact", "choose one of those shown");
        let fact = SealedFact::ALL.into_iter().find(|fact| fact.id() == given.fact).ok_or_else(wrong)?;
        let holds = match given.holds.as_str() {
            "yes" => true,
            "no" => false,
            _ => return Err(wrong()),
        };
        officer.office.seal_fact(&member, fact, holds).await
    };
    match sealed.await {
        Ok(()) => done(&format!("/households/{id}/members/{member}/sealed")),
        Err(error) => again(error, async |problem| show(&officer, &id, &member, None, Some(problem)).await).await,
    }
}

async fn open(officer: Officer, Path((id, member)): At, Checked(given): Checked<Why>) -> Answer {
    match officer.office.open_facts(&member, &given.why).await {
        Ok(facts) => {
            let page = show(&officer, &id, &member, Some(&facts), None).await?;
            Ok(([(CACHE_CONTROL, "no-store")], page).into_response())
        }
        Err(error) => again(error, async |problem| show(&officer, &id, &member, None, Some(problem)).await).await,
    }
}
