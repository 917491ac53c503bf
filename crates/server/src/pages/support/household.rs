//! On a household's page: what it may receive, and what it receives.

use super::told;
use crate::error::Problem;
use crate::layout;
use crate::office::Officer;
use maud::{Markup, html};
use vuon_programme::agreements::Agreement;
use vuon_programme::entitled::{Entitled, SchemeStanding};
use vuon_programme::groups::Loan;
use vuon_programme::records::{Filter, Kept};
use vuon_registry::households::Member;
use vuon_registry::scope::Action;

/// Both sections.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn sections(officer: &Officer, id: &str, members: &[Member]) -> Result<Markup, Problem> {
    let standing = officer.office.household_standing(id, officer.language).await?;
    let filter = Filter { subject: Some(id.to_owned()), ..Filter::default() };
    let agreements = officer.office.all::<Agreement>(&filter).await?;
    let loans = officer.office.all::<Loan>(&filter).await?;
    let of = |wanted: Entitled| standing.schemes.iter().filter(|s| s.entitled == wanted).collect::<Vec<_>>();
    let groups = [
        (officer.t("support-entitled"), of(Entitled::Yes), true),
        (officer.t("support-not-known"), of(Entitled::Unknown), true),
        (officer.t("support-not-entitled"), of(Entitled::No), false),
    ];
    Ok(html! {
        h2 id="support" { (officer.t("support-may-receive")) }
        @if let Some(ends) = standing.window_ends {
            p.warning { (officer.tr("support-window-ends", &[("day", officer.day(ends).into())])) }
        }
        @for (title, schemes, open) in groups {
            details open[open && !schemes.is_empty()] {
                summary { (title) " (" (officer.number(schemes.len() as i64)) ")" }
                ul.inside { @for scheme in schemes { li { (told_of(officer, id, scheme, members)) } } }
            }
        }
        h2 { (officer.t("support-receives")) }
        @if agreements.is_empty() && loans.is_empty() { p.empty { (officer.t("support-receives-nothing")) } } @else {
            (layout::list(&officer.t("support-receives"),
                &[officer.t("support-scheme"), officer.t("support-amount"), officer.t("support-paid"), officer.t("support-state")],
                agreements.iter().map(|kept| of_agreement(officer, kept)).chain(loans.iter().map(|kept| of_loan(officer, kept))).collect()))
            p.actions { a.button.second href=(format!("/papers/statement/{id}")) { (officer.t("support-statement-file")) } }
        }
    })
}

fn of_agreement(officer: &Officer, kept: &Kept<Agreement>) -> Vec<Markup> {
    vec![
        html! { a href=(format!("/support/agreements/{}", kept.id)) { (told::scheme(officer, &kept.thing.scheme)) } },
        told::money_cell(officer, kept.thing.amount),
        told::money_cell(officer, kept.thing.paid()),
        told::state(officer, "support-agreement", kept.thing.state.id()),
    ]
}

/// What a group's fund lent is received at once.
fn of_loan(officer: &Officer, kept: &Kept<Loan>) -> Vec<Markup> {
    let lent = || told::units_cell(officer, &kept.thing.debt.lent, kept.thing.debt.lent.units());
    let state = if kept.thing.over { "over" } else { "owing" };
    vec![
        html! { a href=(format!("/support/loans/{}", kept.id)) { (officer.t("support-loan")) " – " (told::scheme(officer, &kept.thing.scheme)) } },
        lent(),
        lent(),
        told::state(officer, "support-loan", state),
    ]
}

fn told_of(officer: &Officer, household: &str, standing: &SchemeStanding, members: &[Member]) -> Markup {
    let name = |person: &str| {
        let member = members.iter().find(|member| member.person == person);
        member.map_or_else(|| person.to_owned(), |member| officer.named(&member.name))
    };
    let of = |wanted: Entitled| {
        let names = standing.members.iter().filter(|(_, own)| *own == wanted).map(|(person, _)| name(person));
        names.collect::<Vec<_>>().join(", ")
    };
    let (yes, unknown) = (of(Entitled::Yes), of(Entitled::Unknown));
    html! {
        p {
            strong { (standing.label) } " – " (officer.of("support-modality", standing.modality))
            @if let Some(most) = &standing.most { "; " (officer.t("support-most")) " " (most) }
        }
        @if !yes.is_empty() { p { (officer.t("support-entitled-members")) ": " (yes) } }
        @if !unknown.is_empty() { p { (officer.t("support-unknown-members")) ": " (unknown) } }
        @if !standing.because.is_empty() { p { (officer.t("support-because")) ": " (standing.because.join("; ")) } }
        @if !standing.missing.is_empty() { p { (officer.t("support-missing")) ": " (standing.missing.join("; ")) } }
        @if let Some(why) = &standing.cannot_be_paid { p.muted { (officer.t("support-cannot-be-paid")) ": " (why) } }
        p { (told::source(&standing.source)) }
        @if standing.entitled == Entitled::Yes && standing.cannot_be_paid.is_none() && officer.may(Action::PrepareSupport) {
            p.actions {
                a.button.second href=(format!("/support/agreements/new?scheme={}&household={household}", standing.scheme)) {
                    (officer.t("support-draw-up"))
                }
            }
        }
    }
}
