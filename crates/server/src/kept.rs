//! What somebody made and will ask for again: lists between their dry run and their confirmation, what a verification
//! found. In memory alone, for whoever made it alone, for a time. So the answer to a form has an address that can be read
//! again, in another language too, and the address holds nothing but a number.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// All of a kind together; the oldest give way.
const MOST_BYTES: usize = 48 * 1024 * 1024;
const MOST: usize = 1_000;
const FOR: Duration = Duration::from_secs(30 * 60);

struct Waiting<T> {
    id: String,
    account: String,
    at: Instant,
    bytes: usize,
    what: T,
}

/// What is kept of a kind.
pub struct Kept<T> {
    kept: Mutex<VecDeque<Waiting<T>>>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept { kept: Mutex::default() }
    }
}

impl<T: Clone> Kept<T> {
    /// Keeps something of some bytes; the id by which its maker finds it again.
    pub fn keep(&self, account: &str, bytes: usize, what: T) -> String {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let id = uuid::Uuid::new_v4().simple().to_string();
        kept.retain(|waiting| waiting.at.elapsed() < FOR);
        kept.push_back(Waiting { id: id.clone(), account: account.into(), at: Instant::now(), bytes, what });
        let mut all: usize = kept.iter().map(|waiting| waiting.bytes).sum();
        while (all > MOST_BYTES || kept.len() > MOST) && kept.len() > 1 {
            all -= kept.pop_front().map_or(0, |waiting| waiting.bytes);
        }
        id
    }

    /// What was kept, if it is there yet and this person's.
    pub fn find(&self, account: &str, id: &str) -> Option<T> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|waiting| waiting.id == id && waiting.account == account)?;
        (found.at.elapsed() < FOR).then(|| found.what.clone())
    }

    /// Puts something of no size in the place of what was kept.
    pub fn replace(&self, id: &str, what: T) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = kept.iter_mut().find(|waiting| waiting.id == id) {
            (waiting.what, waiting.bytes) = (what, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_its_makers_alone() {
        let kept = Kept::default();
        let id = kept.keep("an", 10, "list");
        assert!(kept.find("binh", &id).is_none());
        assert_eq!(kept.find("an", &id), Some("list"));
        kept.replace(&id, "done");
        assert_eq!(kept.find("an", &id), Some("done"));
    }

    #[test]
    fn memory_is_bounded() {
        let kept = Kept::default();
        let ids: Vec<String> = (0..5).map(|_| kept.keep("an", MOST_BYTES / 4, ())).collect();
        assert!(kept.find("an", &ids[0]).is_none());
        assert!(kept.find("an", &ids[4]).is_some());
        let small: Vec<String> = (0..=MOST).map(|_| kept.keep("an", 0, ())).collect();
        assert!(kept.find("an", &small[0]).is_none());
    }
}
