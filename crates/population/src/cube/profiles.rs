//! From one bitmap for each indicator to one bit set for each row: a transposition of bits, 64 rows at a time.

use arrow::array::{Array, BooleanArray};

/// The indicators of each row of a batch as bit sets.
#[derive(Debug)]
pub(super) struct Profiles {
    /// The deprived indicators of each row.
    pub deprived: Vec<u32>,
    /// The unknown indicators of each row; empty when all are known.
    pub unknown: Vec<u32>,
}

impl Profiles {
    /// From columns of flags in the order of the bits; null is unknown.
    pub fn new(columns: &[&BooleanArray], rows: usize) -> Self {
        let words = |buffer: &arrow::buffer::BooleanBuffer| buffer.bit_chunks().iter_padded().collect::<Vec<u64>>();
        let mut deprived: Vec<Vec<u64>> = columns.iter().map(|column| words(column.values())).collect();
        let mut unknown: Vec<Vec<u64>> = Vec::new();
        if columns.iter().any(|column| column.null_count() > 0) {
            for (column, deprived) in columns.iter().zip(&mut deprived) {
                unknown.push(match column.nulls() {
                    None => vec![0; deprived.len()],
                    Some(nulls) => {
                        let mut valid = words(nulls.inner());
                        deprived.iter_mut().zip(&valid).for_each(|(deprived, valid)| *deprived &= valid);
                        // Bits beyond the last row come out set; no row looks at them.
                        valid.iter_mut().for_each(|word| *word = !*word);
                        valid
                    }
                });
            }
        }
        Self { deprived: bit_sets(&deprived, rows), unknown: bit_sets(&unknown, rows) }
    }
}

/// The bit set of each row: bit `j` is the row's bit in column `j`. Empty without columns.
fn bit_sets(columns: &[Vec<u64>], rows: usize) -> Vec<u32> {
    if columns.is_empty() {
        return Vec::new();
    }
    let blocks = rows.div_ceil(64);
    let mut sets: Vec<u32> = Vec::with_capacity(blocks * 64);
    for block in 0..blocks {
        let mut codes = [0_u32; 64];
        for (plane, columns) in columns.chunks(8).enumerate() {
            let mut words = [0_u64; 8];
            for (word, column) in words.iter_mut().zip(columns) {
                *word = column[block];
            }
            let words = transposed(words);
            for (codes, word) in codes.chunks_exact_mut(8).zip(words) {
                for (code, byte) in codes.iter_mut().zip(word.to_le_bytes()) {
                    *code |= u32::from(byte) << (8 * plane);
                }
            }
        }
        sets.extend_from_slice(&codes);
    }
    sets.truncate(rows);
    sets
}

/// Word `j` holds bit `j` of 64 rows; afterwards byte `r % 8` of word `r / 8` holds the eight bits of row `r`.
///
/// The place of a bit is (word, byte, bit): (j, r / 8, r % 8) before, (r / 8, r % 8, j) after. The first three rounds
/// exchange word and bit, the last three word and byte, a binary digit of the place at a time (Warren 2012, *Hacker's
/// Delight*, 7-3).
fn transposed(mut words: [u64; 8]) -> [u64; 8] {
    const ROUNDS: [(usize, u32, u64); 6] = [
        (1, 1, 0x5555_5555_5555_5555),
        (2, 2, 0x3333_3333_3333_3333),
        (4, 4, 0x0f0f_0f0f_0f0f_0f0f),
        (1, 8, 0x00ff_00ff_00ff_00ff),
        (2, 16, 0x0000_ffff_0000_ffff),
        (4, 32, 0x0000_0000_ffff_ffff),
    ];
    for (apart, shift, low) in ROUNDS {
        for first in (0..8).filter(|word| word & apart == 0) {
            let second = first + apart;
            let exchanged = ((words[first] >> shift) ^ words[second]) & low;
            words[second] ^= exchanged;
            words[first] ^= exchanged << shift;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows and columns in which every pattern of nearby bits occurs, and a part cut out of a longer array.
    #[test]
    fn a_row_has_the_bits_of_its_columns() {
        for indicators in [1, 7, 8, 9, 10, 16, 17, 32] {
            let column = |j: usize, nulls: bool| -> BooleanArray {
                let bit = |row: usize| (row * row + 3 * j * row + j * j).is_multiple_of(5);
                let null = move |row: usize| nulls && (row + j).is_multiple_of(11);
                (0..700).map(|row| (!null(row)).then(|| bit(row))).collect()
            };
            for nulls in [false, true] {
                for (offset, rows) in [(0, 700), (0, 64), (3, 1), (67, 129), (5, 0)] {
                    let columns: Vec<BooleanArray> =
                        (0..indicators).map(|j| column(j, nulls && j != 1).slice(offset, rows)).collect();
                    let profiles = Profiles::new(&columns.iter().collect::<Vec<_>>(), rows);
                    assert_eq!(profiles.deprived.len(), rows);
                    for row in 0..rows {
                        for (j, column) in columns.iter().enumerate() {
                            let bit = |sets: &[u32]| sets.get(row).is_some_and(|set| set >> j & 1 == 1);
                            assert_eq!(bit(&profiles.deprived), column.is_valid(row) && column.value(row));
                            assert_eq!(bit(&profiles.unknown), column.is_null(row));
                        }
                        assert_eq!(profiles.deprived[row].checked_shr(indicators as u32).unwrap_or(0), 0);
                    }
                }
            }
        }
    }
}
