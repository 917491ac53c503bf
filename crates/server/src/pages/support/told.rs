//! What the pages of support call things: money, schemes, who receives, where something stands.

use super::super::areas;
use crate::error::Problem;
use crate::layout;
use crate::office::Officer;
use crate::view::{View, encode};
use jiff::civil::Date;
use maud::{Markup, html};
use std::collections::HashMap;
use vuon_policy::exact::Exact;
use vuon_policy::support::Scheme;
use vuon_policy::words;
use vuon_programme::Called;
use vuon_programme::agreements::{Agreement, Recipient, counted};
use vuon_programme::repayment::Lent;

/// An amount: `1.500.000 đồng`.
pub fn money(view: &View, amount: i64) -> String {
    format!("{} đồng", view.number(amount))
}

/// An amount in a cell.
pub fn money_cell(view: &View, amount: i64) -> Markup {
    html! { span.num { (money(view, amount)) } }
}

/// So many units of what is lent, in a cell.
pub fn units_cell(view: &View, lent: &Lent, units: i64) -> Markup {
    html! { span.num { (counted(lent, units, view.language)) } }
}

/// What the pack calls a scheme.
pub fn scheme(officer: &Officer, id: &str) -> String {
    let found = officer.office.scheme(id).ok();
    found.map_or_else(|| id.to_owned(), |scheme| scheme.label.get(officer.language).to_owned())
}

/// What the pack calls a key of priority.
pub fn priority_key(officer: &Officer, id: &str) -> String {
    let mut keys = officer.office.program().pack.schemes.iter().flat_map(|scheme| &scheme.priority);
    let found = keys.find(|key| key.id.value == id);
    found.map_or_else(|| id.to_owned(), |key| key.label.get(officer.language).to_owned())
}

/// Schemes as options, of those that match.
pub fn scheme_options(officer: &Officer, of: impl Fn(&Scheme) -> bool) -> Vec<(String, String)> {
    let schemes = officer.office.program().pack.schemes.iter().filter(|scheme| of(scheme));
    schemes.map(|scheme| (scheme.id.value.clone(), scheme.label.get(officer.language).to_owned())).collect()
}

/// The document and article of a text of the law; a source says itself where it was not read there.
pub fn source(source: &str) -> Markup {
    html! { span.hint { (source) } }
}

/// Why somebody was entitled when an agreement was drawn up, with the article.
pub fn grounds(officer: &Officer, agreement: &Agreement) -> Markup {
    let because: Vec<&str> = agreement.because.iter().map(|both| officer.pick(both)).collect();
    let program = officer.office.program();
    let scheme = officer.office.scheme(&agreement.scheme).ok().filter(|_| agreement.pack_hash == program.hash);
    let article = scheme.map(|scheme| match (&agreement.recipient, &scheme.group) {
        (Recipient::Group(_), Some(rule)) => &rule.source,
        _ => &scheme.source,
    });
    // An agreement under rules that have changed keeps the words of its day.
    let article = article.map_or_else(
        || agreement.source.clone(),
        |article| vuon_policy::explain::cite(program, article, officer.language),
    );
    html! { (because.join("; ")) " " (source(&article)) }
}

/// An exact number of a computation, as people write it; a fraction that ends nowhere stays one.
pub fn exact(view: &View, text: &str) -> String {
    let Some(n) = Exact::parse(text) else { return text.to_owned() };
    let tens = [1, 10, 100, 1_000, 10_000].into_iter().find(|tens| tens % n.denominator() == 0);
    let decimal = tens.and_then(|tens| Some((n.numerator().checked_mul(tens / n.denominator())?, tens)));
    let (numerator, denominator) = decimal.unwrap_or((n.numerator(), n.denominator()));
    words::number(numerator, denominator, view.language)
}

/// What households, persons and groups are called, by id.
pub struct Names(HashMap<String, Called>);

impl Names {
    /// Of those within reach.
    ///
    /// # Errors
    /// [`Problem`], as the register says.
    pub async fn of(officer: &Officer, ids: impl Iterator<Item = String>) -> Result<Self, Problem> {
        let mut ids: Vec<String> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(Names(officer.office.called(&ids).await?))
    }

    /// Of those who receive something.
    ///
    /// # Errors
    /// [`Problem`], as the register says.
    pub async fn of_recipients<'r>(
        officer: &Officer,
        recipients: impl Iterator<Item = &'r Recipient>,
    ) -> Result<Self, Problem> {
        let both = recipients.flat_map(|recipient| [recipient.subject().to_owned(), recipient.id().to_owned()]);
        Self::of(officer, both).await
    }

    /// A household, as a link.
    pub fn household(&self, view: &View, id: &str) -> Markup {
        html! { a href=(format!("/households/{id}")) { (self.bare(view, id)) } }
    }

    /// Who receives something, as a link.
    pub fn recipient(&self, view: &View, recipient: &Recipient) -> Markup {
        match recipient {
            Recipient::Group(id) => html! { a href=(format!("/support/groups/{id}")) { (self.bare(view, id)) } },
            Recipient::Household(id) => self.household(view, id),
            Recipient::Member { household, person } => html! {
                (self.household(view, household)) " " span.muted {
                    @match self.0.get(person) {
                        Some(called) => { (view.named(&called.name)) },
                        None => { (view.t("support-of-a-member")) },
                    }
                }
            },
        }
    }

    /// Whether a refusal speaks of an agreement: its reason begins with the code of the household, of a group with its id.
    pub fn is_named(&self, refusal: &str, agreement: &Agreement) -> bool {
        let subject = agreement.recipient.subject();
        let code = self.0.get(subject).and_then(|called| called.code.as_deref()).unwrap_or(subject);
        refusal.contains(&format!(": {code}: "))
    }

    /// The name with the code; the id of what is out of reach.
    pub fn bare(&self, view: &View, id: &str) -> String {
        match self.0.get(id) {
            Some(Called { code: Some(code), name }) => format!("{} ({code})", view.named(name)),
            Some(Called { code: None, name }) => view.named(name),
            None => id.to_owned(),
        }
    }
}

/// Where something stands, as a mark.
pub fn state(view: &View, kind: &'static str, id: &str) -> Markup {
    html! { span class=(format!("tag {id}")) { (view.of(kind, id)) } }
}

/// A day by which something has to be done; a late one says so in words.
pub fn due(view: &View, day: Date, today: Date) -> Markup {
    html! {
        (view.day(day))
        @if day < today { " " strong.late { (view.t("support-late")) } }
    }
}

/// The name of a unit; its id where it has none here.
pub async fn unit(officer: &Officer, id: &str) -> String {
    officer.desk.area(id).await.map_or_else(|_| id.to_owned(), |row| areas::name(&row))
}

/// Units of which there is nothing to tell, as links, in one line that unfolds.
pub fn silent(summary: &str, units: &[(String, String)]) -> Markup {
    html! {
        @if !units.is_empty() {
            details {
                summary { (summary) }
                p.inside {
                    @for (place, (address, name)) in units.iter().enumerate() {
                        @if place > 0 { ", " }
                        a href=(address) { (name) }
                    }
                }
            }
        }
    }
}

/// A link to the same page about another commune, for whoever reaches several.
pub fn other_commune(officer: &Officer, path: &str, name: &str) -> Markup {
    html! {
        p.actions {
            strong { (name) }
            @if super::communes::own(officer).is_none() { a href=(path) { (officer.t("commune-other")) } }
        }
    }
}

/// An address with the commune.
pub fn with_commune(path: &str, commune: &str) -> String {
    format!("{path}?commune={}", encode(commune))
}

/// A field for an amount.
pub fn money_field(view: &View, id: &str, label: &str, typed: &str) -> Markup {
    layout::labelled(
        id,
        label,
        Some(&view.t("support-money-hint")),
        html! {
            input type="text" inputmode="numeric" id=(id) name=(id) value=(typed) required maxlength="30"
                aria-describedby=(format!("{id}-hint"));
        },
    )
}

/// A field for a year.
pub fn year_field(view: &View, typed: &str) -> Markup {
    let control = html! { input type="number" id="year" name="year" value=(typed) required min="2016" max="2100"; };
    layout::labelled("year", &view.t("support-year"), None, control)
}

/// A form with one reason and one button, folded away until it is wanted.
pub fn reason_form(view: &View, action: &str, version: i64, words: &str, typed: &str) -> Markup {
    let id = format!("why{}", action.replace('/', "-"));
    html! {
        details open[!typed.is_empty()] {
            summary { (words) }
            div.inside {
                (layout::form(view, action, html! {
                    (super::version_field(version))
                    (layout::labelled(&id, &view.t("support-why"), None, html! {
                        textarea id=(id) name="why" rows="3" required maxlength="500" { (typed) }
                    }))
                    (layout::send(words))
                }))
            }
        }
    }
}
