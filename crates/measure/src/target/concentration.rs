//! Who gets how much: benefits cumulated from the poorest.

use super::error::{Column, TargetError, not_negative, same_length, share};
use super::ranking::Ranking;
use super::ratio;
use vuon_policy::exact::Exact;

/// A point of a concentration curve.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CurvePoint {
    /// Share of the population, from the poorest.
    pub population: f64,
    /// Its share of the benefits.
    pub benefits: f64,
}

/// Share of benefits against share of the population ranked from the poorest (Kakwani 1977). Equal units are one straight
/// piece of the curve: which of them comes first does not matter.
#[derive(Clone, PartialEq, Debug)]
pub struct ConcentrationCurve {
    /// From (0, 0) to (1, 1), population rising.
    pub points: Vec<CurvePoint>,
}

impl ConcentrationCurve {
    /// The curve of `benefit` over the ranking (by welfare). `benefit` is what a unit receives **for each unit of its
    /// weight**: per person where weights count persons, per household where they count households. `None` where nobody
    /// has weight or nothing is given.
    ///
    /// # Errors
    /// `benefit` has another length than the ranking, is not finite or below zero.
    pub fn new(ranking: &Ranking, benefit: &[f64]) -> Result<Option<Self>, TargetError> {
        same_length(Column::Benefit, benefit.len(), ranking.units())?;
        not_negative(Column::Benefit, benefit)?;
        let mut sums = vec![(0.0, 0.0)];
        let (mut population, mut benefits) = (0.0, 0.0);
        for (_, units) in ranking.ties() {
            let weight = ranking.weight_of(units);
            if weight == 0.0 {
                continue;
            }
            population += weight;
            benefits += units.iter().map(|u| ranking.weights()[*u] * benefit[*u]).sum::<f64>();
            sums.push((population, benefits));
        }
        if population == 0.0 || benefits == 0.0 {
            return Ok(None);
        }
        let points = sums.into_iter().map(|(p, b)| CurvePoint { population: p / population, benefits: b / benefits });
        Ok(Some(Self { points: points.collect() }))
    }

    /// The share of benefits that the poorest share `q` (0 to 1) of the population receives; within a run of equal units
    /// in proportion.
    pub fn at(&self, q: f64) -> f64 {
        let after = self.points.partition_point(|p| p.population < q);
        match (after.checked_sub(1).map(|before| self.points[before]), self.points.get(after)) {
            (Some(a), Some(b)) => {
                a.benefits + (b.benefits - a.benefits) * (q - a.population) / (b.population - a.population)
            }
            (None, Some(first)) => first.benefits,
            (_, None) => 1.0,
        }
    }

    /// The concentration coefficient by the trapezoid rule, 1 − Σ (F_k − F_(k−1)) (C_k + C_(k−1)) (Kakwani 1977): from −1 (all to the poorest) over 0 (all receive alike) to 1 (all to the richest).
    /// Of welfare itself it is the Gini coefficient.
    pub fn coefficient(&self) -> f64 {
        let pieces =
            self.points.windows(2).map(|w| (w[1].population - w[0].population) * (w[1].benefits + w[0].benefits));
        1.0 - pieces.sum::<f64>()
    }
}

/// The concentration coefficient of `benefit` over the ranking; see [`ConcentrationCurve`].
///
/// # Errors
/// As [`ConcentrationCurve::new`].
pub fn concentration_coefficient(ranking: &Ranking, benefit: &[f64]) -> Result<Option<f64>, TargetError> {
    Ok(ConcentrationCurve::new(ranking, benefit)?.map(|curve| curve.coefficient()))
}

/// The performance measure of Coady, Grosh & Hoddinott (2004): the share of benefits that goes to the poorest
/// `q` of the population, divided by `q`. 1 is what a uniform benefit gives; 1.25 means that the poor get a quarter more
/// than that. `None` for `q` = 0, where nobody has weight, or nothing is given.
///
/// # Errors
/// As [`ConcentrationCurve::new`], and a `q` outside 0 to 1.
pub fn cgh_ratio(ranking: &Ranking, benefit: &[f64], q: Exact) -> Result<Option<f64>, TargetError> {
    share(q)?;
    let q = q.numerator() as f64 / q.denominator() as f64;
    Ok(ConcentrationCurve::new(ranking, benefit)?.and_then(|curve| ratio(curve.at(q), q)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(welfare: &[f64], weight: &[f64], benefit: &[f64]) -> Option<ConcentrationCurve> {
        ConcentrationCurve::new(&Ranking::new(welfare, weight).unwrap(), benefit).unwrap()
    }

    #[test]
    fn the_worked_example() {
        // Four persons receive 3, 1, 0, 0: the curve is 0, ¾, 1, 1, 1.
        let curve = curve(&[1.0, 2.0, 3.0, 4.0], &[1.0; 4], &[3.0, 1.0, 0.0, 0.0]).unwrap();
        assert_eq!(curve.at(0.25), 0.75);
        assert_eq!(curve.at(0.375), 0.875);
        assert_eq!((curve.at(0.0), curve.at(1.0)), (0.0, 1.0));
        // 1 − ¼ (¾ + 7/4 + 2 + 2) = −0.625
        assert_eq!(curve.coefficient(), -0.625);
    }

    #[test]
    fn which_of_two_equal_units_receives_does_not_matter() {
        let one = curve(&[1.0, 1.0, 2.0], &[1.0; 3], &[5.0, 0.0, 1.0]);
        let other = curve(&[1.0, 1.0, 2.0], &[1.0; 3], &[0.0, 5.0, 1.0]);
        assert_eq!(one, other);
        // Half of the tied pair is a third of the population with half of its 5/6.
        assert!((one.unwrap().at(1.0 / 3.0) - 5.0 / 12.0).abs() < 1e-15);
    }

    #[test]
    fn of_welfare_itself_it_is_the_gini_coefficient() {
        // Incomes 1, 3: Gini = 1/4.
        let (welfare, weight) = ([1.0, 3.0], [1.0, 1.0]);
        assert_eq!(curve(&welfare, &weight, &welfare).unwrap().coefficient(), 0.25);
    }

    #[test]
    fn the_ratio_of_a_uniform_benefit_is_one() {
        let (welfare, weight) = ([4.0, 2.0, 3.0, 1.0], [1.0, 2.0, 3.0, 2.0]);
        let ranking = Ranking::new(&welfare, &weight).unwrap();
        let fifth = Exact::new(2, 5).unwrap();
        assert!((cgh_ratio(&ranking, &[7.0; 4], fifth).unwrap().unwrap() - 1.0).abs() < 1e-15);
        assert_eq!(cgh_ratio(&ranking, &[7.0; 4], Exact::whole(0)).unwrap(), None);
        assert_eq!(cgh_ratio(&ranking, &[0.0; 4], fifth).unwrap(), None);
        // All to the poorest quarter (2 of 8): 1 / (2/5).
        assert_eq!(cgh_ratio(&ranking, &[0.0, 0.0, 0.0, 1.0], fifth).unwrap(), Some(2.5));
        assert!(cgh_ratio(&ranking, &[1.0; 4], Exact::whole(2)).is_err());
    }
}
