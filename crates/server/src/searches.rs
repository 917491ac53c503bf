//! What people looked for by name. A name stays out of addresses, which browsers and servers on the way keep: the address
//! has the number of the search instead, good for whoever searched, in memory alone, for a time.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many are remembered; the oldest give way, and the list is then shown as if nothing had been typed.
const MOST: usize = 10_000;

struct Search {
    id: String,
    account: String,
    text: String,
}

/// The searches that are remembered.
#[derive(Default)]
pub struct Searches {
    kept: Mutex<VecDeque<Search>>,
}

impl Searches {
    /// Remembers what somebody typed; its number, the same for the same text. Nothing for nothing.
    pub fn keep(&self, account: &str, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = kept.iter().find(|search| search.account == account && search.text == text) {
            return Some(same.id.clone());
        }
        let id = uuid::Uuid::new_v4().simple().to_string();
        kept.push_back(Search { id: id.clone(), account: account.into(), text: text.into() });
        if kept.len() > MOST {
            kept.pop_front();
        }
        Some(id)
    }

    /// What was typed, for whoever typed it.
    pub fn find(&self, account: &str, id: &str) -> Option<String> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|search| search.id == id && search.account == account)?;
        Some(found.text.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_its_owners_alone_and_has_one_number() {
        let searches = Searches::default();
        let id = searches.keep("an", " lò ").unwrap();
        assert_eq!(searches.find("an", &id).as_deref(), Some("lò"));
        assert_eq!(searches.keep("an", "lò").unwrap(), id);
        assert_ne!(searches.keep("binh", "lò").unwrap(), id);
        assert!(searches.find("binh", &id).is_none());
        assert!(searches.keep("an", "  ").is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let searches = Searches::default();
        let first = searches.keep("an", "0").unwrap();
        for number in 1..=MOST {
            searches.keep("an", &number.to_string());
        }
        assert!(searches.find("an", &first).is_none());
    }
}
