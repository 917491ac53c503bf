//! `vuon allocate`: capital shared by a published formula, computed again by anyone, and compared before it is decided.

use crate::screen::{self, fitted, right, say};
use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_policy::support::Formula;
use vuon_policy::words::grouped;
use vuon_programme::allocation::{Bound, Unit, coefficients};
use vuon_programme::published::{self, Published, Subject};

/// What to do with an allocation.
#[derive(Subcommand)]
pub enum Command {
    /// Share an amount among units and write the file that anyone can compute again
    Run {
        /// The policy pack, by id or folder
        #[arg(long)]
        policy: String,
        /// The formula; may be left out where the pack has one only
        #[arg(long)]
        formula: Option<String>,
        /// How much, in đồng
        #[arg(long)]
        amount: i64,
        /// A table (CSV) of the units: unit, name, a column for each criterion, and where asked transfers and carried
        #[arg(long)]
        figures: PathBuf,
        /// The day whose register the figures are of, YYYY-MM-DD
        #[arg(long)]
        figures_of: jiff::civil::Date,
        /// The year of the capital
        #[arg(long)]
        year: i16,
        /// What is allocated, in words
        #[arg(long, default_value = "")]
        title: String,
        /// What if: another coefficient, as in poor_rate=2; several times
        #[arg(long, value_name = "CRITERION=NUMBER")]
        set: Vec<String>,
        /// Where to write the allocation
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Compute a published allocation again and name every line that differs
    Verify {
        /// The published file
        file: PathBuf,
        /// Also hold its formula against this pack
        #[arg(long)]
        policy: Option<String>,
    },
    /// Who gains and who loses between two allocations of the same units
    Compare {
        /// The one
        before: PathBuf,
        /// The other
        after: PathBuf,
    },
}

/// Runs the command.
pub fn run(command: Command, language: Language) -> Result<ExitCode> {
    match command {
        Command::Run { policy, formula, amount, figures, figures_of, year, title, set, out } => {
            let program = super::load(&policy)?;
            let formula = with_coefficients(find(&program, formula.as_deref(), language)?, &set, language)?;
            // Said before anybody fills in a table for a formula that cannot be used.
            coefficients(&formula).map_err(|error| anyhow!("{}", error.text(language)))?;
            let units = read_units(&figures, &formula, language)?;
            let figures_of = figures_of.to_string();
            let subject = Subject { title: &title, year: i64::from(year), figures_of: &figures_of, amount };
            let file = published::publish(&program, &formula, &subject, units)
                .map_err(|error| anyhow!("{}", error.text(language)))?;
            // Written first: a reader of the screen may go away before its end.
            if let Some(out) = out {
                let text = serde_json::to_string_pretty(&file)?;
                std::fs::write(&out, text + "\n").with_context(|| out.display().to_string())?;
            }
            for caveat in super::caveats(&program, language) {
                println!("{caveat}");
            }
            print(&file, language);
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify { file, policy } => verify(&read(&file)?, policy.as_deref(), language),
        Command::Compare { before, after } => compare(&read(&before)?, &read(&after)?, language),
    }
}

fn find<'p>(program: &'p Program, id: Option<&str>, language: Language) -> Result<&'p Formula> {
    let known = || program.pack.formulas.iter().map(|f| f.id.value.as_str()).collect::<Vec<_>>().join(", ");
    match (id, &program.pack.formulas[..]) {
        (_, []) => bail!(
            say(language, "bộ quy định không có công thức phân bổ", "the pack has no formula of allocation").to_owned()
        ),
        (None, [only]) => Ok(only),
        (Some(id), formulas) if formulas.iter().any(|f| f.id.value == id) => {
            formulas.iter().find(|f| f.id.value == id).context("the formula was there")
        }
        _ => bail!("--formula: {} {}", say(language, "chọn một trong:", "choose one of:"), known()),
    }
}

/// The formula with other coefficients: what if.
fn with_coefficients(formula: &Formula, set: &[String], language: Language) -> Result<Formula> {
    let mut formula = formula.clone();
    for setting in set {
        let form = say(language, "viết TIÊU_CHÍ=SỐ, như poor_rate=2", "write CRITERION=NUMBER, as in poor_rate=2");
        let (id, number) = setting.split_once('=').with_context(|| format!("--set {setting}: {form}"))?;
        let number = Exact::parse(number.trim()).filter(|n| *n >= Exact::whole(0));
        let number = number.with_context(|| format!("--set {setting}: {form}"))?;
        let ids: Vec<String> = formula.criteria.iter().map(|c| c.id.value.clone()).collect();
        let known =
            format!("--set {setting}: {} {}", say(language, "chọn một trong:", "choose one of:"), ids.join(", "));
        let criterion = formula.criteria.iter_mut().find(|c| c.id.value == id.trim()).context(known)?;
        criterion.coefficient = Some(number);
        // What somebody asks "what if" of is no longer what the source says.
        formula.example = true;
    }
    Ok(formula)
}

/// The units of a table: every cell is named when it is wrong.
fn read_units(path: &Path, formula: &Formula, language: Language) -> Result<Vec<Unit>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
    let headers = reader.headers().with_context(|| path.display().to_string())?.clone();
    let column = |name: &str| headers.iter().position(|header| header.trim_start_matches('\u{feff}') == name);
    let needed = |name: &str| {
        let missing = say(language, "thiếu cột", "there is no column");
        column(name).with_context(|| format!("{}: {missing} `{name}`", path.display()))
    };
    let (id, name) = (needed("unit")?, needed("name")?);
    let criteria: Vec<(String, usize)> = formula
        .criteria
        .iter()
        .map(|criterion| Ok((criterion.id.value.clone(), needed(&criterion.id.value)?)))
        .collect::<Result<_>>()?;
    let (transfers, carried) = (column("transfers"), column("carried"));
    let mut units = Vec::new();
    for (place, row) in reader.records().enumerate() {
        let line = place + 2;
        let row = row.with_context(|| format!("{}: {line}", path.display()))?;
        let cell = |column: usize| row.get(column).unwrap_or_default().to_owned();
        let figures: BTreeMap<String, String> =
            criteria.iter().map(|(id, column)| (id.clone(), cell(*column))).collect();
        let carried = carried.map(&cell).filter(|text| !text.is_empty());
        let carried = carried.map_or(Ok(0), |text| {
            let wrong = say(language, "không phải số đồng nguyên", "is not a whole number of đồng");
            text.parse().map_err(|_| anyhow!("{}: {line}: carried: `{text}` {wrong}", path.display()))
        })?;
        let transfers = transfers.map(cell).filter(|text| !text.is_empty());
        units.push(Unit { id: cell(id), name: cell(name), figures, transfers, carried });
    }
    Ok(units)
}

fn read(path: &Path) -> Result<Published> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    published::read(&text).with_context(|| path.display().to_string())
}

fn line(text: &str) {
    println!("{}", screen::wrapped(text, screen::width(), 2));
}

fn print(file: &Published, language: Language) {
    let label = match language {
        Language::Vi => file.formula.label.get("vi"),
        Language::En => file.formula.label.get("en"),
    };
    line(label.unwrap_or(&file.formula.id));
    line(&file.formula.source);
    let result = &file.result;
    line(&format!(
        "{} {} · {} {} · {} {}",
        say(language, "Tổng", "In all"),
        grouped(result.amount, language),
        say(language, "giữ lại", "kept"),
        grouped(result.kept, language),
        say(language, "phân bổ", "allocated"),
        grouped(result.pool, language)
    ));
    println!();
    for row in &result.lines {
        line(&published::told(result, row, language));
        let points = row.points.iter().map(|p| format!("{} {} → {}", p.criterion, p.figure, p.weighted));
        line(&format!("  {}", points.collect::<Vec<_>>().join("; ")));
        if let Some(own) = row.counterpart {
            line(&format!("  {} {}", say(language, "đối ứng", "counterpart"), grouped(own, language)));
        }
        if row.carried != 0 {
            line(&format!("  {} {}", say(language, "chuyển nguồn", "carried over"), grouped(row.carried, language)));
        }
    }
    if result.lines.iter().any(|row| row.bound != Bound::None) {
        let note = say(
            language,
            "Đơn vị có mức tối thiểu hoặc tối đa nhận đúng mức đó; các đơn vị còn lại chia phần còn lại theo điểm.",
            "A unit at a bound gets the bound; the others share the rest by their points.",
        );
        line(note);
    }
}

fn verify(file: &Published, policy: Option<&str>, language: Language) -> Result<ExitCode> {
    let mut differences = published::verify(file).map_err(|error| anyhow!("{error}"))?;
    if let Some(policy) = policy
        && published::differs_from_pack(file, &*super::load(policy)?)
    {
        let other = say(language, "công thức không phải của bộ quy định", "the formula is not that of the pack");
        differences.push(format!("{other} {policy}"));
    }
    if differences.is_empty() {
        line(say(
            language,
            "Tính lại đúng như đã công bố, đến từng đồng.",
            "Computed again as published, to the đồng.",
        ));
        return Ok(ExitCode::SUCCESS);
    }
    for difference in &differences {
        line(difference);
    }
    Ok(ExitCode::FAILURE)
}

fn compare(before: &Published, after: &Published, language: Language) -> Result<ExitCode> {
    let old: BTreeMap<&str, i64> = before.result.lines.iter().map(|l| (l.unit.as_str(), l.amount)).collect();
    let new: BTreeMap<&str, (&str, i64)> =
        after.result.lines.iter().map(|l| (l.unit.as_str(), (l.name.as_str(), l.amount))).collect();
    if old.keys().ne(new.keys()) {
        bail!(
            say(language, "hai bản phân bổ không cùng các đơn vị", "the two allocations are not of the same units")
                .to_owned()
        );
    }
    let mut rows: Vec<(i64, &str, i64, i64)> =
        new.iter().map(|(unit, (name, amount))| (amount - old[unit], *name, old[unit], *amount)).collect();
    rows.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    println!(
        "{}{}{}{}",
        fitted(say(language, "Đơn vị", "Unit"), 28),
        right(say(language, "trước", "before"), 17),
        right(say(language, "sau", "after"), 17),
        right(say(language, "thay đổi", "change"), 17)
    );
    for (change, name, before, after) in rows {
        let signed = if change > 0 { format!("+{}", grouped(change, language)) } else { grouped(change, language) };
        println!(
            "{}{}{}{}",
            fitted(name, 28),
            right(&grouped(before, language), 17),
            right(&grouped(after, language), 17),
            right(&signed, 17)
        );
    }
    Ok(ExitCode::SUCCESS)
}
