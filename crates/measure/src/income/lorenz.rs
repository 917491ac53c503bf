//! Who has how much: Lorenz and concentration curves, and shares read off them.
//!
//! A curve is straight between distinct incomes: people of one income are one piece of it, and the poorest 20 % contain
//! as much of the person on the border as it takes (Lorenz 1905, *Methods of measuring the concentration of wealth*,
//! Publications of the American Statistical Association 9; with weights as Langel & Tillé 2011, *Statistical inference for
//! the quintile share ratio*, Journal of Statistical Planning and Inference 141). Programs that take whole persons, those
//! with no more than the quantile, give a slightly larger share.

use super::domain::Domain;
use super::error::IncomeError;
use super::linearised::Linearised;
use super::names::{Column, Measure};
use super::quantile::{between_0_and_1, quantile_at};
use super::sum::Sum;
use vuon_policy::exact::Exact;

/// A point of a curve.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CurvePoint {
    /// Share of the people, from the poorest.
    pub people: f64,
    /// Their share of the amount.
    pub amount: f64,
}

/// Shares of an amount against shares of the people, ranked by income from the poorest.
#[derive(Clone, PartialEq, Debug)]
pub struct Curve {
    /// From (0, 0) to (1, 1): one point after each distinct income.
    pub points: Vec<CurvePoint>,
}

impl Curve {
    /// The amount's share of the poorest `people` (0 to 1), straight between points.
    pub fn at(&self, people: f64) -> f64 {
        let after = self.points.partition_point(|point| point.people < people);
        match (after.checked_sub(1).map(|before| self.points[before]), self.points.get(after)) {
            (Some(a), Some(b)) => a.amount + (b.amount - a.amount) * (people - a.people) / (b.people - a.people),
            (None, _) => 0.0,
            (_, None) => 1.0,
        }
    }

    /// 1 less twice the area under the curve, by the trapezoid rule: 1 − Σ (F_k − F_(k−1))(L_k + L_(k−1)). Of the Lorenz
    /// curve it is the Gini coefficient, of a concentration curve the concentration index.
    pub fn index(&self) -> f64 {
        let pieces = self.points.windows(2).map(|w| (w[1].people - w[0].people) * (w[1].amount + w[0].amount));
        1.0 - pieces.collect::<Sum>().value()
    }
}

/// The Lorenz curve of income: convex, and below the diagonal.
///
/// # Errors
/// The mean income is not above zero: [`IncomeError::NothingToShare`].
pub fn lorenz_curve(domain: &Domain) -> Result<Curve, IncomeError> {
    curve(domain, Measure::LorenzCurve, Column::Income, domain.incomes())
}

/// The concentration curve of an amount (for each person; one entry for each row of the table) over people ranked by the
/// income of the domain: Kakwani (1977), *Applications of Lorenz curves in economic analysis*, Econometrica 45.
///
/// # Errors
/// An amount that is not a number, and amounts that add up to zero or less.
pub fn concentration_curve(domain: &Domain, amount: &[f64]) -> Result<Curve, IncomeError> {
    let amount = domain.column(Column::Amount, amount)?;
    curve(domain, Measure::ConcentrationCurve, Column::Amount, &amount)
}

fn curve(domain: &Domain, measure: Measure, of: Column, amount: &[f64]) -> Result<Curve, IncomeError> {
    let weights = domain.weights();
    let (mut people, mut cumulated) = (Sum::default(), Sum::default());
    let mut sums = vec![(0.0, 0.0)];
    for tie in domain.ties() {
        for place in tie {
            people.add(weights[place]);
            cumulated.add(weights[place] * amount[place]);
        }
        sums.push((people.value(), cumulated.value()));
    }
    let (size, total) = (people.value(), cumulated.value());
    if total <= 0.0 {
        return Err(IncomeError::NothingToShare { measure, of, total });
    }
    let points: Vec<CurvePoint> =
        sums.into_iter().map(|(people, amount)| CurvePoint { people: people / size, amount: amount / total }).collect();
    let finite = points.iter().all(|point| point.people.is_finite() && point.amount.is_finite());
    if finite { Ok(Curve { points }) } else { Err(IncomeError::OutOfRange(measure)) }
}

/// The share of all income that the poorest `p` of the people have, the ordinate of the Lorenz curve:
///
/// L(p) = (1/Y) [Σ_{y<Q} w y + (pN − Σ_{y<Q} w) Q] with Q the quantile of p and Y = Σ w y, and
/// u = ((y − Q) 1(y < Q) + p Q − L y)/Y
///
/// (Kovačević & Binder 1997, *Variance estimation for measures of income inequality and polarization*, Journal of Official
/// Statistics 13). No density: the effects of the quantile cancel.
///
/// # Errors
/// A `p` that is not between 0 and 1; a mean income that is not above zero.
pub fn share_of_poorest(domain: &Domain, p: Exact) -> Result<Linearised, IncomeError> {
    const MEASURE: Measure = Measure::IncomeShare;
    let p = between_0_and_1(p)?;
    domain.something_to_share(MEASURE)?;
    let (incomes, total) = (domain.incomes(), domain.total());
    let border = quantile_at(domain, p);
    let below = |place: usize| if incomes[place] < border { incomes[place] - border } else { 0.0 };
    // Σ_{y<Q} w (y − Q) + pNQ, over Y.
    let share = (domain.sum(below) + p * domain.size() * border) / total;
    domain.linearised(MEASURE, share, |place| (below(place) + p * border - share * incomes[place]) / total)
}

/// The share of all income that the richest `p` of the people have: 1 − L(1 − p).
///
/// # Errors
/// As [`share_of_poorest`].
pub fn share_of_richest(domain: &Domain, p: Exact) -> Result<Linearised, IncomeError> {
    let rest = Exact::new(p.denominator() - p.numerator(), p.denominator()).ok_or(IncomeError::Share(p))?;
    let others = share_of_poorest(domain, rest).map_err(|error| match error {
        IncomeError::Share(_) => IncomeError::Share(p),
        error => error,
    })?;
    Linearised::function(1.0 - others.value, &[(-1.0, &others)])
}

/// The income of the richest `top` of the people over that of the poorest `bottom`: (1 − L(1 − top))/L(bottom), a ratio of
/// smooth functions of totals.
///
/// # Errors
/// The poorest have nothing: [`IncomeError::ZeroDenominator`]. Else as [`share_of_poorest`].
pub fn share_ratio(domain: &Domain, top: Exact, bottom: Exact) -> Result<Linearised, IncomeError> {
    let (rich, poor) = (share_of_richest(domain, top)?, share_of_poorest(domain, bottom)?);
    rich.over(&poor)?.ok_or(IncomeError::ZeroDenominator(Measure::ShareRatio))
}

/// The Palma ratio: the income of the richest 10 % over that of the poorest 40 % (Palma 2011, *Homogeneous middles vs.
/// heterogeneous tails*, Development and Change 42; Cobham & Sumner 2013, Center for Global Development working paper 343).
///
/// # Errors
/// As [`share_ratio`].
pub fn palma_ratio(domain: &Domain) -> Result<Linearised, IncomeError> {
    share_ratio(domain, fraction(1, 10), fraction(2, 5))
}

/// The quintile share ratio S80/S20: the income of the richest 20 % over that of the poorest 20 % (Langel & Tillé 2011).
///
/// # Errors
/// As [`share_ratio`].
pub fn quintile_share_ratio(domain: &Domain) -> Result<Linearised, IncomeError> {
    share_ratio(domain, fraction(1, 5), fraction(1, 5))
}

fn fraction(numerator: i64, denominator: i64) -> Exact {
    Exact::new(numerator, denominator).expect("a constant with a denominator above zero")
}
