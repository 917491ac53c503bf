//! Lists brought in, taken out and looked at.

use super::place::{Opened, Where, open};
use crate::command::day;
use crate::screen::{self, fitted, right, say};
use anyhow::{Context, Result, bail};
use futures::TryStreamExt;
use jiff::civil::Date;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vuon_policy::calendar::Day;
use vuon_policy::model::Language;
use vuon_policy::words::grouped;
use vuon_registry::Desk;
use vuon_registry::import::{ImportAction, ImportFile, ImportPlan};
use vuon_registry::page::PageRequest;
use vuon_registry::spells::{AsOf, ListedHousehold};

/// Which list.
#[derive(clap::Args)]
pub struct Of {
    /// The commune: its code, or list:code
    #[arg(long)]
    commune: String,
    /// The day, YYYY-MM-DD; today when absent
    #[arg(long, value_parser = day)]
    on: Option<Day>,
    /// What was known at the end of this day, YYYY-MM-DD; what is known now when absent
    #[arg(long, value_name = "DAY", value_parser = day)]
    known: Option<Day>,
    /// Of one policy pack only
    #[arg(long, value_name = "PACK")]
    standard: Option<String>,
    /// Of these statuses only, such as poor,near_poor
    #[arg(long, value_delimiter = ',')]
    status: Vec<String>,
}

impl Of {
    /// A code that stands alone is the unit of that day's list: said where today it is another.
    fn as_of(&self, opened: &Opened, language: Language) -> Result<AsOf> {
        let on = self.on.map_or_else(|| opened.register.clock().today(), Day::date);
        let commune = opened.area_on(&self.commune, on)?;
        if !self.commune.contains(':') && opened.area(&self.commune).ok().as_ref() != Some(&commune) {
            eprintln!(
                "{}",
                match language {
                    Language::Vi => format!(
                        "Ngày {on}, mã {} là {commune}; xã, phường của danh mục khác: ghi DANH-MỤC:MÃ.",
                        self.commune
                    ),
                    Language::En => format!(
                        "On {on} the code {} is {commune}; for the unit of another list write LIST:CODE.",
                        self.commune
                    ),
                }
            );
        }
        Ok(AsOf {
            commune,
            on,
            known_at: self.known.map(|day| vuon_registry::clock::end_of(day.date())),
            standard: self.standard.clone(),
            statuses: self.status.clone(),
        })
    }
}

/// A list to be brought in.
pub struct Import {
    pub file: PathBuf,
    pub commune: String,
    pub standard: String,
    pub status: String,
    pub on: Date,
    pub complete: bool,
    pub apply: bool,
}

/// Looks a list through, and brings it in if told so.
pub fn import(place: &Where, import: Import, language: Language) -> Result<ExitCode> {
    if !import.file.exists() || import.file.is_dir() {
        bail!("{}: {}", import.file.display(), say(language, "không có tệp này", "there is no such file"));
    }
    let bytes = std::fs::read(&import.file).with_context(|| import.file.display().to_string())?;
    let opened = open(place, language)?;
    let commune = opened.area(&import.commune)?;
    let name = import.file.file_name().unwrap_or_default().to_string_lossy();
    let file = ImportFile {
        name: &name,
        bytes: &bytes,
        commune: &commune,
        standard: &import.standard,
        status: &import.status,
        valid_from: import.on,
        complete: import.complete,
    };
    let desk = opened.desk();
    let (plan, done) = if import.apply {
        opened.runtime.block_on(desk.import_at_once(&file))?
    } else {
        (opened.runtime.block_on(desk.plan_import(&file))?, None)
    };
    report(&plan, language);
    if !plan.problems.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    let line = |text: String| println!("{}", screen::wrapped(&text, screen::width(), 2));
    if plan.already {
        line(
            say(
                language,
                "Tệp này đã được nhập trước đây: không có gì để làm.",
                "This very file was brought in before: there is nothing to do.",
            )
            .to_owned(),
        );
    } else if let Some(done) = done {
        let count = |n: u64| grouped(n as i64, language);
        let (added, changed, persons) = (count(done.added), count(done.changed), count(done.persons));
        if done.taken_off > 0 {
            let off = count(done.taken_off);
            line(match language {
                Language::Vi => format!("{off} hộ được đưa ra khỏi danh sách."),
                Language::En => format!("{off} households were taken off the list."),
            });
        }
        line(match language {
            Language::Vi => format!("Đã nhập: thêm {added} hộ, {persons} người; thay đổi {changed} hộ."),
            Language::En => {
                format!("Brought in: {added} households and {persons} persons added; {changed} households changed.")
            }
        });
    } else {
        line(
            say(
                language,
                "Chưa có gì thay đổi: thêm --apply để nhập.",
                "Nothing was changed: add --apply to bring it in.",
            )
            .to_owned(),
        );
    }
    opened.runtime.block_on(opened.register.store().close());
    Ok(ExitCode::SUCCESS)
}

/// How many households are told one by one.
const TOLD: usize = 40;

fn report(plan: &ImportPlan, language: Language) {
    let width = screen::width();
    let place = usize::from(language == Language::En);
    let count = |action| plan.households.iter().filter(|h| h.action == action).count() as i64;
    let number = |n: i64| grouped(n, language);
    let (add, change, same) =
        (number(count(ImportAction::Add)), number(count(ImportAction::Change)), number(count(ImportAction::Same)));
    let (rows, problems) = (number(i64::from(plan.rows)), number(plan.problems.len() as i64));
    println!(
        "{}",
        screen::wrapped(
            &match language {
                Language::Vi =>
                    format!("{rows} dòng: {add} hộ mới, {change} hộ thay đổi, {same} hộ như cũ; {problems} vấn đề"),
                Language::En => format!(
                    "{rows} rows: {add} new households, {change} changed, {same} as they are; {problems} problems"
                ),
            },
            width,
            2
        )
    );
    for problem in plan.problems.iter().take(TOLD) {
        let at = say(language, "dòng", "row");
        let text = format!("{at} {}, {}: {}", problem.row, problem.column, problem.message[place]);
        println!("{}", screen::wrapped(&text, width, 4));
    }
    let differing: Vec<_> = plan.households.iter().filter(|h| h.action != ImportAction::Same).collect();
    for household in differing.iter().take(TOLD) {
        let sign = if household.action == ImportAction::Add { '+' } else { '~' };
        let told: Vec<&str> = household.differences.iter().map(|told| told[place].as_str()).collect();
        let told = if told.is_empty() { String::new() } else { format!(": {}", told.join("; ")) };
        let text = format!("{sign} {} {}{told}", household.row, household.name);
        println!("{}", screen::wrapped(&text, width, 4));
    }
    for absent in &plan.absent {
        let told = say(language, "không có trong danh sách: đưa ra khỏi danh sách", "not on the list: taken off");
        println!("{}", screen::wrapped(&format!("- {} {}: {told}", absent.code, absent.name), width, 4));
    }
    let left = plan.problems.len().saturating_sub(TOLD) + differing.len().saturating_sub(TOLD);
    if left > 0 {
        println!("… {} {}", number(left as i64), say(language, "dòng nữa", "more"));
    }
}

/// Writes a list.
pub fn export(place: &Where, of: &Of, out: Option<&Path>, language: Language) -> Result<ExitCode> {
    let opened = open(place, language)?;
    let of = of.as_of(&opened, language)?;
    let desk = opened.desk();
    let written: Result<()> = opened.runtime.block_on(async {
        match out {
            None => pieces(&desk, &of, &mut std::io::stdout().lock()).await,
            Some(out) => {
                if out.exists() {
                    bail!("{}: {}", out.display(), say(language, "tệp đã có", "the file is there already"));
                }
                let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
                if !folder.is_dir() {
                    bail!("{}: {}", folder.display(), say(language, "không có thư mục này", "there is no such folder"));
                }
                let mut file = tempfile::NamedTempFile::new_in(folder)?;
                pieces(&desk, &of, &mut file).await?;
                file.as_file().sync_all()?;
                file.persist_noclobber(out).map_err(|error| error.error)?;
                Ok(())
            }
        }
    });
    written.with_context(|| out.map_or_else(String::new, |out| out.display().to_string()))?;
    if let Some(out) = out {
        println!("{}", out.display());
    }
    opened.runtime.block_on(opened.register.store().close());
    Ok(ExitCode::SUCCESS)
}

async fn pieces(desk: &Desk, of: &AsOf, out: &mut impl Write) -> Result<()> {
    let mut stream = std::pin::pin!(desk.export_list(of).await?);
    while let Some(piece) = stream.try_next().await? {
        out.write_all(&piece)?;
    }
    Ok(out.flush()?)
}

/// Prints a list.
pub fn as_of(place: &Where, of: &Of, language: Language) -> Result<ExitCode> {
    let opened = open(place, language)?;
    let of = of.as_of(&opened, language)?;
    let desk = opened.desk();
    let mut page = PageRequest { after: None, limit: PageRequest::MOST };
    let mut count = 0;
    let heading = |text| {
        say(
            language,
            text,
            match text {
                "Mã hộ" => "Code",
                "Chủ hộ" => "Head",
                "Khẩu" => "Persons",
                "Thôn, bản" => "Hamlet",
                "Tình trạng" => "Status",
                _ => "Since",
            },
        )
    };
    println!(
        "{} {} {}  {} {} {}",
        fitted(heading("Mã hộ"), 13),
        fitted(heading("Chủ hộ"), 18),
        right(heading("Khẩu"), 7),
        fitted(heading("Thôn, bản"), 11),
        fitted(heading("Tình trạng"), 15),
        heading("Từ ngày")
    );
    loop {
        let list = opened.runtime.block_on(desk.list_as_of(&of, &page))?;
        count += list.rows.len();
        list.rows.iter().for_each(|row| household(row, &opened, language));
        page.after = list.next;
        if page.after.is_none() {
            break;
        }
    }
    println!("{} {}", grouped(count as i64, language), say(language, "hộ", "households"));
    Ok(ExitCode::SUCCESS)
}

fn household(row: &ListedHousehold, opened: &Opened, language: Language) {
    let status = status_label(opened, row, language);
    println!(
        "{} {} {}  {} {} {}",
        fitted(&row.code, 13),
        fitted(&row.name, 18),
        right(&row.persons.to_string(), 7),
        fitted(row.hamlet.as_deref().unwrap_or("–"), 11),
        fitted(&status, 15),
        row.since
    );
}

/// What the standard calls a household's status; its id where the standard is not at hand.
fn status_label(opened: &Opened, row: &ListedHousehold, language: Language) -> String {
    let program = opened.register.program(&row.standard).ok();
    let statuses = program.iter().flat_map(|program| &program.pack.statuses);
    let found = statuses.into_iter().find(|status| status.id.value == row.status);
    found.map_or_else(|| row.status.clone(), |status| status.label.get(language).to_owned())
}
