//! What a formula would give: figures that the register does not know are typed, other coefficients may be tried, and who
//! gains and who loses stands beside what the pack's own give. What follows the pack can be kept as a draft.

use super::super::review::form_typed::number;
use super::super::{again, fields};
use super::{capital, capital_map, done, told};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::language::Language;
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use std::collections::BTreeMap;
use vuon_policy::support::{Criterion, Formula};
use vuon_programme::budgets::NewAllocation;
use vuon_programme::published::Published;
use vuon_registry::RegistryError;
use vuon_registry::areas::AreaRow;
use vuon_registry::scope::Action;

/// `/support/capital/new` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/support/capital/new", get(ask))
        .route("/support/capital/what-if", get(computed_again).post(compute))
        .route("/support/capital/draft", post(draft))
}

/// Fields by name: `figure/{unit}/{criterion}`, `coefficient/{criterion}`, and those that every formula has.
struct Typed(Vec<(String, String)>);

impl Typed {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, text)| text.trim())
    }

    /// What was typed in fields, as packs write numbers; what is no number, as a share, stays as it is, and whoever reads it judges.
    fn below<'a>(&'a self, prefix: &'a str, language: Language) -> impl Iterator<Item = (&'a str, String)> {
        let own = self.0.iter().map(|(field, text)| (field, text.trim())).filter(|(_, text)| !text.is_empty());
        let plain = move |text: &str| number(language, text).unwrap_or_else(|| text.to_owned());
        own.filter_map(move |(field, text)| Some((field.strip_prefix(prefix)?, plain(text))))
    }

    /// The units that were chosen; all of them when none was.
    fn units(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(field, _)| field == "units").map(|(_, id)| id.as_str())
    }

    /// Whose capital: of the unit that is named, else the reader's own; the nation's for whoever stands above all.
    fn unit(&self, officer: &Officer) -> Option<String> {
        fields::some(self.get("unit")).or_else(|| officer.own_unit())
    }

    fn read(&self, officer: &Officer) -> Result<NewAllocation, RegistryError> {
        let mut figures: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for (at, value) in self.below("figure/", officer.language) {
            let Some((unit, criterion)) = at.split_once('/') else { continue };
            figures.entry(unit.to_owned()).or_default().insert(criterion.to_owned(), value);
        }
        Ok(NewAllocation {
            unit: self.unit(officer),
            scheme: self.get("scheme").to_owned(),
            year: fields::whole("year", self.get("year"))?,
            formula: self.get("formula").to_owned(),
            amount: fields::money("amount", self.get("amount"))?,
            figures_of: fields::day("figures_of", self.get("figures_of"))?,
            units: self.units().map(str::to_owned).collect(),
            figures,
            coefficients: self
                .below("coefficient/", officer.language)
                .map(|(id, value)| (id.to_owned(), value))
                .collect(),
        })
    }
}

async fn ask(officer: Officer, Query(asked): Query<Vec<(String, String)>>) -> Page {
    show(&officer, &Typed(asked), None, None).await
}

fn formula_name(officer: &Officer, formula: &Formula) -> String {
    let label = formula.label.get(officer.language);
    if formula.example { format!("{label} [{}]", officer.t("support-example")) } else { label.to_owned() }
}

async fn show(officer: &Officer, typed: &Typed, result: Option<Markup>, problem: Option<&Problem>) -> Page {
    officer.desk.actor().may(Action::Allocate)?;
    let formulas = &officer.office.program().pack.formulas;
    let chosen = formulas.iter().find(|formula| formula.id.value == typed.get("formula"));
    let unit = typed.unit(officer);
    let body = html! {
        p { a href="/support/capital" { "← " (officer.t("support-capital")) } }
        @if let Some(problem) = problem { (layout::alert(&named(officer, chosen, problem.text(officer)))) }
        @if let Some(result) = result { (result) }
        @if formulas.is_empty() { p.empty { (officer.t("support-no-formula")) } }
        @match chosen {
            None => { (choices(officer, formulas, unit.as_deref()).await?) },
            Some(formula) => { (form(officer, formula, unit.as_deref(), typed).await?) },
        }
    };
    Ok(layout::page(officer, &officer.t("support-what-if"), body))
}

/// A refusal with the criteria of the formula by their names.
fn named(officer: &Officer, formula: Option<&Formula>, refusal: String) -> String {
    let criteria = formula.map(|formula| formula.criteria.as_slice()).unwrap_or_default();
    criteria
        .iter()
        .fold(refusal, |text, criterion| text.replace(&criterion.id.value, criterion.label.get(officer.language)))
}

/// The formulas, for the unit's capital and for that of each unit below it which has units of its own.
async fn choices(officer: &Officer, formulas: &[Formula], unit: Option<&str>) -> Result<Markup, Problem> {
    let mut givers = vec![(
        unit.map(str::to_owned),
        match unit {
            Some(unit) => told::unit(officer, unit).await,
            None => officer.t("support-nation"),
        },
    )];
    let below = officer.desk.areas_below(unit).await?;
    givers.extend(
        below
            .iter()
            .filter(|row| row.level != "commune")
            .map(|row| (Some(row.id.clone()), super::super::areas::name(row))),
    );
    let address = |formula: &Formula, unit: &Option<String>| {
        let unit = encode(unit.as_deref().unwrap_or_default());
        format!("/support/capital/new?formula={}&unit={unit}", formula.id.value)
    };
    Ok(html! {
        p { (officer.t("support-choose-formula")) }
        @for formula in formulas {
            h2 { (formula_name(officer, formula)) }
            ul.plainlist {
                @for (unit, name) in &givers {
                    li { a href=(address(formula, unit)) { (officer.tr("support-capital-of", &[("unit", name.as_str().into())])) } }
                }
            }
        }
    })
}

/// The criteria without a coefficient in the law's text, in words.
fn missing(officer: &Officer, formula: &Formula) -> Markup {
    let without: Vec<_> = formula.criteria.iter().filter(|criterion| criterion.coefficient.is_none()).collect();
    html! {
        @if !without.is_empty() {
            div.warning {
                p { (officer.t("support-coefficients-missing")) }
                ul { @for criterion in without { li { (criterion.label.get(officer.language)) } } }
                p { (officer.t("support-coefficients-missing-hint")) }
            }
        }
    }
}

async fn form(officer: &Officer, formula: &Formula, unit: Option<&str>, typed: &Typed) -> Result<Markup, Problem> {
    let below = officer.desk.areas_below(unit).await?;
    let today = officer.desk.today();
    let or = |name: &str, text: String| if typed.get(name).is_empty() { text } else { typed.get(name).to_owned() };
    Ok(html! {
        h2 { (formula_name(officer, formula)) }
        p { (vuon_policy::explain::cite(officer.office.program(), &formula.source, officer.language)) }
        (missing(officer, formula))
        (layout::form(officer, "/support/capital/what-if", html! {
            input type="hidden" name="formula" value=(formula.id.value);
            @if let Some(unit) = unit { input type="hidden" name="unit" value=(unit); }
            (layout::choice_field("scheme", &officer.t("support-scheme"), &told::scheme_options(officer, |_| true), typed.get("scheme"), None))
            (told::year_field(officer, &or("year", today.year().to_string())))
            (told::money_field(officer, "amount", &officer.t("support-amount"), typed.get("amount")))
            (layout::day_field("figures_of", &officer.t("support-register-of"), &or("figures_of", today.to_string()), true))
            (coefficients(officer, formula, typed))
            (figures(officer, formula, &below, typed))
            (layout::send(&officer.t("support-compute")))
        }))
    })
}

/// A field for each coefficient: left empty, the pack's counts.
fn coefficients(officer: &Officer, formula: &Formula, typed: &Typed) -> Markup {
    html! {
        fieldset {
            legend { (officer.t("support-coefficients")) }
            p.hint { (officer.t("support-coefficients-hint")) }
            @for criterion in &formula.criteria {
                @let id = format!("coefficient/{}", criterion.id.value);
                @let known = criterion.coefficient.map_or_else(|| officer.t("support-not-found"), |known| known.to_string());
                (layout::labelled(&id, &format!("{} ({known})", criterion.label.get(officer.language)), None, html! {
                    input.short type="text" inputmode="decimal" id=(id) name=(id) value=(typed.get(&id)) maxlength="30";
                }))
            }
        }
    }
}

/// A field for each figure, by unit: those that the register has stay empty. A unit may be chosen.
fn figures(officer: &Officer, formula: &Formula, below: &[AreaRow], typed: &Typed) -> Markup {
    let label = |criterion: &Criterion| criterion.label.get(officer.language).to_owned();
    let criteria = formula.criteria.iter().map(|criterion| (criterion.id.value.clone(), label(criterion)));
    let mut wanted: Vec<(String, String)> = criteria.collect();
    if !formula.counterpart.is_empty() {
        wanted.push(("transfers".to_owned(), officer.t("support-transfers")));
    }
    let headings: Vec<String> =
        std::iter::once(officer.t("support-unit")).chain(wanted.iter().map(|(_, label)| label.clone())).collect();
    let rows = below.iter().map(|row| {
        let name = super::super::areas::name(row);
        let field = |(id, label): &(String, String)| {
            let id = format!("figure/{}/{id}", row.id);
            html! {
                input.short type="text" inputmode="decimal" name=(id) value=(typed.get(&id)) maxlength="30"
                    aria-label=(format!("{label} – {name}"));
            }
        };
        let chosen = format!("unit-{}", row.id);
        let unit = html! {
            span.field.check {
                input type="checkbox" id=(chosen) name="units" value=(row.id) checked[typed.units().any(|id| id == row.id)];
                label for=(chosen) { (name) }
            }
        };
        std::iter::once(unit).chain(wanted.iter().map(field)).collect()
    });
    html! {
        details open {
            summary { (officer.t("support-figures-typed")) }
            div.inside {
                p.hint { (officer.t("support-figures-typed-hint")) }
                (layout::list(&officer.t("support-figures-typed"), &headings, rows.collect()))
            }
        }
    }
}

/// The longest address that carries what was typed: browsers and the servers between take more, but not much more.
const LONGEST: usize = 6_000;

/// What was typed goes into the address, so that the result stays when the language is changed or the page is sent on: it is
/// figures of units and coefficients, and nothing about people. More than an address holds is answered at once.
async fn compute(officer: Officer, Checked(typed): Checked<Vec<(String, String)>>) -> Answer {
    let filled = typed.iter().filter(|(name, text)| name != crate::csrf::FIELD && !text.trim().is_empty());
    let parts: Vec<String> = filled.map(|(name, text)| format!("{}={}", encode(name), encode(text.trim()))).collect();
    let query = parts.join("&");
    let typed = Typed(typed);
    match computed(&officer, &typed).await {
        Ok(_) if query.len() <= LONGEST => {
            Ok(Redirect::to(&format!("/support/capital/what-if?{query}")).into_response())
        }
        Ok(result) => Ok(show(&officer, &typed, Some(result), None).await?.into_response()),
        Err(error) => again(error, async |problem| show(&officer, &typed, None, Some(problem)).await).await,
    }
}

async fn computed_again(officer: Officer, Query(asked): Query<Vec<(String, String)>>) -> Answer {
    let typed = Typed(asked);
    match computed(&officer, &typed).await {
        Ok(result) => Ok(show(&officer, &typed, Some(result), None).await?.into_response()),
        Err(error) => again(error, async |problem| show(&officer, &typed, None, Some(problem)).await).await,
    }
}

async fn computed(officer: &Officer, typed: &Typed) -> Result<Markup, RegistryError> {
    let new = typed.read(officer)?;
    let tried = officer.office.what_if(&new).await?;
    // What the pack's own coefficients give; nothing to compare with where one of them is not known.
    let own = match new.coefficients.is_empty() {
        true => None,
        false => officer.office.what_if(&NewAllocation { coefficients: BTreeMap::new(), ..new.clone() }).await.ok(),
    };
    let map = capital_map::map(officer, &tried).await;
    Ok(result(officer, typed, &new, (&tried, &map), own.as_ref()))
}

/// What came out, beside what the pack's coefficients give: who gains, who loses.
fn result(
    officer: &Officer,
    typed: &Typed,
    new: &NewAllocation,
    (tried, map): (&Published, &Markup),
    own: Option<&Published>,
) -> Markup {
    let lines = &tried.result.lines;
    let most = lines.iter().map(|line| line.amount).max().unwrap_or(1).max(1);
    let mut headings = vec![
        officer.t("support-unit"),
        officer.t("support-points"),
        officer.t("support-amount"),
        officer.t("support-bar"),
    ];
    if own.is_some() {
        headings.extend([officer.t("support-by-pack"), officer.t("support-change")]);
    }
    let rows = lines.iter().map(|line| {
        let mut cells = vec![
            layout::plain(&line.name),
            layout::plain(told::exact(officer, &line.score)),
            told::money_cell(officer, line.amount),
            html! { meter min="0" max=(most) value=(line.amount) aria-hidden="true" {} },
        ];
        if let Some(own) = own {
            let before = own.result.lines.iter().find(|own| own.unit == line.unit).map_or(0, |own| own.amount);
            let words = match line.amount.cmp(&before) {
                std::cmp::Ordering::Greater => officer.t("support-gains"),
                std::cmp::Ordering::Less => officer.t("support-loses"),
                std::cmp::Ordering::Equal => officer.t("support-same"),
            };
            cells.push(told::money_cell(officer, before));
            cells.push(html! { (words) " " (told::money(officer, (line.amount - before).abs())) });
        }
        cells
    });
    html! {
        h2 { (officer.t("support-result")) (capital::example(officer, tried)) }
        (layout::list(&officer.t("support-result"), &headings, rows.collect()))
        (map)
        @if new.coefficients.is_empty() {
            (layout::form(officer, "/support/capital/draft", html! {
                @for (name, value) in typed.0.iter().filter(|(name, _)| name != crate::csrf::FIELD && !name.starts_with("coefficient/")) {
                    input type="hidden" name=(name) value=(value);
                }
                (layout::send(&officer.t("support-keep-draft")))
            }))
        } @else { p.hint { (officer.t("support-draft-follows-pack")) } }
    }
}

async fn draft(officer: Officer, Checked(typed): Checked<Vec<(String, String)>>) -> Answer {
    let typed = Typed(typed);
    let drafted = async { officer.office.draft_allocation(&typed.read(&officer)?).await };
    match drafted.await {
        Ok(id) => done(&format!("/support/capital/{id}")),
        Err(error) => again(error, async |problem| show(&officer, &typed, None, Some(problem)).await).await,
    }
}
