//! The decision: what is ready, counted by status; signed by the chair with the second factor; and the paper itself.

use super::names::{Names, case_link, changes_told};
use super::{cases, official};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use data_encoding::HEXLOWER;
use maud::{Markup, html};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use vuon_policy::process::StepKind;
use vuon_publish::papers::collect::decision_subject;
use vuon_registry::RegistryError;
use vuon_registry::cases::{CaseFilter, CaseRow, CaseState};
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::{DecidedCase, NewDecision, Seen};
use vuon_registry::scope::Action;

/// `/rounds/{id}/decision`, `/rounds/{id}/decisions/{decision}`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/rounds/{id}/decision", get(ask).post(decide))
        .route("/rounds/{id}/decisions/{decision}", get(paper))
}

/// Sends somebody who decides to where the second factor is given, or set up first.
pub fn second_factor(person: &Person) -> Response {
    let page = person.path.split('?').next().unwrap_or("/");
    let address = if person.account.second_factor {
        format!("/sign-in/code?next={}", encode(page))
    } else {
        "/account/second-factor".to_owned()
    };
    Redirect::to(&address).into_response()
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Given {
    number: String,
    effective: String,
    /// The print of what was ready when the page was made.
    seen: String,
}

/// What is ready to be decided, and what waits for the decision and is not: a complaint about it is open.
struct Waiting {
    ready: Vec<CaseRow>,
    not_ready: Vec<CaseRow>,
}

impl Waiting {
    async fn of(person: &Person, round: &str) -> Result<Self, Problem> {
        let state = Some(CaseState::Decision);
        let filter = CaseFilter { round: Some(round.to_owned()), state, ..CaseFilter::default() };
        let rows = cases::all(person, &filter).await?;
        let mut complained: HashSet<String> = HashSet::new();
        let mut request = PageRequest { after: None, limit: PageRequest::MOST };
        loop {
            let page = person.desk.complaints(Some(round), true, &request).await?;
            complained.extend(page.rows.into_iter().map(|complaint| complaint.case));
            match page.next {
                Some(next) => request.after = Some(next),
                None => break,
            }
        }
        let complained = |row: &CaseRow| complained.contains(row.id.as_str());
        let (not_ready, ready) = rows.into_iter().partition(|row| row.status.is_none() || complained(row));
        Ok(Waiting { ready, not_ready })
    }
}

/// A print of cases as they stand. A page of thousands carries it in their place: whoever signs it has seen just these,
/// and that they are still so is looked at again where they are changed.
pub fn print(rows: &[CaseRow]) -> String {
    let mut print = Sha256::new();
    for row in rows {
        print.update(format!("{} {}\n", row.id, row.version));
    }
    HEXLOWER.encode(&print.finalize())
}

/// The cases as they were seen, if a page showed just these.
///
/// # Errors
/// [`RegistryError::ChangedSince`].
pub fn seen(rows: &[CaseRow], printed: &str) -> Result<Vec<Seen>, RegistryError> {
    if print(rows) == printed {
        return Ok(rows.iter().map(Seen::from).collect());
    }
    Err(RegistryError::ChangedSince)
}

async fn ask(person: Person, Path(id): Path<String>) -> Answer {
    match person.desk.actor().may(Action::Decide) {
        Err(RegistryError::NeedsSecondFactor) => Ok(second_factor(&person)),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(show(&person, &id, &Given::default(), None).await?.into_response()),
    }
}

/// Cases by status, in the order of the pack; given are the status and how many members.
fn counts<'a>(person: &Person, names: &Names, cases: impl Iterator<Item = (&'a str, i64)>) -> Vec<(String, i64, i64)> {
    let mut counts: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for (status, persons) in cases {
        let count = counts.entry(status).or_default();
        count.0 += 1;
        count.1 += persons;
    }
    let order = names.statuses(person);
    order
        .into_iter()
        .filter_map(|(id, _)| counts.remove(id.as_str()).map(|(cases, persons)| (id, cases, persons)))
        .collect()
}

fn counted<'a>(person: &Person, names: &Names, cases: impl Iterator<Item = (&'a str, i64)>) -> Markup {
    let headings = [person.t("review-status"), person.t("review-households"), person.t("review-persons")];
    let mut lines: Vec<Vec<Markup>> = Vec::new();
    let (mut households, mut persons) = (0, 0);
    for (status, cases, people) in counts(person, names, cases) {
        households += cases;
        persons += people;
        lines.push(vec![
            names.tag(person, Some(&status)),
            layout::plain(person.number(cases)),
            layout::plain(person.number(people)),
        ]);
    }
    lines.push(vec![
        html! { strong { (person.t("review-total")) } },
        layout::plain(person.number(households)),
        layout::plain(person.number(persons)),
    ]);
    layout::list(&person.t("review-by-status"), &headings, lines)
}

async fn show(person: &Person, id: &str, given: &Given, problem: Option<&Problem>) -> Page {
    let round = person.desk.round(id).await?;
    let names = Names::of(person, &round.row).await;
    let waiting = Waiting::of(person, id).await?;
    let rows = &waiting.ready;
    let mut changes = person.desk.changes_since_listed(id, None).await?;
    let changed: Vec<_> = rows.iter().filter_map(|row| Some((row, changes.remove(&row.id)?))).collect();
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href=(format!("/rounds/{id}")) { (names.round(person, &round.row)) " – " (round.row.commune_name) } }
        p { (names.step_label(person, StepKind::Decision)) }
        (names.step_note(person, StepKind::Decision))
        (super::super::training::before_deciding(person, &round.row).await?)
        @if round.open_complaints > 0 {
            p.warning {
                a href=(format!("/complaints?round={id}")) {
                    (person.tr("review-open-complaints", &[("count", round.open_complaints.into())]))
                }
            }
        }
        @if !waiting.not_ready.is_empty() {
            p { (person.t("review-not-ready")) }
            ul { @for row in &waiting.not_ready { li { (case_link(person, row)) " " (names.tag(person, row.status.as_deref())) } } }
        }
        @if !changed.is_empty() {
            p.warning { (person.t("review-changed-cases")) }
            ul { @for (row, kinds) in &changed { li { (case_link(person, row)) ": " (changes_told(person, kinds)) } } }
        }
        @if rows.is_empty() { p.empty { (person.t("review-nothing-to-decide")) } } @else {
            (counted(person, &names, rows.iter().map(|row| (row.status.as_deref().unwrap_or_default(), row.persons))))
            p { a href=(format!("/rounds/{id}/cases?state=decision")) { (person.t("review-see-cases")) } }
            (layout::form(person, &format!("/rounds/{id}/decision"), html! {
                input type="hidden" name="seen" value=(print(rows));
                (layout::text_field("number", &person.t("review-decision-number"), &given.number, true))
                (layout::labelled("effective", &person.t("review-effective"), Some(&person.t("review-effective-hint")), html! {
                    input type="date" id="effective" name="effective" value=(given.effective) aria-describedby="effective-hint";
                }))
                p { (person.tr("review-decide-hint", &[("count", rows.len().into())])) }
                (layout::send(&person.t("review-decide")))
            }))
        }
    };
    Ok(layout::page(person, &person.t("review-decide"), body))
}

async fn decide(person: Person, Path(id): Path<String>, Checked(given): Checked<Given>) -> Answer {
    let day = given.effective.trim();
    let effective =
        if day.is_empty() { None } else { Some(day.parse().map_err(|_| Problem::Form("effective".into()))?) };
    if let Err(RegistryError::NeedsSecondFactor) = person.desk.actor().may(Action::Decide) {
        return Ok(second_factor(&person));
    }
    let decided = match seen(&Waiting::of(&person, &id).await?.ready, &given.seen) {
        Ok(cases) => person.desk.decide(&id, &NewDecision { number: given.number.clone(), effective, cases }).await,
        Err(changed) => Err(changed),
    };
    match decided {
        Ok(row) => Ok(Redirect::to(&format!("/rounds/{id}/decisions/{}?done=review-decided", row.id)).into_response()),
        Err(RegistryError::NeedsSecondFactor) => Ok(second_factor(&person)),
        Err(error) => super::super::again(error, async |problem| show(&person, &id, &given, Some(problem)).await).await,
    }
}

async fn paper(person: Person, Path((id, decision)): Path<(String, String)>) -> Page {
    let round = person.desk.round(&id).await?;
    let names = Names::of(&person, &round.row).await;
    let row = round.decisions.iter().find(|own| own.id == decision).ok_or(Problem::NotFound)?;
    let rows = person.desk.decided(&decision).await?;
    let issuer = official::issuer(&person, &round.row).await;
    let reader = &person.reading_papers();
    let source = names.step_source(reader, StepKind::Decision).unwrap_or_default();
    let body = html! {
        p.noprint {
            a href=(format!("/rounds/{id}")) { (names.round(&person, &round.row)) } " – "
            a href=(format!("/rounds/{id}/certificates?decision={decision}")) { (person.t("review-certificates")) }
        }
        (official::file(&person, &format!("/papers/decision/{id}/{decision}")))
        (official::print_hint(&person))
        (official::paper(reader, "", html! {
            (official::head(reader, &issuer, &round.row, Some(&row.number), row.decided_on))
            h2.paper-title { (reader.t("review-decision-title")) br; (decision_subject(round.row.year, reader.language)) }
            p { (reader.t("review-decision-ground")) ": " (source) }
            p { (reader.tr("review-decision-effective", &[("day", reader.day(row.effective).into()), ("count", row.cases.into())])) }
            (counted(reader, &names, rows.iter().map(|row| (row.status.as_str(), row.persons))))
            (list(reader, &names, &rows))
            (official::signatures(&[(reader.of("role", "commune_chair"), row.signed_by_name.clone())]))
        }))
    };
    Ok(layout::page(
        &person,
        &person.tr("review-decision-number-title", &[("number", row.number.clone().into())]),
        body,
    ))
}

/// What was another on the day of deciding than on the list.
fn then(person: &Person, name: Option<&str>) -> Markup {
    html! {
        @if let Some(name) = name {
            br;
            span.muted { (person.tr("review-when-decided", &[("name", person.named(name).into())])) }
        }
    }
}

fn list(person: &Person, names: &Names, rows: &[DecidedCase]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(person.t("review-households")) {
            table.grid {
                thead { tr {
                    th scope="col" { (person.t("review-number")) }
                    th scope="col" { (person.t("review-head")) }
                    th scope="col" { (person.t("review-hamlet")) }
                    th.num scope="col" { (person.t("review-persons")) }
                    th scope="col" { (person.t("review-status")) }
                } }
                tbody {
                    @for (place, row) in rows.iter().enumerate() {
                        tr {
                            td.num { (person.number(place as i64 + 1)) }
                            th scope="row" { a href=(format!("/cases/{}", row.case)) { (person.named(&row.name)) } (then(person, row.name_then.as_deref())) }
                            td { (row.hamlet_name.as_deref().unwrap_or_default()) (then(person, row.hamlet_name_then.as_deref())) }
                            td.num { (person.number(row.persons)) }
                            td { (names.status(person, &row.status)) }
                        }
                    }
                }
            }
        }
    }
}
