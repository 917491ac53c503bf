//! The destitute: those of the poor who are poor as well when some indicators are judged by harsher columns.
//!
//! The data are counted once more with the harsher columns beside the indicators, so that nothing else depends on who
//! answered these.

use super::answer::Asked;
use super::question::Question;
use super::{Comparison, data, wrong};
use crate::estimates::{Block, What};
use anyhow::Result;
use std::collections::BTreeSet;
use vuon_measure::alkire_foster::{Measure, Specification};
use vuon_measure::change::Round;
use vuon_measure::cube::{Cube, Profile};
use vuon_measure::recode::{DESTITUTION, destitution};
use vuon_measure::weighting::{Cutoff, MOST_INDICATORS, Weighting};
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::words::grouped;
use vuon_population::cube::CubeSpec;

/// The harsher columns on the command line.
#[derive(clap::Args)]
#[command(next_help_heading = "What is measured")]
pub struct Options {
    /// Who of the poor is destitute: poor also by harsher columns, as in d_nutr=dst_nutr,d_cm=dst_cm; an indicator that is
    /// not named is its own harsher form
    #[arg(long, value_delimiter = ',', value_name = "INDICATOR=COLUMN", requires = "indicators",
        conflicts_with_all = ["policy", "cubes"])]
    destitution: Vec<String>,
}

/// The destitute and the other poor as shares of the poor; as shares of the people they are [`DESTITUTION`].
const OF_THE_POOR: [&str; 2] = ["destitute_of_poor", "not_destitute_of_poor"];

impl Options {
    /// The shares of the destitute and of the other poor at every weighting and cut-off, with their changes, and what to
    /// know of the harsher columns; nothing where none is named. `spec` is that of the indicators.
    pub fn blocks(&self, data: &data::Options, mut spec: CubeSpec, asked: &Asked) -> Result<(Vec<Block>, Vec<String>)> {
        let (mut blocks, mut notes) = (Vec::new(), Vec::new());
        if self.destitution.is_empty() {
            return Ok((blocks, notes));
        }
        let own = spec.indicators.clone();
        let harsher = self.harsher(&own, asked.language)?;
        for column in &harsher {
            if !spec.indicators.contains(column) {
                spec.indicators.push(column.clone());
            }
        }
        spec.gaps.clear();
        let series = data.count(&spec, &mut notes, asked.language)?;
        let place = |column: &String| spec.indicators.iter().position(|name| name == column);
        let places: Vec<usize> = harsher.iter().filter_map(place).collect();
        let both = |round: &Round| Round { cube: twice(&round.cube, &places), ..round.clone() };
        let rounds: Vec<Round> = series.rounds.iter().map(both).collect();
        let half = own.len();
        let unknown = rows(&rounds, |profile| profile.unknown >> half != 0 && profile.unknown << (32 - half) == 0);
        notes.extend((unknown > 0).then(|| left_out(unknown, asked.language)));
        for (place, (own, harsher)) in own.iter().zip(&harsher).enumerate() {
            let has = |bits: u32, place: usize| bits >> place & 1 == 1;
            let only_harsher = |profile: Profile| {
                has(profile.deprived, half + place) && !has(profile.deprived | profile.unknown, place)
            };
            let count = rows(&rounds, only_harsher);
            notes.extend((count > 0).then(|| not_nested(own, harsher, count, asked.language)));
        }
        let Specification { weightings, cutoffs, .. } = &asked.question.specification;
        for (weighting, k) in weightings.iter().flat_map(|weighting| cutoffs.iter().map(move |k| (weighting, *k))) {
            blocks.extend(of_specification(&rounds, weighting, k, asked)?);
        }
        Ok((blocks, notes))
    }

    /// The harsher columns, for the head of a file; none where none is named.
    pub fn columns(&self) -> Option<String> {
        (!self.destitution.is_empty()).then(|| self.destitution.join(", "))
    }

    /// The harsher column of each indicator: its own where none is named.
    fn harsher(&self, indicators: &[String], language: Language) -> Result<Vec<String>> {
        let most = MOST_INDICATORS / 2;
        if indicators.len() > most {
            let count = indicators.len();
            return Err(wrong(
                language,
                format!("--destitution: có {count} chỉ số; mỗi chỉ số được tính hai lần, nên nhiều nhất {most}"),
                format!("--destitution: {count} indicators; each counts twice, so there can be {most} at most"),
            ));
        }
        let mut columns = indicators.to_vec();
        let mut named = BTreeSet::new();
        for text in &self.destitution {
            let pair = text.split_once('=').map(|(indicator, column)| (indicator.trim(), column.trim()));
            let Some((indicator, column)) = pair.filter(|(_, column)| !column.is_empty()) else {
                return Err(wrong(
                    language,
                    format!("--destitution {text}: hãy ghi chỉ số và cột khắt khe hơn, ví dụ d_nutr=dst_nutr"),
                    format!("--destitution {text}: write the indicator and its harsher column, as in d_nutr=dst_nutr"),
                ));
            };
            let Some(place) = indicators.iter().position(|name| name == indicator) else {
                let known = indicators.join(", ");
                return Err(wrong(
                    language,
                    format!("--destitution {text}: không có chỉ số `{indicator}`; các chỉ số: {known}"),
                    format!("--destitution {text}: there is no indicator `{indicator}`; there are: {known}"),
                ));
            };
            if !named.insert(place) {
                return Err(wrong(
                    language,
                    format!("--destitution: chỉ số `{indicator}` có hai cột khắt khe hơn; hãy chọn một"),
                    format!("--destitution: the indicator `{indicator}` has two harsher columns; name one"),
                ));
            }
            columns[place] = column.to_owned();
        }
        Ok(columns)
    }
}

/// Each indicator and then its harsher form, which stands at one of the places of the cube.
fn twice(cube: &Cube, harsher: &[usize]) -> Cube {
    let own = harsher.len();
    let names: Vec<&str> = (0..own).chain(harsher.iter().copied()).map(|j| cube.indicators[j].as_str()).collect();
    let moved = |bits: u32| {
        let first = bits & (u32::MAX >> (32 - own));
        harsher.iter().enumerate().fold(first, |all, (j, place)| all | (bits >> place & 1) << (own + j))
    };
    cube.recode(&names, |Profile { deprived, unknown }| Profile { deprived: moved(deprived), unknown: moved(unknown) })
}

/// How many rows of all rounds have such a profile.
fn rows(rounds: &[Round], of: impl Fn(Profile) -> bool) -> u64 {
    let cells = |cube: &Cube| {
        let is = |cell: &usize| of(cube.profiles[cube.cells.profile[*cell] as usize]);
        (0..cube.cells.len()).filter(is).map(|cell| u64::from(cube.cells.rows[cell])).sum::<u64>()
    };
    rounds.iter().map(|round| cells(&round.cube)).sum()
}

/// The shares by one weighting and cut-off, in every round and grouping.
fn of_specification(rounds: &[Round], weighting: &Weighting, k: Cutoff, asked: &Asked) -> Result<Vec<Block>> {
    let recoded = |round: &Round| Round { cube: destitution(&round.cube, weighting, k, k), ..round.clone() };
    let rounds: Vec<Round> = rounds.iter().map(recoded).collect();
    // With two indicators that exclude each other and the smallest cut-off, the contribution of one is its share of those
    // who have either.
    let alike = Weighting::new("destitution", &[Exact::whole(1); DESTITUTION.len()])?;
    let specification = Specification {
        cutoffs: alike.attainable().into_iter().take(1).collect(),
        weightings: vec![alike],
        dimensions: Vec::new(),
        measures: vec![Measure::Uncensored, Measure::ContributionShare],
    };
    let question = Question { specification, typed: Vec::new() };
    let comparison = Comparison { robust: false, decompose: false, ..*asked.comparison };
    let answer = Asked { question: &question, comparison: &comparison, ..*asked }.answer(&rounds)?;
    let mut blocks = answer.blocks;
    for what in blocks.iter_mut().flat_map(|block| &mut block.what) {
        let names = if what.measure == Measure::Uncensored.name() { DESTITUTION } else { OF_THE_POOR };
        let place = usize::from(what.part != DESTITUTION[0]);
        *what = What {
            change: what.change,
            measure: names[place],
            weighting: weighting.name().to_owned(),
            k: Some(What::cutoff(k)),
            ..What::default()
        };
    }
    Ok(blocks)
}

fn left_out(rows: u64, language: Language) -> String {
    let rows = grouped(rows as i64, language);
    match language {
        Language::Vi => format!(
            "Nghèo cùng cực: bỏ thêm {rows} dòng có cột khắt khe hơn chưa rõ (chỉ ở các số liệu về nghèo cùng cực)."
        ),
        Language::En => format!(
            "Destitution: rows left out as a harsher column is unknown, from the figures of destitution only: {rows}."
        ),
    }
}

fn not_nested(own: &str, harsher: &str, rows: u64, language: Language) -> String {
    let rows = grouped(rows as i64, language);
    match language {
        Language::Vi => format!(
            "CHÚ Ý: {rows} dòng thiếu hụt theo cột khắt khe hơn `{harsher}` nhưng không thiếu hụt theo `{own}`; hãy kiểm tra hai cột."
        ),
        Language::En => format!(
            "TAKE CARE: rows deprived by the harsher `{harsher}` but not by `{own}`: {rows}; look at the two columns."
        ),
    }
}
