//! Village meetings: recorded with the votes on every household, and their minutes to print.

use super::super::fields;
use super::names::Names;
use super::rounds::hamlet_name;
use super::{cases, official};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::signed_in::Person;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeMap;
use vuon_policy::process::StepKind;
use vuon_registry::RegistryError;
use vuon_registry::cases::{CaseFilter, CaseRow, CaseState};
use vuon_registry::rounds::{HamletProgress, MeetingView, NewMeeting, RoundView, Vote};
use vuon_registry::scope::Action;

/// `/rounds/{id}/meetings`, `/meetings/{id}`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/rounds/{id}/meetings/new", get(new))
        .route("/rounds/{id}/meetings", post(hold))
        .route("/meetings/{id}", get(minutes))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    hamlet: Option<String>,
}

/// The minutes as they were typed.
#[derive(Default)]
struct Typed {
    values: BTreeMap<String, String>,
}

impl Typed {
    fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// A number that was typed; `what` names it for people.
    fn number(&self, name: &str, what: &str) -> Result<i64, RegistryError> {
        self.get(name).trim().parse().map_err(|_| RegistryError::invalid(what, "a whole number is needed"))
    }
}

async fn new(person: Person, Path(id): Path<String>, Query(asked): Query<Asked>) -> Page {
    recording(&person, &id, asked.hamlet.as_deref(), &Typed::default(), None).await
}

/// How many cases of a hamlet wait for a meeting.
fn waiting(hamlet: &HamletProgress) -> i64 {
    let own = hamlet.states.iter().filter(|(state, _)| state == CaseState::Meeting.id());
    own.map(|(_, cases)| cases).sum()
}

async fn recording(person: &Person, id: &str, hamlet: Option<&str>, typed: &Typed, problem: Option<&Problem>) -> Page {
    person.desk.actor().may(Action::HoldMeeting)?;
    let round = person.desk.round(id).await?;
    let names = Names::of(person, &round.row).await;
    let waiting: Vec<&HamletProgress> = round.hamlets.iter().filter(|hamlet| waiting(hamlet) > 0).collect();
    // With one hamlet that waits there is nothing to choose.
    let only =
        if waiting.len() == 1 { waiting.first().map(|only| only.hamlet.clone().unwrap_or_default()) } else { None };
    let chosen = hamlet.map(str::to_owned).or(only);
    let chosen = chosen.and_then(|id| waiting.iter().find(|own| own.hamlet.as_deref().unwrap_or_default() == id));
    let body = html! {
        @if let Some(problem) = problem { (layout::alert(&problem.text(person))) }
        p { a href=(format!("/rounds/{id}")) { (names.round(person, &round.row)) " – " (round.row.commune_name) } }
        p { (names.step_label(person, StepKind::Meeting)) }
        @if let Some(quorum) = names.step(StepKind::Meeting).and_then(|step| step.quorum.as_ref()) {
            p { (person.t("review-quorum")) ": " strong { (quorum.told(person.language)) } }
        }
        (names.step_note(person, StepKind::Meeting))
        @match chosen {
            Some(hamlet) => { (sheet(person, &names, &round, hamlet, typed).await?) },
            None => { (choose(person, id, &waiting)) },
        }
    };
    Ok(layout::page(person, &person.t("review-meeting-new"), body))
}

fn choose(person: &Person, round: &str, hamlets: &[&HamletProgress]) -> Markup {
    html! {
        @if hamlets.is_empty() { p.empty { (person.t("review-no-meeting-waits")) } } @else {
            p { (person.t("review-meeting-choose")) }
            ul.plainlist {
                @for hamlet in hamlets {
                    li {
                        a href=(format!("/rounds/{round}/meetings/new?hamlet={}", encode(hamlet.hamlet.as_deref().unwrap_or_default()))) {
                            (hamlet_name(person, &hamlet.name))
                        }
                        " – " (person.tr("review-cases-count", &[("count", waiting(hamlet).into())]))
                    }
                }
            }
        }
    }
}

/// The cases of a hamlet that wait for its meeting.
async fn of_hamlet(person: &Person, round: &str, hamlet: Option<&str>) -> Result<Vec<CaseRow>, Problem> {
    let filter = CaseFilter {
        round: Some(round.to_owned()),
        hamlet: hamlet.map(str::to_owned),
        state: Some(CaseState::Meeting),
        ..CaseFilter::default()
    };
    let mut rows = cases::all(person, &filter).await?;
    if hamlet.is_none() {
        rows.retain(|row| row.hamlet_name.is_none());
    }
    Ok(rows)
}

async fn sheet(
    person: &Person,
    names: &Names,
    round: &RoundView,
    hamlet: &HamletProgress,
    typed: &Typed,
) -> Result<Markup, Problem> {
    let rows = of_hamlet(person, &round.row.id, hamlet.hamlet.as_deref()).await?;
    let today = person.desk.today().to_string();
    let held_on = if typed.get("held_on").is_empty() { today.as_str() } else { typed.get("held_on") };
    let count = |id: &'static str, label: String| {
        layout::labelled(
            id,
            &label,
            None,
            html! {
                input type="text" id=(id) name=(id) value=(typed.get(id)) required inputmode="numeric" pattern="[0-9]+" maxlength="6" autocomplete="off";
            },
        )
    };
    Ok(layout::form(
        person,
        &format!("/rounds/{}/meetings", round.row.id),
        html! {
            input type="hidden" name="hamlet" value=(hamlet.hamlet.as_deref().unwrap_or_default());
            h2 { (hamlet_name(person, &hamlet.name)) }
            div.row {
                (layout::labelled("held_on", &person.t("review-held-on"), None, html! {
                    input type="date" id="held_on" name="held_on" value=(held_on) required min=(round.row.opened.to_string()) max=(today);
                }))
                (count("invited", person.t("review-invited")))
                (count("present", person.t("review-present")))
            }
            div.row {
                (layout::text_field("chair", &person.t("review-chair"), typed.get("chair"), true))
                (layout::text_field("secretary", &person.t("review-secretary"), typed.get("secretary"), true))
            }
            p.hint { (person.t("review-votes-hint")) }
            (layout::list(&person.t("review-votes"),
                &[person.t("review-household"), person.t("review-persons"), person.t("review-proposed"), person.t("review-agree")],
                rows.iter().map(|row| {
                    let field = format!("agree.{}", row.id);
                    vec![
                        html! { a href=(format!("/cases/{}", row.id)) { (person.named(&row.name)) } },
                        layout::plain(person.number(row.persons)),
                        names.tag(person, row.status.as_deref()),
                        html! {
                            input.short type="text" name=(field) value=(typed.get(&field)) required inputmode="numeric" pattern="[0-9]+"
                                maxlength="6" autocomplete="off" aria-label=(format!("{} – {}", person.t("review-agree"), person.named(&row.name)));
                        },
                    ]
                }).collect()))
            (layout::long_field("notes", &person.t("review-notes"), typed.get("notes"), false))
            (layout::send(&person.t("review-meeting-record")))
        },
    ))
}

/// The meeting that was typed. A vote that is no number is told with the name of its household.
async fn meeting(person: &Person, round: &str, typed: &Typed) -> Result<NewMeeting, Problem> {
    let mut votes = Vec::new();
    for (field, case) in typed.values.keys().filter_map(|name| Some((name, name.strip_prefix("agree.")?))) {
        let Ok(agree) = typed.number(field, field) else {
            let rows = of_hamlet(person, round, fields::some(typed.get("hamlet")).as_deref()).await?;
            let name =
                rows.into_iter().find(|row| row.id == case).map(|row| person.named(&row.name)).unwrap_or_default();
            let what = format!("{} – {name}", person.t("review-agree"));
            return Err(RegistryError::invalid(what, "a whole number is needed").into());
        };
        votes.push(Vote { case: case.to_owned(), agree });
    }
    let held_on = fields::day("held_on", typed.get("held_on"))?;
    Ok(NewMeeting {
        hamlet: typed.get("hamlet").to_owned(),
        held_on,
        invited: typed.number("invited", "invited")?,
        present: typed.number("present", "present")?,
        chair: typed.get("chair").to_owned(),
        secretary: typed.get("secretary").to_owned(),
        notes: typed.get("notes").to_owned(),
        votes,
    })
}

async fn hold(person: Person, Path(id): Path<String>, Checked(fields): Checked<Vec<(String, String)>>) -> Answer {
    let typed = Typed { values: fields.into_iter().collect() };
    let held = match meeting(&person, &id, &typed).await {
        Ok(meeting) => person.desk.hold_meeting(&id, &meeting).await,
        Err(Problem::Register(error)) => Err(error),
        Err(problem) => return Err(problem),
    };
    match held {
        Ok(meeting) => Ok(Redirect::to(&format!("/meetings/{meeting}?done=review-meeting")).into_response()),
        Err(error) => {
            let hamlet = typed.get("hamlet").to_owned();
            let page = async |problem: &Problem| recording(&person, &id, Some(&hamlet), &typed, Some(problem)).await;
            super::super::again(error, page).await
        }
    }
}

async fn minutes(person: Person, Path(id): Path<String>) -> Page {
    let meeting = person.desk.meeting(&id).await?;
    let round = person.desk.round(&meeting.round).await?.row;
    let names = Names::of(&person, &round).await;
    let minutes = &meeting.minutes;
    let reader = &person.reading_papers();
    let issuer = official::issuer(&person, &round).await;
    let body = html! {
        p.noprint { a href=(format!("/rounds/{}", round.id)) { (names.round(&person, &round)) } }
        (official::file(&person, &format!("/papers/minutes/{id}")))
        (official::print_hint(&person))
        (official::paper(reader, "", html! {
            (official::head(reader, &issuer, &round, None, minutes.held_on))
            h2.paper-title { (reader.t("review-minutes")) br; (names.step_label(reader, StepKind::Meeting)) }
            (layout::facts(&[
                (reader.t("review-hamlet"), layout::plain(hamlet_name(reader, &meeting.row.hamlet_name))),
                (reader.t("review-round"), layout::plain(names.round(reader, &round))),
                (reader.t("review-held-on"), layout::plain(reader.day(minutes.held_on))),
                (reader.t("review-chair"), layout::plain(&minutes.chair)),
                (reader.t("review-secretary"), layout::plain(&minutes.secretary)),
                (reader.t("review-invited"), layout::plain(reader.number(minutes.invited))),
                (reader.t("review-present"), layout::plain(reader.number(minutes.present))),
            ]))
            (quorum(reader, &names))
            (results(reader, &names, &meeting))
            @if !minutes.notes.is_empty() {
                h3 { (reader.t("review-notes")) }
                p.typed { (minutes.notes) }
            }
            p { (reader.tr("review-minutes-result", &[("carried", meeting.row.carried.into()), ("repeated", meeting.row.repeated.into())])) }
            (official::signatures(&[
                (reader.t("review-secretary"), minutes.secretary.clone()),
                (reader.t("review-chair"), minutes.chair.clone()),
            ]))
        }))
    };
    Ok(layout::page(&person, &person.t("review-minutes"), body))
}

fn quorum(person: &Person, names: &Names) -> Markup {
    html! {
        @if let Some(quorum) = names.step(StepKind::Meeting).and_then(|step| step.quorum.as_ref()) {
            p { (person.t("review-quorum")) ": " (quorum.told(person.language)) "." }
        }
        (names.step_note(person, StepKind::Meeting))
    }
}

fn results(person: &Person, names: &Names, meeting: &MeetingView) -> Markup {
    let headings = [
        person.t("review-household"),
        person.t("review-proposed"),
        person.t("review-agree"),
        person.t("review-result"),
    ];
    let rows = meeting.results.iter().map(|result| {
        let of = [("present", result.agree.into()), ("invited", meeting.row.present.into())];
        vec![
            html! { a href=(format!("/cases/{}", result.case)) { (person.named(&result.name)) } },
            names.tag(person, result.status.as_deref()),
            layout::plain(person.tr("review-present-of", &of)),
            layout::plain(if result.carried { person.t("review-agreed") } else { person.t("review-not-agreed") }),
        ]
    });
    layout::list(&person.t("review-votes"), &headings, rows.collect())
}
