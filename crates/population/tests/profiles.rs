//! Households as profiles and as two standards see them, with columns that the policy does not know: each test is named
//! after the rule it checks.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch,
    StringArray,
};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Float64Type, Int32Type};
use parquet::arrow::ArrowWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;
use vuon_policy::Library;
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_population::beside::Wanted;
use vuon_population::compare::{Compared, Comparison, Standard};
use vuon_population::cube::{CubeBuilder, CubeSpec};
use vuon_population::kernel::Kernel;
use vuon_population::passenger::Passenger;
use vuon_population::pipeline::{Folded, Job, Observer, RunError, Watch};
use vuon_population::profiles::{Counted, PackCubes, Profiles, Spec};
use vuon_population::read::ReadOptions;
use vuon_population::row_problem::{RowProblem, RowProblems};
use vuon_population::synth::{Format, SynthOptions, generate};

// --- a small standard ---

/// A pack without a roster: two indicators of equal weight; one deprivation is enough.
const TINY: [(&str, &str); 3] = [
    (
        "questionnaire.yaml",
        "choices:
  - id: area
    options:
      - {id: urban, label: {en: Urban}}
      - {id: rural, label: {en: Rural}}
household:
  - {id: household_id, type: id, label: {en: Id}}
  - {id: commune, type: code, width: 3, label: {en: Commune}}
  - {id: area, type: choice, choices: area, label: {en: Area}}
  - {id: size, type: number, unit: person, min: 1, max: 50, label: {en: Size}}
  - {id: floor, type: number, unit: m2, decimals: 1, min: 0, max: 1000, label: {en: Floor}}
  - {id: water, type: bool, label: {en: Water}}
  - {id: income, type: number, unit: VND/month, min: 0, max: 1000000, label: {en: Income}}
  - {id: seen_on, type: date, label: {en: Seen on}}
",
    ),
    (
        "indicators.yaml",
        "dimensions: [{id: home, label: {en: Home}}]
indicators:
  - {id: water, dimension: home, label: {en: Water}, weight: 1/2, deprived_when: '!water', source: {document: d, verified: true}}
  - {id: crowded, dimension: home, label: {en: Crowded}, weight: 1/2, deprived_when: 'floor < limits.floor * size', source: {document: d, verified: true}}
",
    ),
    (
        "classification.yaml",
        "statuses: [{id: poor, label: {en: Poor}}, {id: other, label: {en: Other}}]
measures:
  - {id: low, label: {en: Low}, value: 'income < limits.income'}
methods:
  - id: main
    label: {en: Main}
    rules:
      - {id: poor, status: poor, when: 'low && deprivations >= 1', source: {document: d, verified: true}}
      - {id: other, status: other, when: '!low || deprivations < 1', source: {document: d, verified: true}}
subgroups:
  - {id: poor_rural, label: {en: Poor rural}, when: 'status == \"poor\" && area == \"rural\"', source: {document: d, verified: true}}
",
    ),
];

const PARAMETERS: &str = "parameters:
  - {id: limits.floor, label: {en: Floor}, value: 8, unit: m2/person, source: {document: d, verified: true}}
  - {id: limits.income, label: {en: Income}, value: 1000, unit: VND/month, source: {document: d, verified: true}}
";

struct Room(TempDir);

impl Room {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The small standard, with other words in its questionnaire.
    fn tiny(&self, id: &str, changes: &[(&str, &str)]) -> Arc<Program> {
        let folder = self.0.path().join(id);
        std::fs::create_dir_all(&folder).unwrap();
        let pack = format!(
            "id: {id}\nlabel: {{en: Tiny}}\njurisdiction: VN\nlevel: national\nlanguages: [en]\nin_force: [{{from: 2020-01-01, by: d}}]\ndocuments: [{{id: d, label: {{en: D}}}}]\n"
        );
        let files = TINY.iter().copied().chain([("parameters.yaml", PARAMETERS), ("pack.yaml", &pack)]);
        for (name, text) in files {
            let text = changes.iter().fold(text.to_owned(), |text, (find, put)| text.replace(find, put));
            std::fs::write(folder.join(name), text).unwrap();
        }
        Library::embedded().load(folder.to_str().unwrap()).unwrap_or_else(|e| panic!("{e}"))
    }

    fn parquet(&self, name: &str, columns: &[(&str, ArrayRef)]) -> PathBuf {
        let path = self.0.path().join(name);
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(n, a)| (*n, a.clone(), true))).unwrap();
        let mut writer = ArrowWriter::try_new(std::fs::File::create(&path).unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        path
    }
}

const HEADER: &str = "household_id,commune,area,size,floor,water,income,seen_on";

/// A table for the small standard: the usual columns, and others.
fn table(further: &str, rows: &[(&str, &str)]) -> String {
    let line = |(own, others): &(&str, &str)| format!("{own},{others}\n");
    format!("{HEADER},{further}\n{}", rows.iter().map(line).collect::<String>())
}

const ROWS: [(&str, &str); 3] = [
    ("a,001,rural,4,40,yes,500,2024-01-31", "1.234,s1"),
    ("b,001,urban,5,39.9,no,,2024-02-01", "NA,"),
    ("c,012,,,,,2000,", "2e-3, Hà Nội "),
];

// --- running ---

struct Quiet;

impl Observer for Quiet {
    fn progress(&mut self, _: u64, _: u64, _: u64) {}
    fn sorting(&mut self) {}
}

fn watched<T>(run: impl FnOnce(&mut Watch<'_>) -> T) -> (T, RowProblems) {
    let (mut problems, never) = (RowProblems::new(100), AtomicBool::new(false));
    let result = run(&mut Watch { problems: &mut problems, observer: &mut Quiet, stop: &never });
    (result, problems)
}

fn collect(profiles: &Profiles, watch: &mut Watch<'_>) -> Result<Folded<Vec<RecordBatch>>, RunError> {
    profiles.fold(
        watch,
        || Ok(Vec::new()),
        |all: &mut Vec<RecordBatch>, batch| {
            all.push(batch.clone());
            Ok(())
        },
    )
}

/// All profiles as one batch. There is nothing wrong with the rows.
fn profiles(program: &Arc<Program>, job: &Job, spec: &Spec) -> RecordBatch {
    let profiles = Profiles::open(program, job, spec).unwrap_or_else(|e| panic!("{e}"));
    let (folded, problems) = watched(|watch| collect(&profiles, watch));
    assert_eq!(problems.first(), []);
    concat_batches(profiles.schema(), &folded.unwrap().state.unwrap()).unwrap()
}

fn job(households: PathBuf) -> Job {
    Job { households: vec![households], ..Job::default() }
}

fn spec(columns: &[Passenger]) -> Spec {
    Spec { beside: Wanted { columns: columns.to_vec(), persons: false }, ..Spec::default() }
}

fn weight_and_stratum() -> [Passenger; 2] {
    [Passenger::number("weight"), Passenger::label("stratum")]
}

/// A column as text; none for null.
fn texts(batch: &RecordBatch, name: &str) -> Vec<Option<String>> {
    let column = batch.column_by_name(name).unwrap_or_else(|| panic!("no column {name}: {:?}", batch.schema()));
    let texts = cast(column, &DataType::Utf8).unwrap();
    texts.as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
}

fn some(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|value| (!value.is_empty()).then(|| (*value).to_owned())).collect()
}

fn numbers(batch: &RecordBatch, name: &str) -> Vec<Option<f64>> {
    batch.column_by_name(name).unwrap().as_primitive::<Float64Type>().iter().collect()
}

/// What is wrong with the tables, before a row is read. It is told otherwise in Vietnamese.
fn refused(program: &Arc<Program>, job: &Job, spec: &Spec) -> String {
    let Err(error) = Profiles::open(program, job, spec) else { panic!("the tables were opened") };
    assert_ne!(error.tell(Language::Vi), error.tell(Language::En));
    error.tell(Language::En)
}

// --- passengers ---

#[test]
fn columns_that_the_policy_does_not_know_travel_with_the_households() {
    let room = Room::new();
    let job = job(room.file("h.csv", &table("weight,stratum", &ROWS)));
    let batch = profiles(&room.tiny("tiny", &[]), &job, &spec(&weight_and_stratum()));
    assert_eq!(numbers(&batch, "weight"), [Some(1.234), None, Some(0.002)]);
    assert_eq!(texts(&batch, "stratum"), some(&["s1", "", "Hà Nội"]));
    assert_eq!(
        batch.column_by_name("stratum").unwrap().data_type(),
        &DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into())
    );
}

#[test]
fn passengers_come_the_same_from_csv_and_from_parquet_of_any_type() {
    let room = Room::new();
    let program = room.tiny("tiny", &[]);
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "c"]));
    let water: ArrayRef = Arc::new(BooleanArray::from(vec![true, false, true]));
    let floats: ArrayRef = Arc::new(Float64Array::from(vec![Some(12.0), Some(f64::NAN), None]));
    let whole: ArrayRef = Arc::new(Int64Array::from(vec![Some(12), None, None]));
    let decimals: ArrayRef =
        Arc::new(Decimal128Array::from(vec![Some(1200), None, None]).with_precision_and_scale(9, 2).unwrap());
    let words: ArrayRef = Arc::new(StringArray::from(vec![Some(" 12 "), Some(" "), None]));
    let csv = room.file("h.csv", "household_id,water,w,s\na,yes,12,12\nb,no,NaN,\nc,yes,,NA\n");
    let allow_missing = |file| Job { read: ReadOptions { allow_missing: true, ..ReadOptions::default() }, ..job(file) };
    let expected = profiles(&program, &allow_missing(csv), &spec(&[Passenger::number("w"), Passenger::label("s")]));
    for (number, label) in [(&floats, &floats), (&whole, &whole), (&decimals, &words), (&words, &words)] {
        let columns =
            [("household_id", ids.clone()), ("water", water.clone()), ("w", number.clone()), ("s", label.clone())];
        let file = room.parquet("h.parquet", &columns);
        let found = profiles(&program, &allow_missing(file), &spec(&[Passenger::number("w"), Passenger::label("s")]));
        assert_eq!(numbers(&found, "w"), numbers(&expected, "w"), "{:?}", number.data_type());
        assert_eq!(texts(&found, "s"), texts(&expected, "s"), "{:?}", label.data_type());
    }
}

#[test]
fn a_label_na_is_missing_in_csv_and_a_label_where_a_file_has_nulls_of_its_own() {
    let room = Room::new();
    let column: ArrayRef = Arc::new(StringArray::from(vec![Some("NA"), None]));
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
    let file = room.parquet("h.parquet", &[("household_id", ids), ("country", column)]);
    let allow = ReadOptions { allow_missing: true, ..ReadOptions::default() };
    let batch =
        profiles(&room.tiny("tiny", &[]), &Job { read: allow, ..job(file) }, &spec(&[Passenger::label("country")]));
    assert_eq!(texts(&batch, "country"), some(&["NA", ""]));
}

#[test]
fn passengers_stay_with_their_household_when_the_tables_must_be_sorted() {
    let room = Room::new();
    let program = room.tiny("tiny", &[]);
    let sorted = job(room.file("sorted.csv", &table("weight,stratum", &ROWS)));
    let mixed = job(room.file("mixed.csv", &table("weight,stratum", &[ROWS[2], ROWS[0], ROWS[1]])));
    let wanted = spec(&weight_and_stratum());
    let opened = Profiles::open(&program, &mixed, &wanted).unwrap();
    let (folded, _) = watched(|watch| collect(&opened, watch));
    let folded = folded.unwrap();
    assert!(folded.reading.sorted);
    let found = concat_batches(opened.schema(), &folded.state.unwrap()).unwrap();
    let expected = profiles(&program, &sorted, &wanted);
    for field in expected.schema().fields() {
        assert_eq!(texts(&found, field.name()), texts(&expected, field.name()), "{}", field.name());
    }
}

#[test]
fn a_passenger_that_is_not_there_is_told_with_the_column_it_may_be() {
    let room = Room::new();
    let program = room.tiny("tiny", &[]);
    let file = room.file("h.csv", &table("wieght,stratum", &ROWS));
    let read = ReadOptions { ignore: vec!["wieght".into()], allow_missing: true, ..ReadOptions::default() };
    let told = refused(&program, &Job { read, ..job(file.clone()) }, &spec(&weight_and_stratum()));
    assert!(told.starts_with(&file.display().to_string()), "{told}");
    assert!(told.contains("the column `weight` that is to be carried along is missing"), "{told}");
    assert!(told.contains("perhaps it is `wieght`?") && told.lines().count() == 2, "{told}");
}

#[test]
fn a_passenger_that_is_no_number_leaves_its_household_out_and_is_told() {
    let room = Room::new();
    let program = room.tiny("tiny", &[]);
    let mut rows = ROWS;
    rows[1].1 = "\"1,5\",s";
    let file = room.file("h.csv", &table("weight,stratum", &rows));
    let opened = Profiles::open(&program, &Job { keep_going: true, ..job(file.clone()) }, &spec(&weight_and_stratum()));
    let opened = opened.unwrap();
    let (folded, problems) = watched(|watch| collect(&opened, watch));
    let folded = folded.unwrap();
    let problem: &RowProblem = &problems.first()[0];
    assert_eq!((&*problem.file, problem.row), (&*file.display().to_string(), 3));
    assert_eq!((problem.column.as_deref(), problem.value.as_deref()), (Some("weight"), Some("1,5")));
    assert_eq!(problem.household.as_deref(), Some("b"));
    assert!(problem.advice.en.contains("a point for the decimals") && problem.advice.vi.contains("dấu chấm"));
    let batch = concat_batches(opened.schema(), &folded.state.unwrap()).unwrap();
    assert_eq!(numbers(&batch, "weight"), [Some(1.234), Some(0.002)]);
    assert_eq!((folded.reading.merged.bad_household, folded.reading.merged.complete), (1, 2));
}

#[test]
fn an_infinite_weight_and_a_broken_label_of_a_parquet_file_are_told() {
    let room = Room::new();
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
    let weights: ArrayRef = Arc::new(Float64Array::from(vec![f64::INFINITY, 1.0]));
    let strata: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 1.5]));
    let file = room.parquet("h.parquet", &[("household_id", ids), ("weight", weights), ("stratum", strata)]);
    let read = ReadOptions { allow_missing: true, ..ReadOptions::default() };
    let opened =
        Profiles::open(&room.tiny("tiny", &[]), &Job { read, ..job(file) }, &spec(&weight_and_stratum())).unwrap();
    let (folded, problems) = watched(|watch| collect(&opened, watch));
    assert!(folded.unwrap().state.is_none(), "rows are bad and the run is not to keep going");
    let told: Vec<String> = problems.first().iter().map(ToString::to_string).collect();
    assert!(told[0].contains("row 1, column weight: the number is infinite or too large (“inf”)"), "{told:?}");
    assert!(told[1].contains("row 2, column stratum: this label is not a whole number (“1.5”)"), "{told:?}");
}

#[test]
fn a_parquet_column_that_cannot_be_a_weight_is_refused() {
    let room = Room::new();
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let days: ArrayRef = Arc::new(Date32Array::from(vec![19_000]));
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    let file = room.parquet("h.parquet", &[("household_id", ids), ("weight", days), ("stratum", flags)]);
    let read = ReadOptions { allow_missing: true, ..ReadOptions::default() };
    let told = refused(&room.tiny("tiny", &[]), &Job { read, ..job(file) }, &spec(&weight_and_stratum()));
    assert!(told.contains("the column `weight` holds Date32 values") && told.contains("write it as numbers"), "{told}");
    assert!(!told.contains("stratum"), "{told}");
}

#[test]
fn a_passenger_may_be_called_like_the_list_of_members_and_be_wanted_twice() {
    let room = Room::new();
    let file = room.file("h.csv", &table("members", &[(ROWS[0].0, "4"), (ROWS[1].0, "5")]));
    let twice = [Passenger::label("members"), Passenger::number("members"), Passenger::label("members")];
    let batch = profiles(&room.tiny("tiny", &[]), &job(file.clone()), &spec(&twice));
    let first = batch.num_columns() - 3;
    assert_eq!(batch.column(first).as_dictionary::<Int32Type>().values().as_string::<i32>().value(0), "4");
    assert_eq!(batch.column(first + 1).as_primitive::<Float64Type>().values(), &[4.0, 5.0]);
    assert_eq!(batch.column(first).to_data(), batch.column(first + 2).to_data());

    let ids: ArrayRef = Arc::new(StringArray::from(vec!["a"]));
    let size: ArrayRef = Arc::new(Int64Array::from(vec![4]));
    let water: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    let columns = [("members", size), ("water", water), ("household_id", ids)];
    let read = ReadOptions { allow_missing: true, ..ReadOptions::default() };
    let parquet = Job { read, ..job(room.parquet("h.parquet", &columns)) };
    let batch = profiles(&room.tiny("tiny", &[]), &parquet, &spec(&twice));
    assert_eq!(batch.column(first + 1).as_primitive::<Float64Type>().values(), &[4.0]);
    assert_eq!(texts(&batch, "deprived_water"), some(&["false"]));
}

#[test]
fn other_columns_of_a_survey_are_refused_unless_they_may_be_passed_over() {
    let room = Room::new();
    let program = room.tiny("tiny", &[]);
    let others = table("weight,stratum,d101,region_7,sizes", &[(ROWS[0].0, "1,s,x,y,z")]);
    let file = room.file("h.csv", &others);
    let told = refused(&program, &job(file.clone()), &spec(&weight_and_stratum()));
    assert!(told.contains("d101") && told.contains("region_7") && !told.contains("`weight`"), "{told}");
    let passing = ReadOptions { ignore_others: true, ..ReadOptions::default() };
    let batch = profiles(&program, &Job { read: passing.clone(), ..job(file) }, &spec(&weight_and_stratum()));
    assert_eq!(numbers(&batch, "weight"), [Some(1.0)]);

    // `sizes` is passed over beside `size`; where `size` is missing it is likely a slip of the hand.
    let misspelt = room.file("m.csv", &others.replace(",size,", ",other,"));
    let told = refused(&program, &Job { read: passing, ..job(misspelt) }, &spec(&weight_and_stratum()));
    assert!(
        told.contains("perhaps it is `size`") && told.contains("columns that the assessment needs are missing: size")
    );
    assert!(!told.contains("d101"), "{told}");
}

// --- questions beside the indicators ---

#[test]
fn questions_serve_as_keys_and_as_numbers() {
    let room = Room::new();
    let file = room.file("h.csv", &table("weight,stratum", &ROWS));
    let names = ["area", "commune", "size", "floor", "water", "seen_on", "household_id"];
    let labels: Vec<Passenger> = names.iter().map(|name| Passenger::label(name)).collect();
    let ignore = ReadOptions { ignore_others: true, ..ReadOptions::default() };
    let program = room.tiny("tiny", &[]);
    let batch = profiles(&program, &Job { read: ignore.clone(), ..job(file.clone()) }, &spec(&labels));
    assert_eq!(texts(&batch, "area"), some(&["rural", "urban", ""]));
    assert_eq!(texts(&batch, "commune"), some(&["001", "001", "012"]));
    assert_eq!(texts(&batch, "size"), some(&["4", "5", ""]));
    assert_eq!(texts(&batch, "floor"), some(&["40", "39.9", ""]));
    assert_eq!(texts(&batch, "water"), some(&["yes", "no", ""]));
    assert_eq!(texts(&batch, "seen_on"), some(&["2024-01-31", "2024-02-01", ""]));
    assert_eq!(texts(&batch, "household_id"), some(&["a", "b", "c"]));

    let numbers_of = ["size", "floor", "water", "income"].map(Passenger::number);
    let batch = profiles(&program, &Job { read: ignore.clone(), ..job(file.clone()) }, &spec(&numbers_of));
    assert_eq!(numbers(&batch, "floor"), [Some(40.0), Some(39.9), None]);
    assert_eq!(numbers(&batch, "water"), [Some(1.0), Some(0.0), None]);
    assert_eq!(numbers(&batch, "income"), [Some(500.0), None, Some(2000.0)]);

    let told = refused(&program, &Job { read: ignore, ..job(file) }, &spec(&[Passenger::number("area")]));
    assert!(told.contains("`area` of the questionnaire is not a number"), "{told}");
}

#[test]
fn a_key_must_be_in_the_table() {
    let room = Room::new();
    let file = room.file("h.csv", "household_id,water,floor,size\na,yes,8,1\n");
    let told = refused(&room.tiny("tiny", &[]), &job(file), &spec(&["commune", "area"].map(Passenger::label)));
    assert!(told.contains("are missing: commune, area"), "{told}");
}

#[test]
fn persons_are_the_members_or_the_answer_in_persons() {
    let room = Room::new();
    let persons = Spec { beside: Wanted { columns: vec![], persons: true }, ..Spec::default() };
    let allow = |job: Job| Job { read: ReadOptions { allow_missing: true, ..ReadOptions::default() }, ..job };
    let of_size = allow(job(room.file("h.csv", "household_id,size\na,4\nb,\n")));
    let program = room.tiny("tiny", &[]);
    assert_eq!(numbers(&profiles(&program, &of_size, &persons), "persons"), [Some(4.0), None]);

    let members = room.file("members.csv", "household_id,age\na,30\na,\nb,7\n");
    let listed = allow(Job { members: vec![members], ..job(room.file("g.csv", "household_id\na\nb\n")) });
    let mpi = Library::embedded().load("global-mpi").unwrap();
    assert_eq!(numbers(&profiles(&mpi, &listed, &persons), "persons"), [Some(2.0), Some(1.0)]);

    let of_people = room.tiny("none", &[("unit: person,", ""), ("m2/person", "m2")]);
    let told = refused(&of_people, &of_size, &persons);
    assert!(told.contains("does not tell how many persons"), "{told}");
}

// --- profiles ---

/// Synthetic households with holes, sorted, in CSV; each row has a weight of its own and a label.
fn population(room: &Room, households: u64) -> Job {
    let folder = room.0.path().join("tables");
    let day = Day::parse("2022-11-30").unwrap();
    let options = SynthOptions { unknown_rate: 0.05, format: Format::Csv, ..SynthOptions::new(households, 7, day) };
    generate(&options, &folder, &|_| ()).unwrap();
    let path = folder.join("households.csv");
    let text = std::fs::read_to_string(&path).unwrap();
    let lines = text.lines().enumerate().map(|(row, line)| match row {
        0 => format!("{line},weight,cluster\n"),
        row => format!("{line},{row}.5,k{}\n", row / 10),
    });
    std::fs::write(&path, lines.collect::<String>()).unwrap();
    Job { members: vec![folder.join("members.csv")], review_date: Some(day), ..job(path) }
}

fn vietnam() -> Arc<Program> {
    Library::embedded().load("vn-2022-2026").unwrap()
}

fn everything(program: &Program) -> Spec {
    Spec {
        beside: Wanted {
            columns: vec![Passenger::number("weight"), Passenger::label("cluster"), Passenger::label("region")],
            persons: true,
        },
        status: true,
        flags: program.flags().map(|flag| flag.id.value.clone()).collect(),
    }
}

fn compared(comparison: &Comparison) -> Vec<Compared> {
    let (folded, problems) = watched(|watch| {
        comparison.fold(
            watch,
            || Ok::<_, RunError>(Vec::new()),
            |all: &mut Vec<Compared>, batch| {
                all.push(batch.clone());
                Ok(())
            },
        )
    });
    assert_eq!(problems.first(), []);
    folded.unwrap().state.unwrap()
}

#[test]
fn profiles_say_what_a_whole_assessment_says() {
    let room = Room::new();
    let (job, program) = (population(&room, 3000), vietnam());
    let batch = profiles(&program, &job, &everything(&program));
    let standard = Standard { program: &program, method: 0 };
    let wanted = Wanted { columns: vec![Passenger::number("weight"), Passenger::label("cluster")], persons: true };
    let both = compared(&Comparison::open([standard, standard], &job, &wanted).unwrap());
    let [compared] = both.as_slice() else { panic!("one batch") };
    let kernel = Kernel::new(program.clone(), 0, job.review_date, vec![]).unwrap();
    let assessed = kernel.assess(&compared.households).unwrap();
    let (mut unknown, mut undetermined) = (0, 0);
    for indicator in &program.pack.indicators {
        let name = format!("deprived_{}", indicator.id.value);
        assert_eq!(batch.column_by_name(&name).unwrap(), assessed.column_by_name(&name).unwrap(), "{name}");
        unknown += batch.column_by_name(&name).unwrap().null_count();
    }
    let status = texts(&batch, "status");
    assert_eq!(status, texts(&assessed, "status_national"));
    undetermined += status.iter().filter(|s| s.as_deref() == Some("undetermined")).count();
    assert!(unknown > 100 && undetermined > 10, "{unknown} {undetermined}");
    for flag in program.flags() {
        let name = format!("is_{}", flag.id.value);
        let yes_no = |value: Option<String>| value.map(|v| if v == "true" { "yes" } else { "no" }.to_owned());
        let expected: Vec<_> = texts(&assessed, &name).into_iter().map(yes_no).collect();
        assert_eq!(texts(&batch, &name), expected, "{name}");
    }
    for name in ["weight", "cluster", "persons"] {
        assert_eq!(texts(&batch, name), texts(&compared.beside, name), "{name}");
    }
    // The same standard twice says the same twice, but does not ask.
    assert_eq!(compared.assessed[0], compared.assessed[1]);
    assert!(compared.assessed[0].column_by_name("questions").is_none());
    assert_eq!(compared.assessed[0].columns(), &assessed.columns()[..assessed.num_columns() - 1]);
}

#[test]
fn batches_come_in_the_order_of_the_tables_whatever_the_threads_do() {
    let room = Room::new();
    let (job, program) = (population(&room, 150_000), vietnam());
    let opened = Profiles::open(&program, &job, &everything(&program)).unwrap();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| watched(|watch| collect(&opened, watch)).0.unwrap().state.unwrap())
    };
    // One thread of the pool waits in the fold.
    let (one, three) = (run(2), run(4));
    assert!(one.len() > 1 && one == three);
    let weights: Vec<f64> = one.iter().flat_map(|b| numbers(b, "weight")).flatten().collect();
    assert_eq!(weights.len(), 150_000);
    assert!(weights.iter().zip(1..).all(|(weight, row)| *weight == f64::from(row) + 0.5));
}

#[test]
fn without_status_and_flags_only_the_questions_of_the_indicators_are_needed() {
    let room = Room::new();
    let program = room.tiny("tiny", &[]);
    let job = job(room.file("h.csv", "household_id,water,floor,size\na,yes,8,1\nb,no,7.9,1\nc,,8,\n"));
    let batch = profiles(&program, &job, &Spec::default());
    assert_eq!(texts(&batch, "deprived_water"), some(&["false", "true", ""]));
    assert_eq!(texts(&batch, "deprived_crowded"), some(&["false", "true", ""]));
    let told = refused(&program, &job, &Spec { status: true, ..Spec::default() });
    assert!(told.contains("are missing: income"), "{told}");
    let told = refused(&program, &job, &Spec { flags: vec!["poor_rural".into()], ..Spec::default() });
    assert!(told.contains("are missing: area, income"), "{told}");
}

#[test]
fn an_undetermined_status_is_a_label_and_an_unknown_group_is_none() {
    let room = Room::new();
    let rows = ["a,001,rural,1,8,no,500,", "b,001,rural,1,8,no,,", "c,001,urban,1,8,no,,", "d,001,rural,1,8,yes,,"];
    let job = job(room.file("h.csv", &format!("{HEADER}\n{}\n", rows.join("\n"))));
    let spec = Spec { status: true, flags: vec!["poor_rural".into()], ..Spec::default() };
    let batch = profiles(&room.tiny("tiny", &[]), &job, &spec);
    assert_eq!(texts(&batch, "status"), some(&["poor", "undetermined", "undetermined", "other"]));
    assert_eq!(texts(&batch, "is_poor_rural"), some(&["yes", "", "no", "no"]));
    let names: Vec<String> = batch.schema().fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(names, ["deprived_water", "deprived_crowded", "status", "is_poor_rural"]);
}

#[test]
fn names_that_are_not_known_or_stand_twice_are_refused() {
    let room = Room::new();
    let program = room.tiny("tiny", &[]);
    let job = job(room.file("h.csv", &table("weight,stratum", &ROWS)));
    let told = refused(&program, &job, &Spec { flags: vec!["merit".into()], ..Spec::default() });
    assert!(told.contains("no subgroup or event `merit`; there are: poor_rural"), "{told}");
    for name in ["deprived_water", "status", "persons"] {
        let beside = Wanted { columns: vec![Passenger::label(name)], persons: true };
        let told = refused(&program, &job, &Spec { beside, status: true, ..Spec::default() });
        assert!(told.contains(&format!("the column `{name}` is called like one that the policy gives")), "{told}");
    }
}

#[test]
fn what_the_consumer_finds_wrong_ends_the_run() {
    #[derive(Debug)]
    enum Failed {
        Run,
        Full,
    }
    impl From<RunError> for Failed {
        fn from(_: RunError) -> Self {
            Failed::Run
        }
    }
    let room = Room::new();
    let opened = Profiles::open(
        &room.tiny("tiny", &[]),
        &job(room.file("h.csv", &table("weight,stratum", &ROWS))),
        &spec(&weight_and_stratum()),
    )
    .unwrap();
    let (result, _) = watched(|watch| opened.fold(watch, || Ok(0), |_: &mut i32, _| Err(Failed::Full)));
    assert!(matches!(result, Err(Failed::Full)));
    let stop = AtomicBool::new(true);
    let mut watch = Watch { problems: &mut RowProblems::new(1), observer: &mut Quiet, stop: &stop };
    assert!(matches!(opened.fold(&mut watch, || Ok(0), |_: &mut i32, _| Ok(())), Err(Failed::Run)));
}

// --- cubes ---

fn cube_spec(indicators: &[&str], keys: &[&str]) -> CubeSpec {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    CubeSpec { indicators: names(indicators), keys: names(keys), weight: Some("weight".into()), ..CubeSpec::default() }
}

fn counted(cubes: &PackCubes) -> Folded<Counted> {
    let (folded, problems) = watched(|watch| cubes.count(watch));
    assert_eq!(problems.first(), []);
    folded.unwrap()
}

#[test]
fn a_pack_and_its_tables_become_a_cube_in_one_pass() {
    let room = Room::new();
    let rows = [
        ("a,001,rural,1,8,no,500,", "1.5,s1,2"),
        ("b,001,rural,1,7,no,500,", "2,s1,2"),
        ("c,001,urban,1,7,,5000,", "4,s1,10"),
        ("d,002,urban,1,7,,5000,", "8,s2,1"),
    ];
    let job = job(room.file("h.csv", &table("weight,stratum,cluster", &rows)));
    let program = room.tiny("tiny", &[]);
    let spec = CubeSpec {
        strata: Some("stratum".into()),
        psu: Some("cluster".into()),
        size: Some("persons".into()),
        ..cube_spec(&["crowded", "water"], &["area", "status", "is_poor_rural"])
    };
    let series = counted(&PackCubes::open(&program, &job, &spec).unwrap()).state.unwrap().series;
    let cube = &series.rounds[0].cube;
    assert_eq!((cube.indicators.join(" "), cube.weight.as_str()), ("crowded water".into(), "weight × persons"));
    let values = |key: usize| cube.keys[key].values.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!((values(0), values(1)), (vec!["rural".into(), "urban".into()], vec!["other".into(), "poor".into()]));
    assert_eq!(values(2), ["no", "yes"]);
    let psus: Vec<String> = cube.psus.iter().map(|psu| psu.label.to_string()).collect();
    assert_eq!((psus, cube.strata.len()), (vec!["2".into(), "10".into(), "1".into()], 2));
    let cells = (0..cube.cells.len()).map(|cell| {
        let profile = cube.profiles[cube.cells.profile[cell] as usize];
        (cube.cells.psu[cell], profile.deprived, profile.unknown, cube.cells.weight[cell])
    });
    assert_eq!(cells.collect::<Vec<_>>(), [(0, 2, 0, 1.5), (0, 3, 0, 2.0), (1, 1, 2, 4.0), (2, 1, 2, 8.0)]);
}

#[test]
fn the_cube_is_that_of_the_profiles_whatever_the_threads_do() {
    let room = Room::new();
    let (job, program) = (population(&room, 80_000), vietnam());
    let ids: Vec<&str> = program.pack.indicators.iter().map(|indicator| indicator.id.value.as_str()).collect();
    let spec = CubeSpec {
        size: Some("persons".into()),
        psu: Some("cluster".into()),
        ..cube_spec(&ids, &["region", "status"])
    };
    let cubes = PackCubes::open(&program, &job, &spec).unwrap();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| counted(&cubes).state.unwrap())
    };
    let (two, four) = (run(2), run(4));
    assert!(two == four && two.series.rounds[0].cube.rows() == 80_000);

    let columns = ["cluster", "region"].map(Passenger::label);
    let columns = [Passenger::number("weight")].into_iter().chain(columns).collect();
    let beside = Wanted { columns, persons: true };
    let batch = profiles(&program, &job, &Spec { beside, status: true, ..Spec::default() });
    // As the specification asks for them: indicators, weight, size, cluster, keys.
    let first = ids.len();
    let order: Vec<usize> = (0..first).chain([first + 1, first + 4, first + 2, first + 3, first]).collect();
    let mut builder = CubeBuilder::new(&spec).unwrap();
    assert_eq!(builder.push(&batch.project(&order).unwrap()), []);
    assert!(builder.finish().unwrap() == two.series);
}

#[test]
fn a_household_without_a_weight_is_told_with_its_place_and_not_counted() {
    let room = Room::new();
    let program = room.tiny("tiny", &[]);
    // The rows are not sorted: each keeps the place where it stands.
    let job = job(room.file("h.csv", &table("weight,stratum", &[ROWS[1], ROWS[0], ROWS[2]])));
    let read = ReadOptions { ignore: vec!["stratum".into()], ..ReadOptions::default() };
    let spec = cube_spec(&["water"], &["area"]);
    for keep_going in [false, true] {
        let job = Job { read: read.clone(), keep_going, ..job.clone() };
        let cubes = PackCubes::open(&program, &job, &spec).unwrap();
        let (folded, problems) = watched(|watch| cubes.count(watch));
        let problem = &problems.first()[0];
        assert_eq!(
            (problem.row, problem.household.as_deref(), problem.column.as_deref()),
            (2, Some("b"), Some("weight"))
        );
        assert!(problem.file.ends_with("h.csv") && problem.message.en.contains("the weight is missing"), "{problem}");
        assert_eq!(problems.count(), 1);
        let counted = folded.unwrap().state.map(|counted| (counted.excluded, counted.series.rounds[0].cube.rows()));
        assert_eq!(counted, keep_going.then_some((1, 2)));
    }
}

#[test]
fn all_households_that_cannot_be_counted_are_told() {
    let room = Room::new();
    let rows: String =
        (0..200_000).map(|row| format!("h{row:06},yes,{}\n", if row % 2000 == 0 { "" } else { "1" })).collect();
    let file = room.file("h.csv", &format!("household_id,water,weight\n{rows}"));
    let read = ReadOptions { allow_missing: true, ..ReadOptions::default() };
    let cubes =
        PackCubes::open(&room.tiny("tiny", &[]), &Job { read, ..job(file) }, &cube_spec(&["water"], &[])).unwrap();
    let (folded, problems) = watched(|watch| cubes.count(watch));
    assert!(folded.unwrap().state.is_none());
    assert_eq!(problems.count(), 100);
}

#[test]
fn an_indicator_that_the_pack_does_not_have_is_refused() {
    let room = Room::new();
    let job = job(room.file("h.csv", &table("weight,stratum", &ROWS)));
    let Err(error) = PackCubes::open(&room.tiny("tiny", &[]), &job, &cube_spec(&["watr"], &[])) else { panic!() };
    assert!(error.tell(Language::En).contains("no indicator `watr`; there are: water, crowded"), "{error}");
}

// --- two standards ---

fn statuses(compared: &[Compared], standard: usize) -> Vec<Option<String>> {
    compared.iter().flat_map(|c| texts(&c.assessed[standard], "status_national")).collect()
}

#[test]
fn a_raised_line_makes_some_poor_and_none_better_off() {
    let room = Room::new();
    let (job, law) = (population(&room, 3000), vietnam());
    let set =
        [("lines.rural.poor", "2000000"), ("lines.urban.poor", "2800000")].map(|(p, v)| (p.to_owned(), v.to_owned()));
    let what_if = Library::embedded().load_with_overrides("vn-2022-2026", &set).unwrap();
    let columns = [Passenger::number("weight"), Passenger::label("cluster"), Passenger::label("region")];
    let wanted = Wanted { columns: columns.to_vec(), persons: true };
    let standards = [Standard { program: &law, method: 0 }, Standard { program: &what_if, method: 0 }];
    let comparison = Comparison::open(standards, &job, &wanted).unwrap();
    let compared = compared(&comparison);
    let order = |status: &Option<String>| law.pack.statuses.iter().position(|s| Some(&s.id.value) == status.as_ref());
    let (before, after) = (statuses(&compared, 0), statuses(&compared, 1));
    let pairs = || before.iter().zip(&after).filter_map(|(a, b)| Some((order(a)?, order(b)?)));
    assert!(pairs().all(|(before, after)| after <= before));
    assert!(pairs().filter(|(before, after)| after < before).count() > 20);
    assert_eq!(compared.iter().flat_map(|c| numbers(&c.beside, "weight")).count(), 3000);
    assert_eq!(compared[0].beside.schema(), *comparison.beside_schema());
    assert_eq!(compared[0].assessed[1].schema(), comparison.assessed_schemas()[1]);
}

#[test]
fn two_packs_of_one_questionnaire_read_the_union_of_their_questions() {
    let room = Room::new();
    let job = population(&room, 500);
    let (old, new) = (Library::embedded().load("vn-2016-2020").unwrap(), vietnam());
    let standards = [Standard { program: &old, method: 0 }, Standard { program: &new, method: 0 }];
    let wanted = Wanted { columns: vec![Passenger::number("weight"), Passenger::label("cluster")], persons: false };
    let compared = compared(&Comparison::open(standards, &job, &wanted).unwrap());
    for (standard, program) in [&old, &new].into_iter().enumerate() {
        let spec = Spec { beside: wanted.clone(), status: true, ..Spec::default() };
        let alone = profiles(program, &job, &spec);
        assert_eq!(statuses(&compared, standard), texts(&alone, "status"), "{}", program.pack.id.value);
    }
}

/// A second small standard, changed, beside the first one; a table for both.
fn beside_another(changes: &[(&str, &str)], rows: &str) -> Result<Vec<Compared>, RunError> {
    let room = Room::new();
    let (one, other) = (room.tiny("one", &[]), room.tiny("other", changes));
    let standards = [Standard { program: &one, method: 0 }, Standard { program: &other, method: 0 }];
    let read = ReadOptions { allow_missing: true, ..ReadOptions::default() };
    let job = Job { read, ..job(room.file("h.csv", &format!("{HEADER}\n{rows}"))) };
    Ok(compared(&Comparison::open(standards, &job, &Wanted::default())?))
}

#[test]
fn a_question_that_means_something_else_is_named() {
    for (find, put, variable, kinds) in [
        ("decimals: 1, min: 0, max: 1000", "min: 0, max: 1000", "floor", "0 to 1000 with 1 decimals"),
        ("width: 3", "width: 5", "commune", "a code of 5 digits"),
        ("min: 1, max: 50", "min: 51, max: 90", "size", "in person from 1 to 50"),
    ] {
        let Err(error) = beside_another(&[(find, put)], "") else { panic!("{variable}") };
        let told = error.tell(Language::En);
        assert!(
            told.contains(&format!("`{variable}` (a question about the household) does not mean the same")),
            "{told}"
        );
        assert!(told.contains(kinds) && told.contains("one:") && told.contains("other:"), "{told}");
        assert!(error.tell(Language::Vi).contains("không cùng nghĩa"));
    }
    let swapped = [(
        "      - {id: urban, label: {en: Urban}}\n      - {id: rural",
        "      - {id: town, label: {en: Town}}\n      - {id: rural",
    )];
    let Err(error) = beside_another(&swapped, "") else { panic!("area") };
    assert!(error.tell(Language::En).contains("one of urban, rural; other: one of town, rural"), "{error}");
    let renamed = [("id: household_id", "id: hh_id")];
    let Err(error) = beside_another(&renamed, "") else { panic!("hh_id") };
    assert!(error.tell(Language::En).contains("`hh_id`"), "{error}");
}

#[test]
fn a_question_that_only_one_asks_is_of_no_concern_to_the_other() {
    let changes = [("id: income,", "id: earnings,"), ("income <", "earnings <")];
    let compared = beside_another(&changes, "a,001,rural,1,8,no,500,\n").unwrap();
    assert_eq!(statuses(&compared, 0), some(&["poor"]));
    assert_eq!(statuses(&compared, 1), some(&["undetermined"]), "nobody was asked for the earnings");
}

#[test]
fn an_option_that_only_one_list_has_is_unknown_to_the_other() {
    let longer = [(
        "      - {id: rural, label: {en: Rural}}\n",
        "      - {id: rural, label: {en: Rural}}\n      - {id: island, label: {en: Island}}\n",
    )];
    let rows = "a,001,island,1,8,no,500,\nb,001,rural,1,8,no,500,\nc,001,island,1,8,no,,\n";
    let compared = beside_another(&longer, rows).unwrap();
    let group = |standard: usize| texts(&compared[0].assessed[standard], "is_poor_rural");
    assert_eq!(group(0), some(&["", "true", ""]));
    assert_eq!(group(1), some(&["false", "true", "false"]));
}

#[test]
fn an_answer_must_be_possible_for_both() {
    let room = Room::new();
    let (one, other) = (room.tiny("one", &[]), room.tiny("other", &[("max: 50", "max: 3")]));
    let standards = [Standard { program: &one, method: 0 }, Standard { program: &other, method: 0 }];
    let job = Job {
        keep_going: true,
        ..job(room.file("h.csv", &format!("{HEADER}\na,001,rural,4,8,no,500,\nb,001,rural,3,8,no,500,\n")))
    };
    let comparison = Comparison::open(standards, &job, &Wanted::default()).unwrap();
    let (folded, problems) = watched(|watch| {
        comparison.fold(
            watch,
            || Ok::<_, RunError>(0),
            |rows, batch| {
                *rows += batch.households.num_rows();
                Ok(())
            },
        )
    });
    assert_eq!(folded.unwrap().state, Some(1));
    assert!(problems.first()[0].to_string().contains("row 2, column size: the number is not between 1 and 3"));
}

#[test]
fn a_local_standard_is_compared_with_the_national_one_beside_it() {
    let room = Room::new();
    let job = population(&room, 300);
    let (national, local) = (vietnam(), Library::embedded().load("example-province").unwrap());
    let standards = [Standard { program: &national, method: 0 }, Standard { program: &local, method: 0 }];
    let wanted = Wanted { columns: vec![Passenger::number("weight"), Passenger::label("cluster")], persons: false };
    let compared = compared(&Comparison::open(standards, &job, &wanted).unwrap());
    assert_eq!(statuses(&compared, 0), statuses(&compared, 1));
    assert!(compared[0].assessed[1].column_by_name("status_local").is_some());
}

#[test]
fn tables_are_found_where_they_are() {
    assert!(matches!(
        Profiles::open(&vietnam(), &job(Path::new("nowhere.csv").to_owned()), &Spec::default()).map(drop),
        Err(RunError::Kernel(_))
    ));
}
