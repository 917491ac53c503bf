//! What can be wrong with columns, and what is not defined; in words that say where and what to do.

use super::names::{Column, Measure, Parameter};
use vuon_policy::exact::Exact;

/// Why there is no figure. Rows are counted from 1.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IncomeError {
    /// Columns of one table differ in length.
    #[error("the column of {column} has {found} rows where {expected} are needed: give every row one entry")]
    Length {
        /// What the column holds.
        column: Column,
        /// Its length.
        found: usize,
        /// The length of the others.
        expected: usize,
    },
    /// A value is infinite or not a number.
    #[error("row {row}: {value} as {column} is not a number: leave the row out of the domain, or give its value")]
    NotFinite {
        /// What the column holds.
        column: Column,
        /// The row, from 1.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A weight is below zero.
    #[error("row {row}: {value} as weight is below zero")]
    NegativeWeight {
        /// The row, from 1.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A poverty line is not above zero.
    #[error("row {row}: the poverty line {value} is not above zero")]
    Line {
        /// The row, from 1.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A domain names a row that the table does not have.
    #[error("there is no row {row}: the table has {rows}")]
    UnknownRow {
        /// The row, from 1.
        row: usize,
        /// How many there are.
        rows: usize,
    },
    /// A domain names a row twice.
    #[error("row {0} is twice in the domain")]
    RowTwice(usize),
    /// A row stands in a primary sampling unit that the design does not have.
    #[error("row {row}: there is no primary sampling unit {found}; the design has {psus}, counted from 0")]
    UnknownPsu {
        /// The row, from 1.
        row: usize,
        /// The place of the unit.
        found: u32,
        /// How many there are.
        psus: usize,
    },
    /// The domain has no row with a weight.
    #[error("nobody is in the domain: no row of it has a weight above zero")]
    Nobody,
    /// Incomes that the measure is not defined for.
    #[error(
        "{measure} is defined for {} only: {count} rows are not (the first is row {first}); leave them out of the domain \
         and say so, or choose another measure", if *.zero_fits { "incomes of zero and more" } else { "incomes above zero" }
    )]
    TooLow {
        /// The measure.
        measure: Measure,
        /// Whether zero would do.
        zero_fits: bool,
        /// How many rows.
        count: usize,
        /// The first of them in the table, from 1.
        first: usize,
    },
    /// A measure of distribution where there is nothing to distribute.
    #[error("{of} of the domain adds up to {total}: {measure} needs a sum above zero")]
    NothingToShare {
        /// The measure.
        measure: Measure,
        /// What is shared.
        of: Column,
        /// Its weighted sum.
        total: f64,
    },
    /// A ratio has nothing below its line.
    #[error("{0} is not defined: its denominator is zero")]
    ZeroDenominator(Measure),
    /// A parameter that the formula has no meaning for.
    #[error("{value} cannot be {parameter}")]
    Parameter {
        /// The parameter.
        parameter: Parameter,
        /// The value.
        value: f64,
    },
    /// A share that is not between 0 and 1.
    #[error("{0} is not a share between 0 and 1: write a fraction as in 1/5")]
    Share(Exact),
    /// A density of incomes that do not differ, or of a single row.
    #[error("all incomes of the domain are equal: they have no density, and what needs it has no linearised variance")]
    NoSpread,
    /// The numbers lie too far apart for double precision.
    #[error(
        "{0} cannot be computed in double precision: the incomes, weights or lines lie too many powers of ten apart"
    )]
    OutOfRange(Measure),
}

impl IncomeError {
    /// The same in Vietnamese; [`ToString`] gives English.
    pub fn vietnamese(&self) -> String {
        match self {
            IncomeError::Length { column, found, expected } => format!(
                "cột {} có {found} dòng, cần {expected}: mỗi dòng phải có đúng một giá trị",
                column.vietnamese()
            ),
            IncomeError::NotFinite { column, row, value } => format!(
                "dòng {row}: {value} ở cột {} không phải là số: hãy bỏ dòng này khỏi miền ước lượng hoặc điền giá trị",
                column.vietnamese()
            ),
            IncomeError::NegativeWeight { row, value } => format!("dòng {row}: quyền số {value} nhỏ hơn 0"),
            IncomeError::Line { row, value } => format!("dòng {row}: chuẩn nghèo {value} không lớn hơn 0"),
            IncomeError::UnknownRow { row, rows } => format!("không có dòng {row}: bảng có {rows} dòng"),
            IncomeError::RowTwice(row) => format!("dòng {row} xuất hiện hai lần trong miền ước lượng"),
            IncomeError::UnknownPsu { row, found, psus } => {
                format!("dòng {row}: không có đơn vị chọn mẫu cấp một {found}; thiết kế có {psus} đơn vị, đếm từ 0")
            }
            IncomeError::Nobody => "miền ước lượng trống: không dòng nào có quyền số lớn hơn 0".to_owned(),
            IncomeError::TooLow { measure, zero_fits, count, first } => format!(
                "{} chỉ xác định với thu nhập {}: {count} dòng không thỏa mãn (dòng đầu tiên là {first}); hãy bỏ các \
                 dòng này khỏi miền ước lượng và nêu rõ, hoặc chọn thước đo khác",
                measure.vietnamese(),
                if *zero_fits { "từ 0 trở lên" } else { "lớn hơn 0" }
            ),
            IncomeError::NothingToShare { measure, of, total } => {
                format!(
                    "tổng {} của miền ước lượng là {total}: {} cần tổng lớn hơn 0",
                    of.vietnamese(),
                    measure.vietnamese()
                )
            }
            IncomeError::ZeroDenominator(measure) => format!("{} không xác định: mẫu số bằng 0", measure.vietnamese()),
            IncomeError::Parameter { parameter, value } => {
                format!("{value} không dùng được làm {}", parameter.vietnamese())
            }
            IncomeError::Share(share) => {
                format!("{share} không phải là tỷ lệ giữa 0 và 1: hãy viết phân số, ví dụ 1/5")
            }
            IncomeError::NoSpread => {
                "mọi thu nhập trong miền ước lượng bằng nhau: không có mật độ, nên không có phương sai tuyến tính hóa"
                    .to_owned()
            }
            IncomeError::OutOfRange(measure) => format!(
                "không tính được {} bằng số thực độ chính xác kép: thu nhập, quyền số hoặc chuẩn nghèo chênh nhau quá nhiều \
                 bậc độ lớn",
                measure.vietnamese()
            ),
        }
    }
}
