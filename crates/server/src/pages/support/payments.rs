//! Payments: what can be ordered, files for the treasury or bank, their answers and what does not agree.

use super::super::{again, fields, uploads};
use super::approval::Chosen;
use super::{Of, back, done, problem_told, told};
use crate::bank;
use crate::csrf::{Checked, Upload};
use crate::error::{Answer, Page, Problem};
use crate::layout;
use crate::office::Officer;
use crate::said;
use crate::state::App;
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use vuon_programme::agreements::{Agreement, AgreementState, PartState};
use vuon_programme::payments::{AnswerReport, AnswerRow, Payment, PaymentFile, PaymentState};
use vuon_programme::records::{Filter, Kept};
use vuon_registry::RegistryError;
use vuon_registry::scope::Action;

/// `/support/payments` and below.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .route("/support/payments", get(all))
        .route("/support/payments/order", uploads(app, post(order)))
        .route("/support/payments/files", post(make_file))
        .route("/support/payments/files/{id}", get(file))
        .route("/support/payments/files/{id}/rows.csv", get(rows))
        .route("/support/payments/files/{id}/settle", post(settle))
        .route("/support/payments/files/{id}/answer", uploads(app, post(answer)))
}

async fn all(officer: Officer, Query(of): Query<Of>) -> Page {
    show(&officer, &of, None).await
}

async fn show(officer: &Officer, of: &Of, problem: Option<&Problem>) -> Page {
    officer.desk.actor().may(Action::ReadPeople)?;
    let title = officer.t("support-payments");
    let commune = match super::commune(officer, of, "/support/payments", &title).await? {
        Ok(commune) => commune,
        Err(chooser) => return Ok(chooser),
    };
    let body = html! {
        (back(officer))
        (told::other_commune(officer, "/support/payments", &super::super::areas::name(&commune)))
        (problem_told(officer, problem))
        h2 { (officer.t("support-can-be-ordered")) }
        (to_order(officer, &commune.id).await?)
        h2 { (officer.t("support-ordered")) }
        (ordered(officer, &commune.id).await?)
        h2 { (officer.t("support-files")) }
        (files(officer, &commune.id).await?)
    };
    Ok(layout::page(officer, &title, body))
}

/// Agreements of which a part was reached and is not ordered.
async fn to_order(officer: &Officer, commune: &str) -> Result<Markup, Problem> {
    let state = Some(AgreementState::Running.id().to_owned());
    let filter = Filter { commune: Some(commune.to_owned()), state, ..Filter::default() };
    let running = officer.office.all::<Agreement>(&filter).await?;
    let reached = |agreement: &Agreement| -> i64 {
        let parts = agreement.parts.iter().filter(|part| part.state == PartState::Reached);
        parts.map(|part| part.amount).sum()
    };
    let waiting: Vec<(&Kept<Agreement>, i64)> =
        running.iter().map(|kept| (kept, reached(&kept.thing))).filter(|(_, sum)| *sum > 0).collect();
    if waiting.is_empty() {
        return Ok(html! { p.empty { (officer.t("support-nothing-to-order")) } });
    }
    let names =
        told::Names::of(officer, waiting.iter().map(|(kept, _)| kept.thing.recipient.subject().to_owned())).await?;
    let decides = officer.may(Action::DecideSupport);
    let headings = [officer.t("support-recipient"), officer.t("support-scheme"), officer.t("support-amount")];
    let rows = waiting.iter().map(|(kept, sum)| {
        let field = format!("p-{}", kept.id);
        let name = names.bare(officer, kept.thing.recipient.subject());
        vec![
            html! {
                @if decides {
                    span.field.check {
                        input type="checkbox" id=(field) name="seen" value=(format!("{}:{}", kept.id, kept.version)) checked;
                        label for=(field) { (name) }
                    }
                } @else { a href=(format!("/support/agreements/{}", kept.id)) { (name) } }
            },
            layout::plain(told::scheme(officer, &kept.thing.scheme)),
            told::money_cell(officer, *sum),
        ]
    });
    let list = layout::list(&officer.t("support-can-be-ordered"), &headings, rows.collect());
    Ok(html! {
        @if decides {
            (layout::form(officer, "/support/payments/order", html! {
                input type="hidden" name="commune" value=(commune);
                (list)
                (layout::send(&officer.t("support-order-payments")))
            }))
        } @else { (list) p.hint { (officer.t("support-waits-for-chair")) } }
    })
}

async fn ordered(officer: &Officer, commune: &str) -> Result<Markup, Problem> {
    let state = Some(PaymentState::Ordered.id().to_owned());
    let filter = Filter { commune: Some(commune.to_owned()), state, ..Filter::default() };
    let ordered = officer.office.all::<Payment>(&filter).await?;
    if ordered.is_empty() {
        return Ok(html! { p.empty { (officer.t("support-nothing-ordered")) } });
    }
    let sum: i64 = ordered.iter().map(|kept| kept.thing.amount).sum();
    Ok(html! {
        p { (officer.tr("support-ordered-sum", &[("count", ordered.len().into()), ("sum", told::money(officer, sum).into())])) }
        @if officer.may(Action::PrepareSupport) {
            (layout::form(officer, "/support/payments/files", html! {
                input type="hidden" name="commune" value=(commune);
                (layout::send(&officer.t("support-make-file")))
            }))
        }
    })
}

async fn files(officer: &Officer, commune: &str) -> Result<Markup, Problem> {
    let filter = Filter { commune: Some(commune.to_owned()), ..Filter::default() };
    let files = officer.office.all::<PaymentFile>(&filter).await?;
    if files.is_empty() {
        return Ok(html! { p.empty { (officer.t("support-no-files")) } });
    }
    let of = |state: PaymentState| Filter { state: Some(state.id().to_owned()), ..filter.clone() };
    let paid = officer.office.all::<Payment>(&of(PaymentState::Paid)).await?;
    let mut sums: HashMap<&str, i64> = HashMap::new();
    for kept in &paid {
        *sums.entry(kept.thing.file.as_deref().unwrap_or_default()).or_default() += kept.thing.amount;
    }
    let mut failed: HashMap<&str, i64> = HashMap::new();
    let not_paid = officer.office.all::<Payment>(&of(PaymentState::Failed)).await?;
    for kept in &not_paid {
        *failed.entry(kept.thing.file.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let headings = [
        officer.t("support-made-on"),
        officer.t("support-payments"),
        officer.t("support-amount"),
        officer.t("support-paid"),
        officer.t("support-failed-payments"),
        officer.t("support-open-payments"),
        officer.t("support-differences"),
    ];
    let rows = files.iter().rev().map(|kept| {
        let file = &kept.thing;
        vec![
            html! { a href=(format!("/support/payments/files/{}", kept.id)) { (officer.day(file.made_on)) } },
            layout::plain(officer.number(file.payments.len() as i64)),
            told::money_cell(officer, file.total),
            told::money_cell(officer, sums.get(kept.id.as_str()).copied().unwrap_or_default()),
            layout::plain(officer.number(failed.get(kept.id.as_str()).copied().unwrap_or_default())),
            layout::plain(officer.number(file.open as i64)),
            layout::plain(officer.number(file.differences.len() as i64)),
        ]
    });
    Ok(layout::list(&officer.t("support-files"), &headings, rows.collect()))
}

async fn order(officer: Officer, Checked(chosen): Checked<Chosen>) -> Answer {
    let ordered = async { officer.office.order_payments(&chosen.commune, &chosen.pairs()?).await };
    let of = Of { commune: chosen.commune.clone(), name: None };
    match ordered.await {
        Ok(_) => done(&told::with_commune("/support/payments", &chosen.commune)),
        Err(error) => again(error, async |problem| show(&officer, &of, Some(problem)).await).await,
    }
}

#[derive(Deserialize)]
struct Whose {
    commune: String,
}

async fn make_file(officer: Officer, Checked(whose): Checked<Whose>) -> Answer {
    let of = Of { commune: whose.commune.clone(), name: None };
    match officer.office.make_payment_file(&whose.commune).await {
        Ok(id) => done(&format!("/support/payments/files/{id}")),
        Err(error) => again(error, async |problem| show(&officer, &of, Some(problem)).await).await,
    }
}

/// What became of an answer that was taken just now.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Taken {
    /// Whether something of it does not agree with the file.
    differs: bool,
    /// How many of its rows were new, paid and not paid, and how many had come before.
    rows: Option<String>,
}

impl Taken {
    fn address(id: &str, report: &AnswerReport) -> String {
        let AnswerReport { paid, failed, known, differences, .. } = report;
        format!("/support/payments/files/{id}?rows={paid}-{failed}-{known}&differs={}", !differences.is_empty())
    }

    fn told(&self, officer: &Officer) -> Option<Markup> {
        let counts = self.rows.as_deref()?.split('-').map(|count| count.parse().ok());
        let [paid, failed, known]: [i64; 3] = counts.collect::<Option<Vec<_>>>()?.try_into().ok()?;
        let counts = officer.tr(
            "support-answer-taken",
            &[
                ("paid", officer.number(paid).into()),
                ("failed", officer.number(failed).into()),
                ("known", officer.number(known).into()),
            ],
        );
        Some(html! {
            @if self.differs { (layout::alert(&officer.t("support-answer-differs"))) p { (counts) } }
            @else { p.notice role="status" { (counts) } }
        })
    }
}

async fn file(officer: Officer, Path(id): Path<String>, Query(taken): Query<Taken>) -> Page {
    show_file(&officer, &id, taken.told(&officer)).await
}

async fn show_file(officer: &Officer, id: &str, told: Option<Markup>) -> Page {
    let kept: Kept<PaymentFile> = officer.office.one(id).await?;
    let file = &kept.thing;
    let back = told::with_commune("/support/payments", file.at.commune.as_deref().unwrap_or_default());
    let (paid, failed) = answered(officer, &kept).await?;
    let body = html! {
        p { a href=(back) { "← " (officer.t("support-payments")) } }
        @if let Some(told) = told { (told) }
        (layout::facts(&[
            (officer.t("support-made-on"), layout::plain(officer.day(file.made_on))),
            (officer.t("support-payments"), layout::plain(officer.number(file.payments.len() as i64))),
            (officer.t("support-amount"), layout::plain(told::money(officer, file.total))),
            (officer.t("support-paid"), layout::plain(told::money(officer, paid))),
            (officer.t("support-open-payments"), layout::plain(officer.number(file.open as i64))),
            (officer.t("support-failed-payments"), layout::plain(officer.number(failed))),
        ]))
        @if officer.may(Action::Export) {
            p.actions { a.button href=(format!("/support/payments/files/{id}/rows.csv")) { (officer.t("support-download")) } }
            p.hint { (officer.t("support-download-hint")) }
        }
        @if !file.differences.is_empty() {
            h2 { (officer.t("support-differences")) }
            p.warning { (officer.t("support-differences-hint")) }
            ul { @for difference in &file.differences { li { (said::told(difference, officer.language)) } } }
            @if officer.may(Action::DecideSupport) { (settle_form(officer, &kept)) }
        }
        @if !file.settled.is_empty() {
            h2 { (officer.t("support-settled")) }
            ul { @for settled in &file.settled { li { (said::told(settled, officer.language)) } } }
        }
        @if officer.may(Action::PrepareSupport) {
            h2 { (officer.t("support-answer")) }
            p.hint { (officer.t("support-answer-hint")) }
            form.fields method="post" enctype="multipart/form-data" action=(format!("/support/payments/files/{id}/answer")) {
                (layout::csrf_field(officer))
                (layout::labelled("file", &officer.t("support-answer-file"), None, html! {
                    input type="file" id="file" name="file" accept=".csv,text/csv" required;
                }))
                (layout::send(&officer.t("support-take-answer")))
            }
        }
    };
    Ok(layout::page(officer, &officer.t("support-file"), body))
}

/// What a chair reads off the bank's paper about a payment of which an answer does not agree.
#[derive(Deserialize)]
struct Settled {
    version: i64,
    payment: String,
    paid: String,
    on: String,
    why: String,
}

fn settle_form(officer: &Officer, kept: &Kept<PaymentFile>) -> Markup {
    let about = |told: &String| told.split(':').next().unwrap_or_default().to_owned();
    let mut payments: Vec<String> = kept.thing.differences.iter().map(about).collect();
    payments.dedup();
    let payments: Vec<(String, String)> = payments.into_iter().map(|id| (id.clone(), id)).collect();
    let outcomes = [("true", "support-settle-paid"), ("false", "support-settle-failed")];
    let outcomes = outcomes.map(|(value, words)| (value.to_owned(), officer.t(words)));
    let today = officer.desk.today().to_string();
    html! {
        details {
            summary { (officer.t("support-settle")) }
            div.inside {
                p.hint { (officer.t("support-settle-hint")) }
                (layout::form(officer, &format!("/support/payments/files/{}/settle", kept.id), html! {
                    (super::version_field(kept.version))
                    (layout::choice_field("payment", &officer.t("support-payment"), &payments, "", None))
                    (layout::choice_field("paid", &officer.t("support-settle-outcome"), &outcomes, "", None))
                    (layout::day_field("on", &officer.t("support-on"), &today, true))
                    (layout::long_field("why", &officer.t("support-why"), "", true))
                    (layout::send(&officer.t("support-settle")))
                }))
            }
        }
    }
}

async fn settle(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Settled>) -> Answer {
    let settled = async {
        let payment: Option<Kept<Payment>> = match officer.office.one(&typed.payment).await {
            Ok(payment) => Some(payment),
            // A row about a payment that is none of ours is settled by the reason alone.
            Err(RegistryError::NotFound) => None,
            Err(error) => return Err(error),
        };
        let row = AnswerRow {
            payment: typed.payment.clone(),
            paid: typed.paid == "true",
            amount: payment.map_or(0, |kept| kept.thing.amount),
            on: fields::day("on", &typed.on)?,
            note: typed.why.clone(),
        };
        officer.office.settle(&id, typed.version, &row, &typed.why).await
    };
    match settled.await {
        Ok(()) => done(&format!("/support/payments/files/{id}")),
        Err(error) => {
            again(error, async |problem| show_file(&officer, &id, Some(problem_told(&officer, Some(problem)))).await)
                .await
        }
    }
}

/// What of a file was paid, in đồng, and how many of its payments were answered as not made.
async fn answered(officer: &Officer, kept: &Kept<PaymentFile>) -> Result<(i64, i64), Problem> {
    let in_state = async |state: PaymentState| -> Result<Vec<Kept<Payment>>, Problem> {
        let state = Some(state.id().to_owned());
        let filter = Filter { commune: kept.thing.at.commune.clone(), state, ..Filter::default() };
        let mut payments = officer.office.all::<Payment>(&filter).await?;
        payments.retain(|payment| payment.thing.file.as_ref() == Some(&kept.id));
        Ok(payments)
    };
    let paid = in_state(PaymentState::Paid).await?.iter().map(|payment| payment.thing.amount).sum();
    Ok((paid, in_state(PaymentState::Failed).await?.len() as i64))
}

/// The rows are people's names: no cache keeps them.
async fn rows(officer: Officer, Path(id): Path<String>) -> Answer {
    let lines = bank::file(&officer.office.payment_lines(&id).await?);
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"payments.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, lines).into_response())
}

async fn answer(officer: Officer, Path(id): Path<String>, upload: Upload) -> Answer {
    let taken = async {
        let file = upload.files.iter().find(|(name, ..)| name == "file");
        let (_, _, bytes) = file.ok_or_else(|| RegistryError::invalid("file", "a file is needed"))?;
        officer.office.take_answer(&id, &bank::answer(bytes)?).await
    };
    match taken.await {
        Ok(report) => Ok(Redirect::to(&Taken::address(&id, &report)).into_response()),
        Err(error) => {
            again(error, async |problem| show_file(&officer, &id, Some(problem_told(&officer, Some(problem)))).await)
                .await
        }
    }
}
