//! Numbers in place of names: each distinct name is looked at once, and numbered as it first occurs.

use crate::survey::label_of;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use vuon_measure::cube::Label;

/// A number spread over all bits, so that neighbours land apart (the finalizer of splitmix64).
pub(super) fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Hashes of numbers that nobody chooses in order to make them collide.
#[derive(Default)]
pub(super) struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64((*byte).into()));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = mixed(self.0 ^ number);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Numbers keys as they first occur. While each new key is greater than all before it, as in a sorted table, nothing is
/// hashed.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// The keys, as long as they rise.
    rising: Vec<(u64, u32)>,
    /// All keys, from the first on that does not.
    map: HashMap<u64, u32, BuildHasherDefault<Mixer>>,
    last: Option<(u64, u32)>,
}

impl Ids {
    /// The number of a key, and whether the key is new.
    pub fn id(&mut self, key: u64) -> (u32, bool) {
        let next = self.rising.len() + self.map.len();
        self.id_or(key, next as u32)
    }

    /// The number of a key, which is `next` if the key is new, and whether it is.
    pub fn id_or(&mut self, key: u64, next: u32) -> (u32, bool) {
        // Rows come in runs, and runs within larger ones.
        if let Some((last, id)) = self.last
            && last == key
        {
            return (id, false);
        }
        let (id, new) = self.find(key, next);
        self.last = Some((key, id));
        (id, new)
    }

    fn find(&mut self, key: u64, next: u32) -> (u32, bool) {
        if self.map.is_empty() {
            if self.rising.last().is_none_or(|(greatest, _)| *greatest < key) {
                self.rising.push((key, next));
                return (next, true);
            }
            self.map = std::mem::take(&mut self.rising).into_iter().collect();
        }
        match self.map.entry(key) {
            Entry::Occupied(entry) => (*entry.get(), false),
            Entry::Vacant(entry) => (*entry.insert(next), true),
        }
    }
}

/// Two numbers as one key.
pub(super) fn pair(left: u32, right: u32) -> u64 {
    u64::from(left) << 32 | u64::from(right)
}

/// Numbers the labels of a column as they first occur, whatever type a batch has them in.
#[derive(Debug, Default)]
pub(super) struct Labels {
    list: Vec<Label>,
    wholes: Ids,
    texts: HashMap<Box<str>, u32>,
    missing: Option<u32>,
    dictionary: Option<Dictionary>,
}

/// The numbers of the texts of a dictionary, as far as they have been looked up.
#[derive(Debug)]
struct Dictionary {
    values: ArrayRef,
    ids: Vec<u32>,
}

const NOT_YET: u32 = u32::MAX;

impl Labels {
    /// The label with a number.
    pub fn get(&self, id: u32) -> &Label {
        &self.list[id as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The numbers of the labels in some rows of a column: `Int64` or `Dictionary(Int32, Utf8)`.
    pub fn ids(&mut self, column: &ArrayRef, rows: &[u32]) -> Vec<u32> {
        let rows = rows.iter().map(|row| *row as usize);
        match column.data_type() {
            DataType::Dictionary(..) => {
                let column = column.as_dictionary::<Int32Type>();
                self.look_into(column.values());
                rows.map(|row| match column.key(row) {
                    Some(key) => self.entry(key),
                    None => self.missing(),
                })
                .collect()
            }
            _ => {
                let column = column.as_primitive::<Int64Type>();
                rows.map(|row| if column.is_valid(row) { self.whole(column.value(row)) } else { self.missing() })
                    .collect()
            }
        }
    }

    /// Takes up a dictionary, unless it is the last one.
    fn look_into(&mut self, values: &ArrayRef) {
        let same = |known: &Dictionary| std::ptr::addr_eq(&raw const *known.values, &raw const **values);
        if !self.dictionary.as_ref().is_some_and(same) {
            self.dictionary = Some(Dictionary { values: values.clone(), ids: vec![NOT_YET; values.len()] });
        }
    }

    /// The number of an entry of the dictionary.
    fn entry(&mut self, key: usize) -> u32 {
        let Some(dictionary) = &self.dictionary else { return self.missing() };
        if dictionary.ids[key] != NOT_YET {
            return dictionary.ids[key];
        }
        let values = dictionary.values.clone();
        let texts = values.as_string::<i32>();
        let id = if texts.is_null(key) { self.missing() } else { self.text(texts.value(key)) };
        if let Some(dictionary) = &mut self.dictionary {
            dictionary.ids[key] = id;
        }
        id
    }

    fn missing(&mut self) -> u32 {
        match self.missing {
            Some(id) => id,
            None => {
                let id = self.push(Label::Missing);
                *self.missing.insert(id)
            }
        }
    }

    fn whole(&mut self, number: i64) -> u32 {
        // The order of the numbers is that of the keys.
        let (id, new) = self.wholes.id_or(number as u64 ^ 1 << 63, self.list.len() as u32);
        if new {
            self.push(Label::Whole(number));
        }
        id
    }

    fn text(&mut self, text: &str) -> u32 {
        match label_of(text) {
            Label::Whole(number) => self.whole(number),
            label => match self.texts.get(text) {
                Some(id) => *id,
                None => {
                    let id = self.push(label);
                    self.texts.insert(text.into(), id);
                    id
                }
            },
        }
    }

    fn push(&mut self, label: Label) -> u32 {
        self.list.push(label);
        self.list.len() as u32 - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{DictionaryArray, Int64Array};
    use std::sync::Arc;

    #[test]
    fn keys_are_numbered_as_they_come_rising_or_not() {
        for keys in [vec![3, 3, 5, 9, 9], vec![3, 5, 4, 5, 3, 9, 4], vec![7, 1, 1, 7]] {
            let mut ids = Ids::default();
            let mut seen: Vec<u64> = Vec::new();
            for key in keys {
                let new = !seen.contains(&key);
                if new {
                    seen.push(key);
                }
                let place = seen.iter().position(|known| *known == key).unwrap();
                assert_eq!(ids.id(key), (place as u32, new));
            }
        }
    }

    #[test]
    fn a_label_has_one_number_in_files_of_either_type() {
        let mut labels = Labels::default();
        let whole: ArrayRef = Arc::new(Int64Array::from(vec![Some(5), None, Some(12)]));
        let text: DictionaryArray<Int32Type> =
            [Some("012"), Some("12"), None, Some("5"), Some("012")].into_iter().collect();
        let text: ArrayRef = Arc::new(text);
        let (whole, text) = (labels.ids(&whole, &[0, 1, 2]), labels.ids(&text, &[0, 1, 2, 3, 4]));
        assert_eq!((whole, text), (vec![0, 1, 2], vec![3, 2, 1, 0, 3]));
        assert_eq!(labels.get(3), &Label::Text("012".into()));
    }
}
