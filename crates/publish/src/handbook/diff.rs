//! Which pages change from one pack to another, and why.
//!
//! A page changes when what it shows changes, or a value of the pack that it rests on: then its words may no longer be true.

use super::book::{Book, Page};
use std::collections::BTreeSet;

/// A page that changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageChange {
    /// The id of the page.
    pub page: String,
    /// Its title.
    pub title: String,
    /// Its number in the earlier book; none when it is new.
    pub before: Option<String>,
    /// Its number in the later book; none when it is gone.
    pub after: Option<String>,
    /// The values of the pack that differ: name, earlier and later value; a value that is not there is empty.
    pub why: Vec<(String, String, String)>,
}

/// The pages that change, in the order of the later book, then those that are gone.
pub fn diff(before: &Book, after: &Book) -> Vec<PageChange> {
    let number = |book: &Book, id: &str| book.numbers.get(id).cloned();
    let change = |old: Option<&Page>, new: Option<&Page>| {
        let page = new.or(old)?;
        let why = values(old, new);
        if why.is_empty() && old == new {
            return None;
        }
        Some(PageChange {
            page: page.id.clone(),
            title: page.title.clone(),
            before: old.and_then(|page| number(before, &page.id)),
            after: new.and_then(|page| number(after, &page.id)),
            why,
        })
    };
    let kept = after.pages().filter_map(|page| change(before.page(&page.id), Some(page)));
    let gone = before.pages().filter(|page| after.page(&page.id).is_none()).filter_map(|page| change(Some(page), None));
    kept.chain(gone).collect()
}

fn values(old: Option<&Page>, new: Option<&Page>) -> Vec<(String, String, String)> {
    let keys: BTreeSet<&String> = old.into_iter().chain(new).flat_map(|page| page.rests_on.keys()).collect();
    let value =
        |page: Option<&Page>, key: &String| page.and_then(|page| page.rests_on.get(key).cloned()).unwrap_or_default();
    let values = keys.into_iter().map(|key| (key.clone(), value(old, key), value(new, key)));
    values.filter(|(_, before, after)| before != after).collect()
}
