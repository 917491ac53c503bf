//! What happened to a household, latest first: members, homes, statuses and reviews in one list.

use crate::error::Problem;
use crate::labels;
use crate::signed_in::Person;
use maud::{Markup, html};
use std::collections::BTreeMap;
use vuon_registry::households::{HistoryEvent, HistoryFact, HouseholdView};
use vuon_registry::scope::Action;

/// The list.
///
/// # Errors
/// [`Problem`], as the register says.
pub async fn history(person: &Person, view: &HouseholdView) -> Result<Markup, Problem> {
    let events = person.desk.household_history(&view.row.id).await?;
    let communes: Vec<&str> = events.iter().filter_map(commune).collect();
    let communes = person.desk.full_names(&communes).await?;
    let program = person.desk.register().standard(person.desk.today());
    let relations = labels::options(person, program.as_deref(), "relation");
    let ledger = person.may(Action::ReadLedger);
    Ok(html! {
        ol.timeline {
            @for event in &events {
                li {
                    (person.day(event.on)) " – "
                    @if let Some(round) = round(person, view, event) {
                        a href=(format!("/cases/{}", round.0)) { (round.1) } " – "
                    }
                    @match &event.fact {
                        Some(fact) => (told(person, fact, &relations, &communes)),
                        None => @if let Some(entry) = &event.entry { (person.of("entry", &entry.kind)) },
                    }
                    @if let Some(entry) = &event.entry {
                        " – " span.muted { (entry.author) ", " (person.moment(event.at)) }
                        @if ledger {
                            " " a href=(format!("/ledger/{}/{}", entry.chain, entry.seq)) { "№ " (person.number(entry.seq)) }
                        }
                    }
                }
            }
        }
    })
}

fn commune(event: &HistoryEvent) -> Option<&str> {
    match &event.fact {
        Some(HistoryFact::Lives { commune, .. }) => Some(commune),
        _ => None,
    }
}

/// The case and round that something belongs to.
fn round(person: &Person, view: &HouseholdView, event: &HistoryEvent) -> Option<(String, String)> {
    let case = view.cases.iter().find(|case| Some(&case.id) == event.case.as_ref())?;
    Some((case.id.clone(), format!("{} {}", person.of("round-kind", &case.kind), case.year)))
}

fn told(
    person: &Person,
    fact: &HistoryFact,
    relations: &[(String, String)],
    communes: &BTreeMap<String, String>,
) -> Markup {
    let who = |name: &str| html! { strong { (person.named(name)) } };
    match fact {
        HistoryFact::Came { name, relation, cause } => html! {
            (person.t("history-came")) " " (who(name)) " (" (labels::name(relations, relation)) "), " (person.of("cause", cause))
        },
        HistoryFact::Left { name, cause } => html! {
            (person.t("history-left")) " " (who(name)) ", " (person.of("cause", cause))
        },
        HistoryFact::Head { name } => html! { (person.t("history-head")) " " (who(name)) },
        HistoryFact::Relation { name, relation, cause } => html! {
            (person.t("history-relation")) " " (who(name)) ": " (labels::name(relations, relation)) ", " (person.of("cause", cause))
        },
        HistoryFact::Lives { commune, hamlet_name, code, cause } => html! {
            (person.t("history-lives")) " "
            @if let Some(hamlet) = hamlet_name { (hamlet) ", " }
            // A commune out of reach is known by its code.
            (communes.get(commune).unwrap_or(commune)) " (" (person.t("household-code")) " " span.code { (code) } "), "
            (person.of("cause", cause))
        },
        HistoryFact::Status { status, standard, movement, decision } => html! {
            (labels::status_tag(person, Some(standard), Some(status))) " "
            @if let Some(movement) = movement { (person.of("movement", movement)) ", " }
            @match decision {
                Some(number) => { (person.t("spell-decision")) " " (number) },
                None => (person.t("spell-imported")),
            }
            ", " (person.t("spell-standard")) " " code { (standard) }
        },
    }
}
