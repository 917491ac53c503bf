//! What an unknown is: a set of possibilities.
//!
//! A yes/no value is a [`Tri`]: a set of {false, true}. A number, a date or a choice (by the order of its list) is an
//! [`Interval`] of whole numbers. Every operation gives all results its operands allow and never less, so what comes
//! out known is right whatever the missing answers are. The column evaluator of `vuon-population` follows these same
//! definitions; property tests compare the two.

/// A yes/no value that may be unknown (Kleene's strong three-valued logic).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Tri {
    /// Surely false.
    False,
    /// Surely true.
    True,
    /// Either.
    Unknown,
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Tri::True } else { Tri::False }
    }
}

impl Tri {
    /// Not.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "`Tri` is a value of the rule language, not of Rust")]
    pub fn not(self) -> Self {
        match self {
            Tri::False => Tri::True,
            Tri::True => Tri::False,
            Tri::Unknown => Tri::Unknown,
        }
    }

    /// And: false if either is false.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Tri::False, _) | (_, Tri::False) => Tri::False,
            (Tri::True, Tri::True) => Tri::True,
            _ => Tri::Unknown,
        }
    }

    /// Or: true if either is true.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    /// Whether the two are the same.
    #[must_use]
    pub fn equal(self, other: Self) -> Self {
        match (self, other) {
            (Tri::Unknown, _) | (_, Tri::Unknown) => Tri::Unknown,
            (a, b) => Tri::from(a == b),
        }
    }

    /// The union of the possibilities of both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        if self == other { self } else { Tri::Unknown }
    }

    /// Whether it is decided.
    pub fn is_known(self) -> bool {
        self != Tri::Unknown
    }

    /// The decided value, if it is.
    pub fn known(self) -> Option<bool> {
        match self {
            Tri::False => Some(false),
            Tri::True => Some(true),
            Tri::Unknown => None,
        }
    }
}

/// A whole number known to lie from `lo` to `hi`, both included. The checker proves that no operation on the declared
/// ranges leaves 64 bits, so arithmetic here is plain.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Interval {
    /// The least possible value.
    pub lo: i64,
    /// The greatest possible value.
    pub hi: i64,
}

impl Interval {
    /// A known number.
    pub const fn exactly(value: i64) -> Self {
        Self { lo: value, hi: value }
    }

    /// The number, if it is known.
    pub fn known(self) -> Option<i64> {
        (self.lo == self.hi).then_some(self.lo)
    }

    /// The smallest interval holding both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }

    /// Sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { lo: self.lo + other.lo, hi: self.hi + other.hi }
    }

    /// Difference.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self { lo: self.lo - other.hi, hi: self.hi - other.lo }
    }

    /// Product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let corners = [self.lo * other.lo, self.lo * other.hi, self.hi * other.lo, self.hi * other.hi];
        let (mut lo, mut hi) = (corners[0], corners[0]);
        for corner in corners {
            lo = lo.min(corner);
            hi = hi.max(corner);
        }
        Self { lo, hi }
    }

    /// Whether it is less than `other`.
    #[must_use]
    pub fn less(self, other: Self) -> Tri {
        decide(self.hi < other.lo, self.lo >= other.hi)
    }

    /// Whether it is at most `other`.
    #[must_use]
    pub fn at_most(self, other: Self) -> Tri {
        decide(self.hi <= other.lo, self.lo > other.hi)
    }

    /// Whether the two are equal.
    #[must_use]
    pub fn equal(self, other: Self) -> Tri {
        let apart = self.hi < other.lo || other.hi < self.lo;
        decide(!apart && self.known().is_some() && other.known().is_some(), apart)
    }

    /// Whether it is one of `set`, which is sorted and without repeats.
    #[must_use]
    pub fn one_of(self, set: &[i64]) -> Tri {
        let first = set.partition_point(|v| *v < self.lo);
        let after = set.partition_point(|v| *v <= self.hi);
        // `set` holds `after - first` distinct whole numbers of the interval: all of them, or none?
        let width = self.hi as i128 - self.lo as i128 + 1;
        decide((after - first) as i128 == width, after == first)
    }
}

fn decide(surely: bool, never: bool) -> Tri {
    match (surely, never) {
        (true, _) => Tri::True,
        (_, true) => Tri::False,
        _ => Tri::Unknown,
    }
}

/// The completed years from an uncertain date of birth to the review date: the later the birth, the younger.
pub fn age(birth: Interval, on: crate::calendar::Day) -> Interval {
    use crate::calendar::completed_years;
    Interval { lo: completed_years(as_day(birth.hi), on), hi: completed_years(as_day(birth.lo), on) }
}

/// The months from an uncertain date to the review date, a begun one counting as a whole.
pub fn months_since(start: Interval, on: crate::calendar::Day) -> Interval {
    use crate::calendar::months_begun;
    Interval { lo: months_begun(as_day(start.hi), on), hi: months_begun(as_day(start.lo), on) }
}

fn as_day(days: i64) -> crate::calendar::Day {
    crate::calendar::Day(i32::try_from(days).expect("dates lie between Day::FIRST and Day::LAST"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Tri; 3] = [Tri::False, Tri::True, Tri::Unknown];

    /// The possibilities of a value, and the value of a set of possibilities.
    fn set(t: Tri) -> Vec<bool> {
        t.known().map_or(vec![false, true], |b| vec![b])
    }

    #[test]
    fn connectives_are_exactly_the_set_of_possible_results() {
        for a in ALL {
            for b in ALL {
                let possible = |f: fn(bool, bool) -> bool| {
                    let all: Vec<bool> =
                        set(a).iter().flat_map(|x| set(b).into_iter().map(|y| f(*x, y)).collect::<Vec<_>>()).collect();
                    all.iter().skip(1).fold(Tri::from(all[0]), |t, x| t.hull(Tri::from(*x)))
                };
                assert_eq!(a.and(b), possible(|x, y| x && y), "{a:?} and {b:?}");
                assert_eq!(a.or(b), possible(|x, y| x || y), "{a:?} or {b:?}");
                assert_eq!(a.equal(b), possible(|x, y| x == y), "{a:?} == {b:?}");
            }
        }
    }

    #[test]
    fn interval_results_are_exactly_the_possible_ones() {
        let intervals: Vec<Interval> = (-3..=3).flat_map(|lo| (lo..=3).map(move |hi| Interval { lo, hi })).collect();
        let tri = |all: Vec<bool>| all.iter().skip(1).fold(Tri::from(all[0]), |t, x| t.hull(Tri::from(*x)));
        let ends = |all: Vec<i64>| Interval { lo: *all.iter().min().unwrap(), hi: *all.iter().max().unwrap() };
        for &a in &intervals {
            for &b in &intervals {
                let pairs = || (a.lo..=a.hi).flat_map(move |x| (b.lo..=b.hi).map(move |y| (x, y)));
                assert_eq!(a.less(b), tri(pairs().map(|(x, y)| x < y).collect()), "{a:?} < {b:?}");
                assert_eq!(a.at_most(b), tri(pairs().map(|(x, y)| x <= y).collect()), "{a:?} <= {b:?}");
                assert_eq!(a.equal(b), tri(pairs().map(|(x, y)| x == y).collect()), "{a:?} == {b:?}");
                assert_eq!(a.plus(b), ends(pairs().map(|(x, y)| x + y).collect()));
                assert_eq!(a.minus(b), ends(pairs().map(|(x, y)| x - y).collect()));
                assert_eq!(a.times(b), ends(pairs().map(|(x, y)| x * y).collect()));
            }
            for set in [&[][..], &[0], &[-1, 0, 1], &[-3, -2, -1, 0, 1, 2, 3]] {
                assert_eq!(a.one_of(set), tri((a.lo..=a.hi).map(|x| set.contains(&x)).collect()), "{a:?} in {set:?}");
            }
        }
    }
}
