//! Training: exercises on households that do not exist, and what somebody completed of them.
//!
//! The practice ground never touches the register's cases: a form sent here is compared and forgotten. What is kept is that
//! somebody completed a module, under which content of the pack.

mod book;
mod certificate;
mod course;
mod course_form;
mod courses;
mod exercise;
mod modules;
mod told;

pub use told::before_deciding;

use crate::state::App;
use axum::Router;

/// `/training`, `/handbook`.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(modules::routes())
        .merge(exercise::routes())
        .merge(certificate::routes())
        .merge(book::routes())
        .merge(courses::routes())
        .merge(course_form::routes())
        .merge(course::routes())
}
