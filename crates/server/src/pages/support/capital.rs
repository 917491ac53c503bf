//! Capital: what units have, allocations by the pack's formula, and the file with which anyone computes one again. Trying
//! other figures and coefficients is in `what_if`.

use super::super::again;
use super::{back, capital_map, done, problem_told, told, version_field, what_if};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use vuon_programme::agreements::Budget;
use vuon_programme::allocation::Bound;
use vuon_programme::budgets::{Allocation, BudgetRow};
use vuon_programme::published::{Published, WrittenCriterion};
use vuon_programme::records::Kept;
use vuon_programme::sources::{NewSource, SourceRow};
use vuon_programme::unspent::Unspent;
use vuon_registry::scope::Action;

use super::super::fields;

/// `/support/capital` and below.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/support/capital", get(all))
        .route("/support/capital/received", post(receive))
        .route("/support/capital/carry-over", post(carry_over))
        .route("/support/capital/reuse", post(reuse))
        .route("/support/capital/sources", post(record_source))
        .route("/support/capital/{id}", get(one))
        .route("/support/capital/{id}/decide", post(decide))
        .route("/support/capital/{id}/file", get(file))
        .merge(what_if::routes())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    unit: String,
    /// Of the sources; this year when empty.
    year: String,
}

/// Capital that came from outside, as it is typed.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Received {
    unit: String,
    scheme: String,
    year: String,
    amount: String,
    document: String,
    /// Of another programme: its name, instead of a scheme.
    programme: String,
}

async fn all(officer: Officer, Query(asked): Query<Asked>) -> Page {
    show(&officer, &asked.unit, &Received { year: asked.year, ..Received::default() }, None).await
}

async fn show(officer: &Officer, asked: &str, typed: &Received, problem: Option<&Problem>) -> Page {
    let unit = fields::some(asked).or_else(|| officer.own_unit());
    let allocations = officer.office.allocations(None).await?;
    let headings = [
        officer.t("support-title"),
        officer.t("support-year"),
        officer.t("support-amount"),
        officer.t("support-state"),
    ];
    let rows = allocations.iter().rev().map(|kept| {
        vec![
            html! { a href=(format!("/support/capital/{}", kept.id)) { (told::scheme(officer, &kept.thing.scheme)) } (example(officer, &kept.thing.published)) },
            layout::plain(kept.thing.year.to_string()),
            told::money_cell(officer, kept.thing.published.result.amount),
            state(officer, &kept.thing),
        ]
    });
    let body = html! {
        (back(officer))
        (problem_told(officer, problem))
        h2 { (officer.t("support-allocations")) }
        @if allocations.is_empty() { p.empty { (officer.t("support-allocations-none")) } } @else {
            (layout::list(&officer.t("support-allocations"), &headings, rows.collect()))
        }
        @if officer.may(Action::Allocate) {
            p.actions { a.button href="/support/capital/new" { (officer.t("support-what-if")) } }
        }
        h2 { (officer.t("support-budgets")) }
        @match &unit {
            Some(unit) => { (budgets(officer, unit).await?) (sources(officer, unit, &typed.year).await?) },
            None => { (units(officer, "/support/capital").await?) },
        }
        @if officer.may(Action::Allocate) {
            h2 { (officer.t("support-receive-capital")) }
            (receive_form(officer, unit.as_deref(), typed).await?)
            @if let Some(unit) = &unit { (source_form(officer, unit, typed)) }
        }
    };
    Ok(layout::page(officer, &officer.t("support-capital"), body))
}

/// The provinces, for whoever stands above all of them.
pub(super) async fn units(officer: &Officer, path: &str) -> Result<Markup, Problem> {
    let below = officer.desk.areas_below(None).await?;
    Ok(html! {
        p { (officer.t("support-choose-unit")) }
        ul.plainlist {
            @for row in &below {
                li { a href=(format!("{path}?unit={}", row.id)) { (super::super::areas::name(row)) } }
            }
        }
    })
}

fn state(officer: &Officer, allocation: &Allocation) -> Markup {
    told::state(officer, "support-allocation", if allocation.decided.is_some() { "decided" } else { "draft" })
}

/// The mark of a formula that is an example and not law.
pub(super) fn example(officer: &Officer, published: &Published) -> Markup {
    html! { @if published.formula.example { " " span.tag { (officer.t("support-example")) } } }
}

async fn budgets(officer: &Officer, unit: &str) -> Result<Markup, Problem> {
    let rows = officer.office.budgets(unit).await?;
    if rows.is_empty() {
        return Ok(html! { p.empty { (officer.t("support-budgets-none")) } });
    }
    let givers = rows.iter().filter_map(|row| match &row.next {
        Some(Unspent::Returned(Some(giver))) => Some(giver.as_str()),
        _ => None,
    });
    let mut units: Vec<&str> = rows.iter().map(|row| row.budget.unit.as_str()).chain(givers).collect();
    units.sort_unstable();
    units.dedup();
    let names = officer.desk.full_names(&units).await?;
    let name = |id: &str| names.get(id).map_or_else(|| id.to_owned(), |name| first_part(name));
    let headings = [
        officer.t("support-unit"),
        officer.t("support-scheme"),
        officer.t("support-year"),
        officer.t("support-allocated"),
        officer.t("support-passed-on"),
        officer.t("support-committed"),
        officer.t("support-paid"),
        officer.t("support-unspent"),
        officer.t("support-free"),
    ];
    let cells = |row: &BudgetRow| {
        vec![
            layout::plain(name(&row.budget.unit)),
            layout::plain(told::scheme(officer, &row.budget.scheme)),
            layout::plain(row.budget.year.to_string()),
            told::money_cell(officer, row.allocated),
            told::money_cell(officer, row.passed_on),
            told::money_cell(officer, row.committed),
            told::money_cell(officer, row.paid),
            told::money_cell(officer, row.unspent),
            html! { (told::money_cell(officer, row.free)) (next(officer, row, &name)) },
        ]
    };
    Ok(html! {
        p.hint { (officer.t("support-budgets-explained")) }
        (layout::list(&officer.t("support-budgets"), &headings, rows.iter().map(cells).collect()))
    })
}

/// Where the money of a unit comes from this year, side by side.
async fn sources(officer: &Officer, unit: &str, typed: &str) -> Result<Markup, Problem> {
    // What is typed and is no year is told beside its form.
    let year = typed.trim().parse().unwrap_or_else(|_| officer.desk.today().year());
    let rows = officer.office.sources(unit, year, officer.language).await?;
    let title = officer.tr("support-sources", &[("year", year.to_string().into())]);
    let headings = [
        officer.t("support-source"),
        officer.t("support-source-sum"),
        officer.t("support-paid"),
        officer.t("field-document"),
    ];
    let cells = |row: &SourceRow| {
        let name = if row.name.is_empty() { officer.t("support-source-none") } else { row.name.join(" › ") };
        vec![
            html! { (name) @if row.other { " " span.tag { (officer.t("support-source-other")) } } },
            told::money_cell(officer, row.allocated),
            row.paid.map_or_else(|| layout::plain("–"), |paid| told::money_cell(officer, paid)),
            layout::plain(row.document.as_deref().unwrap_or("–")),
        ]
    };
    Ok(html! {
        h2 { (title) }
        form.filters method="get" action="/support/capital" {
            input type="hidden" name="unit" value=(unit);
            (layout::labelled("sources_year", &officer.t("support-year"), None, html! {
                input type="text" id="sources_year" name="year" value=(year) inputmode="numeric" maxlength="4";
            }))
            (layout::send(&officer.t("show")))
        }
        @if rows.is_empty() { p.empty { (officer.t("support-sources-none")) } } @else {
            (layout::list(&title, &headings, rows.iter().map(cells).collect()))
        }
    })
}

fn source_form(officer: &Officer, unit: &str, typed: &Received) -> Markup {
    let year = if typed.year.is_empty() { officer.desk.today().year().to_string() } else { typed.year.clone() };
    html! {
        details open[!typed.programme.is_empty()] {
            summary { (officer.t("support-source-record")) }
            div.inside {
            p.hint { (officer.t("support-source-hint")) }
            form.fields method="post" action="/support/capital/sources" {
                (layout::csrf_field(officer))
                input type="hidden" name="unit" value=(unit);
                (layout::text_field("programme", &officer.t("support-source-programme"), &typed.programme, true))
                (layout::labelled("source_year", &officer.t("support-year"), None, html! {
                    input type="text" id="source_year" name="year" value=(year) inputmode="numeric" maxlength="4" required;
                }))
                (layout::labelled("source_amount", &officer.t("support-amount"), None, html! {
                    input type="text" id="source_amount" name="amount" value=(typed.amount) inputmode="numeric" maxlength="24" required;
                }))
                (layout::labelled("source_document", &officer.t("field-document"), None, html! {
                    input type="text" id="source_document" name="document" value=(typed.document) maxlength="300" required;
                }))
                (layout::send(&officer.t("support-source-record")))
            }
            }
        }
    }
}

async fn record_source(officer: Officer, Checked(typed): Checked<Received>) -> Answer {
    let recorded = async {
        let (year, amount) = (fields::whole("year", &typed.year)?, fields::money("amount", &typed.amount)?);
        let Received { unit, programme, document, .. } = &typed;
        let (unit, programme, document) = (unit.clone(), programme.clone(), document.clone());
        officer.office.record_source(&NewSource { unit, programme, year, amount, document }).await
    };
    match recorded.await {
        Ok(_) => {
            let (unit, year) = (crate::view::encode(&typed.unit), crate::view::encode(typed.year.trim()));
            done(&format!("/support/capital?unit={unit}&year={year}"))
        }
        Err(error) => again(error, async |problem| show(&officer, &typed.unit, &typed, Some(problem)).await).await,
    }
}

/// What becomes of what is left of a year that is over, and of what came back: for whoever allocates, as buttons.
fn next(officer: &Officer, row: &BudgetRow, name: &dyn Fn(&str) -> String) -> Markup {
    if !officer.may(Action::Allocate) {
        return html! {};
    }
    let fields = html! {
        input type="hidden" name="unit" value=(row.budget.unit);
        input type="hidden" name="scheme" value=(row.budget.scheme);
        input type="hidden" name="year" value=(row.budget.year);
    };
    let words = row.next.as_ref().map(|next| match next {
        Unspent::Kept => officer.tr("support-carry-over", &[("year", (row.budget.year + 1).to_string().into())]),
        Unspent::Returned(Some(giver)) => officer.tr("support-hand-back", &[("unit", name(giver).into())]),
        Unspent::Returned(None) => officer.t("support-give-back"),
    });
    html! {
        @if let Some(words) = words {
            (layout::form(officer, "/support/capital/carry-over", html! { (fields) (layout::send(&words)) }))
        }
        @if row.came_back > 0 {
            @let words = officer.tr("support-reuse", &[("sum", told::money(officer, row.came_back).into())]);
            (layout::form(officer, "/support/capital/reuse", html! { (fields) (layout::send(&words)) }))
        }
    }
}

fn first_part(name: &str) -> String {
    name.split(", ").next().unwrap_or(name).to_owned()
}

async fn receive_form(officer: &Officer, unit: Option<&str>, typed: &Received) -> Result<Markup, Problem> {
    let units: Vec<(String, String)> = match unit {
        Some(unit) => vec![(unit.to_owned(), told::unit(officer, unit).await)],
        None => {
            let below = officer.desk.areas_below(None).await?;
            below.iter().map(|row| (row.id.clone(), super::super::areas::name(row))).collect()
        }
    };
    let chosen = if typed.unit.is_empty() { unit.unwrap_or_default() } else { &typed.unit };
    let year = if typed.year.is_empty() { officer.desk.today().year().to_string() } else { typed.year.clone() };
    Ok(layout::form(
        officer,
        "/support/capital/received",
        html! {
            p.hint { (officer.t("support-receive-hint")) }
            (layout::choice_field("unit", &officer.t("support-unit"), &units, chosen, None))
            (layout::choice_field("scheme", &officer.t("support-scheme"), &told::scheme_options(officer, |_| true), &typed.scheme, None))
            (told::year_field(officer, &year))
            (told::money_field(officer, "amount", &officer.t("support-amount"), &typed.amount))
            (layout::text_field("document", &officer.t("field-document"), &typed.document, true))
            (layout::send(&officer.t("support-receive-capital")))
        },
    ))
}

async fn receive(officer: Officer, Checked(typed): Checked<Received>) -> Answer {
    let received = async {
        let (year, amount) = (fields::whole("year", &typed.year)?, fields::money("amount", &typed.amount)?);
        officer.office.receive_capital(&typed.unit, &typed.scheme, year, amount, &typed.document).await
    };
    match received.await {
        Ok(_) => done(&format!("/support/capital?unit={}", crate::view::encode(&typed.unit))),
        Err(error) => again(error, async |problem| show(&officer, &typed.unit, &typed, Some(problem)).await).await,
    }
}

/// Whose capital, as the buttons send it.
#[derive(Deserialize)]
struct Whose {
    unit: String,
    scheme: String,
    year: i16,
}

impl From<Whose> for Budget {
    fn from(Whose { unit, scheme, year }: Whose) -> Self {
        Budget { unit, scheme, year }
    }
}

async fn carry_over(officer: Officer, Checked(whose): Checked<Whose>) -> Answer {
    let budget = Budget::from(whose);
    turned_over(&officer, &budget, officer.office.carry_over(&budget).await).await
}

async fn reuse(officer: Officer, Checked(whose): Checked<Whose>) -> Answer {
    let budget = Budget::from(whose);
    turned_over(&officer, &budget, officer.office.reuse(&budget).await).await
}

/// Back to the budgets; with what is in the way, if something is.
async fn turned_over(officer: &Officer, budget: &Budget, result: vuon_registry::Result<i64>) -> Answer {
    // A province that looks at its communes goes on looking at them.
    let unit = officer.own_unit().unwrap_or_else(|| budget.unit.clone());
    match result {
        Ok(_) => done(&format!("/support/capital?unit={}", crate::view::encode(&unit))),
        Err(error) => {
            again(error, async |problem| show(officer, &unit, &Received::default(), Some(problem)).await).await
        }
    }
}

async fn one(officer: Officer, Path(id): Path<String>) -> Page {
    show_one(&officer, &id, None).await
}

async fn show_one(officer: &Officer, id: &str, problem: Option<&Problem>) -> Page {
    let kept: Kept<Allocation> = officer.office.allocation(id).await?;
    let published = &kept.thing.published;
    let map = capital_map::map(officer, published).await;
    let body = html! {
        p { a href="/support/capital" { "← " (officer.t("support-capital")) } }
        (problem_told(officer, problem))
        (layout::facts(&[
            (officer.t("support-year"), layout::plain(published.year.to_string())),
            (officer.t("support-formula"), html! { (label(officer, &published.formula.label)) (example(officer, published)) }),
            (officer.t("support-register-of"), layout::plain(published.figures_of.parse().map_or_else(|_| published.figures_of.clone(), |day| officer.day(day)))),
            (officer.t("support-amount"), layout::plain(told::money(officer, published.result.amount))),
            (officer.t("support-kept-back"), layout::plain(told::money(officer, published.result.kept))),
            (officer.t("support-state"), state(officer, &kept.thing)),
        ]))
        p { (told::source(&published.formula.source)) }
        @if kept.thing.decided.is_none() && officer.may(Action::Allocate) {
            (layout::form(officer, &format!("/support/capital/{id}/decide"), html! {
                (version_field(kept.version))
                p { (officer.t("support-decide-hint")) }
                (layout::send(&officer.t("support-decide")))
            }))
        }
        (lines(officer, published, &map))
        h2 { (officer.t("support-compute-again")) }
        p.actions { a.button href=(format!("/support/capital/{id}/file")) { (officer.t("support-download-file")) } }
        p { (officer.t("support-compute-again-hint")) }
        pre tabindex="0" { "vuon allocate verify " (file_name(&kept)) }
    };
    Ok(layout::page(officer, &told::scheme(officer, &kept.thing.scheme), body))
}

fn label(officer: &Officer, labels: &std::collections::BTreeMap<String, String>) -> String {
    let code = crate::language::code(officer.language);
    labels.get(code).or_else(|| labels.values().next()).cloned().unwrap_or_default()
}

/// What a criterion is called.
pub(super) fn criterion(officer: &Officer, criteria: &[WrittenCriterion], id: &str) -> String {
    let found = criteria.iter().find(|criterion| criterion.id == id);
    found.map_or_else(|| id.to_owned(), |criterion| label(officer, &criterion.label))
}

/// The lines of a computation, each with its bar, and how its points came about.
fn lines(officer: &Officer, published: &Published, map: &Markup) -> Markup {
    let result = &published.result;
    let most = result.lines.iter().map(|line| line.amount).max().unwrap_or(1).max(1);
    let headings = [
        officer.t("support-unit"),
        officer.t("support-points"),
        officer.t("support-amount"),
        officer.t("support-bar"),
        officer.t("support-bound"),
    ];
    let rows = result.lines.iter().map(|line| {
        let bound = match line.bound {
            Bound::None => String::new(),
            Bound::Floor => officer.t("support-floor"),
            Bound::Ceiling => officer.t("support-ceiling"),
        };
        vec![
            layout::plain(&line.name),
            layout::plain(told::exact(officer, &line.score)),
            told::money_cell(officer, line.amount),
            html! { meter min="0" max=(most) value=(line.amount) aria-hidden="true" {} },
            html! {
                (bound)
                @if let Some(own) = line.counterpart { " " (officer.t("support-counterpart")) ": " (told::money(officer, own)) }
            },
        ]
    });
    html! {
        h2 { (officer.t("support-lines")) }
        (layout::list(&officer.t("support-lines"), &headings, rows.collect()))
        (map)
        p { (officer.tr("support-per-point", &[
            ("pool", told::money(officer, result.free_pool).into()), ("score", told::exact(officer, &result.free_score).into()),
        ])) }
        details {
            summary { (officer.t("support-how-points")) }
            ul.inside {
                @for line in &result.lines {
                    li {
                        strong { (line.name) } ": " (told::exact(officer, &line.score))
                        ul { @for points in &line.points {
                            li {
                                (criterion(officer, &published.formula.criteria, &points.criterion)) ": "
                                (told::exact(officer, &points.figure)) " → " (told::exact(officer, &points.points)) " × "
                                (told::exact(officer, &points.coefficient)) " = " (told::exact(officer, &points.weighted))
                            }
                        } }
                    }
                }
            }
        }
    }
}

#[derive(Deserialize)]
struct Version {
    version: i64,
}

async fn decide(officer: Officer, Path(id): Path<String>, Checked(given): Checked<Version>) -> Answer {
    match officer.office.decide_allocation(&id, given.version).await {
        Ok(()) => done(&format!("/support/capital/{id}")),
        Err(error) => again(error, async |problem| show_one(&officer, &id, Some(problem)).await).await,
    }
}

fn file_name(kept: &Kept<Allocation>) -> String {
    format!("allocation-{}-{}.json", kept.thing.scheme, kept.thing.year)
}

/// The published file.
async fn file(officer: Officer, Path(id): Path<String>) -> Answer {
    let kept = officer.office.allocation(&id).await?;
    let text = serde_json::to_string_pretty(&kept.thing.published).map_err(|_| Problem::Internal)?;
    let named = format!("attachment; filename=\"{}\"", file_name(&kept));
    Ok(([(CONTENT_TYPE, "application/json".to_owned()), (CONTENT_DISPOSITION, named)], text).into_response())
}
