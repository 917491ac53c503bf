//! Where the households come from: columns of any survey or register file, tables under a policy, or saved cubes.

use super::about::About;
use super::by_pack;
use super::question::{self, Indicator};
use super::wrong;
use crate::command::law::Opened;
use crate::command::reading::{self, Progress};
use crate::screen::{self, say};
use anyhow::Result;
use std::path::{Path, PathBuf};
use vuon_measure::change::Round;
use vuon_measure::design::LonelyPsu;
use vuon_policy::model::Language;
use vuon_population::cube::{self, CubeSpec, Saved, Series, SeriesError};
use vuon_population::pipeline::Observer;
use vuon_population::read::expand;
use vuon_population::row_problem::RowProblems;

/// Data and design on the command line.
#[derive(clap::Args)]
#[command(next_help_heading = "Data and design")]
pub struct Options {
    /// Files or patterns: CSV, Parquet or Stata with columns of 0 and 1; with --policy, the tables of an assessment
    #[arg(long, num_args = 1.., value_name = "FILE", required_unless_present = "cubes")]
    pub data: Vec<String>,
    /// Saved cubes instead of data; several are added up
    #[arg(long = "cube", num_args = 1.., value_name = "FILE", conflicts_with_all = ["data", "members", "weight", "size",
        "persons", "strata", "psu", "fpc", "register", "round", "year"])]
    pub cubes: Vec<String>,
    /// Save the profile cube, which answers other cut-offs and weights without the data
    #[arg(long, value_name = "FILE")]
    pub save_cube: Option<PathBuf>,
    /// Column of sampling weights
    #[arg(long, value_name = "COLUMN")]
    pub weight: Option<String>,
    /// Column of persons in the household: each row counts weight × size, and figures are of persons
    #[arg(long, value_name = "COLUMN")]
    pub size: Option<String>,
    /// Column of strata
    #[arg(long, value_name = "COLUMN")]
    pub strata: Option<String>,
    /// Column of primary sampling units (clusters); without it each row is one
    #[arg(long, visible_alias = "cluster", value_name = "COLUMN")]
    pub psu: Option<String>,
    /// Column: how many primary sampling units the population has in the stratum, or which share was drawn
    #[arg(long, value_name = "COLUMN")]
    pub fpc: Option<String>,
    /// Strata with one primary sampling unit: fail, adjust, average or certainty
    #[arg(long, default_value = "fail", value_parser = lonely, value_name = "RULE")]
    pub lonely_psu: LonelyPsu,
    /// Everybody is in the table: there is no sampling error
    #[arg(long, conflicts_with_all = ["strata", "psu", "fpc"])]
    pub register: bool,
    /// Column of the round, where the data hold several
    #[arg(long, value_name = "COLUMN")]
    pub round: Option<String>,
    /// Column of the year, such as 2018.5, one for each round; for annual changes
    #[arg(long, value_name = "COLUMN")]
    pub year: Option<String>,
    /// Column of the household's id, the same in every round: who stayed poor, became poor, left poverty
    #[arg(long, value_name = "COLUMN", requires_all = ["round", "change"], conflicts_with_all = ["policy", "cubes"])]
    pub panel: Option<String>,
    /// Leave out rows that cannot be read or lack a weight, and go on
    #[arg(long)]
    pub keep_going: bool,
}

fn lonely(text: &str) -> Result<LonelyPsu, String> {
    LonelyPsu::named(text).ok_or_else(|| "write `fail`, `adjust`, `average` or `certainty`".into())
}

/// The households as profile cubes.
pub struct Households {
    /// One for each round, in the order of their names.
    pub rounds: Vec<Round>,
    /// The names of the indicators, in the order of the cubes.
    pub indicators: Vec<String>,
    /// Whether some indicator has a measured gap.
    pub has_gaps: bool,
    /// What a saved cube says of itself.
    pub about: About,
    /// What was done to the data so that they could be read.
    pub notes: Vec<String>,
}

impl Options {
    /// The files of the data.
    pub fn files(&self) -> Result<Vec<PathBuf>> {
        Ok(expand(&self.data)?)
    }

    /// What is to be counted.
    pub fn spec(
        &self,
        asked: &question::Options,
        given: &[Indicator],
        groupings: &[Vec<String>],
        language: Language,
    ) -> Result<CubeSpec> {
        Ok(CubeSpec {
            indicators: given.iter().map(|indicator| indicator.name.clone()).collect(),
            gaps: asked.gap_columns(language)?,
            ..self.design(&super::keys(groupings))
        })
    }

    /// How the rows were chosen and weighed, with the keys of subgroups; no indicators.
    pub fn design(&self, keys: &[String]) -> CubeSpec {
        CubeSpec {
            weight: self.weight.clone(),
            size: self.size.clone(),
            strata: self.strata.clone(),
            psu: self.psu.clone(),
            fpc: self.fpc.clone(),
            keys: keys.to_vec(),
            round: self.round.clone(),
            year: self.year.clone(),
            register: self.register,
            ..CubeSpec::default()
        }
    }

    /// Counts the households, or loads what was counted.
    pub fn read(
        &self,
        asked: &question::Options,
        given: &[Indicator],
        groupings: &[Vec<String>],
        law: Option<(&Opened, &by_pack::Options)>,
        language: Language,
    ) -> Result<Households> {
        let mut notes = Vec::new();
        let mut about = About::new(law.map(|(law, _)| law), given, asked);
        let series = match law {
            _ if !self.cubes.is_empty() => {
                let files = expand(&self.cubes)?;
                self.spare(&files, language)?;
                let saved = load(&files, language)?;
                about = About(saved.about);
                saved.series
            }
            Some((law, tables)) => {
                let spec = self.spec(asked, given, groupings, language)?;
                by_pack::count(law, tables, self, spec, &mut notes, language)?
            }
            None => self.count(&self.spec(asked, given, groupings, language)?, &mut notes, language)?,
        };
        if let Some(path) = &self.save_cube {
            cube::save(&series, &about.0, path)?;
            notes.push(format!("{}: {}", say(language, "Đã lưu khối dữ liệu", "Cube saved"), path.display()));
        }
        households(series, about, notes, language)
    }

    /// Counts the rows of survey or register files.
    pub fn count(&self, spec: &CubeSpec, notes: &mut Vec<String>, language: Language) -> Result<Series> {
        let files = self.files()?;
        self.spare(&files, language)?;
        let mut problems = RowProblems::new(PROBLEMS);
        let mut progress = Progress::new(language);
        let mut watch = |so_far: cube::Progress| progress.progress(so_far.bytes, so_far.of, so_far.rows);
        let built = cube::build(spec, &files, &mut problems, &mut watch, reading::stopped()?);
        progress.finish();
        let built = built?;
        if problems.count() > 0 {
            tell(&problems, built.unlisted, language);
            if !self.keep_going {
                return Err(bad_rows(built.excluded, language));
            }
            notes.push(match language {
                Language::Vi => {
                    format!("CHÚ Ý: bỏ {} dòng không đọc được hoặc thiếu quyền số (--keep-going).", built.excluded)
                }
                Language::En => format!(
                    "TAKE CARE: rows left out as they cannot be read or lack a weight (--keep-going): {}.",
                    built.excluded
                ),
            });
        }
        Ok(built.series)
    }

    /// Refuses to write over a file that is read.
    pub fn spare(&self, read: &[PathBuf], language: Language) -> Result<()> {
        spare(read, self.save_cube.as_deref(), language)
    }
}

/// As many bad rows are told one by one.
pub const PROBLEMS: usize = 10;

/// Refuses to write over a file that is read.
pub fn spare(read: &[PathBuf], written: Option<&Path>, language: Language) -> Result<()> {
    reading::spare(read, written, language)
}

/// Tells the first bad rows.
pub fn tell(problems: &RowProblems, unlisted: u64, language: Language) {
    for problem in problems.first() {
        eprintln!("{}", screen::wrapped(&format!("✗ {}", problem.tell(language)), screen::width(), 2));
    }
    let rest = problems.count() + unlisted - problems.first().len() as u64;
    if rest > 0 {
        eprintln!(
            "{}",
            match language {
                Language::Vi => format!("… và {rest} lỗi nữa"),
                Language::En => format!("… and {rest} more"),
            }
        );
    }
}

/// That nothing is measured because rows are bad.
pub fn bad_rows(rows: u64, language: Language) -> anyhow::Error {
    wrong(
        language,
        format!("{rows} dòng có lỗi: hãy sửa, hoặc thêm --keep-going để bỏ các dòng đó"),
        format!("bad rows: {rows}; correct them, or add --keep-going to leave them out"),
    )
}

/// Loads saved cubes and adds them up. What is said of the first is kept.
pub fn load(files: &[PathBuf], language: Language) -> Result<Saved> {
    let mut sum: Option<Saved> = None;
    for path in files {
        let next = cube::load(path)?;
        sum = Some(match sum {
            None => next,
            Some(Saved { series, about }) => {
                About(about.clone()).same_law(&About(next.about.clone()), path, language)?;
                let series = series.merge(&next.series).map_err(|error| unlike(path, &error, language))?;
                Saved { series, about }
            }
        });
    }
    sum.ok_or_else(|| wrong(language, "chưa nêu khối dữ liệu nào", "no cube is named"))
}

fn unlike(path: &Path, error: &SeriesError, language: Language) -> anyhow::Error {
    let (path, error) = (path.display(), super::told::series(error, language));
    wrong(
        language,
        format!("{path}: không cộng được với các khối trước: {error}"),
        format!("{path} cannot be added to those before it: {error}"),
    )
}

fn households(series: Series, about: About, notes: Vec<String>, language: Language) -> Result<Households> {
    let first = series.rounds.first().map(|round| &round.cube);
    let (Some(cube), true) = (first, series.rounds.iter().any(|round| round.cube.rows() > 0)) else {
        return Err(wrong(language, "dữ liệu không có dòng nào", "the data have no rows"));
    };
    Ok(Households {
        indicators: cube.indicators.clone(),
        has_gaps: !cube.gaps.is_empty(),
        rounds: series.rounds.into_iter().map(|r| Round { label: r.label, year: r.year, cube: r.cube }).collect(),
        about,
        notes,
    })
}
