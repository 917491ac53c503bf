//! Inequality in one number.

use super::domain::Domain;
use super::error::IncomeError;
use super::linearised::Linearised;
use super::names::{Column, Measure, Parameter};
use super::sum::Sum;

/// The Gini coefficient: half the mean difference of two incomes over the mean income,
///
/// G = Σ_i Σ_j wᵢwⱼ |yᵢ − yⱼ| / (2NY),
///
/// computed as Σ_k W_k (N − W_k)(y_(k+1) − y_k)/(NY) over the distinct incomes, W_k being the weight of those up to the
/// k-th: no term is negative, and equal incomes give exactly 0. Its derivative by a weight is
///
/// uᵢ = Σ_j wⱼ |yᵢ − yⱼ| / (NY) − G/N − G yᵢ/Y
///
/// (Deville 1999; Langel & Tillé 2013, *Variance estimation of the Gini index: revisiting a result several times
/// published*, Journal of the Royal Statistical Society A 176, whose formulas are these where no two incomes are equal).
/// R's `convey` and others count a person as not above himself, which adds about 1/N.
///
/// # Errors
/// The mean income is not above zero.
pub fn gini(domain: &Domain) -> Result<Linearised, IncomeError> {
    const MEASURE: Measure = Measure::Gini;
    domain.something_to_share(MEASURE)?;
    let (incomes, weights, size) = (domain.incomes(), domain.weights(), domain.size());
    let mut up_to = Sum::default();
    let mut spread = Sum::default();
    let mut ties = domain.ties().peekable();
    while let Some(tie) = ties.next() {
        let step = ties.peek().map_or(0.0, |next| incomes[next.start] - incomes[tie.start]);
        tie.for_each(|place| up_to.add(weights[place]));
        let share = up_to.value() / size;
        spread.add(share * (1.0 - share) * step);
    }
    let value = spread.value() * size / domain.total();
    rank_linearised(domain, MEASURE, value, incomes, domain.total())
}

/// The concentration index of an amount (for each person; one entry for each row of the table) over people ranked by the
/// income of the domain,
///
/// C = Σ_i Σ_j wᵢwⱼ (hᵢ − hⱼ) sign(yᵢ − yⱼ) / (2NH) with H = Σ w h,
///
/// which is the convenient regression's 2 cov(h, rank)/h̄ with the middle rank for equal incomes (Kakwani, Wagstaff & van
/// Doorslaer 1997, *Socioeconomic inequalities in health*, Journal of Econometrics 77). −1: the poorest have all, 0: no
/// relation, 1: the richest have all. Its derivative by a weight is
///
/// uᵢ = Σ_j wⱼ (hᵢ − hⱼ) sign(yᵢ − yⱼ) / (NH) − C/N − C hᵢ/H.
///
/// # Errors
/// An amount that is not a number, and amounts that add up to zero or less.
pub fn concentration_index(domain: &Domain, amount: &[f64]) -> Result<Linearised, IncomeError> {
    const MEASURE: Measure = Measure::ConcentrationIndex;
    let amount = domain.column(Column::Amount, amount)?;
    let total = domain.sum(|place| amount[place]);
    if total <= 0.0 {
        return Err(IncomeError::NothingToShare { measure: MEASURE, of: Column::Amount, total });
    }
    let size = domain.size();
    let (weights, mut lead) = (domain.weights(), Sum::default());
    let mut below = Sum::default();
    for tie in domain.ties() {
        let before = below.value();
        tie.clone().for_each(|place| below.add(weights[place]));
        // Those below less those above.
        let net = before - (size - below.value());
        tie.for_each(|place| lead.add(weights[place] * amount[place] * net));
    }
    rank_linearised(domain, MEASURE, lead.value() / (size * total), &amount, total)
}

/// u of the concentration index C of h: [h (B − A) + (H_A − H_B)]/(NH) − C/N − C h/H, where B and A are the weights of
/// those strictly below and above in income, and H_B and H_A their sums of h.
fn rank_linearised(
    domain: &Domain,
    measure: Measure,
    value: f64,
    amount: &[f64],
    total: f64,
) -> Result<Linearised, IncomeError> {
    let (size, weights) = (domain.size(), domain.weights());
    let mut lead = vec![0.0; domain.rows()];
    let (mut people, mut sum) = (Sum::default(), Sum::default());
    for tie in domain.ties() {
        let (people_below, sum_below) = (people.value(), sum.value());
        for place in tie.clone() {
            people.add(weights[place]);
            sum.add(weights[place] * amount[place]);
        }
        let net_people = people_below - (size - people.value());
        let net_sum = (total - sum.value()) - sum_below;
        tie.for_each(|place| lead[place] = amount[place] * net_people + net_sum);
    }
    domain
        .linearised(measure, value, |place| lead[place] / (size * total) - value / size - value * amount[place] / total)
}

/// Generalized entropy: Shorrocks (1980), *The class of additively decomposable inequality measures*, Econometrica 48. With
/// r = y/ȳ,
///
/// GE(α) = (Σ w r^α/N − 1)/(α(α − 1));
/// GE(0) = −Σ w ln r/N, the mean logarithmic deviation;
/// GE(1) = Σ w r ln r/N, the index of Theil (1967, *Economics and Information Theory*);
/// GE(2) is half the squared coefficient of variation.
///
/// u is the derivative, with means M of what is averaged: for α other than 0 and 1,
/// u = [r^α − M − αM(r − 1)]/(Nα(α − 1)); GE(0): [(r − 1) − (ln r − M)]/N; GE(1): [(r ln r − M) − (M + 1)(r − 1)]/N
/// (Biewen & Jenkins 2006, *Variance estimation for generalized entropy and Atkinson inequality indices: the complex survey
/// data case*, Oxford Bulletin of Economics and Statistics 68, there with totals).
///
/// # Errors
/// Incomes that the index is not defined for (see the [module](super)), a mean income that is not above zero, and an α
/// that is not a number.
pub fn generalized_entropy(domain: &Domain, alpha: f64) -> Result<Linearised, IncomeError> {
    let measure = match alpha {
        0.0 => Measure::MeanLogDeviation,
        1.0 => Measure::Theil,
        2.0 => Measure::Entropy,
        _ if alpha.is_finite() => Measure::Entropy,
        value => return Err(IncomeError::Parameter { parameter: Parameter::EntropyAlpha, value }),
    };
    domain.something_to_share(measure)?;
    if alpha != 2.0 {
        domain.not_too_low(measure, alpha > 0.0)?;
    }
    let relative = relative_incomes(domain);
    let (size, r) = (domain.size(), &relative);
    let mean = |f: &dyn Fn(f64) -> f64| domain.sum(|place| f(r[place])) / size;
    match alpha {
        0.0 => {
            let m = mean(&f64::ln);
            domain.linearised(measure, -m, |i| ((r[i] - 1.0) - (r[i].ln() - m)) / size)
        }
        1.0 => {
            let m = mean(&r_ln_r);
            domain.linearised(measure, m, |i| ((r_ln_r(r[i]) - m) - (m + 1.0) * (r[i] - 1.0)) / size)
        }
        _ => {
            let power = |r: f64| if alpha == 2.0 { r * r } else { r.powf(alpha) };
            let (m, scale) = (mean(&power), alpha * (alpha - 1.0));
            let u = |i: usize| (power(r[i]) - m - alpha * m * (r[i] - 1.0)) / (size * scale);
            domain.linearised(measure, (m - 1.0) / scale, u)
        }
    }
}

/// The index of Atkinson (1970), *On the measurement of inequality*, Journal of Economic Theory 2: the share of income that
/// could be given up for the same welfare if all had the same. With r = y/ȳ and aversion ε > 0,
///
/// A(ε) = 1 − M^(1/(1−ε)) with M = Σ w r^(1−ε)/N; A(1) = 1 − exp(M) with M = Σ w ln r/N.
///
/// u = −M^(ε/(1−ε)) [r^(1−ε) − M − (1 − ε)M(r − 1)]/(N(1 − ε)); for ε = 1: −exp(M) [(ln r − M) − (r − 1)]/N (Biewen &
/// Jenkins 2006, there with totals).
///
/// # Errors
/// Incomes that the index is not defined for (see the [module](super)), a mean income that is not above zero, and an ε
/// that is not above zero.
pub fn atkinson(domain: &Domain, epsilon: f64) -> Result<Linearised, IncomeError> {
    const MEASURE: Measure = Measure::Atkinson;
    if !(epsilon > 0.0 && epsilon.is_finite()) {
        return Err(IncomeError::Parameter { parameter: Parameter::Epsilon, value: epsilon });
    }
    domain.something_to_share(MEASURE)?;
    domain.not_too_low(MEASURE, epsilon < 1.0)?;
    let relative = relative_incomes(domain);
    let (size, r) = (domain.size(), &relative);
    if epsilon == 1.0 {
        let m = domain.sum(|i| r[i].ln()) / size;
        return domain.linearised(MEASURE, -m.exp_m1(), |i| -m.exp() * ((r[i].ln() - m) - (r[i] - 1.0)) / size);
    }
    let power = 1.0 - epsilon;
    let m = domain.sum(|i| r[i].powf(power)) / size;
    let slope = m.powf(epsilon / power) / (power * size);
    let u = |i: usize| -slope * (r[i].powf(power) - m - power * m * (r[i] - 1.0));
    domain.linearised(MEASURE, 1.0 - m.powf(1.0 / power), u)
}

/// y/ȳ.
fn relative_incomes(domain: &Domain) -> Vec<f64> {
    let mean = domain.total() / domain.size();
    domain.incomes().iter().map(|y| y / mean).collect()
}

/// r ln r, which goes to 0 with r.
fn r_ln_r(r: f64) -> f64 {
    if r == 0.0 { 0.0 } else { r * r.ln() }
}
