//! Linear programmes in whole numbers: in, bounds, sums and costs; out, whole numbers that were checked exactly.
//!
//! The solver works in floating point and is not trusted: what it gives is rounded and put into the sums and bounds. Tables
//! with one tree and one list of categories are networks, whose corners are whole; where a corner is not, whole numbers are
//! asked for. The solver takes these up to 32 bits alone: of amounts they are not asked for, and an amount whose corner is
//! not whole counts as not protected.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, SolveOutcome};

/// More than any count: an open bound.
pub const OPEN: i64 = 1_000_000_000;

/// More than any amount that is hidden, in đồng, and few enough digits for the solver to be exact.
pub const OPEN_AMOUNT: i64 = 100_000_000_000_000;

/// How many branches a search for whole numbers may take before the cell counts as not protected.
const BRANCHES: u64 = 400;

/// A linear programme to make least.
#[derive(Clone, Debug, Default)]
pub struct Linear {
    /// The least and greatest value of each variable.
    pub bounds: Vec<(i64, i64)>,
    /// What one of each costs.
    pub costs: Vec<f64>,
    /// Terms and what they add up to.
    pub sums: Vec<(Vec<(usize, i64)>, i64)>,
}

impl Linear {
    /// A new variable.
    pub fn variable(&mut self, bounds: (i64, i64), cost: f64) -> usize {
        self.bounds.push(bounds);
        self.costs.push(cost);
        self.bounds.len() - 1
    }

    /// Whole numbers that make the cost least, as far as was found; none when none were found. What is given satisfies
    /// every sum and bound exactly.
    pub fn least(&self) -> Option<Vec<i64>> {
        self.solve(None).or_else(|| self.solve(Some(&self.small_bounds()?)))
    }

    /// The bounds as the solver takes those of whole numbers; nothing where one is too large.
    fn small_bounds(&self) -> Option<Vec<(i32, i32)>> {
        let small = |&(least, most): &(i64, i64)| Some((i32::try_from(least).ok()?, i32::try_from(most).ok()?));
        self.bounds.iter().map(small).collect()
    }

    /// In whole numbers within `whole`, or in any within the bounds.
    fn solve(&self, whole: Option<&[(i32, i32)]>) -> Option<Vec<i64>> {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let variables: Vec<_> = match whole {
            Some(whole) => {
                whole.iter().zip(&self.costs).map(|(bounds, cost)| problem.add_integer_var(*cost, *bounds)).collect()
            }
            None => {
                let any = self.bounds.iter().map(|(least, most)| (*least as f64, *most as f64));
                any.zip(&self.costs).map(|(bounds, cost)| problem.add_var(*cost, bounds)).collect()
            }
        };
        for (terms, sum) in &self.sums {
            let terms: Vec<_> = terms.iter().map(|(variable, sign)| (variables[*variable], *sign as f64)).collect();
            problem.add_constraint(terms.as_slice(), ComparisonOp::Eq, *sum as f64);
        }
        let mut options = SolveOptions::default();
        options.node_limit = whole.map(|_| BRANCHES);
        let SolveOutcome::Solution(solution) = problem.solve_with(options).ok()? else { return None };
        let values: Vec<i64> = variables.iter().map(|variable| solution.var_value(*variable).round() as i64).collect();
        self.holds(&values).then_some(values)
    }

    fn holds(&self, values: &[i64]) -> bool {
        let within = values.iter().zip(&self.bounds).all(|(value, (least, most))| (least..=most).contains(&value));
        let sum = |terms: &[(usize, i64)]| terms.iter().map(|(variable, sign)| sign * values[*variable]).sum::<i64>();
        within && self.sums.iter().all(|(terms, told)| sum(terms) == *told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_asked_for_within_the_bounds_that_were_given_or_not_at_all() {
        let bounded = |bounds: &[(i64, i64)]| Linear { bounds: bounds.to_vec(), ..Linear::default() };
        assert_eq!(bounded(&[(1, OPEN), (-5, 5)]).small_bounds(), Some(vec![(1, 1_000_000_000), (-5, 5)]));
        for large in [OPEN_AMOUNT, 3_000_000_000] {
            assert_eq!(bounded(&[(0, 10), (0, large)]).small_bounds(), None, "{large}");
        }
    }
}
