//! Papers as PDF, in the language of `Accept-Language`: those of a round, and those of support.

use super::extract::At;
use crate::error::Answer;
use crate::office::Officer;
use crate::papers::{self, Paper, set};
use crate::signed_in::Person;
use crate::state::App;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_publish::papers::support::Supporting;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(paper))
        .routes(routes!(decision_paper))
        .routes(routes!(agreement_paper))
        .routes(routes!(receipt))
        .routes(routes!(loan_receipt))
        .routes(routes!(statement))
}

/// A paper of a round: `id` is the case of a certificate, of reasons and of a filled form (B or A); the round of all its
/// certificates and of a blank form; otherwise the list or the meeting itself.
#[utoipa::path(get, path = "/papers/{paper}/{id}",
    params(("paper" = inline(Paper), Path, description = "Which paper"), ("id" = String, Path, description = "Of what")),
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf")))]
async fn paper(State(app): State<App>, person: Person, At((paper, id)): At<(Paper, String)>) -> Answer {
    papers::file(&app, &person, paper, &id, person.language).await
}

/// The paper of a decision.
#[utoipa::path(get, path = "/rounds/{id}/decisions/{decision}/paper",
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf")))]
async fn decision_paper(State(app): State<App>, person: Person, At((round, decision)): At<(String, String)>) -> Answer {
    let printing = papers::printing(&app, &person, person.language);
    set(&app, "decision", printing.decision(&round, &decision).await?).await
}

fn supporting(officer: &Officer) -> Supporting<'_> {
    Supporting { office: &officer.office, language: officer.language }
}

/// An agreement, to be signed.
#[utoipa::path(get, path = "/agreements/{id}/paper",
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf")))]
async fn agreement_paper(State(app): State<App>, officer: Officer, At(id): At<String>) -> Answer {
    set(&app, "agreement", supporting(&officer).agreement(&id).await?).await
}

/// The receipt of what a household brought back under its agreement, by the receipt's number.
#[utoipa::path(get, path = "/agreements/{id}/receipts/{number}",
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf")))]
async fn receipt(State(app): State<App>, officer: Officer, At((id, number)): At<(String, String)>) -> Answer {
    set(&app, "receipt", supporting(&officer).receipt(&id, &number).await?).await
}

/// The receipt of what a member brought back to the group's fund, by the receipt's number.
#[utoipa::path(get, path = "/loans/{id}/receipts/{number}",
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf")))]
async fn loan_receipt(State(app): State<App>, officer: Officer, At((id, number)): At<(String, String)>) -> Answer {
    set(&app, "receipt", supporting(&officer).loan_receipt(&id, &number).await?).await
}

/// Every agreement of a household or group, and how it stands today; of a household also what a group's fund lent it.
#[utoipa::path(get, path = "/beneficiaries/{id}/statement",
    responses((status = 200, body = Vec<u8>, content_type = "application/pdf")))]
async fn statement(State(app): State<App>, officer: Officer, At(id): At<String>) -> Answer {
    set(&app, "statement", supporting(&officer).statement(&id).await?).await
}
