//! Writing a population: groups of households are drawn and encoded on all threads and put down in order.

use super::SynthOptions;
use super::block::{BLOCK, Block};
use super::csv::CsvTables;
use super::error::SynthError;
use super::parquet::ParquetTables;
use super::population::Population;
use super::report::SynthReport;
use super::rows::Rows;
use crate::write::beside;
use rayon::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Blocks of a row group: 65,536 households.
const GROUP: u64 = 4;

/// In which format tables are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// `households.parquet`, `members.parquet`.
    Parquet,
    /// `households.csv`, `members.csv`.
    Csv,
}

/// The two tables in the making.
pub(super) trait Tables: Sync + Sized {
    /// A group of rows, ready to be put down.
    type Encoded: Send;

    /// Encodes a group of rows, on any thread.
    fn encode(&self, population: &Population, rows: &Rows<'_>, group: usize) -> Result<Self::Encoded, SynthError>;

    /// Puts the next group down.
    fn append(&mut self, encoded: Self::Encoded) -> Result<(), SynthError>;

    /// Ends both tables, which then have to be put in their places.
    fn finish(self) -> Result<Vec<(PathBuf, NamedTempFile)>, SynthError>;
}

/// Makes households and writes them to a folder: two tables, sorted by household, and a `README.txt` that says what they
/// are. Files of the same names are replaced when all is written. `progress` is told now and then how many households
/// are written.
///
/// # Errors
/// What is wrong with the options, or with the folder.
pub fn generate(
    options: &SynthOptions,
    out_dir: &Path,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<SynthReport, SynthError> {
    let population = Population::new(options)?;
    std::fs::create_dir_all(out_dir).map_err(|error| SynthError::write(out_dir, error))?;
    let told = options.told();
    let (mut report, mut files) = match options.format {
        Format::Parquet => write(&population, ParquetTables::create(out_dir, &told)?, progress)?,
        Format::Csv => write(&population, CsvTables::create(out_dir)?, progress)?,
    };
    files.push(readme(out_dir, &told)?);
    for (path, file) in files {
        file.persist(&path).map_err(|error| SynthError::write(&path, error))?;
        report.files.push(path);
    }
    Ok(report)
}

type Written = (SynthReport, Vec<(PathBuf, NamedTempFile)>);

fn write<T: Tables>(
    population: &Population,
    mut tables: T,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Written, SynthError> {
    let groups = population.blocks().div_ceil(GROUP);
    // So many at a time that all threads have work and memory stays bounded.
    let at_once = 2 * rayon::current_num_threads() as u64;
    let mut report = SynthReport::default();
    for first in (0..groups).step_by(at_once as usize) {
        let some: Vec<u64> = (first..groups.min(first + at_once)).collect();
        let encoded: Result<Vec<_>, SynthError> =
            some.into_par_iter().map(|group| encode(population, &tables, group)).collect();
        for (part, encoded) in encoded? {
            tables.append(encoded)?;
            report.merge(part);
        }
        progress((population.households).min((first + at_once) * GROUP * BLOCK));
    }
    Ok((report, tables.finish()?))
}

/// Draws and encodes one group.
fn encode<T: Tables>(population: &Population, tables: &T, group: u64) -> Result<(SynthReport, T::Encoded), SynthError> {
    let numbers = group * GROUP..population.blocks().min((group + 1) * GROUP);
    let blocks: Vec<Block<'_>> = numbers.map(|number| population.block(number)).collect();
    let mut report = SynthReport::default();
    let mut rows = Rows { households: Vec::new(), members: Vec::new() };
    for block in &blocks {
        let of_block = Rows::of(block);
        report.add(block, &of_block);
        rows.append(of_block);
    }
    Ok((report, tables.encode(population, &rows, group as usize)?))
}

/// What a table without room for remarks cannot say itself.
fn readme(folder: &Path, told: &[(&'static str, String)]) -> Result<(PathBuf, NamedTempFile), SynthError> {
    let path = folder.join("README.txt");
    let failed = |error| SynthError::write(&path, error);
    let mut text = String::from(
        "SYNTHETIC DATA / DỮ LIỆU GIẢ LẬP\n\n\
         Households and members made by vuon synth. No row describes a real person or household.\n\
         Các hộ và nhân khẩu này do vuon synth tạo ra, không phải hộ hoặc người có thật.\n\n",
    );
    for (key, value) in told {
        text.push_str(&format!("{key}: {value}\n"));
    }
    let mut file = beside(&path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    Ok((path, file))
}
