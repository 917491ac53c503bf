//! A simulation on a saved profile cube: another cut-off, other weights, fewer indicators, in milliseconds for a nation.
//!
//! Poor is whose weighted deprivations reach the cut-off, before and after. Households with an indicator that is not known
//! are undetermined, before and after, whatever the weight of the indicator: both standards speak of the same people.

mod before;
mod figures;

use super::Arguments;
use super::findings::{
    Domain, Group, Grouped, Indicator, Poor, PoorFigures, Side, Simulation, Status, UnitName, Units,
};
use super::fractions::{self, Wanted, unknown};
use crate::command::reading;
use crate::screen::{decimal, say};
use anyhow::{Result, anyhow};
use before::Before;
use figures::Figures;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use vuon_measure::cube::{Cube, Label, Sampling};
use vuon_measure::weighting::{Cutoff, Weighting};
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::words::grouped as grouped_number;
use vuon_population::cube::{Round, Saved, load};

/// A weighting with its cut-off.
#[derive(Clone, Debug)]
pub struct Standard {
    /// The weights.
    pub weighting: Weighting,
    /// The cut-off.
    pub k: Cutoff,
}

/// Runs the command on a cube.
pub fn run(arguments: &Arguments, path: &Path, language: Language) -> Result<ExitCode> {
    reading::spare(&[path.to_owned()], arguments.out.iter().map(PathBuf::as_path), language)?;
    let started = Instant::now();
    let saved = load(path)?;
    let loaded = started.elapsed();
    let round = round(&saved, arguments.round.as_deref(), language)?;
    let cube = &round.cube;
    let known = Before::of(&saved, cube, language);
    let (first, second) = standards(arguments, cube, &known, language)?;
    let groupings = groupings(cube, &arguments.by, language)?;
    let name = path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    let sides =
        [side(&name, cube, &first, &known, false, language), side(&name, cube, &second, &known, true, language)];
    let figures = Figures::new(cube, [&first, &second], arguments.lonely_psu)?;
    let units = units(cube, &known, language);
    let mut notes = known.notes.clone();
    notes.push(sampling_note(cube, language));
    let simulation = Simulation {
        sides,
        poor: vec![Poor { id: "poor".into(), label: say(language, "Nghèo", "Poor").into() }],
        whole: figures.whole(&units)?,
        groups: groupings.iter().map(|key| grouped(cube, &figures, *key, &units, language)).collect::<Result<_>>()?,
        flags: Vec::new(),
        costs: Vec::new(),
        same_indicators: true,
        facts: facts(&saved, round, language),
        notes,
        units,
    };
    let computed = started.elapsed() - loaded;
    super::tell(&simulation, &arguments.out, language)?;
    let cells = grouped_number(cube.cells.len() as i64, language);
    let [loaded, computed] = [loaded, computed].map(|took| decimal(1e3 * took.as_secs_f64(), 1, language));
    eprintln!(
        "{}",
        match language {
            Language::Vi => format!("{cells} ô: đọc trong {loaded} ms, tính trong {computed} ms"),
            Language::En => format!("{cells} cells: read in {loaded} ms, computed in {computed} ms"),
        }
    );
    Ok(ExitCode::SUCCESS)
}

/// The round that is meant: the one named, or the last.
fn round<'s>(saved: &'s Saved, named: Option<&str>, language: Language) -> Result<&'s Round> {
    let rounds = &saved.series.rounds;
    let found = match named {
        Some(named) => rounds.iter().find(|round| round.label.to_string() == named),
        None => rounds.last(),
    };
    found.ok_or_else(|| {
        let known: Vec<String> = rounds.iter().map(|round| round.label.to_string()).collect();
        anyhow!("--round: {}", unknown(named.unwrap_or_default(), &known, language))
    })
}

/// The standards before and after the change.
fn standards(a: &Arguments, cube: &Cube, known: &Before, language: Language) -> Result<(Standard, Standard)> {
    let short = &known.names;
    let weights = |before: &[Exact], set: &[(String, Exact)], without: &[String]| {
        // An indicator may be called as in the cube or as in its pack.
        let name = |name: &String| match cube.indicators.iter().position(|indicator| indicator == name) {
            Some(place) => short[place].clone(),
            None => name.clone(),
        };
        let set: Vec<(String, Exact)> = set.iter().map(|(indicator, weight)| (name(indicator), *weight)).collect();
        let without: Vec<String> = without.iter().map(name).collect();
        fractions::weights(short, before, &Wanted { set: &set, without: &without }, language)
    };
    let standard = |weights: &[Exact], k: Exact| -> Result<Standard> {
        let weighting = Weighting::proportional("", weights).map_err(|error| anyhow!(error))?;
        Ok(Standard { weighting, k: Cutoff::new(k).map_err(|error| anyhow!(error))? })
    };
    let before = weights(&known.weights, &a.base_weight, &[])?;
    let k = a.base_k.or(known.k).unwrap_or(Exact::new(1, 3).unwrap_or(Exact::whole(1)));
    let after = weights(&before, &a.weight, &a.without)?;
    Ok((standard(&before, k)?, standard(&after, a.k.unwrap_or(k))?))
}

/// The places of the keys to tell groups by.
fn groupings(cube: &Cube, by: &[String], language: Language) -> Result<Vec<usize>> {
    by.iter()
        .map(|name| {
            cube.key(name).ok_or_else(|| {
                let keys: Vec<String> = cube.keys.iter().map(|key| key.name.clone()).collect();
                match (keys.is_empty(), language) {
                    (false, _) => anyhow!("--by: {}", unknown(name, &keys, language)),
                    (true, Language::Vi) => anyhow!("--by: khối này không chia theo cột nào"),
                    (true, Language::En) => anyhow!("--by: this cube is not told by any column"),
                }
            })
        })
        .collect()
}

fn grouped(cube: &Cube, figures: &Figures, key: usize, units: &Units, language: Language) -> Result<Grouped> {
    let column = cube.keys[key].name.clone();
    let grouping = cube.grouping(&[key]);
    let domains: Vec<Domain> = figures.by(&grouping, units)?;
    let group = |(place, domain): (usize, Domain)| {
        let label = cube.domain_labels(&grouping, place)[0];
        let missing = *label == Label::Missing;
        let value = if missing { String::new() } else { label.to_string() };
        let label = if missing { say(language, "(chưa rõ)", "(unknown)").to_owned() } else { value.clone() };
        Group { value, label, domain }
    };
    Ok(Grouped { label: column.clone(), column, groups: domains.into_iter().enumerate().map(group).collect() })
}

/// What each row is, and what the weights add up to.
fn units(cube: &Cube, known: &Before, language: Language) -> Units {
    let name = |id: &str, vi: &str, en: &str| UnitName { id: id.into(), label: say(language, vi, en).into() };
    let rows = if known.households { name("households", "hộ", "households") } else { name("rows", "dòng", "rows") };
    let weight = match cube.weight.as_str() {
        "rows" => None,
        "persons" => Some(name("persons", "người", "persons")),
        other => Some(name(other, other, other)),
    };
    Units { rows, weight }
}

fn side(file: &str, cube: &Cube, standard: &Standard, known: &Before, after: bool, language: Language) -> Side {
    let status = |id: &str, vi: &str, en: &str| Status { id: id.into(), label: say(language, vi, en).into() };
    let indicators = known.names.iter().zip(&known.labels).enumerate().map(|(place, (id, label))| {
        let (units, of) = (standard.weighting.units(place), standard.weighting.denominator());
        let weight = Exact::new(units.into(), of.into()).map_or(String::new(), |weight| weight.to_string());
        Indicator { id: id.clone(), label: label.clone(), weight }
    });
    let indicators: Vec<Indicator> = indicators.collect();
    debug_assert_eq!(indicators.len(), cube.indicators.len());
    Side {
        id: format!("{file} · k = {}", standard.k),
        label: weights_told(standard, &indicators, language),
        hash: known.hash.clone(),
        what_if: after,
        caveats: match after {
            true => vec![say(language, "GIẢ ĐỊNH, KHÔNG PHẢI VĂN BẢN PHÁP LUẬT", "A WHAT-IF, NOT LAW").to_owned()],
            false => known.caveats.clone(),
        },
        unverified: known.unverified.clone(),
        statuses: vec![
            status("poor", "Nghèo", "Poor"),
            status("not_poor", "Không nghèo", "Not poor"),
            status("undetermined", "Chưa xác định", "Undetermined"),
        ],
        indicators,
    }
}

/// The cut-off and the weights in words.
fn weights_told(standard: &Standard, indicators: &[Indicator], language: Language) -> String {
    let counted: Vec<&Indicator> = indicators.iter().filter(|indicator| indicator.weight != "0").collect();
    let alike = counted.windows(2).all(|pair| pair[0].weight == pair[1].weight);
    let k = standard.k;
    match (alike, language) {
        (true, Language::Vi) => format!("ngưỡng k = {k}, {} chỉ số trọng số bằng nhau", counted.len()),
        (true, Language::En) => format!("cut-off k = {k}, {} indicators of equal weight", counted.len()),
        (false, _) => {
            let weights: Vec<String> =
                counted.iter().map(|indicator| format!("{} {}", indicator.id, indicator.weight)).collect();
            let weights = weights.join(", ");
            match language {
                Language::Vi => format!("ngưỡng k = {k}; trọng số: {weights}"),
                Language::En => format!("cut-off k = {k}; weights: {weights}"),
            }
        }
    }
}

fn facts(saved: &Saved, round: &Round, language: Language) -> Vec<String> {
    let several = saved.series.rounds.len() > 1;
    let told = several.then(|| format!("{} {}", say(language, "kỳ", "round"), round.label));
    told.into_iter().collect()
}

fn sampling_note(cube: &Cube, language: Language) -> String {
    let text = match cube.sampling {
        Sampling::Register => (
            "Dữ liệu gồm tất cả mọi người: không có sai số chọn mẫu.",
            "The data are of everybody: there is no sampling error.",
        ),
        Sampling::Clusters => (
            "Dữ liệu là mẫu theo cụm: sai số chuẩn tính theo thiết kế mẫu.",
            "The data are a sample of clusters: standard errors follow its design.",
        ),
        Sampling::Elements => (
            "Dữ liệu là mẫu từng dòng: sai số chuẩn tính theo thiết kế mẫu.",
            "The data are a sample of rows: standard errors follow its design.",
        ),
    };
    say(language, text.0, text.1).to_owned()
}

/// What the standards make of a domain, in the order of [`Side::statuses`].
fn domain(poor: PoorFigures) -> Domain {
    let flow = &poor.flow;
    let none = Default::default();
    let matrix =
        vec![vec![flow.stays, flow.leaves, none], vec![flow.enters, flow.never, none], vec![none, none, flow.unknown]];
    Domain { matrix, poor: vec![poor] }
}
