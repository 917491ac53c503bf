//! Capital allocated in the open: points by a published formula, exact sums, every line explained, and a file that
//! anyone can compute again.
//!
//! In: a formula of a pack, an amount, the figures of the units. Out: a [`Computation`]: what each unit gets, to the
//! đồng, and why. The sums are exact: shares are fractions of whole numbers, and the last đồng go to the largest
//! remainders (Hamilton's method), ties to the greater score and then to the smaller id.
//!
//! What is missing is refused and named: a coefficient that the law's text was not found for, a figure of a unit.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::support::{Criterion, Formula, Points};

/// A unit and its figures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Unit {
    /// Its id, `list:code` for an area.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The figure of each criterion, by its id: `37`, `12.5`, `1/3`.
    pub figures: BTreeMap<String, String>,
    /// The share of its budget that are transfers, where the formula asks for a counterpart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfers: Option<String>,
    /// What it carries over from the year before, in đồng.
    #[serde(default)]
    pub carried: i64,
}

/// What an allocation refuses.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AllocationError {
    /// The law's text was not found for these coefficients.
    #[error("the formula `{formula}` has no coefficient for: {}; write them in a pack that extends it, each with its source", criteria.join(", "))]
    MissingCoefficients {
        /// The formula.
        formula: String,
        /// The criteria.
        criteria: Vec<String>,
    },
    /// Figures are missing or cannot be read.
    #[error("figures are missing or cannot be read: {}", rows.join("; "))]
    MissingFigures {
        /// `unit: criterion`.
        rows: Vec<String>,
    },
    /// There is nothing to give, nobody to give it to, or no point anywhere.
    #[error("{0}")]
    Nothing(Lack),
    /// A unit has two rows of figures.
    #[error("the unit {unit} has two rows of figures")]
    TwiceTheSame {
        /// The unit.
        unit: String,
    },
    /// The units together cannot take the whole pool.
    #[error("the ceiling is so low that the units together cannot take the whole pool")]
    CeilingTooLow,
    /// A number is beyond what can be computed exactly.
    #[error("a number is too great to be computed exactly")]
    TooGreat,
}

/// What there is none of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Lack {
    /// Money.
    #[error("there is no amount to allocate: write it in đồng, above 0")]
    Amount,
    /// Units.
    #[error("there is no unit to allocate to")]
    Units,
    /// Points.
    #[error("no unit has a point, so nothing can be shared in proportion")]
    Points,
}

impl AllocationError {
    /// The error in a language.
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::En, error) => error.to_string(),
            (Language::Vi, Self::MissingCoefficients { formula, criteria }) => format!(
                "công thức `{formula}` chưa có hệ số của: {}; hãy ghi trong một bộ quy định mở rộng nó, mỗi hệ số kèm căn cứ",
                criteria.join(", ")
            ),
            (Language::Vi, Self::MissingFigures { rows }) => {
                format!("thiếu số liệu hoặc số liệu không đọc được: {}", rows.join("; "))
            }
            (Language::Vi, Self::Nothing(Lack::Amount)) => "chưa có số tiền: hãy ghi số đồng lớn hơn 0".into(),
            (Language::Vi, Self::Nothing(Lack::Units)) => "không có đơn vị nào để phân bổ".into(),
            (Language::Vi, Self::Nothing(Lack::Points)) => {
                "không đơn vị nào có điểm, nên không thể chia theo điểm".into()
            }
            (Language::Vi, Self::TwiceTheSame { unit }) => format!("đơn vị {unit} có hai dòng số liệu"),
            (Language::Vi, Self::CeilingTooLow) => {
                "mức tối đa thấp đến nỗi các đơn vị cộng lại không nhận hết số vốn".into()
            }
            (Language::Vi, Self::TooGreat) => "một con số quá lớn, không thể tính chính xác".into(),
        }
    }
}

/// What a unit gets, and why.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Line {
    /// The unit.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Its points by criterion, times the coefficient.
    pub points: Vec<PointsLine>,
    /// The sum of its points, as an exact fraction.
    pub score: String,
    /// What it gets, in đồng.
    pub amount: i64,
    /// Whether a bound of the formula set the amount.
    pub bound: Bound,
    /// What it adds of its own, in đồng.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counterpart: Option<i64>,
    /// What it carried over, in đồng, besides the amount.
    pub carried: i64,
}

/// The points of one criterion.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PointsLine {
    /// The criterion.
    pub criterion: String,
    /// The figure.
    pub figure: String,
    /// Its points.
    pub points: String,
    /// The coefficient.
    pub coefficient: String,
    /// Their product.
    pub weighted: String,
}

/// Whether a bound set an amount.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// In proportion to the points.
    None,
    /// The least that each unit gets.
    Floor,
    /// The most that one unit gets.
    Ceiling,
}

/// A whole allocation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Computation {
    /// What was to be given, in đồng.
    pub amount: i64,
    /// What the level above keeps of it.
    pub kept: i64,
    /// What is allocated: the amount without what is kept.
    pub pool: i64,
    /// One line a unit, in the order of their ids.
    pub lines: Vec<Line>,
    /// The sum of the points of the units that no bound holds.
    pub free_score: String,
    /// What these units share, in đồng.
    pub free_pool: i64,
}

/// Allocates an amount, in đồng, among units.
///
/// # Errors
/// Whatever is missing, named; nothing is guessed.
pub fn allocate(formula: &Formula, amount: i64, units: &[Unit]) -> Result<Computation, AllocationError> {
    if amount <= 0 {
        return Err(AllocationError::Nothing(Lack::Amount));
    }
    if units.is_empty() {
        return Err(AllocationError::Nothing(Lack::Units));
    }
    let coefficients = coefficients(formula)?;
    let mut units: Vec<&Unit> = units.iter().collect();
    units.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(pair) = units.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return Err(AllocationError::TwiceTheSame { unit: pair[0].id.clone() });
    }
    let figures = figures(formula, &units)?;

    let kept = formula.kept.map_or(Ok(0), |share| part(amount, share))?;
    let pool = amount - kept;
    let mut lines = Vec::with_capacity(units.len());
    let mut scores = Vec::with_capacity(units.len());
    for (unit, figures) in units.iter().zip(&figures) {
        let mut points = Vec::with_capacity(formula.criteria.len());
        let mut score = Exact::whole(0);
        for ((criterion, figure), coefficient) in formula.criteria.iter().zip(figures).zip(&coefficients) {
            let own = points_of(criterion, *figure).ok_or(AllocationError::TooGreat)?;
            let weighted = own.times(*coefficient).ok_or(AllocationError::TooGreat)?;
            score = score.plus(weighted).ok_or(AllocationError::TooGreat)?;
            points.push(PointsLine {
                criterion: criterion.id.value.clone(),
                figure: figure.to_string(),
                points: own.to_string(),
                coefficient: coefficient.to_string(),
                weighted: weighted.to_string(),
            });
        }
        scores.push(score);
        lines.push(Line {
            unit: unit.id.clone(),
            name: unit.name.clone(),
            points,
            score: score.to_string(),
            amount: 0,
            bound: Bound::None,
            counterpart: None,
            carried: unit.carried,
        });
    }

    let shared = share_out(formula, pool, &scores)?;
    for (line, (amount, bound)) in lines.iter_mut().zip(&shared.amounts) {
        line.amount = *amount;
        line.bound = *bound;
    }
    for (line, unit) in lines.iter_mut().zip(&units) {
        line.counterpart = counterpart(formula, unit, line.amount)?;
    }
    Ok(Computation {
        amount,
        kept,
        pool,
        lines,
        free_score: shared.free_score.to_string(),
        free_pool: shared.free_pool,
    })
}

/// The coefficient of each criterion.
///
/// # Errors
/// [`AllocationError::MissingCoefficients`], naming all that the law's text was not found for.
pub fn coefficients(formula: &Formula) -> Result<Vec<Exact>, AllocationError> {
    let missing: Vec<String> =
        formula.criteria.iter().filter(|c| c.coefficient.is_none()).map(|c| c.id.value.clone()).collect();
    if missing.is_empty() {
        return Ok(formula.criteria.iter().filter_map(|c| c.coefficient).collect());
    }
    Err(AllocationError::MissingCoefficients { formula: formula.id.value.clone(), criteria: missing })
}

/// The figure of each criterion of each unit.
fn figures(formula: &Formula, units: &[&Unit]) -> Result<Vec<Vec<Exact>>, AllocationError> {
    let mut missing = Vec::new();
    let mut all = Vec::with_capacity(units.len());
    for unit in units {
        let mut own = Vec::with_capacity(formula.criteria.len());
        for criterion in &formula.criteria {
            let id = &criterion.id.value;
            let figure = unit.figures.get(id).and_then(|text| Exact::parse(text)).filter(|f| *f >= Exact::whole(0));
            match figure {
                Some(figure) => own.push(figure),
                None => missing.push(format!("{} ({}): {id}", unit.name, unit.id)),
            }
        }
        all.push(own);
    }
    if missing.is_empty() { Ok(all) } else { Err(AllocationError::MissingFigures { rows: missing }) }
}

/// The points of a figure; nothing beyond exact numbers.
fn points_of(criterion: &Criterion, figure: Exact) -> Option<Exact> {
    match &criterion.points {
        Points::Steps(steps) => {
            Some(steps.iter().rev().find(|(from, _)| figure >= *from).map_or(Exact::whole(0), |(_, points)| *points))
        }
        Points::Per { each, points, most } => {
            let own = figure.over(*each)?.times(*points)?;
            Some(most.map_or(own, |most| own.min(most)))
        }
    }
}

/// A share of a whole amount, rounded down.
fn part(amount: i64, share: Exact) -> Result<i64, AllocationError> {
    let whole = i128::from(amount) * i128::from(share.numerator());
    i64::try_from(whole.div_euclid(i128::from(share.denominator()))).map_err(|_| AllocationError::TooGreat)
}

fn without(share: Exact) -> Result<Exact, AllocationError> {
    Exact::whole(1).minus(share).ok_or(AllocationError::TooGreat)
}

fn counterpart(formula: &Formula, unit: &Unit, amount: i64) -> Result<Option<i64>, AllocationError> {
    if formula.counterpart.is_empty() {
        return Ok(None);
    }
    let missing = || AllocationError::MissingFigures { rows: vec![format!("{} ({}): transfers", unit.name, unit.id)] };
    let transfers = unit.transfers.as_deref().and_then(Exact::parse).ok_or_else(missing)?;
    let row =
        formula.counterpart.iter().filter(|row| transfers >= row.transfers_from).max_by_key(|row| row.transfers_from);
    row.map(|row| part(amount, row.share)).transpose()
}

struct Shared {
    amounts: Vec<(i64, Bound)>,
    free_score: Exact,
    free_pool: i64,
}

/// Shares a pool in proportion to scores within the bounds of the formula.
///
/// Units that would fall outside of a bound get the bound, and the others share what is left in proportion; this is
/// repeated until nobody falls outside. Of two kinds of bounds the one that is missed by more in all goes first, so that
/// the result does not depend on the order of the units.
fn share_out(formula: &Formula, pool: i64, scores: &[Exact]) -> Result<Shared, AllocationError> {
    let count = i64::try_from(scores.len()).map_err(|_| AllocationError::TooGreat)?;
    let floor = formula.floor.map_or(Ok(0), |share| part(pool / count, share))?;
    // Rounded up to the đồng, so that units at a ceiling of 1/n can take the whole.
    let ceiling = formula.ceiling.map_or(Ok(pool), |share| Ok(pool - part(pool, without(share)?)?))?;
    if i128::from(ceiling) * i128::from(count) < i128::from(pool) {
        return Err(AllocationError::CeilingTooLow);
    }
    // Scores as whole numbers of one unit, so that comparing needs no fraction.
    let scale = scores.iter().try_fold(1_i64, |scale, score| least_common(scale, score.denominator()));
    let scale = scale.ok_or(AllocationError::TooGreat)?;
    let whole: Vec<i128> = scores
        .iter()
        .map(|score| score.in_units_of(scale).map(i128::from).ok_or(AllocationError::TooGreat))
        .collect::<Result<_, _>>()?;
    let mut amounts: Vec<Option<(i64, Bound)>> = vec![None; scores.len()];
    loop {
        let free: Vec<usize> = (0..scores.len()).filter(|i| amounts[*i].is_none()).collect();
        let held: i64 = amounts.iter().flatten().map(|(amount, _)| amount).sum();
        let left = pool - held;
        let total: i128 = free.iter().map(|i| whole[*i]).sum();
        if free.is_empty() || total == 0 {
            return finish_without_points(amounts, &free, left, scores);
        }
        // A proportional share compared with a bound, without dividing.
        let share = |i: usize| i128::from(left) * whole[i];
        let below: Vec<usize> = free.iter().copied().filter(|i| share(*i) < i128::from(floor) * total).collect();
        let above: Vec<usize> = free.iter().copied().filter(|i| share(*i) > i128::from(ceiling) * total).collect();
        let lacking: i128 = below.iter().map(|i| i128::from(floor) * total - share(*i)).sum();
        let surplus: i128 = above.iter().map(|i| share(*i) - i128::from(ceiling) * total).sum();
        let (outside, bound) = match (below.is_empty(), above.is_empty()) {
            (true, true) => break by_largest_remainder(amounts, &free, left, &whole, total, scale),
            _ if lacking >= surplus && !below.is_empty() => (below, (floor, Bound::Floor)),
            _ => (above, (ceiling, Bound::Ceiling)),
        };
        for i in outside {
            amounts[i] = Some(bound);
        }
    }
}

/// Nobody without a bound has a point: what is left must be nothing.
fn finish_without_points(
    amounts: Vec<Option<(i64, Bound)>>,
    free: &[usize],
    left: i64,
    scores: &[Exact],
) -> Result<Shared, AllocationError> {
    if left != 0 || (free.len() == scores.len()) {
        return Err(AllocationError::Nothing(Lack::Points));
    }
    // Whoever has neither a bound nor a point gets nothing.
    let amounts = amounts.into_iter().map(|amount| amount.unwrap_or((0, Bound::None))).collect();
    Ok(Shared { amounts, free_score: Exact::whole(0), free_pool: 0 })
}

fn by_largest_remainder(
    mut amounts: Vec<Option<(i64, Bound)>>,
    free: &[usize],
    left: i64,
    whole: &[i128],
    total: i128,
    scale: i64,
) -> Result<Shared, AllocationError> {
    let mut remainders: Vec<(i128, i128, usize)> = Vec::with_capacity(free.len());
    let mut given = 0_i64;
    for &i in free {
        let exact = i128::from(left) * whole[i];
        // A part of `left`, which is an i64.
        let amount = (exact / total) as i64;
        given += amount;
        amounts[i] = Some((amount, Bound::None));
        remainders.push((exact % total, whole[i], i));
    }
    remainders.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
    // Fewer đồng are left than there are units.
    for (_, _, i) in remainders.into_iter().take(usize::try_from(left - given).unwrap_or(0)) {
        if let Some((amount, _)) = &mut amounts[i] {
            *amount += 1;
        }
    }
    let free_score = i64::try_from(total).ok().and_then(|total| Exact::new(total, scale));
    let free_score = free_score.ok_or(AllocationError::TooGreat)?;
    // Everybody has an amount by now.
    let amounts = amounts.into_iter().flatten().collect();
    Ok(Shared { amounts, free_score, free_pool: left })
}

fn least_common(a: i64, b: i64) -> Option<i64> {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a / x).checked_mul(b)
}
