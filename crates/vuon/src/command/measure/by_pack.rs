//! Households by a pack: the tables of an assessment become a profile cube, with the columns of a survey beside the
//! answers.

use super::{data, members, wrong};
use crate::command::law::{Law, Opened};
use crate::command::reading::{self, Progress};
use crate::command::tables::Tables;
use crate::screen;
use anyhow::Result;
use std::path::PathBuf;
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;
use vuon_population::beside::PERSONS;
use vuon_population::cube::{CubeSpec, Series};
use vuon_population::pipeline::{Folded, Job, Watch};
use vuon_population::profiles::PackCubes;
use vuon_population::read::ReadOptions;
use vuon_population::row_problem::RowProblems;

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

    /// The tables, as an assessment reads them, and what is to be said of where the members were found. The table of a
    /// survey has columns that no question asks for: they are passed over.
    fn job(&self, law: &Opened, data: &data::Options, language: Language) -> Result<(Job, Option<String>)> {
        let tables = Tables {
            tables: data.data.clone(),
            members: self.members.clone(),
            ignore: self.ignore.clone(),
            allow_missing: self.allow_missing,
        };
        let mut note = None;
        let job = tables.job_or(law.program.pack.questionnaire.has_roster(), |households| {
            let found = members::beside(households, language)?;
            note = Some(members::note(&found, language));
            Ok(found)
        })?;
        let is_stata = |file: &&PathBuf| file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("dta"));
        if let Some(file) = job.households.iter().chain(&job.members).find(is_stata) {
            let file = file.display();
            return Err(wrong(
                language,
                format!("{file}: với --policy, bảng phải là CSV hoặc Parquet; hãy lưu tệp Stata này dưới dạng đó"),
                format!("{file}: with --policy, tables are CSV or Parquet; save this Stata file as one of them"),
            ));
        }
        let (method, review_date, keep_going) = (law.method, law.review_date, data.keep_going);
        let read = ReadOptions { ignore_others: true, ..job.read };
        Ok((Job { method, review_date, keep_going, read, ..job }, note))
    }

    /// The files of the household table, and those of the member table.
    pub fn files(&self, law: &Opened, data: &data::Options, language: Language) -> Result<[Vec<PathBuf>; 2]> {
        let (job, _) = self.job(law, data, language)?;
        Ok([job.households, job.members])
    }
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
    let (job, note) = options.job(law, data, language)?;
    data.spare(&job.households, language)?;
    data.spare(&job.members, language)?;
    if options.persons {
        spec.size = Some(PERSONS.to_owned());
    }
    let cubes = PackCubes::open(&law.program, &job, &spec)?;
    let mut problems = RowProblems::new(data::PROBLEMS);
    let mut progress = Progress::new(language);
    let mut watch = Watch { problems: &mut problems, observer: &mut progress, stop: reading::stopped()? };
    let counted = cubes.count(&mut watch);
    progress.finish();
    let Folded { state, reading } = counted?;
    notes.extend(note);
    notes.extend(reading::notes(reading.sorted, &reading.repairs, &reading.absent, language));
    if problems.count() > 0 {
        data::tell(&problems, 0, language);
    }
    if let Some(told) = reading::nameless(reading.dropped, language) {
        eprintln!("{}", screen::wrapped(&told, screen::width(), 0));
    }
    let Some(counted) = state else { return Err(data::bad_rows(problems.count(), language)) };
    let (bad, orphans) = (reading.merged.excluded() + counted.excluded, reading.merged.orphans);
    if bad > 0 {
        notes.push(match language {
            Language::Vi => format!("CHÚ Ý: bỏ {bad} hộ có dòng lỗi hoặc thiếu quyền số (--keep-going)."),
            Language::En => {
                format!("TAKE CARE: households left out for bad rows or want of a weight (--keep-going): {bad}.")
            }
        });
    }
    if orphans > 0 {
        notes.push(match language {
            Language::Vi => format!("CHÚ Ý: bỏ {orphans} thành viên không có hộ trong bảng hộ (--keep-going)."),
            Language::En => {
                format!("TAKE CARE: members left out whose household is not there (--keep-going): {orphans}.")
            }
        });
    }
    Ok(counted.series)
}
