//! Loading cubes.

use super::{PREFIX, Saved, VERSION, count_again, gap_names, name, texts};
use crate::ahead::Ahead;
use crate::cube::builder::{CubeBuilder, Head};
use crate::cube::runs::Runs;
use crate::cube::spec::Plan;
use crate::table_problem::{Failed, TableProblem};
use crate::words::told;
use arrow::array::{Array, AsArray, Float64Array, RecordBatch, UInt32Array};
use arrow::datatypes::{DataType, Float64Type, UInt32Type};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::KeyValue;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use vuon_measure::cube::Profile;

/// Cells decoded at a time.
const BATCH: usize = 1 << 16;

/// Loads cubes that [`super::save`] has saved.
///
/// # Errors
/// A file that cannot be read, is no cube, or is damaged.
pub fn load(path: &Path) -> Result<Saved, TableProblem> {
    let file = File::open(path).map_err(|e| TableProblem::io(path, Failed::Read, &e))?;
    let opened = Opened::new(path, &file)?;
    let mut builder = CubeBuilder::of_saved(opened.head.clone(), opened.plan.clone());
    builder.reserve(opened.metadata.metadata().file_metadata().num_rows().unsigned_abs());
    let opened = Arc::new(opened);
    let mut rows = 0_u64;
    let mut groups = 0..opened.metadata.metadata().num_row_groups();
    let mut ahead: Ahead<Result<Vec<SavedCells>, TableProblem>> = Ahead::new(2 * rayon::current_num_threads());
    loop {
        while ahead.has_room() {
            let Some(group) = groups.next() else { break };
            let (opened, path) = (opened.clone(), path.to_owned());
            ahead.start(move || opened.cells(&path, group));
        }
        let Some(cells) = ahead.take() else { break };
        for cells in cells? {
            rows += cells.rows.values().iter().map(|rows| u64::from(*rows)).sum::<u64>();
            builder.add_saved(&cells);
        }
        if rows > u64::from(u32::MAX) {
            // Else two cells that belong together might have more than one can.
            return Err(damaged(path, &"it counts too many rows"));
        }
    }
    let series = builder.finish().map_err(|_| damaged(path, &"its design contradicts itself"))?;
    Ok(Saved { series, about: opened.about.clone() })
}

fn no_cube(path: &Path) -> TableProblem {
    let message = told("đây không phải là tệp khối dữ liệu thiếu hụt đã lưu", "this is not a file of saved cubes");
    let advice = told(
        "hãy nêu tệp do phần mềm này lưu, hoặc tính từ bảng dữ liệu",
        "name a file that this program has saved, or count a table",
    );
    TableProblem::new(&name(path), message, advice)
}

fn damaged(path: &Path, error: &dyn std::fmt::Display) -> TableProblem {
    let message =
        told(format!("tệp khối dữ liệu thiếu hụt bị hỏng: {error}"), format!("the saved cube is damaged: {error}"));
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
pub(in super::super) struct SavedCells {
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
                    format!("tệp khối dữ liệu thiếu hụt theo dạng {version}, phần mềm này chỉ đọc dạng {VERSION}"),
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
        let needed =
            |name: &str, place: Option<usize>| place.ok_or_else(|| damaged(path, &format!("it has no {name}")));
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
