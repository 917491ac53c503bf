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

use super::builder::{CubeBuilder, Head};
use super::runs::Runs;
use super::series::{Round, Series};
use super::spec::Plan;
use crate::ahead::Ahead;
use crate::table_problem::{Failed, TableProblem};
use crate::words::{Told, told};
use crate::write::beside;
use arrow::array::{
    Array, ArrayRef, AsArray, DictionaryArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    UInt32Array,
};
use arrow::datatypes::{DataType, Field, Float64Type, Schema, SchemaRef, UInt32Type};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use vuon_measure::cube::{Cube, Label, Profile, Sampling};
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
/// Cells of a row group; row groups are read side by side.
const GROUP: usize = 1 << 18;
/// Cells decoded at a time.
const BATCH: usize = 1 << 16;

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
    let mut writer = ArrowWriter::try_new(file, columns.schema.clone(), Some(properties.build())).map_err(|e| failed(&e))?;
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

fn name(path: &Path) -> String {
    path.display().to_string()
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
        let whole = series.rounds.iter().all(|round| round.cube.cells.weight.iter().all(|weight| weight.fract() == 0.0));
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
            let names: Vec<Label> = cube.psus[*first as usize..=last as usize].iter().map(|psu| psu.label.clone()).collect();
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

/// The columns of the sums of an indicator's gaps.
fn gap_names(indicator: &str) -> [String; 2] {
    [format!("gap_{indicator}"), format!("gap2_{indicator}")]
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

fn texts() -> DataType {
    DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into())
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
    lines.lines().map(|line| line.split(r"\\").map(|part| part.replace(r"\n", "\n")).collect::<Vec<_>>().join("\\")).collect()
}

/// Loads cubes that [`save`] has saved.
///
/// # Errors
/// A file that cannot be read, is no cube, or is damaged.
pub fn load(path: &Path) -> Result<Saved, TableProblem> {
    let file = File::open(path).map_err(|e| TableProblem::io(path, Failed::Read, &e))?;
    let opened = Opened::new(path, &file)?;
    let mut builder = CubeBuilder::of_saved(opened.head.clone(), opened.plan.clone());
    builder.reserve(opened.metadata.metadata().file_metadata().num_rows().unsigned_abs());
    let opened = Arc::new(opened);
    let mut groups = 0..opened.metadata.metadata().num_row_groups();
    let mut ahead: Ahead<Result<Vec<SavedCells>, TableProblem>> = Ahead::new(2 * rayon::current_num_threads());
    loop {
        while ahead.has_room() {
            let Some(group) = groups.next() else { break };
            let (opened, path) = (opened.clone(), path.to_owned());
            ahead.start(move || opened.cells(&path, group));
        }
        let Some(cells) = ahead.take() else { break };
        cells?.iter().for_each(|cells| builder.add_saved(cells));
    }
    let series = builder.finish().map_err(|_| damaged(path, &"its design contradicts itself"))?;
    Ok(Saved { series, about: opened.about.clone() })
}

fn no_cube(path: &Path) -> TableProblem {
    let message = told("đây không phải là tệp khối thiếu hụt đã lưu", "this is not a file of saved cubes");
    let advice = told(
        "hãy nêu tệp do phần mềm này lưu, hoặc tính từ bảng dữ liệu",
        "name a file that this program has saved, or count a table",
    );
    TableProblem::new(&name(path), message, advice)
}

fn damaged(path: &Path, error: &dyn std::fmt::Display) -> TableProblem {
    let message = told(format!("tệp khối thiếu hụt bị hỏng: {error}"), format!("the saved cube is damaged: {error}"));
    TableProblem::new(&name(path), message, count_again())
}

/// A file whose footer has been read.
struct Opened {
    metadata: ArrowReaderMetadata,
    head: Head,
    plan: Plan,
    /// The places of the other columns.
    deprived: usize,
    unknown: Option<usize>,
    rows: usize,
    weight: usize,
    gaps: Vec<[usize; 2]>,
    about: Vec<(String, String)>,
}

/// Some cells of a file.
pub(super) struct SavedCells {
    pub batch: RecordBatch,
    pub runs: Runs,
    pub profiles: Vec<Profile>,
    pub rows: UInt32Array,
    pub weights: Float64Array,
    pub gaps: Vec<[Float64Array; 2]>,
}

impl Opened {
    fn new(path: &Path, file: &File) -> Result<Self, TableProblem> {
        let metadata = ArrowReaderMetadata::load(file, ArrowReaderOptions::new()).map_err(|_| no_cube(path))?;
        let pairs = metadata.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
        let get = |key: &str| {
            let pair = pairs.iter().find(|pair| pair.key.strip_prefix(PREFIX) == Some(key))?;
            pair.value.clone()
        };
        match get("version").as_deref() {
            None => return Err(no_cube(path)),
            Some(VERSION) => {}
            Some(version) => {
                let message = told(
                    format!("tệp khối thiếu hụt theo dạng {version}, phần mềm này chỉ đọc dạng {VERSION}"),
                    format!("the cube was saved in form {version}; this program reads form {VERSION}"),
                );
                let advice = told("hãy dùng phiên bản mới hơn", "use a newer version of the program");
                return Err(TableProblem::new(&name(path), message, advice));
            }
        }
        let head = Head::from_pairs(get).ok_or_else(|| damaged(path, &"its metadata is not complete"))?;
        let schema = metadata.schema().clone();
        let column = |name: &str, fits: &dyn Fn(&DataType) -> bool| match schema.index_of(name) {
            Err(_) => Ok(None),
            Ok(place) if fits(schema.field(place).data_type()) => Ok(Some(place)),
            Ok(place) => Err(damaged(path, &format!("{name} holds {}", schema.field(place).data_type()))),
        };
        let label = |name: &str| column(name, &|kind| *kind == DataType::Int64 || *kind == texts());
        let number = |name: &str| column(name, &|kind| *kind == DataType::Float64);
        let whole = |name: &str| column(name, &|kind| *kind == DataType::UInt32);
        let needed = |name: &str, place: Option<usize>| place.ok_or_else(|| damaged(path, &format!("it has no {name}")));
        let keys = head.keys.iter().map(|key| {
            let name = format!("by_{key}");
            needed(&name, label(&name)?)
        });
        let plan = Plan {
            keys: keys.collect::<Result<_, _>>()?,
            round: label("round")?,
            year: number("year")?,
            strata: label("stratum")?,
            psu: label("psu")?,
            fpc: number("population")?,
            ..Plan::empty(schema.fields().len(), head.sampling.clone())
        };
        let gaps = head.gaps.iter().map(|indicator| {
            let [gap, squared] = gap_names(&head.indicators[*indicator]);
            Ok([needed(&gap, number(&gap)?)?, needed(&squared, number(&squared)?)?])
        });
        let gaps = gaps.collect::<Result<_, TableProblem>>()?;
        let (deprived, rows) = (needed("deprived", whole("deprived")?)?, needed("rows", whole("rows")?)?);
        let (unknown, weight) = (whole("unknown")?, needed("weight", number("weight")?)?);
        let other = |pair: &KeyValue| !pair.key.starts_with(PREFIX) && pair.key != "ARROW:schema";
        let about = pairs.iter().filter(|pair| other(pair));
        let about = about.map(|pair| (pair.key.clone(), pair.value.clone().unwrap_or_default())).collect();
        Ok(Self { metadata, head, plan, deprived, unknown, rows, weight, gaps, about })
    }

    /// The cells of a row group.
    fn cells(&self, path: &Path, group: usize) -> Result<Vec<SavedCells>, TableProblem> {
        let file = File::open(path).map_err(|e| TableProblem::io(path, Failed::Read, &e))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let reader = builder.with_row_groups(vec![group]).with_batch_size(BATCH).build();
        let mut cells = Vec::new();
        for batch in reader.map_err(|e| damaged(path, &e))? {
            cells.push(self.checked(batch.map_err(|e| damaged(path, &e))?).map_err(|what| damaged(path, &what))?);
        }
        Ok(cells)
    }

    fn checked(&self, batch: RecordBatch) -> Result<SavedCells, &'static str> {
        let whole = |place: usize| batch.column(place).as_primitive::<UInt32Type>().clone();
        let number = |place: usize| batch.column(place).as_primitive::<Float64Type>().clone();
        let (deprived, rows, weights) = (whole(self.deprived), whole(self.rows), number(self.weight));
        let unknown = self.unknown.map(whole);
        let gaps: Vec<[Float64Array; 2]> = self.gaps.iter().map(|places| places.map(number)).collect();
        let numbers = || std::iter::once(&weights).chain(gaps.iter().flatten());
        let missing = [&deprived, &rows].into_iter().chain(&unknown).any(|column| column.null_count() > 0);
        if missing || numbers().any(|column| column.null_count() > 0) {
            return Err("a number is missing");
        }
        let impossible = |column: &Float64Array| {
            // No number is greater than infinity, and NaN is not less.
            let good = |chunk: &[f64]| chunk.iter().fold(true, |good, n| good & (*n >= 0.0) & (*n < f64::INFINITY));
            !column.values().chunks(64).all(good)
        };
        if rows.values().contains(&0) || numbers().any(impossible) {
            return Err("a count or a sum is not possible");
        }
        let profiles: Vec<Profile> = match &unknown {
            None => deprived.values().iter().map(|deprived| Profile { deprived: *deprived, unknown: 0 }).collect(),
            Some(unknown) => {
                let both = deprived.values().iter().zip(unknown.values());
                both.map(|(deprived, unknown)| Profile { deprived: *deprived, unknown: *unknown }).collect()
            }
        };
        let beyond = u32::MAX.checked_shl(self.head.indicators.len() as u32).unwrap_or(0);
        let wrong = |wrong, p: &Profile| wrong | (p.deprived & p.unknown) | ((p.deprived | p.unknown) & beyond);
        if profiles.iter().fold(0, wrong) != 0 {
            return Err("a profile is not possible");
        }
        let runs = Runs::new(self.plan.of_runs().into_iter().map(|place| batch.column(place)), batch.num_rows(), false);
        Ok(SavedCells { runs, profiles, rows, weights, gaps, batch })
    }
}
