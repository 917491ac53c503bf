//! The same households in two rounds: a cube of the indicators of both, for [`vuon_measure::recode::flows`].
//!
//! Weight, stratum, unit and keys are those of the earlier round. A household of the earlier round that is not found in the
//! later cannot be followed: it stays in the design with everything unknown, so that it enters no figure, and is counted,
//! so that the reader knows how many were lost.

use crate::cube::CubeSpec;
use crate::survey::SurveyData;
use crate::words::{Told, told};
use arrow::array::Array;
use std::collections::HashMap;
use vuon_measure::cube::{Cube, Label, Profile};
use vuon_measure::rows::{Header, Row};
use vuon_measure::weighting::MOST_INDICATORS;

/// Households followed from one round to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// A cube of twice the indicators: those of the earlier round, then those of the later.
    pub cube: Cube,
    /// How many households are in both rounds.
    pub followed: u64,
    /// How many are in the earlier alone, and in the later alone.
    pub lost: [u64; 2],
}

/// Follows households, told by a label column, between two values of the round column of `spec`. `data` must have been
/// read with the columns of the specification and the household's.
///
/// # Errors
/// Told in both languages: too many indicators, a household twice in a round or without an id, a weight that is missing
/// or negative.
pub fn follow(data: &SurveyData, spec: &CubeSpec, household: &str, rounds: [&Label; 2]) -> Result<Panel, Told> {
    let indicators = spec.indicators.len();
    if 2 * indicators > MOST_INDICATORS {
        let most = MOST_INDICATORS / 2;
        return Err(told(
            format!("theo dõi hộ qua hai kỳ chỉ được với tối đa {most} chỉ số, ở đây có {indicators}"),
            format!("households are followed with at most {most} indicators; there are {indicators}"),
        ));
    }
    let [earlier, later] = rounds.map(|round| rows_of(data, spec, household, round));
    let (earlier, later) = (earlier?, later?);
    let mut rows: Vec<Row> = Vec::new();
    let mut followed = 0;
    for (id, row) in &earlier.order {
        let before = profile(data, spec, *row)?;
        let after = match later.rows.get(id) {
            Some(after) => {
                followed += 1;
                profile(data, spec, *after)?
            }
            None => Profile { deprived: 0, unknown: u32::MAX >> (32 - indicators) },
        };
        let both = Profile {
            deprived: before.deprived | after.deprived << indicators,
            unknown: before.unknown | after.unknown << indicators,
        };
        named(data, spec, *row)?;
        rows.push(Row {
            stratum: label(data, spec.strata.as_deref(), *row),
            population: number(data, spec.fpc.as_deref(), *row)?,
            psu: match (&spec.psu, spec.register) {
                (Some(psu), false) => label(data, Some(psu), *row),
                (None, false) => Label::Whole(rows.len() as i64),
                (_, true) => Label::Missing,
            },
            keys: spec.keys.iter().map(|key| label(data, Some(key), *row)).collect(),
            profile: both,
            weight: weight(data, spec, *row)?,
            gaps: Vec::new(),
        });
    }
    one_population(&rows, spec)?;
    // A fraction of the units, as R's survey takes it, becomes their number in the population.
    if rows.iter().all(|row| row.population.is_some_and(|p| p <= 1.0)) {
        let mut units: HashMap<Label, Vec<Label>> = HashMap::new();
        rows.iter().for_each(|row| units.entry(row.stratum.clone()).or_default().push(row.psu.clone()));
        for units in units.values_mut() {
            units.sort_unstable();
            units.dedup();
        }
        for row in &mut rows {
            row.population = row.population.map(|drawn| units[&row.stratum].len() as f64 / drawn);
        }
    }
    let indicator_names = |suffix: usize| spec.indicators.iter().map(move |name| format!("{name}@{}", rounds[suffix]));
    let header = Header {
        indicators: indicator_names(0).chain(indicator_names(1)).collect(),
        weight: spec.weight_name(),
        sampling: spec.sampling(),
        keys: spec.keys.clone(),
        gaps: Vec::new(),
    };
    let lost = [earlier.order.len() as u64 - followed, later.order.len() as u64 - followed];
    Ok(Panel { cube: Cube::of_rows(header, &rows), followed, lost })
}

/// The households of a round: in the order of their rows, and by the place of their label.
struct RoundRows {
    order: Vec<(u32, usize)>,
    rows: HashMap<u32, usize>,
}

fn rows_of(data: &SurveyData, spec: &CubeSpec, household: &str, round: &Label) -> Result<RoundRows, Told> {
    let absent = |name: &str| missing_column(name);
    let households = data.labels(household).ok_or_else(|| absent(household))?;
    let round_name = spec.round.as_deref().unwrap_or_default();
    let rounds = data.labels(round_name).ok_or_else(|| absent(round_name))?;
    let wanted = rounds.names.iter().position(|name| name == round);
    let mut found = RoundRows { order: Vec::new(), rows: HashMap::new() };
    for row in 0..data.rows() {
        if wanted != Some(rounds.rows[row] as usize) {
            continue;
        }
        let id = households.rows[row];
        if households.names[id as usize] == Label::Missing {
            return Err(told(
                format!("dòng dữ liệu {}: thiếu mã hộ `{household}` nên không theo dõi được", row + 1),
                format!("data row {}: no household id `{household}`, so the household cannot be followed", row + 1),
            ));
        }
        if let Some(first) = found.rows.insert(id, row) {
            return Err(told(
                format!("dòng dữ liệu {} và {}: cùng một hộ hai lần trong kỳ {round}", first + 1, row + 1),
                format!("data rows {} and {}: the same household twice in round {round}", first + 1, row + 1),
            ));
        }
        found.order.push((id, row));
    }
    Ok(found)
}

/// A row without a stratum or a unit belongs nowhere in the design.
fn named(data: &SurveyData, spec: &CubeSpec, row: usize) -> Result<(), Told> {
    let columns = [&spec.strata, &spec.psu].into_iter().flatten();
    match columns.filter(|_| !spec.register).find(|name| label(data, Some(name), row) == Label::Missing) {
        None => Ok(()),
        Some(name) => Err(told(
            format!("dòng dữ liệu {}: thiếu `{name}`; hãy điền hoặc bỏ dòng", row + 1),
            format!("data row {}: `{name}` is missing; fill it in or leave the row out", row + 1),
        )),
    }
}

/// All rows of a stratum must tell the same population.
fn one_population(rows: &[Row], spec: &CubeSpec) -> Result<(), Told> {
    let Some(fpc) = &spec.fpc else { return Ok(()) };
    let mut known: HashMap<&Label, Option<f64>> = HashMap::new();
    for row in rows {
        if *known.entry(&row.stratum).or_insert(row.population) != row.population {
            return Err(told(
                format!("tầng {} có hai giá trị khác nhau của `{fpc}`", row.stratum),
                format!("stratum {} has two different values of `{fpc}`", row.stratum),
            ));
        }
    }
    Ok(())
}

fn profile(data: &SurveyData, spec: &CubeSpec, row: usize) -> Result<Profile, Told> {
    let mut profile = Profile::default();
    for (place, name) in spec.indicators.iter().enumerate() {
        let flags = data.flags(name).ok_or_else(|| missing_column(name))?;
        if flags.is_null(row) {
            profile.unknown |= 1 << place;
        } else if flags.value(row) {
            profile.deprived |= 1 << place;
        }
    }
    Ok(profile)
}

fn weight(data: &SurveyData, spec: &CubeSpec, row: usize) -> Result<f64, Told> {
    let mut weight = 1.0;
    for name in [&spec.weight, &spec.size].into_iter().flatten() {
        match number(data, Some(name), row)? {
            Some(factor) if factor >= 0.0 => weight *= factor,
            _ => {
                return Err(told(
                    format!("dòng dữ liệu {}: `{name}` thiếu hoặc âm; hãy điền hoặc bỏ dòng", row + 1),
                    format!("data row {}: `{name}` is missing or negative; fill it in or leave the row out", row + 1),
                ));
            }
        }
    }
    Ok(weight)
}

fn number(data: &SurveyData, name: Option<&str>, row: usize) -> Result<Option<f64>, Told> {
    let Some(name) = name else { return Ok(None) };
    let numbers = data.numbers(name).ok_or_else(|| missing_column(name))?;
    Ok(numbers.is_valid(row).then(|| numbers.value(row)))
}

/// A label, which stands for everybody where there is no such column.
fn label(data: &SurveyData, name: Option<&str>, row: usize) -> Label {
    match name.and_then(|name| data.labels(name)) {
        Some(labels) => labels.names[labels.rows[row] as usize].clone(),
        None => Label::Missing,
    }
}

fn missing_column(name: &str) -> Told {
    told(format!("bảng không có cột `{name}`"), format!("the table has no column `{name}`"))
}
