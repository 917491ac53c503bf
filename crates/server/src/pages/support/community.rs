//! The groups and projects of an area in one list, for whoever looks after more than one commune.

use super::super::{areas, fields, finding};
use super::{back, told};
use crate::error::Page;
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_programme::community::{CommunityFilter, CommunityKind, CommunityRow};
use vuon_programme::groups::GroupState;
use vuon_programme::proposals::Step;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::{Action, Reach};

/// `/support/community`.
pub fn routes() -> Router<App> {
    Router::new().route("/support/community", get(list))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    unit: String,
    kind: String,
    state: String,
    after: Option<String>,
}

async fn list(officer: Officer, Query(asked): Query<Asked>) -> Page {
    officer.desk.actor().may(Action::ReadPeople)?;
    let unit = fields::some(&asked.unit).or_else(|| officer.own_unit());
    let kind = CommunityKind::ALL.into_iter().find(|kind| kind.id() == asked.kind);
    let filter = CommunityFilter { area: unit.clone(), kind, state: fields::some(&asked.state) };
    let request = PageRequest { after: asked.after.clone(), ..PageRequest::first() };
    let page = officer.office.community(&filter, &request).await?;
    let communes: Vec<&str> = page.rows.iter().map(|row| row.commune.as_str()).collect();
    let communes = officer.desk.full_names(&communes).await?;
    let headings = [
        officer.t("field-name"),
        officer.t("support-kind"),
        officer.t("commune"),
        officer.t("support-scheme"),
        officer.t("support-households"),
        officer.t("support-state"),
    ];
    let rows = page.rows.iter().map(|row| {
        let commune =
            communes.get(&row.commune).map_or(row.commune.as_str(), |name| name.split(", ").next().unwrap_or(name));
        vec![
            html! { a href=(address(row)) { (row.name) } },
            layout::plain(officer.of("support-kind", row.kind.id())),
            layout::plain(commune),
            layout::plain(told::scheme(&officer, &row.scheme)),
            layout::plain(officer.number(row.households)),
            state(&officer, row),
        ]
    });
    let title = officer.t("support-community");
    let query = finding::query(&[
        ("unit", unit.as_deref().unwrap_or_default()),
        ("kind", &asked.kind),
        ("state", &asked.state),
    ]);
    let body = html! {
        (back(&officer))
        @if let Some(unit) = &unit { p { strong { (told::unit(&officer, unit).await) } } }
        (filters(&officer, unit.as_deref(), &asked).await?)
        @if page.rows.is_empty() { p.empty { (none(&officer)) } } @else {
            (layout::list(&title, &headings, rows.collect()))
        }
        (layout::paging(&officer, "/support/community", &query, &page))
    };
    Ok(layout::page(&officer, &title, body))
}

/// That there are none: where somebody reaches a hamlet only, that those of the commune are not told here.
fn none(officer: &Officer) -> String {
    match officer.desk.actor().reach {
        Reach::Hamlet { .. } => officer.t("support-community-none-of-hamlet"),
        _ => officer.t("support-community-none"),
    }
}

/// The filters; the units below the one that is shown are chosen among them.
async fn filters(officer: &Officer, unit: Option<&str>, asked: &Asked) -> Result<Markup, crate::error::Problem> {
    let mut units: Vec<(String, String)> = match unit {
        Some(unit) => vec![(unit.to_owned(), told::unit(officer, unit).await)],
        None => Vec::new(),
    };
    let below = officer.desk.areas_below(unit).await?;
    units.extend(below.iter().map(|row| (row.id.clone(), areas::name(row))));
    let kinds = CommunityKind::ALL.map(|kind| (kind.id().to_owned(), officer.of("support-kind", kind.id())));
    let of_groups = [GroupState::Forming, GroupState::Certified, GroupState::Dissolved]
        .map(|state| (state.id().to_owned(), of_kind(officer, CommunityKind::Group, state.id())));
    let of_projects = Step::ALL
        .into_iter()
        .chain([Step::Withdrawn])
        .map(|step| (step.id().to_owned(), of_kind(officer, CommunityKind::Project, step.id())));
    let states: Vec<(String, String)> = of_groups.into_iter().chain(of_projects).collect();
    let everything = unit.is_none().then(|| officer.t("all"));
    Ok(html! {
        form.filters method="get" action="/support/community" {
            (layout::choice_field("unit", &officer.t("support-unit"), &units, unit.unwrap_or_default(), everything.as_deref()))
            (layout::choice_field("kind", &officer.t("support-kind"), &kinds, &asked.kind, Some(&officer.t("all"))))
            (layout::choice_field("state", &officer.t("support-state"), &states, &asked.state, Some(&officer.t("all"))))
            (layout::send(&officer.t("show")))
        }
        @if unit.is_some() && unit != officer.own_unit().as_deref() {
            p { a href="/support/community" { (officer.t("support-other-unit")) } }
        }
    })
}

/// A state with the kind that it is of: the states of both stand in one list.
fn of_kind(officer: &Officer, kind: CommunityKind, state: &str) -> String {
    let word = match kind {
        CommunityKind::Group => officer.of("support-group", state),
        CommunityKind::Project => officer.of("support-project", state),
    };
    format!("{}: {word}", officer.of("support-kind", kind.id()))
}

fn address(row: &CommunityRow) -> String {
    match row.kind {
        CommunityKind::Group => format!("/support/groups/{}", row.id),
        CommunityKind::Project => format!("/support/projects/{}", row.id),
    }
}

fn state(officer: &Officer, row: &CommunityRow) -> Markup {
    match row.kind {
        CommunityKind::Group => told::state(officer, "support-group", &row.state),
        CommunityKind::Project => layout::plain(officer.of("support-project", &row.state)),
    }
}
