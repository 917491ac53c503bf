//! Sealed facts about people: recorded by whoever receives the paper, opened by the chair alone, in no list.

use super::super::extract::{At, Sent};
use super::super::once::Unkept;
use super::Why;
use crate::error::{Answer, Problem};
use crate::office::Officer;
use crate::state::App;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_policy::support::SealedFact;
use vuon_registry::RegistryError;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(seal_fact)).routes(routes!(open_facts))
}

/// A sealed fact.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Fact {
    /// `after_treatment`, `hiv` or `trafficking`.
    fact: String,
    /// Whether it holds.
    holds: bool,
}

/// Records a sealed fact about a person, or that it holds no more. Nobody reads it here again.
#[utoipa::path(post, path = "/persons/{id}/sealed-facts", request_body = Fact, responses((status = 204)))]
async fn seal_fact(officer: Officer, At(id): At<String>, Sent(given): Sent<Fact>) -> Result<StatusCode, Problem> {
    let fact = SealedFact::ALL.into_iter().find(|fact| fact.id() == given.fact);
    let fact = fact.ok_or_else(|| RegistryError::invalid("fact", "choose one of those shown"))?;
    officer.office.seal_fact(&id, fact, given.holds).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sealed facts, opened.
#[derive(Serialize, ToSchema)]
struct Facts {
    /// Those that hold.
    facts: Vec<&'static str>,
}

/// The chair opens the sealed facts about a person, for a reason that the ledger keeps.
#[utoipa::path(post, path = "/persons/{id}/sealed-facts/open", request_body = Why,
    responses((status = 200, body = Facts)))]
async fn open_facts(officer: Officer, At(id): At<String>, Sent(why): Sent<Why>) -> Answer {
    let facts = officer.office.open_facts(&id, &why.why).await?;
    let facts = facts.into_iter().map(SealedFact::id).collect();
    Ok((Extension(Unkept), [(CACHE_CONTROL, "no-store")], Json(Facts { facts })).into_response())
}
