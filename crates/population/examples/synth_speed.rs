//! Makes a population and says how long it took: `synth_speed HOUSEHOLDS FOLDER [csv] [UNKNOWN] [DIRTY]`.

use std::path::Path;
use std::time::Instant;
use vuon_policy::calendar::Day;
use vuon_population::synth::{Format, SynthOptions, generate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [households, folder, rest @ ..] = args.as_slice() else {
        return Err("say how many households, and the folder".into());
    };
    let review_date = Day::parse("2022-11-30").ok_or("no such day")?;
    let mut options = SynthOptions::new(households.parse()?, 1, review_date);
    let (format, rates) = match rest {
        [format, rates @ ..] if format == "csv" => (Format::Csv, rates),
        rates => (Format::Parquet, rates),
    };
    options.format = format;
    if let [unknown, dirty] = rates {
        (options.unknown_rate, options.dirty_rate) = (unknown.parse()?, dirty.parse()?);
    }
    let start = Instant::now();
    let report = generate(&options, Path::new(folder), &|_| ())?;
    println!("{:.1} s: {} households, {} members", start.elapsed().as_secs_f64(), report.households, report.members);
    Ok(())
}
