//! The cases of a round: by hamlet, by what they wait for, by status, by name.

use super::super::{communes, fields, finding};
use super::names::{Names, case_link, case_state};
use crate::csrf::Checked;
use crate::error::{Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_policy::process::StepKind;
use vuon_registry::cases::{CaseFilter, CaseRow, CaseState};
use vuon_registry::page::{Page as Rows, PageRequest};
use vuon_registry::rounds::RoundRow;
use vuon_registry::scope::Action;

/// `/rounds/{id}/cases`.
pub fn routes() -> Router<App> {
    Router::new().route("/rounds/{id}/cases", get(list)).route("/rounds/{id}/cases/find", post(find))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    hamlet: String,
    state: String,
    status: String,
    /// The number of a search by name.
    find: String,
    after: Option<String>,
}

async fn find(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    Checked(search): Checked<finding::Search>,
) -> Response {
    finding::answer(&app, &person, &format!("/rounds/{id}/cases"), &["hamlet", "state", "status"], &search)
}

async fn list(State(app): State<App>, person: Person, Path(id): Path<String>, Query(asked): Query<Asked>) -> Page {
    let text = finding::text(&app, &person, &asked.find);
    let filter = CaseFilter {
        round: Some(id.clone()),
        hamlet: fields::some(&asked.hamlet),
        state: CaseState::parse(&asked.state),
        status: fields::some(&asked.status),
        text: fields::some(&text),
        ..CaseFilter::default()
    };
    let round = person.desk.round(&id).await?.row;
    let names = Names::of(&person, &round).await;
    let request = PageRequest { after: asked.after.clone(), ..PageRequest::first() };
    let page = person.desk.cases(&filter, &request).await?;
    let count = person.desk.count_cases(&filter).await?;
    let found = found(&person, &names, &asked, &id, &page, count);
    if person.part {
        return Ok(found);
    }
    let hamlets = communes::hamlet_options(&person.desk.hamlets(&round.place.commune).await?);
    let title = person.t("review-case-list");
    let body = html! {
        p { a href=(format!("/rounds/{id}")) { (names.round(&person, &round)) " – " (round.commune_name) } }
        (filters(&person, &names, &asked, &text, &round, &hamlets))
        div id="found" { (found) }
        @if round.state == "open" && person.may(Action::ListCases) && names.acts(&person, StepKind::List) {
            p.actions { a.button.second href=(format!("/rounds/{id}/add")) { (person.t("review-add")) } }
        }
    };
    Ok(layout::page(&person, &title, body))
}

/// The search: it works as a form, and as one types where scripts run.
fn filters(
    person: &Person,
    names: &Names,
    asked: &Asked,
    text: &str,
    round: &RoundRow,
    hamlets: &[(String, String)],
) -> Markup {
    let address = format!("/rounds/{}/cases/find", round.id);
    let states: Vec<(String, String)> =
        CaseState::ALL.iter().map(|state| (state.id().to_owned(), case_state(person, *state))).collect();
    let all = person.t("review-all");
    html! {
        form.filters method="post" action=(address) role="search" hx-post=(address) hx-target="#found"
            hx-trigger="input changed delay:300ms from:#text, change from:find select, submit" hx-replace-url="true" {
            (layout::csrf_field(person))
            (layout::labelled("text", &person.t("review-search-name"), None, html! {
                input type="search" id="text" name="text" value=(text) maxlength="100";
            }))
            @if hamlets.len() > 1 {
                (layout::choice_field("hamlet", &person.t("review-hamlet"), hamlets, &asked.hamlet, Some(&all)))
            }
            (layout::choice_field("state", &person.t("review-waits-for"), &states, &asked.state, Some(&all)))
            (layout::choice_field("status", &person.t("review-status"), &names.statuses(person), &asked.status, Some(&all)))
            (layout::send(&person.t("review-filter")))
        }
    }
}

fn found(person: &Person, names: &Names, asked: &Asked, round: &str, page: &Rows<CaseRow>, count: i64) -> Markup {
    let query = finding::query(&[
        ("hamlet", &asked.hamlet),
        ("state", &asked.state),
        ("status", &asked.status),
        ("find", &asked.find),
    ]);
    html! {
        p role="status" { (person.tr("review-cases-found", &[("count", count.into())])) }
        @if !page.rows.is_empty() {
            (layout::list(&person.t("review-case-list"), &headings(person),
                page.rows.iter().map(|row| cells(person, names, row)).collect()))
        }
        (layout::paging(person, &format!("/rounds/{round}/cases"), &query, page))
    }
}

fn headings(person: &Person) -> [String; 7] {
    [
        person.t("review-household"),
        person.t("review-hamlet"),
        person.t("review-persons"),
        person.t("review-waits-for"),
        person.t("review-before"),
        person.t("review-status"),
        person.t("review-due"),
    ]
}

fn cells(person: &Person, names: &Names, row: &CaseRow) -> Vec<Markup> {
    let form = row.state == CaseState::Survey && person.may(Action::Answer);
    vec![
        case_link(person, row),
        layout::plain(row.hamlet_name.as_deref().unwrap_or("–")),
        layout::plain(person.number(row.persons)),
        html! {
            @if form {
                a href=(format!("/cases/{}/form", row.id)) {
                    (case_state(person, row.state)) span.hidden { " – " (person.named(&row.name)) }
                }
            } @else { (case_state(person, row.state)) }
        },
        names.tag(person, row.before.as_deref()),
        names.tag(person, row.status.as_deref()),
        match row.due {
            Some(due) => names.due(person, Some(due)),
            None => layout::plain(""),
        },
    ]
}

/// All cases that match, page after page.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn all(person: &Person, filter: &CaseFilter) -> Result<Vec<CaseRow>, Problem> {
    let mut request = PageRequest { after: None, limit: PageRequest::MOST };
    let mut rows = Vec::new();
    loop {
        let page = person.desk.cases(filter, &request).await?;
        rows.extend(page.rows);
        match page.next {
            Some(next) => request.after = Some(next),
            None => return Ok(rows),
        }
    }
}
