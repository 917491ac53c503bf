//! The estimates of a question, as blocks of the table.

use super::facts::RoundFacts;
use super::question::Question;
use super::{Comparison, Precision, wrong};
use crate::estimates::{Block, changes, dominance, levels, robust};
use crate::screen::say;
use anyhow::Result;
use vuon_measure::alkire_foster::{Errors, Measure, Specification, Table, estimate};
use vuon_measure::change::{Link, Round, changes};
use vuon_measure::cube::Cube;
use vuon_measure::design::{Design, LonelyPsu};
use vuon_measure::interval::Limits;
use vuon_measure::replicate::{Method, ReplicateTable, replicate};
use vuon_policy::model::Language;

/// What is asked of the rounds.
pub struct Asked<'a> {
    /// Weightings, cut-offs, measures.
    pub question: &'a Question,
    /// The groupings, by the names of their keys.
    pub groupings: &'a [Vec<String>],
    /// What is compared.
    pub comparison: &'a Comparison,
    /// How sure the figures are to be.
    pub precision: &'a Precision,
    /// What to do with strata of one unit.
    pub lonely: LonelyPsu,
    /// The language of what is refused.
    pub language: Language,
}

/// The figures, and what stands behind them.
#[derive(Default)]
pub struct Answer {
    /// The figures.
    pub blocks: Vec<Block>,
    /// The facts of each round.
    pub rounds: Vec<RoundFacts>,
    /// How many strata of one unit there are, at most in a round.
    pub lonely_strata: usize,
    /// What was asked and could not be told.
    pub notes: Vec<String>,
}

/// As many subgroups are compared two by two over all cut-offs: with two hundred there are 19,900 pairs.
const COMPARED: usize = 200;

impl Asked<'_> {
    /// Estimates everything.
    pub fn answer(&self, rounds: &[Round]) -> Result<Answer> {
        let mut answer = Answer::default();
        let Specification { weightings, cutoffs, .. } = self.specification();
        if self.comparison.robust && weightings.len() * cutoffs.len() == 1 {
            answer.notes.push(one_specification(self.language));
        }
        for round in rounds {
            let name = if rounds.len() > 1 { round.label.to_string() } else { String::new() };
            self.round(round, &name, &mut answer)?;
        }
        if let Some(link) = self.comparison.change {
            if rounds.len() < 2 {
                return Err(one_round(self.language));
            }
            for pair in pairs(rounds.len()) {
                self.change(pair.map(|place| &rounds[place]), link, &mut answer.blocks)?;
            }
        }
        Ok(answer)
    }

    fn specification(&self) -> &Specification {
        &self.question.specification
    }

    /// Which precision is wanted.
    pub fn errors(&self) -> Errors {
        if self.precision.no_errors { Errors::None } else { Errors::Linearised(self.lonely) }
    }

    /// Confidence limits for a design.
    pub fn limits(&self, degrees_of_freedom: usize) -> Option<Limits> {
        Limits::new(self.precision.interval, self.precision.confidence, degrees_of_freedom)
    }

    /// The same question with other measures, told by no dimension.
    fn with(&self, measures: &[Measure]) -> Specification {
        Specification { measures: measures.to_vec(), dimensions: Vec::new(), ..self.specification().clone() }
    }

    /// The places of the keys of each grouping.
    pub fn places(&self, cube: &Cube) -> Result<Vec<Vec<usize>>> {
        let place = |name: &String| {
            cube.key(name).ok_or_else(|| {
                let known: Vec<&str> = cube.keys.iter().map(|key| key.name.as_str()).collect();
                let known = known.join(", ");
                wrong(
                    self.language,
                    format!("khối dữ liệu không có cột phân nhóm `{name}`; có: {known}"),
                    format!("the cube has no subgroups by `{name}`; it has: {known}"),
                )
            })
        };
        self.groupings.iter().map(|grouping| grouping.iter().map(place).collect()).collect()
    }

    fn round(&self, round: &Round, name: &str, answer: &mut Answer) -> Result<()> {
        let groupings = self.places(&round.cube)?;
        let estimates = estimate(&round.cube, self.specification(), &groupings, self.errors())?;
        let design = estimates.design.as_ref();
        let limits = design.and_then(|design| self.limits(design.degrees_of_freedom()));
        let of = levels::Of { round: name, cube: &round.cube };
        for (table, keys) in estimates.tables.iter().zip(&groupings) {
            let check = self.check(&round.cube, keys)?;
            answer.blocks.push(levels::block(of, table, self.specification(), limits.as_ref(), check.as_ref()));
        }
        if self.comparison.robust {
            let ranked = self.with(&robust::RANKED);
            for table in &estimate(&round.cube, &ranked, &groupings[1..], Errors::None)?.tables {
                answer.blocks.extend(robust::block(of, table, &ranked));
                answer.blocks.extend(self.dominance(of, table, &mut answer.notes)?);
            }
        }
        answer.lonely_strata = answer.lonely_strata.max(design.map_or(0, lonely_strata));
        answer.rounds.push(RoundFacts::of(round, name, design));
        Ok(())
    }

    /// Which of each two subgroups is the poorer at every cut-off.
    fn dominance(&self, of: levels::Of, table: &Table, notes: &mut Vec<String>) -> Result<Vec<Block>> {
        let (subgroups, keys) = (robust::full(table).len(), &table.grouping.keys);
        if subgroups > COMPARED {
            notes.push(too_many(&levels::by(of.cube, &table.grouping), subgroups, self.language));
            return Ok(Vec::new());
        }
        let mut curves = Vec::new();
        for weighting in &self.specification().weightings {
            for measure in robust::RANKED {
                let pairs = vuon_measure::robustness::dominance(of.cube, weighting, measure, keys, self.errors())?;
                curves.push(dominance::Curves { weighting: weighting.name(), measure, pairs });
            }
        }
        Ok(dominance::blocks(of, table, &curves))
    }

    /// Standard errors by replicates, where they are asked for.
    fn check(&self, cube: &Cube, keys: &[usize]) -> Result<Option<ReplicateTable>> {
        let Precision { replicates, seed, .. } = *self.precision;
        let method = match self.precision.check.as_deref() {
            None => return Ok(None),
            Some("jackknife") => Method::Jackknife { around_mean: false },
            Some(_) => Method::Bootstrap { replicates, seed },
        };
        Ok(replicate(cube, self.specification(), keys, method)?)
    }

    fn change(&self, rounds: [&Round; 2], link: Link, blocks: &mut Vec<Block>) -> Result<()> {
        let groupings = self.places(&rounds[0].cube)?;
        let found = changes(rounds, self.specification(), &groupings, self.errors(), link)?;
        let names = rounds.map(|round| round.label.to_string());
        let between = changes::Between {
            rounds: [&names[0], &names[1]],
            cubes: rounds.map(|round| &round.cube),
            years: rounds.iter().all(|round| round.year.is_some()),
        };
        let degrees = found.degrees_of_freedom;
        let limits = degrees.and_then(|degrees| self.limits(degrees));
        for table in &found.tables {
            blocks.push(changes::block(between, table, self.specification(), limits.as_ref(), degrees));
        }
        if self.comparison.decompose {
            let parts = self.with(&changes::PARTS);
            let of = |round: &Round| {
                Ok::<_, anyhow::Error>(estimate(&round.cube, &parts, &self.places(&round.cube)?, Errors::None)?)
            };
            let (from, to) = (of(rounds[0])?, of(rounds[1])?);
            for (from, to) in from.tables.iter().zip(&to.tables) {
                blocks.push(changes::decomposition(between, [from, to], &parts));
            }
        }
        Ok(())
    }
}

/// That there is nothing to compare a round with.
pub fn one_round(language: Language) -> anyhow::Error {
    wrong(
        language,
        "--change cần ít nhất hai kỳ: hãy nêu cột của kỳ bằng --round",
        "--change needs at least two rounds: name their column with --round",
    )
}

/// The rounds to compare: each with the next, and where there are more than two the first with the last.
pub fn pairs(rounds: usize) -> Vec<[usize; 2]> {
    let next = (1..rounds).map(|later| [later - 1, later]);
    next.chain((rounds > 2).then(|| [0, rounds - 1])).collect()
}

fn one_specification(language: Language) -> String {
    say(
        language,
        "--robust: với một bộ quyền số và một ngưỡng thì không có thứ tự nào để so sánh; hãy nêu thêm ngưỡng, ví dụ --k 1/5,1/3,1/2, hoặc thêm --weighting.",
        "--robust: with one weighting and one cut-off there are no orders to compare; add cut-offs, as in --k 1/5,1/3,1/2, or a --weighting.",
    )
    .to_owned()
}

fn too_many(by: &str, subgroups: usize, language: Language) -> String {
    match language {
        Language::Vi => format!(
            "--robust: {by} có {subgroups} nhóm; so sánh từng cặp ở mọi ngưỡng chỉ làm với nhiều nhất {COMPARED} nhóm."
        ),
        Language::En => format!(
            "--robust: {by} has {subgroups} subgroups; which of each two is the poorer at every cut-off is told of {COMPARED} at most."
        ),
    }
}

fn lonely_strata(design: &Design) -> usize {
    design.strata().iter().filter(|stratum| stratum.psus == 1 && stratum.population != Some(1.0)).count()
}
