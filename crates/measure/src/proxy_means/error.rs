//! Why no scorecard can be made of a survey, in words that say where and what to do.

use crate::target::TargetError;
use vuon_policy::exact::Exact;

/// Why there is no scorecard. Rows are counted from 1.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// Columns of the survey differ in length.
    #[error("the column of {column} has {found} rows where {expected} are needed: give every household one entry")]
    Length {
        /// What the column holds.
        column: Column,
        /// Its length.
        found: usize,
        /// The length of the others.
        expected: usize,
    },
    /// A number that must be above zero is not, or is none.
    #[error("row {row}: {column} is {value}; it must be above zero: correct the household or leave it out")]
    NotPositive {
        /// What the column holds.
        column: Column,
        /// The row.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A weight is below zero or not a number.
    #[error("row {row}: a weight of {value}; weights are zero or more")]
    Weight {
        /// The row.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A household lies in no region of the list.
    #[error("row {row}: there is no region {found}; there are {regions}, counted from 0")]
    UnknownRegion {
        /// The row.
        row: usize,
        /// The place of the region.
        found: usize,
        /// How many regions there are.
        regions: usize,
    },
    /// An answer is no level of its item.
    #[error("row {row}, item {item}: there is no level {found}; there are {levels}, counted from 0")]
    UnknownLevel {
        /// The item.
        item: String,
        /// The row.
        row: usize,
        /// The answer.
        found: usize,
        /// How many levels the item has.
        levels: usize,
    },
    /// An item has one level or none, or its base is not one of them.
    #[error("item {item}: an item needs two levels or more, and its base level must be one of them")]
    Levels {
        /// The item.
        item: String,
    },
    /// The survey has no items.
    #[error("there are no items to make a scorecard of")]
    NoItems,
    /// The cuts of bands do not rise.
    #[error("item {item}: the cuts between bands must be numbers that rise")]
    Cuts {
        /// The item.
        item: String,
    },
    /// Too few folds.
    #[error("{0} folds: cross-validation needs two or more")]
    Folds(usize),
    /// A region is too small for the folds.
    #[error(
        "region {region} has {clusters} sampling clusters where {needed} are needed for these folds: join it with another \
         region, or use fewer folds"
    )]
    TooFewClusters {
        /// The region.
        region: String,
        /// How many clusters it has.
        clusters: usize,
        /// How many it needs.
        needed: usize,
    },
    /// The households of a region that have weight have one welfare.
    #[error("region {region}: all households with a weight are equally well off; nothing can be estimated")]
    NoSpread {
        /// The region.
        region: String,
    },
    /// The items of the form do not differ in a region.
    #[error("region {region}: the items of the form do not tell its households apart: join it with another region")]
    SameAnswers {
        /// The region.
        region: String,
    },
    /// No item tells households apart.
    #[error("no item improves the prediction in cross-validation: offer other items, or ask for a smaller gain")]
    NothingSelected,
    /// The greatest total is no positive multiple of the step of the points.
    #[error(
        "a greatest total of {total} with points in steps of {step}: the total must be a multiple of the step above zero"
    )]
    Total {
        /// The greatest total.
        total: u32,
        /// The step.
        step: u32,
    },
    /// A target is not a share.
    #[error("{0} is not a share: write a number from 0 to 1, as in 1/5")]
    NotAShare(Exact),
    /// A prediction cannot be ranked.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// An error of exclusion is asked for and nobody is poor.
    #[error("nobody in the survey is poor by the line: an exclusion error cannot be aimed at")]
    NobodyPoor,
}

/// What a column of the survey holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    /// Welfare per head.
    Welfare,
    /// The poverty line.
    Line,
    /// The household weight.
    Weight,
    /// The size of the household.
    Persons,
    /// The sampling cluster.
    Cluster,
    /// The region.
    Region,
    /// The answers to an item.
    Item,
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Column::Welfare => "welfare",
            Column::Line => "the poverty line",
            Column::Weight => "weights",
            Column::Persons => "household size",
            Column::Cluster => "clusters",
            Column::Region => "regions",
            Column::Item => "answers",
        })
    }
}

impl Column {
    fn vietnamese(self) -> &'static str {
        match self {
            Column::Welfare => "mức sống",
            Column::Line => "chuẩn nghèo",
            Column::Weight => "quyền số",
            Column::Persons => "số người trong hộ",
            Column::Cluster => "địa bàn mẫu",
            Column::Region => "vùng",
            Column::Item => "câu trả lời",
        }
    }
}

impl FitError {
    /// The same in Vietnamese; [`ToString`] gives English.
    pub fn vietnamese(&self) -> String {
        match self {
            FitError::Length { column, found, expected } => format!(
                "cột {} có {found} dòng, cần {expected}: mỗi hộ phải có đúng một giá trị",
                column.vietnamese()
            ),
            FitError::NotPositive { column, row, value } => format!(
                "dòng {row}: {} là {value}, phải lớn hơn 0: hãy sửa hoặc bỏ hộ này",
                column.vietnamese()
            ),
            FitError::Weight { row, value } => format!("dòng {row}: quyền số là {value}; quyền số phải từ 0 trở lên"),
            FitError::UnknownRegion { row, found, regions } => {
                format!("dòng {row}: không có vùng {found}; có {regions} vùng, đếm từ 0")
            }
            FitError::UnknownLevel { item, row, found, levels } => {
                format!("dòng {row}, mục {item}: không có mức {found}; có {levels} mức, đếm từ 0")
            }
            FitError::Levels { item } => {
                format!("mục {item}: mỗi mục cần từ hai mức trở lên, và mức gốc phải là một trong số đó")
            }
            FitError::NoItems => "không có mục nào để lập bảng điểm".into(),
            FitError::Cuts { item } => format!("mục {item}: các ngưỡng chia khoảng phải là số và tăng dần"),
            FitError::Folds(folds) => format!("{folds} phần: kiểm định chéo cần từ hai phần trở lên"),
            FitError::TooFewClusters { region, clusters, needed } => format!(
                "vùng {region} có {clusters} địa bàn mẫu, cần {needed} cho số phần này: hãy ghép với vùng khác hoặc giảm số \
                 phần"
            ),
            FitError::NoSpread { region } => {
                format!("vùng {region}: mọi hộ có quyền số đều có cùng mức sống; không ước lượng được")
            }
            FitError::SameAnswers { region } => {
                format!("vùng {region}: các mục của phiếu không phân biệt được các hộ: hãy ghép với vùng khác")
            }
            FitError::NothingSelected => {
                "không mục nào làm dự báo tốt hơn trong kiểm định chéo: hãy đưa thêm mục khác hoặc yêu cầu mức tăng nhỏ hơn"
                    .into()
            }
            FitError::Total { total, step } => format!(
                "tổng điểm cao nhất {total} với bước điểm {step}: tổng phải lớn hơn 0 và là bội số của bước điểm"
            ),
            FitError::NotAShare(share) => format!("{share} không phải là tỷ lệ: hãy viết số từ 0 đến 1, ví dụ 1/5"),
            FitError::Target(error) => error.vietnamese(),
            FitError::NobodyPoor => {
                "không hộ nào trong khảo sát dưới chuẩn nghèo: không thể đặt mục tiêu về tỷ lệ bỏ sót".into()
            }
        }
    }
}
