//! Papers as files to print: what the pages show, set as official papers are. They speak the language of papers.

use crate::error::{Answer, Problem};
use crate::office::Officer;
use crate::papers::{self, Paper, set};
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use serde::Deserialize;
use vuon_publish::papers::support::Supporting;

/// `/papers/…`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/papers/{paper}/{id}", get(paper))
        .route("/papers/certificates/{round}", get(certificates))
        .route("/papers/decision/{round}/{decision}", get(decision))
        .route("/papers/agreement/{agreement}", get(agreement))
        .route("/papers/statement/{subject}", get(statement))
        .route("/papers/receipt/{agreement}/{number}", get(receipt))
        .route("/papers/loan-receipt/{loan}/{number}", get(loan_receipt))
}

async fn paper(State(app): State<App>, person: Person, Path((paper, id)): Path<(String, String)>) -> Answer {
    // What is no paper is not there.
    let paper = serde_json::from_value::<Paper>(paper.into()).map_err(|_| Problem::NotFound)?;
    papers::file(&app, &person, paper, &id, person.reading_papers().language).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Of {
    decision: String,
}

/// All certificates in force of a round, or of one of its decisions.
async fn certificates(State(app): State<App>, person: Person, Path(id): Path<String>, Query(of): Query<Of>) -> Answer {
    let decision = Some(of.decision.as_str()).filter(|decision| !decision.is_empty());
    let printing = papers::printing(&app, &person, person.reading_papers().language);
    set(&app, "certificates", papers::certificates(&person, &printing, &id, decision).await?).await
}

async fn decision(State(app): State<App>, person: Person, Path((round, decision)): Path<(String, String)>) -> Answer {
    let printing = papers::printing(&app, &person, person.reading_papers().language);
    set(&app, "decision", printing.decision(&round, &decision).await?).await
}

fn supporting(officer: &Officer) -> Supporting<'_> {
    Supporting { office: &officer.office, language: officer.reading_papers().language }
}

async fn agreement(State(app): State<App>, officer: Officer, Path(id): Path<String>) -> Answer {
    set(&app, "agreement", supporting(&officer).agreement(&id).await?).await
}

async fn statement(State(app): State<App>, officer: Officer, Path(subject): Path<String>) -> Answer {
    set(&app, "statement", supporting(&officer).statement(&subject).await?).await
}

async fn receipt(State(app): State<App>, officer: Officer, Path((id, number)): Path<(String, String)>) -> Answer {
    set(&app, "receipt", supporting(&officer).receipt(&id, &number).await?).await
}

async fn loan_receipt(State(app): State<App>, officer: Officer, Path((id, number)): Path<(String, String)>) -> Answer {
    set(&app, "receipt", supporting(&officer).loan_receipt(&id, &number).await?).await
}
