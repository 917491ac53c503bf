//! `/support`: what waits at the commune's desk; for those above, the way to figures, targets and capital.

use super::{Of, told};
use crate::error::{Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::pages::communes;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use jiff::ToSpan;
use maud::{Markup, html};
use vuon_programme::agreements::{Agreement, AgreementState, PartState};
use vuon_programme::entitled::LAPSING_MONTHS;
use vuon_programme::records::Filter;
use vuon_programme::{NextStep, Office};
use vuon_registry::RegistryError;
use vuon_registry::scope::{Action, Role};

/// `/support`.
pub fn routes() -> Router<App> {
    Router::new().route("/support", get(desk))
}

/// How far ahead the desk looks, in days.
const AHEAD: i64 = 31;

async fn desk(officer: Officer, Query(of): Query<Of>) -> Page {
    officer.desk.actor().may(Action::ReadFigures)?;
    let title = officer.t("nav-support");
    let people = officer.may(Action::ReadPeople);
    let commune = super::communes::commune(&officer, Some(&of.commune)).await?;
    let body = html! {
        (super::over(&officer))
        (links(&officer, commune.as_ref().map(|row| row.id.as_str())))
        @if people {
            @match &commune {
                Some(row) => {
                    (told::other_commune(&officer, "/support", &super::super::areas::name(row)))
                    (waiting(&officer, &row.id).await?)
                },
                None => { (super::communes::chooser(&officer, "/support", of.name.as_deref()).await?) },
            }
        }
        @if !officer.may(Action::PrepareSupport) && !officer.may(Action::DecideSupport) { (latest(&officer).await?) }
        p.hint { (officer.tr("support-pack", &[("pack", officer.office.program().pack.label.get(officer.language).into())])) }
    };
    Ok(layout::page(&officer, &title, body))
}

/// The most allocations that the desk shows.
const LATEST: usize = 5;

/// The latest allocations, for those above the commune.
async fn latest(officer: &Officer) -> Result<Markup, Problem> {
    let allocations = officer.office.allocations(None).await?;
    Ok(html! {
        h2 { (officer.t("support-allocations")) }
        @if allocations.is_empty() { p.empty { (officer.t("support-allocations-none")) } }
        ul.plainlist {
            @for kept in allocations.iter().rev().take(LATEST) {
                @let state = if kept.thing.decided.is_some() { "decided" } else { "draft" };
                li {
                    a href=(format!("/support/capital/{}", kept.id)) { (told::scheme(officer, &kept.thing.scheme)) " " (kept.thing.year) }
                    " – " (told::money(officer, kept.thing.published.result.amount)) " " (told::state(officer, "support-allocation", state))
                }
            }
        }
    })
}

/// The ways to the other pages, by role.
fn links(officer: &Officer, commune: Option<&str>) -> Markup {
    let to = |path: &str| commune.map_or_else(|| path.to_owned(), |commune| told::with_commune(path, commune));
    let role = officer.who.as_ref().map(|who| who.role);
    let above = matches!(role, Some(Role::Province | Role::Ministry | Role::Auditor | Role::District));
    html! {
        ul.plainlist {
            @if officer.may(Action::ReadPeople) {
                li { a href=(to("/support/entitled")) { (officer.t("support-who-is-entitled")) } }
                li { a href=(to("/support/lapsing")) { (officer.tr("support-lapsing", &[("months", LAPSING_MONTHS.into())])) } }
                li { a href=(to("/support/rankings")) { (officer.t("support-rankings")) } }
                li { a href=(to("/support/agreements")) { (officer.t("support-agreements")) } }
                li { a href=(to("/support/groups")) { (officer.t("support-groups")) } }
                li { a href=(to("/support/projects")) { (officer.t("support-projects")) } }
                li { a href="/support/community" { (officer.t("support-community")) } }
                li { a href=(to("/support/payments")) { (officer.t("support-payments")) } }
            }
            li { a href="/support/models" { (officer.t("support-models")) } }
            li { a href="/support/figures" { (officer.t("support-figures")) } }
            li { a href="/support/capital" { (officer.t("support-capital")) } }
            @if above { li { a href="/support/coverage" { (officer.t("support-coverage")) } } }
            @if above { li { a href="/support/figures#targets" { (officer.t("support-targets")) } } }
        }
    }
}

/// How many things of a commune wait.
struct Waits {
    /// Drafts of agreements, for the chair.
    drafts: usize,
    /// Agreements with a part that can be paid, for the chair's order.
    to_order: usize,
    /// Visits and repayments whose day has passed, for the officer.
    late: usize,
    /// Households whose window after leaving the list ends soon, for the officer.
    lapsing: usize,
}

/// What waits in a commune, and what is due there.
async fn waits(officer: &Officer, commune: &str) -> Result<(Waits, Vec<NextStep>), Problem> {
    let today = officer.desk.today();
    let steps = officer.office.next_steps(commune, today.saturating_add(AHEAD.days())).await?;
    let of = |state: AgreementState| Filter {
        commune: Some(commune.to_owned()),
        state: Some(state.id().to_owned()),
        ..Filter::default()
    };
    let drafts = officer.office.all::<Agreement>(&of(AgreementState::Draft)).await?;
    let running = officer.office.all::<Agreement>(&of(AgreementState::Running)).await?;
    let reached = |agreement: &Agreement| agreement.parts.iter().any(|part| part.state == PartState::Reached);
    let to_order = running.iter().filter(|kept| reached(&kept.thing)).count();
    let late = steps.iter().filter(|step| step.late).count();
    let lapsing = officer.office.lapsing_in(commune, LAPSING_MONTHS).await?.len();
    Ok((Waits { drafts: drafts.len(), to_order, late, lapsing }, steps))
}

fn for_the_chair(officer: &Officer, commune: &str, waits: &Waits) -> Markup {
    html! {
        li {
            a href=(told::with_commune("/support/approval", commune)) {
                (officer.tr("support-drafts-wait", &[("count", waits.drafts.into())]))
            }
        }
        li {
            a href=(told::with_commune("/support/payments", commune)) {
                (officer.tr("support-to-order", &[("count", waits.to_order.into())]))
            }
        }
    }
}

/// What of support waits for somebody of a commune, for the first page; nothing where nothing does, or where no pack has
/// schemes.
pub async fn mine(person: &Person) -> Result<Option<Markup>, Problem> {
    let decides = person.may(Action::DecideSupport);
    let Some(commune) = communes::own(person).filter(|_| decides || person.may(Action::PrepareSupport)) else {
        return Ok(None);
    };
    let office = match Office::of(person.desk.clone()).await {
        Ok(office) => office,
        Err(RegistryError::Pack { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let officer = Officer { person: person.clone(), office };
    let (waits, _) = waits(&officer, &commune).await?;
    if waits.late + waits.lapsing == 0 && (!decides || waits.drafts + waits.to_order == 0) {
        return Ok(None);
    }
    Ok(Some(html! {
        h2 { (officer.t("nav-support")) }
        ul.plainlist {
            @if decides { (for_the_chair(&officer, &commune, &waits)) }
            @if waits.late > 0 {
                li { a href="/support" { (officer.tr("support-overdue", &[("count", waits.late.into())])) } }
            }
            (lapsing(&officer, &commune, &waits))
        }
    }))
}

/// The way to the households whose window ends soon, if there are any.
fn lapsing(officer: &Officer, commune: &str, waits: &Waits) -> Markup {
    html! {
        @if waits.lapsing > 0 {
            li {
                a href=(told::with_commune("/support/lapsing", commune)) {
                    (officer.tr("support-lapsing-count", &[("count", waits.lapsing.into()), ("months", LAPSING_MONTHS.into())]))
                }
            }
        }
    }
}

async fn waiting(officer: &Officer, commune: &str) -> Result<Markup, Problem> {
    let (waits, steps) = waits(officer, commune).await?;
    Ok(html! {
        h2 { (officer.t("support-for-the-chair")) }
        ul.plainlist { (for_the_chair(officer, commune, &waits)) (lapsing(officer, commune, &waits)) }
        h2 { (officer.t("support-next-steps")) }
        (steps_list(officer, &steps).await?)
    })
}

/// Late ones stand first: the list is by day.
async fn steps_list(officer: &Officer, steps: &[NextStep]) -> Result<Markup, Problem> {
    if steps.is_empty() {
        return Ok(html! { p.empty { (officer.tr("support-no-next-steps", &[("days", AHEAD.into())])) } });
    }
    let names = told::Names::of(officer, steps.iter().map(|step| step.subject.clone())).await?;
    let today = officer.desk.today();
    let headings = [
        officer.t("support-recipient"),
        officer.t("support-what"),
        officer.t("support-scheme"),
        officer.t("support-due"),
    ];
    let rows = steps.iter().map(|step| {
        vec![
            html! { a href=(format!("/support/{}s/{}", step.of, step.record)) { (names.bare(officer, &step.subject)) } },
            layout::plain(officer.of("support-step", step.what)),
            layout::plain(told::scheme(officer, &step.scheme)),
            told::due(officer, step.due, today),
        ]
    });
    Ok(layout::list(&officer.t("support-next-steps"), &headings, rows.collect()))
}
