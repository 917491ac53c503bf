//! Weights of indicators and poverty cut-offs, exact: a score is a whole number of units, and `score ≥ k` never depends
//! on floating point.
//!
//! Alkire & Foster (2011), *Counting and multidimensional poverty measurement*, Journal of Public Economics 95:
//! the weighted deprivation score cᵢ = Σⱼ wⱼ gᵢⱼ with Σⱼ wⱼ = 1, and the poor are those with cᵢ ≥ k. With wⱼ = Wⱼ/D in
//! whole numbers the comparison is sᵢ·b ≥ a·D, where sᵢ = Σⱼ Wⱼ gᵢⱼ and k = a/b.

use vuon_policy::exact::Exact;

/// The most indicators a profile can hold.
pub const MOST_INDICATORS: usize = 32;

/// One weight for each indicator, in whole units of a common denominator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighting {
    name: String,
    units: Vec<u32>,
    denominator: u32,
    /// The score of each value of each byte of a profile.
    scores: Vec<[u32; 256]>,
}

/// Why numbers cannot serve as weights or as a cut-off.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightingError {
    /// None, or too many.
    #[error("{0} indicators; a measure has 1 to {MOST_INDICATORS}")]
    Indicators(usize),
    /// A weight that is negative.
    #[error("the weight {0} is negative")]
    Negative(Exact),
    /// All are zero.
    #[error("the weights add up to nothing")]
    Zero,
    /// The weights are shares, but not of one whole.
    #[error("the weights add up to {0}, not to 1")]
    Sum(Exact),
    /// The common denominator of the weights is too large for exact whole scores.
    #[error("the weights have no common denominator below 2^24; write them as simple fractions, such as 1/6")]
    Denominator,
    /// A cut-off that is not above 0 and at most 1.
    #[error("the cut-off {0} is not above 0 and at most 1; write a fraction such as 1/3, or per cent such as 33%")]
    Cutoff(Exact),
}

/// Units stay small: with the usual denominators, below a thousand, sums over a nation of whole weights times scores are
/// exact in double precision, and so is every count of the poor whatever the denominator.
const MOST_UNITS: i64 = 1 << 24;

impl Weighting {
    /// Weights that are shares of the whole (they add up to exactly 1) or whole numbers (any sum: their proportions
    /// count). Named for reports.
    ///
    /// # Errors
    /// As [`WeightingError`] says.
    pub fn new(name: impl Into<String>, weights: &[Exact]) -> Result<Self, WeightingError> {
        let whole = weights.iter().all(|w| w.denominator() == 1);
        let one = |sum: Exact| sum == Exact::whole(1);
        Self::build(name.into(), weights, |sum| if whole || one(sum) { Ok(()) } else { Err(WeightingError::Sum(sum)) })
    }

    /// Weights in any unit, whatever they add up to: their proportions count. For the weights of a policy pack, whose
    /// checker has looked at them.
    ///
    /// # Errors
    /// As [`WeightingError`] says.
    pub fn proportional(name: impl Into<String>, weights: &[Exact]) -> Result<Self, WeightingError> {
        Self::build(name.into(), weights, |_| Ok(()))
    }

    fn build(
        name: String,
        weights: &[Exact],
        sum_fits: impl Fn(Exact) -> Result<(), WeightingError>,
    ) -> Result<Self, WeightingError> {
        if weights.is_empty() || weights.len() > MOST_INDICATORS {
            return Err(WeightingError::Indicators(weights.len()));
        }
        if let Some(negative) = weights.iter().find(|w| w.numerator() < 0) {
            return Err(WeightingError::Negative(*negative));
        }
        let sum = weights.iter().try_fold(Exact::whole(0), |sum, w| sum.plus(*w)).ok_or(WeightingError::Denominator)?;
        if sum.numerator() == 0 {
            return Err(WeightingError::Zero);
        }
        sum_fits(sum)?;
        let common = weights.iter().try_fold(1_i64, |common, w| least_common_multiple(common, w.denominator()));
        let common = common.ok_or(WeightingError::Denominator)?;
        let units: Option<Vec<i64>> = weights.iter().map(|w| w.in_units_of(common)).collect();
        let mut units = units.ok_or(WeightingError::Denominator)?;
        let divisor = units.iter().fold(0, |divisor, unit| greatest_common_divisor(divisor, *unit));
        units.iter_mut().for_each(|unit| *unit /= divisor);
        let denominator = units.iter().try_fold(0_i64, |sum, unit| sum.checked_add(*unit));
        let denominator = denominator.filter(|d| *d < MOST_UNITS).ok_or(WeightingError::Denominator)?;
        let units: Vec<u32> = units.iter().map(|unit| *unit as u32).collect();
        let scores = units.chunks(8).map(byte_scores).collect();
        Ok(Self { name, units, denominator: denominator as u32, scores })
    }

    /// What reports call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of indicators.
    pub fn indicators(&self) -> usize {
        self.units.len()
    }

    /// Wⱼ: the weight of an indicator in units of `1/denominator`.
    pub fn units(&self, indicator: usize) -> u32 {
        self.units[indicator]
    }

    /// D: the score of those deprived in everything.
    pub fn denominator(&self) -> u32 {
        self.denominator
    }

    /// The weight of an indicator as a share of the whole.
    pub fn share(&self, indicator: usize) -> f64 {
        f64::from(self.units[indicator]) / f64::from(self.denominator)
    }

    /// sᵢ: the score of a profile in units, bit `j` of which says that indicator `j` is deprived.
    pub fn score(&self, deprived: u32) -> u32 {
        self.scores.iter().zip(deprived.to_le_bytes()).map(|(scores, byte)| scores[usize::from(byte)]).sum()
    }

    /// The smallest score, in units, of those who are poor at the cut-off.
    pub fn threshold(&self, k: Cutoff) -> u32 {
        let (a, b) = (i128::from(k.0.numerator()), i128::from(k.0.denominator()));
        let units = (a * i128::from(self.denominator) + b - 1) / b;
        u32::try_from(units).expect("a cut-off is at most 1, so at most the denominator")
    }

    /// Every score that some profile can have above 0, rising: the cut-offs at which the poor change.
    pub fn attainable(&self) -> Vec<Cutoff> {
        let mut reached = vec![false; self.denominator as usize + 1];
        reached[0] = true;
        for unit in self.units.iter().map(|u| *u as usize).filter(|u| *u > 0) {
            for score in (unit..reached.len()).rev() {
                reached[score] |= reached[score - unit];
            }
        }
        let cutoff = |score: usize| Exact::new(score as i64, i64::from(self.denominator)).map(Cutoff);
        (1..reached.len()).filter(|score| reached[*score]).filter_map(cutoff).collect()
    }
}

/// The poverty cut-off k: the share of the weighted deprivations from which on one is poor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cutoff(Exact);

impl Cutoff {
    /// A cut-off above 0 and at most 1.
    ///
    /// # Errors
    /// [`WeightingError::Cutoff`] for another number.
    pub fn new(k: Exact) -> Result<Self, WeightingError> {
        if Exact::whole(0) < k && k <= Exact::whole(1) { Ok(Self(k)) } else { Err(WeightingError::Cutoff(k)) }
    }

    /// The share, exact.
    pub fn exact(self) -> Exact {
        self.0
    }

    /// The share, rounded to double precision.
    pub fn value(self) -> f64 {
        self.0.numerator() as f64 / self.0.denominator() as f64
    }
}

impl std::fmt::Display for Cutoff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

fn byte_scores(units: &[u32]) -> [u32; 256] {
    let score = |byte: usize| units.iter().enumerate().filter(|(j, _)| byte >> j & 1 == 1).map(|(_, unit)| unit).sum();
    std::array::from_fn(score)
}

fn greatest_common_divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn least_common_multiple(a: i64, b: i64) -> Option<i64> {
    (a / greatest_common_divisor(a, b)).checked_mul(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).unwrap()
    }

    fn global() -> Weighting {
        let weights = [[exact("1/6"); 4].as_slice(), &[exact("1/18"); 6]].concat();
        Weighting::new("global", &weights).unwrap()
    }

    /// The trap of double precision: 1/18 six times is not 1/3 there. All 1,024 profiles against fractions.
    #[test]
    fn every_profile_is_poor_exactly_when_fractions_say_so() {
        let global = global();
        assert_eq!((global.denominator(), global.units(0), global.units(9)), (18, 3, 1));
        let weights = [[exact("1/6"); 4].as_slice(), &[exact("1/18"); 6]].concat();
        for k in ["1/5", "1/3", "1/2", "7/18", "11/18", "14/18", "33%", "33.3333333%", "1", "1/1000"] {
            let k = match k.strip_suffix('%') {
                Some(percent) => {
                    let percent = exact(percent);
                    Exact::new(percent.numerator(), percent.denominator() * 100).unwrap()
                }
                None => exact(k),
            };
            let threshold = global.threshold(Cutoff::new(k).unwrap());
            for profile in 0..1024_u32 {
                let deprived = (0..10).filter(|j| profile >> j & 1 == 1);
                let score = deprived.fold(Exact::whole(0), |sum, j| sum.plus(weights[j]).unwrap());
                assert_eq!(global.score(profile) >= threshold, score >= k, "profile {profile:010b}, k {k}");
            }
        }
    }

    #[test]
    fn whole_weights_count_by_proportion_and_shares_must_make_a_whole() {
        let whole = Weighting::new("w", &[Exact::whole(6), Exact::whole(2), Exact::whole(4)]).unwrap();
        assert_eq!((whole.units(0), whole.units(1), whole.units(2), whole.denominator()), (3, 1, 2, 6));
        let short = Weighting::new("w", &[exact("1/3"), exact("1/3")]);
        assert_eq!(short, Err(WeightingError::Sum(exact("2/3"))));
        let rounded = Weighting::new("w", &[exact("0.333"), exact("0.333"), exact("0.333")]);
        assert_eq!(rounded, Err(WeightingError::Sum(exact("0.999"))));
        assert_eq!(Weighting::new("w", &[]), Err(WeightingError::Indicators(0)));
        assert!(Cutoff::new(exact("0")).is_err() && Cutoff::new(exact("33")).is_err());
    }

    #[test]
    fn attainable_scores_are_those_of_the_profiles() {
        let weighting = Weighting::new("w", &[Exact::whole(5), Exact::whole(2), Exact::whole(2)]).unwrap();
        let mut scores: Vec<u32> = (1..8).map(|profile| weighting.score(profile)).collect();
        scores.sort_unstable();
        scores.dedup();
        let attainable: Vec<u32> = weighting.attainable().into_iter().map(|k| weighting.threshold(k)).collect();
        assert_eq!(attainable, scores);
    }

    #[test]
    fn scores_of_many_indicators() {
        let weights: Vec<Exact> = (1..=20).map(Exact::whole).collect();
        let weighting = Weighting::new("w", &weights).unwrap();
        assert_eq!(weighting.score(0b1000_0000_0100_0000_0001), 1 + 11 + 20);
    }
}
