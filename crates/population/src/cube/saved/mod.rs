//! A cube on disk: a Parquet file with one row for each cell, which any tool of the field reads.
//!
//! | Column | Type | Meaning |
//! |---|---|---|
//! | `round`, `year` | label, number | the survey round |
//! | `stratum`, `psu` | label | the design; `psu` numbers the rows of a sample of rows |
//! | `population` | number | how many primary sampling units the population has in the stratum |
//! | `by_…` | label | the values of the columns that tell subgroups |
//! | `deprived`, `unknown` | UInt32 | bit `j` stands for indicator `j` |
//! | `rows` | UInt32 | how many rows |
//! | `weight` | Float64 | the sum of their weights |
//! | `gap_…`, `gap2_…` | Float64 | Σ w·gap and Σ w·gap² of an indicator |
//!
//! A label is an Int64 where all labels of the column are whole numbers, otherwise text; null where there is none. Columns
//! that would be null or zero throughout are left out: a register has no design, and `unknown` is there only if something
//! is unknown. Metadata under `vuon.cube.` tells the rest: the indicators in the order of the bits, what a weight is, how
//! the rows were chosen. Whoever saves a cube adds where it comes from, and by which rule of missing answers.
//!
//! What must hold: what is loaded equals what was saved, bit by bit. A file that is not a cube is refused.

mod read;
mod write;

pub(super) use read::SavedCells;
pub use read::load;
pub use write::save;

use super::builder::Head;
use super::series::Series;
use crate::words::{Told, told};
use arrow::datatypes::DataType;
use std::path::Path;
use vuon_measure::cube::{Cube, Sampling};
use vuon_measure::weighting::MOST_INDICATORS;

/// Cubes from a file, and what else their file says.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The cubes.
    pub series: Series,
    /// What whoever saved them said of them: names and texts.
    pub about: Vec<(String, String)>,
}

const PREFIX: &str = "vuon.cube.";
const VERSION: &str = "1";

fn name(path: &Path) -> String {
    path.display().to_string()
}

/// The type of labels that are not all whole numbers.
fn texts() -> DataType {
    DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into())
}

/// The columns of the sums of an indicator's gaps.
fn gap_names(indicator: &str) -> [String; 2] {
    [format!("gap_{indicator}"), format!("gap2_{indicator}")]
}

fn count_again() -> Told {
    told("hãy tính lại từ bảng dữ liệu", "count the table again")
}

impl Head {
    fn of(cube: &Cube) -> Self {
        Self {
            indicators: cube.indicators.clone(),
            weight: cube.weight.clone(),
            sampling: cube.sampling.clone(),
            keys: cube.keys.iter().map(|key| key.name.clone()).collect(),
            gaps: cube.gaps.iter().map(|sums| sums.indicator).collect(),
        }
    }

    /// As metadata.
    fn pairs(&self) -> Vec<(String, String)> {
        let gaps: Vec<String> = self.gaps.iter().map(|indicator| self.indicators[*indicator].clone()).collect();
        let sampling = match self.sampling {
            Sampling::Register => "register",
            Sampling::Clusters => "clusters",
            Sampling::Elements => "elements",
        };
        let pairs = [
            ("version", VERSION.to_owned()),
            ("indicators", lines(&self.indicators)),
            ("keys", lines(&self.keys)),
            ("gaps", lines(&gaps)),
            ("weight", self.weight.clone()),
            ("sampling", sampling.to_owned()),
        ];
        pairs.into_iter().map(|(key, value)| (format!("{PREFIX}{key}"), value)).collect()
    }

    /// From metadata; none when it is not that of a cube.
    fn from_pairs(get: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let list = |key: &str| Some(names_of(&get(key)?));
        let indicators = list("indicators")?;
        let gaps = list("gaps")?;
        let gap = |name: &String| indicators.iter().position(|indicator| indicator == name);
        let sampling = match get("sampling")?.as_str() {
            "register" => Sampling::Register,
            "clusters" => Sampling::Clusters,
            "elements" => Sampling::Elements,
            _ => return None,
        };
        let fits = (1..=MOST_INDICATORS).contains(&indicators.len());
        let gaps = gaps.iter().map(gap).collect::<Option<Vec<usize>>>().filter(|_| fits)?;
        Some(Self { gaps, weight: get("weight")?, sampling, keys: list("keys")?, indicators })
    }
}

/// Names, one on each line.
fn lines(names: &[String]) -> String {
    let line = |name: &String| format!("{}\n", name.replace('\\', r"\\").replace('\n', r"\n"));
    names.iter().map(line).collect()
}

/// The reverse of [`lines`].
fn names_of(lines: &str) -> Vec<String> {
    lines
        .lines()
        .map(|line| line.split(r"\\").map(|part| part.replace(r"\n", "\n")).collect::<Vec<_>>().join("\\"))
        .collect()
}
