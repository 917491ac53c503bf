//! How a sample was drawn, and what that says of the precision of an estimate.
//!
//! Stratified cluster sampling with weights; the variance of a smooth function of totals by Taylor linearisation, with
//! the first stage alone ("ultimate clusters"): Wolter (2007), *Introduction to Variance Estimation*, chapter 6; Lumley
//! (2010), *Complex Surveys*, chapter 2. With u the linearised variable and z_hq = Σ_{i∈q} wᵢuᵢ the total of primary
//! sampling unit q of stratum h,
//!
//! Var = Σ_h (1 − f_h) · n_h/(n_h − 1) · Σ_q (z_hq − z̄_h)².
//!
//! Units without anybody in the domain of the estimate stay in, with z = 0: a subpopulation keeps the whole design.

use crate::cube::Label;

/// What to do with a stratum that has one primary sampling unit, named as in R's `survey`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LonelyPsu {
    /// No estimate of precision: the strata are named.
    #[default]
    Fail,
    /// Centred at the grand mean of all units, which for a linearised variable is 0.
    Adjust,
    /// As much variance as the average of the other strata.
    Average,
    /// Taken with certainty: no variance.
    Certainty,
}

impl LonelyPsu {
    /// The rule of a name: `fail`, `adjust`, `average`, `certainty` (or `remove`, which gives the same variance).
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "fail" => Some(Self::Fail),
            "adjust" => Some(Self::Adjust),
            "average" => Some(Self::Average),
            "certainty" | "remove" => Some(Self::Certainty),
            _ => None,
        }
    }
}

/// A stratum of a design.
#[derive(Clone, Debug, PartialEq)]
pub struct Stratum {
    /// Its name.
    pub label: Label,
    /// How many primary sampling units were drawn in it.
    pub psus: usize,
    /// How many the population has; none: drawn with replacement, or of very many.
    pub population: Option<f64>,
}

/// A stratified sample of primary sampling units, which stand in the order of the strata.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    strata: Vec<Stratum>,
    lonely: LonelyPsu,
    psus: usize,
    degrees_of_freedom: usize,
}

/// Why there is no variance.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DesignError {
    /// Strata with a single unit.
    #[error(
        "{} of the strata have one primary sampling unit ({}); choose what to do with them: adjust, average or certainty",
        .0.len(), .0.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join(", ")
    )]
    Lonely(Vec<Label>),
    /// More units drawn than there are.
    #[error("stratum {label} has {drawn} primary sampling units in the sample, but {population} in the population")]
    Population {
        /// The stratum.
        label: Label,
        /// Units in the sample.
        drawn: usize,
        /// Units in the population, as told.
        population: f64,
    },
}

impl Design {
    /// A design of strata.
    pub fn new(strata: Vec<Stratum>, lonely: LonelyPsu) -> Self {
        let psus: usize = strata.iter().map(|stratum| stratum.psus).sum();
        let degrees_of_freedom = psus - strata.len();
        Self { strata, lonely, psus, degrees_of_freedom }
    }

    /// The same design, told which units have any weight (one yes or no for each, in order). A unit without is a zero in
    /// the variance like others, but gives no degree of freedom; as in R's `survey`.
    ///
    /// # Panics
    /// With another number of units.
    pub fn with_weighing(mut self, weighs: &[bool]) -> Self {
        assert_eq!(weighs.len(), self.psus, "one yes or no for each primary sampling unit");
        let mut rest = weighs;
        self.degrees_of_freedom = 0;
        for stratum in &self.strata {
            let (units, next) = rest.split_at(stratum.psus);
            let weighing = units.iter().filter(|weighs| **weighs).count();
            self.degrees_of_freedom += weighing.saturating_sub(1);
            rest = next;
        }
        self
    }

    /// The strata.
    pub fn strata(&self) -> &[Stratum] {
        &self.strata
    }

    /// How many primary sampling units were drawn.
    pub fn psus(&self) -> usize {
        self.psus
    }

    /// Degrees of freedom: units less strata, of the whole design. What has no weight does not count.
    pub fn degrees_of_freedom(&self) -> usize {
        self.degrees_of_freedom
    }

    /// Whether the design gives a variance at all.
    ///
    /// # Errors
    /// As [`DesignError`] says.
    pub fn check(&self) -> Result<(), DesignError> {
        for stratum in &self.strata {
            // Not a number is no population either.
            let fits = |population: &f64| *population >= stratum.psus as f64 && population.is_finite();
            if let Some(population) = stratum.population.filter(|population| !fits(population)) {
                let (label, drawn) = (stratum.label.clone(), stratum.psus);
                return Err(DesignError::Population { label, drawn, population });
            }
        }
        let lonely = (0..self.strata.len()).filter(|place| self.is_lonely(*place));
        let lonely: Vec<Label> = lonely.map(|place| self.strata[place].label.clone()).collect();
        if self.lonely == LonelyPsu::Fail && !lonely.is_empty() {
            return Err(DesignError::Lonely(lonely));
        }
        Ok(())
    }

    /// What the sum of squares of a stratum is multiplied with: (1 − f) · n/(n − 1). A lonely unit's is 1 − f.
    pub(crate) fn scale(&self, stratum: usize) -> f64 {
        let Stratum { psus, population, .. } = self.strata[stratum];
        let n = psus as f64;
        let left = population.map_or(1.0, |population| (population - n) / population);
        if psus > 1 { left * n / (n - 1.0) } else { left }
    }

    /// Whether a stratum has one unit and was not taken whole.
    fn is_lonely(&self, stratum: usize) -> bool {
        self.strata[stratum].psus == 1 && self.strata[stratum].population != Some(1.0)
    }

    /// What the sum over the strata is multiplied with for a domain that has people in some of them: more than 1 where
    /// lonely strata count as the average of the others of that domain. None where there are no others.
    pub(crate) fn average_factor(&self, present: impl Iterator<Item = usize>) -> Option<f64> {
        if self.lonely != LonelyPsu::Average {
            return Some(1.0);
        }
        let (mut strata, mut lonely) = (0.0, 0.0);
        for stratum in present {
            strata += 1.0;
            lonely += f64::from(u8::from(self.is_lonely(stratum)));
        }
        (strata > lonely).then(|| strata / (strata - lonely))
    }

    /// Whether the deviations in a stratum are taken from 0 and not from the mean of the stratum.
    pub(crate) fn centred_at_zero(&self, stratum: usize) -> bool {
        self.strata[stratum].psus == 1 && self.lonely == LonelyPsu::Adjust
    }

    /// The variance of the total of z, of which there is one number for each primary sampling unit, in order. Where lonely
    /// strata count as the average, all strata are taken to have people of the domain.
    ///
    /// # Panics
    /// With another number of z.
    pub fn variance(&self, z: &[f64]) -> f64 {
        self.covariance(z, z)
    }

    /// The covariance of two totals, each with one number for each primary sampling unit, in order.
    ///
    /// # Panics
    /// With another number of z.
    pub fn covariance(&self, left: &[f64], right: &[f64]) -> f64 {
        assert!(left.len() == self.psus && right.len() == self.psus, "one number for each primary sampling unit");
        let mut sum = 0.0;
        let mut first = 0;
        for (place, stratum) in self.strata.iter().enumerate() {
            let units = first..first + stratum.psus;
            first = units.end;
            let (left, right) = (&left[units.clone()], &right[units]);
            let mean =
                |z: &[f64]| if self.centred_at_zero(place) { 0.0 } else { z.iter().sum::<f64>() / z.len() as f64 };
            let means = (mean(left), mean(right));
            let products = left.iter().zip(right).map(|(l, r)| (l - means.0) * (r - means.1));
            sum += self.scale(place) * products.sum::<f64>();
        }
        sum * self.average_factor(0..self.strata.len()).unwrap_or(f64::NAN)
    }
}

/// Mean and sum of squared deviations of a growing number of values, added without cancellation (Chan, Golub & LeVeque
/// 1983, *Algorithms for computing the sample variance: analysis and recommendations*).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spread {
    pub count: f64,
    pub mean: f64,
    pub squares: f64,
}

impl Spread {
    pub fn of(values: &[f64]) -> Self {
        let count = values.len() as f64;
        if values.is_empty() {
            return Self::default();
        }
        let mean = sum_in_lanes(values, |z| z) / count;
        let squares = sum_in_lanes(values, |z| (z - mean) * (z - mean));
        Self { count, mean, squares }
    }

    pub fn zeros(count: usize) -> Self {
        Self { count: count as f64, ..Self::default() }
    }

    pub fn with(self, other: Self) -> Self {
        if self.count == 0.0 {
            return other;
        } else if other.count == 0.0 {
            return self;
        }
        let count = self.count + other.count;
        let apart = other.mean - self.mean;
        let mean = self.mean + apart * (other.count / count);
        let squares = self.squares + other.squares + apart * apart * (self.count * other.count / count);
        Self { count, mean, squares }
    }
}

/// A sum in a fixed order that lets the processor add several at once.
#[inline]
fn sum_in_lanes(values: &[f64], of: impl Fn(f64) -> f64) -> f64 {
    let mut lanes = [0.0; 8];
    let chunks = values.chunks_exact(8);
    let rest = chunks.remainder();
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, value)| *lane += of(*value));
    }
    lanes.iter_mut().zip(rest).for_each(|(lane, value)| *lane += of(*value));
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (b + f)) + ((c + g) + (d + h))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strata(sizes: &[usize]) -> Vec<Stratum> {
        let stratum = |(i, n): (usize, &usize)| Stratum { label: Label::Whole(i as i64), psus: *n, population: None };
        sizes.iter().enumerate().map(stratum).collect()
    }

    #[test]
    fn variance_by_hand() {
        // Stratum 0: z = 1, 3 → mean 2, squares 2, × 2/1 = 4. Stratum 1: 0, 3, 3 → mean 2, squares 6, × 3/2 = 9.
        let design = Design::new(strata(&[2, 3]), LonelyPsu::Fail);
        assert_eq!(design.variance(&[1.0, 3.0, 0.0, 3.0, 3.0]), 13.0);
        assert_eq!(design.degrees_of_freedom(), 3);
        // Half of stratum 0 is drawn, all of stratum 1.
        let mut strata = strata(&[2, 3]);
        strata[0].population = Some(4.0);
        strata[1].population = Some(3.0);
        assert_eq!(Design::new(strata, LonelyPsu::Fail).variance(&[1.0, 3.0, 0.0, 3.0, 3.0]), 2.0);
    }

    #[test]
    fn units_without_weight_give_no_degree_of_freedom() {
        let design = Design::new(strata(&[3, 2, 2]), LonelyPsu::Fail);
        assert_eq!(design.degrees_of_freedom(), 4);
        let weighs = [true, false, true, true, true, false, false];
        let weighed = design.clone().with_weighing(&weighs);
        // Four units of weight in two strata of weight.
        assert_eq!(weighed.degrees_of_freedom(), 2);
        let z = [1.0, 0.0, 2.0, 4.0, 1.0, 0.0, 0.0];
        assert_eq!(weighed.variance(&z), design.variance(&z));
    }

    #[test]
    fn a_lonely_unit_by_each_rule() {
        let z = [1.0, 3.0, 5.0];
        let design = |lonely| Design::new(strata(&[2, 1]), lonely);
        assert!(matches!(design(LonelyPsu::Fail).check(), Err(DesignError::Lonely(l)) if l == [Label::Whole(1)]));
        assert_eq!(design(LonelyPsu::Certainty).variance(&z), 4.0);
        assert_eq!(design(LonelyPsu::Adjust).variance(&z), 4.0 + 25.0);
        assert_eq!(design(LonelyPsu::Average).variance(&z), 8.0);
    }

    #[test]
    fn spreads_add_up() {
        let values = [1.5, 2.0, 9.0, 0.0, 0.0, 4.0];
        let whole = Spread::of(&values);
        let parts = Spread::of(&values[..2])
            .with(Spread::of(&values[2..3]))
            .with(Spread::of(&values[5..]))
            .with(Spread::zeros(2));
        assert!((whole.squares - parts.squares).abs() < 1e-12 && (whole.mean - parts.mean).abs() < 1e-15);
    }
}
