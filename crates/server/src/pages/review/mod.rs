//! The pages of the yearly review: rounds and their cases, forms, meetings, postings, complaints, decisions.
//!
//! What may be done, and when, the register says by the procedure of the pack; pages offer what waits. Every name of a
//! step or status is the pack's own ([`names`]).

mod answers_told;
mod appraisal;
mod case;
mod cases;
mod certificates;
mod compare;
pub mod complaints;
mod decisions;
mod documents;
mod form;
pub mod form_fields;
pub mod form_typed;
pub mod grievances;
mod listing;
mod meetings;
pub mod names;
pub mod official;
mod opening;
mod postings;
mod progress;
pub mod reason;
mod requests;
mod rounds;

use crate::state::App;
use axum::Router;

/// All of them.
pub fn routes(app: &App) -> Router<App> {
    Router::new()
        .merge(rounds::routes())
        .merge(opening::routes())
        .merge(progress::routes())
        .merge(cases::routes())
        .merge(listing::routes())
        .merge(requests::routes())
        .merge(case::routes())
        .merge(compare::routes())
        .merge(documents::routes(app))
        .merge(form::routes())
        .merge(meetings::routes())
        .merge(postings::routes())
        .merge(complaints::routes())
        .merge(grievances::routes())
        .merge(appraisal::routes())
        .merge(decisions::routes())
        .merge(certificates::routes())
}
