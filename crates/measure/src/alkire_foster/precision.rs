//! Standard errors of every line of a domain in one pass over its cells.
//!
//! The totals of up to [`BLOCK`] sampling units of a stratum are laid side by side, so that each estimate's linearised
//! value z is computed for all of them by a few vector operations, and spread around their mean is added up block by
//! block without cancellation. Units without anybody in the domain are zeros, added at the end of their stratum.

use super::formula::{Formula, Layout};
use super::totals::Profiles;
use crate::cube::Cube;
use crate::design::{Design, Spread};

/// Sampling units whose totals are looked at together: a block of totals stays in the second-level cache.
const BLOCK: usize = 64;

pub(crate) struct Precision<'a> {
    cube: &'a Cube,
    design: &'a Design,
    profiles: &'a Profiles,
    formulas: &'a [Formula],
    /// The formulas that differ by more than a factor, and for each line its place among them and its factor.
    distinct: Vec<Formula>,
    of_line: Vec<(usize, f64)>,
    whole: &'a [f64],
    /// Where the units of each stratum begin, and the end.
    starts: Vec<usize>,
    shares: Shares,
}

/// What the standard errors of shares of the whole need: the totals, over everybody, of each sampling unit.
struct Shares {
    /// The places of the totals whose shares are wanted.
    totals: Vec<usize>,
    /// For each of them, the total of each unit.
    units: Vec<Vec<f64>>,
    /// For each of them, the part of each stratum in the variance of the total over everybody.
    strata: Vec<Vec<f64>>,
    /// What lonely strata make of the sum over the strata.
    factor: Option<f64>,
}

/// Room for the totals of a block of units: `totals.len() / BLOCK` totals, each of all units.
struct Block {
    totals: Vec<f64>,
    /// The totals of one unit.
    unit: Vec<f64>,
    z: [f64; BLOCK],
    filled: usize,
}

impl<'a> Precision<'a> {
    pub(super) fn new(
        cube: &'a Cube,
        design: &'a Design,
        profiles: &'a Profiles,
        formulas: &'a [Formula],
        whole: &'a [f64],
    ) -> Self {
        let mut starts = vec![0];
        design.strata().iter().for_each(|stratum| starts.push(starts[starts.len() - 1] + stratum.psus));
        let mut totals: Vec<usize> = formulas.iter().filter_map(Formula::share_of).collect();
        totals.sort_unstable();
        totals.dedup();
        let mut distinct: Vec<Formula> = Vec::new();
        let mut place_of = |formula: Formula| {
            let known = distinct.iter().position(|known| *known == formula);
            known.unwrap_or_else(|| {
                distinct.push(formula);
                distinct.len() - 1
            })
        };
        let place = |(formula, factor): (Formula, f64)| (place_of(formula), factor);
        let of_line = formulas.iter().map(Formula::up_to_factor).map(place).collect();
        let shares = Shares { units: Vec::new(), strata: Vec::new(), totals, factor: None };
        let mut precision = Self { cube, design, profiles, formulas, distinct, of_line, whole, starts, shares };
        precision.prepare_shares();
        precision
    }

    fn prepare_shares(&mut self) {
        if self.shares.totals.is_empty() {
            return;
        }
        let mut units = vec![vec![0.0; self.design.psus()]; self.shares.totals.len()];
        let cells: Vec<u32> = (0..self.cube.cells.len() as u32).collect();
        let mut block = Block::new(self.profiles.layout);
        for (psu, cells) in self.units(&cells) {
            block.fill_unit(self.cube, self.profiles, cells);
            for (units, total) in units.iter_mut().zip(&self.shares.totals) {
                units[psu] = block.unit[*total];
            }
        }
        let present = self.present_strata(&cells);
        self.shares.factor = self.design.average_factor(present.into_iter());
        let strata = |units: &Vec<f64>| {
            let part = |stratum: usize| {
                let spread = Spread::of(&units[self.starts[stratum]..self.starts[stratum + 1]]);
                self.squares(stratum, spread) * self.design.scale(stratum)
            };
            (0..self.starts.len() - 1).map(part).collect()
        };
        self.shares.strata = units.iter().map(strata).collect();
        self.shares.units = units;
    }

    /// The sum of squares of a stratum around its mean, or around 0 for a lonely unit so treated.
    fn squares(&self, stratum: usize, spread: Spread) -> f64 {
        let around_zero = self.design.centred_at_zero(stratum);
        spread.squares + if around_zero { spread.count * spread.mean * spread.mean } else { 0.0 }
    }

    /// The strata that have somebody who enters, rising.
    fn present_strata(&self, cells: &[u32]) -> Vec<usize> {
        let entering = cells.iter().filter(|cell| self.profiles.is_complete(self.cube.cells.profile[**cell as usize]));
        let stratum = |cell: &u32| self.cube.psus[self.cube.cells.psu[*cell as usize] as usize].stratum as usize;
        let mut strata: Vec<usize> = entering.map(stratum).collect();
        strata.dedup();
        strata
    }

    /// The cells, which rise by sampling unit, unit by unit.
    fn units<'c>(&'c self, cells: &'c [u32]) -> impl Iterator<Item = (usize, &'c [u32])> {
        let psu = |cell: &u32| self.cube.cells.psu[*cell as usize];
        cells.chunk_by(move |a, b| psu(a) == psu(b)).map(move |cells| (psu(&cells[0]) as usize, cells))
    }

    /// The standard error of each line for a domain of these cells and totals.
    pub fn errors(&self, cells: &[u32], totals: &[f64]) -> Vec<Option<f64>> {
        let gradients: Vec<_> = self.distinct.iter().map(|formula| formula.gradient(totals)).collect();
        let smooth: Vec<&[(usize, f64)]> = gradients.iter().flatten().map(Vec::as_slice).collect();
        let mut variances = vec![0.0; smooth.len()];
        let mut shares = ShareVariances::new(self, totals);
        let mut block = Block::new(self.profiles.layout);
        let mut spreads = vec![Spread::default(); smooth.len()];
        let mut units = self.units(cells).peekable();
        while let Some((first, _)) = units.peek() {
            let stratum = self.cube.psus[*first].stratum as usize;
            let end = self.starts[stratum + 1];
            let mut present = 0;
            spreads.fill(Spread::default());
            while let Some((psu, cells)) = units.next_if(|(psu, _)| *psu < end) {
                present += 1;
                block.push(self.cube, self.profiles, cells);
                shares.put(psu - self.starts[stratum], &block.unit);
                if block.filled == BLOCK {
                    block.spread(&smooth, &mut spreads);
                }
            }
            block.spread(&smooth, &mut spreads);
            let absent = Spread::zeros(end - self.starts[stratum] - present);
            let scale = self.design.scale(stratum);
            for (variance, spread) in variances.iter_mut().zip(&spreads) {
                *variance += scale * self.squares(stratum, spread.with(absent));
            }
            shares.finish(stratum);
        }
        shares.finish_all();
        let factor = self.design.average_factor(self.present_strata(cells).into_iter());
        let mut variances = variances.into_iter();
        let errors: Vec<Option<f64>> = self
            .distinct
            .iter()
            .zip(&gradients)
            .map(|(formula, gradient)| {
                let variance = match (formula.share_of(), gradient) {
                    (Some(total), _) => shares.variance(total)? * self.shares.factor?,
                    (None, None) => return None,
                    (None, Some(_)) => variances.next()? * factor?,
                };
                Some(variance.sqrt())
            })
            .collect();
        self.of_line.iter().map(|(place, factor)| errors[*place].map(|error| error * factor)).collect()
    }
}

impl Precision<'_> {
    /// The linearised value of each line for a domain: one number for each sampling unit of the design.
    pub fn influences(&self, cells: &[u32], totals: &[f64]) -> Vec<Option<Vec<f64>>> {
        let gradients: Vec<_> = self.formulas.iter().map(|formula| formula.gradient(totals)).collect();
        let empty = |(formula, gradient): (&Formula, &Option<_>)| {
            (gradient.is_some() || formula.share_of().is_some()).then(|| vec![0.0; self.design.psus()])
        };
        let mut influences: Vec<Option<Vec<f64>>> = self.formulas.iter().zip(&gradients).map(empty).collect();
        let mut block = Block::new(self.profiles.layout);
        for (psu, cells) in self.units(cells) {
            block.fill_unit(self.cube, self.profiles, cells);
            for ((formula, gradient), z) in self.formulas.iter().zip(&gradients).zip(&mut influences) {
                let Some(z) = z else { continue };
                z[psu] = match (gradient, formula.share_of()) {
                    (Some(gradient), _) => gradient.iter().map(|(total, by)| by * block.unit[*total]).sum(),
                    (None, Some(total)) => block.unit[total],
                    (None, None) => 0.0,
                };
            }
        }
        for (formula, influence) in self.formulas.iter().zip(&mut influences) {
            let (Some(total), Some(z)) = (formula.share_of(), &mut *influence) else { continue };
            let Ok(wanted) = self.shares.totals.binary_search(&total) else { continue };
            let of = self.whole[total];
            if of == 0.0 {
                *influence = None;
                continue;
            }
            let share = totals[total] / of;
            z.iter_mut().zip(&self.shares.units[wanted]).for_each(|(z, all)| *z = (*z - share * all) / of);
        }
        influences
    }
}

impl Block {
    fn new(layout: Layout) -> Self {
        let unit = vec![0.0; layout.len()];
        Self { totals: vec![0.0; layout.len() * BLOCK], unit, z: [0.0; BLOCK], filled: 0 }
    }

    /// The totals of the unit whose cells these are.
    fn fill_unit(&mut self, cube: &Cube, profiles: &Profiles, cells: &[u32]) {
        self.unit.fill(0.0);
        let mut gaps = vec![[0.0; 2]; cube.gaps.len()];
        for cell in cells.iter().map(|cell| *cell as usize) {
            let profile = cube.cells.profile[cell];
            if profiles.is_complete(profile) {
                gaps.iter_mut().zip(&cube.gaps).for_each(|(gap, sums)| *gap = [sums.gap[cell], sums.gap_squared[cell]]);
                profiles.add(&mut self.unit, profile, cube.cells.weight[cell], &gaps);
            }
        }
        profiles.accumulate(&mut self.unit);
    }

    fn push(&mut self, cube: &Cube, profiles: &Profiles, cells: &[u32]) {
        self.fill_unit(cube, profiles, cells);
        for (total, value) in self.unit.iter().enumerate() {
            self.totals[total * BLOCK + self.filled] = *value;
        }
        self.filled += 1;
    }

    /// Adds the z of the units in the block to the spread of each estimate, and empties the block.
    fn spread(&mut self, gradients: &[&[(usize, f64)]], spreads: &mut [Spread]) {
        if self.filled == 0 {
            return;
        }
        for (gradient, spread) in gradients.iter().zip(spreads) {
            let z = &mut self.z[..self.filled];
            z.fill(0.0);
            for (total, coefficient) in *gradient {
                let totals = &self.totals[total * BLOCK..total * BLOCK + z.len()];
                z.iter_mut().zip(totals).for_each(|(z, total)| *z += coefficient * total);
            }
            *spread = spread.with(Spread::of(z));
        }
        self.filled = 0;
    }
}

/// The variance of a domain's shares of the whole: z = (domain's total of the unit − share · everybody's)/whole.
struct ShareVariances<'p, 'a> {
    precision: &'p Precision<'a>,
    /// The share of each total.
    shares: Vec<Option<f64>>,
    /// The domain's totals of each unit of the stratum under way: a list for each total.
    domain: Vec<Vec<f64>>,
    variances: Vec<f64>,
    /// The next stratum.
    next: usize,
}

impl<'p, 'a> ShareVariances<'p, 'a> {
    fn new(precision: &'p Precision<'a>, totals: &[f64]) -> Self {
        let wanted = &precision.shares.totals;
        let whole = precision.whole;
        let share = |total: &usize| (whole[*total] != 0.0).then(|| totals[*total] / whole[*total]);
        Self {
            shares: wanted.iter().map(share).collect(),
            domain: vec![Vec::new(); wanted.len()],
            variances: vec![0.0; wanted.len()],
            next: 0,
            precision,
        }
    }

    fn put(&mut self, unit: usize, totals: &[f64]) {
        for (domain, total) in self.domain.iter_mut().zip(&self.precision.shares.totals) {
            domain.resize(domain.len().max(unit + 1), 0.0);
            domain[unit] = totals[*total];
        }
    }

    /// Strata before this one have nobody of the domain: z = −share · everybody's total / whole.
    fn pass(&mut self, until: usize) {
        for (wanted, share) in self.shares.iter().enumerate() {
            let of = self.precision.whole[self.precision.shares.totals[wanted]];
            let factor = share.map_or(0.0, |share| share / of);
            let strata = &self.precision.shares.strata[wanted][self.next..until];
            self.variances[wanted] += factor * factor * strata.iter().sum::<f64>();
        }
        self.next = until;
    }

    fn finish(&mut self, stratum: usize) {
        self.pass(stratum);
        self.next = stratum + 1;
        let precision = self.precision;
        let units = precision.starts[stratum]..precision.starts[stratum + 1];
        for (wanted, share) in self.shares.iter().enumerate() {
            let of = precision.whole[precision.shares.totals[wanted]];
            let everybody = &precision.shares.units[wanted][units.clone()];
            let mut domain = std::mem::take(&mut self.domain[wanted]);
            domain.resize(everybody.len(), 0.0);
            if let Some(share) = share {
                domain.iter_mut().zip(everybody).for_each(|(z, all)| *z = (*z - share * all) / of);
                let squares = precision.squares(stratum, Spread::of(&domain));
                self.variances[wanted] += precision.design.scale(stratum) * squares;
            }
            domain.clear();
            self.domain[wanted] = domain;
        }
    }

    fn finish_all(&mut self) {
        self.pass(self.precision.design.strata().len());
    }

    fn variance(&self, total: usize) -> Option<f64> {
        let wanted = self.precision.shares.totals.binary_search(&total).ok()?;
        self.shares[wanted].map(|_| self.variances[wanted])
    }
}
