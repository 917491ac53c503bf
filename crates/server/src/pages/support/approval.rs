//! The chair approves agreements: those that were seen, as they were seen, all or none.

use super::super::{again, uploads};
use super::{Of, back, done, problem_told, told};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::Query;
use axum::routing::get;
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_programme::agreements::{Agreement, AgreementState, Seen};
use vuon_programme::records::Filter;
use vuon_registry::RegistryError;
use vuon_registry::scope::Action;

/// `/support/approval`. Ten thousand agreements are more than a form usually holds.
pub fn routes(app: &App) -> Router<App> {
    Router::new().route("/support/approval", uploads(app, get(ask).post(approve)))
}

/// Agreements as they were seen: each `id:version`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Chosen {
    pub commune: String,
    pub seen: Vec<String>,
}

impl Chosen {
    /// The pairs.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when nothing was chosen.
    pub fn pairs(&self) -> Result<Vec<Seen>, RegistryError> {
        let pairs: Vec<Seen> = self
            .seen
            .iter()
            .filter_map(|seen| {
                seen.rsplit_once(':').and_then(|(id, version)| Some((id.to_owned(), version.parse().ok()?)))
            })
            .collect();
        if pairs.is_empty() { Err(RegistryError::invalid("agreements", "choose at least one")) } else { Ok(pairs) }
    }
}

async fn ask(officer: Officer, Query(of): Query<Of>) -> Page {
    show(&officer, &of, None).await
}

async fn show(officer: &Officer, of: &Of, problem: Option<&Problem>) -> Page {
    officer.desk.actor().may(Action::ReadPeople)?;
    let title = officer.t("support-approval");
    let commune = match super::commune(officer, of, "/support/approval", &title).await? {
        Ok(commune) => commune,
        Err(chooser) => return Ok(chooser),
    };
    let state = Some(AgreementState::Draft.id().to_owned());
    let filter = Filter { commune: Some(commune.id.clone()), state, ..Filter::default() };
    let drafts = officer.office.all::<Agreement>(&filter).await?;
    let names = told::Names::of(officer, drafts.iter().map(|kept| kept.thing.recipient.subject().to_owned())).await?;
    let sum: i64 = drafts.iter().map(|kept| kept.thing.amount).sum();
    let decides = officer.may(Action::DecideSupport);
    let headings = [
        officer.t("support-recipient"),
        officer.t("support-scheme"),
        officer.t("field-purpose"),
        officer.t("support-amount"),
        officer.t("support-days-of-it"),
        officer.t("support-because"),
    ];
    let today = officer.desk.today();
    let overdue = drafts.iter().filter(|kept| is_overdue(&kept.thing, today)).count();
    let problem_text = problem.map(|problem| problem.text(officer));
    let refused = problem_text.as_ref().and_then(|text| drafts.iter().find(|kept| names.is_named(text, &kept.thing)));
    let rows = drafts.iter().map(|kept| {
        let value = format!("{}:{}", kept.id, kept.version);
        let field = format!("a-{}", kept.id);
        let name = names.bare(officer, kept.thing.recipient.subject());
        vec![
            html! {
                @if decides {
                    span.field.check {
                        input type="checkbox" id=(field) name="seen" value=(value) checked;
                        label for=(field) { (name) }
                    }
                } @else { (name) }
                " " a href=(format!("/support/agreements/{}", kept.id)) { (officer.t("support-open")) span.hidden { " – " (name) } }
            },
            layout::plain(told::scheme(officer, &kept.thing.scheme)),
            layout::plain(&kept.thing.purpose),
            told::money_cell(officer, kept.thing.amount),
            days(officer, &kept.thing),
            told::grounds(officer, &kept.thing),
        ]
    });
    let list = layout::list(&title, &headings, rows.collect());
    let body = html! {
        (back(officer))
        (told::other_commune(officer, "/support/approval", &super::super::areas::name(&commune)))
        (problem_told(officer, problem))
        @if let Some(kept) = refused {
            p { a href=(format!("/support/agreements/{}", kept.id)) { (officer.t("support-refused-one")) } }
        }
        @if drafts.is_empty() { p.empty { (officer.t("support-no-drafts")) } } @else {
            p { (officer.tr("support-drafts-sum", &[("count", drafts.len().into()), ("sum", told::money(officer, sum).into())])) }
            @if decides {
                (layout::form(officer, "/support/approval", html! {
                    input type="hidden" name="commune" value=(commune.id);
                    (list)
                    p.hint { (officer.t("support-approve-hint")) }
                    @if overdue > 0 { p.warning { (officer.tr("support-overdue-at-once", &[("count", overdue.into())])) } }
                    (layout::send(&officer.t("support-approve")))
                }))
            } @else { (list) }
        }
    };
    Ok(layout::page(officer, &title, body))
}

/// Whether a part of a draft would be late on the day it is approved.
fn is_overdue(draft: &Agreement, today: Date) -> bool {
    draft.parts.iter().any(|part| part.due < today)
}

/// From when to when, and the day of the first part.
fn days(officer: &Officer, draft: &Agreement) -> Markup {
    let first = draft.parts.iter().map(|part| part.due).min();
    html! {
        (officer.day(draft.from)) " – " (officer.day(draft.until))
        @if let Some(first) = first {
            br; (officer.t("support-first-part")) ": " (told::due(officer, first, officer.desk.today()))
        }
    }
}

async fn approve(officer: Officer, Checked(chosen): Checked<Chosen>) -> Answer {
    let approved = async { officer.office.approve(&chosen.commune, &chosen.pairs()?).await };
    match approved.await {
        Ok(()) => done(&told::with_commune("/support/approval", &chosen.commune)),
        Err(error) => {
            let of = Of { commune: chosen.commune.clone(), name: None };
            again(error, async |problem| show(&officer, &of, Some(problem)).await).await
        }
    }
}
