//! Saving cubes.

use super::{count_again, gap_names, name, texts};
use crate::cube::builder::Head;
use crate::cube::series::{Round, Series};
use crate::table_problem::{Failed, TableProblem};
use crate::words::{Told, told};
use crate::write::beside;
use arrow::array::{
    ArrayRef, DictionaryArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray, UInt32Array,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use vuon_measure::cube::{Label, Profile};

/// Cells of a row group; row groups are read side by side.
const GROUP: usize = 1 << 18;

/// Saves cubes under a name, with further facts: where they come from, the rule of missing answers.
///
/// # Errors
/// When the file cannot be written, or the rounds are not of one kind.
pub fn save(series: &Series, about: &[(String, String)], path: &Path) -> Result<(), TableProblem> {
    let failed = |e: &dyn std::fmt::Display| TableProblem::io(path, Failed::Write, e);
    let columns = Columns::of(series).map_err(|(message, advice)| TableProblem::new(&name(path), message, advice))?;
    let mut pairs = columns.head.pairs();
    pairs.extend(about.iter().cloned());
    let pairs = pairs.into_iter().map(|(key, value)| KeyValue::new(key, value)).collect();
    // Uncompressed: names and profiles are dictionaries already, and loading takes half the time.
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::UNCOMPRESSED)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(GROUP))
        .set_key_value_metadata(Some(pairs));
    // Sums of sampling weights are hardly ever the same twice.
    for name in columns.real_sums(series) {
        properties = properties.set_column_dictionary_enabled(name.into(), false);
    }
    let file = beside(path).map_err(|e| failed(&e))?;
    let mut writer =
        ArrowWriter::try_new(file, columns.schema.clone(), Some(properties.build())).map_err(|e| failed(&e))?;
    for round in &series.rounds {
        let cells = round.cube.cells.len();
        for first in (0..cells).step_by(GROUP) {
            let batch = columns.batch(round, first..cells.min(first + GROUP));
            writer.write(&batch.map_err(|e| failed(&e))?).map_err(|e| failed(&e))?;
        }
    }
    let file = writer.into_inner().map_err(|e| failed(&e))?;
    file.as_file().sync_all().map_err(|e| failed(&e))?;
    file.persist(path).map(drop).map_err(|e| failed(&e))
}

/// The columns of a file.
struct Columns {
    head: Head,
    schema: SchemaRef,
    round: Option<DataType>,
    year: bool,
    stratum: Option<DataType>,
    psu: Option<DataType>,
    population: bool,
    keys: Vec<DataType>,
    unknown: bool,
}

impl Columns {
    /// The columns that a series needs.
    fn of(series: &Series) -> Result<Self, (Told, Told)> {
        let Some(first) = series.rounds.first() else {
            return Err((told("không có kỳ nào để lưu", "there is no round to save"), count_again()));
        };
        let head = Head::of(&first.cube);
        if series.rounds.iter().any(|round| Head::of(&round.cube) != head) {
            let message = told("các kỳ không cùng một phép đo", "the rounds do not measure the same");
            let advice = told("hãy lưu mỗi kỳ vào một tệp", "save each round in a file of its own");
            return Err((message, advice));
        }
        let cubes = || series.rounds.iter().map(|round| &round.cube);
        let stratum = label_type(cubes().flat_map(|cube| &cube.strata).map(|stratum| &stratum.label));
        let psu = label_type(cubes().flat_map(|cube| &cube.psus).map(|psu| &psu.label));
        let population = cubes().flat_map(|cube| &cube.strata).any(|stratum| stratum.population.is_some());
        let round = label_type(series.rounds.iter().map(|round| &round.label));
        let year = series.rounds.iter().any(|round| round.year.is_some());
        let unknown = cubes().flat_map(|cube| &cube.profiles).any(|profile| profile.unknown != 0);
        let key = |key: usize| label_type(cubes().flat_map(|cube| &cube.keys[key].values)).unwrap_or(DataType::Int64);
        let keys: Vec<DataType> = (0..head.keys.len()).map(key).collect();

        let mut fields: Vec<Field> = Vec::new();
        let mut field = |name: String, kind: Option<DataType>, nullable: bool| {
            fields.extend(kind.map(|kind| Field::new(name, kind, nullable)));
        };
        let number = |wanted: bool| wanted.then_some(DataType::Float64);
        field("round".to_owned(), round.clone(), true);
        field("year".to_owned(), number(year), true);
        field("stratum".to_owned(), stratum.clone(), true);
        field("psu".to_owned(), psu.clone(), true);
        field("population".to_owned(), number(population), true);
        for (place, (key, kind)) in head.keys.iter().zip(&keys).enumerate() {
            // A column that cannot be null is read faster.
            let nullable = cubes().any(|cube| cube.keys[place].values.last() == Some(&Label::Missing));
            field(format!("by_{key}"), Some(kind.clone()), nullable);
        }
        field("deprived".to_owned(), Some(DataType::UInt32), false);
        field("unknown".to_owned(), unknown.then_some(DataType::UInt32), false);
        field("rows".to_owned(), Some(DataType::UInt32), false);
        field("weight".to_owned(), number(true), false);
        for indicator in &head.gaps {
            gap_names(&head.indicators[*indicator]).into_iter().for_each(|name| field(name, number(true), false));
        }
        let schema = Arc::new(Schema::new(fields));
        Ok(Self { head, schema, round, year, stratum, psu, population, keys, unknown })
    }

    /// The columns of sums that are not whole numbers.
    fn real_sums(&self, series: &Series) -> Vec<String> {
        let whole =
            series.rounds.iter().all(|round| round.cube.cells.weight.iter().all(|weight| weight.fract() == 0.0));
        let mut names: Vec<String> = if whole { Vec::new() } else { vec!["weight".to_owned()] };
        for indicator in &self.head.gaps {
            names.extend(gap_names(&self.head.indicators[*indicator]));
        }
        names
    }

    /// Some cells of a round as a batch.
    fn batch(&self, round: &Round, range: Range<usize>) -> Result<RecordBatch, arrow::error::ArrowError> {
        let cube = &round.cube;
        let cells = &cube.cells;
        let (psus, groups) = (&cells.psu[range.clone()], &cells.group[range.clone()]);
        let strata: Vec<u32> = psus.iter().map(|psu| cube.psus[*psu as usize].stratum).collect();
        let mut columns: Vec<ArrayRef> = Vec::new();
        if let Some(kind) = &self.round {
            columns.push(labels(kind, std::slice::from_ref(&round.label), vec![0; range.len()]));
        }
        if self.year {
            columns.push(Arc::new(Float64Array::from(vec![round.year; range.len()])));
        }
        if let Some(kind) = &self.stratum {
            let names: Vec<Label> = cube.strata.iter().map(|stratum| stratum.label.clone()).collect();
            columns.push(labels(kind, &names, strata.clone()));
        }
        if let (Some(kind), Some(first)) = (&self.psu, psus.first()) {
            // Units rise within a round: only those of the range are named.
            let last = psus[psus.len() - 1];
            let names: Vec<Label> =
                cube.psus[*first as usize..=last as usize].iter().map(|psu| psu.label.clone()).collect();
            columns.push(labels(kind, &names, psus.iter().map(|psu| psu - first).collect()));
        }
        if self.population {
            let population = |stratum: &u32| cube.strata[*stratum as usize].population;
            columns.push(Arc::new(strata.iter().map(population).collect::<Float64Array>()));
        }
        for (place, (key, kind)) in cube.keys.iter().zip(&self.keys).enumerate() {
            let value = |group: &u32| cube.group(*group as usize)[place];
            columns.push(labels(kind, &key.values, groups.iter().map(value).collect()));
        }
        let profile = |cell: usize| cube.profiles[cells.profile[cell] as usize];
        let bits = |of: &dyn Fn(Profile) -> u32| -> ArrayRef {
            Arc::new(UInt32Array::from_iter_values(range.clone().map(|cell| of(profile(cell)))))
        };
        columns.push(bits(&|profile| profile.deprived));
        if self.unknown {
            columns.push(bits(&|profile| profile.unknown));
        }
        columns.push(Arc::new(UInt32Array::from(cells.rows[range.clone()].to_vec())));
        let numbers = |numbers: &[f64]| -> ArrayRef { Arc::new(Float64Array::from(numbers[range.clone()].to_vec())) };
        columns.push(numbers(&cells.weight));
        for sums in &cube.gaps {
            columns.push(numbers(&sums.gap));
            columns.push(numbers(&sums.gap_squared));
        }
        RecordBatch::try_new(self.schema.clone(), columns)
    }
}

/// The type of a column of labels: none when all are missing.
fn label_type<'l>(labels: impl Iterator<Item = &'l Label>) -> Option<DataType> {
    let mut found = None;
    for label in labels {
        match label {
            Label::Missing => {}
            Label::Whole(_) => found = found.or(Some(DataType::Int64)),
            Label::Text(_) => return Some(texts()),
        }
    }
    found
}

/// A column of labels, each by its place among their names.
fn labels(kind: &DataType, names: &[Label], places: Vec<u32>) -> ArrayRef {
    if *kind == DataType::Int64 {
        let whole = |place: &u32| if let Label::Whole(number) = names[*place as usize] { Some(number) } else { None };
        return Arc::new(places.iter().map(whole).collect::<Int64Array>());
    }
    let key = |place: &u32| (names[*place as usize] != Label::Missing).then_some(*place as i32);
    let keys: Int32Array = places.iter().map(key).collect();
    let names: StringArray = names.iter().map(|label| Some(label.to_string())).collect();
    Arc::new(DictionaryArray::new(keys, Arc::new(names)))
}
