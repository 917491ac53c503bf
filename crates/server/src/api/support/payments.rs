//! Payments: ordered, put into a file for the treasury or bank, answered.

use super::super::answer::{Given, Made, made, versioned};
use super::super::extract::{At, IfMatch, Paged, Sent, WhichPage, body};
use super::{MadeAll, SeenAgreements, Which};
use crate::bank;
use crate::error::{Answer, Problem};
use crate::office::Officer;
use crate::state::App;
use axum::Json;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use vuon_programme::payments::{AnswerReport, AnswerRow, Payment, PaymentFile, PaymentLine};
use vuon_programme::records::Kept;
use vuon_registry::page::Page;

pub fn routes(app: &App) -> OpenApiRouter<App> {
    let limit = DefaultBodyLimit::max(app.config().max_upload);
    OpenApiRouter::new()
        .routes(routes!(payments, order_payments))
        .routes(routes!(payment_files, make_payment_file))
        .routes(routes!(payment_file))
        .routes(routes!(payment_lines))
        .routes(routes!(payment_lines_csv))
        .routes(routes!(take_answer).layer(limit))
        .routes(routes!(take_answer_csv).layer(limit))
        .routes(routes!(settle))
}

/// Payments within reach, the oldest first.
#[utoipa::path(get, path = "/payments", params(Which, WhichPage), responses((status = 200, body = Page<Kept<Payment>>)))]
async fn payments(officer: Officer, Paged(which, page): Paged<Which>) -> Given<Page<Kept<Payment>>> {
    Ok(Json(officer.office.list(&which.into(), &page).await?))
}

/// The chair orders the payment of every part that was reached, of agreements as they were seen, all or none.
#[utoipa::path(post, path = "/payments", request_body = SeenAgreements, responses((status = 201, body = MadeAll)))]
async fn order_payments(officer: Officer, Sent(seen): Sent<SeenAgreements>) -> Answer {
    let ids = officer.office.order_payments(&seen.commune, &seen.pairs()).await?;
    Ok((StatusCode::CREATED, Json(MadeAll { ids })).into_response())
}

/// Files of payments within reach, the oldest first.
#[utoipa::path(get, path = "/payment-files", params(Which, WhichPage),
    responses((status = 200, body = Page<Kept<PaymentFile>>)))]
async fn payment_files(officer: Officer, Paged(which, page): Paged<Which>) -> Given<Page<Kept<PaymentFile>>> {
    Ok(Json(officer.office.list(&which.into(), &page).await?))
}

/// Whose payments.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFile {
    /// The commune.
    commune: String,
}

/// Puts every ordered payment of a commune into a file.
#[utoipa::path(post, path = "/payment-files", request_body = NewFile, responses((status = 201, body = Made)))]
async fn make_payment_file(officer: Officer, Sent(new): Sent<NewFile>) -> Answer {
    Ok(made("payment-files", officer.office.make_payment_file(&new.commune).await?))
}

/// A file of payments.
#[utoipa::path(get, path = "/payment-files/{id}", responses((status = 200, body = Kept<PaymentFile>)))]
async fn payment_file(officer: Officer, At(id): At<String>) -> Answer {
    let file = officer.office.one::<PaymentFile>(&id).await?;
    Ok(versioned(file.version, file))
}

/// What the bank's paper says of a payment that an answer left open.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Settled {
    /// The payment as it was made, or was not.
    row: AnswerRow,
    /// Why, for the ledger.
    why: String,
}

/// The chair settles what an answer left open about a payment of a file.
#[utoipa::path(post, path = "/payment-files/{id}/settle", params(IfMatch), request_body = Settled,
    responses((status = 204)))]
async fn settle(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(settled): Sent<Settled>,
) -> Result<StatusCode, Problem> {
    officer.office.settle(&id, at.0, &settled.row, &settled.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The rows of a file.
#[utoipa::path(get, path = "/payment-files/{id}/rows", responses((status = 200, body = Vec<PaymentLine>)))]
async fn payment_lines(officer: Officer, At(id): At<String>) -> Given<Vec<PaymentLine>> {
    Ok(Json(officer.office.payment_lines(&id).await?))
}

/// The rows of a file as CSV, as the treasury or bank takes them.
#[utoipa::path(get, path = "/payment-files/{id}/rows.csv",
    responses((status = 200, body = String, content_type = "text/csv")))]
async fn payment_lines_csv(officer: Officer, At(id): At<String>) -> Answer {
    let lines = bank::file(&officer.office.payment_lines(&id).await?);
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"payments.csv\"")];
    Ok((headers, lines).into_response())
}

/// Takes in the answer to a file. Sent again it changes nothing.
#[utoipa::path(post, path = "/payment-files/{id}/answer", request_body = Vec<AnswerRow>,
    responses((status = 200, body = AnswerReport)))]
async fn take_answer(officer: Officer, At(id): At<String>, Sent(rows): Sent<Vec<AnswerRow>>) -> Given<AnswerReport> {
    Ok(Json(officer.office.take_answer(&id, &rows).await?))
}

/// Takes in the answer to a file as CSV with the columns payment, paid, amount, on, note. Sent again it changes nothing.
#[utoipa::path(post, path = "/payment-files/{id}/answer.csv", request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = AnswerReport)))]
async fn take_answer_csv(
    State(app): State<App>,
    officer: Officer,
    At(id): At<String>,
    request: Request,
) -> Given<AnswerReport> {
    let rows = bank::answer(&body(request, &app).await?)?;
    Ok(Json(officer.office.take_answer(&id, &rows).await?))
}
