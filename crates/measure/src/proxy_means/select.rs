//! Which items the form has: one at a time, by the error in cross-validation.

use super::design::Moments;
use super::least_squares::Factor;

/// How items are chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selection {
    /// The form has all items.
    All,
    /// From none, the item that helps most comes in, as long as it helps enough.
    Forward {
        /// At most so many items.
        most: Option<usize>,
    },
    /// From all, the item that helps least goes out, as long as it helps too little.
    Backward {
        /// At most so many items, whatever the others help.
        most: Option<usize>,
    },
}

/// What a step of selection did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// Where selection began.
    Start,
    /// The item came in.
    Added(usize),
    /// The item went out.
    Removed(usize),
}

/// A step of selection.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Step {
    /// What it did.
    pub change: Change,
    /// How many items the form has after it.
    pub items: usize,
    /// R² in cross-validation after it, over all regions: what held-out folds show. Items were chosen by it, so it is
    /// kinder than the report out of sample.
    pub r2: f64,
}

/// The sums of a region that trials need.
pub(super) struct Region {
    /// For each item its columns.
    pub columns: Vec<Vec<usize>>,
    /// For each fold the sums of its households …
    pub held_out: Vec<Moments>,
    /// … and of all others.
    pub trained: Vec<Moments>,
}

impl Region {
    /// From the sums of each fold.
    pub fn new(columns: Vec<Vec<usize>>, held_out: Vec<Moments>) -> Self {
        // Sums of the others are added, not taken from a total: what none of them has is then exactly zero.
        let trained = (0..held_out.len()).map(|fold| {
            let mut sum = Moments::zeros(held_out[fold].xy.len());
            held_out.iter().enumerate().filter(|(f, _)| *f != fold).for_each(|(_, m)| sum.plus(m));
            sum
        });
        let trained = trained.collect();
        Self { columns, held_out, trained }
    }
}

/// Models with some items, one for each region and fold.
#[derive(Clone)]
struct Trial<'r> {
    factors: Vec<Vec<Factor<'r>>>,
}

impl<'r> Trial<'r> {
    fn with_items(regions: &'r [Region], items: &[usize]) -> Self {
        let factors = regions.iter().map(|region| region.trained.iter().map(Factor::new).collect()).collect();
        let mut trial = Self { factors };
        items.iter().for_each(|item| trial.add(regions, *item));
        trial
    }

    fn add(&mut self, regions: &[Region], item: usize) {
        for (region, factors) in regions.iter().zip(&mut self.factors) {
            for factor in factors {
                region.columns[item].iter().for_each(|column| factor.push(*column));
            }
        }
    }

    /// The weighted squared error on held-out folds, over all regions.
    fn error(&self, regions: &[Region]) -> f64 {
        let mut error = 0.0;
        for (region, factors) in regions.iter().zip(&self.factors) {
            for (factor, held_out) in factors.iter().zip(&region.held_out) {
                error += held_out.squared_error(factor.columns(), &factor.coefficients());
            }
        }
        error
    }
}

/// Chooses items. `always` tells which of them the form has in any case; `variance` is Σ w (y − ȳ)² over all households;
/// an item must gain `least_gain` of it. Gives the items in their own order, and the steps.
pub(super) fn select(
    regions: &[Region],
    always: &[bool],
    variance: f64,
    selection: Selection,
    least_gain: f64,
) -> (Vec<usize>, Vec<Step>) {
    let r2 = |trial: &Trial| 1.0 - trial.error(regions) / variance;
    let all: Vec<usize> = (0..always.len()).collect();
    let mut chosen: Vec<usize> = match selection {
        Selection::Forward { .. } => all.iter().copied().filter(|item| always[*item]).collect(),
        Selection::All | Selection::Backward { .. } => all.clone(),
    };
    let mut trial = Trial::with_items(regions, &chosen);
    let mut now = r2(&trial);
    let mut steps = vec![Step { change: Change::Start, items: chosen.len(), r2: now }];
    match selection {
        Selection::All => {}
        Selection::Forward { most } => {
            while most.is_none_or(|most| chosen.len() < most) {
                let mut best: Option<(usize, f64, Trial)> = None;
                for item in all.iter().copied().filter(|item| !chosen.contains(item)) {
                    let mut with = trial.clone();
                    with.add(regions, item);
                    let gained = r2(&with);
                    if best.as_ref().is_none_or(|(_, b, _)| gained > *b) {
                        best = Some((item, gained, with));
                    }
                }
                let Some((item, gained, with)) = best.filter(|(_, gained, _)| gained - now >= least_gain) else {
                    break;
                };
                chosen.push(item);
                (now, trial) = (gained, with);
                steps.push(Step { change: Change::Added(item), items: chosen.len(), r2: now });
            }
        }
        Selection::Backward { most } => loop {
            let mut best: Option<(usize, f64)> = None;
            for item in chosen.iter().copied().filter(|item| !always[*item]) {
                let rest: Vec<usize> = chosen.iter().copied().filter(|other| *other != item).collect();
                let left = r2(&Trial::with_items(regions, &rest));
                if best.is_none_or(|(_, b)| left > b) {
                    best = Some((item, left));
                }
            }
            let too_many = most.is_some_and(|most| chosen.len() > most);
            let Some((item, left)) = best.filter(|(_, left)| too_many || now - left < least_gain) else { break };
            chosen.retain(|other| *other != item);
            now = left;
            steps.push(Step { change: Change::Removed(item), items: chosen.len(), r2: now });
        },
    }
    chosen.sort_unstable();
    (chosen, steps)
}
