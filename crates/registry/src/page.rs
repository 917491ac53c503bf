//! Lists by pages, each found by the key of the last row before it: a page costs the same wherever it is.

use crate::{RegistryError, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::Serialize;

/// Which page of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageRequest {
    /// What the page before said comes next; the first page when absent.
    pub after: Option<String>,
    /// How many rows, at most [`PageRequest::MOST`].
    pub limit: u32,
}

impl PageRequest {
    /// The most rows on a page.
    pub const MOST: u32 = 200;

    /// The first page, of a usual size.
    pub fn first() -> Self {
        PageRequest { after: None, limit: 50 }
    }

    /// How many rows to read: one more than shown, to know whether there are more.
    pub fn reads(&self) -> i64 {
        i64::from(self.limit.clamp(1, Self::MOST)) + 1
    }

    /// The key of the last row of the page before.
    ///
    /// # Errors
    /// [`RegistryError::Invalid`] when it was not given by a page of this register.
    pub fn key<const N: usize>(&self) -> Result<Option<[String; N]>> {
        let Some(after) = &self.after else { return Ok(None) };
        let wrong = || RegistryError::invalid("after", "take it from the page before, unchanged");
        let bytes = BASE64.decode(after).map_err(|_| wrong())?;
        let parts: Vec<String> = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        parts.try_into().map(Some).map_err(|_| wrong())
    }
}

/// A page of a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// Its rows.
    pub rows: Vec<T>,
    /// What to ask for next; nothing on the last page.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Of rows read by [`PageRequest::reads`]; `key` gives a row's key.
    pub fn of<const N: usize>(mut rows: Vec<T>, request: &PageRequest, key: impl Fn(&T) -> [String; N]) -> Self {
        let limit = request.limit.clamp(1, PageRequest::MOST) as usize;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|last| {
            let parts: Vec<String> = key(last).into();
            BASE64.encode(serde_json::Value::from(parts).to_string())
        });
        Page { rows, next }
    }
}
