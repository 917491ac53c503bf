//! What is due, how support stands, the targets, and an audit of the money.

use super::super::answer::{Given, Made, made};
use super::super::extract::{All, Asked, At, Paged, Sent, WhichPage};
use crate::error::Answer;
use crate::office::Officer;
use crate::periods;
use crate::state::App;
use axum::Json;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vuon_programme::NextStep;
use vuon_programme::agreements::Agreement;
use vuon_programme::audit::MoneyAudit;
use vuon_programme::coverage::CoverageRow;
use vuon_programme::figures::SupportFigures;
use vuon_programme::records::Kept;
use vuon_programme::repayment::Standing;
use vuon_programme::targets::{Households, NewFigure, TargetRow};
use vuon_registry::RegistryError;
use vuon_registry::page::Page;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(next_steps))
        .routes(routes!(debts))
        .routes(routes!(support_figures))
        .routes(routes!(targets))
        .routes(routes!(report_figure))
        .routes(routes!(coverage))
        .routes(routes!(money_audit))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Until {
    /// Due on this day or before; within a month when absent.
    until: Option<Date>,
}

/// The visits and repayments of a commune that are due, the first first.
#[utoipa::path(get, path = "/areas/{id}/next-steps", params(Until), responses((status = 200, body = Vec<NextStep>)))]
async fn next_steps(officer: Officer, At(id): At<String>, Asked(asked): Asked<Until>) -> Given<Vec<NextStep>> {
    let until = asked.until.unwrap_or_else(|| officer.desk.today().saturating_add(1.month()));
    Ok(Json(officer.office.next_steps(&id, until).await?))
}

/// An agreement under which something has to come back.
#[derive(Serialize, ToSchema)]
struct DebtRow {
    /// The agreement.
    agreement: Kept<Agreement>,
    /// How it stands today.
    standing: Standing,
}

/// The agreements of a commune under which something has to come back, the longest late first.
#[utoipa::path(get, path = "/areas/{id}/debts", params(WhichPage), responses((status = 200, body = Page<DebtRow>)))]
async fn debts(officer: Officer, At(id): At<String>, Paged(_, page): Paged<All>) -> Given<Page<DebtRow>> {
    let late = |row: &DebtRow| row.standing.days_late;
    let debts = officer.office.debts_of(&id).await?.into_iter();
    let mut rows: Vec<DebtRow> = debts.map(|(agreement, standing)| DebtRow { agreement, standing }).collect();
    // How late a debt is, is computed and not stored: the order is made here, and a page begins after the key of the last row.
    rows.sort_by(|a, b| late(b).cmp(&late(a)).then_with(|| a.agreement.id.cmp(&b.agreement.id)));
    if let Some([days, id]) = page.key::<2>()? {
        let days =
            days.parse().map_err(|_| RegistryError::invalid("after", "take it from the page before, unchanged"))?;
        rows.retain(|row| late(row) < days || (late(row) == days && row.agreement.id > id));
    }
    rows.truncate(usize::try_from(page.reads()).unwrap_or(usize::MAX));
    Ok(Json(Page::of(rows, &page, |row| [late(row).to_string(), row.agreement.id.clone()])))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct CapitalYear {
    /// The year of the capital.
    year: i16,
}

/// The figures of a unit's agreements of a year of capital.
#[utoipa::path(get, path = "/areas/{id}/support-figures", params(CapitalYear),
    responses((status = 200, body = SupportFigures)))]
async fn support_figures(officer: Officer, At(id): At<String>, Asked(of): Asked<CapitalYear>) -> Given<SupportFigures> {
    periods::year("year", of.year.into(), officer.desk.today())?;
    Ok(Json(officer.office.support_figures(&id, of.year).await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct InAll {
    /// All households of the unit at the end of each year, as `2024:1830,2025:1852`: the register knows those of its lists
    /// alone, and gives no rate for a year without them.
    households: Option<String>,
}

/// The targets of the programme with their yearly path, beside what the register shows of a unit. The name of a list of
/// areas stands for the nation.
#[utoipa::path(get, path = "/areas/{id}/targets", params(InAll), responses((status = 200, body = Vec<TargetRow>)))]
async fn targets(officer: Officer, At(id): At<String>, Asked(all): Asked<InAll>) -> Given<Vec<TargetRow>> {
    let wrong = || RegistryError::invalid("households", "a year and a number are needed, as 2025:1852");
    let pairs = all.households.as_deref().unwrap_or_default().split(',').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (year, all) = pair.split_once(':')?;
        Some((year.parse().ok()?, all.parse().ok()?))
    });
    let households: Households = pairs.collect::<Option<_>>().ok_or_else(wrong)?;
    Ok(Json(officer.office.targets(&id, &households, officer.language).await?))
}

/// Reports a figure of a target that the register does not compute, with the document in which it stands; in place of what was
/// reported of the same unit and year.
#[utoipa::path(post, path = "/target-figures", request_body = NewFigure, responses((status = 201, body = Made)))]
async fn report_figure(officer: Officer, Sent(new): Sent<NewFigure>) -> Answer {
    Ok(made("target-figures", officer.office.report_figure(&new).await?))
}

/// How far support reaches in each unit right below an area, and where households receive the same twice. The name of the list
/// of areas in force stands for the nation; an area is of that list. What waits at a unit that was divided stands apart.
#[utoipa::path(get, path = "/areas/{id}/support-coverage", responses((status = 200, body = Vec<CoverageRow>)))]
async fn coverage(officer: Officer, At(id): At<String>) -> Given<Vec<CoverageRow>> {
    Ok(Json(officer.office.coverage(&id).await?))
}

/// Holds everything about support against the ledger, and computes money and allocations again; for auditors.
#[utoipa::path(get, path = "/audit/money", responses((status = 200, body = MoneyAudit)))]
async fn money_audit(officer: Officer) -> Given<MoneyAudit> {
    Ok(Json(officer.office.verify().await?))
}
