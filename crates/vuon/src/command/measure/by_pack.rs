//! Households by a pack: the tables of an assessment become a profile cube, with the columns of a survey beside the
//! answers.

use super::data;
use super::wrong;
use crate::command::law::{Law, Opened};
use crate::command::reading::{self, Progress};
use crate::command::tables::Tables;
use anyhow::Result;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int32Type, SchemaRef};
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;
use vuon_population::beside::PERSONS;
use vuon_population::cube::{CubeBuilder, CubeSpec, Series};
use vuon_population::passenger::{Passenger, PassengerKind};
use vuon_population::pipeline::{Job, RunError, Watch};
use vuon_population::profiles::{Profiles, STATUS, Spec};
use vuon_population::row_problem::RowProblems;
use vuon_population::survey::{ColumnKind, SurveyColumn};

/// The law on the command line, and its tables.
#[derive(clap::Args)]
#[command(next_help_heading = "By a policy pack")]
pub struct Options {
    /// Id or folder of a policy pack that judges deprivations from the answers of households
    #[arg(long, value_name = "PACK", conflicts_with = "indicators")]
    policy: Option<String>,
    /// Files or patterns of the member table, for a pack that asks about members
    #[arg(long, num_args = 1.., value_name = "FILE", requires = "policy")]
    members: Vec<String>,
    /// Each household counts weight × its number of persons, and figures are of persons
    #[arg(long, requires = "policy", conflicts_with = "size")]
    pub persons: bool,
    /// The day of the review, YYYY-MM-DD; needed where ages count
    #[arg(long, value_parser = crate::command::day, requires = "policy")]
    on: Option<Day>,
    /// The method of the pack; its first without this
    #[arg(long, requires = "policy")]
    method: Option<String>,
    /// Use a pack that is marked incomplete
    #[arg(long, requires = "policy")]
    accept_incomplete: bool,
    /// Columns that are not in the questionnaire and may be passed over
    #[arg(long = "ignore-column", value_delimiter = ',', value_name = "COLUMN", requires = "policy")]
    ignore: Vec<String>,
    /// Needed columns may be absent: their answers are unknown
    #[arg(long, requires = "policy")]
    allow_missing: bool,
}

impl Options {
    /// The law, if there is one.
    pub fn open(&self, language: Language) -> Result<Option<Opened>> {
        let (on, method, accept_incomplete) = (self.on, self.method.clone(), self.accept_incomplete);
        let Some(policy) = self.policy.clone() else { return Ok(None) };
        let opened = Law { policy, on, method, accept_incomplete }.open(language)?;
        if opened.program.pack.indicators.is_empty() {
            let id = &opened.program.pack.id.value;
            return Err(wrong(
                language,
                format!("gói `{id}` không có chỉ số thiếu hụt nào để đo nghèo đa chiều"),
                format!("the pack `{id}` has no indicators of deprivation to measure by"),
            ));
        }
        Ok(Some(opened))
    }

    /// The tables, as an assessment reads them.
    fn job(&self, law: &Opened, data: &data::Options) -> Result<Job> {
        let tables = Tables {
            tables: data.data.clone(),
            members: self.members.clone(),
            ignore: self.ignore.clone(),
            allow_missing: self.allow_missing,
        };
        let job = tables.job(law.program.pack.questionnaire.has_roster())?;
        let (method, review_date, keep_going) = (law.method, law.review_date, data.keep_going);
        Ok(Job { method, review_date, keep_going, ..job })
    }
}

/// How a batch of profiles becomes one that a cube counts.
struct Picked {
    /// The places of the cube's columns in the batch.
    places: Vec<usize>,
    /// The place of the household's id, where rows may be bad.
    id: Option<usize>,
}

/// Counts the households of the tables. `spec` names indicators as the pack does.
pub fn count(
    law: &Opened,
    options: &Options,
    data: &data::Options,
    mut spec: CubeSpec,
    notes: &mut Vec<String>,
    language: Language,
) -> Result<Series> {
    let program = &law.program;
    let job = options.job(law, data)?;
    data.spare(&job.households, language)?;
    data.spare(&job.members, language)?;
    let ids = std::mem::take(&mut spec.indicators);
    let column = |id: &String| format!("deprived_{id}");
    spec.indicators = ids.iter().map(column).collect();
    spec.gaps.iter_mut().for_each(|(indicator, _)| *indicator = column(indicator));
    if options.persons {
        spec.size = Some(PERSONS.to_owned());
    }
    let wanted = wanted(law, &spec)?;
    let profiles = Profiles::open(program, &job, &wanted)?;
    let picked = pick(profiles.schema(), &spec, law)?;
    let mut problems = RowProblems::new(10);
    let mut faults = RowProblems::new(10);
    let mut progress = Progress::new(language);
    let mut watch = Watch { problems: &mut problems, observer: &mut progress, stop: reading::stopped()? };
    let file: Arc<str> = job.households.first().map_or(String::new(), |path| path.display().to_string()).into();
    let start = || CubeBuilder::new(&spec).map_err(RunError::Name);
    let counted = profiles.fold(&mut watch, start, |builder, batch| {
        let columns = picked.places.iter().map(|place| batch.column(*place).clone()).collect();
        let fields = profiles.schema().project(&picked.places).map_err(|error| RunError::Kernel(error.into()))?;
        let batch_of_cube =
            RecordBatch::try_new(fields.into(), columns).map_err(|error| RunError::Kernel(error.into()))?;
        for fault in builder.push(&batch_of_cube) {
            let household = picked.id.and_then(|place| id(batch, place, fault.row));
            faults.push(fault.at(file.clone(), 0, household));
        }
        Ok::<(), RunError>(())
    });
    progress.finish();
    let counted = counted?;
    let reading = &counted.reading;
    notes.extend(reading::notes(reading.sorted, &reading.repairs, &reading.absent, language));
    if problems.count() > 0 {
        reading::print_problems(&problems, &reading.merged, reading.dropped, None, data.keep_going, language);
    }
    if faults.count() > 0 {
        data::tell(&faults, 0, language);
    }
    let bad = reading.merged.excluded() + faults.count();
    let (Some(builder), true) = (counted.state, bad == 0 || data.keep_going) else {
        return Err(data::bad_rows(bad.max(problems.count()), language));
    };
    if bad > 0 {
        notes.push(match language {
            Language::Vi => format!("CHÚ Ý: bỏ {bad} hộ có dòng lỗi hoặc thiếu quyền số (--keep-going)."),
            Language::En => {
                format!("TAKE CARE: households left out for bad rows or want of a weight (--keep-going): {bad}.")
            }
        });
    }
    let mut series = builder.finish()?;
    for round in &mut series.rounds {
        round.cube.indicators.clone_from(&ids);
    }
    Ok(series)
}

/// What the profiles need beside the indicators. Keys may be the status or a group of the pack.
fn wanted(law: &Opened, spec: &CubeSpec) -> Result<Spec> {
    let of_pack =
        |name: &str| name == STATUS || law.program.flags().any(|flag| format!("is_{}", flag.id.value) == name);
    let columns = spec.columns().map_err(RunError::Name)?;
    let mut wanted = Spec { status: spec.keys.iter().any(|key| key == STATUS), ..Spec::default() };
    for column in &columns[spec.indicators.len()..] {
        let name = column.name.as_str();
        match (name, column.kind) {
            (PERSONS, ColumnKind::Number) if spec.size.as_deref() == Some(PERSONS) => wanted.beside.persons = true,
            (name, ColumnKind::Label) if of_pack(name) => {
                wanted.flags.extend(name.strip_prefix("is_").map(str::to_owned));
            }
            (name, ColumnKind::Label) => wanted.beside.columns.push(Passenger::label(name)),
            (name, _) => wanted.beside.columns.push(Passenger::number(name)),
        }
    }
    // Only what travels along can be missing; households are then named.
    let travels = wanted.beside.columns.iter().any(|column| column.kind == PassengerKind::Number);
    let id = law.program.pack.questionnaire.household_id();
    if let Some(id) = id.filter(|_| travels || spec.psu.is_some() || spec.strata.is_some()) {
        wanted.beside.columns.push(Passenger::label(&id.id.value));
    }
    Ok(wanted)
}

/// Where the columns of a cube stand among those of the profiles.
fn pick(schema: &SchemaRef, spec: &CubeSpec, law: &Opened) -> Result<Picked> {
    let is_of = |kind: ColumnKind, found: &DataType| match kind {
        ColumnKind::Flag => *found == DataType::Boolean,
        ColumnKind::Number => *found == DataType::Float64,
        ColumnKind::Label => matches!(found, DataType::Dictionary(..)),
    };
    let find = |name: &str, kind: ColumnKind| {
        schema.fields().iter().position(|field| field.name() == name && is_of(kind, field.data_type()))
    };
    let place = |SurveyColumn { name, kind }: &SurveyColumn| {
        find(name.trim(), *kind).ok_or_else(|| anyhow::anyhow!("the tables gave no column `{name}`"))
    };
    let places = spec.columns().map_err(RunError::Name)?.iter().map(place).collect::<Result<_>>()?;
    let id = law.program.pack.questionnaire.household_id();
    Ok(Picked { places, id: id.and_then(|id| find(&id.id.value, ColumnKind::Label)) })
}

/// The id of a household.
fn id(batch: &RecordBatch, place: usize, row: usize) -> Option<Arc<str>> {
    let ids = batch.column(place).as_dictionary_opt::<Int32Type>()?;
    let key = ids.keys().is_valid(row).then(|| ids.keys().value(row))?;
    Some(ids.values().as_string_opt::<i32>()?.value(key as usize).into())
}
