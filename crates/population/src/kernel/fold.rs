//! Members to households and back: the flat columns of all members, folded by where each household's members begin.

use super::bits::{Bits, Words};
use super::column::{Column, Numbers, Tris};
use super::ints::Ints;
use std::ops::Range;
use vuon_policy::lattice::Interval;

/// Where the members of each household stand among all members of the batch.
#[derive(Clone, Debug)]
pub(super) struct Roster {
    /// One more than there are households; from 0, never falling.
    starts: Vec<u32>,
}

impl Roster {
    /// From the offsets of an Arrow list, which need not begin at 0.
    pub fn new(offsets: &[i32]) -> Self {
        let first = offsets.first().copied().unwrap_or(0);
        Self { starts: offsets.iter().map(|offset| (offset - first) as u32).collect() }
    }

    pub fn households(&self) -> usize {
        self.starts.len() - 1
    }

    pub fn members(&self) -> usize {
        self.starts.last().map_or(0, |end| *end as usize)
    }

    /// The members of each household.
    pub fn ranges(&self) -> impl ExactSizeIterator<Item = Range<usize>> {
        self.starts.windows(2).map(|w| w[0] as usize..w[1] as usize)
    }

    pub fn range(&self, household: usize) -> Range<usize> {
        self.starts[household] as usize..self.starts[household + 1] as usize
    }

    /// How many members each household has.
    pub fn sizes(&self) -> Numbers {
        Numbers::known(self.size())
    }

    fn size(&self) -> Ints {
        self.ranges().map(|members| members.len() as i64).collect()
    }

    /// Which households have members.
    fn inhabited(&self) -> Bits {
        Bits::Each(Words::collect(self.households(), |h| self.starts[h] < self.starts[h + 1]))
    }

    /// A value of the household, seen by each member.
    pub fn to_member(&self, column: &Column) -> Column {
        match column {
            Column::Bool(tris) => {
                let possible = (!tris.is_known()).then(|| self.spread_bits(tris.possible()));
                Column::Bool(Tris::new(self.spread_bits(&tris.sure), possible))
            }
            Column::Int(numbers) => {
                let hi = (!numbers.is_known()).then(|| self.spread(numbers.hi()));
                Column::Int(Numbers::new(self.spread(&numbers.lo), hi))
            }
        }
    }

    fn spread(&self, ints: &Ints) -> Ints {
        let Ints::Each(values) = ints else { return ints.clone() };
        let mut spread = Vec::with_capacity(self.members());
        for (value, members) in values.iter().zip(self.ranges()) {
            spread.extend(std::iter::repeat_n(*value, members.len()));
        }
        Ints::Each(spread.into())
    }

    fn spread_bits(&self, bits: &Bits) -> Bits {
        let Bits::Each(households) = bits else { return bits.clone() };
        let mut words = vec![0_u64; self.members().div_ceil(64)];
        households.for_each_row(|household| {
            let mut members = self.range(household);
            while !members.is_empty() {
                let shift = members.start % 64;
                let count = members.len().min(64 - shift);
                words[members.start / 64] |= (u64::MAX >> (64 - count)) << shift;
                members.start += count;
            }
        });
        Bits::Each(Words::from_words(words, self.members()))
    }

    /// Whether it holds for some member.
    pub fn any(&self, holds: &Tris) -> Tris {
        let possible = (!holds.is_known()).then(|| self.any_bit(holds.possible()));
        Tris::new(self.any_bit(&holds.sure), possible)
    }

    fn any_bit(&self, bits: &Bits) -> Bits {
        match bits {
            Bits::All(false) => Bits::All(false),
            Bits::All(true) => self.inhabited(),
            Bits::Each(words) => Bits::Each(Words::collect(self.households(), |h| any_of(words, self.range(h)))),
        }
    }

    /// How many members it holds for.
    pub fn count(&self, holds: &Tris) -> Numbers {
        let hi = (!holds.is_known()).then(|| self.count_bits(holds.possible()));
        Numbers::new(self.count_bits(&holds.sure), hi)
    }

    fn count_bits(&self, bits: &Bits) -> Ints {
        match bits {
            Bits::All(false) => Ints::All(0),
            Bits::All(true) => self.size(),
            Bits::Each(words) => self.ranges().map(|members| count_of(words, members)).collect(),
        }
    }

    /// The sum over the members for whom `only` holds; one possibly counted adds from 0 to its number or back.
    pub fn sum(&self, of: &Numbers, only: Option<&Tris>) -> Numbers {
        let weighed = only.map(|only| only.weigh(of));
        let of = weighed.as_ref().unwrap_or(of);
        Numbers::new(self.sum_bound(&of.lo), (!of.is_known()).then(|| self.sum_bound(of.hi())))
    }

    fn sum_bound(&self, bound: &Ints) -> Ints {
        match bound {
            Ints::All(value) => self.size().map(|size| size.wrapping_mul(*value)),
            Ints::Each(values) => {
                let sum = |members: Range<usize>| values[members].iter().fold(0, |sum: i64, v| sum.wrapping_add(*v));
                self.ranges().map(sum).collect()
            }
        }
    }

    /// The least over the members for whom `only` holds: not above what any surely counted member may have, not below
    /// what any possibly counted one may have. While none is surely counted, anything in `range`.
    pub fn min(&self, of: &Numbers, only: Option<&Tris>, range: Interval) -> Numbers {
        self.extreme(of, only, range, |of, sure, possible| {
            let least = |bound, counted| self.reduce(bound, counted, i64::MAX, i64::min);
            (least(&of.lo, possible), least(of.hi(), sure))
        })
    }

    /// The greatest, likewise.
    pub fn max(&self, of: &Numbers, only: Option<&Tris>, range: Interval) -> Numbers {
        self.extreme(of, only, range, |of, sure, possible| {
            let greatest = |bound, counted| self.reduce(bound, counted, i64::MIN, i64::max);
            (greatest(&of.lo, sure), greatest(of.hi(), possible))
        })
    }

    fn extreme(
        &self,
        of: &Numbers,
        only: Option<&Tris>,
        range: Interval,
        bounds: impl Fn(&Numbers, &Bits, &Bits) -> (Ints, Ints),
    ) -> Numbers {
        let all = Tris::all(true);
        let only = only.unwrap_or(&all);
        let (lo, hi) = bounds(of, &only.sure, only.possible());
        let some = self.any_bit(&only.sure);
        Numbers::new(lo.or_where_not(&some, &Ints::All(range.lo)), Some(hi.or_where_not(&some, &Ints::All(range.hi))))
    }

    fn reduce(&self, bound: &Ints, counted: &Bits, none: i64, pick: impl Fn(i64, i64) -> i64) -> Ints {
        let of_household =
            |members: Range<usize>| members.filter(|m| counted.get(*m)).fold(none, |best, m| pick(best, bound.at(m)));
        self.ranges().map(of_household).collect()
    }
}

/// Whether some bit of a range is set. Most rosters lie in one window.
fn any_of(words: &Words, Range { mut start, end }: Range<usize>) -> bool {
    while end > start + 64 {
        if words.window(start, 64) != 0 {
            return true;
        }
        start += 64;
    }
    start < end && words.window(start, end - start) != 0
}

/// How many bits of a range are set.
fn count_of(words: &Words, Range { mut start, end }: Range<usize>) -> i64 {
    let mut count = 0;
    while start < end {
        let len = (end - start).min(64);
        count += i64::from(words.window(start, len).count_ones());
        start += len;
    }
    count
}
