//! `vuon policy scorecard`: a table of points out to a workbook, and back with its holes filled.
//!
//! The programme may carry a table only as far as it could be verified. An officer who holds the official annex takes
//! the table out, fills it in a spreadsheet, and brings it back as a local copy of the pack.

use anyhow::{Context, Result, bail};
use calamine::{Data, Reader, open_workbook_auto};
use clap::Subcommand;
use rust_xlsxwriter::{Color, Format, Workbook};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use vuon_policy::Text;
use vuon_policy::model::{Label, Language, ScoreRow, Scorecard};
use vuon_policy::problem::SourceFile;
use vuon_policy::program::Program;
use vuon_policy::{Library, write};

/// What to do with scorecards.
#[derive(Subcommand)]
pub enum Command {
    /// Write a scorecard to a workbook; holes are marked
    Export {
        /// Id or folder of the pack
        #[arg(long)]
        policy: String,
        /// Id of the scorecard
        #[arg(long, default_value = "b1")]
        card: String,
        /// The workbook to write
        file: PathBuf,
    },
    /// Make a local copy of a pack with the points of a filled workbook
    Import {
        /// The filled workbook
        file: PathBuf,
        /// Id or folder of the pack
        #[arg(long)]
        policy: String,
        /// Id of the scorecard
        #[arg(long, default_value = "b1")]
        card: String,
        /// The folder to make the copy in; it becomes OUT/ID-OF-THE-PACK
        #[arg(long, default_value = "local-policies")]
        out: PathBuf,
        /// The points were read in the official annex: mark them verified
        #[arg(long)]
        verified: bool,
    },
}

/// Runs the command.
pub fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Export { policy, card, file } => export(&policy, &card, &file),
        Command::Import { file, policy, card, out, verified } => import(&file, &policy, &card, &out, verified),
    }
}

const FIXED: [&str; 5] = ["item", "row", "label_vi", "label_en", "when"];

fn card_of<'p>(program: &'p Program, id: &str) -> Result<&'p Scorecard> {
    let known: Vec<&str> = program.pack.scorecards.iter().map(|c| c.id.value.as_str()).collect();
    program.pack.scorecards.iter().find(|c| c.id.value == id).with_context(|| {
        format!("the pack `{}` has no scorecard `{id}`; it has: {}", program.pack.id.value, known.join(", "))
    })
}

fn export(policy: &str, card: &str, file: &Path) -> Result<ExitCode> {
    let program = super::load(policy)?;
    let card = card_of(&program, card)?;
    let mut book = Workbook::new();
    let (bold, hole) = (Format::new().set_bold(), Format::new().set_background_color(Color::RGB(0xFFF2CC)));
    let sheet = book.add_worksheet();
    sheet.set_name(&card.id.value)?;
    for (column, title) in FIXED.iter().copied().chain(card.columns.iter().map(|c| c.value.as_str())).enumerate() {
        sheet.write_string_with_format(0, column as u16, title, &bold)?;
    }
    let mut line = 0;
    for item in &card.items {
        for row in &item.rows {
            line += 1;
            sheet.write_string(line, 0, &item.id.value)?;
            sheet.write_string(line, 1, &row.id.value)?;
            sheet.write_string(line, 2, row.label.get(Language::Vi))?;
            sheet.write_string(line, 3, row.label.get(Language::En))?;
            match &row.when {
                Some(when) => sheet.write_string(line, 4, &when.value)?,
                None => sheet.write_blank(line, 4, &hole)?,
            };
            for (place, points) in row.points.iter().enumerate() {
                let column = (FIXED.len() + place) as u16;
                match points {
                    Some(points) => sheet.write_number(line, column, *points as f64)?,
                    None => sheet.write_blank(line, column, &hole)?,
                };
            }
        }
    }
    sheet.set_freeze_panes(1, 2)?;
    sheet.set_column_width(2, 50)?;
    sheet.set_column_width(4, 40)?;
    book.save(file)?;
    println!("{}: {line} rows; fill the marked cells from {}", file.display(), card.annex.get(Language::En));
    Ok(ExitCode::SUCCESS)
}

fn import(file: &Path, policy: &str, card: &str, out: &Path, verified: bool) -> Result<ExitCode> {
    let (program, files) = Library::embedded().load_with_files(policy).map_err(|error| super::report(policy, error))?;
    let mut filled = card_of(&program, card)?.clone();
    fill(&mut filled, file, verified)?;
    let cards: Vec<Scorecard> =
        program.pack.scorecards.iter().map(|c| if c.id == filled.id { filled.clone() } else { c.clone() }).collect();
    let folder = copy(&program, &files, &write::scorecards(&cards), out)?;
    let copied: Arc<Program> = super::load(&folder.to_string_lossy())?;
    let card = card_of(&copied, &filled.id.value)?;
    println!("{}", folder.display());
    for (place, column) in card.columns.iter().enumerate() {
        match card.holes(place).count() {
            0 => println!("  {}: complete", column.value),
            holes => println!("  {}: {holes} holes left", column.value),
        }
    }
    println!("use it with --policy {}", folder.display());
    Ok(ExitCode::SUCCESS)
}

/// Takes criteria and points of the workbook over into the card. Rows that the pack does not know are added to their
/// item; every cell is checked and nothing is skipped.
fn fill(card: &mut Scorecard, file: &Path, verified: bool) -> Result<()> {
    let mut book =
        open_workbook_auto(file).with_context(|| format!("{} cannot be read as a workbook", file.display()))?;
    let range = match book.worksheet_range(&card.id.value) {
        Ok(range) => range,
        Err(_) => bail!(
            "{}: there is no sheet `{}`; start from `vuon policy scorecard export`",
            file.display(),
            card.id.value
        ),
    };
    let mut rows = range.rows();
    let head: Vec<String> = rows.next().unwrap_or_default().iter().map(ToString::to_string).collect();
    let wanted: Vec<&str> = FIXED.iter().copied().chain(card.columns.iter().map(|c| c.value.as_str())).collect();
    if head != wanted {
        bail!("{}: the first row must be: {}", file.display(), wanted.join(", "));
    }
    let mut mistakes = Vec::new();
    for (number, cells) in rows.enumerate() {
        if cells.iter().all(|c| *c == Data::Empty) {
            continue;
        }
        if let Err(mistake) = fill_row(card, cells, verified) {
            mistakes.push(format!("  row {}: {mistake}", number + 2));
        }
    }
    if !mistakes.is_empty() {
        bail!("{}: nothing was imported\n{}", file.display(), mistakes.join("\n"));
    }
    Ok(())
}

fn fill_row(card: &mut Scorecard, cells: &[Data], verified: bool) -> Result<(), String> {
    let text = |i: usize| cells.get(i).map_or(String::new(), |c| c.to_string().trim().to_owned());
    let points = (0..card.columns.len()).map(|i| points(cells.get(FIXED.len() + i))).collect::<Result<Vec<_>, _>>()?;
    let (item_id, row_id, when) = (text(0), text(1), text(4));
    let when = (!when.is_empty()).then(|| Text::new(&when));
    if when.is_none() && points.iter().any(Option::is_some) {
        return Err("points without a criterion: fill the column `when`".into());
    }
    let Some(item) = card.items.iter_mut().find(|i| i.id.value == item_id) else {
        return Err(format!("there is no item `{item_id}` in this scorecard"));
    };
    let mut source = item.source.clone();
    source.verified = verified;
    match item.rows.iter_mut().find(|r| r.id.value == row_id) {
        Some(row) if row.when.as_ref().map(|w| &w.value) == when.as_ref().map(|w| &w.value) && row.points == points => {
        }
        Some(row) => {
            (row.when, row.points, row.source) = (when, points, Some(source));
        }
        None => {
            let label = Label([("vi".to_owned(), text(2)), ("en".to_owned(), text(3))].into());
            item.rows.push(ScoreRow { id: Text::new(&row_id), label, when, points, source: Some(source) });
        }
    }
    Ok(())
}

fn points(cell: Option<&Data>) -> Result<Option<i64>, String> {
    match cell {
        None | Some(Data::Empty) => Ok(None),
        Some(Data::Int(n)) => Ok(Some(*n)),
        Some(Data::Float(n)) if n.fract() == 0.0 && n.abs() < 1e6 => Ok(Some(*n as i64)),
        Some(Data::String(text)) if text.trim().is_empty() => Ok(None),
        Some(other) => Err(format!("`{other}` is not a whole number of points")),
    }
}

/// A copy of the pack's own files, with the scorecards replaced.
fn copy(program: &Program, files: &[SourceFile], scorecards: &str, out: &Path) -> Result<PathBuf> {
    let id = &program.pack.id.value;
    let folder = out.join(id);
    if folder.exists() {
        bail!("{} exists already; give another --out or remove it", folder.display());
    }
    let note = "# Filled by `vuon policy scorecard import`.\n";
    let own = files.iter().filter(|f| f.pack == *id && f.name != "scorecards.yaml");
    let texts =
        own.map(|f| (f.name.as_str(), f.text.clone())).chain([("scorecards.yaml", format!("{note}{scorecards}"))]);
    for (name, text) in texts {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(folder)
}
