//! Agreements: drawn up, approved, reached part by part, and what comes back.

use super::super::answer::{Count, Given, Made, made, versioned};
use super::super::extract::{At, IfMatch, Paged, Sent, WhichPage};
use super::{MadeAll, SeenAgreements, TransferRow, Which, Why};
use crate::error::{Answer, Problem};
use crate::office::Officer;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_programme::agreements::{Agreement, EvidenceGiven, NewAgreement};
use vuon_programme::records::Kept;
use vuon_programme::repayment::{Instalment, Standing};
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(agreements, draw_up))
        .routes(routes!(draw_up_all))
        .routes(routes!(approve_agreements))
        .routes(routes!(agreement))
        .routes(routes!(agreement_money))
        .routes(routes!(agreement_statement))
        .routes(routes!(refuse_agreement))
        .routes(routes!(reach_part))
        .routes(routes!(extend_part))
        .routes(routes!(stop_agreement))
        .routes(routes!(end_agreement))
        .routes(routes!(refund))
}

/// Agreements within reach, the oldest first.
#[utoipa::path(get, path = "/agreements", params(Which, WhichPage), responses((status = 200, body = Page<Kept<Agreement>>)))]
async fn agreements(officer: Officer, Paged(which, page): Paged<Which>) -> Given<Page<Kept<Agreement>>> {
    Ok(Json(officer.office.list(&which.into(), &page).await?))
}

/// Draws an agreement up; it waits for the chair.
#[utoipa::path(post, path = "/agreements", request_body = NewAgreement, responses((status = 201, body = Made)))]
async fn draw_up(officer: Officer, Sent(new): Sent<NewAgreement>) -> Answer {
    Ok(made("agreements", officer.office.draw_up(&new).await?))
}

/// Many agreements of one commune.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAgreements {
    /// The commune.
    commune: String,
    /// What is agreed.
    agreements: Vec<NewAgreement>,
}

/// Draws many agreements of one commune up, all or none.
#[utoipa::path(post, path = "/agreements/all", request_body = NewAgreements, responses((status = 201, body = MadeAll)))]
async fn draw_up_all(officer: Officer, Sent(new): Sent<NewAgreements>) -> Answer {
    let ids = officer.office.draw_up_all(&new.commune, &new.agreements).await?;
    Ok((StatusCode::CREATED, Json(MadeAll { ids })).into_response())
}

/// The chair approves agreements of a commune as they were seen, all or none; how many. 409 when one was changed since.
#[utoipa::path(post, path = "/agreements/approve", request_body = SeenAgreements,
    responses((status = 200, body = Count)))]
async fn approve_agreements(officer: Officer, Sent(seen): Sent<SeenAgreements>) -> Given<Count> {
    officer.office.approve(&seen.commune, &seen.pairs()).await?;
    Ok(Json(Count { count: i64::try_from(seen.agreements.len()).unwrap_or(i64::MAX) }))
}

/// An agreement, and how it stands with what comes back.
#[derive(Serialize, ToSchema)]
struct AgreementView {
    /// It.
    #[serde(flatten)]
    agreement: Kept<Agreement>,
    /// The parts in which it comes back, for repayable support.
    schedule: Vec<Instalment>,
    /// How it stands today, once it was handed over.
    standing: Option<Standing>,
}

/// An agreement.
#[utoipa::path(get, path = "/agreements/{id}", responses((status = 200, body = AgreementView,
    headers(("ETag" = String, description = "Its version, for If-Match")))))]
async fn agreement(officer: Officer, At(id): At<String>) -> Answer {
    let agreement = officer.office.one::<Agreement>(&id).await?;
    let debt = agreement.thing.debt.as_ref();
    let schedule = debt.map(|debt| debt.schedule()).transpose()?.unwrap_or_default();
    let begun = debt.filter(|debt| debt.begun);
    let standing = begun.map(|debt| debt.standing(officer.desk.today())).transpose()?;
    Ok(versioned(agreement.version, AgreementView { agreement, schedule, standing }))
}

/// Every transfer of money that belongs to an agreement and its payments, in their order.
#[utoipa::path(get, path = "/agreements/{id}/money", responses((status = 200, body = Vec<TransferRow>)))]
async fn agreement_money(officer: Officer, At(id): At<String>) -> Given<Vec<TransferRow>> {
    let money = officer.office.money_of::<Agreement>(&id).await?;
    Ok(Json(money.into_iter().map(TransferRow::from).collect()))
}

/// An agreement in plain sentences, in the reader's language.
#[utoipa::path(get, path = "/agreements/{id}/statement", responses((status = 200, body = Vec<String>)))]
async fn agreement_statement(officer: Officer, At(id): At<String>) -> Given<Vec<String>> {
    let agreement = officer.office.one::<Agreement>(&id).await?;
    Ok(Json(officer.office.statement(&agreement.thing, officer.language)?))
}

/// The chair refuses a draft.
#[utoipa::path(post, path = "/agreements/{id}/refuse", params(IfMatch), request_body = Why, responses((status = 204)))]
async fn refuse_agreement(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(why): Sent<Why>,
) -> Result<StatusCode, Problem> {
    officer.office.refuse_agreement(&id, at.0, &why.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Records evidence that a part was reached.
#[utoipa::path(post, path = "/agreements/{id}/parts/{part}/evidence", params(IfMatch), request_body = EvidenceGiven,
    responses((status = 204)))]
async fn reach_part(
    officer: Officer,
    At((id, part)): At<(String, String)>,
    at: IfMatch,
    Sent(evidence): Sent<EvidenceGiven>,
) -> Result<StatusCode, Problem> {
    officer.office.reach_part(&id, at.0, &part, &evidence).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// More time for a part.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MoreTime {
    /// The new last day.
    due: Date,
    /// Why, for the ledger.
    why: String,
}

/// The chair gives a part more time, where the scheme says so.
#[utoipa::path(post, path = "/agreements/{id}/parts/{part}/extend", params(IfMatch), request_body = MoreTime,
    responses((status = 204)))]
async fn extend_part(
    officer: Officer,
    At((id, part)): At<(String, String)>,
    at: IfMatch,
    Sent(more): Sent<MoreTime>,
) -> Result<StatusCode, Problem> {
    officer.office.extend_part(&id, at.0, &part, more.due, &more.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why an agreement ends, and by when what was paid is given back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Stopped {
    /// In words, for the ledger.
    why: String,
    /// The last day to give back what was paid; needed where the scheme asks it back.
    #[schema(value_type = Option<String>, format = Date)]
    back_by: Option<Date>,
}

/// The chair ends an agreement for a part that was not reached. Where the scheme asks back what was paid, it is owed.
#[utoipa::path(post, path = "/agreements/{id}/parts/{part}/stop", params(IfMatch), request_body = Stopped,
    responses((status = 204)))]
async fn stop_agreement(
    officer: Officer,
    At((id, part)): At<(String, String)>,
    at: IfMatch,
    Sent(stopped): Sent<Stopped>,
) -> Result<StatusCode, Problem> {
    officer.office.stop_agreement(&id, at.0, &part, stopped.back_by, &stopped.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The chair ends an agreement for another reason; what is not paid goes back to the budget.
#[utoipa::path(post, path = "/agreements/{id}/end", params(IfMatch), request_body = Why, responses((status = 204)))]
async fn end_agreement(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(why): Sent<Why>,
) -> Result<StatusCode, Problem> {
    officer.office.end_agreement(&id, at.0, &why.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was given back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refund {
    /// How much, in đồng.
    amount: i64,
    /// The number of the receipt.
    receipt: String,
}

/// Records what a beneficiary gave back of what was paid.
#[utoipa::path(post, path = "/agreements/{id}/refunds", params(IfMatch), request_body = Refund,
    responses((status = 204)))]
async fn refund(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(given): Sent<Refund>,
) -> Result<StatusCode, Problem> {
    officer.office.refund(&id, at.0, given.amount, &given.receipt).await?;
    Ok(StatusCode::NO_CONTENT)
}
