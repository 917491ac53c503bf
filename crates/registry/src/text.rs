//! Names as people type them, and ids.

use crate::{RegistryError, Result};
use unicode_normalization::UnicodeNormalization;

/// The key a name is sorted and found by: lower case, without tone marks, one blank between words.
pub fn key(name: &str) -> String {
    vuon_areas::fold_name(name)
}

/// The key that begins with the given name, which in Vietnamese stands last: `an nguyen van` for Nguyễn Văn An.
/// From the key that begins with the family's name.
pub fn given_key(key: &str) -> String {
    match key.rsplit_once(' ') {
        Some((rest, given)) => format!("{given} {rest}"),
        None => key.to_owned(),
    }
}

/// The first text after all that begin with a prefix (compared byte by byte; keys have no sign above `z`).
pub(crate) fn after_prefix(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

/// A name as it is stored: NFC, blanks trimmed. Nothing is made up: an empty name is an error.
pub(crate) fn name(field: &str, text: &str) -> Result<String> {
    let name: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    if name.is_empty() {
        return Err(RegistryError::invalid(field, "a name is missing"));
    }
    if name.chars().count() > 200 {
        return Err(RegistryError::invalid(field, "a name has at most 200 letters"));
    }
    Ok(name)
}

/// A new id: it sorts by time and tells nothing of how many there are.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
