//! The tables as CSV files.

use super::cell_text::{self, Style};
use super::columns::{Form, HOUSEHOLD, MEMBER};
use super::dirt::DirtKind;
use super::error::SynthError;
use super::household::HouseholdRow;
use super::population::Population;
use super::rows::{MemberRow, Rows};
use super::write::Tables;
use crate::write::beside;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use unicode_normalization::UnicodeNormalization;

/// Two CSV files in the making.
pub(super) struct CsvTables {
    files: [(PathBuf, BufWriter<NamedTempFile>); 2],
}

impl CsvTables {
    /// Opens both files, under names that are not theirs yet, with their headers.
    pub fn create(folder: &Path) -> Result<Self, SynthError> {
        let household: Vec<&str> = HOUSEHOLD.iter().map(|column| column.name).collect();
        let id = std::iter::once(HOUSEHOLD[0].name);
        let member: Vec<&str> = id.chain(MEMBER.iter().map(|column| column.name)).collect();
        let create = |name: &str, header: &[&str]| {
            let path = folder.join(name);
            let failed = |error| SynthError::write(&path, error);
            let mut file = BufWriter::new(beside(&path).map_err(failed)?);
            writeln!(file, "{}", header.join(",")).map_err(failed)?;
            Ok::<_, SynthError>((path, file))
        };
        let households = create("households.csv", &household)?;
        Ok(CsvTables { files: [households, create("members.csv", &member)?] })
    }
}

impl Tables for CsvTables {
    type Encoded = [Vec<u8>; 2];

    fn encode(&self, population: &Population, rows: &Rows<'_>, _: usize) -> Result<Self::Encoded, SynthError> {
        let households = table(rows.households.iter(), 34 * 8, |row, text, out| household(population, row, text, out));
        let members = table(rows.members.iter(), 18 * 7, |row, text, out| member(population, row, text, out));
        Ok([
            households.map_err(|error| SynthError::write(&self.files[0].0, error))?,
            members.map_err(|error| SynthError::write(&self.files[1].0, error))?,
        ])
    }

    fn append(&mut self, encoded: Self::Encoded) -> Result<(), SynthError> {
        for ((path, file), bytes) in self.files.iter_mut().zip(encoded) {
            file.write_all(&bytes).map_err(|error| SynthError::write(path, error))?;
        }
        Ok(())
    }

    fn finish(self) -> Result<Vec<(PathBuf, NamedTempFile)>, SynthError> {
        let finish = |(path, buffer): (PathBuf, BufWriter<NamedTempFile>)| match buffer.into_inner() {
            Ok(file) => Ok((path, file)),
            Err(error) => Err(SynthError::write(&path, error.into_error())),
        };
        self.files.into_iter().map(finish).collect()
    }
}

type Writer = ::csv::Writer<Vec<u8>>;

fn table<R>(
    rows: impl ExactSizeIterator<Item = R>,
    width: usize,
    write: impl Fn(R, &mut String, &mut Writer) -> Result<(), ::csv::Error>,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let mut out = ::csv::Writer::from_writer(Vec::with_capacity(rows.len() * width));
    let mut text = String::new();
    for row in rows {
        write(row, &mut text, &mut out)?;
        out.write_record(None::<&[u8]>)?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

fn household(
    population: &Population,
    row: &HouseholdRow,
    text: &mut String,
    out: &mut Writer,
) -> Result<(), ::csv::Error> {
    let style = style(row);
    for (place, column) in HOUSEHOLD.iter().enumerate() {
        text.clear();
        match column.form {
            Form::Id => population.write_id(row, text),
            Form::Code(role) => {
                let code = row.code(&population.places[row.place as usize], role);
                text.push_str(code.unwrap_or_default());
            }
            _ if row.dirt == Some(DirtKind::DecomposedText) && column.name == "water_source" => {
                text.extend(population.water_labels[row.water as usize].nfd());
            }
            form => cell_text::write(row.cell(place, column), form, style, text),
        }
        out.write_field(&*text)?;
    }
    Ok(())
}

fn member(
    population: &Population,
    row: &MemberRow<'_>,
    text: &mut String,
    out: &mut Writer,
) -> Result<(), ::csv::Error> {
    let style = style(row.household);
    text.clear();
    row.write_id(population, text);
    out.write_field(&*text)?;
    for (place, column) in MEMBER.iter().enumerate() {
        text.clear();
        cell_text::write(row.cell(place, column), column.form, style, text);
        out.write_field(&*text)?;
    }
    Ok(())
}

fn style(row: &HouseholdRow) -> Style {
    Style { grouped: row.dirt == Some(DirtKind::GroupedDigits), day_first: row.dirt == Some(DirtKind::DayMonthYear) }
}
