//! How support stands in a unit: how much of it asks something, what comes back, who left the list; and the targets of the
//! programme with their yearly path.

use super::super::review::form_typed::number;
use super::super::{again, fields};
use super::{back, capital, done, problem_told, told};
use crate::csrf::Checked;
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::periods;
use crate::state::App;
use crate::view::encode;
use axum::Router;
use axum::extract::Query;
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use vuon_programme::figures::SupportFigures;
use vuon_programme::priority::{PriorityReach, SEALED_STEP, Share};
use vuon_programme::targets::{Households, NewFigure, NotJudged, TargetRow};
use vuon_registry::RegistryError;
use vuon_registry::scope::Action;

/// `/support/figures`.
pub fn routes() -> Router<App> {
    Router::new().route("/support/figures", get(figures)).route("/support/figures/reported", post(report))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    unit: String,
    year: String,
    /// All households of the unit at the end of each year, as they were typed: `households_2025`.
    #[serde(flatten)]
    households: BTreeMap<String, String>,
}

/// A figure of a target, as it is typed.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Reported {
    unit: String,
    target: String,
    of_year: String,
    value: String,
    document: String,
}

impl Asked {
    fn households(&self) -> Result<Households, RegistryError> {
        let typed = self.households.iter().filter(|(_, all)| !all.trim().is_empty());
        let typed = typed.filter_map(|(field, all)| Some((field.strip_prefix(IN_ALL)?, all)));
        typed.map(|(year, all)| Ok((fields::whole("year", year)?, fields::whole("households", all)?))).collect()
    }
}

/// Before the year in the name of a field.
const IN_ALL: &str = "households_";

async fn figures(officer: Officer, Query(asked): Query<Asked>) -> Page {
    show(&officer, &asked, &Reported::default(), None).await
}

async fn show(officer: &Officer, asked: &Asked, typed: &Reported, problem: Option<&Problem>) -> Page {
    officer.desk.actor().may(Action::ReadFigures)?;
    let own = officer.own_unit();
    let unit = fields::some(&asked.unit).or_else(|| own.clone());
    let today = officer.desk.today();
    let year: i16 = if asked.year.is_empty() { today.year() } else { fields::whole("year", &asked.year)? };
    periods::year("year", year.into(), today)?;
    let area = match &unit {
        Some(unit) => unit.clone(),
        None => officer.desk.area_list().await?,
    };
    let below = match &unit {
        Some(unit) => officer.desk.areas_below(Some(unit)).await?,
        None => Vec::new(),
    };
    let targets = officer.office.targets(&area, &asked.households()?, officer.language).await?;
    let body = html! {
        (back(officer))
        (problem_told(officer, problem))
        @match &unit {
            Some(unit) => {
                p.actions { strong { (told::unit(officer, unit).await) } @if own.as_ref() != Some(unit) { a href="/support/figures" { (officer.t("support-other-unit")) } } }
                form.filters method="get" action="/support/figures" {
                    input type="hidden" name="unit" value=(unit);
                    (told::year_field(officer, &year.to_string()))
                    (layout::send(&officer.t("show")))
                }
                h2 { (officer.t("support-figures")) }
                (told_of(officer, &officer.office.support_figures(unit, year).await?))
            },
            None => { (capital::units(officer, "/support/figures").await?) },
        }
        @if !below.is_empty() {
            details {
                summary { (officer.t("areas-below")) }
                ul.inside {
                    @for row in &below {
                        li { a href=(format!("/support/figures?unit={}&year={year}", row.id)) { (super::super::areas::name(row)) } }
                    }
                }
            }
        }
        h2 id="targets" { (officer.t("support-targets")) }
        @if targets.is_empty() { p.empty { (officer.t("support-targets-none")) } }
        (in_all(officer, asked))
        (report_form(officer, unit.as_deref(), &targets, typed))
        @for target in &targets { (target_told(officer, target)) }
    };
    Ok(layout::page(officer, &officer.t("support-figures"), body))
}

/// Whoever may allocate reports what the register does not compute.
fn report_form(officer: &Officer, unit: Option<&str>, targets: &[TargetRow], typed: &Reported) -> Markup {
    let reported: Vec<&TargetRow> = targets.iter().filter(|target| !target.measured).collect();
    if reported.is_empty() || officer.desk.actor().may(Action::Allocate).is_err() {
        return html! {};
    }
    let over = |year: &i64| *year < i64::from(officer.desk.today().year());
    let years: BTreeSet<i64> =
        reported.iter().flat_map(|target| &target.years).map(|(year, ..)| *year).filter(over).collect();
    let years: Vec<(String, String)> = years.iter().rev().map(|year| (year.to_string(), year.to_string())).collect();
    let name = |target: &&TargetRow| (target.target.clone(), format!("{} ({})", target.label, target.unit));
    let names: Vec<(String, String)> = reported.iter().map(name).collect();
    html! {
        details open[!typed.target.is_empty()] {
            summary { (officer.t("support-target-report")) }
            div.inside {
            p.hint { (officer.t("support-target-report-hint")) }
            (layout::form(officer, "/support/figures/reported", html! {
                input type="hidden" name="unit" value=(unit.unwrap_or_default());
                (layout::choice_field("target", &officer.t("support-target"), &names, &typed.target, None))
                (layout::choice_field("of_year", &officer.t("support-year"), &years, &typed.of_year, None))
                (layout::text_field("value", &officer.t("support-target-value"), &typed.value, true))
                (layout::text_field("document", &officer.t("field-document"), &typed.document, true))
                (layout::send(&officer.t("support-target-report-send")))
            }))
            }
        }
    }
}

async fn report(officer: Officer, Checked(typed): Checked<Reported>) -> Answer {
    let asked = Asked { unit: typed.unit.clone(), ..Asked::default() };
    let reported = async {
        let wrong = || RegistryError::invalid("value", "a number, as 85 or 85.5");
        let new = NewFigure {
            target: typed.target.clone(),
            unit: fields::some(&typed.unit),
            year: fields::whole("year", &typed.of_year)?,
            value: number(officer.language, &typed.value).ok_or_else(wrong)?,
            document: typed.document.clone(),
        };
        officer.office.report_figure(&new).await
    };
    match reported.await {
        Ok(_) => done(&format!("/support/figures?unit={}#{}", encode(&typed.unit), typed.target)),
        Err(error) => again(error, async |problem| show(&officer, &asked, &typed, Some(problem)).await).await,
    }
}

/// Asks how many households the unit has in all: a rate among them is told beside the target, and kept nowhere.
fn in_all(officer: &Officer, asked: &Asked) -> Markup {
    let years = officer.office.years_of_rates();
    html! {
        @if !years.is_empty() {
            details open[asked.households.keys().any(|field| field.starts_with(IN_ALL))] {
                summary { (officer.t("support-in-all")) }
                div.inside {
                    p.hint { (officer.t("support-in-all-hint")) }
                    form.filters method="get" action="/support/figures#targets" {
                        input type="hidden" name="unit" value=(asked.unit);
                        input type="hidden" name="year" value=(asked.year);
                        @for year in years {
                            @let id = format!("{IN_ALL}{year}");
                            @let typed = asked.households.get(&id).map_or("", String::as_str);
                            (layout::labelled(&id, &officer.tr("support-in-all-of", &[("year", year.to_string().into())]), None, html! {
                                input type="text" inputmode="numeric" id=(id) name=(id) value=(typed) maxlength="12";
                            }))
                        }
                        (layout::send(&officer.t("show")))
                    }
                }
            }
        }
    }
}

fn told_of(officer: &Officer, figures: &SupportFigures) -> Markup {
    let count = |count: i64| layout::plain(officer.number(count));
    let sum = |sum: i64| layout::plain(told::money(officer, sum));
    let share = |part: i64, whole: i64| layout::plain(officer.percent(part, whole));
    let ages = ["support-late-30", "support-late-90", "support-late-180", "support-late-older"];
    let late = ages.iter().zip(figures.late).map(|(key, late)| {
        let name = crate::language::words(officer.language, key, &[]);
        vec![layout::plain(name), told::money_cell(officer, late)]
    });
    html! {
        (layout::facts(&[
            (officer.t("support-agreements-approved"), count(figures.agreements)),
            (officer.t("support-agreed-sum"), sum(figures.agreed)),
            (officer.t("support-enabling"), sum(figures.enabling)),
            (officer.t("support-enabling-share"), share(figures.enabling, figures.agreed)),
            (officer.t("support-paid"), sum(figures.paid)),
            (officer.t("support-due-sum"), sum(figures.due)),
            (officer.t("support-came-back"), sum(figures.came_back)),
            (officer.t("support-written-off-sum"), sum(figures.written_off)),
            (officer.t("support-late-all"), sum(figures.late_of_all_years.iter().sum())),
            (officer.t("support-repayment-rate"), share(figures.came_back, figures.due)),
            (officer.t("support-cost-of-lifted"), layout::plain(figures.cost_of_lifted.map_or_else(|| "–".to_owned(), |cost| told::money(officer, cost)))),
        ]))
        h3 { (officer.t("support-arrears")) }
        (layout::list(&officer.t("support-arrears"), &[officer.t("support-how-late"), officer.t("support-amount")], late.collect()))
        @if !figures.late_things.is_empty() {
            ul {
                @for row in &figures.late_things {
                    @for (key, count) in ages.iter().zip(row.late).filter(|(_, count)| *count > 0) {
                        li { (officer.number(count)) " " (row.unit) " " (row.what) ": " (crate::language::words(officer.language, key, &[])) }
                    }
                }
            }
        }
        (priority(officer, &figures.priority))
        h3 { (officer.t("support-left-the-list")) }
        (layout::list(&officer.t("support-left-the-list"),
            &[officer.t("support-households"), officer.t("support-lifted"), officer.t("support-relapsed"), officer.t("support-lifted-share")],
            vec![
                vec![
                    html! { (officer.t("support-supported")) " (" (officer.number(figures.households)) ")" },
                    count(figures.lifted), count(figures.relapsed), share(figures.lifted, figures.households),
                ],
                vec![
                    layout::plain(officer.t("support-not-supported")),
                    count(figures.lifted_without), count(figures.relapsed_without), layout::plain("–"),
                ],
            ]))
    }
}

/// How much reaches those who come first, by the keys of the pack; of what is sealed a total alone, where it may be told.
fn priority(officer: &Officer, reach: &PriorityReach) -> Markup {
    let headings = [
        officer.t("support-priority-group"),
        officer.t("support-priority-households"),
        officer.t("support-agreed-sum"),
        officer.t("support-priority-share"),
    ];
    let is_known = |share: &Share| share.unknown == 0 || share.unknown < reach.all.households;
    let row = |name: String, share: &Share| {
        vec![
            layout::plain(name),
            layout::plain(match share.unknown {
                0 => officer.number(share.households),
                unknown => officer
                    .tr("support-priority-known", &[("count", share.households.into()), ("unknown", unknown.into())]),
            }),
            // Where of nobody it is known, there is no sum and no share.
            if is_known(share) { told::money_cell(officer, share.agreed) } else { layout::plain("–") },
            layout::plain(if is_known(share) { officer.percent(share.agreed, reach.all.agreed) } else { "–".into() }),
        ]
    };
    let keys = reach.by_key.iter().map(|(key, share)| row(told::priority_key(officer, key), share));
    let rows = keys.chain(std::iter::once(row(officer.t("support-priority-any"), &reach.any))).collect();
    html! {
        h3 { (officer.t("support-priority")) }
        (layout::list(&officer.t("support-priority"), &headings, rows))
        p.hint { (officer.t("support-priority-hint")) }
        p.hint {
            @match &reach.sealed {
                Some(sealed) => { (officer.tr("support-priority-sealed", &[
                    ("households", sealed.households.into()), ("of", sealed.of.into()), ("step", SEALED_STEP.into()), ("percent", sealed.percent.into()),
                ])) },
                None => { (officer.tr("support-priority-sealed-hidden", &[("step", SEALED_STEP.into())])) },
            }
        }
    }
}

fn not_judged(officer: &Officer, target: &TargetRow) -> String {
    let key = match target.not_judged {
        Some(NotJudged::NotMeasured) => "support-target-not-measured",
        Some(NotJudged::NoResidents) => "support-target-no-residents",
        Some(NotJudged::NotOver) => "support-target-not-over",
        Some(NotJudged::AnotherLevel) => "support-target-another-level",
        Some(NotJudged::NoYearlyValue) | None => "support-target-no-yearly-value",
    };
    crate::language::words(officer.language, key, &[("level", officer.of("support-set-for", target.level).into())])
}

/// A target: its years in a table, and in words whether it is behind.
fn target_told(officer: &Officer, target: &TargetRow) -> Markup {
    let (wanted, reached) = match target.falls {
        true => ("support-wanted-rate", "support-reached-rate"),
        false => ("support-wanted", "support-reached"),
    };
    let headings = [officer.t("support-year"), officer.t(wanted), officer.t(reached)];
    let rows = target.years.iter().map(|(year, wanted, reached)| {
        let cell = |value: &Option<String>| layout::plain(value.as_deref().unwrap_or("–"));
        vec![layout::plain(year.to_string()), cell(wanted), cell(reached)]
    });
    html! {
        div.card id=(target.target) {
            h3 { (target.label) " (" (target.unit) ")" }
            p {
                @match target.off {
                    Some(true) => strong.late { (officer.t("support-target-off")) },
                    Some(false) => span.tag.good { (officer.t("support-target-on")) },
                    None => span.muted { (not_judged(officer, target)) },
                }
            }
            (layout::list(&target.label, &headings, rows.collect()))
            @if target.straight && target.years.iter().filter(|(_, wanted, _)| wanted.is_some()).count() > 1 {
                p.hint { (officer.t("support-target-straight")) }
            }
            @if !target.reported.is_empty() {
                ul.plainlist {
                    @for (year, value, document) in &target.reported { li { (year) ": " (value) " – " (document) } }
                }
            }
            p { (told::source(&target.source)) }
        }
    }
}
