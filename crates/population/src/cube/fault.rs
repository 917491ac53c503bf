//! Rows that cannot be counted: what is missing or impossible, where, and what to do.

use super::spec::Plan;
use crate::row_problem::RowProblem;
use crate::words::{Told, told};
use arrow::array::{Array, AsArray, BooleanArray, Float64Array, RecordBatch};
use arrow::datatypes::Float64Type;
use std::sync::Arc;

/// Something wrong with a row of a batch. Whoever knows the file makes a [`RowProblem`] of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// The row in the batch, from 0.
    pub row: usize,
    /// The column.
    pub column: Arc<str>,
    /// What the cell holds.
    pub value: Option<Arc<str>>,
    /// What is wrong.
    pub message: Told,
    /// What to do.
    pub advice: Told,
}

impl RowFault {
    /// The problem of a row of a file, as the file numbers it.
    pub fn at(self, file: Arc<str>, row: u64, household: Option<Arc<str>>) -> RowProblem {
        let Self { column, value, message, advice, .. } = self;
        RowProblem { file, row, household, column: Some(column), value, message, advice }
    }
}

/// The faults of a batch.
#[derive(Debug)]
pub(super) struct Faults<'b> {
    rows: usize,
    bad: &'b [u32],
    /// The faults of other rows, each with the place of its column.
    found: Vec<(usize, RowFault)>,
}

/// Weights and sizes beyond this are mistakes, and would spoil the sums.
const MOST: f64 = 1e100;

impl<'b> Faults<'b> {
    /// Looks at everything that a row needs in order to be counted. What is wrong with rows that are known to be bad is
    /// known.
    pub fn find(plan: &Plan, batch: &RecordBatch, bad: &'b [u32]) -> Self {
        let mut faults = Self { rows: batch.num_rows(), bad, found: Vec::new() };
        for (place, name) in [(plan.weight, WEIGHT), (plan.size, SIZE)] {
            faults.quantities(plan, batch, place, true, |number| (0.0..=MOST).contains(&number), &name);
        }
        faults.quantities(plan, batch, plan.fpc, true, |number| number > 0.0 && number <= MOST, &FPC);
        faults.quantities(plan, batch, plan.year, false, |number| number.abs() <= MOST, &YEAR);
        for (place, name) in [(plan.strata, STRATUM), (plan.psu, PSU), (plan.round, ROUND)] {
            let Some(place) = place else { continue };
            let column = batch.column(place);
            // A text of a dictionary may be missing as well as its key.
            if column.logical_null_count() > 0 {
                let nulls = column.logical_nulls();
                let is_missing = |row: &usize| nulls.as_ref().is_some_and(|nulls| nulls.is_null(*row));
                let wrong = name.missing();
                for row in (0..batch.num_rows()).filter(is_missing) {
                    faults.push(plan, place, row, None, &wrong);
                }
            }
        }
        for (indicator, place) in &plan.gaps {
            faults.gaps(plan, batch, plan.indicators[*indicator], *place);
        }
        faults.found.sort_by_key(|(place, fault)| (fault.row, *place));
        faults
    }

    fn quantities(
        &mut self,
        plan: &Plan,
        batch: &RecordBatch,
        place: Option<usize>,
        needed: bool,
        good: impl Fn(f64) -> bool,
        name: &Name,
    ) {
        let Some(place) = place else { return };
        let column = batch.column(place).as_primitive::<Float64Type>();
        let all_good = |chunk: &[f64]| chunk.iter().fold(true, |all, number| all & good(*number));
        if column.null_count() == 0 && column.values().chunks(64).all(all_good) {
            return;
        }
        let missing = name.missing();
        let impossible = told(format!("{} không hợp lệ", name.vi), format!("{} is not possible", name.en));
        let impossible = (impossible, name.possible());
        for row in 0..column.len() {
            if column.is_null(row) {
                if needed {
                    self.push(plan, place, row, None, &missing);
                }
            } else if !good(column.value(row)) {
                self.push(plan, place, row, Some(column.value(row)), &impossible);
            }
        }
    }

    /// Gaps count in rows that are deprived in the indicator.
    fn gaps(&mut self, plan: &Plan, batch: &RecordBatch, indicator: usize, place: usize) {
        let flags: &BooleanArray = batch.column(indicator).as_boolean();
        let gaps: &Float64Array = batch.column(place).as_primitive();
        let deprived = |row: &usize| flags.is_valid(*row) && flags.value(*row);
        let missing = told(
            "hộ thiếu hụt chỉ số này nhưng không có độ thiếu hụt",
            "the household is deprived, but its gap is missing",
        );
        let missing = (missing, fill_in());
        let impossible = told(
            "độ thiếu hụt của hộ thiếu hụt phải từ 0 đến 1",
            "the gap of a deprived household must be between 0 and 1",
        );
        let advice = told(
            "hãy tính (z − x)/z, với z là ngưỡng và x là giá trị của hộ",
            "compute (z − x)/z, where z is the cut-off and x the household's value",
        );
        let impossible = (impossible, advice);
        for row in (0..batch.num_rows()).filter(deprived) {
            if gaps.is_null(row) {
                self.push(plan, place, row, None, &missing);
            } else if !(0.0..=1.0).contains(&gaps.value(row)) {
                self.push(plan, place, row, Some(gaps.value(row)), &impossible);
            }
        }
    }

    fn push(&mut self, plan: &Plan, place: usize, row: usize, value: Option<f64>, wrong: &(Told, Told)) {
        if self.bad.binary_search(&(row as u32)).is_ok() {
            return;
        }
        let column = plan.names[place].clone();
        let value = value.map(|value| value.to_string().into());
        let (message, advice) = wrong.clone();
        self.found.push((place, RowFault { row, column, value, message, advice }));
    }

    /// Which rows are good, where some are not.
    pub fn good_rows(&self) -> Option<BooleanArray> {
        if self.found.is_empty() && self.bad.is_empty() {
            return None;
        }
        let mut good = vec![true; self.rows];
        self.bad.iter().for_each(|row| good[*row as usize] = false);
        self.found.iter().for_each(|(_, fault)| good[fault.row] = false);
        Some(good.into())
    }

    /// How many rows are not good, and the faults by row and column.
    pub fn into_list(self) -> (u64, Vec<RowFault>) {
        let faulty = self.found.chunk_by(|(_, a), (_, b)| a.row == b.row).count() + self.bad.len();
        (faulty as u64, self.found.into_iter().map(|(_, fault)| fault).collect())
    }
}

/// What a column means.
struct Name {
    vi: &'static str,
    en: &'static str,
    /// What can stand in it.
    possible: [&'static str; 2],
}

impl Name {
    /// What is wrong, and what to do.
    fn missing(&self) -> (Told, Told) {
        (told(format!("thiếu {}", self.vi), format!("{} is missing", self.en)), fill_in())
    }

    fn possible(&self) -> Told {
        told(self.possible[0], self.possible[1])
    }
}

const WEIGHT: Name = Name { vi: "quyền số", en: "the weight", possible: ZERO_OR_MORE };
const SIZE: Name = Name { vi: "số người", en: "the number of persons", possible: ZERO_OR_MORE };
const FPC: Name = Name {
    vi: "hệ số hiệu chỉnh tổng thể hữu hạn",
    en: "the finite population correction",
    possible: [
        "hãy dùng số đơn vị của tầng trong tổng thể, hoặc tỷ lệ đã chọn (trên 0, không quá 1)",
        "use the number of units that the population has in the stratum, or the share drawn (above 0, at most 1)",
    ],
};
const YEAR: Name =
    Name {
        vi: "năm", en: "the year", possible: ["hãy dùng một số, ví dụ 2022", "use a number, such as 2022"]
    };
const STRATUM: Name = Name { vi: "tầng", en: "the stratum", possible: ANY };
const PSU: Name = Name { vi: "đơn vị chọn mẫu", en: "the sampling unit", possible: ANY };
const ROUND: Name = Name { vi: "kỳ điều tra", en: "the round", possible: ANY };

const ZERO_OR_MORE: [&str; 2] = ["hãy dùng một số từ 0 trở lên", "use a number, 0 or more"];
const ANY: [&str; 2] = ["hãy dùng một số hoặc một tên", "use a number or a name"];

fn fill_in() -> Told {
    told("hãy điền ô này, hoặc bỏ dòng khỏi tệp", "fill it in, or leave the row out of the file")
}
