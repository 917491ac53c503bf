//! Movement tables: forms 2 (the poor) and 3 (the near-poor) of the yearly report, columns 1 to 9.

use super::areas::full_name;
use crate::error::{Answer, Problem};
use crate::layout;
use crate::periods;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::View;
use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use jiff::civil::{Date, date};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_publish::report::Transitions;
use vuon_registry::flows::{Flow, Flows, Movement};
use vuon_registry::scope::Action;

/// `/flows`.
pub fn routes() -> Router<App> {
    Router::new().route("/flows", get(flows))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    area: Option<String>,
    from: Option<Date>,
    to: Option<Date>,
    name: Option<String>,
}

async fn flows(person: Person, Query(asked): Query<Asked>) -> Answer {
    person.desk.actor().may(Action::ReadFigures)?;
    let title = person.t("nav-flows");
    let today = person.desk.today();
    // The end of the year before, as the yearly report has it, to today.
    let from = asked.from.unwrap_or_else(|| date(today.year() - 1, 12, 31));
    let to = asked.to.unwrap_or(today);
    let Some(area) = asked.area.clone().filter(|area| !area.is_empty()).or_else(|| person.own_unit()) else {
        let page = layout::page(&person, &title, choose(&person, asked.name.as_deref()).await?);
        return Ok(page.into_response());
    };
    let name = full_name(&person, &area).await?;
    let period = |area: &str| format!("/flows?area={area}&from={from}&to={to}");
    let found = match periods::day("from", from, today).and_then(|_| periods::day("to", to, today)) {
        Ok(_) => person.desk.flows(&area, from, to).await,
        Err(error) => Err(error),
    };
    let found = found.map_err(Problem::from);
    let status = found.as_ref().err().map_or(StatusCode::OK, Problem::status);
    let body = html! {
        form.filters method="get" action="/flows" {
            input type="hidden" name="area" value=(area);
            (layout::day_field("from", &person.t("flows-from"), &from.to_string(), true))
            (layout::day_field("to", &person.t("flows-to"), &to.to_string(), true))
            (layout::send(&person.t("show")))
        }
        @match found {
            Ok(rows) => {
                @if let Some(picture) = rows.first().and_then(|all| {
                    Transitions::of(all).picture((from, to), person.language)
                }) { (picture.figure()) }
                p { (person.tr("flows-explained", &[("from", person.day(from).into()), ("to", person.day(to).into())])) }
                @let (rows, silent): (Vec<Flows>, Vec<Flows>) = rows.into_iter().partition(|row| told(row, &area));
                (table(&person, &person.t("flows-poor"), &rows, &area, &period, true))
                (table(&person, &person.t("flows-near-poor"), &rows, &area, &period, false))
                @if !silent.is_empty() {
                    p { (person.tr("flows-silent", &[("count", silent.len().into())])) }
                    details {
                        summary { (person.t("flows-silent-which")) }
                        p { (silent.iter().map(|row| row.name.as_str()).collect::<Vec<_>>().join(", ")) }
                    }
                }
            }
            Err(problem) => { (layout::alert(&problem.text(&person))) }
        }
    };
    Ok((status, layout::page(&person, &format!("{title}: {name}"), body)).into_response())
}

/// Whether a unit has rows of its own: one of which this register knows no listed household does not have zero poor
/// households, nobody is counted there. A hamlet is of the commune's own register.
fn told(row: &Flows, area: &str) -> bool {
    row.area == area || !row.area.contains(':') || !(row.poor.is_empty() && row.near_poor.is_empty())
}

/// The topmost units, and communes by name, for who may see all.
async fn choose(person: &Person, name: Option<&str>) -> Result<Markup, Problem> {
    let top = person.desk.areas_below(None).await?;
    let found = super::communes::found(person, name).await?;
    Ok(html! {
        p { (person.t("flows-choose")) }
        form.filters method="get" action="/flows" role="search" {
            (layout::text_field("name", &person.t("commune-name"), name.unwrap_or_default(), false))
            (layout::send(&person.t("search")))
        }
        ul.plainlist {
            @for (id, name) in &found { li { a href=(format!("/flows?area={id}")) { (name) } } }
            @for row in &top { li { a href=(format!("/flows?area={}", row.id)) { (super::areas::name(row)) } } }
        }
    })
}

fn table(
    view: &View,
    caption: &str,
    rows: &[Flows],
    area: &str,
    period: &dyn Fn(&str) -> String,
    poor: bool,
) -> Markup {
    let (to_other, from_other, other) = if poor {
        (view.t("flows-became-near-poor"), view.t("flows-from-near-poor"), view.t("flows-above"))
    } else {
        (view.t("flows-became-poor"), view.t("flows-from-poor"), view.t("flows-above"))
    };
    html! {
        h2 { (caption) }
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.grid {
                caption.hidden { (caption) }
                thead {
                    tr {
                        th rowspan="3" scope="col" { (view.t("flows-unit")) }
                        th rowspan="3" scope="col" { (view.t("flows-of")) }
                        th.num rowspan="2" scope="col" { (view.t("flows-opening")) }
                        th colspan="3" scope="colgroup" { (view.t("flows-decrease")) }
                        th colspan="4" scope="colgroup" { (view.t("flows-increase")) }
                        th.num rowspan="2" scope="col" { (view.t("flows-closing")) }
                    }
                    tr {
                        th.num scope="col" { (to_other) }
                        th.num scope="col" { (other) }
                        th.num scope="col" { (view.t("flows-other-decrease")) }
                        th.num scope="col" { (from_other) }
                        th.num scope="col" { (view.t("flows-relapse")) }
                        th.num scope="col" { (view.t("flows-newly-arising")) }
                        th.num scope="col" { (view.t("flows-other-increase")) }
                    }
                    tr { @for column in 1..=8 { td { (column) } } td { "9 = 1−2−3−4 +5+6+7+8" } }
                }
                tbody {
                    @for row in rows {
                        @let movement = if poor { &row.poor } else { &row.near_poor };
                        (unit(view, row, movement, row.area == area, period))
                    }
                }
            }
        }
    }
}

fn unit(view: &View, row: &Flows, movement: &Movement, whole: bool, period: &dyn Fn(&str) -> String) -> Markup {
    // Hamlets have no tables of their own: their ids are not `list:code`.
    let deeper = !whole && row.area.contains(':');
    let name = if row.area.is_empty() { view.t("review-no-hamlet") } else { row.name.clone() };
    html! {
        tr .total[whole] {
            th rowspan="2" scope="rowgroup" { @if deeper { a href=(period(&row.area)) { (name) } } @else { (name) } }
            th scope="row" { (view.t("flows-households")) }
            (figures(view, &movement.households))
        }
        tr .total[whole] {
            th scope="row" { (view.t("flows-persons")) }
            (figures(view, &movement.persons))
        }
    }
}

fn figures(view: &View, flow: &Flow) -> Markup {
    let columns = [
        flow.opening,
        flow.became_other,
        flow.escaped,
        flow.other_decrease,
        flow.from_other,
        flow.relapse,
        flow.newly_arising,
        flow.other_increase,
        flow.closing,
    ];
    html! { @for figure in columns { td.num { (view.number(figure)) } } }
}
