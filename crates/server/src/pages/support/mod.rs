//! Support: who is entitled, in which order, what was agreed, paid and brought back, and the capital behind it. Each page
//! asks the reader's [`Office`](vuon_programme::Office).

mod agreement;
mod agreement_steps;
mod agreements;
mod approval;
mod capital;
mod capital_map;
mod classes;
mod community;
mod coverage;
pub mod desk;
mod entitled;
mod figures;
mod groups;
pub mod household;
mod lapsing;
mod new_agreement;
pub mod pack;
mod payments;
mod plan;
mod projects;
mod rankings;
mod receipts;
pub mod sealed;
mod told;
mod what_if;

use super::communes;
use crate::error::{Answer, Problem};
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_registry::areas::AreaRow;
use vuon_registry::scope::Action;

/// `/support` and below.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .merge(desk::routes())
        .merge(entitled::routes())
        .merge(lapsing::routes())
        .merge(rankings::routes())
        .merge(agreements::routes())
        .merge(new_agreement::routes())
        .merge(approval::routes(app))
        .merge(agreement::routes())
        .merge(agreement_steps::routes())
        .merge(payments::routes(app))
        .merge(groups::routes())
        .merge(projects::routes())
        .merge(community::routes())
        .merge(coverage::routes())
        .merge(capital::routes())
        .merge(classes::routes())
        .merge(figures::routes())
        .merge(sealed::routes())
        .merge(pack::routes())
}

/// Which commune a page is asked about; or a commune that is looked up by name.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Of {
    commune: String,
    name: Option<String>,
}

/// The commune that a page is about; or the page that asks for one.
///
/// # Errors
/// [`Problem`], as the register says.
async fn commune(officer: &Officer, of: &Of, path: &str, title: &str) -> Result<Result<AreaRow, Markup>, Problem> {
    match communes::commune(officer, Some(&of.commune)).await? {
        Some(commune) => Ok(Ok(commune)),
        None => {
            let chooser = communes::chooser(officer, path, of.name.as_deref()).await?;
            Ok(Err(layout::page(officer, title, html! { (back(officer)) (chooser) })))
        }
    }
}

/// Back to the desk, for whom it is; and that nothing new begins, where that is so.
fn back(officer: &Officer) -> Markup {
    html! {
        @if officer.may(Action::ReadFigures) { p { a href="/support" { "← " (officer.t("nav-support")) } } }
        (over(officer))
    }
}

/// That the time of the pack is over.
fn over(officer: &Officer) -> Markup {
    let pack = officer.office.program().pack.label.get(officer.language);
    html! {
        @if let Some(day) = officer.office.over() {
            p.warning {
                (officer.tr("support-pack-over", &[("pack", pack.into()), ("day", officer.day(day).into())]))
            }
        }
    }
}

/// What is in the way, if something is.
fn problem_told(officer: &Officer, problem: Option<&Problem>) -> Markup {
    html! { @if let Some(problem) = problem { (layout::alert(&problem.text(officer))) } }
}

/// The version that was seen.
fn version_field(version: i64) -> Markup {
    html! { input type="hidden" name="version" value=(version); }
}

/// To another page, with the news that it is done.
fn done(path: &str) -> Answer {
    let (page, place) = path.split_once('#').map_or((path, String::new()), |(page, id)| (page, format!("#{id}")));
    let sign = if page.contains('?') { '&' } else { '?' };
    Ok(Redirect::to(&format!("{page}{sign}done=saved{place}")).into_response())
}
