//! What is done about an agreement, or a loan of a group's fund: evidence, more time, an end, what comes back.

use super::super::{again, fields};
use super::agreement::Typed;
use super::{agreement, done, groups};
use crate::csrf::Checked;
use crate::error::{Answer, Problem};
use crate::office::Officer;
use crate::state::App;
use axum::Router;
use axum::extract::Path;
use axum::routing::post;
use vuon_programme::agreements::EvidenceGiven;
use vuon_programme::repayment::Repaid;
use vuon_registry::RegistryError;

/// Forms below `/support/agreements/{id}` and `/support/loans/{id}`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/support/agreements/{id}/refuse", post(refuse))
        .route("/support/agreements/{id}/end", post(end))
        .route("/support/agreements/{id}/parts/{part}/evidence", post(reach))
        .route("/support/agreements/{id}/parts/{part}/extend", post(extend))
        .route("/support/agreements/{id}/parts/{part}/stop", post(stop))
        .route("/support/agreements/{id}/refund", post(refund))
        .route("/support/agreements/{id}/repay", post(repay))
        .route("/support/agreements/{id}/plan", post(reschedule))
        .route("/support/agreements/{id}/write-off", post(write_off))
        .route("/support/loans/{id}/repay", post(repay_loan))
        .route("/support/loans/{id}/plan", post(reschedule_loan))
        .route("/support/loans/{id}/write-off", post(write_off_loan))
}

impl Typed {
    fn repaid(&self) -> Result<Repaid, RegistryError> {
        Ok(Repaid { on: fields::day("on", &self.repaid_on)?, amount: fields::money("amount", &self.repaid)? })
    }
}

/// Back to the agreement; or the agreement with what is in the way, and what was typed in the one form.
async fn answer(officer: &Officer, id: &str, form: &str, typed: Typed, result: Result<(), RegistryError>) -> Answer {
    let typed = Typed { form: form.to_owned(), ..typed };
    let page = async |problem: &Problem| agreement::show(officer, id, &typed, Some(problem)).await;
    match result {
        Ok(()) => done(&format!("/support/agreements/{id}")),
        Err(error) => again(error, page).await,
    }
}

async fn answer_loan(
    officer: &Officer,
    id: &str,
    form: &str,
    typed: Typed,
    result: Result<(), RegistryError>,
) -> Answer {
    let typed = Typed { form: form.to_owned(), ..typed };
    let page = async |problem: &Problem| groups::show_loan(officer, id, &typed, Some(problem)).await;
    match result {
        Ok(()) => done(&format!("/support/loans/{id}")),
        Err(error) => again(error, page).await,
    }
}

async fn refuse(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let result = officer.office.refuse_agreement(&id, typed.version, &typed.why).await;
    answer(&officer, &id, "refuse", typed, result).await
}

async fn end(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let result = officer.office.end_agreement(&id, typed.version, &typed.why).await;
    answer(&officer, &id, "end", typed, result).await
}

async fn reach(officer: Officer, Path((id, part)): Path<(String, String)>, Checked(typed): Checked<Typed>) -> Answer {
    let reached = async {
        let (kind, reference) = (typed.kind.clone(), typed.reference.clone());
        let evidence = EvidenceGiven { kind, on: fields::day("on", &typed.on)?, reference };
        officer.office.reach_part(&id, typed.version, &part, &evidence).await
    };
    let result = reached.await;
    answer(&officer, &id, &format!("{part}/evidence"), typed, result).await
}

async fn extend(officer: Officer, Path((id, part)): Path<(String, String)>, Checked(typed): Checked<Typed>) -> Answer {
    let extended = async {
        let due = fields::day("due", &typed.due)?;
        officer.office.extend_part(&id, typed.version, &part, due, &typed.why).await
    };
    let result = extended.await;
    answer(&officer, &id, &format!("{part}/extend"), typed, result).await
}

async fn stop(officer: Officer, Path((id, part)): Path<(String, String)>, Checked(typed): Checked<Typed>) -> Answer {
    let stopped = async {
        let back_by = fields::some(&typed.back_by).map(|day| fields::day("back_by", &day)).transpose()?;
        officer.office.stop_agreement(&id, typed.version, &part, back_by, &typed.why).await
    };
    let result = stopped.await;
    answer(&officer, &id, &format!("{part}/stop"), typed, result).await
}

async fn refund(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let refunded = async {
        let amount = fields::money("amount", &typed.refund)?;
        officer.office.refund(&id, typed.version, amount, &typed.receipt).await
    };
    let result = refunded.await;
    answer(&officer, &id, "refund", typed, result).await
}

async fn repay(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let repaid = async { officer.office.repay(&id, typed.version, typed.repaid()?, &typed.receipt).await.map(|_| ()) };
    let result = repaid.await;
    answer(&officer, &id, "repay", typed, result).await
}

async fn reschedule(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let done = async { officer.office.reschedule(&id, typed.version, typed.plan.read()?, &typed.why).await };
    let result = done.await;
    answer(&officer, &id, "plan", typed, result).await
}

async fn write_off(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let result = officer.office.write_off(&id, typed.version, &typed.why).await;
    answer(&officer, &id, "write-off", typed, result).await
}

async fn repay_loan(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let repaid =
        async { officer.office.repay_loan(&id, typed.version, typed.repaid()?, &typed.receipt).await.map(|_| ()) };
    let result = repaid.await;
    answer_loan(&officer, &id, "repay", typed, result).await
}

async fn reschedule_loan(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let done = async { officer.office.reschedule_loan(&id, typed.version, typed.plan.read()?, &typed.why).await };
    let result = done.await;
    answer_loan(&officer, &id, "plan", typed, result).await
}

async fn write_off_loan(officer: Officer, Path(id): Path<String>, Checked(typed): Checked<Typed>) -> Answer {
    let result = officer.office.write_off_loan(&id, typed.version, &typed.why).await;
    answer_loan(&officer, &id, "write-off", typed, result).await
}
