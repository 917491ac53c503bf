//! Households by a pack, counted into the profile cube in the same pass.
//!
//! The names of a [`CubeSpec`] mean, for a pack: an indicator, the id of one of the pack's; every other column, first a
//! question about the household, then what the pack gives ([`STATUS`], `is_ID` of a subgroup or event, [`PERSONS`]), and
//! else a column of the household table that travels along. Batches are counted ahead on other threads and added in
//! order, so that the same tables give the same cubes whatever the threads do.

use super::{Profiles, STATUS, Spec};
use crate::beside::{PERSONS, Wanted};
use crate::cube::{CubeBuilder, CubeSpec, Series};
use crate::layout::TableKind;
use crate::merge::MergeWork;
use crate::passenger::Passenger;
use crate::pipeline::{Folded, Job, RunError, Watch};
use crate::survey::{ColumnKind, SurveyColumn};
use crate::words::told;
use arrow::array::AsArray;
use std::sync::Arc;
use vuon_policy::program::Program;

/// Tables opened to be counted into cubes.
pub struct PackCubes {
    profiles: Profiles,
    spec: CubeSpec,
    /// For each column of the specification, its place in the profiles.
    places: Vec<usize>,
}

/// The cubes of a pack and its tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// The cubes.
    pub series: Series,
    /// Households that were read and are not in the cubes, because their weight, stratum or the like is missing or
    /// impossible; each is among the problems.
    pub excluded: u64,
}

/// What a column of the cube is among those of the profiles.
enum Source {
    Indicator(usize),
    Status,
    Flag(usize),
    Column(usize),
    Persons,
}

impl PackCubes {
    /// Opens the tables of a job, to be told by the method of the pack that the job names and counted as specified.
    pub fn open(program: &Arc<Program>, job: &Job, spec: &CubeSpec) -> Result<Self, RunError> {
        let columns = spec.columns().map_err(RunError::Name)?;
        let mut wanted = Spec::default();
        let sources =
            columns.iter().map(|column| source(program, column, &mut wanted)).collect::<Result<Vec<_>, _>>()?;
        let indicators = program.pack.indicators.len();
        let flags = indicators + usize::from(wanted.status);
        let own = flags + wanted.flags.len();
        let persons = own + wanted.beside.columns.len();
        let place = |source: &Source| match source {
            Source::Indicator(place) => *place,
            Source::Status => indicators,
            Source::Flag(place) => flags + place,
            Source::Column(place) => own + place,
            Source::Persons => persons,
        };
        let profiles = Profiles::open(program, job, &wanted)?;
        let profiles = Profiles { tables: profiles.tables.thoroughly(), ..profiles };
        Ok(Self { profiles, spec: spec.clone(), places: sources.iter().map(place).collect() })
    }

    /// Passes over the households and counts them. A household that cannot be counted is told with its place, and there
    /// are then no cubes, unless the job is to keep going.
    ///
    /// It waits for the threads of the pool, and so is not called on one of them.
    pub fn count(&self, watch: &mut Watch<'_>) -> Result<Folded<Counted>, RunError> {
        let begin = || CubeBuilder::new(&self.spec).map_err(RunError::Name);
        let tables = &self.profiles.tables;
        let (maker, places) = (self.profiles.maker.clone(), self.places.clone());
        let (tallier, files) = (begin()?.tallier(), tables.names(TableKind::Households));
        let Folded { state, reading } = tables.fold_ahead(
            watch,
            || {
                let mut builder = begin()?;
                tables.household_rows().into_iter().for_each(|rows| builder.expect(rows));
                Ok::<_, RunError>(builder)
            },
            move |work: MergeWork| {
                let rows = work.places();
                let households = work.assemble();
                let ids = households.column(0).as_string::<i32>();
                let mut tally = tallier.tally(&maker.make(&households)?.project(&places)?, &[]);
                let faults = tally.take_faults().into_iter().map(|fault| {
                    let (place, id) = (rows[fault.row], ids.value(fault.row).into());
                    fault.at(files.get(place.file()).cloned().unwrap_or_default(), place.row(), Some(id))
                });
                let faults: Vec<_> = faults.collect();
                Ok((tally, faults))
            },
            |builder, (tally, faults), problems| {
                builder.add(&tally);
                problems.extend(faults);
                Ok(())
            },
        )?;
        let counted = |builder: CubeBuilder| {
            let excluded = builder.excluded();
            builder.finish().map(|series| Counted { series, excluded })
        };
        Ok(Folded { state: state.map(counted).transpose()?, reading })
    }
}

/// What a column of the cube means for a pack. What it needs is added to what is wanted.
fn source(program: &Program, column: &SurveyColumn, wanted: &mut Spec) -> Result<Source, RunError> {
    let name = column.name.as_str();
    let pack = &program.pack;
    let asked = pack.questionnaire.household.iter().any(|variable| variable.id.value == name);
    let flag = || name.strip_prefix("is_").filter(|id| program.flags().any(|flag| flag.id.value == **id));
    let Wanted { columns, persons } = &mut wanted.beside;
    Ok(match column.kind {
        ColumnKind::Flag => {
            let place = pack.indicators.iter().position(|indicator| indicator.id.value == name);
            Source::Indicator(place.ok_or_else(|| {
                let known: Vec<&str> = pack.indicators.iter().map(|indicator| indicator.id.value.as_str()).collect();
                let (id, known) = (&pack.id.value, known.join(", "));
                RunError::Name(told(
                    format!("gói chính sách {id} không có chỉ số `{name}`; có: {known}"),
                    format!("the pack {id} has no indicator `{name}`; there are: {known}"),
                ))
            })?)
        }
        ColumnKind::Label if !asked && name == STATUS => {
            wanted.status = true;
            Source::Status
        }
        ColumnKind::Number if !asked && name == PERSONS => {
            *persons = true;
            Source::Persons
        }
        ColumnKind::Label if !asked && flag().is_some() => {
            wanted.flags.extend(flag().map(str::to_owned));
            Source::Flag(wanted.flags.len() - 1)
        }
        kind => {
            columns.push(if kind == ColumnKind::Number { Passenger::number(name) } else { Passenger::label(name) });
            Source::Column(columns.len() - 1)
        }
    })
}
