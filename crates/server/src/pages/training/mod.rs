//! Training: exercises on households that do not exist, and what somebody completed of them.
//!
//! The practice ground never touches the register's cases: a form sent here is compared and forgotten. What is kept is that
//! somebody completed a module, under which content of the pack.

mod book;
mod certificate;
mod course;
mod courses;
mod exercise;
mod modules;
mod told;

pub use told::before_deciding;

use crate::error::Problem;
use crate::handbook::broken;
use crate::signed_in::Person;
use crate::state::App;
use axum::Router;
use std::sync::Arc;
use vuon_policy::program::Program;
use vuon_publish::handbook::practice::Exercise;

/// `/training`, `/handbook`.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(modules::routes())
        .merge(exercise::routes())
        .merge(certificate::routes())
        .merge(book::routes())
        .merge(courses::routes())
        .merge(course::routes())
}

/// The pack of an address.
fn pack(person: &Person, id: &str) -> Result<Arc<Program>, Problem> {
    person.desk.register().program(id).map_err(|_| Problem::NotFound)
}

/// The pack and exercise of an address.
fn module(person: &Person, pack_id: &str, id: &str) -> Result<(Arc<Program>, Exercise), Problem> {
    let program = pack(person, pack_id)?;
    let mut exercises = Exercise::of(&program).map_err(broken)?.into_iter();
    let exercise = exercises.find(|exercise| exercise.id == id).ok_or(Problem::NotFound)?;
    Ok((program, exercise))
}
