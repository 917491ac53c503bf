//! Answers as columns of zeros and ones, and the sums of their products.

use super::item::Item;
use nalgebra::{DMatrix, DVector};

/// The columns that the items have in one region. Column 0 is the constant.
pub(super) struct Columns {
    /// For each item and level its column; `None` for the reference.
    pub of: Vec<Vec<Option<usize>>>,
    /// For each item the level each of its levels is counted with; itself where it is not rare.
    pub counted_with: Vec<Vec<usize>>,
    /// How many columns there are, the constant among them.
    pub count: usize,
}

impl Columns {
    /// The columns for these households: levels with fewer than `least` of them are joined with others. `outcome` and
    /// `weight` have an entry for every household of the survey.
    pub fn new(items: &[Item], rows: &[usize], outcome: &[f64], weight: &[f64], least: usize) -> Self {
        let (mut of, mut all, mut count) = (Vec::new(), Vec::new(), 1);
        for item in items {
            let mut levels = vec![LevelSums::default(); item.levels.len()];
            rows.iter().for_each(|row| levels[item.answers[*row]].add(outcome[*row], weight[*row]));
            let counted_with = if item.ordered {
                join_neighbours(&levels.iter().map(|l| l.count).collect::<Vec<_>>(), least)
            } else {
                join_nearest(&levels, item.base, least)
            };
            let reference = counted_with[item.base];
            let mut columns = vec![None; levels.len()];
            for level in 0..levels.len() {
                if counted_with[level] == level && level != reference {
                    columns[level] = Some(count);
                    count += 1;
                }
            }
            of.push(counted_with.iter().map(|level| columns[*level]).collect());
            all.push(counted_with);
        }
        Self { of, counted_with: all, count }
    }

    /// The columns of one item, in the order of its levels.
    pub fn of_item(&self, item: usize) -> Vec<usize> {
        let mut columns: Vec<usize> = self.of[item].iter().flatten().copied().collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

/// The households of one level.
#[derive(Clone, Copy, Default)]
struct LevelSums {
    count: usize,
    weight: f64,
    outcome: f64,
}

impl LevelSums {
    fn add(&mut self, outcome: f64, weight: f64) {
        self.count += 1;
        self.weight += weight;
        self.outcome += weight * outcome;
    }

    fn mean(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.outcome / self.weight)
    }
}

/// For each level the level it is counted with: a rare one with the common level whose households are, on average, most
/// alike in outcome; one that nobody gave with the base, or where that is rare, with the most common. The first of equals.
fn join_nearest(levels: &[LevelSums], base: usize, least: usize) -> Vec<usize> {
    let most = (0..levels.len()).rev().max_by_key(|l| levels[*l].count).unwrap_or(base);
    let common: Vec<usize> = (0..levels.len()).filter(|l| levels[*l].count >= least && levels[*l].count > 0).collect();
    if common.is_empty() {
        return vec![most; levels.len()];
    }
    let usual = if common.contains(&base) { base } else { most };
    let nearest = |mean: f64| {
        let far = |level: usize| levels[level].mean().map_or(f64::INFINITY, |other| (other - mean).abs());
        common.iter().copied().min_by(|a, b| far(*a).total_cmp(&far(*b))).unwrap_or(usual)
    };
    let with = |level: usize| match levels[level].mean() {
        _ if common.contains(&level) => level,
        Some(mean) => nearest(mean),
        None => usual,
    };
    (0..levels.len()).map(with).collect()
}

/// The rarest run of levels joins the rarer of its neighbours (the lower of equals), until none is rare or one is left.
/// A run is named by its most common level.
fn join_neighbours(counts: &[usize], least: usize) -> Vec<usize> {
    let mut runs: Vec<(usize, Vec<usize>)> = counts.iter().enumerate().map(|(l, n)| (*n, vec![l])).collect();
    while runs.len() > 1 {
        let Some(rarest) = (0..runs.len()).filter(|r| runs[*r].0 < least).min_by_key(|r| (runs[*r].0, *r)) else {
            break;
        };
        let lower = rarest.checked_sub(1);
        let upper = Some(rarest + 1).filter(|r| *r < runs.len());
        let Some(other) = [lower, upper].into_iter().flatten().min_by_key(|r| (runs[*r].0, *r)) else { break };
        let (first, second) = (rarest.min(other), rarest.max(other));
        let (n, levels) = runs.remove(second);
        runs[first].0 += n;
        runs[first].1.extend(levels);
    }
    let mut with = vec![0; counts.len()];
    for (_, levels) in runs {
        let name = levels.iter().copied().rev().max_by_key(|l| counts[*l]).unwrap_or(levels[0]);
        levels.into_iter().for_each(|l| with[l] = name);
    }
    with
}

/// Weighted sums of products over some households: X′WX, X′Wy, y′Wy.
#[derive(Clone)]
pub(super) struct Moments {
    pub xx: DMatrix<f64>,
    pub xy: DVector<f64>,
    pub yy: f64,
}

impl Moments {
    /// Nothing yet, for so many columns.
    pub fn zeros(columns: usize) -> Self {
        Self { xx: DMatrix::zeros(columns, columns), xy: DVector::zeros(columns), yy: 0.0 }
    }

    /// Adds a household whose columns `active` are 1, in rising order, and the others 0.
    pub fn add(&mut self, active: &[usize], outcome: f64, weight: f64) {
        for (place, a) in active.iter().enumerate() {
            self.xy[*a] += weight * outcome;
            // The upper half only.
            for b in &active[place..] {
                self.xx[(*a, *b)] += weight;
            }
        }
        self.yy += weight * outcome * outcome;
    }

    /// Adds the sums of other households.
    pub fn plus(&mut self, other: &Self) {
        self.xx += &other.xx;
        self.xy += &other.xy;
        self.yy += other.yy;
    }

    /// Σ w over products of two columns.
    pub fn product(&self, a: usize, b: usize) -> f64 {
        self.xx[(a.min(b), a.max(b))]
    }

    /// The weighted squared error of a prediction: y′Wy − 2 β′X′Wy + β′X′WX β, never below zero.
    pub fn squared_error(&self, columns: &[usize], coefficients: &[f64]) -> f64 {
        let mut error = self.yy;
        for (i, (a, beta)) in columns.iter().zip(coefficients).enumerate() {
            let mut row = self.product(*a, *a) * beta;
            for (b, other) in columns[..i].iter().zip(coefficients) {
                row += 2.0 * self.product(*a, *b) * other;
            }
            error += beta * (row - 2.0 * self.xy[*a]);
        }
        error.max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Levels of so many households with such a mean.
    fn levels(of: &[(usize, f64)]) -> Vec<LevelSums> {
        of.iter()
            .map(|(count, mean)| LevelSums { count: *count, weight: *count as f64, outcome: *count as f64 * mean })
            .collect()
    }

    #[test]
    fn a_rare_level_counts_with_the_one_most_alike() {
        // A seldom answer of the poor has the points of the poorer answer, not of the commonest.
        assert_eq!(join_nearest(&levels(&[(90, 2.0), (3, 0.4), (40, 0.5)]), 0, 30), [0, 2, 2]);
        assert_eq!(join_nearest(&levels(&[(5, 1.9), (40, 0.5), (60, 2.0)]), 0, 30), [2, 1, 2]);
        // Halfway between two, the first.
        assert_eq!(join_nearest(&levels(&[(40, 0.0), (3, 1.0), (40, 2.0)]), 2, 30), [0, 0, 2]);
    }

    #[test]
    fn a_level_that_nobody_gave_counts_with_the_base() {
        assert_eq!(join_nearest(&levels(&[(40, 0.0), (0, 0.0), (50, 2.0)]), 0, 30), [0, 0, 2]);
        // The base itself is rare: the most common.
        assert_eq!(join_nearest(&levels(&[(0, 0.0), (40, 1.0), (50, 2.0)]), 0, 30), [2, 1, 2]);
        // Nothing is common: one level is left.
        assert_eq!(join_nearest(&levels(&[(5, 1.0), (3, 0.0)]), 1, 30), [0, 0]);
    }

    #[test]
    fn a_rare_band_counts_with_its_neighbour() {
        assert_eq!(join_neighbours(&[50, 3, 40], 30), [0, 2, 2]);
        assert_eq!(join_neighbours(&[50, 40, 3], 30), [0, 1, 1]);
        assert_eq!(join_neighbours(&[2, 40, 50], 30), [1, 1, 2]);
        // Rare bands join each other first, and that is enough.
        assert_eq!(join_neighbours(&[50, 20, 15, 40], 30), [0, 1, 1, 3]);
        assert_eq!(join_neighbours(&[1, 1, 1], 30), [0, 0, 0]);
    }

    #[test]
    fn columns_are_numbered_without_references() {
        let item =
            |levels: usize, answers: Vec<usize>| Item::new("x", (0..levels).map(|l| l.to_string()).collect(), answers);
        let items = [item(2, vec![0, 1, 0, 1]), item(3, vec![0, 1, 2, 2])];
        let columns = Columns::new(&items, &[0, 1, 2, 3], &[0.0; 4], &[1.0; 4], 1);
        assert_eq!(columns.of, [vec![None, Some(1)], vec![None, Some(2), Some(3)]]);
        assert_eq!((columns.count, columns.of_item(1)), (4, vec![2, 3]));
    }

    #[test]
    fn the_error_from_moments_is_that_of_the_rows() {
        let rows = [(vec![0], 1.0, 2.0), (vec![0, 1], 3.0, 1.0), (vec![0, 1, 2], -1.0, 0.5)];
        let mut moments = Moments::zeros(3);
        rows.iter().for_each(|(active, y, w)| moments.add(active, *y, *w));
        let beta = [0.5, 1.5, -2.0];
        let direct: f64 =
            rows.iter().map(|(active, y, w)| w * (y - active.iter().map(|c| beta[*c]).sum::<f64>()).powi(2)).sum();
        assert!((moments.squared_error(&[0, 1, 2], &beta) - direct).abs() < 1e-14);
    }
}
