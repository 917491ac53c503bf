//! What an attacker finds out about hidden cells, from the published ones and the sums alone.

use super::solve::{Linear, OPEN, OPEN_AMOUNT};
use super::{Rule, System};
use std::collections::{BTreeMap, BTreeSet};

/// Counts that are possible for a hidden cell. Both were found as part of whole tables that agree with all that is
/// published; the truly least and greatest may lie further out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// The least found.
    pub least: i64,
    /// The greatest found.
    pub greatest: i64,
}

impl Bounds {
    /// How far apart they are.
    pub fn width(&self) -> i64 {
        self.greatest - self.least
    }

    fn take(&mut self, count: i64) {
        self.least = self.least.min(count);
        self.greatest = self.greatest.max(count);
    }
}

/// Looks at each cell whose count is hidden in a system: by place, the counts that stay possible, or nothing where no
/// possible table was found at all. A cell is left alone as soon as its counts are as far apart as the rule asks.
pub fn audit(known: &System, rule: &Rule) -> BTreeMap<usize, Option<Bounds>> {
    audit_beside(known, rule, &(0..known.cells().len()).collect())
}

/// The same of those cells alone that sums tie to some others: what is published of these tells nothing of the rest.
pub(super) fn audit_beside(known: &System, rule: &Rule, others: &BTreeSet<usize>) -> BTreeMap<usize, Option<Bounds>> {
    let mut found: BTreeMap<usize, Option<Bounds>> = BTreeMap::new();
    let is_tied = |cell: &usize| {
        let mut terms = known.equations_of(*cell).flat_map(|equation| equation.terms());
        others.contains(cell) || terms.any(|(other, _)| others.contains(&other))
    };
    for part in parts(known).into_iter().filter(|part| part.iter().any(is_tied)) {
        audit_part(known, rule, &part, &mut found);
    }
    found.retain(|cell, _| !known.is_loose(*cell));
    found
}

fn audit_part(known: &System, rule: &Rule, part: &[usize], found: &mut BTreeMap<usize, Option<Bounds>>) {
    let mut programme = Linear::default();
    let mut variables: BTreeMap<usize, usize> = BTreeMap::new();
    for cell in part {
        let bounds = match known.counted(*cell) {
            Some(_) => (0, OPEN_AMOUNT),
            None if known.is_loose(*cell) => (0, OPEN),
            None => (rule.least_hidden(), OPEN),
        };
        variables.insert(*cell, programme.variable(bounds, 0.0));
        found.insert(*cell, None);
    }
    let mut equations: Vec<_> = part.iter().flat_map(|cell| known.equations_of(*cell)).collect();
    equations.sort_unstable();
    equations.dedup();
    for equation in equations {
        let mut sum = 0;
        let mut terms = Vec::new();
        for (cell, sign) in equation.terms() {
            match known.counts()[cell] {
                Some(count) => sum -= sign * count,
                None => terms.push((variables[&cell], sign)),
            }
        }
        programme.sums.push((terms, sum));
    }
    for cell in part.iter().filter(|cell| !known.is_loose(**cell)) {
        let variable = variables[cell];
        for direction in [1.0, -1.0] {
            if found[cell].is_some_and(|bounds| rule.is_wide(&bounds, known.counted(*cell).is_some())) {
                continue;
            }
            programme.costs[variable] = direction;
            let witness = programme.least();
            programme.costs[variable] = 0.0;
            let Some(witness) = witness else { continue };
            // A witness tells of all cells of its part.
            for (cell, variable) in &variables {
                let count = witness[*variable];
                let bounds = found.entry(*cell).or_default();
                bounds.get_or_insert(Bounds { least: count, greatest: count }).take(count);
            }
        }
    }
}

/// The unknown cells, parted so that no sum ties two parts.
fn parts(known: &System) -> Vec<Vec<usize>> {
    let unknown = |cell: &usize| known.counts()[*cell].is_none();
    let mut seen = vec![false; known.cells().len()];
    let mut parts = Vec::new();
    for start in (0..seen.len()).filter(unknown) {
        if std::mem::replace(&mut seen[start], true) {
            continue;
        }
        let mut part = vec![start];
        let mut next = 0;
        while let Some(cell) = part.get(next).copied() {
            next += 1;
            for (other, _) in known.equations_of(cell).flat_map(|equation| equation.terms()) {
                if unknown(&other) && !std::mem::replace(&mut seen[other], true) {
                    part.push(other);
                }
            }
        }
        parts.push(part);
    }
    parts
}
