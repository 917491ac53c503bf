//! Income measures on the command line.

use super::facts::{Facts, RoundFacts, sizes};
use super::{Comparison, Precision, data, wrong};
use crate::command::reading;
use crate::estimates::Block;
use crate::estimates::income::{Line, Measure, Question, Round, Rows, Sample, changes, levels};
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::PathBuf;
use vuon_measure::cube::Label;
use vuon_measure::income::{IncomeError, Poor, RelativeLine};
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_population::cube::read_rows;
use vuon_population::row_problem::RowProblems;
use vuon_population::survey::{Labels, SurveyColumn, SurveyData};

/// Incomes and lines on the command line.
#[derive(clap::Args)]
#[command(next_help_heading = "Income")]
pub struct Options {
    /// Column of income (or consumption) per person, for poverty and inequality of income
    #[arg(long, value_name = "COLUMN", requires = "data")]
    pub income: Option<String>,
    /// The poverty line: a column, a number, or as in 60%-of-median, 50%-of-mean
    #[arg(long, value_name = "LINE", requires = "income")]
    pub line: Option<String>,
    /// Whoever has exactly the line is poor too
    #[arg(long, requires = "line")]
    pub poor_at_line: bool,
}

/// Whether a name is that of an income measure.
pub fn is_measure(name: &str) -> bool {
    Measure::named(name).is_some()
}

/// The names of all income measures.
pub fn names() -> Vec<&'static str> {
    Measure::ALL.iter().map(|measure| measure.name()).collect()
}

/// A line as it was written.
enum Written {
    None,
    Column(String),
    Number(f64),
    Relative(RelativeLine),
}

impl Options {
    fn line(&self, language: Language) -> Result<Written> {
        let Some(text) = self.line.as_deref().map(str::trim) else { return Ok(Written::None) };
        if let Some((share, of)) = text.split_once("-of-") {
            let share = super::question::share(share).filter(|share| *share > Exact::whole(0));
            return match (share, of, Exact::new(1, 2)) {
                (Some(share), "median", Some(half)) => {
                    Ok(Written::Relative(RelativeLine::OfQuantile { share, of: half }))
                }
                (Some(share), "mean", _) => Ok(Written::Relative(RelativeLine::OfMean { share })),
                _ => Err(wrong(
                    language,
                    format!(
                        "--line {text}: hãy ghi ví dụ 60%-of-median (60 % trung vị) hoặc 50%-of-mean (50 % bình quân)"
                    ),
                    format!("--line {text}: write as in 60%-of-median or 50%-of-mean"),
                )),
            };
        }
        match text.replace('_', "").parse::<f64>() {
            Ok(number) if number > 0.0 && number.is_finite() => Ok(Written::Number(number)),
            Ok(_) => Err(wrong(
                language,
                format!("--line {text}: chuẩn nghèo phải lớn hơn 0"),
                format!("--line {text}: a poverty line is above zero"),
            )),
            Err(_) => Ok(Written::Column(text.to_owned())),
        }
    }

    /// The measures wanted: those named, or all that the line allows.
    fn measures(&self, named: &[String], language: Language) -> Result<Vec<Measure>> {
        let wanted: Vec<Measure> = named.iter().filter_map(|name| Measure::named(name.trim())).collect();
        if let (None, Some(measure)) = (&self.line, wanted.iter().find(|measure| measure.needs_line())) {
            let name = measure.name();
            return Err(wrong(
                language,
                format!("{name} cần chuẩn nghèo: hãy thêm --line, ví dụ --line 1500000 hoặc --line 60%-of-median"),
                format!("{name} needs a poverty line: add --line, as in --line 1500000 or --line 60%-of-median"),
            ));
        }
        Ok(if wanted.is_empty() { Measure::ALL.to_vec() } else { wanted })
    }
}

/// The rows of a table, its rounds, and what is asked of them.
pub struct Incomes {
    rows: Rows,
    rounds: Vec<Round>,
    measures: Vec<Measure>,
    line: Line,
    written: String,
    poor: Poor,
    groupings: Vec<Vec<usize>>,
    left_out: u64,
}

/// Reads incomes; none when they are not asked for.
pub fn read(
    options: &Options,
    measures: &[String],
    groupings: &[Vec<String>],
    (data, files): (&data::Options, &[PathBuf]),
    language: Language,
) -> Result<Option<Incomes>> {
    let Some(income) = &options.income else { return Ok(None) };
    let line = options.line(language)?;
    let keys = super::keys(groupings);
    let line_column = if let Written::Column(name) = &line { Some(SurveyColumn::number(name)) } else { None };
    let further: Vec<SurveyColumn> = std::iter::once(SurveyColumn::number(income)).chain(line_column).collect();
    // Rows are checked as a cube checks them.
    let spec = data.design(&keys);
    let mut problems = RowProblems::new(data::PROBLEMS);
    let read = read_rows(&spec, &further, files, &mut problems, reading::stopped()?)?;
    if problems.count() > 0 {
        data::tell(&problems, read.unlisted, language);
        if !data.keep_going {
            return Err(data::bad_rows(read.excluded, language));
        }
    }
    let table = read.data;
    let mut weight = vec![1.0; table.rows()];
    for name in [&data.weight, &data.size].into_iter().flatten() {
        weight.iter_mut().zip(number(&table, name)).for_each(|(weight, factor)| *weight *= factor);
    }
    let of = |name: &Option<String>| name.as_ref().map(|name| label(&table, name));
    let sample = (!data.register).then(|| Sample {
        stratum: of(&data.strata).unwrap_or_else(|| vec![Label::Missing; table.rows()]),
        psu: of(&data.psu).unwrap_or_else(|| (0..table.rows() as i64).map(Label::Whole).collect()),
        population: data.fpc.as_ref().map(|name| number(&table, name)),
        elements: data.psu.is_none(),
        lonely: data.lonely_psu,
    });
    let years = data.year.as_ref().map(|name| number(&table, name));
    let rounds = rounds(of(&data.round), years.as_deref(), table.rows());
    let place = |key: &String| keys.binary_search(key).unwrap_or_default();
    Ok(Some(Incomes {
        measures: options.measures(measures, language)?,
        poor: if options.poor_at_line { Poor::NotAbove } else { Poor::Below },
        groupings: groupings.iter().map(|grouping| grouping.iter().map(place).collect()).collect(),
        written: options.line.clone().unwrap_or_default(),
        line: match line {
            Written::None => Line::None,
            Written::Column(name) => Line::OfRow(number(&table, &name)),
            Written::Number(number) => Line::Same(number),
            Written::Relative(relative) => Line::Relative(relative),
        },
        rounds,
        left_out: read.excluded,
        rows: Rows {
            name: income.clone(),
            income: number(&table, income),
            weight,
            sample,
            keys: keys.iter().map(|key| (key.clone(), label(&table, key))).collect(),
        },
    }))
}

/// A column of numbers; what is missing is NaN.
fn number(table: &SurveyData, name: &str) -> Vec<f64> {
    let numbers = table.numbers(name).into_iter().flatten();
    numbers.map(|value| value.unwrap_or(f64::NAN)).collect()
}

/// A column of labels.
fn label(table: &SurveyData, name: &str) -> Vec<Label> {
    let label = |labels: &Labels| labels.rows.iter().map(|place| labels.names[*place as usize].clone()).collect();
    table.labels(name).map_or_else(Vec::new, label)
}

/// The rounds that the rows name, each with its year, which is the same in all rows that have one.
fn rounds(labels: Option<Vec<Label>>, years: Option<&[f64]>, rows: usize) -> Vec<Round> {
    let mut found: BTreeMap<Option<Label>, Vec<u32>> = BTreeMap::new();
    for row in 0..rows {
        let label = labels.as_ref().map(|labels| labels[row].clone());
        found.entry(label).or_default().push(row as u32);
    }
    let several = found.len() > 1;
    let round = |(label, rows): (Option<Label>, Vec<u32>)| Round {
        label: label.filter(|_| several).map_or(String::new(), |label| label.to_string()),
        year: years.and_then(|years| rows.iter().map(|row| years[*row as usize]).find(|year| year.is_finite())),
        rows,
    };
    found.into_iter().map(round).collect()
}

impl Incomes {
    /// The figures, with what is to be known of them.
    pub fn blocks(
        self,
        comparison: &Comparison,
        precision: &Precision,
        facts: &mut Facts,
        language: Language,
    ) -> Result<Vec<Block>> {
        let Incomes { rows, rounds, measures, line, written, poor, groupings, left_out } = self;
        if left_out > 0 {
            facts.notes.push(match language {
                Language::Vi => {
                    format!("CHÚ Ý: bỏ {left_out} dòng không đọc được hoặc thiếu quyền số, tầng hay đơn vị mẫu (--keep-going).")
                }
                Language::En => format!(
                    "TAKE CARE: rows left out as they cannot be read or lack a weight, stratum or unit (--keep-going): {left_out}."
                ),
            });
        }
        let question = Question {
            measures,
            line,
            poor,
            groupings,
            confidence: precision.confidence,
            interval: precision.interval,
            errors: !precision.no_errors,
        };
        let mut blocks = Vec::new();
        let mut of_rounds = Vec::new();
        let mut without: BTreeMap<&'static str, (usize, IncomeError)> = BTreeMap::new();
        for round in &rounds {
            let found = levels(&rows, round, &question)?;
            let people = found.blocks.first().and_then(|nation| nation.whom.first()?.people).unwrap_or_default();
            of_rounds.push(RoundFacts {
                name: round.label.clone(),
                year: round.year,
                of_income: true,
                entering: people.rows,
                rows: round.rows.len() as u64,
                excluded_share: people.excluded_share,
                design: found.design.as_ref().map(sizes),
                elements: rows.sample.is_some() && found.elements,
            });
            for (measure, (count, reason)) in found.without {
                without.entry(measure).or_insert((0, reason)).0 += count;
            }
            blocks.extend(found.blocks);
        }
        facts.of_income(&rows.name, &written, of_rounds, without, language);
        if let Some(link) = comparison.change {
            if rounds.len() < 2 {
                return Err(super::answer::one_round(language));
            }
            for [from, to] in super::answer::pairs(rounds.len()) {
                blocks.extend(changes(&rows, [&rounds[from], &rounds[to]], &question, link)?);
            }
        }
        Ok(blocks)
    }
}
