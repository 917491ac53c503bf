//! Why a household has a status: the sentence, the rule with its article, the indicators with the answers they rest on,
//! and what was not read in the official text.

use super::names::Names;
use crate::layout;
use crate::view::View;
use maud::{Markup, html};
use vuon_policy::explain::{Explanation, IndicatorReason};

/// The whole reason.
pub fn reason(view: &View, names: &Names, told: &Explanation) -> Markup {
    html! {
        p.sentence { (names.tag(view, Some(&told.status))) " " (told.sentence) }
        (rule(view, told))
        @if !told.indicators.is_empty() {
            (layout::list(&view.t("review-indicators"),
                &[view.t("review-indicator"), view.t("review-dimension"), view.t("review-deprived"), view.t("review-answers")],
                told.indicators.iter().map(|indicator| indicator_cells(view, indicator)).collect()))
        }
        @if !told.flags.is_empty() {
            h3 { (view.t("review-flags")) }
            ul { @for flag in &told.flags { li { (flag.label) " " span.hint { (flag.source) } } } }
        }
        (unverified(view, told))
        p.hint { (view.t("review-pack")) ": " span.code { (told.pack) " " (told.pack_hash.get(..12).unwrap_or(&told.pack_hash)) } }
    }
}

/// The rule that decided, and its article.
pub fn rule(view: &View, told: &Explanation) -> Markup {
    html! {
        @if let Some(rule) = &told.rule {
            p.hint { (view.t("review-source")) ": " (rule.source) }
        }
    }
}

/// Whether a household is deprived in an indicator, in words.
pub fn deprived(view: &View, deprived: Option<bool>) -> String {
    match deprived {
        Some(true) => view.t("review-deprived-yes"),
        Some(false) => view.t("review-deprived-no"),
        None => view.t("review-deprived-unknown"),
    }
}

fn indicator_cells(view: &View, indicator: &IndicatorReason) -> Vec<Markup> {
    let words = deprived(view, indicator.deprived);
    let deprived = match indicator.deprived {
        Some(true) => html! { span.tag.poor { (words) } },
        Some(false) => layout::plain(words),
        None => html! { span.tag.near_poor { (words) } },
    };
    vec![
        layout::plain(&indicator.label),
        layout::plain(&indicator.dimension),
        deprived,
        html! { @for answer in &indicator.answers { (answer) br; } },
    ]
}

/// What rests on values nobody read in the official text.
pub fn unverified(view: &View, told: &Explanation) -> Markup {
    html! {
        @if !told.unverified.is_empty() {
            details {
                summary { (view.tr("review-unverified", &[("count", told.unverified.len().into())])) }
                div.inside { ul { @for note in &told.unverified { li { (note) } } } }
            }
        }
    }
}
