//! Two attackers. One is patient: it tries whole numbers, cutting what cannot be, and misses nothing. One is quick, for
//! large tables: it asks a linear programme.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vuon_publish::disclosure::{Cell, Release, Rule};

/// No count in these tests comes near.
const MOST: i64 = 100_000;

/// And no amount.
const MOST_AMOUNT: i64 = 1_000_000_000_000;

/// All that is public: cells, and sums over them.
#[derive(Default)]
pub struct Known {
    cells: Vec<Cell>,
    places: HashMap<Cell, usize>,
    bounds: Vec<(i64, i64)>,
    sums: Vec<Vec<(usize, i64)>>,
    /// What stands in sums and was never published: nobody asks for it.
    loose: BTreeSet<usize>,
}

impl Known {
    pub fn from(releases: &[&Release]) -> Self {
        let mut known = Known::default();
        for release in releases {
            for (cell, count) in &release.cells {
                let place = *known.places.entry(cell.clone()).or_insert(known.cells.len());
                if place == known.cells.len() {
                    known.cells.push(cell.clone());
                    let is_amount = release.amounts.contains_key(cell);
                    known.bounds.push(if is_amount { (0, MOST_AMOUNT) } else { (release.rule.least_hidden(), MOST) });
                }
                if let Some(count) = count {
                    known.bounds[place] = (*count, *count);
                }
            }
        }
        for (whole, parts) in releases.iter().flat_map(|release| &release.sums) {
            let terms = parts.iter().map(|part| (part, 1)).chain([(whole, -1)]);
            let terms = terms.map(|(cell, sign)| (known.named(cell), sign)).collect();
            known.sums.push(terms);
        }
        known
    }

    fn named(&mut self, cell: &Cell) -> usize {
        if let Some(place) = self.places.get(cell) {
            return *place;
        }
        let place = self.cells.len();
        self.places.insert(cell.clone(), place);
        self.cells.push(cell.clone());
        self.bounds.push((0, MOST));
        self.loose.insert(place);
        place
    }

    pub fn hidden(&self) -> Vec<usize> {
        let open = |cell: &usize| self.bounds[*cell].0 != self.bounds[*cell].1;
        (0..self.cells.len()).filter(|cell| open(cell) && !self.loose.contains(cell)).collect()
    }

    pub fn cell(&self, place: usize) -> &Cell {
        &self.cells[place]
    }

    /// Narrows bounds by the sums until nothing changes; whether anything is possible at all.
    fn narrow(&self, bounds: &mut [(i64, i64)]) -> bool {
        loop {
            let mut changed = false;
            for terms in &self.sums {
                let ends = |(cell, sign): &(usize, i64)| match sign {
                    1 => bounds[*cell],
                    _ => (-bounds[*cell].1, -bounds[*cell].0),
                };
                let (least, most) = terms.iter().map(ends).fold((0, 0), |sum, end| (sum.0 + end.0, sum.1 + end.1));
                if least > 0 || most < 0 {
                    return false;
                }
                for (cell, sign) in terms {
                    let (low, high) = bounds[*cell];
                    // The others sum up to between these; this term takes what is missing to zero.
                    let (own_low, own_high) = if *sign == 1 { (low, high) } else { (-high, -low) };
                    let (rest_low, rest_high) = (least - own_low, most - own_high);
                    let (new_low, new_high) = (own_low.max(-rest_high), own_high.min(-rest_low));
                    let new = if *sign == 1 { (new_low, new_high) } else { (-new_high, -new_low) };
                    if new.0 > new.1 {
                        return false;
                    }
                    if new != (low, high) {
                        bounds[*cell] = new;
                        changed = true;
                        break;
                    }
                }
            }
            if !changed {
                return true;
            }
        }
    }

    /// Whether some whole numbers satisfy everything within these bounds.
    fn possible(&self, mut bounds: Vec<(i64, i64)>) -> bool {
        if !self.narrow(&mut bounds) {
            return false;
        }
        let open = (0..bounds.len()).filter(|cell| bounds[*cell].0 < bounds[*cell].1);
        let Some(cell) = open.min_by_key(|cell| bounds[*cell].1 - bounds[*cell].0) else { return true };
        (bounds[cell].0..=bounds[cell].1).any(|count| {
            let mut tried = bounds.clone();
            tried[cell] = (count, count);
            self.possible(tried)
        })
    }

    /// The least and the greatest count that a cell can have: every whole number is tried.
    pub fn exactly(&self, cell: usize) -> (i64, i64) {
        let mut bounds = self.bounds.clone();
        assert!(self.narrow(&mut bounds), "what is published contradicts itself");
        let can = |count: &i64| {
            let mut tried = bounds.clone();
            tried[cell] = (*count, *count);
            self.possible(tried)
        };
        let range = bounds[cell].0..=bounds[cell].1;
        let least = range.clone().find(can).expect("some count is possible");
        let most = range.rev().find(can).expect("some count is possible");
        (least, most)
    }

    /// The least and greatest by a linear programme.
    pub fn about(&self, cell: usize) -> (f64, f64) {
        let end = |direction| {
            let mut problem = Problem::new(direction);
            let variables: Vec<_> = (0..self.cells.len())
                .map(|place| {
                    let (low, high) = self.bounds[place];
                    problem.add_var(if place == cell { 1.0 } else { 0.0 }, (low as f64, high as f64))
                })
                .collect();
            for terms in &self.sums {
                let terms: Vec<_> = terms.iter().map(|(cell, sign)| (variables[*cell], *sign as f64)).collect();
                problem.add_constraint(terms.as_slice(), ComparisonOp::Eq, 0.0);
            }
            match problem.solve() {
                Ok(SolveOutcome::Solution(solution)) => solution.objective(),
                other => panic!("no answer: {other:?}"),
            }
        };
        (end(OptimizationDirection::Minimize), end(OptimizationDirection::Maximize))
    }
}

/// The patient attacker finds nothing.
pub fn withstands(releases: &[&Release], rule: &Rule) {
    let known = Known::from(releases);
    for cell in known.hidden() {
        let (least, most) = known.exactly(cell);
        assert!(most - least >= rule.width, "{} is between {least} and {most}", known.cell(cell));
    }
}

/// Every published count is the true one, and no small count is published.
pub fn is_true(release: &Release, truth: &BTreeMap<Cell, i64>, rule: &Rule) {
    for (cell, count) in &release.cells {
        if let Some(count) = count {
            assert_eq!(truth[cell], *count, "{cell}");
            assert!(!rule.hides(*count), "{cell} is {count}");
        }
    }
}
