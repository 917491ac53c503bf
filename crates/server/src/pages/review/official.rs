//! How official papers look: the state's name and motto, who issues, where and when, and who signs.
//!
//! These words are Vietnamese whatever the language of the page: they are the form of the paper, not its text.

use crate::signed_in::Person;
use jiff::civil::Date;
use maud::{Markup, html};
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
        div.paper-head lang="vi" {
            div {
                p { strong { "ỦY BAN NHÂN DÂN" br; (issuer.to_uppercase()) } }
                @if let Some(number) = number { p { "Số: " (number) } }
            }
            div {
                p { strong { "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" } br; strong.motto { "Độc lập – Tự do – Hạnh phúc" } }
                p { em {
                    (round.commune_name) ", "
                    (format!("ngày {:02} tháng {:02} năm {}", day.day(), day.month(), day.year()))
                } }
            }
        }
        @if person.demo { p.demo-paper { strong { (person.t("demo-banner")) } } }
    }
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

/// The button that is not there on paper.
pub fn print_hint(person: &Person) -> Markup {
    html! { p.noprint.hint { (person.t("review-print-hint")) } }
}
