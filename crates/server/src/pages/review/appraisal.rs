//! The opinion of the level above: all cases that were posted their time, less those sent back to the survey.

use super::cases;
use super::decisions::{print, seen};
use super::names::{Names, case_link};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use maud::html;
use vuon_policy::process::StepKind;
use vuon_registry::RegistryError;
use vuon_registry::cases::{CaseFilter, CaseRow, CaseState};
use vuon_registry::scope::Action;

/// `/rounds/{id}/appraisal`.
pub fn routes() -> Router<App> {
    Router::new().route("/rounds/{id}/appraisal", get(ask).post(appraise))
}

async fn ask(person: Person, Path(id): Path<String>) -> Answer {
    match person.desk.actor().may(Action::Appraise) {
        Err(RegistryError::NeedsSecondFactor) => Ok(super::decisions::second_factor(&person)),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(show(&person, &id, &[], "", None).await?.into_response()),
    }
}

/// The cases of a round that wait for the opinion.
async fn waiting(person: &Person, id: &str) -> Result<Vec<CaseRow>, Problem> {
    let filter = CaseFilter { round: Some(id.to_owned()), state: Some(CaseState::Appraisal), ..CaseFilter::default() };
    cases::all(person, &filter).await
}

async fn show(person: &Person, id: &str, back: &[String], note: &str, problem: Option<&Problem>) -> Page {
    let round = person.desk.round(id).await?.row;
    let names = Names::of(person, &round).await;
    let rows = waiting(person, id).await?;
    let headings = [
        person.t("review-household"),
        person.t("review-hamlet"),
        person.t("review-before"),
        person.t("review-proposed"),
        person.t("review-send-back"),
    ];
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href=(format!("/rounds/{id}")) { (names.round(person, &round)) " – " (round.commune_name) } }
        p { (names.step_label(person, StepKind::Appraisal)) }
        (names.step_note(person, StepKind::Appraisal))
        @if rows.is_empty() { p.empty { (person.t("review-nothing-to-appraise")) } } @else {
            (layout::form(person, &format!("/rounds/{id}/appraisal"), html! {
                p.hint { (person.t("review-appraisal-hint")) }
                input type="hidden" name="seen" value=(print(&rows));
                (layout::list(&person.t("review-case-list"), &headings, rows.iter().map(|row| vec![
                    case_link(person, row),
                    layout::plain(row.hamlet_name.as_deref().unwrap_or("–")),
                    names.tag(person, row.before.as_deref()),
                    names.tag(person, row.status.as_deref()),
                    html! {
                        input type="checkbox" name="back" value=(row.id) checked[back.contains(&row.id)]
                            aria-label=(format!("{} – {}", person.t("review-send-back"), person.named(&row.name)));
                    },
                ]).collect()))
                (layout::long_field("note", &person.t("review-appraisal-note"), note, false))
                (layout::send(&person.t("review-appraise")))
            }))
        }
    };
    Ok(layout::page(person, &person.t("review-appraisal"), body))
}

async fn appraise(person: Person, Path(id): Path<String>, Checked(fields): Checked<Vec<(String, String)>>) -> Answer {
    let back: Vec<String> = fields.iter().filter(|(name, _)| name == "back").map(|(_, case)| case.clone()).collect();
    let field = |wanted| fields.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value.as_str());
    let note = field("note");
    let appraised = match seen(&waiting(&person, &id).await?, field("seen")) {
        Ok(cases) => person.desk.appraise(&id, &cases, &back, note).await,
        Err(changed) => Err(changed),
    };
    match appraised {
        Ok(_) => Ok(Redirect::to(&format!("/rounds/{id}?done=review-appraised")).into_response()),
        Err(RegistryError::NeedsSecondFactor) => Ok(super::decisions::second_factor(&person)),
        Err(error) => {
            super::super::again(error, async |problem| show(&person, &id, &back, note, Some(problem)).await).await
        }
    }
}
