//! What can be wrong with a kernel or with the table it is given.

use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use vuon_policy::ir::MOST_MEMBERS;
use vuon_policy::model::Language;

/// Why a kernel cannot be made, or cannot assess a table.
#[derive(thiserror::Error, Debug)]
pub enum KernelError {
    /// The pack cannot classify.
    #[error("the pack {pack} has no method with the place {method}")]
    NoMethod {
        /// The pack.
        pack: String,
        /// The place asked for.
        method: usize,
    },
    /// The local standard cannot be compared with the national one.
    #[error(
        "the national standard {national} has no method `{method}`; both standards are assessed by the same method"
    )]
    NoNationalMethod {
        /// The national pack.
        national: String,
        /// The method.
        method: String,
    },
    /// The local standard changes a question of the national one.
    #[error(
        "`{variable}` does not mean the same in the local standard and in {national}: \
         a local standard may add options at the end of a list, but not change a question"
    )]
    NationalQuestion {
        /// The national pack.
        national: String,
        /// The variable.
        variable: String,
    },
    /// The pack has no variable that identifies the household.
    #[error("the questionnaire of {0} has no variable of type `id`")]
    NoIdentity(String),
    /// More statuses, bands or rules than a dictionary of the output holds.
    #[error("{what} has {count} entries; a column of the output holds at most {most}")]
    TooMany {
        /// The list.
        what: String,
        /// Its length.
        count: usize,
        /// The greatest length.
        most: usize,
    },
    /// Ages or dates count, and no review date is given.
    #[error("the pack {0} asks for ages or dates: give the review date")]
    NoReviewDate(String),
    /// The review date is outside the calendar.
    #[error("the review date must lie between 1900-01-01 and 2100-12-31")]
    ReviewDate,
    /// Only choices and codes are carried.
    #[error("`{0}` cannot be carried into the output: it is not a choice or code of the household's questionnaire")]
    Carry(String),
    /// A column that must be there is not.
    #[error("the table has no column `{0}`")]
    NoColumn(String),
    /// A column is of another type.
    #[error("column `{column}` is of type {found}; {expected} is expected")]
    Type {
        /// The column.
        column: String,
        /// What the questionnaire asks for.
        expected: DataType,
        /// What the table has.
        found: DataType,
    },
    /// A value that the questionnaire does not allow.
    #[error("column `{column}` holds {value}; the questionnaire allows {lo} to {hi} (as stored)")]
    OutOfRange {
        /// The column.
        column: String,
        /// The value, as stored.
        value: i64,
        /// The least allowed value.
        lo: i64,
        /// The greatest allowed value.
        hi: i64,
    },
    /// Members are a list without nulls.
    #[error("column `members` has nulls; a household without members has an empty list")]
    NullMembers,
    /// A roster longer than the checker reckoned with.
    #[error("row {row} has {members} members; a household has at most {MOST_MEMBERS}")]
    TooManyMembers {
        /// The row of the batch, from 0.
        row: usize,
        /// Its members.
        members: usize,
    },
    /// Arrow refused.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
}

impl KernelError {
    /// What is wrong, in a language. What Arrow says is kept in its own words.
    pub fn tell(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            KernelError::NoMethod { pack, method } => {
                format!("gói chính sách {pack} không có phương pháp thứ {method}")
            }
            KernelError::NoNationalMethod { national, method } => format!(
                "chuẩn quốc gia {national} không có phương pháp `{method}`; hai chuẩn phải được đánh giá theo cùng một \
                 phương pháp"
            ),
            KernelError::NationalQuestion { national, variable } => format!(
                "`{variable}` trong chuẩn địa phương không cùng nghĩa với trong {national}: chuẩn địa phương được thêm \
                 lựa chọn vào cuối danh sách, nhưng không được đổi câu hỏi"
            ),
            KernelError::NoIdentity(pack) => format!("phiếu hỏi của {pack} không có biến nào kiểu `id`"),
            KernelError::TooMany { what, count, most } => {
                format!("{what} có {count} mục; một cột kết quả chỉ chứa được tối đa {most}")
            }
            KernelError::NoReviewDate(pack) => {
                format!("gói chính sách {pack} có hỏi về tuổi hoặc ngày: hãy nêu ngày rà soát")
            }
            KernelError::ReviewDate => "ngày rà soát phải nằm trong khoảng từ 1900-01-01 đến 2100-12-31".to_owned(),
            KernelError::Carry(id) => {
                format!("không đưa `{id}` vào kết quả được: đó không phải là lựa chọn hay mã trong phiếu hỏi về hộ")
            }
            KernelError::NoColumn(column) => format!("bảng không có cột `{column}`"),
            KernelError::Type { column, expected, found } => {
                format!("cột `{column}` có kiểu {found}; cần kiểu {expected}")
            }
            KernelError::OutOfRange { column, value, lo, hi } => {
                format!(
                    "cột `{column}` chứa {value}; phiếu hỏi chỉ cho phép từ {lo} đến {hi} (theo cách lưu trong tệp)"
                )
            }
            KernelError::NullMembers => {
                "cột `members` có giá trị null; hộ không có thành viên phải là danh sách rỗng".to_owned()
            }
            KernelError::TooManyMembers { row, members } => {
                format!("dòng {row} có {members} thành viên; mỗi hộ có tối đa {MOST_MEMBERS}")
            }
            KernelError::Arrow(error) => error.to_string(),
        }
    }
}
