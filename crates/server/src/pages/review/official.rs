//! How official papers look: the state's name and motto, who issues, where and when, and who signs.
//!
//! A paper speaks one language, that of the programme's papers, whoever prints it: give these functions a person who is
//! [`reading_papers`](Person::reading_papers). The page around the paper speaks the reader's.

use crate::language::{self, Language};
use crate::signed_in::Person;
use jiff::civil::Date;
use maud::{Markup, html};
use vuon_publish::document::committee;
use vuon_registry::rounds::RoundRow;

/// Who issues the papers of a round: the commune with what it is called, such as `Xã A`.
pub async fn issuer(person: &Person, round: &RoundRow) -> String {
    match person.desk.area(&round.place.commune).await {
        Ok(row) => super::super::areas::name(&row),
        Err(_) => round.commune_name.clone(),
    }
}

/// The head of a paper. `number` is its official number, where it has one.
pub fn head(person: &Person, issuer: &str, round: &RoundRow, number: Option<&str>, day: Date) -> Markup {
    html! {
        div.paper-head {
            div {
                p { @for line in committee(issuer, person.language) { strong { (line) } br; } }
                @if let Some(number) = number { p { (person.t("paper-number")) ": " (number) } }
            }
            div {
                p { strong { (person.t("paper-state")) } br; strong.motto { (person.t("paper-motto")) } }
                p { em { (round.commune_name) ", " (written_out(person, day)) } }
            }
        }
        @if person.demo { p.demo-paper { strong { (person.t("demo-banner")) } } }
    }
}

/// A day as papers write it.
fn written_out(person: &Person, day: Date) -> String {
    match person.language {
        Language::Vi => format!("ngày {:02} tháng {:02} năm {}", day.day(), day.month(), day.year()),
        Language::En => person.day(day),
    }
}

/// A paper around what stands on it.
pub fn paper(person: &Person, kind: &str, body: Markup) -> Markup {
    html! { article class=(format!("paper {kind}")) lang=(language::code(person.language)) { (body) } }
}

/// Places for signatures, each with who signs.
pub fn signatures(who: &[(String, String)]) -> Markup {
    html! {
        div.signatures {
            @for (office, name) in who {
                div { p { strong { (office) } } p.name { (name) } }
            }
        }
    }
}

/// The same paper as a file, set as official papers are.
pub fn file(person: &Person, address: &str) -> Markup {
    html! { p.noprint { a.button.second href=(address) { (person.t("paper-file")) } } }
}

/// The button that is not there on paper.
pub fn print_hint(person: &Person) -> Markup {
    html! { p.noprint.hint { (person.t("review-print-hint")) } }
}
