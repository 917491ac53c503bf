//! Exact numbers: fractions of whole numbers, and nothing else.
//!
//! Weights, cut-offs and legal values are read as fractions and stay fractions: 1/18 is never 0.0555…, and a score is
//! compared with 1/3 without rounding.

use std::cmp::Ordering;
use std::fmt;

/// A fraction in lowest terms with a positive denominator.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Exact {
    numerator: i64,
    denominator: i64,
}

impl Exact {
    /// The whole number `n`.
    pub const fn whole(n: i64) -> Self {
        Self { numerator: n, denominator: 1 }
    }

    /// `numerator / denominator` in lowest terms; `None` for a zero denominator or numbers beyond 64 bits.
    pub fn new(numerator: i64, denominator: i64) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        Self::reduce(i128::from(numerator), i128::from(denominator))
    }

    fn reduce(numerator: i128, denominator: i128) -> Option<Self> {
        let divisor = gcd(numerator, denominator).max(1) * denominator.signum();
        Some(Self {
            numerator: i64::try_from(numerator / divisor).ok()?,
            denominator: i64::try_from(denominator / divisor).ok()?,
        })
    }

    /// Reads `700000`, `-3`, `8.5` or `1/18`. Underscores may group digits.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace('_', "");
        if let Some((top, bottom)) = text.split_once('/') {
            return Self::new(whole_number(top.trim())?, whole_number(bottom.trim())?);
        }
        let Some((before, after)) = text.split_once('.') else {
            return Some(Self::whole(whole_number(&text)?));
        };
        if before.trim_start_matches('-').is_empty() || after.is_empty() || !after.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let scale = 10_i64.checked_pow(u32::try_from(after.len()).ok()?)?;
        Self::new(whole_number(&format!("{before}{after}"))?, scale)
    }

    /// The number above the line.
    pub fn numerator(self) -> i64 {
        self.numerator
    }

    /// The number below the line, always positive.
    pub fn denominator(self) -> i64 {
        self.denominator
    }

    /// The sum; `None` beyond 64 bits.
    pub fn plus(self, other: Self) -> Option<Self> {
        let (a, b) = (i128::from(self.denominator), i128::from(other.denominator));
        Self::reduce(i128::from(self.numerator) * b + i128::from(other.numerator) * a, a * b)
    }

    /// The difference; `None` beyond 64 bits.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(Self { numerator: other.numerator.checked_neg()?, ..other })
    }

    /// The product; `None` beyond 64 bits.
    pub fn times(self, other: Self) -> Option<Self> {
        let numerator = i128::from(self.numerator) * i128::from(other.numerator);
        Self::reduce(numerator, i128::from(self.denominator) * i128::from(other.denominator))
    }

    /// The quotient; `None` by zero and beyond 64 bits.
    pub fn over(self, other: Self) -> Option<Self> {
        self.times(Self::new(other.denominator, other.numerator)?)
    }

    /// This number counted in units of `1/denominator`; `None` when it is not a whole count of them.
    pub fn in_units_of(self, denominator: i64) -> Option<i64> {
        if denominator % self.denominator != 0 {
            return None;
        }
        self.numerator.checked_mul(denominator / self.denominator)
    }
}

fn whole_number(text: &str) -> Option<i64> {
    // `+5` and an empty text are not numbers an official writes.
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The least common multiple of two positive numbers; `None` beyond 64 bits.
pub(crate) fn common_denominator(a: i64, b: i64) -> Option<i64> {
    i64::try_from(i128::from(a) / gcd(a.into(), b.into()) * i128::from(b)).ok()
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Self) -> Ordering {
        (i128::from(self.numerator) * i128::from(other.denominator))
            .cmp(&(i128::from(other.numerator) * i128::from(self.denominator)))
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(f, "{}", self.numerator)
        } else {
            write!(f, "{}/{}", self.numerator, self.denominator)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whole_decimal_and_fraction() {
        assert_eq!(Exact::parse("700000"), Some(Exact::whole(700_000)));
        assert_eq!(Exact::parse("8.50"), Exact::new(17, 2));
        assert_eq!(Exact::parse("-0.5"), Exact::new(-1, 2));
        assert_eq!(Exact::parse("6/36"), Exact::new(1, 6));
        for bad in ["", "1/0", "1.", ".5", "1e3", "one", "+4", "1.-5"] {
            assert_eq!(Exact::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn eighteen_eighteenths_are_one() {
        let eighteenth = Exact::new(1, 18).unwrap();
        let sum = (0..18).fold(Exact::whole(0), |sum, _| sum.plus(eighteenth).unwrap());
        assert_eq!(sum, Exact::whole(1));
    }

    #[test]
    fn differences_products_and_quotients_stay_in_lowest_terms() {
        let fraction = |top, bottom| Exact::new(top, bottom).unwrap();
        assert_eq!(Exact::whole(1).minus(fraction(1, 5)), Exact::new(4, 5));
        assert_eq!(fraction(1, 6).times(fraction(24, 25)), Exact::new(4, 25));
        assert_eq!(fraction(4, 5).over(fraction(-5, 6)), Exact::new(-24, 25));
        assert_eq!(fraction(4, 5).over(Exact::whole(0)), None);
        assert_eq!(Exact::whole(i64::MIN).over(Exact::whole(-1)), None);
        assert_eq!(Exact::whole(1).minus(Exact::whole(i64::MIN)), None);
    }

    #[test]
    fn order_is_exact_near_a_third() {
        assert!(Exact::new(333_333_333, 1_000_000_000) < Exact::new(1, 3));
        assert_eq!(Exact::new(6, 18), Exact::new(1, 3));
    }
}
