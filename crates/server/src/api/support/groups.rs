//! Groups of households and their funds.

use super::super::answer::{Given, Made, made, versioned};
use super::super::extract::{At, IfMatch, Paged, Sent, WhichPage};
use super::{Which, Why};
use crate::error::{Answer, Problem};
use crate::office::Officer;
use crate::state::App;
use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_programme::groups::{Group, GroupMember, Loan, NewGroup, NewLoan, next_in_turn};
use vuon_programme::records::Kept;
use vuon_programme::repayment::Things;
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(groups, new_group))
        .routes(routes!(group))
        .routes(routes!(join_group))
        .routes(routes!(leave_group))
        .routes(routes!(certify_group))
        .routes(routes!(dissolve_group))
        .routes(routes!(group_fund))
        .routes(routes!(lend_from_group))
}

/// Groups within reach, the oldest first.
#[utoipa::path(get, path = "/groups", params(Which, WhichPage), responses((status = 200, body = Page<Kept<Group>>)))]
async fn groups(officer: Officer, Paged(which, page): Paged<Which>) -> Given<Page<Kept<Group>>> {
    Ok(Json(officer.office.list(&which.into(), &page).await?))
}

/// Records a new group.
#[utoipa::path(post, path = "/groups", request_body = NewGroup, responses((status = 201, body = Made)))]
async fn new_group(officer: Officer, Sent(new): Sent<NewGroup>) -> Answer {
    Ok(made("groups", officer.office.new_group(&new).await?))
}

/// A group.
#[utoipa::path(get, path = "/groups/{id}", responses((status = 200, body = Kept<Group>,
    headers(("ETag" = String, description = "Its version, for If-Match")))))]
async fn group(officer: Officer, At(id): At<String>) -> Answer {
    let group = officer.office.one::<Group>(&id).await?;
    Ok(versioned(group.version, group))
}

/// A household joins, by one person.
#[utoipa::path(post, path = "/groups/{id}/members", params(IfMatch), request_body = GroupMember,
    responses((status = 204)))]
async fn join_group(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(member): Sent<GroupMember>,
) -> Result<StatusCode, Problem> {
    officer.office.join_group(&id, at.0, &member).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who leaves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Leaving {
    /// The household.
    household: String,
}

/// A household leaves.
#[utoipa::path(post, path = "/groups/{id}/leave", params(IfMatch), request_body = Leaving, responses((status = 204)))]
async fn leave_group(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(who): Sent<Leaving>,
) -> Result<StatusCode, Problem> {
    officer.office.leave_group(&id, at.0, &who.household).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The chair certifies a group.
#[utoipa::path(post, path = "/groups/{id}/certify", params(IfMatch), responses((status = 204)))]
async fn certify_group(officer: Officer, At(id): At<String>, at: IfMatch) -> Result<StatusCode, Problem> {
    officer.office.certify_group(&id, at.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The chair dissolves a group.
#[utoipa::path(post, path = "/groups/{id}/dissolve", params(IfMatch), request_body = Why, responses((status = 204)))]
async fn dissolve_group(
    officer: Officer,
    At(id): At<String>,
    at: IfMatch,
    Sent(why): Sent<Why>,
) -> Result<StatusCode, Problem> {
    officer.office.dissolve_group(&id, at.0, &why.why).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A group's fund.
#[derive(Serialize, ToSchema)]
struct Fund {
    /// What is in it, in đồng.
    holds: i64,
    /// The things that are in it; nothing where it was given none.
    things: Option<Things>,
    /// Whose turn it is to borrow; nobody's while every member has a loan.
    next: Option<GroupMember>,
    /// How many of the member households are entitled today.
    entitled: usize,
    /// Its loans.
    loans: Vec<Kept<Loan>>,
}

/// What is in a group's fund, its loans, whose turn it is, and how many of its households are entitled today.
#[utoipa::path(get, path = "/groups/{id}/fund", responses((status = 200, body = Fund)))]
async fn group_fund(officer: Officer, At(id): At<String>) -> Given<Fund> {
    let group = officer.office.one::<Group>(&id).await?;
    let vuon_programme::groups::Fund { money, things, loans } = officer.office.group_fund(&id).await?;
    let (entitled, _) = officer.office.entitled_in_group(&id).await?;
    Ok(Json(Fund { holds: money, things, next: next_in_turn(&group.thing, &loans), entitled, loans }))
}

/// The fund lends to the member whose turn it is.
#[utoipa::path(post, path = "/groups/{id}/loans", params(IfMatch), request_body = NewLoan,
    responses((status = 201, body = Made)))]
async fn lend_from_group(officer: Officer, At(id): At<String>, at: IfMatch, Sent(new): Sent<NewLoan>) -> Answer {
    Ok(made("loans", officer.office.lend_from_group(&id, at.0, &new).await?))
}
