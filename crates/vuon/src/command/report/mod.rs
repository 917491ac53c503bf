//! `vuon report`: the official reports of a register, as workbook or paper.

mod blank;
mod detailed;

use super::day;
use super::register::{Opened, Where, open};
use crate::screen::say;
use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use jiff::civil::{Date, date};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vuon_policy::model::Language;
use vuon_publish::briefing;
use vuon_publish::chart::Shapes;
use vuon_publish::document::Templates;
use vuon_publish::report::list;
use vuon_publish::report::{Asked, Report, Residents, collect, collect_every, layout, pdf, xlsx, year_before};

/// The list that is no table of counts.
const DETAILED: &str = "detailed-list";
/// Every report, in a folder.
const ALL: &str = "all";
/// The two pages for a steering committee.
const BRIEFING: &str = "briefing";
/// The blank forms, which need no register.
const FORMS: [&str; 2] = ["form-a", "form-b"];

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
    #[arg(long, requires = "report")]
    area: Option<String>,
    /// A year, or FROM..TO as days YYYY-MM-DD: from the end of the first to the end of the last; this year when absent
    #[arg(long)]
    period: Option<String>,
    /// Who lives in the units: a table unit,households,persons with the code or the name of each
    #[arg(long, value_name = "FILE")]
    residents: Option<PathBuf>,
    /// What is made; a workbook when absent, of the briefing a paper
    #[arg(long)]
    format: Option<Form>,
    /// Of the detailed list: of these statuses only
    #[arg(long, value_delimiter = ',', default_value = "poor")]
    status: Vec<String>,
    /// Of the detailed list: of this hamlet only, by its name
    #[arg(long)]
    hamlet: Option<String>,
    /// Of the briefing: the shapes of the units, a GeoJSON whose polygons have the property `code`
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Of a blank form: id or folder of the pack
    #[arg(long)]
    policy: Option<String>,
    /// Of a blank form B: the method of the pack; its first one when absent
    #[arg(long)]
    method: Option<String>,
    /// The file to write; of all reports the folder
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
fn period(text: &str, language: Language) -> Result<(Date, Date)> {
    if let Ok(year) = text.parse::<i16>()
        && (1900..=2100).contains(&year)
    {
        return Ok((date(year - 1, 12, 31), date(year, 12, 31)));
    }
    let days = text.split_once("..").and_then(|(from, to)| Some((day(from).ok()?.date(), day(to).ok()?.date())));
    match days {
        Some((from, to)) if from > to => {
            bail!("--period: {}", say(language, "ngày đầu không sau ngày cuối", "the first day is not after the last"))
        }
        Some(days) => Ok(days),
        None => {
            let vi = "hãy ghi một năm, hoặc TỪ..ĐẾN, ngày dạng YYYY-MM-DD";
            bail!("--period {text}: {}", say(language, vi, "write a year, or FROM..TO as days YYYY-MM-DD"))
        }
    }
}

/// Runs the command.
pub fn run(arguments: Arguments, language: Language) -> Result<ExitCode> {
    if let Some(folder) = &arguments.write_templates {
        for name in Templates::write(folder)? {
            println!("{}", folder.join(name).display());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let known = |id: &&String| {
        matches!(id.as_str(), ALL | DETAILED | BRIEFING) || FORMS.contains(&id.as_str()) || layout::form(id).is_some()
    };
    let Some(asked) = &arguments.report else {
        println!("{}", names(language));
        return Ok(ExitCode::SUCCESS);
    };
    let Some(report) = Some(asked).filter(known) else {
        bail!("{} {asked}. {}", say(language, "không có báo cáo", "there is no report"), names(language));
    };
    let templates = match &arguments.templates {
        Some(folder) => Templates::with_folder(folder)?,
        None => Templates::default(),
    };
    if FORMS.contains(&report.as_str()) {
        let bytes =
            blank::form(report, arguments.policy.as_deref(), arguments.method.as_deref(), &templates, language)?;
        return done(arguments.out, report, "pdf", &bytes, language);
    }
    let area = arguments
        .area
        .as_ref()
        .with_context(|| say(language, "hãy cho biết đơn vị: --area", "name the unit: --area"))?;
    let residents = arguments.residents.as_deref().map(read_residents).transpose()?;
    let shapes = arguments.map.as_deref().map(read_shapes).transpose()?;
    let opened = open(&arguments.place, language)?;
    let period = arguments.period.as_deref().map(|text| period(text, language)).transpose()?;
    let (from, to) = days(&opened, period, language)?;
    let area = unit(&opened, area, to)?;
    if report == DETAILED {
        let wanted = list::Wanted { area, on: to, statuses: arguments.status, hamlet: arguments.hamlet };
        return match arguments.format {
            None | Some(Form::Xlsx) => {
                let out = arguments.out.unwrap_or_else(|| PathBuf::from(format!("{report}.xlsx")));
                detailed::workbook(&opened, &wanted, &out, language)
            }
            Some(Form::Pdf) => {
                let bytes = detailed::paper(&opened, &wanted, &templates, language)?;
                done(arguments.out, report, "pdf", &bytes, language)
            }
            Some(Form::Json) => {
                bail!("{}", say(language, "danh sách chi tiết không có dạng JSON", "the detailed list is no JSON"))
            }
        };
    }
    if report == BRIEFING {
        let asked = briefing::Asked { area, on: to, language };
        let made = opened.runtime.block_on(briefing::collect(&opened.desk(), &asked))?;
        opened.runtime.block_on(opened.register.store().close());
        let (bytes, end) = match arguments.format {
            None | Some(Form::Pdf) => (briefing::pdf(&made, &templates, shapes.as_ref())?, "pdf"),
            Some(Form::Json) => (serde_json::to_vec_pretty(&made)?, "json"),
            Some(Form::Xlsx) => {
                bail!("{}", say(language, "bản tóm tắt không có dạng XLSX", "a briefing is no workbook"))
            }
        };
        return done(arguments.out, report, end, &bytes, language);
    }
    if report == ALL {
        let asked = Asked { report: String::new(), area, from: Some(from), to, residents };
        let folder = arguments.out.unwrap_or_else(|| PathBuf::from("reports"));
        return all(&opened, &asked, arguments.format.unwrap_or(Form::Xlsx), &templates, &folder, language);
    }
    let movement = report.starts_with("movement");
    let asked = Asked { report: report.clone(), area, from: movement.then_some(from), to, residents };
    let made = opened.runtime.block_on(collect(&opened.desk(), &asked))?;
    opened.runtime.block_on(opened.register.store().close());
    let (bytes, end) = bytes(&made, arguments.format.unwrap_or(Form::Xlsx), &templates, language)?;
    done(arguments.out, report, end, &bytes, language)
}

/// A report in a form, and the end of its file's name.
fn bytes(report: &Report, form: Form, templates: &Templates, language: Language) -> Result<(Vec<u8>, &'static str)> {
    Ok(match form {
        Form::Xlsx => (xlsx(report, language)?, "xlsx"),
        Form::Pdf => (pdf(report, templates, language)?, "pdf"),
        Form::Json => (serde_json::to_vec_pretty(report)?, "json"),
    })
}

/// Every report that can be made, into a folder; those that are refused are told with the reason.
fn all(
    opened: &Opened,
    asked: &Asked,
    form: Form,
    templates: &Templates,
    folder: &Path,
    language: Language,
) -> Result<ExitCode> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let reports = opened.runtime.block_on(collect_every(&opened.desk(), asked));
    opened.runtime.block_on(opened.register.store().close());
    let (every, mut refused) = (reports.len(), 0);
    for (layout, made) in reports {
        match made {
            Ok(report) => {
                let (bytes, end) = bytes(&report, form, templates, language)?;
                done(Some(folder.join(format!("{}.{end}", layout.id))), &layout.id, end, &bytes, language)?;
            }
            Err(error) => {
                refused += 1;
                eprintln!("{}: {}", layout.id, crate::report_told(&error, language));
            }
        }
    }
    Ok(if refused < every { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes what was made, and says where.
fn done(out: Option<PathBuf>, report: &str, end: &str, bytes: &[u8], language: Language) -> Result<ExitCode> {
    let out = out.unwrap_or_else(|| PathBuf::from(format!("{report}.{end}")));
    write(&out, bytes, language)?;
    println!("{}", out.display());
    Ok(ExitCode::SUCCESS)
}

/// The reports there are.
fn names(language: Language) -> String {
    let detailed = say(language, "Danh sách chi tiết, mỗi thành viên một dòng", "The detailed list, one row a member");
    let names = layout::forms().iter().map(|form| format!("  {}  {}", form.id, form.title.get(language)));
    let briefing =
        say(language, "Tóm tắt hai trang cho ban chỉ đạo", "The briefing of two pages for a steering committee");
    let all = say(language, "Mọi báo cáo, vào một thư mục", "Every report, into a folder");
    let [form_a, form_b] = FORMS;
    let of_a = say(language, "Phiếu A để trống, của một bộ chính sách", "Form A of a pack, blank");
    let of_b = say(language, "Phiếu B để trống, của một bộ chính sách", "Form B of a pack, blank");
    let others = [(DETAILED, detailed), (BRIEFING, briefing), (ALL, all), (form_a, of_a), (form_b, of_b)];
    let others = others.map(|(id, told)| format!("  {id}  {told}"));
    let names: Vec<String> = names.chain(others).collect();
    format!("{}\n{}", say(language, "Các báo cáo:", "The reports:"), names.join("\n"))
}

/// The period; this year's up to today when none is given.
fn days(opened: &Opened, period: Option<(Date, Date)>, language: Language) -> Result<(Date, Date)> {
    let today = opened.register.clock().today();
    let (from, to) = period.unwrap_or((year_before(today), today));
    if from > today {
        bail!("--period: {}", say(language, "kỳ này chưa bắt đầu", "this period has not begun"));
    }
    Ok((from, to.min(today)))
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

pub fn read_shapes(file: &Path) -> Result<Shapes> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    Shapes::read(&text).with_context(|| file.display().to_string())
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
