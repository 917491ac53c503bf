//! What the ledger keeps of an import.

use serde::Serialize;

/// What the ledger keeps of a household of a list: nothing of who its people are, which is told of each alone. What a new
/// household is, its own entry tells.
#[derive(Serialize)]
pub(super) struct Recorded<'a> {
    pub import: &'a str,
    /// Its first row; a household that a complete list takes off has none.
    pub row: Option<u32>,
    pub standard: &'a str,
    pub status: &'a str,
    pub movement: Option<&'a str>,
    pub valid_from: String,
    /// The spell that began, if one did.
    pub spell: Option<String>,
    /// The spell that was wrongly known.
    pub ends: Option<&'a str>,
    /// The code it has now, if that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The hamlet it is in now, if that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hamlet: Option<String>,
    /// Who came, or is something else to the head now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<RecordedMember>,
}

#[derive(Serialize)]
pub(super) struct RecordedMember {
    pub person: String,
    pub relation: String,
    pub membership: String,
}
