//! Synthetic populations: always the same, labelled, with the columns of the questionnaire and the published rates.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use arrow::array::{AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use vuon_areas::{Areas, Level};
use vuon_policy::Library;
use vuon_policy::assess::assess;
use vuon_policy::calendar::Day;
use vuon_policy::program::Outcome;
use vuon_population::pipeline::{Job, Observer, run};
use vuon_population::row_problem::RowProblems;
use vuon_population::synth::{
    DirtKind, Format, GENERATOR, LABEL, Population, Region, Status, SynthError, SynthOptions, SynthReport, generate,
};

const OLD: &str = "2022-11-30";
const NEW: &str = "2025-11-30";

fn options(households: u64, on: &str) -> SynthOptions {
    SynthOptions::new(households, 7, Day::parse(on).unwrap())
}

fn written(options: &SynthOptions, folder: &Path) -> SynthReport {
    generate(options, folder, &|_| ()).unwrap()
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&p).unwrap())).collect()
}

/// All values of a column, as text; none for unknown.
fn column(file: &Path, name: &str) -> Vec<Option<String>> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap().build().unwrap();
    let mut values = Vec::new();
    for batch in reader {
        let texts = cast(batch.unwrap().column_by_name(name).unwrap(), &DataType::Utf8).unwrap();
        let texts: &StringArray = texts.as_string();
        values.extend(texts.iter().map(|text| text.map(str::to_owned)));
    }
    values
}

fn texts(file: &Path, name: &str) -> Vec<String> {
    column(file, name).into_iter().map(|text| text.unwrap()).collect()
}

#[test]
fn the_same_options_give_the_same_bytes_with_any_number_of_threads() {
    for format in [Format::Parquet, Format::Csv] {
        let options = SynthOptions { format, unknown_rate: 0.02, dirty_rate: 0.05, ..options(150_000, OLD) };
        let runs = [1, 1, 2, 3].map(|threads| {
            let folder = tempfile::tempdir().unwrap();
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| written(&options, folder.path()));
            files(folder.path())
        });
        assert_eq!(runs[0].len(), 3);
        for run in &runs[1..] {
            // Not assert_eq, which would print the files.
            assert!(*run == runs[0], "{format:?}");
        }
    }
}

/// Holds on every machine. Where it changes on purpose, raise `synth::GENERATOR` and write the new number here.
#[test]
fn the_households_are_those_of_this_generator() {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for on in [OLD, NEW] {
        let population = Population::new(&options(3000, on)).unwrap();
        for household in population.block(0).households() {
            let text = format!("{} {:?}", household.id(), household.answers());
            digest = text.bytes().fold(digest, |d, b| (d ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        }
    }
    assert_eq!((GENERATOR, digest), (1, 15_159_198_309_985_955_069));
}

#[test]
fn another_seed_gives_other_households() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    written(&options(1000, OLD), folders[0].path());
    written(&SynthOptions { seed: 8, ..options(1000, OLD) }, folders[1].path());
    assert_ne!(files(folders[0].path())["households.parquet"], files(folders[1].path())["households.parquet"]);
}

#[test]
fn holes_and_dirt_leave_the_other_answers_as_they_are() {
    let clean = Population::new(&options(2000, OLD)).unwrap();
    let holes = SynthOptions { unknown_rate: 0.3, dirty_rate: 0.5, ..options(2000, OLD) };
    let holes = Population::new(&holes).unwrap();
    let (clean, holes) = (clean.block(0), holes.block(0));
    let mut unknown = 0;
    for (one, other) in clean.households().zip(holes.households()) {
        assert_eq!(one.id(), other.id());
        let (one, other) = (one.answers(), other.answers());
        let pairs = one.members.concat().into_iter().zip(other.members.concat());
        for (one, other) in one.household.into_iter().zip(other.household).chain(pairs) {
            let blanked = other == vuon_policy::evaluate::Answer::Unknown;
            unknown += usize::from(blanked && one != other);
            assert!(one == other || blanked);
        }
    }
    assert!(unknown > 10_000);
}

#[test]
fn the_tables_have_exactly_the_columns_of_the_questionnaire() {
    let folder = tempfile::tempdir().unwrap();
    written(&options(500, OLD), folder.path());
    let questions = Library::embedded().load("vn-questions").unwrap();
    let questionnaire = &questions.pack.questionnaire;
    let names = |file: &str| -> Vec<String> {
        let file = File::open(folder.path().join(file)).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        reader.schema().fields().iter().map(|field| field.name().clone()).collect()
    };
    let household: Vec<String> = questionnaire.household.iter().map(|v| v.id.value.clone()).collect();
    let mut member: Vec<String> = questionnaire.member.iter().map(|v| v.id.value.clone()).collect();
    member.insert(0, "household_id".into());
    assert_eq!(names("households.parquet"), household);
    assert_eq!(names("members.parquet"), member);

    let csv = tempfile::tempdir().unwrap();
    written(&SynthOptions { format: Format::Csv, ..options(500, OLD) }, csv.path());
    let text = std::fs::read_to_string(csv.path().join("households.csv")).unwrap();
    assert_eq!(text.lines().next().unwrap(), household.join(","));
    assert_eq!(text.lines().count(), 501);
}

#[test]
fn every_file_and_every_row_says_that_it_is_synthetic() {
    let folder = tempfile::tempdir().unwrap();
    let report = written(&options(300, OLD), folder.path());
    assert_eq!(report.files.len(), 3);
    for name in ["households.parquet", "members.parquet"] {
        let path = folder.path().join(name);
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
        let told = reader.metadata().file_metadata().key_value_metadata().unwrap();
        let told = |key: &str| told.iter().find(|kv| kv.key == key).and_then(|kv| kv.value.clone()).unwrap();
        assert_eq!(told("vuon.synthetic"), LABEL);
        assert_eq!(told("vuon.synth.seed"), "7");
        assert_eq!(told("vuon.synth.review_date"), OLD);
        assert!(texts(&path, "household_id").iter().all(|id| id.starts_with("SYN-")));
    }
    let readme = std::fs::read_to_string(folder.path().join("README.txt")).unwrap();
    assert!(readme.contains(LABEL));
}

#[test]
fn rows_are_sorted_and_row_groups_hold_whole_households() {
    let folder = tempfile::tempdir().unwrap();
    let report = written(&options(200_000, OLD), folder.path());
    let path = |name: &str| folder.path().join(name);
    let households = texts(&path("households.parquet"), "household_id");
    let members = texts(&path("members.parquet"), "household_id");
    assert_eq!((households.len() as u64, members.len() as u64), (report.household_rows, report.member_rows));
    assert!(households.is_sorted_by(|a, b| a < b));
    assert!(members.is_sorted());
    // Every household has members, and every member a household.
    assert_eq!(households.iter().collect::<BTreeSet<_>>(), members.iter().collect::<BTreeSet<_>>());

    let groups = |name: &str| -> Vec<usize> {
        let file = ParquetRecordBatchReaderBuilder::try_new(File::open(path(name)).unwrap()).unwrap();
        file.metadata().row_groups().iter().map(|group| group.num_rows() as usize).collect()
    };
    let (of_households, of_members) = (groups("households.parquet"), groups("members.parquet"));
    assert_eq!(of_households, [65_536, 65_536, 65_536, 3392]);
    let (mut household, mut member) = (0, 0);
    for (households_here, members_here) in of_households.iter().zip(&of_members) {
        assert_eq!(households[household], members[member]);
        (household, member) = (household + households_here, member + members_here);
        assert_eq!(households[household - 1], members[member - 1]);
    }
}

#[test]
fn every_code_is_in_the_list_in_force() {
    let areas = Areas::embedded();
    for (on, with_districts) in [(OLD, true), ("2025-06-30", true), (NEW, false), ("2026-11-30", false)] {
        let folder = tempfile::tempdir().unwrap();
        written(&options(60_000, on), folder.path());
        let list = areas.list_on(Day::parse(on).unwrap().date()).unwrap();
        let path = folder.path().join("households.parquet");
        let codes = |name: &str| column(&path, name);
        let (provinces, districts, communes) = (codes("province_code"), codes("district_code"), codes("commune_code"));
        let mut seen = BTreeSet::new();
        for ((province, district), commune) in provinces.into_iter().zip(districts).zip(communes) {
            let path = areas.path(list, commune.as_ref().unwrap().parse().unwrap()).unwrap();
            let code = |level| path.iter().find(|area| area.level == level).map(|area| area.code.to_string());
            assert_eq!(province, code(Level::Province), "{on}");
            assert_eq!(district, code(Level::District), "{on}");
            assert_eq!(commune, code(Level::Commune), "{on}");
            assert_eq!(district.is_some(), with_districts);
            seen.insert(province);
        }
        assert_eq!(seen.len(), areas.provinces(list).count(), "{on}");
    }
}

#[test]
fn households_live_only_in_the_areas_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    // Điện Biên, the district of Trùng Khánh (Cao Bằng) and one ward of Hà Nội.
    let areas = ["11", "047", "00004"].map(String::from).to_vec();
    written(&SynthOptions { areas: areas.clone(), ..options(5000, OLD) }, folder.path());
    let path = folder.path().join("households.parquet");
    let rows = texts(&path, "province_code").into_iter().zip(texts(&path, "district_code"));
    let mut seen = BTreeSet::new();
    for ((province, district), commune) in rows.zip(texts(&path, "commune_code")) {
        let inside: Vec<String> = [province, district, commune].into_iter().filter(|c| areas.contains(c)).collect();
        assert_eq!(inside.len(), 1);
        seen.extend(inside);
    }
    assert_eq!(seen.len(), 3);
}

#[test]
fn what_cannot_be_made_is_refused() {
    let of = |options: SynthOptions| Population::new(&options).map(drop).unwrap_err();
    assert!(matches!(of(options(0, OLD)), SynthError::Households(0)));
    assert!(matches!(of(options(100_000_000, OLD)), SynthError::Households(_)));
    assert!(matches!(of(options(10, "2019-11-30")), SynthError::Areas(_)));
    assert!(matches!(of(SynthOptions { dirty_rate: 1.5, ..options(10, OLD) }), SynthError::Rate { .. }));
    assert!(matches!(of(SynthOptions { unknown_rate: f64::NAN, ..options(10, OLD) }), SynthError::Rate { .. }));
    // A district, after districts were abolished.
    let gone = SynthOptions { areas: vec!["047".into()], ..options(10, NEW) };
    assert!(matches!(of(gone), SynthError::Areas(_)));
    // An island district without communes.
    let empty = SynthOptions { areas: vec!["498".into()], ..options(10, OLD) };
    assert!(matches!(of(empty), SynthError::Empty(_)));
}

/// Assessed counts: by region and status id; and the deprived indicators of poor households.
#[derive(Default)]
struct Assessed {
    statuses: BTreeMap<(Region, String), u64>,
    deprived: Vec<u64>,
    poor: u64,
}

/// Assesses all households under 2022-2026 by income and holds every status against the drawn one.
fn assessed(options: &SynthOptions) -> Assessed {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    let plan = program.plan(0);
    let population = Population::new(options).unwrap();
    let blocks = (0..population.blocks()).into_par_iter().map(|number| {
        let mut found = Assessed { deprived: vec![0; program.indicators.len()], ..Assessed::default() };
        for household in population.block(number).households() {
            assert!(household.is_clean());
            let answers = household.answers();
            let result = assess(&program, &plan, &answers, Some(options.review_date), Default::default());
            let Outcome::Status(status) = result.classification.outcome else {
                panic!("{}: {:?}", household.id(), result.classification)
            };
            let status = program.pack.statuses[status].id.value.clone();
            assert_eq!(status, household.status().id(), "{}", household.id());
            if household.status() == Status::Poor {
                found.poor += 1;
                for (count, indicator) in found.deprived.iter_mut().zip(&program.indicators) {
                    *count += u64::from(result.evaluation.value(*indicator).tri().known() == Some(true));
                }
            }
            *found.statuses.entry((household.region(), status)).or_default() += 1;
        }
        found
    });
    blocks.reduce(Assessed::default, |mut a, b| {
        for (key, count) in b.statuses {
            *a.statuses.entry(key).or_default() += count;
        }
        a.deprived.resize(b.deprived.len().max(a.deprived.len()), 0);
        a.deprived.iter_mut().zip(b.deprived).for_each(|(a, b)| *a += b);
        a.poor += b.poor;
        a
    })
}

/// Per cent poor and near-poor, as published of 2022.
const PUBLISHED: [(Region, f64, f64); 6] = [
    (Region::NorthernMountains, 14.23, 7.69),
    (Region::RedRiverDelta, 1.00, 1.45),
    (Region::CentralCoast, 4.99, 5.05),
    (Region::CentralHighlands, 8.39, 6.99),
    (Region::SouthEast, 0.21, 0.13),
    (Region::MekongDelta, 2.26, 3.46),
];

#[test]
fn an_assessment_finds_the_drawn_classes_and_the_published_rates() {
    for on in [OLD, NEW] {
        let found = assessed(&options(120_000, on));
        for (region, poor, near_poor) in PUBLISHED {
            let households: u64 = found.statuses.iter().filter(|((r, _), _)| *r == region).map(|(_, n)| n).sum();
            for (status, published) in [("poor", poor), ("near_poor", near_poor)] {
                let count = found.statuses.get(&(region, status.to_owned())).copied().unwrap_or(0);
                let (n, p) = (households as f64, published / 100.0);
                let error = (count as f64 / n - p).abs();
                let allowed = 4.0 * (p * (1.0 - p) / n).sqrt();
                assert!(error <= allowed, "{on} {region:?} {status}: {count} of {households}, published {published} %");
            }
        }
    }
}

#[test]
fn deprivations_of_poor_households_are_as_frequent_as_published() {
    let published = [393, 638, 680, 377, 783, 514, 292, 820, 67, 626, 408, 359];
    let found = assessed(&options(200_000, OLD));
    let total: u64 = found.deprived.iter().sum();
    let mean = total as f64 / found.poor as f64;
    assert!((mean - 5957.0 / 1483.0).abs() < 0.1, "{mean} deprivations");
    let mut report = String::new();
    let mut far = false;
    for (i, (found, published)) in found.deprived.iter().zip(published).enumerate() {
        let (found, published) = (*found as f64 / total as f64, f64::from(published) / 5957.0);
        report += &format!("indicator {}: {:.1} %, published {:.1} %\n", i + 1, found * 100.0, published * 100.0);
        far |= (found - published).abs() > 0.02;
    }
    assert!(!far, "{report}");
}

#[test]
fn households_are_as_large_as_those_of_the_census() {
    let population = Population::new(&options(200_000, OLD)).unwrap();
    let members: usize = (0..population.blocks())
        .into_par_iter()
        .map(|number| population.block(number).households().map(|h| h.answers().members.len()).sum::<usize>())
        .sum();
    let mean = members as f64 / 200_000.0;
    assert!((mean - 3.6).abs() < 0.05, "{mean}");
}

#[test]
fn answers_are_unknown_as_often_as_asked_for() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let clean = written(&options(30_000, OLD), folders[0].path());
    let holes = written(&SynthOptions { unknown_rate: 0.1, ..options(30_000, OLD) }, folders[1].path());
    assert_eq!(clean.blanked, 0);
    assert_eq!(clean.drawn, holes.drawn);
    let unknown = |folder: usize, file: &str, name: &str| {
        column(&folders[folder].path().join(file), name).iter().filter(|cell| cell.is_none()).count()
    };
    let near = |share: f64, wanted: f64| assert!((share - wanted).abs() < 0.01, "{share} instead of {wanted}");
    near(unknown(1, "households.parquet", "income") as f64 / 30_000.0, 0.1);
    near(unknown(1, "members.parquet", "insured") as f64 / holes.members as f64, 0.1);
    near(unknown(1, "members.parquet", "birth_date") as f64 / holes.members as f64, 0.01);
    for known in ["household_id", "province_code", "district_code", "commune_code", "area_type", "region"] {
        assert_eq!(unknown(1, "households.parquet", known), 0, "{known}");
    }
    for asked in ["income", "living_area", "has_tv", "toilet", "previous_status"] {
        assert_eq!(unknown(0, "households.parquet", asked), 0, "{asked}");
    }
}

#[test]
fn dirt_is_in_the_files_as_often_as_the_report_says() {
    for format in [Format::Parquet, Format::Csv] {
        let folder = tempfile::tempdir().unwrap();
        let dirty = SynthOptions { format, dirty_rate: 0.1, ..options(20_000, OLD) };
        let report = written(&dirty, folder.path());
        let total: u64 = report.dirt.values().sum();
        assert!((1800..2200).contains(&total), "{total}");
        for kind in DirtKind::ALL {
            assert_eq!(report.dirt.contains_key(&kind), kind.fits(format), "{format:?} {kind:?}");
        }
        let count = |kind| report.dirt.get(&kind).copied().unwrap_or(0);
        let cells = |file: &str, name: &str| -> Vec<String> {
            match format {
                Format::Parquet => {
                    let all = column(&folder.path().join(format!("{file}.parquet")), name);
                    all.into_iter().map(Option::unwrap_or_default).collect()
                }
                Format::Csv => {
                    let mut reader = csv::Reader::from_path(folder.path().join(format!("{file}.csv"))).unwrap();
                    let place = reader.headers().unwrap().iter().position(|header| header == name).unwrap();
                    reader.records().map(|row| row.unwrap()[place].to_owned()).collect()
                }
            }
        };
        let of = |file: &str, name: &str, is: &dyn Fn(&str) -> bool| {
            cells(file, name).iter().filter(|cell| is(cell)).count() as u64
        };
        assert_eq!(of("households", "income", &|cell| cell.starts_with('-')), count(DirtKind::NegativeIncome));
        assert_eq!(of("households", "income", &|cell| cell.contains('.')), count(DirtKind::GroupedDigits));
        assert_eq!(of("households", "living_area", &|cell| cell == "99999.9"), count(DirtKind::OutOfRange));
        assert_eq!(of("households", "water_source", &|cell| !cell.is_ascii()), count(DirtKind::DecomposedText));
        assert_eq!(of("households", "commune_code", &|cell| cell == "99999"), count(DirtKind::UnknownCode));
        let stripped = of("households", "commune_code", &|cell| cell.len() < 5);
        assert!(stripped > 0 && stripped <= count(DirtKind::LostZeros));

        let households = cells("households", "household_id");
        let members = cells("members", "household_id");
        assert!(households.is_sorted() && members.is_sorted());
        let (of_households, of_members): (BTreeSet<_>, BTreeSet<_>) =
            (households.iter().collect(), members.iter().collect());
        assert_eq!((households.len() - of_households.len()) as u64, count(DirtKind::DuplicateHousehold));
        assert_eq!(of_households.difference(&of_members).count() as u64, count(DirtKind::NoMembers));
        assert_eq!(of_members.difference(&of_households).count() as u64, count(DirtKind::OrphanMember));
        assert_eq!(households.len() as u64, report.household_rows);
        assert_eq!(members.len() as u64, report.member_rows);
    }
}

struct Silent;

impl Observer for Silent {
    fn progress(&mut self, _: u64, _: u64, _: u64) {}
    fn sorting(&mut self) {
        panic!("the tables are sorted");
    }
}

#[test]
fn the_reader_finds_the_dirt_and_assesses_the_rest() {
    let program = Library::embedded().load("vn-2022-2026").unwrap();
    for format in [Format::Parquet, Format::Csv] {
        let folder = tempfile::tempdir().unwrap();
        let report = written(&SynthOptions { format, dirty_rate: 0.1, ..options(20_000, OLD) }, folder.path());
        let count = |kind| report.dirt.get(&kind).copied().unwrap_or(0);
        let job = Job {
            households: vec![report.files[0].clone()],
            members: vec![report.files[1].clone()],
            review_date: Some(Day::parse(OLD).unwrap()),
            keep_going: true,
            ..Job::default()
        };
        let mut problems = RowProblems::new(5);
        let found = run(&program, &job, &mut problems, &mut Silent, &AtomicBool::new(false)).unwrap();
        let merged = &found.merged;
        assert_eq!(found.rows, [report.household_rows, report.member_rows]);
        assert_eq!(merged.bad_household, count(DirtKind::NegativeIncome) + count(DirtKind::OutOfRange), "{format:?}");
        assert_eq!(merged.duplicates, 2 * count(DirtKind::DuplicateHousehold));
        assert_eq!(merged.without_members, count(DirtKind::NoMembers));
        assert_eq!(merged.orphans, count(DirtKind::OrphanMember));
        let repaired = found.repairs.iter().find(|(column, _)| *column == "province_code").map(|(_, cells)| cells);
        assert!(repaired.is_some_and(|cells| cells > 0 && cells <= count(DirtKind::LostZeros)));
        assert_eq!(found.summary.total().households, merged.complete);
        assert_eq!(found.summary.total().households + merged.excluded(), report.household_rows);
    }
}

#[test]
fn poverty_is_deeper_in_the_country_and_among_minorities() {
    let report = {
        let folder = tempfile::tempdir().unwrap();
        // Điện Biên, mostly Thái and Mông; Phú Thọ, mostly Kinh: the same region.
        ["11", "25"].map(|province| {
            written(&SynthOptions { areas: vec![province.into()], ..options(20_000, OLD) }, folder.path())
        })
    };
    let [dien_bien, phu_tho] = report.map(|report| report.share(Status::Poor, Some(Region::NorthernMountains)));
    assert!(dien_bien > 2.0 * phu_tho, "{dien_bien} and {phu_tho}");
}
