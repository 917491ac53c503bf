//! What has to come back, of an agreement and of a loan of a group's fund alike.

use super::super::answer::{Given, versioned};
use super::super::extract::{At, IfMatch, Paged, Sent, WhichPage};
use super::{Which, Why};
use crate::error::{Answer, Problem};
use crate::office::Officer;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_programme::groups::Loan;
use vuon_programme::records::Kept;
use vuon_programme::repayment::{Plan, Repaid, Standing};
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(loans))
        .routes(routes!(loan))
        .routes(routes!(loan_statement))
        .routes(routes!(repay))
        .routes(routes!(repay_loan))
        .routes(routes!(reschedule))
        .routes(routes!(reschedule_loan))
        .routes(routes!(write_off))
        .routes(routes!(write_off_loan))
}

/// Loans of groups' funds within reach, the oldest first.
#[utoipa::path(get, path = "/loans", params(Which, WhichPage), responses((status = 200, body = Page<Kept<Loan>>)))]
async fn loans(officer: Officer, Paged(which, page): Paged<Which>) -> Given<Page<Kept<Loan>>> {
    Ok(Json(officer.office.list(&which.into(), &page).await?))
}

/// A loan.
#[utoipa::path(get, path = "/loans/{id}", responses((status = 200, body = Kept<Loan>,
    headers(("ETag" = String, description = "Its version, for If-Match")))))]
async fn loan(officer: Officer, At(id): At<String>) -> Answer {
    let loan = officer.office.one::<Loan>(&id).await?;
    Ok(versioned(loan.version, loan))
}

/// A loan in plain sentences, for the household.
#[utoipa::path(get, path = "/loans/{id}/statement", responses((status = 200, body = Vec<String>)))]
async fn loan_statement(officer: Officer, At(id): At<String>) -> Given<Vec<String>> {
    let loan = officer.office.one::<Loan>(&id).await?.thing;
    let called = officer.office.called(std::slice::from_ref(&loan.group)).await?;
    let group = called.get(&loan.group).map_or(loan.group.as_str(), |group| group.name.as_str());
    Ok(Json(officer.office.loan_statement(&loan, group, officer.language)?))
}

/// What came back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Repayment {
    /// The day.
    on: Date,
    /// How much: đồng, or how many things.
    amount: i64,
    /// The number of the receipt.
    receipt: String,
}

/// Another plan for what is owed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPlan {
    /// The plan.
    plan: Plan,
    /// Why, for the ledger.
    why: String,
}

/// Records what a household brought back under its agreement; how it stands since.
#[utoipa::path(post, path = "/agreements/{id}/repayments", params(IfMatch), request_body = Repayment,
    responses((status = 200, body = Standing)))]
async fn repay(officer: Officer, At(id): At<String>, at: IfMatch, Sent(given): Sent<Repayment>) -> Given<Standing> {
    let repaid = Repaid { on: given.on, amount: given.amount };
    Ok(Json(officer.office.repay(&id, at.0, repaid, &given.receipt).await?))
}

/// Records what a member brought back to the group's fund; how it stands since.
#[utoipa::path(post, path = "/loans/{id}/repayments", params(IfMatch), request_body = Repayment,
    responses((status = 200, body = Standing)))]
async fn repay_loan(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(given): Sent<Repayment>,
) -> Given<Standing> {
    let repaid = Repaid { on: given.on, amount: given.amount };
    Ok(Json(officer.office.repay_loan(&id, at.0, repaid, &given.receipt).await?))
}

/// The chair agrees on another plan for what is still owed under an agreement.
#[utoipa::path(post, path = "/agreements/{id}/plan", params(IfMatch), request_body = NewPlan,
    responses((status = 204)))]
async fn reschedule(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(new): Sent<NewPlan>,
) -> Result<StatusCode, Problem> {
    officer.office.reschedule(&id, at.0, new.plan, &new.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The chair agrees on another plan for what is still owed of a loan.
#[utoipa::path(post, path = "/loans/{id}/plan", params(IfMatch), request_body = NewPlan, responses((status = 204)))]
async fn reschedule_loan(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(new): Sent<NewPlan>,
) -> Result<StatusCode, Problem> {
    officer.office.reschedule_loan(&id, at.0, new.plan, &new.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The chair writes off what will not come back under an agreement.
#[utoipa::path(post, path = "/agreements/{id}/write-off", params(IfMatch), request_body = Why,
    responses((status = 204)))]
async fn write_off(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(why): Sent<Why>,
) -> Result<StatusCode, Problem> {
    officer.office.write_off(&id, at.0, &why.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The chair writes off what will not come back of a loan.
#[utoipa::path(post, path = "/loans/{id}/write-off", params(IfMatch), request_body = Why, responses((status = 204)))]
async fn write_off_loan(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(why): Sent<Why>,
) -> Result<StatusCode, Problem> {
    officer.office.write_off_loan(&id, at.0, &why.why).await?;
    Ok(StatusCode::NO_CONTENT)
}
