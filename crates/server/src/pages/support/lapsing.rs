//! Households that left the list whose time under the schemes for them ends soon: what is agreed with them is agreed now.

use super::super::areas;
use super::{Of, back, entitled, told};
use crate::error::Page;
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use maud::html;
use vuon_programme::entitled::LAPSING_MONTHS;
use vuon_registry::scope::Action;

/// `/support/lapsing`.
pub fn routes() -> Router<App> {
    Router::new().route("/support/lapsing", get(lapsing))
}

async fn lapsing(officer: Officer, Query(of): Query<Of>) -> Page {
    officer.desk.actor().may(Action::ReadPeople)?;
    let title = officer.tr("support-lapsing", &[("months", LAPSING_MONTHS.into())]);
    let commune = match super::commune(&officer, &of, "/support/lapsing", &title).await? {
        Ok(commune) => commune,
        Err(chooser) => return Ok(chooser),
    };
    let rows = officer.office.lapsing_in(&commune.id, LAPSING_MONTHS).await?;
    let headings = [
        officer.t("household-head"),
        officer.t("support-window"),
        officer.t("support-entitled"),
        officer.t("support-receives"),
    ];
    let cells = rows.iter().map(|row| {
        vec![
            entitled::household(&officer, row),
            layout::plain(row.window_ends.map(|day| officer.day(day)).unwrap_or_default()),
            entitled::schemes(&officer, &row.entitled),
            html! {
                @if row.receives.is_empty() { span.muted { (officer.t("support-receives-none")) } }
                @else { (entitled::schemes(&officer, &row.receives)) }
            },
        ]
    });
    let body = html! {
        (back(&officer))
        (told::other_commune(&officer, "/support/lapsing", &areas::name(&commune)))
        p.hint { (officer.t("support-lapsing-hint")) }
        @if rows.is_empty() { p.empty { (officer.t("support-lapsing-none")) } } @else {
            (layout::list(&officer.t("support-lapsing-households"), &headings, cells.collect()))
        }
    };
    Ok(layout::page(&officer, &title, body))
}
