//! Which further cells are hidden, so that those that must be cannot be computed.
//!
//! For each hidden cell in turn the cheapest *move* is looked for: whole numbers added to and taken from cells, under which
//! every sum still holds and the cell changes by the width. Every cell that moves is hidden, an amount and the count of
//! those who share it together. The table as it is and the
//! table after the move are then both possible to whoever sees what is published: that is the proof, and hiding more later
//! does not undo it. Moves are looked for near the cell first, and over the whole system last.

use super::solve::{Linear, OPEN, OPEN_AMOUNT};
use super::{AMOUNT_PERCENT, Bounds, Rule, System};
use std::collections::BTreeSet;

/// Through how many sums a move may go.
const REACHES: [usize; 4] = [2, 3, 5, usize::MAX];

/// How much dearer it is to hide a margin than a cell that is only a part.
const MARGIN: f64 = 20.0;

/// What is hidden, by place.
#[derive(Clone, Debug, Default)]
pub struct Protected {
    /// Hidden because the rule says so.
    pub primary: BTreeSet<usize>,
    /// All that is hidden.
    pub hidden: BTreeSet<usize>,
}

/// Hides what the rule demands, what is in `also`, and what protects these. Cells in `public` are known to everybody and
/// stay so; so do totals that are part of nothing, unless they are small. All counts of the system are known.
///
/// # Errors
/// The place of a cell that cannot be protected.
pub fn protect(
    system: &System,
    rule: &Rule,
    public: &BTreeSet<usize>,
    also: &BTreeSet<usize>,
) -> Result<Protected, usize> {
    let counts: Vec<i64> = system.counts().iter().map(|count| count.unwrap_or_default()).collect();
    let known = |cell: &usize| system.counts()[*cell].is_some() && !system.is_untold(*cell);
    let is_count = |cell: &usize| known(cell) && system.counted(*cell).is_none();
    let mut primary: BTreeSet<usize> = (0..counts.len()).filter(|c| is_count(c) && rule.hides(counts[*c])).collect();
    primary.extend(also);
    let together: Vec<usize> = primary.iter().flat_map(|cell| system.together(*cell)).collect();
    primary.extend(together);
    if let Some(known) = primary.intersection(public).next() {
        return Err(*known);
    }
    let is_part: BTreeSet<usize> = system.equations().iter().flat_map(|equation| equation.parts.clone()).collect();
    let is_whole: BTreeSet<usize> = system.equations().iter().map(|equation| equation.whole).collect();
    let least = rule.least_hidden();
    let movable: Vec<bool> = (0..counts.len())
        .map(|cell| {
            let total = is_whole.contains(&cell) && !is_part.contains(&cell);
            let is_public = public.contains(&cell) || system.together(cell).any(|other| public.contains(&other));
            // That nobody shares an amount tells that there is none.
            let is_there = match system.counted(cell) {
                Some(counted) => counts[counted] >= least,
                None => system.is_untold(cell) || counts[cell] >= least,
            };
            !is_public && is_there && (!total || primary.contains(&cell) || system.is_untold(cell))
        })
        .collect();
    let mut search = Search { system, rule, counts, is_whole, movable, hidden: primary.clone(), moved: Vec::new() };
    search.moved = vec![(0, 0); search.counts.len()];
    // Hiding adds cells that must be protected too, until none is left.
    while let Some(cell) = search.unprotected() {
        if !search.protect(cell) {
            return Err(cell);
        }
    }
    Ok(Protected { primary, hidden: search.hidden })
}

struct Search<'a> {
    system: &'a System,
    rule: &'a Rule,
    counts: Vec<i64>,
    is_whole: BTreeSet<usize>,
    movable: Vec<bool>,
    hidden: BTreeSet<usize>,
    /// How far down and up each cell was moved.
    moved: Vec<(i64, i64)>,
}

impl Search<'_> {
    fn unprotected(&self) -> Option<usize> {
        self.hidden.iter().copied().find(|cell| {
            let (count, (down, up)) = (self.counts[*cell], self.moved[*cell]);
            let bounds = Bounds { least: count + down, greatest: count + up };
            !self.rule.is_wide(&bounds, self.system.counted(*cell).is_some())
        })
    }

    /// The steps up and down that each protect a cell.
    fn steps(&self, cell: usize) -> [i64; 2] {
        let amount = self.counts[cell];
        match self.system.counted(cell) {
            None => [self.rule.width, -self.rule.width],
            Some(_) => {
                let of = |whole: i64| amount.saturating_mul(AMOUNT_PERCENT).div_euclid(whole) + 1;
                [of(100 - AMOUNT_PERCENT), -of(100)]
            }
        }
    }

    /// The least that a cell may be.
    fn least(&self, cell: usize) -> i64 {
        let is_count = self.system.counted(cell).is_none() && !self.system.is_untold(cell);
        if is_count { self.rule.least_hidden() } else { 0 }
    }

    fn hide(&mut self, cell: usize) {
        if !self.system.is_untold(cell) {
            self.hidden.insert(cell);
            self.hidden.extend(self.system.together(cell));
        }
    }

    fn protect(&mut self, cell: usize) -> bool {
        let mut before = 0;
        for reach in REACHES {
            let near = self.near(cell, reach);
            if near.len() == before {
                continue;
            }
            before = near.len();
            for step in self.steps(cell) {
                if let Some(moves) = self.cheapest(cell, step, &near) {
                    for (cell, step) in moves {
                        self.hide(cell);
                        let moved = &mut self.moved[cell];
                        *moved = (moved.0.min(step), moved.1.max(step));
                    }
                    return true;
                }
            }
        }
        false
    }

    /// The cells that may move, as far as so many sums away.
    fn near(&self, cell: usize, reach: usize) -> Vec<usize> {
        let mut near = BTreeSet::from([cell]);
        let mut edge = vec![cell];
        for _ in 0..reach {
            let mut next = Vec::new();
            for (other, _) in edge.iter().flat_map(|cell| self.system.equations_of(*cell)).flat_map(|e| e.terms()) {
                if self.movable[other] && near.insert(other) {
                    next.push(other);
                }
            }
            if next.is_empty() {
                break;
            }
            edge = next;
        }
        near.into_iter().collect()
    }

    /// The move that hides the least: each cell that moves and how far.
    fn cheapest(&self, cell: usize, step: i64, near: &[usize]) -> Option<Vec<(usize, i64)>> {
        let room = self.counts[cell] - self.least(cell);
        if -step > room {
            return None;
        }
        let mut programme = Linear::default();
        // Each cell's variable for going up; the one for going down follows it.
        let mut up = vec![None; self.counts.len()];
        for &other in near {
            let cost = self.cost(other);
            let (most_up, most_down) = match (other == cell, step > 0) {
                (false, _) if self.system.counted(other).is_some() => (OPEN_AMOUNT, self.counts[other]),
                (false, _) => (OPEN, self.counts[other] - self.least(other)),
                (true, true) => (step, 0),
                (true, false) => (0, -step),
            };
            let least = |most: i64| if other == cell { most } else { 0 };
            up[other] = Some(programme.variable((least(most_up), most_up), cost));
            programme.variable((least(most_down), most_down), cost);
        }
        let mut equations: Vec<_> = near.iter().flat_map(|cell| self.system.equations_of(*cell)).collect();
        equations.sort_unstable();
        equations.dedup();
        for equation in equations {
            let terms = equation.terms().filter_map(|(cell, sign)| up[cell].map(|up| [(up, sign), (up + 1, -sign)]));
            programme.sums.push((terms.flatten().collect(), 0));
        }
        let values = programme.least()?;
        let moves = near.iter().filter_map(|cell| up[*cell].map(|up| (*cell, values[up] - values[up + 1])));
        Some(moves.filter(|(_, step)| *step != 0).collect())
    }

    fn cost(&self, cell: usize) -> f64 {
        if self.hidden.contains(&cell) || self.system.is_untold(cell) {
            return 0.01;
        }
        let size = 1.0 + (1.0 + self.counts[cell] as f64).ln();
        if self.is_whole.contains(&cell) { size * MARGIN } else { size }
    }
}
