//! One agreement: its parts and what comes next, what comes back, the money, and the statement for the household.

use super::super::review::official;
use super::plan::TypedPlan;
use super::receipts::receipts;
use super::{problem_told, told, version_field};
use crate::error::{Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use maud::{Markup, html};
use serde::Deserialize;
use vuon_programme::agreements::{AgreedPart, Agreement, AgreementState, PartState, counted};
use vuon_programme::debt::Debt;
use vuon_programme::records::Kept;
use vuon_programme::repayment::{Lent, Split};
use vuon_registry::scope::Action;

/// `/support/agreements/{id}` and its statement.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/support/agreements/{id}", get(one))
        .route("/support/agreements/{id}/statement", get(statement))
}

/// What is typed in one of the forms about an agreement or a loan.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Typed {
    /// Which form: the end of its address.
    #[serde(skip)]
    pub form: String,
    pub version: i64,
    pub why: String,
    pub kind: String,
    pub on: String,
    pub reference: String,
    pub due: String,
    pub back_by: String,
    pub refund: String,
    pub receipt: String,
    #[serde(rename = "repaid-on")]
    pub repaid_on: String,
    pub repaid: String,
    #[serde(flatten)]
    pub plan: TypedPlan,
}

impl Typed {
    /// A text of this form, if it is the one that was sent.
    fn of<'a>(&self, form: &str, text: &'a str) -> &'a str {
        if self.form == form { text } else { "" }
    }
}

async fn one(officer: Officer, Path(id): Path<String>) -> Page {
    show(&officer, &id, &Typed::default(), None).await
}

/// What was typed for a day; today until something was.
fn day(officer: &Officer, typed: &str) -> String {
    if typed.is_empty() { officer.desk.today().to_string() } else { typed.to_owned() }
}

/// The page of an agreement.
///
/// # Errors
/// [`Problem`], as the register says.
pub(super) async fn show(officer: &Officer, id: &str, typed: &Typed, problem: Option<&Problem>) -> Page {
    let kept: Kept<Agreement> = officer.office.one(id).await?;
    let agreement = &kept.thing;
    let names = told::Names::of(officer, std::iter::once(agreement.recipient.subject().to_owned())).await?;
    let commune = agreement.at.commune.clone().unwrap_or_default();
    let list = told::with_commune("/support/agreements", &commune);
    let address = format!("/support/agreements/{id}");
    let body = html! {
        p { a href=(list) { "← " (officer.t("support-agreements")) } }
        (problem_told(officer, problem))
        (layout::facts(&[
            (officer.t("support-recipient"), names.recipient(officer, &agreement.recipient)),
            (officer.t("support-state"), told::state(officer, "support-agreement", agreement.state.id())),
            (officer.t("field-purpose"), layout::plain(&agreement.purpose)),
            (officer.t("support-amount"), html! {
                @if let Some(things) = &agreement.things { (counted(&agreement.given(), things.count, officer.language)) " – " }
                (told::money(officer, agreement.amount))
            }),
            (officer.t("field-own_share"), layout::plain(told::money(officer, agreement.own_share))),
            (officer.t("support-paid"), layout::plain(told::money(officer, agreement.paid()))),
            (officer.t("support-year"), layout::plain(agreement.budget.year.to_string())),
            (officer.t("support-from"), layout::plain(officer.day(agreement.from))),
            (officer.t("support-until"), layout::plain(officer.day(agreement.until))),
            (officer.t("support-because"), told::grounds(officer, agreement)),
        ]))
        @if let Some(why) = &agreement.ended { p.warning { (officer.t("support-ended-because")) ": " (why) } }
        @if agreement.state == AgreementState::Reclaimed {
            p.warning { (officer.tr("support-to-give-back", &[("sum", told::money(officer, agreement.reclaimed).into())])) }
        }
        @if agreement.state == AgreementState::Draft { (draft(officer, &kept, &address, &commune, typed)) }
        h2 { (officer.t("support-parts")) }
        ol.timeline { @for part in &agreement.parts { li { (part_told(officer, &kept, part, &address, typed)) } } }
        @if agreement.state == AgreementState::Running && officer.may(Action::DecideSupport) {
            (told::reason_form(officer, &format!("{address}/end"), kept.version, &officer.t("support-end"), typed.of("end", &typed.why)))
        }
        @if let Some(debt) = &agreement.debt {
            h2 { (officer.t("support-comes-back")) }
            @if let Some(lends) = officer.office.scheme(&agreement.scheme)?.lends(officer.language) { p { (lends) " " (officer.t("support-lends-kept")) } }
            (debt_told(officer, debt)?)
            @if agreement.state.is_owed() { (debt_forms(officer, debt, &address, kept.version, typed)) }
        }
        @if agreement.paid() > 0 && agreement.debt.is_none() && officer.may(Action::PrepareSupport) { (refund(officer, &kept, &address, typed)) }
        h2 { (officer.t("support-money-moves")) }
        (money(officer, id).await?)
        (receipts::<Agreement>(officer, id, "receipt").await?)
        p.actions {
            a.button.second href=(format!("{address}/statement")) { (officer.t("support-statement")) }
            a.button.second href=(format!("/papers/agreement/{id}")) { (officer.t("support-agreement-file")) }
            @if agreement.approved.is_some() {
                a.button.second href=(format!("/papers/statement/{}", agreement.recipient.subject())) { (officer.t("support-statement-file")) }
            }
        }
    };
    Ok(layout::page(officer, &told::scheme(officer, &agreement.scheme), body))
}

fn draft(officer: &Officer, kept: &Kept<Agreement>, address: &str, commune: &str, typed: &Typed) -> Markup {
    html! {
        @if officer.may(Action::DecideSupport) {
            (layout::form(officer, "/support/approval", html! {
                input type="hidden" name="commune" value=(commune);
                input type="hidden" name="seen" value=(format!("{}:{}", kept.id, kept.version));
                (layout::send(&officer.t("support-approve-one")))
            }))
            (told::reason_form(officer, &format!("{address}/refuse"), kept.version, &officer.t("support-refuse"), typed.of("refuse", &typed.why)))
        } @else { p.hint { (officer.t("support-waits-for-chair")) } }
    }
}

/// A part: what shows that it was reached, what was shown, and what may be done about it.
fn part_told(officer: &Officer, kept: &Kept<Agreement>, part: &AgreedPart, address: &str, typed: &Typed) -> Markup {
    let today = officer.desk.today();
    let state = serde_json::to_value(part.state).ok().and_then(|state| state.as_str().map(str::to_owned));
    let evidence = |kind: &str| officer.of("support-evidence", kind);
    let wanted: Vec<String> = part.wants.iter().map(|kind| evidence(kind)).collect();
    let running = kept.thing.state == AgreementState::Running;
    let waits = running && part.state == PartState::Waiting;
    let first =
        kept.thing.parts.iter().find(|own| own.state == PartState::Waiting).is_some_and(|own| own.id == part.id);
    let at = format!("{address}/parts/{}", part.id);
    let extending = format!("{}/extend", part.id);
    html! {
        h3 { (officer.pick(&part.label)) " – " (told::money(officer, part.amount)) }
        p {
            (told::state(officer, "support-part", state.as_deref().unwrap_or_default())) " "
            @if part.state == PartState::Waiting { (officer.t("support-due")) ": " (told::due(officer, part.due, today)) }
        }
        p.hint { (officer.t("support-wants")) ": " (wanted.join(", ")) ". " (officer.of("support-if-missed", &part.if_missed)) }
        @for given in &part.evidence {
            p { (officer.day(given.on)) ": " (evidence(&given.kind)) " – " (given.reference) }
        }
        @for (day, why) in &part.extended {
            p.muted { (officer.tr("support-was-due", &[("day", officer.day(*day).into())])) ": " (why) }
        }
        @if waits && first && part.due < today {
            p.warning { (officer.tr("support-evidence-late", &[("day", officer.day(part.due).into())])) }
        }
        @if waits && first && officer.may(Action::PrepareSupport) { (evidence_form(officer, part, &at, kept.version, typed)) }
        @if waits && part.if_missed == "extend" && officer.may(Action::DecideSupport) {
            details open[typed.form == extending] {
                summary { (officer.t("support-extend")) }
                div.inside { (layout::form(officer, &format!("{at}/extend"), html! {
                    (version_field(kept.version))
                    (layout::labelled(&format!("due-{}", part.id), &officer.t("support-new-day"), None, html! { input type="date" id=(format!("due-{}", part.id)) name="due" value=(typed.of(&extending, &typed.due)) required; }))
                    (layout::labelled(&format!("why-{}", part.id), &officer.t("support-why"), None, html! {
                        textarea id=(format!("why-{}", part.id)) name="why" rows="3" required maxlength="500" { (typed.of(&extending, &typed.why)) }
                    }))
                    (layout::send(&officer.t("support-extend")))
                })) }
            }
        }
        @if waits && part.due < today && officer.may(Action::DecideSupport) {
            (stop_form(officer, kept, part, &at, typed))
        }
    }
}

/// The end for a part that was not reached; with the day by which what was paid is given back, where it is asked back.
fn stop_form(officer: &Officer, kept: &Kept<Agreement>, part: &AgreedPart, at: &str, typed: &Typed) -> Markup {
    let form = format!("{}/stop", part.id);
    let words = officer.t("support-stop");
    if part.if_missed != "reclaim" || kept.thing.paid() == 0 {
        return told::reason_form(officer, &format!("{at}/stop"), kept.version, &words, typed.of(&form, &typed.why));
    }
    let words = officer.t("support-stop-reclaim");
    let (why, by) = (format!("why-stop-{}", part.id), format!("back-by-{}", part.id));
    html! {
        details open[typed.form == form] {
            summary { (words) }
            div.inside { (layout::form(officer, &format!("{at}/stop"), html! {
                (version_field(kept.version))
                p { (officer.tr("support-to-give-back", &[("sum", told::money(officer, kept.thing.paid()).into())])) }
                (layout::labelled(&by, &officer.t("field-back_by"), None, html! {
                    input type="date" id=(by) name="back_by" value=(typed.of(&form, &typed.back_by)) required;
                }))
                (layout::labelled(&why, &officer.t("support-why"), None, html! {
                    textarea id=(why) name="why" rows="3" required maxlength="500" { (typed.of(&form, &typed.why)) }
                }))
                (layout::send(&words))
            })) }
        }
    }
}

fn evidence_form(officer: &Officer, part: &AgreedPart, at: &str, version: i64, typed: &Typed) -> Markup {
    let kinds: Vec<_> = part.wants.iter().map(|kind| (kind.clone(), officer.of("support-evidence", kind))).collect();
    layout::form(
        officer,
        &format!("{at}/evidence"),
        html! {
            (version_field(version))
            div.row {
                (layout::choice_field("kind", &officer.t("support-evidence"), &kinds, &typed.kind, None))
                (layout::day_field("on", &officer.t("support-on"), &day(officer, &typed.on), true))
                (layout::text_field("reference", &officer.t("support-reference"), &typed.reference, true))
            }
            (layout::send(&officer.t("support-record-evidence")))
        },
    )
}

/// The schedule, what came back, and how it stands today.
///
/// # Errors
/// [`Problem`], when what is stored is damaged.
pub(super) fn debt_told(officer: &Officer, debt: &Debt) -> Result<Markup, Problem> {
    let today = officer.desk.today();
    let schedule = debt.schedule()?;
    let headings = [officer.t("support-due"), officer.t("support-principal"), officer.t("support-interest")];
    let rows = schedule.iter().map(|part| {
        vec![
            layout::plain(officer.day(part.due)),
            told::units_cell(officer, &debt.lent, part.principal),
            told::money_cell(officer, part.interest),
        ]
    });
    let standing = debt.begun.then(|| debt.standing(today)).transpose()?;
    let units = |units: i64| counted(&debt.lent, units, officer.language);
    // What things are worth stands beside them; money is its own worth.
    let worth = |worth: i64| match debt.lent {
        Lent::Money(_) => String::new(),
        Lent::Things(_) => format!(" ({})", told::money(officer, worth)),
    };
    let split = |place: usize| -> Result<String, Problem> {
        let split = debt.split(place)?.filter(|_| matches!(debt.lent, Lent::Money(_)));
        let told = |split: Split| {
            let sum = |sum: i64| told::money(officer, sum);
            officer.tr(
                "support-split",
                &[
                    ("late", sum(split.late_interest).into()),
                    ("interest", sum(split.interest).into()),
                    ("principal", sum(split.principal).into()),
                ],
            )
        };
        Ok(split.map(|split| format!(" ({})", told(split))).unwrap_or_default())
    };
    Ok(html! {
        @match standing {
            Some(standing) => {
                (layout::facts(&[
                    (officer.t("support-open-principal"), layout::plain(format!("{}{}", units(standing.principal), worth(standing.owed)))),
                    (officer.t("support-open-interest"), layout::plain(told::money(officer, standing.interest + standing.late_interest))),
                    (officer.t("support-late-sum"), html! {
                        @if standing.late > 0 {
                            strong.late { (units(standing.late)) (worth(standing.late_worth)) " – " (officer.t("support-late")) " "
                                (officer.tr("support-days", &[("count", standing.days_late.into())])) }
                        } @else { (units(0)) }
                    }),
                ]))
            },
            None => p.hint { (officer.t("support-debt-not-begun")) },
        }
        @if let Some((why, day)) = &debt.written_off {
            p.warning { (officer.tr("support-written-off", &[("day", officer.day(*day).into())])) ": " (why) }
        }
        (layout::list(&officer.t("support-schedule"), &headings, rows.collect()))
        @if !debt.repaid.is_empty() {
            h3 { (officer.t("support-came-back")) }
            ul { @for (place, repaid) in debt.repaid.iter().enumerate() {
                li { (officer.day(repaid.on)) ": " (units(repaid.amount)) (split(place)?) }
            } }
        }
        @for (_, why, day) in &debt.before {
            p.muted { (officer.tr("support-rescheduled", &[("day", officer.day(*day).into())])) ": " (why) }
        }
    })
}

/// What may be done about a debt: something comes back; the chair agrees on another plan, or writes off.
pub(super) fn debt_forms(officer: &Officer, debt: &Debt, address: &str, version: i64, typed: &Typed) -> Markup {
    html! {
        @if officer.may(Action::PrepareSupport) {
            (layout::form(officer, &format!("{address}/repay"), html! {
                (version_field(version))
                div.row {
                    (layout::day_field("repaid-on", &officer.t("support-on"), &day(officer, &typed.repaid_on), true))
                    @match &debt.lent {
                        Lent::Money(_) => { (told::money_field(officer, "repaid", &officer.t("support-repaid-amount"), &typed.repaid)) },
                        Lent::Things(things) => {
                            @let label = format!("{} ({} {})", officer.t("support-repaid-things"), things.unit, things.what);
                            (layout::text_field("repaid", &label, &typed.repaid, true))
                        },
                    }
                    (layout::text_field("receipt", &officer.t("support-receipt"), typed.of("repay", &typed.receipt), true))
                }
                (layout::send(&officer.t("support-record-repayment")))
            }))
        }
        @if officer.may(Action::DecideSupport) {
            details open[typed.form == "plan"] {
                summary { (officer.t("support-reschedule")) }
                div.inside { (layout::form(officer, &format!("{address}/plan"), html! {
                    (version_field(version))
                    (typed.plan.fields(officer))
                    (layout::labelled("why-plan", &officer.t("support-why"), None, html! {
                        textarea id="why-plan" name="why" rows="3" required maxlength="500" { (typed.of("plan", &typed.why)) }
                    }))
                    (layout::send(&officer.t("support-reschedule")))
                })) }
            }
            (told::reason_form(officer, &format!("{address}/write-off"), version, &officer.t("support-write-off"), typed.of("write-off", &typed.why)))
        }
    }
}

fn refund(officer: &Officer, kept: &Kept<Agreement>, address: &str, typed: &Typed) -> Markup {
    html! {
        details open[typed.form == "refund"] {
            summary { (officer.t("support-refund")) }
            div.inside { (layout::form(officer, &format!("{address}/refund"), html! {
                (version_field(kept.version))
                (told::money_field(officer, "refund", &officer.t("support-refund-amount"), &typed.refund))
                (layout::labelled("refund-receipt", &officer.t("support-receipt"), None, html! {
                    input type="text" id="refund-receipt" name="receipt" value=(typed.of("refund", &typed.receipt)) required maxlength="60";
                }))
                (layout::send(&officer.t("support-refund")))
            })) }
        }
    }
}

async fn money(officer: &Officer, id: &str) -> Result<Markup, Problem> {
    let moves = officer.office.money_of::<Agreement>(id).await?;
    if moves.is_empty() {
        return Ok(html! { p.empty { (officer.t("support-no-money")) } });
    }
    let headings = [officer.t("support-what"), officer.t("support-on"), officer.t("support-amount")];
    let rows = moves.iter().map(|made| {
        vec![
            layout::plain(officer.of("support-event", made.transfer.event.id())),
            layout::plain(officer.day(made.on)),
            told::money_cell(officer, made.transfer.amount),
        ]
    });
    Ok(layout::list(&officer.t("support-money-moves"), &headings, rows.collect()))
}

/// The agreement in plain sentences, to print and to hand over.
async fn statement(officer: Officer, Path(id): Path<String>) -> Page {
    let kept: Kept<Agreement> = officer.office.one(&id).await?;
    let names = told::Names::of(&officer, std::iter::once(kept.thing.recipient.subject().to_owned())).await?;
    // A paper speaks its own language, whoever prints it.
    let reader = Officer { person: officer.reading_papers(), office: officer.office.clone() };
    let lines = officer.office.statement(&kept.thing, reader.language)?;
    let body = html! {
        p.noprint { a href=(format!("/support/agreements/{id}")) { "← " (told::scheme(&officer, &kept.thing.scheme)) } }
        (official::print_hint(&officer))
        (official::paper(&reader, "statement", html! {
            p { strong { (names.bare(&reader, kept.thing.recipient.subject())) } }
            p { (told::scheme(&reader, &kept.thing.scheme)) " – " (kept.thing.purpose) }
            @for line in &lines { p { (line) } }
            p.small-print { (reader.day(reader.desk.today())) " · " (kept.thing.source) " · " (id) }
        }))
    };
    Ok(layout::page(&officer, &officer.t("support-statement"), body))
}
