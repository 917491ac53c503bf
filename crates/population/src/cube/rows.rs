//! The rows that a cube would count, whole and in memory: for what needs each row beside the design of the survey, as
//! incomes do. What a cube refuses is refused here in the same words: a missing weight, stratum, unit or round row by row,
//! two corrections of a stratum or two years of a round for the whole table.

use super::fault::Faults;
use super::spec::{CubeSpec, Plan};
use crate::ahead::Ahead;
use crate::pipeline::RunError;
use crate::row_problem::{RowProblem, RowProblems};
use crate::survey::{Labels, SurveyBatches, SurveyColumn, SurveyData, SurveyTable};
use crate::table_problem::{TableProblem, TableProblems};
use crate::words::{Told, told};
use arrow::array::RecordBatch;
use arrow::compute::filter_record_batch;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use vuon_measure::cube::Label;

/// The good rows of a table.
#[derive(Clone, Debug)]
pub struct GoodRows {
    /// The columns of the specification and the further ones.
    pub data: SurveyData,
    /// Rows left out, because something in them cannot be read or is missing.
    pub excluded: u64,
    /// Problems of cells that are not among those told one by one, because there are very many.
    pub unlisted: u64,
}

/// Where the good rows stand.
#[derive(Debug, Default)]
struct Places {
    /// From which row of the table on (the first is 0) the rows are of a file.
    files: Vec<(usize, Arc<str>)>,
    /// The number of each row in its file.
    numbers: Vec<u64>,
}

/// Reads the columns of a specification, which may have no indicators, and further ones. Rows with something wrong are
/// left out, and told to `problems`; the run is stopped from outside by `stop`.
///
/// # Errors
/// Names that do not go together, files that cannot be read, corrections or years that contradict each other, or the
/// stop.
pub fn read_rows(
    spec: &CubeSpec,
    further: &[SurveyColumn],
    files: &[PathBuf],
    problems: &mut RowProblems,
    stop: &AtomicBool,
) -> Result<GoodRows, RunError> {
    let plan = Arc::new(Plan::of_rows(spec).map_err(RunError::Name)?);
    let mut columns = plan.columns.clone();
    for column in further {
        if !columns.contains(column) {
            columns.push(column.clone());
        }
    }
    let table = SurveyTable::open(files, &columns)?;
    let mut units = table.units();
    let mut ahead: Ahead<Result<Checked, TableProblem>> = Ahead::new(2 * rayon::current_num_threads());
    let mut batches: Vec<RecordBatch> = Vec::new();
    let mut places = Places::default();
    let (mut excluded, mut unlisted) = (0, 0);
    loop {
        while ahead.has_room() {
            let Some(unit) = units.next() else { break };
            let (unit, plan) = (unit?, plan.clone());
            ahead.start(move || Ok(Checked::new(unit.decode()?, &plan)));
        }
        let Some(unit) = ahead.take() else { break };
        if stop.load(Ordering::Relaxed) {
            return Err(RunError::Stopped);
        }
        let unit = unit?;
        problems.extend(unit.problems);
        excluded += unit.excluded;
        unlisted += unit.unlisted;
        places.files.push((places.numbers.len(), unit.file));
        places.numbers.extend(unit.numbers);
        batches.extend(unit.batches);
    }
    let data = SurveyData::of(&columns, &batches);
    let contradictions = contradictions(spec, &data, &places);
    if contradictions.list.is_empty() { Ok(GoodRows { data, excluded, unlisted }) } else { Err(contradictions.into()) }
}

/// The good rows of a unit of the table.
struct Checked {
    batches: Vec<RecordBatch>,
    file: Arc<str>,
    numbers: Vec<u64>,
    problems: Vec<RowProblem>,
    excluded: u64,
    unlisted: u64,
}

impl Checked {
    fn new(mut unit: SurveyBatches, plan: &Plan) -> Self {
        let mut problems = std::mem::take(&mut unit.problems);
        let mut bad = unit.bad.iter().peekable();
        let (mut batches, mut numbers) = (Vec::with_capacity(unit.batches.len()), Vec::new());
        let (mut first, mut excluded) = (0, 0);
        for batch in &unit.batches {
            let next = first + batch.num_rows() as u64;
            let mut bad_here: Vec<u32> = Vec::new();
            while let Some(row) = bad.next_if(|row| **row < next) {
                bad_here.push((row - first) as u32);
            }
            let faults = Faults::find(plan, batch, &bad_here);
            let number = |row: usize| unit.number(first + row as u64);
            match faults.good_rows() {
                None => {
                    numbers.extend((0..batch.num_rows()).map(number));
                    batches.push(batch.clone());
                }
                Some(good) => {
                    numbers.extend((0..batch.num_rows()).filter(|row| good.value(*row)).map(number));
                    batches.push(filter_record_batch(batch, &good).expect("a mask as long as the batch"));
                }
            }
            let (left_out, faults) = faults.into_list();
            excluded += left_out;
            problems.extend(faults.into_iter().map(|fault| {
                let row = number(fault.row);
                fault.at(unit.file.clone(), row, None)
            }));
            first = next;
        }
        // Those of one row by column, as they were found.
        problems.sort_by_key(|problem| problem.row);
        Self { batches, file: unit.file, numbers, problems, excluded, unlisted: unit.unlisted }
    }
}

/// What must be the same in all rows of a stratum or a round, and is not; each told at the first row that differs.
fn contradictions(spec: &CubeSpec, data: &SurveyData, places: &Places) -> TableProblems {
    let mut problems = TableProblems::default();
    let labels = |name: &Option<String>| name.as_ref().and_then(|name| data.labels(name));
    let (rounds, strata) = (labels(&spec.round), labels(&spec.strata));
    let place = |labels: Option<&Labels>, row: usize| labels.map_or(0, |labels| labels.rows[row]);
    let name = |labels: Option<&Labels>, row: usize| {
        labels.map_or(Label::Missing, |labels| labels.names[labels.rows[row] as usize].clone())
    };
    let in_round = |row: usize| (place(rounds, row), 0);
    if let Some(year) = &spec.year
        && let Some([one, other]) = two_values(data, year, in_round)
    {
        let round = name(rounds, other.0);
        let first = places.of(one.0);
        let message = told(
            format!("kỳ điều tra {round} có hai năm: {} ({}) và {}", one.1, first.vi, other.1),
            format!("round {round} has two years: {} ({}) and {}", one.1, first.en, other.1),
        );
        let advice = told(
            "hãy ghi một năm cho mỗi kỳ, ví dụ 2018.5 khi điều tra kéo dài từ 2018 sang 2019",
            "write one year for each round, such as 2018.5 for a survey that went on from 2018 into 2019",
        );
        problems.list.push(places.problem(other.0, year, message, advice));
    }
    let Some(fpc) = &spec.fpc else { return problems };
    let stratum = |row: usize| match name(strata, row) {
        Label::Missing => told("mẫu", "the sample"),
        label => told(format!("tầng {label}"), format!("stratum {label}")),
    };
    if let Some([one, other]) = two_values(data, fpc, |row| (place(rounds, row), place(strata, row))) {
        let (stratum, first) = (stratum(other.0), places.of(one.0));
        let message = told(
            format!("{} có hai hệ số hiệu chỉnh tổng thể hữu hạn: {} ({}) và {}", stratum.vi, one.1, first.vi, other.1),
            format!("{} has two finite population corrections: {} ({}) and {}", stratum.en, one.1, first.en, other.1),
        );
        let advice = told("hãy ghi một số cho cả tầng", "write one number for the whole stratum");
        problems.list.push(places.problem(other.0, fpc, message, advice));
    }
    // A number of units in one stratum and a share in another, within a round.
    let mut kinds: HashMap<u32, [Option<usize>; 2]> = HashMap::new();
    for (row, value) in data.numbers(fpc).into_iter().flatten().enumerate() {
        let kind = match value {
            Some(value) if value > 1.0 => 0,
            Some(value) if value < 1.0 => 1,
            _ => continue,
        };
        kinds.entry(place(rounds, row)).or_default()[kind].get_or_insert(row);
    }
    let mixed =
        kinds.values().filter_map(|[count, share]| count.zip(*share).map(|(count, share)| (count.max(share), share)));
    if let Some((row, share)) = mixed.min() {
        let stratum = stratum(share);
        let message = told(
            format!("{} có hệ số hiệu chỉnh là một tỷ lệ, các tầng khác là số đơn vị", stratum.vi),
            format!("{} has a share as population correction, others have numbers of units", stratum.en),
        );
        let advice = told(
            "hãy ghi số đơn vị cho mọi tầng, hoặc tỷ lệ cho mọi tầng",
            "write numbers of units for all strata, or shares for all",
        );
        problems.list.push(places.problem(row, fpc, message, advice));
    }
    problems
}

/// The first row whose number is not that of the first row of the same group, after that one; with their numbers.
fn two_values(data: &SurveyData, column: &str, group: impl Fn(usize) -> (u32, u32)) -> Option<[(usize, f64); 2]> {
    let mut first: HashMap<(u32, u32), (usize, f64)> = HashMap::new();
    let numbers = data.numbers(column)?.iter().enumerate();
    numbers.filter_map(|(row, value)| Some((row, value?))).find_map(|(row, value)| {
        let known = *first.entry(group(row)).or_insert((row, value));
        (known.1 != value).then_some([known, (row, value)])
    })
}

impl Places {
    fn file(&self, row: usize) -> &str {
        let after = self.files.partition_point(|(first, _)| *first <= row);
        self.files[..after].last().map_or("", |(_, file)| file)
    }

    /// The place of a row, in both languages.
    fn of(&self, row: usize) -> Told {
        let (file, number) = (self.file(row), self.numbers[row]);
        told(format!("{file}, dòng {number}"), format!("{file}, row {number}"))
    }

    /// Something wrong with the whole table that shows in a row.
    fn problem(&self, row: usize, column: &str, message: Told, advice: Told) -> TableProblem {
        let number = self.numbers[row];
        let message = told(
            format!("dòng {number}, cột {column}: {}", message.vi),
            format!("row {number}, column {column}: {}", message.en),
        );
        TableProblem::new(self.file(row), message, advice)
    }
}
