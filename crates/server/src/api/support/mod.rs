//! Support: who is entitled, in which order, what was agreed, paid and brought back, and the capital behind it. One file
//! for each thing of the programme.

mod agreements;
mod capital;
mod community;
mod entitled;
mod figures;
mod groups;
mod loans;
mod pack;
mod payments;
mod projects;
mod rankings;
mod sealed;

use crate::state::App;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use vuon_programme::MadeTransfer;
use vuon_programme::records::Filter;

pub fn routes(app: &App) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(entitled::routes())
        .merge(rankings::routes())
        .merge(groups::routes())
        .merge(projects::routes())
        .merge(community::routes())
        .merge(agreements::routes())
        .merge(loans::routes())
        .merge(payments::routes(app))
        .merge(capital::routes())
        .merge(sealed::routes())
        .merge(figures::routes())
        .merge(pack::routes())
}

/// Which things of the programme.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Which {
    /// Of this commune.
    commune: Option<String>,
    /// About this household, group or agreement; of loans, those of this group or member household.
    subject: Option<String>,
    /// Of this scheme.
    scheme: Option<String>,
    /// In this state.
    state: Option<String>,
}

impl From<Which> for Filter {
    fn from(which: Which) -> Self {
        let Which { commune, subject, scheme, state } = which;
        Filter { commune, subject, scheme, state, due_by: None }
    }
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Why {
    /// In words, for the ledger.
    why: String,
}

/// Several agreements of a commune, as they were seen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SeenAgreements {
    /// The commune.
    commune: String,
    /// The agreements.
    agreements: Vec<SeenAgreement>,
}

/// An agreement with the version that was seen.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SeenAgreement {
    /// The agreement.
    agreement: String,
    /// The version of it that was seen.
    version: i64,
}

impl SeenAgreements {
    fn pairs(&self) -> Vec<(String, i64)> {
        self.agreements.iter().map(|seen| (seen.agreement.clone(), seen.version)).collect()
    }
}

/// Things that were made.
#[derive(Serialize, ToSchema)]
struct MadeAll {
    /// Their ids.
    ids: Vec<String>,
}

/// Money that went from one account to another.
#[derive(Serialize, ToSchema)]
struct TransferRow {
    /// What happened.
    event: &'static str,
    /// From where.
    from: String,
    /// To where.
    to: String,
    /// How much, in đồng.
    amount: i64,
    /// The day it counts for.
    #[schema(value_type = String, format = Date)]
    on: jiff::civil::Date,
    /// The agreement, payment or loan it belongs to.
    record: String,
}

impl From<MadeTransfer> for TransferRow {
    fn from(made: MadeTransfer) -> Self {
        let MadeTransfer { transfer, on, record } = made;
        TransferRow {
            event: transfer.event.id(),
            from: transfer.from.to_string(),
            to: transfer.to.to_string(),
            amount: transfer.amount,
            on,
            record,
        }
    }
}
