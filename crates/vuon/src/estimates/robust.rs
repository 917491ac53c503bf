//! Blocks about the order of subgroups: does it depend on the cut-off and the weights?

use super::levels::{Of, by, what};
use super::tidy::{Block, NATION, What, Whom};
use vuon_measure::alkire_foster::{Measure, Specification, Table};
use vuon_measure::robustness::{kendall, robust_comparisons, spearman};

/// The measures by which subgroups are ordered.
pub const RANKED: [Measure; 2] = [Measure::AdjustedHeadcount, Measure::Headcount];

/// Rank correlations of the subgroups between each two specifications (weighting and cut-off), and the share of pairs of
/// subgroups whose order is the same in all. The table is of the measures [`RANKED`]. None where there are fewer than
/// two subgroups with people, or one specification only, in which every order is the same as itself.
pub fn block(of: Of, table: &Table, specification: &Specification) -> Option<Block> {
    let full = full(table);
    if full.len() < 2 || table.lines.len() < 2 * RANKED.len() {
        return None;
    }
    let (mut lines, mut figures) = (Vec::new(), Vec::new());
    for (place, measure) in RANKED.into_iter().enumerate() {
        let ranked: Vec<usize> = (place..table.lines.len()).step_by(RANKED.len()).collect();
        let values: Vec<Vec<f64>> =
            ranked.iter().map(|line| full.iter().filter_map(|domain| table.value(*domain, *line)).collect()).collect();
        let told: Vec<What> =
            ranked.iter().map(|line| what(&table.lines[*line], specification, &of.cube.indicators)).collect();
        let of_measure = |measure_name: &'static str, of: &What, versus: String| What {
            measure: measure_name,
            component: "measure",
            part: measure.name().to_owned(),
            versus,
            ..of.clone()
        };
        for second in 0..ranked.len() {
            for first in 0..second {
                let versus = name(&told[second]);
                lines.push(of_measure("kendall", &told[first], versus.clone()));
                lines.push(of_measure("spearman", &told[first], versus));
                figures.extend([kendall(&values[first], &values[second]), spearman(&values[first], &values[second])]);
            }
        }
        let all = What { versus: "all".to_owned(), ..What::default() };
        lines.push(What { measure: "robust_pairs", component: "measure", part: measure.name().to_owned(), ..all });
        figures.push(robust_comparisons(&values));
    }
    Some(Block {
        round: of.round.to_owned(),
        to_round: String::new(),
        by: by(of.cube, &table.grouping),
        whom: vec![Whom { label: NATION.to_owned(), people: None }],
        what: lines,
        estimate: figures.into(),
        precision: None,
        p_value: None,
        check: None,
    })
}

/// The subgroups with people, by their domains.
pub fn full(table: &Table) -> Vec<usize> {
    (0..table.counts.len()).filter(|domain| table.counts[*domain].weight > 0.0).collect()
}

/// A specification in a few words.
fn name(what: &What) -> String {
    let k = what.k.as_ref().map_or("", |(k, _)| k);
    format!("{} {k}", what.weighting)
}
