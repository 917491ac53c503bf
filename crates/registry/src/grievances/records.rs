//! What entries about grievances say. What the filer wrote is a sealed content of its own, named by its hash.

use crate::keys::Keys;
use crate::{RegistryError, Result};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// `grievance`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct GrievanceRecord {
    pub kind: String,
    pub received_on: Date,
    pub due_on: Option<Date>,
    /// The print of the code.
    pub print: String,
    pub said: String,
}

/// `grievance_taken_up`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct TakenUpRecord {
    pub case: String,
    pub complaint: String,
}

/// `grievance_answered`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct GrievanceAnswerRecord {
    pub answer: String,
    pub answered_on: Date,
}

/// What the filer wrote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct Said {
    pub text: String,
    pub household: String,
    pub contact: String,
}

/// What the filer of a grievance wrote, from its seal.
///
/// # Errors
/// [`RegistryError::WrongKey`], [`RegistryError::Damaged`].
pub(crate) fn opened(keys: &Keys, grievance: &str, sealed: &str) -> Result<Said> {
    let said = keys.open(grievance, sealed)?;
    serde_json::from_str(&said).map_err(|_| RegistryError::Damaged { what: "the words of a grievance".into() })
}
