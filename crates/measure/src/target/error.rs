//! What can be wrong with the columns of a targeting assessment, in words that say where and what to do.

use vuon_policy::exact::Exact;

/// Why columns cannot be assessed. Rows are counted from 1.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// Columns of one table differ in length.
    #[error("the column of {column} has {found} rows where {expected} are needed: give every unit one entry")]
    Length {
        /// What the column holds.
        column: Column,
        /// Its length.
        found: usize,
        /// The length of the others.
        expected: usize,
    },
    /// A value is infinite or not a number.
    #[error("row {row}: {value} as {column} is not a number: leave the unit out, or give its value")]
    NotFinite {
        /// What the column holds.
        column: Column,
        /// The row, from 1.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A weight or a benefit is below zero.
    #[error("row {row}: {value} as {column} is below zero")]
    Negative {
        /// What the column holds.
        column: Column,
        /// The row, from 1.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A quota or a poorest share is not a share.
    #[error("{0} is not a share: write a number from 0 to 1, as in 1/5")]
    NotAShare(Exact),
    /// No groups were asked for.
    #[error("the population cannot be cut into {0} equal parts: ask for at least one")]
    NoGroups(usize),
    /// A row names a primary sampling unit that the design does not have.
    #[error("row {row}: there is no primary sampling unit {found}; the design has {clusters}, counted from 0")]
    UnknownCluster {
        /// The row, from 1.
        row: usize,
        /// The place of the unit.
        found: usize,
        /// How many units the design has.
        clusters: usize,
    },
    /// A row names an area that does not exist.
    #[error("row {row}: there is no area {found}; there are {areas}, counted from 0")]
    UnknownArea {
        /// The row, from 1.
        row: usize,
        /// The place of the area.
        found: usize,
        /// How many areas there are.
        areas: usize,
    },
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Column {
    /// Welfare or a score.
    Value,
    /// The weight.
    Weight,
    /// Who is poor.
    Poor,
    /// Who is selected.
    Selected,
    /// What is received.
    Benefit,
    /// The area.
    Area,
    /// The primary sampling unit.
    Cluster,
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Column::Value => "welfare or score",
            Column::Weight => "weight",
            Column::Poor => "poor",
            Column::Selected => "selected",
            Column::Benefit => "benefit",
            Column::Area => "area",
            Column::Cluster => "primary sampling unit",
        })
    }
}

impl Column {
    fn vietnamese(self) -> &'static str {
        match self {
            Column::Value => "mức sống hoặc điểm",
            Column::Weight => "quyền số",
            Column::Poor => "nghèo",
            Column::Selected => "được chọn",
            Column::Benefit => "mức hưởng",
            Column::Area => "địa bàn",
            Column::Cluster => "đơn vị mẫu cấp một",
        }
    }
}

impl TargetError {
    /// The same in Vietnamese; [`ToString`] gives English.
    pub fn vietnamese(&self) -> String {
        match self {
            TargetError::Length { column, found, expected } => format!(
                "cột {} có {found} dòng, cần {expected}: mỗi đơn vị phải có đúng một giá trị",
                column.vietnamese()
            ),
            TargetError::NotFinite { column, row, value } => format!(
                "dòng {row}: {value} ở cột {} không phải là số: hãy bỏ đơn vị này hoặc điền giá trị",
                column.vietnamese()
            ),
            TargetError::Negative { column, row, value } => {
                format!("dòng {row}: {value} ở cột {} nhỏ hơn 0", column.vietnamese())
            }
            TargetError::NotAShare(share) => format!("{share} không phải là tỷ lệ: hãy viết số từ 0 đến 1, ví dụ 1/5"),
            TargetError::NoGroups(groups) => {
                format!("không thể chia dân số thành {groups} phần bằng nhau: cần ít nhất một phần")
            }
            TargetError::UnknownCluster { row, found, clusters } => {
                format!("dòng {row}: không có đơn vị mẫu cấp một {found}; thiết kế mẫu có {clusters} đơn vị, đếm từ 0")
            }
            TargetError::UnknownArea { row, found, areas } => {
                format!("dòng {row}: không có địa bàn {found}; có {areas} địa bàn, đếm từ 0")
            }
        }
    }
}

/// The column has one entry for each unit.
pub(super) fn same_length(column: Column, found: usize, expected: usize) -> Result<(), TargetError> {
    if found == expected { Ok(()) } else { Err(TargetError::Length { column, found, expected }) }
}

/// Every value is a number.
pub(super) fn finite(column: Column, values: &[f64]) -> Result<(), TargetError> {
    match values.iter().position(|v| !v.is_finite()) {
        Some(place) => Err(TargetError::NotFinite { column, row: place + 1, value: values[place] }),
        None => Ok(()),
    }
}

/// Every value is a number and none is below zero.
pub(super) fn not_negative(column: Column, values: &[f64]) -> Result<(), TargetError> {
    finite(column, values)?;
    match values.iter().position(|v| *v < 0.0) {
        Some(place) => Err(TargetError::Negative { column, row: place + 1, value: values[place] }),
        None => Ok(()),
    }
}

/// A number from 0 to 1.
pub(super) fn share(share: Exact) -> Result<(), TargetError> {
    if (Exact::whole(0)..=Exact::whole(1)).contains(&share) { Ok(()) } else { Err(TargetError::NotAShare(share)) }
}
