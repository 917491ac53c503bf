//! From a file to the profile cube: `cargo run --example cube_speed -- FOLDER TABLE [ROUNDS]`.
//!
//! FOLDER holds the tables of `bench/measure_data.py`; TABLE is register, persons (the register, counting members),
//! sample or survey. Told are cells and milliseconds of each round by the clock; `bench/measure.py` measures whole runs.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use vuon_policy::model::Language;
use vuon_population::cube::{CubeSpec, build, load, save};
use vuon_population::row_problem::RowProblems;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, table, rounds @ ..] = &arguments[..] else {
        eprintln!("cube_speed FOLDER register|persons|sample|survey [ROUNDS]");
        return ExitCode::FAILURE;
    };
    let rounds = rounds.first().and_then(|rounds| rounds.parse().ok()).unwrap_or(1);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let some = |name: &str| Some(name.to_owned());
    let mut spec = CubeSpec { indicators: (0..10).map(|j| format!("d{j}")).collect(), ..CubeSpec::default() };
    match table.as_str() {
        "register" | "persons" => {
            spec.register = true;
            spec.keys = names(&["province", "commune", "area"]);
            spec.size = if table == "persons" { some("members") } else { None };
        }
        _ => {
            (spec.strata, spec.psu, spec.weight) = (some("stratum"), some("cluster"), some("weight"));
            spec.keys = names(&["region", "area"]);
            if table == "survey" {
                (spec.round, spec.year) = (some("round"), some("year"));
            }
        }
    }
    let file = if table == "persons" { "register" } else { table };
    let files = [PathBuf::from(folder).join(format!("{file}.parquet"))];
    for _ in 0..rounds {
        let mut problems = RowProblems::new(5);
        let start = Instant::now();
        let built = match build(&spec, &files, &mut problems, &mut |_| {}, &AtomicBool::new(false)) {
            Ok(built) => built,
            Err(error) => {
                eprintln!("{}", error.tell(Language::En));
                return ExitCode::FAILURE;
            }
        };
        let cells: Vec<usize> = built.series.rounds.iter().map(|round| round.cube.cells.len()).collect();
        println!("{table}: {} rows, {} left out, cells {cells:?}: {}", built.rows, built.excluded, milliseconds(start));
        let path = PathBuf::from(folder).join(format!("{table}.cube.parquet"));
        let start = Instant::now();
        let saved = save(&built.series, &[], &path).map(|()| milliseconds(start));
        let start = Instant::now();
        match saved.and_then(|saving| Ok((saving, load(&path)?, milliseconds(start)))) {
            Ok((saving, loaded, loading)) => {
                let bytes = std::fs::metadata(&path).map_or(0, |facts| facts.len());
                let equal = if loaded.series == built.series { "equal" } else { "different" };
                println!("  saved: {saving}, {bytes} bytes; loaded: {loading}, {equal}");
            }
            Err(problem) => {
                eprintln!("{problem}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn milliseconds(start: Instant) -> String {
    format!("{:.1} ms", start.elapsed().as_secs_f64() * 1e3)
}
