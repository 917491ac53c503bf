//! Somebody signed in, at their office for support: the desk, and the pack whose schemes count.

use crate::error::Problem;
use crate::signed_in::Person;
use crate::state::App;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::ops::Deref;
use vuon_programme::Office;

/// Somebody at their office. Reads as the [`Person`] too.
pub struct Officer {
    /// Who.
    pub person: Person,
    /// The office: every question about support goes through it.
    pub office: Office,
}

impl Deref for Officer {
    type Target = Person;
    fn deref(&self) -> &Person {
        &self.person
    }
}

impl FromRequestParts<App> for Officer {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let person = Person::from_request_parts(parts, app).await?;
        let office = Office::of(person.desk.clone()).await?;
        Ok(Officer { person, office })
    }
}
