//! A whole table in memory, for what needs all rows at once: estimating a scorecard, incomes, targeting.

use super::column::{ColumnKind, SurveyColumn};
use super::{SurveyBatches, SurveyTable};
use crate::ahead::Ahead;
use crate::row_problem::{RowProblem, RowProblems};
use crate::table_problem::{TableProblem, TableProblems};
use arrow::array::{Array, AsArray, BooleanArray, Float64Array, RecordBatch};
use arrow::compute::concat;
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use std::collections::HashMap;
use std::path::PathBuf;
use vuon_measure::cube::Label;
use vuon_policy::model::Language;

/// How many problems are told one by one.
const TOLD: usize = 20;

/// Why a table was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Something is wrong with whole files.
    #[error(transparent)]
    Table(#[from] TableProblems),
    /// Some cells cannot be read.
    #[error("{}", self.tell(Language::En))]
    Cells {
        /// The first of them.
        first: Vec<RowProblem>,
        /// How many there are.
        count: u64,
    },
}

impl ReadError {
    /// What is wrong and what to do, one problem after the other.
    pub fn tell(&self, language: Language) -> String {
        let (first, count) = match self {
            ReadError::Table(problems) => return problems.tell(language),
            ReadError::Cells { first, count } => (first, count),
        };
        let mut lines: Vec<String> = first.iter().map(|problem| problem.tell(language)).collect();
        let more = count - first.len() as u64;
        if more > 0 {
            lines.push(match language {
                Language::Vi => format!("và {more} lỗi khác"),
                Language::En if more == 1 => "and 1 more problem".to_owned(),
                Language::En => format!("and {more} more problems"),
            });
        }
        lines.join("\n")
    }
}

impl From<TableProblem> for ReadError {
    fn from(problem: TableProblem) -> Self {
        ReadError::Table(problem.into())
    }
}

/// A column of labels: the distinct ones, rising, and for each row the place of its own among them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Labels {
    /// The labels that occur; the missing one last, where some row has none.
    pub names: Vec<Label>,
    /// For each row, its label's place in `names`.
    pub rows: Vec<u32>,
}

/// A table in memory.
#[derive(Clone, Debug)]
pub struct SurveyData {
    rows: usize,
    columns: Vec<(String, Values)>,
}

#[derive(Clone, Debug)]
enum Values {
    Flags(BooleanArray),
    Numbers(Float64Array),
    Labels(Labels),
}

impl SurveyData {
    /// The table of batches that have the columns, in their order and canonical types.
    pub(crate) fn of(columns: &[SurveyColumn], batches: &[RecordBatch]) -> Self {
        let values = columns.iter().enumerate().map(|(place, column)| {
            let parts: Vec<&dyn Array> = batches.iter().map(|batch| &**batch.column(place)).collect();
            let values = match column.kind {
                ColumnKind::Flag if parts.is_empty() => Values::Flags(BooleanArray::new_null(0)),
                ColumnKind::Number if parts.is_empty() => Values::Numbers(Float64Array::new_null(0)),
                ColumnKind::Flag => Values::Flags(concat(&parts).expect("flags").as_boolean().clone()),
                ColumnKind::Number => Values::Numbers(concat(&parts).expect("numbers").as_primitive().clone()),
                ColumnKind::Label => Values::Labels(labels(&parts)),
            };
            (column.name.clone(), values)
        });
        Self { columns: values.collect(), rows: batches.iter().map(RecordBatch::num_rows).sum() }
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// A column that was wanted as flags.
    pub fn flags(&self, name: &str) -> Option<&BooleanArray> {
        self.find(name, |values| if let Values::Flags(flags) = values { Some(flags) } else { None })
    }

    /// A column that was wanted as numbers.
    pub fn numbers(&self, name: &str) -> Option<&Float64Array> {
        self.find(name, |values| if let Values::Numbers(numbers) = values { Some(numbers) } else { None })
    }

    /// A column that was wanted as labels.
    pub fn labels(&self, name: &str) -> Option<&Labels> {
        self.find(name, |values| if let Values::Labels(labels) = values { Some(labels) } else { None })
    }

    fn find<'d, V>(&'d self, name: &str, kind: impl Fn(&'d Values) -> Option<V>) -> Option<V> {
        self.columns.iter().filter(|(column, _)| column == name).find_map(|(_, values)| kind(values))
    }
}

/// The label that a text stands for: `12` is a whole number, `007` and `north` are texts.
pub fn label_of(text: &str) -> Label {
    let plain = matches!(text.strip_prefix('-').unwrap_or(text).as_bytes(), [b'0'] | [b'1'..=b'9', ..]);
    match text.parse() {
        Ok(number) if plain && text != "-0" => Label::Whole(number),
        _ => Label::Text(text.into()),
    }
}

/// Reads the columns of all files into memory. If any cell cannot be read there is no table, and the cells are told.
pub fn read_all(files: &[PathBuf], columns: &[SurveyColumn]) -> Result<SurveyData, ReadError> {
    let table = SurveyTable::open(files, columns)?;
    let mut units = table.units();
    let mut ahead: Ahead<Result<SurveyBatches, TableProblem>> = Ahead::new(2 * rayon::current_num_threads());
    let mut batches: Vec<RecordBatch> = Vec::new();
    let mut problems = RowProblems::new(TOLD);
    let mut unlisted = 0;
    loop {
        while ahead.has_room() {
            let Some(unit) = units.next() else { break };
            let unit = unit?;
            ahead.start(move || unit.decode());
        }
        let Some(unit) = ahead.take() else { break };
        let unit = unit?;
        problems.extend(unit.problems);
        unlisted += unit.unlisted;
        if problems.count() == 0 {
            batches.extend(unit.batches);
        }
    }
    if problems.count() > 0 {
        return Err(ReadError::Cells { first: problems.first().to_vec(), count: problems.count() + unlisted });
    }
    Ok(SurveyData::of(columns, &batches))
}

/// Labels of all parts, numbers and texts alike.
fn labels(parts: &[&dyn Array]) -> Labels {
    let mut places: HashMap<Label, u32> = HashMap::new();
    let mut rows: Vec<u32> = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
    let mut place = |label: Label| {
        let next = places.len() as u32;
        *places.entry(label).or_insert(next)
    };
    for part in parts {
        if *part.data_type() == DataType::Int64 {
            let numbers = part.as_primitive::<Int64Type>();
            let mut last = None;
            for number in numbers {
                let known = last.filter(|(seen, _)| *seen == number).map(|(_, place)| place);
                let at = known.unwrap_or_else(|| place(number.map_or(Label::Missing, Label::Whole)));
                last = Some((number, at));
                rows.push(at);
            }
        } else {
            let texts = part.as_dictionary::<Int32Type>();
            let names = texts.values().as_string::<i32>();
            let mut known: Vec<Option<u32>> = vec![None; names.len()];
            for key in texts.keys() {
                rows.push(match key {
                    None => place(Label::Missing),
                    Some(key) => {
                        let known = &mut known[key as usize];
                        *known.get_or_insert_with(|| place(label_of(names.value(key as usize))))
                    }
                });
            }
        }
    }
    let mut names: Vec<(Label, u32)> = places.into_iter().collect();
    names.sort_unstable();
    let mut rank = vec![0; names.len()];
    for ((_, place), new) in names.iter().zip(0_u32..) {
        rank[*place as usize] = new;
    }
    rows.iter_mut().for_each(|row| *row = rank[*row as usize]);
    Labels { names: names.into_iter().map(|(label, _)| label).collect(), rows }
}
