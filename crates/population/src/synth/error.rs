//! Why no population can be made, in words that say what to do.

use std::path::{Path, PathBuf};
use vuon_policy::model::Language;

/// Why no population can be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SynthError {
    /// No such number of households can be made.
    #[error("{0} households cannot be made: ask for 1 to {max}", max = super::MOST_HOUSEHOLDS)]
    Households(u64),
    /// A rate is no share.
    #[error("the {name} rate is {rate}: write a share between 0 and 1, such as 0.02")]
    Rate {
        /// `unknown` or `dirty`.
        name: &'static str,
        /// What was asked for.
        rate: f64,
    },
    /// The day or a code is not known to the lists of administrative units.
    #[error(transparent)]
    Areas(#[from] vuon_areas::AreaError),
    /// An area in which no household can live.
    #[error("{0} has no commune to live in: name a province, district or commune that has")]
    Empty(String),
    /// A pack of the program cannot be loaded.
    #[error("the pack {id} cannot be loaded: {error}")]
    Pack {
        /// The pack.
        id: &'static str,
        /// What the loader says.
        error: Box<vuon_policy::LoadError>,
    },
    /// The standard lacks a legal value that the households are drawn by.
    #[error("the pack {pack} has no whole number {parameter}: adapt the generator to the pack")]
    Parameter {
        /// The pack.
        pack: &'static str,
        /// The parameter.
        parameter: &'static str,
    },
    /// The questionnaire and the generator no longer agree.
    #[error(
        "the questionnaire vn-questions has changed and the generator has not: {}",
        .0.join("; ")
    )]
    Questionnaire(Vec<String>),
    /// A file cannot be written.
    #[error("{path}: cannot be written: {error}; check the path, the rights and the free space")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl SynthError {
    pub(super) fn write(path: &Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        SynthError::Write { path: path.to_owned(), error: error.into() }
    }
}

impl SynthError {
    /// Why no population can be made, in a language.
    pub fn tell(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            SynthError::Households(count) => {
                format!("không tạo được {count} hộ: hãy nêu số từ 1 đến {}", super::MOST_HOUSEHOLDS)
            }
            SynthError::Rate { name, rate } => {
                format!("tỷ lệ {name} là {rate}: hãy viết một tỷ lệ từ 0 đến 1, ví dụ 0.02")
            }
            SynthError::Areas(error) => error.vietnamese(),
            SynthError::Empty(area) => {
                format!("{area} không có xã nào để ở: hãy nêu tỉnh, huyện hoặc xã có người ở")
            }
            SynthError::Pack { id, error } => format!("không nạp được gói chính sách {id}: {error}"),
            SynthError::Parameter { pack, parameter } => {
                format!("gói chính sách {pack} không có số nguyên {parameter}: hãy sửa bộ sinh dữ liệu theo gói này")
            }
            SynthError::Questionnaire(differences) => {
                format!("phiếu hỏi vn-questions đã thay đổi mà bộ sinh dữ liệu thì chưa: {}", differences.join("; "))
            }
            SynthError::Write { path, error } => format!(
                "{}: không ghi được: {error}; hãy kiểm tra đường dẫn, quyền truy cập và dung lượng còn trống",
                path.display()
            ),
        }
    }
}
