//! The papers of a round as files to print: what the pages show, set as official papers are.

use crate::error::{Answer, Problem};
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;
use serde::Deserialize;
use vuon_publish::papers::collect::{Papers, Printing};
use vuon_publish::papers::pdf;
use vuon_registry::page::PageRequest;

/// `/papers/…`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/papers/certificate/{case}", get(certificate))
        .route("/papers/certificates/{round}", get(certificates))
        .route("/papers/decision/{round}/{decision}", get(decision))
        .route("/papers/posting/{posting}", get(posting))
        .route("/papers/minutes/{meeting}", get(minutes))
        .route("/papers/reasons/{case}", get(reasons))
        .route("/papers/form/{round}", get(blank_form))
        .route("/papers/filled/{case}", get(filled_form))
}

/// The most certificates in one file.
const TOGETHER: usize = 2_000;

fn printing<'a>(app: &'a App, person: &'a Person) -> Printing<'a> {
    let language = person.reading_papers().language;
    Printing { desk: &person.desk, language, public_url: app.config().public_url.as_deref() }
}

/// Sets papers, beside the threads that answer.
async fn set(app: &App, name: &str, (sheets, pictures): Papers) -> Answer {
    let title = sheets.first().map(|sheet| sheet.paper.title.clone()).ok_or(Problem::NotFound)?;
    let templates = app.templates().clone();
    let made = tokio::task::spawn_blocking(move || pdf(&title, &sheets, &pictures, &templates)).await;
    let bytes = made.map_err(|_| Problem::Internal)?.map_err(|error| {
        tracing::error!(%error, "a paper could not be set");
        Problem::Internal
    })?;
    let disposition = format!("inline; filename=\"{name}.pdf\"");
    Ok(([(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

async fn certificate(State(app): State<App>, person: Person, Path(case): Path<String>) -> Answer {
    set(&app, "certificate", printing(&app, &person).certificate(&case).await?).await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Of {
    decision: String,
}

/// All certificates in force of a round.
async fn certificates(State(app): State<App>, person: Person, Path(id): Path<String>, Query(of): Query<Of>) -> Answer {
    let round = person.desk.round(&id).await?.row;
    let decision = Some(of.decision.as_str()).filter(|decision| !decision.is_empty());
    let mut request = PageRequest { after: None, limit: PageRequest::MOST };
    let mut all = Vec::new();
    loop {
        let page = person.desk.certificates(&id, decision, &request).await?;
        all.extend(page.rows);
        request.after = page.next;
        if request.after.is_none() || all.len() >= TOGETHER {
            break;
        }
    }
    set(&app, "certificates", printing(&app, &person).certificates(&round, &all).await?).await
}

async fn decision(State(app): State<App>, person: Person, Path((round, decision)): Path<(String, String)>) -> Answer {
    set(&app, "decision", printing(&app, &person).decision(&round, &decision).await?).await
}

async fn posting(State(app): State<App>, person: Person, Path(posting): Path<String>) -> Answer {
    set(&app, "list", printing(&app, &person).posting(&posting).await?).await
}

async fn minutes(State(app): State<App>, person: Person, Path(meeting): Path<String>) -> Answer {
    set(&app, "minutes", printing(&app, &person).minutes(&meeting).await?).await
}

async fn reasons(State(app): State<App>, person: Person, Path(case): Path<String>) -> Answer {
    set(&app, "reasons", printing(&app, &person).reasons(&case).await?).await
}

async fn blank_form(State(app): State<App>, person: Person, Path(round): Path<String>) -> Answer {
    set(&app, "form", printing(&app, &person).blank_form(&round).await?).await
}

async fn filled_form(State(app): State<App>, person: Person, Path(case): Path<String>) -> Answer {
    set(&app, "form", printing(&app, &person).filled_form(&case).await?).await
}
