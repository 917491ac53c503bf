//! Households followed from one round to the next: who stayed poor, became poor, left poverty, or never was poor.

use super::answer::{Asked, pairs};
use super::wrong;
use crate::estimates::{Block, What, levels};
use crate::screen::decimal;
use anyhow::Result;
use std::path::PathBuf;
use vuon_measure::alkire_foster::{Measure, Specification, estimate};
use vuon_measure::change::Round;
use vuon_measure::recode::{FLOWS, flows};
use vuon_measure::weighting::{Cutoff, Weighting};
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_population::cube::CubeSpec;
use vuon_population::panel::{Panel, follow};
use vuon_population::survey::{SurveyColumn, read_all};

/// The flows of a panel whose households are told by a column, between the rounds that are compared, and how many
/// households could be followed.
pub fn blocks(
    household: &str,
    files: &[PathBuf],
    spec: &CubeSpec,
    rounds: &[Round],
    asked: &Asked,
) -> Result<(Vec<Block>, Vec<String>)> {
    let language = asked.language;
    let in_language = |told: vuon_population::words::Told| anyhow::anyhow!(told.get(language).to_owned());
    let mut columns = spec.columns().map_err(in_language)?;
    let id = SurveyColumn::label(household);
    if !columns.contains(&id) {
        columns.push(id);
    }
    let data = read_all(files, &columns);
    let data = data.map_err(|error| wrong(language, error.tell(Language::Vi), error.tell(Language::En)))?;
    let (mut blocks, mut notes) = (Vec::new(), Vec::new());
    for [from, to] in pairs(rounds.len()) {
        let labels = [&rounds[from].label, &rounds[to].label];
        let panel = follow(&data, spec, household, labels).map_err(in_language)?;
        notes.push(note(&panel, labels.map(ToString::to_string), language));
        let specification = &asked.question.specification;
        for weighting in &specification.weightings {
            for k in &specification.cutoffs {
                blocks.extend(of_specification(&panel, weighting, *k, labels.map(ToString::to_string), asked)?);
            }
        }
    }
    Ok((blocks, notes))
}

/// The shares of the four flows, in every grouping.
fn of_specification(
    panel: &Panel,
    weighting: &Weighting,
    k: Cutoff,
    [from, to]: [String; 2],
    asked: &Asked,
) -> Result<Vec<Block>> {
    let cube = flows(&panel.cube, weighting, k);
    let shares = Specification {
        weightings: vec![Weighting::new("flows", &[Exact::whole(1); FLOWS.len()])?],
        cutoffs: vec![Cutoff::new(Exact::whole(1))?],
        dimensions: Vec::new(),
        measures: vec![Measure::Uncensored],
    };
    let estimates = estimate(&cube, &shares, &asked.places(&cube)?, asked.errors())?;
    let limits = estimates.design.as_ref().and_then(|design| asked.limits(design.degrees_of_freedom()));
    let of = levels::Of { round: &from, cube: &cube };
    let block = |table| {
        let mut block = levels::block(of, table, &shares, limits.as_ref(), None);
        block.to_round.clone_from(&to);
        let flow = |measure: &&'static str| What {
            measure,
            weighting: weighting.name().to_owned(),
            k: Some(What::cutoff(k)),
            ..What::default()
        };
        block.what = FLOWS.iter().map(flow).collect();
        block
    };
    Ok(estimates.tables.iter().map(block).collect())
}

fn note(panel: &Panel, [from, to]: [String; 2], language: Language) -> String {
    let count = |n: u64| decimal(n as f64, 0, language);
    let (followed, [lost, new]) = (count(panel.followed), panel.lost.map(count));
    match language {
        Language::Vi => format!(
            "Theo dõi được {followed} hộ từ {from} đến {to}; {lost} hộ chỉ có ở {from}, {new} hộ chỉ có ở {to}."
        ),
        Language::En => {
            format!(
                "{followed} households are followed from {from} to {to}; {lost} are in {from} only, {new} in {to} only."
            )
        }
    }
}
