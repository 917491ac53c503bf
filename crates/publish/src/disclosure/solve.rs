//! Linear programmes in whole numbers: in, bounds, sums and costs; out, whole numbers that were checked exactly.
//!
//! The solver works in floating point and is not trusted: what it gives is rounded and put into the sums and bounds. Tables
//! with one tree and one list of categories are networks, whose corners are whole; where a corner is not, whole numbers are
//! asked for.

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
        self.solve(false).or_else(|| self.solve(true))
    }

    fn solve(&self, whole: bool) -> Option<Vec<i64>> {
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let variables: Vec<_> = self
            .bounds
            .iter()
            .zip(&self.costs)
            .map(|(&(least, most), &cost)| match whole {
                false => problem.add_var(cost, (least as f64, most as f64)),
                true => problem.add_integer_var(cost, (least as i32, most as i32)),
            })
            .collect();
        for (terms, sum) in &self.sums {
            let terms: Vec<_> = terms.iter().map(|(variable, sign)| (variables[*variable], *sign as f64)).collect();
            problem.add_constraint(terms.as_slice(), ComparisonOp::Eq, *sum as f64);
        }
        let mut options = SolveOptions::default();
        options.node_limit = whole.then_some(BRANCHES);
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
