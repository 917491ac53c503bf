//! `vuon report`: the official reports of a register, as workbook or paper.

use super::day;
use super::register::{Opened, Where, open};
use crate::screen::say;
use anyhow::{Context, Result, anyhow, bail};
use clap::ValueEnum;
use jiff::civil::{Date, date};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vuon_policy::model::Language;
use vuon_publish::document::Templates;
use vuon_publish::report::{Asked, Residents, collect, layout, pdf, xlsx, year_before};

/// What is made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Form {
    /// A workbook
    Xlsx,
    /// A paper, tagged after PDF/UA-1
    Pdf,
    /// The plain figures
    Json,
}

/// The arguments.
#[derive(clap::Args)]
pub struct Arguments {
    /// Which report; without one, all are named
    report: Option<String>,
    #[command(flatten)]
    place: Where,
    /// The unit: its code, or list:code; the name of a list for all its provinces
    #[arg(long, required_unless_present_any = ["write_templates"], requires = "report")]
    area: Option<String>,
    /// A year, or FROM..TO as days YYYY-MM-DD: from the end of the first to the end of the last; this year when absent
    #[arg(long, value_parser = period)]
    period: Option<(Date, Date)>,
    /// Who lives in the units: a table unit,households,persons with the code or the name of each
    #[arg(long, value_name = "FILE")]
    residents: Option<PathBuf>,
    /// What is made
    #[arg(long, default_value = "xlsx")]
    format: Form,
    /// The file to write
    #[arg(long, value_name = "FILE", requires = "report")]
    out: Option<PathBuf>,
    /// A folder of templates, each in place of the one in the program
    #[arg(long, value_name = "FOLDER")]
    templates: Option<PathBuf>,
    /// Write the program's templates into a folder, to be changed there
    #[arg(long, value_name = "FOLDER", conflicts_with = "report")]
    write_templates: Option<PathBuf>,
}

/// Reads a period.
fn period(text: &str) -> Result<(Date, Date), String> {
    if let Ok(year) = text.parse::<i16>()
        && (1900..=2100).contains(&year)
    {
        return Ok((date(year - 1, 12, 31), date(year, 12, 31)));
    }
    let (from, to) = text.split_once("..").ok_or("write a year, or FROM..TO as days YYYY-MM-DD")?;
    let (from, to) = (day(from)?.date(), day(to)?.date());
    if from > to { Err("the first day is not after the last".into()) } else { Ok((from, to)) }
}

/// Runs the command.
pub fn run(arguments: Arguments, language: Language) -> Result<ExitCode> {
    if let Some(folder) = &arguments.write_templates {
        for name in Templates::write(folder)? {
            println!("{}", folder.join(name).display());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let known = |id: &&String| layout::form(id).is_some();
    let (Some(report), Some(area)) = (arguments.report.as_ref().filter(known), &arguments.area) else {
        bail!(names(arguments.report.as_deref(), language));
    };
    let residents = arguments.residents.as_deref().map(read_residents).transpose()?;
    let templates = match &arguments.templates {
        Some(folder) => Templates::with_folder(folder)?,
        None => Templates::default(),
    };
    let opened = open(&arguments.place, language)?;
    let (from, to) = days(&opened, arguments.period);
    let area = unit(&opened, area, to)?;
    let movement = report.starts_with("movement");
    let asked = Asked { report: report.clone(), area, from: movement.then_some(from), to, residents };
    let made = opened.runtime.block_on(collect(&opened.desk(), &asked));
    let made = made.map_err(|error| anyhow!(error.text(language)))?;
    opened.runtime.block_on(opened.register.store().close());
    let (bytes, end) = match arguments.format {
        Form::Xlsx => (xlsx(&made, language).map_err(|error| anyhow!(error.text(language)))?, "xlsx"),
        Form::Pdf => (pdf(&made, &templates, language).map_err(|error| anyhow!(error.text(language)))?, "pdf"),
        Form::Json => (serde_json::to_vec_pretty(&made)?, "json"),
    };
    let out = arguments.out.unwrap_or_else(|| PathBuf::from(format!("{report}.{end}")));
    write(&out, &bytes, language)?;
    println!("{}", out.display());
    Ok(ExitCode::SUCCESS)
}

/// The reports there are.
fn names(asked: Option<&str>, language: Language) -> String {
    let names = layout::forms().iter().map(|form| format!("  {}  {}", form.id, form.title.get(language)));
    let names: Vec<String> = names.collect();
    let said = match asked {
        Some(asked) => format!("{} {asked}. ", say(language, "không có báo cáo", "there is no report")),
        None => String::new(),
    };
    format!("{said}{}\n{}", say(language, "Các báo cáo:", "The reports:"), names.join("\n"))
}

/// The period; this year's up to today when none is given.
fn days(opened: &Opened, period: Option<(Date, Date)>) -> (Date, Date) {
    let today = opened.register.clock().today();
    let (from, to) = period.unwrap_or((year_before(today), today));
    (from, to.min(today))
}

/// A unit of the list in force on the day, or a list.
fn unit(opened: &Opened, typed: &str, on: Date) -> Result<String> {
    let lists = opened.runtime.block_on(opened.desk().area_lists())?;
    if lists.iter().any(|list| list == typed) { Ok(typed.to_owned()) } else { opened.area_on(typed, on) }
}

fn read_residents(file: &Path) -> Result<Residents> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    Ok(Residents::read(&name, &bytes)?)
}

/// Writes a file that is not there yet; it is there whole or not at all.
fn write(out: &Path, bytes: &[u8], language: Language) -> Result<()> {
    if out.exists() {
        bail!("{}: {}", out.display(), say(language, "tệp đã có", "the file is there already"));
    }
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(out).map_err(|error| error.error).with_context(|| out.display().to_string())?;
    Ok(())
}
