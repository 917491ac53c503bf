//! On a household's page: what it may receive, and what it receives.

use super::told;
use crate::error::Problem;
use crate::labels;
use crate::layout;
use crate::office::Officer;
use maud::{Markup, html};
use std::collections::BTreeMap;
use vuon_programme::agreements::{Agreement, Obstacle};
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
    let household = Household { officer, id, members, obstacles: &standing.obstacles };
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
                ul.inside { @for scheme in schemes { li { (household.told_of(scheme)) } } }
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

/// A household whose schemes are told.
struct Household<'a> {
    officer: &'a Officer,
    id: &'a str,
    members: &'a [Member],
    /// What keeps it from schemes that it is entitled to.
    obstacles: &'a BTreeMap<String, Obstacle>,
}

impl Household<'_> {
    fn name(&self, person: &str) -> String {
        let member = self.members.iter().find(|member| member.person == person);
        member.map_or_else(|| person.to_owned(), |member| self.officer.named(&member.name))
    }

    /// A question, with the name and relation of the member it is about: a place alone is found nowhere else on the page.
    fn question(&self, question: &str, person: Option<&str>) -> String {
        let program = self.officer.office.program().as_ref();
        let member = person.and_then(|person| self.members.iter().find(|member| member.person == person));
        let Some((member, (place, asked))) = member.zip(question.split_once(": ")) else { return question.to_owned() };
        let relations = labels::options(self.officer, Some(program), "relation");
        let relation = labels::name(&relations, &member.relation);
        format!("{place} ({}, {relation}): {asked}", self.officer.named(&member.name))
    }

    /// Why no agreement is offered; where others come first, with the way to the order.
    fn obstacle(&self, obstacle: &Obstacle) -> Markup {
        let officer = self.officer;
        let why = match obstacle {
            Obstacle::Open => officer.t("support-obstacle-open"),
            Obstacle::Excluded { by } => {
                officer.tr("support-obstacle-excluded", &[("scheme", told::scheme(officer, by).into())])
            }
            Obstacle::Again { from } => officer.tr("support-obstacle-again", &[("day", officer.day(*from).into())]),
            Obstacle::ByKin { .. } => officer.t("support-obstacle-kin"),
            Obstacle::NotInTurn { served, .. } => officer.tr("support-obstacle-turn", &[("served", (*served).into())]),
        };
        html! {
            (why)
            @if let Obstacle::NotInTurn { ranking, .. } = obstacle {
                " " a href=(format!("/support/rankings/{ranking}")) { (officer.t("support-obstacle-order")) }
            }
        }
    }

    fn told_of(&self, standing: &SchemeStanding) -> Markup {
        let (officer, household) = (self.officer, self.id);
        let obstacle = self.obstacles.get(&standing.scheme);
        let missing = standing.missing.iter().zip(&standing.missing_of);
        let missing: Vec<String> = missing.map(|(asked, person)| self.question(asked, person.as_deref())).collect();
        let of = |wanted: Entitled| {
            let names = standing.members.iter().filter(|(_, own)| *own == wanted).map(|(person, _)| self.name(person));
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
            @if !missing.is_empty() { p { (officer.t("support-missing")) ": " (missing.join("; ")) } }
            @if let Some(why) = &standing.cannot_be_paid { p.muted { (officer.t("support-cannot-be-paid")) ": " (why) } }
            p { (told::source(&standing.source)) }
            @if let Some(obstacle) = obstacle { p.muted { (self.obstacle(obstacle)) } }
            @if standing.can_be_agreed() && obstacle.is_none() && officer.may(Action::PrepareSupport) {
                p.actions {
                    a.button.second href=(format!("/support/agreements/new?scheme={}&household={household}", standing.scheme)) {
                        (officer.t("support-draw-up"))
                    }
                }
            }
        }
    }
}
