//! One yes or no for each row, packed 64 to a word.
//!
//! Bits beyond the length are always zero, so that whole words may be counted and compared.

use arrow::array::{Array, BooleanArray};
use arrow::buffer::{BooleanBuffer, Buffer};

/// A yes or no for each row, or one for all of them.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Bits {
    All(bool),
    Each(Words),
}

/// Packed bits, the first row in the lowest bit of the first word.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Words {
    words: Vec<u64>,
    len: usize,
}

impl Words {
    /// The bit of each row.
    pub fn collect(len: usize, bit: impl Fn(usize) -> bool) -> Self {
        let word = |first: usize| {
            let rows = first..len.min(first + 64);
            rows.enumerate().fold(0, |word, (place, row)| word | u64::from(bit(row)) << place)
        };
        Self { words: (0..len).step_by(64).map(word).collect(), len }
    }

    /// Whether each value passes. The shape of this loop is what makes comparisons fast.
    pub fn of_values(values: &[i64], test: impl Fn(i64) -> bool) -> Self {
        let word =
            |chunk: &[i64]| chunk.iter().enumerate().fold(0, |word, (place, v)| word | u64::from(test(*v)) << place);
        Self { words: values.chunks(64).map(word).collect(), len: values.len() }
    }

    /// Whether each pair of values passes.
    pub fn of_pairs(a: &[i64], b: &[i64], test: impl Fn(i64, i64) -> bool) -> Self {
        let word = |(a, b): (&[i64], &[i64])| {
            let pairs = a.iter().zip(b).enumerate();
            pairs.fold(0, |word, (place, (a, b))| word | u64::from(test(*a, *b)) << place)
        };
        Self { words: a.chunks(64).zip(b.chunks(64)).map(word).collect(), len: a.len() }
    }

    /// From words whose bits beyond `len` are zero.
    pub fn from_words(words: Vec<u64>, len: usize) -> Self {
        debug_assert_eq!(words.len(), len.div_ceil(64));
        Self { words, len }
    }

    fn from_arrow(buffer: &BooleanBuffer) -> Self {
        let mut words: Vec<u64> = buffer.bit_chunks().iter_padded().collect();
        words.truncate(buffer.len().div_ceil(64));
        Self { words, len: buffer.len() }
    }

    fn into_arrow(self) -> BooleanBuffer {
        BooleanBuffer::new(Buffer::from_vec(self.words), 0, self.len)
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn get(&self, row: usize) -> bool {
        self.words[row / 64] >> (row % 64) & 1 == 1
    }

    /// How many rows are yes.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Calls `f` with each row that is yes, in order.
    pub fn for_each_row(&self, mut f: impl FnMut(usize)) {
        for (place, word) in self.words.iter().enumerate() {
            let mut left = *word;
            while left != 0 {
                f(place * 64 + left.trailing_zeros() as usize);
                left &= left - 1;
            }
        }
    }

    /// The bits of rows `start..start + len` in one word; `len` is from 1 to 64.
    pub fn window(&self, start: usize, len: usize) -> u64 {
        let (word, shift) = (start / 64, start % 64);
        let mut bits = self.words[word] >> shift;
        if shift + len > 64 {
            bits |= self.words[word + 1] << (64 - shift);
        }
        bits & (u64::MAX >> (64 - len))
    }

    fn zip(&self, other: &Self, op: impl Fn(u64, u64) -> u64) -> Self {
        debug_assert_eq!(self.len, other.len);
        let words = self.words.iter().zip(&other.words).map(|(a, b)| op(*a, *b)).collect();
        Self { words, len: self.len }
    }

    fn not(&self) -> Self {
        let mut words: Vec<u64> = self.words.iter().map(|w| !w).collect();
        if let (Some(last), over @ 1..) = (words.last_mut(), self.len % 64) {
            *last &= u64::MAX >> (64 - over);
        }
        Self { words, len: self.len }
    }
}

impl Bits {
    pub fn get(&self, row: usize) -> bool {
        match self {
            Bits::All(bit) => *bit,
            Bits::Each(words) => words.get(row),
        }
    }

    pub fn not(&self) -> Self {
        match self {
            Bits::All(bit) => Bits::All(!bit),
            Bits::Each(words) => Bits::Each(words.not()),
        }
    }

    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Bits::All(false), _) | (_, Bits::All(false)) => Bits::All(false),
            (Bits::All(true), x) | (x, Bits::All(true)) => x.clone(),
            (Bits::Each(a), Bits::Each(b)) => Bits::Each(a.zip(b, |a, b| a & b)),
        }
    }

    pub fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (Bits::All(true), _) | (_, Bits::All(true)) => Bits::All(true),
            (Bits::All(false), x) | (x, Bits::All(false)) => x.clone(),
            (Bits::Each(a), Bits::Each(b)) => Bits::Each(a.zip(b, |a, b| a | b)),
        }
    }

    pub fn and_not(&self, other: &Self) -> Self {
        match (self, other) {
            (Bits::All(false), _) | (_, Bits::All(true)) => Bits::All(false),
            (x, Bits::All(false)) => x.clone(),
            (Bits::All(true), x) => x.not(),
            (Bits::Each(a), Bits::Each(b)) => Bits::Each(a.zip(b, |a, b| a & !b)),
        }
    }

    /// Calls `f` with each row of `len` that is yes, in order.
    pub fn for_each_row(&self, len: usize, f: impl FnMut(usize)) {
        match self {
            Bits::All(false) => {}
            Bits::All(true) => (0..len).for_each(f),
            Bits::Each(words) => words.for_each_row(f),
        }
    }

    pub fn into_arrow(self, len: usize) -> BooleanBuffer {
        match self {
            Bits::All(true) => BooleanBuffer::new_set(len),
            Bits::All(false) => BooleanBuffer::new_unset(len),
            Bits::Each(words) => words.into_arrow(),
        }
    }

    pub fn of_buffer(buffer: &BooleanBuffer) -> Self {
        Bits::Each(Words::from_arrow(buffer))
    }

    /// The values of an Arrow column: which rows are yes, and which are yes or null.
    pub fn of_array(array: &BooleanArray) -> (Self, Option<Self>) {
        let values = Self::of_buffer(array.values());
        match array.nulls().filter(|nulls| nulls.null_count() > 0) {
            None => (values, None),
            Some(nulls) => {
                let valid = Self::of_buffer(nulls.inner());
                (values.and(&valid), Some(values.or(&valid.not())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn bits_beyond_the_length_stay_zero() {
        for len in [0, 1, 63, 64, 65, 130] {
            let none = Words::collect(len, |_| false);
            assert_eq!(none.not(), Words::collect(len, |_| true));
            assert_eq!(none.not().count(), len);
            assert_eq!(none.not().not(), none);
        }
    }

    #[test]
    fn a_window_sees_the_rows_it_names() {
        let words = Words::collect(300, |row| row % 7 == 0 || row % 11 == 3);
        for start in 0..236 {
            for len in [1, 2, 5, 63, 64] {
                let window = words.window(start, len);
                for row in 0..64 {
                    assert_eq!(window >> row & 1 == 1, row < len && words.get(start + row), "{start} {len} {row}");
                }
            }
        }
    }

    #[test]
    fn an_arrow_column_that_was_cut_out_of_another_is_read_from_its_offset() {
        let all: BooleanArray = (0..200).map(|i| [Some(true), Some(false), None][i % 3]).collect();
        let (sure, possible) = Bits::of_array(&all.slice(67, 100));
        let possible = possible.unwrap();
        for row in 0..100 {
            assert_eq!(sure.get(row), (row + 67) % 3 == 0);
            assert_eq!(possible.get(row), (row + 67) % 3 != 1);
        }
        assert_eq!(sure.into_arrow(100).count_set_bits(), (67..167).filter(|i| i % 3 == 0).count());
    }
}
