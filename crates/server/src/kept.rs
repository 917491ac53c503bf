//! Uploaded lists between their dry run and their confirmation: in memory alone, for their uploader alone, for a time.

use axum::body::Bytes;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// All of them together; the oldest give way.
const MOST_BYTES: usize = 48 * 1024 * 1024;
const FOR: Duration = Duration::from_secs(30 * 60);

/// A list that waits.
#[derive(Clone, Debug)]
pub struct List {
    /// The name of its file.
    pub file: String,
    /// Its bytes.
    pub bytes: Bytes,
    /// What was said of it: commune, standard, status, valid from.
    pub about: [String; 4],
    /// Whether it was said to be complete.
    pub complete: bool,
    /// The plan that was shown.
    pub plan: String,
}

struct Waiting {
    id: String,
    account: String,
    at: Instant,
    list: List,
}

/// The lists that wait.
#[derive(Default)]
pub struct Kept {
    lists: Mutex<VecDeque<Waiting>>,
}

impl Kept {
    /// Keeps a list; the id by which its uploader finds it again.
    pub fn keep(&self, account: &str, list: List) -> String {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let id = uuid::Uuid::new_v4().simple().to_string();
        lists.retain(|waiting| waiting.at.elapsed() < FOR);
        let mut bytes = list.bytes.len();
        lists.push_back(Waiting { id: id.clone(), account: account.into(), at: Instant::now(), list });
        bytes += lists.iter().rev().skip(1).map(|waiting| waiting.list.bytes.len()).sum::<usize>();
        while bytes > MOST_BYTES && lists.len() > 1 {
            bytes -= lists.pop_front().map_or(0, |waiting| waiting.list.bytes.len());
        }
        id
    }

    /// A list, if it still waits and is this person's.
    pub fn find(&self, account: &str, id: &str) -> Option<List> {
        let lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let found = lists.iter().find(|waiting| waiting.id == id && waiting.account == account)?;
        (found.at.elapsed() < FOR).then(|| found.list.clone())
    }

    /// Lets go of a list.
    pub fn forget(&self, id: &str) {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner).retain(|waiting| waiting.id != id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(size: usize) -> List {
        List {
            file: "a.csv".into(),
            bytes: vec![0; size].into(),
            about: Default::default(),
            complete: false,
            plan: String::new(),
        }
    }

    #[test]
    fn a_list_is_its_uploaders_alone() {
        let kept = Kept::default();
        let id = kept.keep("an", list(10));
        assert!(kept.find("binh", &id).is_none());
        assert!(kept.find("an", &id).is_some());
        kept.forget(&id);
        assert!(kept.find("an", &id).is_none());
    }

    #[test]
    fn memory_is_bounded() {
        let kept = Kept::default();
        let ids: Vec<String> = (0..5).map(|_| kept.keep("an", list(MOST_BYTES / 4))).collect();
        assert!(kept.find("an", &ids[0]).is_none());
        assert!(kept.find("an", &ids[4]).is_some());
    }
}
