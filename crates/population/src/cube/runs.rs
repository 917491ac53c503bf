//! Rows in runs: where the columns that name strata, units and groups change, and which runs belong together.
//!
//! Tables come as they were collected, commune by commune and cluster by cluster. A run is found by comparing neighbours,
//! 64 rows at a time; only its first row is looked up. Rows in any other order are runs of one.

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::buffer::{NullBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};

/// The values of a column as codes: equal within the batch exactly when the values are.
#[derive(Clone, Debug)]
enum Codes {
    Wide(ScalarBuffer<i64>),
    Narrow(ScalarBuffer<i32>),
}

impl Codes {
    fn at(&self, row: usize) -> u64 {
        match self {
            Codes::Wide(values) => values[row] as u64,
            Codes::Narrow(values) => values[row] as u64,
        }
    }
}

/// The runs of a batch, gathered by what they have in common.
#[derive(Debug)]
pub(super) struct Runs {
    /// The first row of each run and, last, the number of rows.
    starts: Vec<u32>,
    /// The runs of each kind in the order of the rows, kinds in the order of their first rows.
    order: Vec<u32>,
    /// Where the runs of each kind begin in `order` and, last, where they end.
    kinds: Vec<u32>,
}

impl Runs {
    /// The runs of rows that have equal values in all of the columns: labels or numbers in their canonical types. Equal
    /// runs are gathered, or each is a kind of its own.
    pub fn new<'a>(columns: impl Iterator<Item = &'a ArrayRef>, rows: usize, gather: bool) -> Self {
        let codes: Vec<Codes> = columns.flat_map(codes).collect();
        let starts = starts(&codes, rows);
        let kind_of = if gather { kinds(&codes, &starts) } else { (0..starts.len() as u32 - 1).collect() };
        let count = kind_of.iter().max().map_or(0, |most| *most as usize + 1);
        let mut kinds = vec![0_u32; count + 1];
        for kind in &kind_of {
            kinds[*kind as usize + 1] += 1;
        }
        for kind in 0..count {
            kinds[kind + 1] += kinds[kind];
        }
        let mut next = kinds.clone();
        let mut order = vec![0_u32; kind_of.len()];
        for (run, kind) in (0_u32..).zip(&kind_of) {
            let place = &mut next[*kind as usize];
            order[*place as usize] = run;
            *place += 1;
        }
        Self { starts, order, kinds }
    }

    /// How many kinds of runs there are.
    pub fn kinds(&self) -> usize {
        self.kinds.len() - 1
    }

    /// The first row of each kind.
    pub fn first_rows(&self) -> Vec<u32> {
        let first = |kind: &u32| self.starts[self.order[*kind as usize] as usize];
        self.kinds[..self.kinds()].iter().map(first).collect()
    }

    /// The rows of a kind: its runs in order.
    pub fn of(&self, kind: usize) -> impl Iterator<Item = std::ops::Range<usize>> + Clone {
        let runs = &self.order[self.kinds[kind] as usize..self.kinds[kind + 1] as usize];
        runs.iter().map(|run| self.starts[*run as usize] as usize..self.starts[*run as usize + 1] as usize)
    }
}

/// One or two code columns: whether there is a value is a second column when some are missing.
fn codes(column: &ArrayRef) -> Vec<Codes> {
    let nulls = column.nulls().filter(|nulls| nulls.null_count() > 0);
    let wide = |values: ScalarBuffer<i64>| match nulls {
        None => vec![Codes::Wide(values)],
        Some(nulls) => {
            let values = values.iter().zip(nulls).map(|(value, valid)| if valid { *value } else { 0 }).collect();
            vec![Codes::Wide(values), Codes::Narrow(validity(nulls))]
        }
    };
    match column.data_type() {
        DataType::Float64 => wide(bits(column.as_primitive::<Float64Type>())),
        DataType::Dictionary(..) => {
            let keys = column.as_dictionary::<Int32Type>().keys();
            vec![Codes::Narrow(match nulls {
                None => keys.values().clone(),
                Some(_) => keys.iter().map(|key| key.unwrap_or(-1)).collect(),
            })]
        }
        _ => wide(column.as_primitive::<Int64Type>().values().clone()),
    }
}

fn validity(nulls: &NullBuffer) -> ScalarBuffer<i32> {
    nulls.iter().map(i32::from).collect()
}

/// Numbers by their bits, in place.
fn bits(numbers: &Float64Array) -> ScalarBuffer<i64> {
    ScalarBuffer::new(numbers.values().inner().clone(), 0, numbers.len())
}

/// The first row of each run and, last, the number of rows.
fn starts(codes: &[Codes], rows: usize) -> Vec<u32> {
    let mut changes = vec![0_u64; rows.div_ceil(64)];
    for codes in codes {
        match codes {
            Codes::Wide(values) => mark_changes(values, &mut changes),
            Codes::Narrow(values) => mark_changes(values, &mut changes),
        }
    }
    if let Some(first) = changes.first_mut() {
        *first |= 1;
    }
    let mut starts = Vec::with_capacity(changes.iter().map(|word| word.count_ones() as usize).sum::<usize>() + 1);
    for (place, word) in changes.iter().enumerate() {
        let mut left = *word;
        while left != 0 {
            starts.push(place as u32 * 64 + left.trailing_zeros());
            left &= left - 1;
        }
    }
    starts.push(rows as u32);
    starts
}

/// Sets the bit of each row whose value is not that of the row before.
fn mark_changes<T: Copy + PartialEq>(values: &[T], changes: &mut [u64]) {
    let Some(mut before) = values.first().copied() else { return };
    for (block, word) in values.chunks(64).zip(changes) {
        // Most blocks lie within a run; this loop has no exit, so that it is done by vectors.
        let same = block.iter().fold(true, |same, value| same & (*value == before));
        if !same {
            for (place, value) in block.iter().enumerate() {
                *word |= u64::from(*value != before) << place;
                before = *value;
            }
        }
    }
}

/// The kind of each run, numbered as they first occur.
fn kinds(codes: &[Codes], starts: &[u32]) -> Vec<u32> {
    const EMPTY: u32 = u32::MAX;
    let runs = starts.len() - 1;
    let size = (runs * 2).next_power_of_two();
    let mut table = vec![EMPTY; size];
    let mut first_rows: Vec<u32> = Vec::with_capacity(runs);
    let mut kind_of = Vec::with_capacity(runs);
    for start in &starts[..runs] {
        let row = *start as usize;
        let hash = codes.iter().fold(0_u64, |hash, codes| super::ids::mixed(hash ^ codes.at(row)));
        let mut slot = hash as usize & (size - 1);
        let kind = loop {
            match table[slot] {
                EMPTY => {
                    let kind = first_rows.len() as u32;
                    table[slot] = kind;
                    first_rows.push(*start);
                    break kind;
                }
                kind if codes.iter().all(|codes| codes.at(first_rows[kind as usize] as usize) == codes.at(row)) => {
                    break kind;
                }
                _ => slot = (slot + 1) & (size - 1),
            }
        };
        kind_of.push(kind);
    }
    kind_of
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{DictionaryArray, Int64Array, StringArray};
    use std::sync::Arc;

    /// The first row and the end of each run, by kind.
    fn found(columns: &[ArrayRef]) -> Vec<Vec<(usize, usize)>> {
        let runs = Runs::new(columns.iter(), columns[0].len(), true);
        (0..runs.kinds()).map(|kind| runs.of(kind).map(|run| (run.start, run.end)).collect()).collect()
    }

    #[test]
    fn equal_neighbours_are_one_run_and_equal_runs_one_kind() {
        let commune: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), Some(7), None, None, Some(7), Some(0)]));
        let area = StringArray::from(vec![Some("u"), Some("u"), Some("u"), Some("r"), Some("u"), None]);
        let area: DictionaryArray<Int32Type> = area.iter().collect();
        let of_commune = [vec![(0, 2), (4, 5)], vec![(2, 4)], vec![(5, 6)]];
        assert_eq!(found(std::slice::from_ref(&commune)), of_commune);
        let of_both = [vec![(0, 2), (4, 5)], vec![(2, 3)], vec![(3, 4)], vec![(5, 6)]];
        assert_eq!(found(&[commune.clone(), Arc::new(area)]), of_both);
        let apart = Runs::new([&commune].into_iter(), 6, false);
        assert_eq!((0..4).flat_map(|kind| apart.of(kind)).collect::<Vec<_>>(), [0..2, 2..4, 4..5, 5..6]);
    }

    #[test]
    fn runs_longer_than_a_block_of_words() {
        let column: ArrayRef = Arc::new(Float64Array::from_iter_values((0..1000).map(|row| f64::from(row / 130))));
        let expected: Vec<_> = (0..8).map(|run| vec![(run * 130, (run * 130 + 130).min(1000))]).collect();
        assert_eq!(found(std::slice::from_ref(&column)), expected);
        let cut = column.slice(129, 3);
        assert_eq!(found(&[cut]), [vec![(0, 1)], vec![(1, 3)]]);
    }

    #[test]
    fn without_columns_all_rows_are_one_run() {
        let runs = Runs::new([].into_iter(), 200, true);
        assert_eq!((runs.kinds(), runs.of(0).next()), (1, Some(0..200)));
        assert_eq!(Runs::new([].into_iter(), 0, true).kinds(), 0);
    }
}
