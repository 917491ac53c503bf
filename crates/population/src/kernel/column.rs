//! The lattice of [`vuon_policy::lattice`], a column at a time.
//!
//! A yes/no value is a pair of bounds as a number is: *surely* yes and *possibly* yes. `and` and `or` work on each bound
//! alone, `not` turns the two round, and a comparison of numbers compares bounds. Where everything is known the second
//! bound is absent, and nothing is paid for it.

use super::bits::Bits;
use super::ints::Ints;
use vuon_policy::lattice::{Interval, Tri};

/// The values of a node.
#[derive(Clone, Debug)]
pub(super) enum Column {
    Bool(Tris),
    Int(Numbers),
}

/// Yes, no or unknown for each row. `possible` contains `sure`; absent where the two are the same.
#[derive(Clone, Debug)]
pub(super) struct Tris {
    pub sure: Bits,
    possible: Option<Bits>,
}

/// A number between bounds for each row; `hi` is absent where it is `lo` everywhere.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    pub lo: Ints,
    hi: Option<Ints>,
}

impl Tris {
    pub fn all(value: bool) -> Self {
        Self::known(Bits::All(value))
    }

    pub fn unknown() -> Self {
        Self::new(Bits::All(false), Some(Bits::All(true)))
    }

    pub fn known(sure: Bits) -> Self {
        Self { sure, possible: None }
    }

    pub fn new(sure: Bits, possible: Option<Bits>) -> Self {
        let possible = possible.filter(|possible| *possible != sure);
        Self { sure, possible }
    }

    pub fn is_known(&self) -> bool {
        self.possible.is_none()
    }

    pub fn possible(&self) -> &Bits {
        self.possible.as_ref().unwrap_or(&self.sure)
    }

    /// Which rows are known.
    pub fn known_rows(&self) -> Bits {
        match &self.possible {
            None => Bits::All(true),
            Some(possible) => self.sure.or(&possible.not()),
        }
    }

    pub fn not(&self) -> Self {
        Self { sure: self.possible().not(), possible: self.possible.as_ref().map(|_| self.sure.not()) }
    }

    pub fn and(&self, other: &Self) -> Self {
        let possible = (!self.is_known() || !other.is_known()).then(|| self.possible().and(other.possible()));
        Self::new(self.sure.and(&other.sure), possible)
    }

    pub fn or(&self, other: &Self) -> Self {
        let possible = (!self.is_known() || !other.is_known()).then(|| self.possible().or(other.possible()));
        Self::new(self.sure.or(&other.sure), possible)
    }

    /// Whether the two are the same.
    pub fn same(&self, other: &Self) -> Self {
        let both = self.sure.and(&other.sure);
        let neither = self.possible().or(other.possible()).not();
        let differ = self.sure.and_not(other.possible()).or(&other.sure.and_not(self.possible()));
        Self::new(both.or(&neither), Some(differ.not()))
    }

    /// `self ? then : otherwise`; where unknown, what both agree on is known.
    pub fn choose(&self, then: &Self, otherwise: &Self) -> Self {
        let pick = |a: &Bits, b: &Bits, yes: &Bits, no: &Bits| yes.and(a).or(&b.and_not(no));
        if self.is_known() && then.is_known() && otherwise.is_known() {
            return Self::known(pick(&then.sure, &otherwise.sure, &self.sure, &self.sure));
        }
        let agreed = then.sure.and(&otherwise.sure);
        Self::new(
            pick(&then.sure, &otherwise.sure, &self.sure, self.possible()).or(&agreed),
            Some(pick(then.possible(), otherwise.possible(), self.possible(), &self.sure)),
        )
    }

    /// `self ? then : otherwise`; where unknown, the smallest interval holding both.
    pub fn choose_number(&self, then: &Numbers, otherwise: &Numbers) -> Numbers {
        let known = self.is_known() && then.is_known() && otherwise.is_known();
        Numbers {
            lo: self.choose_bound(&then.lo, &otherwise.lo, i64::min),
            hi: (!known).then(|| self.choose_bound(then.hi(), otherwise.hi(), i64::max)),
        }
    }

    fn choose_bound(&self, then: &Ints, otherwise: &Ints, of_both: impl Fn(i64, i64) -> i64) -> Ints {
        let decided = then.or_where_not(&self.sure, otherwise);
        match self.possible().and_not(&self.sure) {
            Bits::All(false) => decided,
            Bits::All(true) => then.zip(otherwise, of_both),
            Bits::Each(open) => {
                let len = open.len();
                decided.put(&Bits::Each(open), len, |row| of_both(then.at(row), otherwise.at(row)))
            }
        }
    }

    /// The number where this holds, 0 where not, and everything between where unknown.
    pub fn weigh(&self, number: &Numbers) -> Numbers {
        self.choose_number(number, &Numbers::all(0))
    }
}

impl Numbers {
    pub fn all(value: i64) -> Self {
        Self::known(Ints::All(value))
    }

    /// Anything in `range`, in every row.
    pub fn within(range: Interval) -> Self {
        Self::new(Ints::All(range.lo), Some(Ints::All(range.hi)))
    }

    pub fn known(lo: Ints) -> Self {
        Self { lo, hi: None }
    }

    pub fn new(lo: Ints, hi: Option<Ints>) -> Self {
        match (lo, hi) {
            (Ints::All(lo), Some(Ints::All(hi))) if lo == hi => Self::all(lo),
            (lo, hi) => Self { lo, hi },
        }
    }

    pub fn is_known(&self) -> bool {
        self.hi.is_none()
    }

    pub fn hi(&self) -> &Ints {
        self.hi.as_ref().unwrap_or(&self.lo)
    }

    /// Which rows are known.
    pub fn known_rows(&self) -> Bits {
        match &self.hi {
            None => Bits::All(true),
            Some(hi) => self.lo.test_with(hi, |lo, hi| lo == hi),
        }
    }

    /// A value outside `range`, if there is one.
    pub fn outside(&self, range: Interval) -> Option<i64> {
        let outside = |ints: &Ints| match ints {
            Ints::All(value) => Some(*value).filter(|v| !(range.lo..=range.hi).contains(v)),
            Ints::Each(values) => {
                // Without an early end the loop has no branches.
                let none = values.iter().fold(true, |all, v| all & (range.lo..=range.hi).contains(v));
                if none { None } else { values.iter().copied().find(|v| !(range.lo..=range.hi).contains(v)) }
            }
        };
        outside(&self.lo).or_else(|| self.hi.as_ref().and_then(outside))
    }

    /// The value of one row.
    pub fn at(&self, row: usize) -> Interval {
        Interval { lo: self.lo.at(row), hi: self.hi().at(row) }
    }

    fn any_unknown(&self, other: &Self) -> bool {
        !self.is_known() || !other.is_known()
    }

    pub fn plus(&self, other: &Self) -> Self {
        let hi = self.any_unknown(other).then(|| self.hi().zip(other.hi(), i64::wrapping_add));
        Self::new(self.lo.zip(&other.lo, i64::wrapping_add), hi)
    }

    pub fn minus(&self, other: &Self) -> Self {
        let hi = self.any_unknown(other).then(|| self.hi().zip(&other.lo, i64::wrapping_sub));
        Self::new(self.lo.zip(other.hi(), i64::wrapping_sub), hi)
    }

    pub fn times(&self, other: &Self) -> Self {
        let (a, b) = (self, other);
        if !a.any_unknown(b) {
            return Self::known(a.lo.zip(&b.lo, i64::wrapping_mul));
        }
        let product = |x: &Ints, y: &Ints| x.zip(y, i64::wrapping_mul);
        let span = |x: &Ints, y: &Ints| (x.zip(y, i64::min), x.zip(y, i64::max));
        let (lo, hi) = span(&product(&a.lo, &b.lo), &product(a.hi(), b.hi()));
        if a.is_known() || b.is_known() {
            return Self::new(lo, Some(hi));
        }
        let (other_lo, other_hi) = span(&product(&a.lo, b.hi()), &product(a.hi(), &b.lo));
        Self::new(lo.zip(&other_lo, i64::min), Some(hi.zip(&other_hi, i64::max)))
    }

    pub fn less(&self, other: &Self) -> Tris {
        let possible = self.any_unknown(other).then(|| self.lo.test_with(other.hi(), |a, b| a < b));
        Tris::new(self.hi().test_with(&other.lo, |a, b| a < b), possible)
    }

    pub fn at_most(&self, other: &Self) -> Tris {
        let possible = self.any_unknown(other).then(|| self.lo.test_with(other.hi(), |a, b| a <= b));
        Tris::new(self.hi().test_with(&other.lo, |a, b| a <= b), possible)
    }

    pub fn equal(&self, other: &Self) -> Tris {
        let (a, b) = (self, other);
        if !a.any_unknown(b) {
            return Tris::known(a.lo.test_with(&b.lo, |a, b| a == b));
        }
        // `a.lo == b.hi` and `a.hi == b.lo` squeeze all four bounds together.
        let sure = a.lo.test_with(b.hi(), |a, b| a == b).and(&a.hi().test_with(&b.lo, |a, b| a == b));
        let touch = a.lo.test_with(b.hi(), |a, b| a <= b).and(&a.hi().test_with(&b.lo, |a, b| a >= b));
        Tris::new(sure, Some(touch))
    }

    /// One of a sorted set; `range` holds every value of this column.
    pub fn one_of(&self, set: &[i64], range: Interval) -> Tris {
        let narrow = range.hi.checked_sub(range.lo).is_some_and(|width| width < 64);
        if !narrow {
            return match &self.hi {
                None => Tris::known(self.lo.test(|v| set.binary_search(&v).is_ok())),
                Some(hi) => {
                    let is = |lo, hi| Interval { lo, hi }.one_of(set);
                    let sure = self.lo.test_with(hi, |lo, hi| is(lo, hi) == Tri::True);
                    Tris::new(sure, Some(self.lo.test_with(hi, |lo, hi| is(lo, hi) != Tri::False)))
                }
            };
        }
        let place = |v: i64| (v - range.lo) as u32;
        let inside = set.iter().filter(|v| (range.lo..=range.hi).contains(v));
        let listed = inside.fold(0_u64, |listed, v| listed | 1 << place(*v));
        match &self.hi {
            None => Tris::known(self.lo.test(|v| listed >> place(v) & 1 == 1)),
            Some(hi) => {
                let span = |lo, hi| u64::MAX >> (63 - place(hi)) & u64::MAX << place(lo);
                let sure = self.lo.test_with(hi, |lo, hi| span(lo, hi) & !listed == 0);
                Tris::new(sure, Some(self.lo.test_with(hi, |lo, hi| span(lo, hi) & listed != 0)))
            }
        }
    }

    /// The entry of a table.
    pub fn lookup(&self, table: &[i64]) -> Self {
        let Some(hi) = &self.hi else {
            return Self::known(self.lo.map(|place| table[place as usize]));
        };
        let entries = |lo: i64, hi: i64| table[lo as usize..=hi as usize].iter().copied();
        let least = |lo, hi| entries(lo, hi).min().unwrap_or(0);
        let greatest = |lo, hi| entries(lo, hi).max().unwrap_or(0);
        Self::new(self.lo.zip(hi, least), Some(self.lo.zip(hi, greatest)))
    }

    /// A function that never grows: the later the birth, the younger.
    pub fn falling(&self, f: impl Fn(i64) -> i64) -> Self {
        Self::new(self.hi().map(&f), self.hi.as_ref().map(|_| self.lo.map(&f)))
    }
}

/// The sum of the whole numbers beside the columns that hold, over `len` rows.
pub(super) fn weighted(terms: &[(&Tris, i64)], len: usize) -> Numbers {
    let known = terms.iter().all(|(holds, _)| holds.is_known());
    // A positive weight is surely added where it surely holds; a negative one where it possibly does.
    let sum = |sure_side: fn(i64) -> bool| {
        let mut sums = vec![0_i64; len];
        for (holds, weight) in terms {
            let rows = if sure_side(*weight) { &holds.sure } else { holds.possible() };
            rows.for_each_row(len, |row| sums[row] += weight);
        }
        sums.into_iter().collect::<Ints>()
    };
    Numbers { lo: sum(|weight| weight >= 0), hi: (!known).then(|| sum(|weight| weight < 0)) }
}

impl Column {
    pub fn tris(&self) -> &Tris {
        match self {
            Column::Bool(tris) => tris,
            Column::Int(_) => unreachable!("a number where the checker proved a yes/no value"),
        }
    }

    pub fn numbers(&self) -> &Numbers {
        match self {
            Column::Int(numbers) => numbers,
            Column::Bool(_) => unreachable!("a yes/no value where the checker proved a number"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bits::Words;
    use super::*;

    #[test]
    fn a_weight_below_zero_lowers_the_least_sum_where_it_may_hold() {
        let sure = Bits::Each(Words::collect(3, |row| row == 1));
        let possible = Bits::Each(Words::collect(3, |row| row >= 1));
        let maybe = Tris::new(sure, Some(possible));
        let sums = weighted(&[(&Tris::all(true), 10), (&maybe, -3), (&maybe, 4)], 3);
        let found: Vec<_> = (0..3).map(|row| (sums.at(row).lo, sums.at(row).hi)).collect();
        assert_eq!(found, [(10, 10), (11, 11), (7, 14)]);
    }
}
