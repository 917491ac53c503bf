//! Blocks about pairs of subgroups: is one of the two the poorer at every cut-off?

use super::levels::{Of, by, label};
use super::robust::full;
use super::tidy::{Block, NATION, What, Whom};
use arrow::array::Float64Array;
use vuon_measure::alkire_foster::{Measure, Table};
use vuon_measure::robustness::Dominance;

/// How the subgroups of a table compare by the curve of one measure.
pub struct Curves<'s> {
    /// The name of the weighting.
    pub weighting: &'s str,
    /// H or M₀.
    pub measure: Measure,
    /// All pairs of domains.
    pub pairs: Vec<Dominance>,
}

/// A row: what it is, 1 or 0, the p value.
type Found = (What, f64, Option<f64>);

/// First the share of pairs in which one is the poorer throughout. Then each pair once: 1 where the subgroup is the poorer
/// at every cut-off, nowhere less and somewhere more so than the one it stands `versus`; 0 where the curves cross, or are
/// the same. Nothing where there are fewer than two subgroups with people.
pub fn blocks(of: Of, table: &Table, curves: &[Curves]) -> Vec<Block> {
    let full = full(table);
    if full.len() < 2 {
        return Vec::new();
    }
    let labels: Vec<String> = (0..table.counts.len()).map(|d| label(of.cube, &table.grouping, d)).collect();
    let mut shares: Vec<Found> = Vec::new();
    let mut pairs: Vec<Vec<Found>> = vec![Vec::new(); labels.len()];
    for Curves { weighting, measure, pairs: found } in curves {
        let what = |name: &'static str, versus: &str| What {
            measure: name,
            component: "measure",
            part: measure.name().to_owned(),
            weighting: (*weighting).to_owned(),
            versus: versus.to_owned(),
            ..What::default()
        };
        let (mut compared, mut ordered) = (0_u32, 0_u32);
        for Dominance { poorer, areas, largest_p } in found {
            if !areas.iter().all(|area| full.contains(area)) {
                continue;
            }
            let [left, right] = if *poorer == Some(areas[1]) { [areas[1], areas[0]] } else { *areas };
            compared += 1;
            ordered += u32::from(poorer.is_some());
            let holds = f64::from(u8::from(poorer.is_some()));
            pairs[left].push((what("dominance", &labels[right]), holds, *largest_p));
        }
        shares.push((what("dominance_pairs", "all"), f64::from(ordered) / f64::from(compared), None));
    }
    let block = |(whom, rows): (&str, &Vec<Found>)| Block {
        round: of.round.to_owned(),
        to_round: String::new(),
        by: by(of.cube, &table.grouping),
        whom: vec![Whom { label: whom.to_owned(), people: None }],
        what: rows.iter().map(|(what, ..)| what.clone()).collect(),
        estimate: rows.iter().map(|(_, holds, _)| Some(*holds)).collect(),
        precision: None,
        p_value: Some(rows.iter().map(|(.., p)| *p).collect::<Float64Array>()),
        check: None,
    };
    let subgroups = labels.iter().map(String::as_str).zip(&pairs).filter(|(_, rows)| !rows.is_empty());
    std::iter::once((NATION, &shares)).chain(subgroups).map(block).collect()
}
