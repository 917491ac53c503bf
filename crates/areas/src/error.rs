//! What can go wrong when asking about areas, in words that say what to do.

use jiff::civil::Date;

use crate::{AreaCode, Level};

/// Why a question about areas has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AreaError {
    /// The text is no area code.
    #[error(
        "{text:?} is not an area code: write 1 to 8 digits, such as 01, 001 or 00001, \
         with their leading zeros"
    )]
    NotACode {
        /// The text as given.
        text: String,
    },
    /// The day lies before the first list.
    #[error(
        "no list of administrative units is known for {day}: the first is that of {first}; \
         use a later day, or add the older list to data/areas"
    )]
    BeforeFirstList {
        /// The day asked for.
        day: Date,
        /// The first day of the first list.
        first: Date,
    },
    /// No list has this name.
    #[error("there is no list {id:?}: the lists are {known}")]
    UnknownList {
        /// The name asked for.
        id: String,
        /// The names there are, separated by commas.
        known: String,
    },
    /// The list has no unit with this code.
    #[error(
        "the list {list} has no unit {code}: check the leading zeros, and that the code was \
         written by this list and not by an earlier or later one"
    )]
    UnknownCode {
        /// The code asked for.
        code: AreaCode,
        /// The list it was looked up in.
        list: String,
    },
    /// No map tells what became of this unit.
    #[error(
        "unknown: no map says what became of {name} ({code}) between the lists {from} and {to}; \
         an officer has to name the unit by hand"
    )]
    NoMap {
        /// The unit's code in `from`.
        code: AreaCode,
        /// The unit's full name in `from`.
        name: String,
        /// The list where the trail breaks off …
        from: String,
        /// … and the next one on the way.
        to: String,
    },
    /// The other list has no units of this level.
    #[error(
        "the list {to} has no level {level}, so {name} ({code}) has no counterpart there; \
         trace its communes one by one"
    )]
    NoSuchLevel {
        /// The unit's code.
        code: AreaCode,
        /// The unit's full name.
        name: String,
        /// The level that is missing.
        level: Level,
        /// The list that lacks it.
        to: String,
    },
}

impl AreaError {
    /// The same in Vietnamese; [`ToString`] gives English.
    pub fn vietnamese(&self) -> String {
        match self {
            AreaError::NotACode { text } => format!(
                "{text:?} không phải là mã đơn vị hành chính: hãy viết 1 đến 8 chữ số, ví dụ 01, 001 hoặc 00001, \
                 kể cả các số 0 ở đầu"
            ),
            AreaError::BeforeFirstList { day, first } => format!(
                "chưa có danh mục đơn vị hành chính nào cho ngày {day}: danh mục đầu tiên là của ngày {first}; \
                 hãy chọn ngày muộn hơn, hoặc bổ sung danh mục cũ vào data/areas"
            ),
            AreaError::UnknownList { id, known } => format!("không có danh mục {id:?}: có các danh mục {known}"),
            AreaError::UnknownCode { code, list } => format!(
                "danh mục {list} không có đơn vị {code}: hãy kiểm tra các số 0 ở đầu, và xem mã này có đúng là của \
                 danh mục này, không phải của danh mục trước hoặc sau đó"
            ),
            AreaError::NoMap { code, name, from, to } => format!(
                "chưa rõ: không có bảng chuyển đổi nào cho biết {name} ({code}) đã thành đơn vị nào giữa danh mục \
                 {from} và danh mục {to}; cán bộ phải tự xác định đơn vị"
            ),
            AreaError::NoSuchLevel { code, name, level, to } => {
                let level = match level {
                    Level::Province => "tỉnh",
                    Level::District => "huyện",
                    Level::Commune => "xã",
                };
                format!(
                    "danh mục {to} không có cấp {level}, nên {name} ({code}) không có đơn vị tương ứng ở đó; \
                     hãy tra từng xã của đơn vị này"
                )
            }
        }
    }
}
