//! A cube brought into its order, in which the same rows have the same cube.

use super::{BuiltStratum, NONE, RoundBuilder};
use crate::cube::builder::Head;
use crate::cube::ids::{Labels, pair};
use crate::cube::series::Round;
use crate::cube::spec::Plan;
use crate::table_problem::{TableProblem, TableProblems};
use crate::words::told;
use std::cmp::Ordering;
use vuon_measure::cube::{Cells, Cube, CubeStratum, GapSums, Key, Label, Psu, Sampling};

impl RoundBuilder {
    /// Everything in its order.
    pub fn finish(self, head: &Head, plan: &Plan, labels: &[Labels]) -> Result<Round, TableProblems> {
        let name = |place: Option<usize>, id: u32| place.map_or(&Label::Missing, |place| labels[place].get(id));
        let round = self.label.map_or(Label::Missing, |label| name(plan.round, label).clone());
        let populations = self.populations(&round, |id| name(plan.strata, id).clone())?;

        let (stratum_order, stratum_rank) = ranked(self.strata.len(), |a, b| {
            name(plan.strata, self.strata[a].label).cmp(name(plan.strata, self.strata[b].label))
        });
        let strata = stratum_order.iter().map(|stratum| {
            let stratum = *stratum as usize;
            let label = name(plan.strata, self.strata[stratum].label).clone();
            CubeStratum { label, population: populations[stratum] }
        });
        // Saved elements have names.
        let elements = head.sampling == Sampling::Elements && plan.psu.is_none();
        let (psu_order, psu_rank) = ranked(self.psus.len(), |a, b| {
            let ((a_stratum, a), (b_stratum, b)) = (self.psus[a], self.psus[b]);
            let strata = stratum_rank[a_stratum as usize].cmp(&stratum_rank[b_stratum as usize]);
            strata.then_with(|| if elements { a.cmp(&b) } else { name(plan.psu, a).cmp(name(plan.psu, b)) })
        });
        let psus = psu_order.iter().map(|psu| {
            let (stratum, label) = self.psus[*psu as usize];
            let label = if elements { Label::Whole(i64::from(label) + 1) } else { name(plan.psu, label).clone() };
            Psu { stratum: stratum_rank[stratum as usize], label }
        });

        let mut keys = Vec::with_capacity(head.keys.len());
        // The labels of groups become places among the values of their key.
        let mut groups = self.groups.clone();
        for (key, key_name) in head.keys.iter().enumerate() {
            let labels = &labels[plan.keys[key]];
            let mut values: Vec<u32> = groups.iter().skip(key).step_by(head.keys.len()).copied().collect();
            values.sort_unstable();
            values.dedup();
            values.sort_unstable_by(|a, b| labels.get(*a).cmp(labels.get(*b)));
            let mut rank = vec![NONE; labels.len()];
            (0..).zip(&values).for_each(|(place, value)| rank[*value as usize] = place);
            groups.iter_mut().skip(key).step_by(head.keys.len()).for_each(|value| *value = rank[*value as usize]);
            let values = values.into_iter().map(|value| labels.get(value).clone()).collect();
            keys.push(Key { name: key_name.clone(), values });
        }
        let group_values = |group: usize| &groups[group * keys.len()..(group + 1) * keys.len()];
        let group_count = groups.len().checked_div(keys.len()).unwrap_or(1);
        let (group_order, group_rank) = ranked(group_count, |a, b| group_values(a).cmp(group_values(b)));
        let groups = group_order.iter().flat_map(|group| group_values(*group as usize)).copied().collect();

        let known = &self.profiles.list;
        let (profile_order, profile_rank) = ranked(known.len(), |a, b| known[a].cmp(&known[b]));
        let profiles = profile_order.iter().map(|profile| known[*profile as usize]).collect();

        let (strata, psus) = (strata.collect(), psus.collect());
        let year = self.year;
        let key = |(psu, group): &(u32, u32)| pair(psu_rank[*psu as usize], group_rank[*group as usize]);
        let (place_order, place_rank) =
            ranked(self.places.len(), |a, b| key(&self.places[a]).cmp(&key(&self.places[b])));
        let (counts, sums) = self.cells.finish(&place_rank, &profile_rank);
        let of_places = |number: &dyn Fn(&(u32, u32)) -> u32| -> Vec<u32> {
            let mut column = Vec::with_capacity(sums.rows.len());
            for (place, count) in place_order.iter().zip(&counts) {
                column.resize(column.len() + *count as usize, number(&self.places[*place as usize]));
            }
            column
        };
        let cells = Cells {
            psu: of_places(&|(psu, _)| psu_rank[*psu as usize]),
            group: of_places(&|(_, group)| group_rank[*group as usize]),
            profile: sums.profiles,
            rows: sums.rows,
            weight: sums.weights,
        };
        let gaps = sums.gaps;
        let gaps = head.gaps.iter().zip(gaps);
        let cube = Cube {
            indicators: head.indicators.clone(),
            weight: head.weight.clone(),
            sampling: head.sampling.clone(),
            strata,
            psus,
            keys,
            groups,
            profiles,
            cells,
            gaps: gaps
                .map(|(indicator, [gap, gap_squared])| GapSums { indicator: *indicator, gap, gap_squared })
                .collect(),
        };
        Ok(Round { label: round, year, cube })
    }

    /// The number of primary sampling units that the population has in each stratum.
    fn populations(&self, round: &Label, name: impl Fn(u32) -> Label) -> Result<Vec<Option<f64>>, TableProblems> {
        let mut problems = TableProblems::default();
        let mut problem = |message, advice| problems.list.push(TableProblem { file: None, message, advice });
        if let (Some(year), Some(other)) = (self.year, self.other_year) {
            problem(
                told(
                    format!("kỳ điều tra {round} có hai năm: {year} và {other}"),
                    format!("round {round} has two years: {year} and {other}"),
                ),
                told(
                    "hãy ghi một năm cho mỗi kỳ, ví dụ 2018.5 khi điều tra kéo dài từ 2018 sang 2019",
                    "write one year for each round, such as 2018.5 for a survey that went on from 2018 into 2019",
                ),
            );
        }
        let stratum = |stratum: &BuiltStratum| match name(stratum.label) {
            Label::Missing => told("mẫu", "the sample"),
            label => told(format!("tầng {label}"), format!("stratum {label}")),
        };
        for known in &self.strata {
            if let (Some(one), Some(other)) = (known.correction, known.other_correction) {
                let stratum = stratum(known);
                problem(
                    told(
                        format!("{} có hai hệ số hiệu chỉnh tổng thể hữu hạn: {one} và {other}", stratum.vi),
                        format!("{} has two finite population corrections: {one} and {other}", stratum.en),
                    ),
                    told("hãy ghi một số cho cả tầng", "write one number for the whole stratum"),
                );
            }
        }
        let corrected = |test: fn(f64) -> bool| self.strata.iter().find(|s| s.correction.is_some_and(test));
        let counts = corrected(|correction| correction > 1.0).is_some();
        if counts && let Some(share) = corrected(|correction| correction < 1.0) {
            let stratum = stratum(share);
            problem(
                told(
                    format!("{} có hệ số hiệu chỉnh là một tỷ lệ, các tầng khác là số đơn vị", stratum.vi),
                    format!("{} has a share as population correction, others have numbers of units", stratum.en),
                ),
                told(
                    "hãy ghi số đơn vị cho mọi tầng, hoặc tỷ lệ cho mọi tầng",
                    "write numbers of units for all strata, or shares for all",
                ),
            );
        }
        if !problems.list.is_empty() {
            return Err(problems);
        }
        let mut drawn = vec![0_u32; self.strata.len()];
        self.psus.iter().for_each(|(stratum, _)| drawn[*stratum as usize] += 1);
        let population = |(stratum, drawn): (&BuiltStratum, u32)| {
            stratum.correction.map(|correction| if counts { correction } else { f64::from(drawn) / correction })
        };
        Ok(self.strata.iter().zip(drawn).map(population).collect())
    }
}

/// The numbers below a count in the order of what they stand for, and the place of each in that order.
fn ranked(count: usize, compare: impl Fn(usize, usize) -> Ordering) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by(|a, b| compare(*a as usize, *b as usize));
    let mut rank = vec![0; count];
    (0..).zip(&order).for_each(|(place, number)| rank[*number as usize] = place);
    (order, rank)
}
