//! Which files a user means by the tables of an assessment.

use anyhow::{Result, anyhow, bail};
use std::path::{Path, PathBuf};
use vuon_population::pipeline::Job;
use vuon_population::read::{ReadOptions, expand};

/// Tables on the command line.
#[derive(clap::Args)]
pub struct Tables {
    /// A folder with households.* and members.*, or files and patterns; a file whose name begins with `member` is a
    /// member table
    #[arg(required = true)]
    pub(super) tables: Vec<String>,
    /// Further files or patterns of the member table, whatever they are called
    #[arg(long)]
    pub(super) members: Vec<String>,
    /// Columns that are not in the questionnaire and may be passed over
    #[arg(long = "ignore-column", value_delimiter = ',', value_name = "COLUMN")]
    pub(super) ignore: Vec<String>,
    /// Needed columns may be absent: their answers are unknown
    #[arg(long)]
    pub(super) allow_missing: bool,
}

impl Tables {
    /// The files of both tables.
    pub fn job(&self, roster: bool) -> Result<Job> {
        self.job_or(roster, |_| {
            bail!(
                "this policy asks about the members of households: name their table too, as in \
                 `households.csv members.csv`, or with --members where its name does not begin with `member`"
            )
        })
    }

    /// As [`Tables::job`]; where a policy asks about members and their table is not named, `find` looks for it by the
    /// files of the households.
    pub fn job_or(&self, roster: bool, find: impl FnOnce(&[PathBuf]) -> Result<Vec<PathBuf>>) -> Result<Job> {
        let (mut households, mut members) = (Vec::new(), expand(&self.members)?);
        for table in &self.tables {
            if Path::new(table).is_dir() {
                households.extend(in_folder(table, "households")?);
                if roster {
                    members.extend(in_folder(table, "members")?);
                }
                continue;
            }
            for file in expand(std::slice::from_ref(table))? {
                if file.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx") || e.eq_ignore_ascii_case("xls")) {
                    bail!(
                        "{} is a workbook: save each of its sheets as “CSV UTF-8” and name those files",
                        file.display()
                    );
                }
                let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
                if name.starts_with("member") { members.push(file) } else { households.push(file) }
            }
        }
        if roster && members.is_empty() {
            members = find(&households)?;
        }
        if !roster && !members.is_empty() {
            bail!("this policy has no member table; leave out {}", members[0].display());
        }
        let (ignore, allow_missing) = (self.ignore.clone(), self.allow_missing);
        let read = ReadOptions { ignore, allow_missing, ..ReadOptions::default() };
        Ok(Job { households, members, read, ..Job::default() })
    }
}

/// `name.parquet`, `name.csv`, or `name*.parquet`, `name*.csv` in a folder; one form only, so that no row is read twice.
fn in_folder(folder: &str, name: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for form in ["parquet", "csv"] {
        let pattern = format!("{}/{name}*.{form}", folder.trim_end_matches('/'));
        let files = expand(std::slice::from_ref(&pattern)).unwrap_or_default();
        if !files.is_empty() && !found.is_empty() {
            bail!("{folder} holds {name} both as Parquet and as CSV: name the files you mean");
        }
        found.extend(files);
    }
    if found.is_empty() {
        return Err(anyhow!("{folder} holds no {name}*.parquet or {name}*.csv"));
    }
    Ok(found)
}
