//! `vuon target fit`: a survey and a form in, the points of the form and an account of its errors out.

use super::facts::{Facts, Table, same_unit};
use super::form::Form;
use super::items::ItemSpec;
use super::levels::{self, Source};
use super::report::About;
use super::{pack, share, show, told};
use crate::command::tables::Tables;
use crate::screen;
use anyhow::{Result, anyhow, bail};
use clap::{ArgGroup, ValueEnum};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vuon_measure::proxy_means::{FitError, Options, Selection, Target, Units, Within, fit};
use vuon_policy::calendar::Day;
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_policy::program::Program;

/// What to fit, and to what.
#[derive(clap::Args)]
#[command(group = ArgGroup::new("form").required(true).args(["item", "card"]))]
#[command(group = ArgGroup::new("target").args(["coverage", "exclusion", "leakage", "at_line"]))]
pub struct Arguments {
    /// Id or folder of the policy pack whose questionnaire the survey follows
    #[arg(long)]
    policy: String,
    #[command(flatten)]
    tables: Tables,
    /// An item of the form: VARIABLE, VARIABLE:CUT,CUT, VARIABLE/person:CUT,CUT or NAME=EXPRESSION; may be repeated
    #[arg(long, value_name = "ITEM")]
    pub(super) item: Vec<ItemSpec>,
    /// Estimate the points of this scorecard of the pack anew
    #[arg(long, value_name = "ID", conflicts_with = "by")]
    card: Option<String>,
    /// Items of the scorecard to leave out
    #[arg(long, value_delimiter = ',', value_name = "ITEM", requires = "card")]
    without: Vec<String>,
    /// Points of their own for each option of this choice, such as the region
    #[arg(long, value_name = "VARIABLE")]
    by: Option<String>,
    /// Items the form has in any case
    #[arg(long, value_delimiter = ',', value_name = "ITEM")]
    pub(super) keep: Vec<String>,
    /// Items of the scorecard whose rows stand in an order, as bands do
    #[arg(long, value_delimiter = ',', value_name = "ITEM")]
    ordered: Vec<String>,
    /// Column: welfare of the whole household, such as its consumption
    #[arg(long, value_name = "COLUMN", required_unless_present = "welfare_per_head")]
    pub(super) welfare: Option<String>,
    /// Column: welfare per head
    #[arg(long, value_name = "COLUMN", conflicts_with = "welfare")]
    pub(super) welfare_per_head: Option<String>,
    /// The poverty line per head: a number, a parameter of the pack, or a column
    #[arg(long, value_name = "LINE")]
    pub(super) line: String,
    /// Column: household weights; all households count alike without it
    #[arg(long, value_name = "COLUMN")]
    pub(super) weight: Option<String>,
    /// Column: how many persons the household has; as the pack counts them without it
    #[arg(long, value_name = "COLUMN")]
    pub(super) size: Option<String>,
    /// Column: sampling clusters, which folds keep together; each household is one without it
    #[arg(long, visible_alias = "psu", value_name = "COLUMN")]
    pub(super) cluster: Option<String>,
    /// What the regression and the target count
    #[arg(long, value_enum, default_value = "persons")]
    units: UnitsArgument,
    /// How items are chosen
    #[arg(long, value_enum, default_value = "forward")]
    select: SelectArgument,
    /// At most so many items
    #[arg(long, value_name = "N")]
    most_items: Option<usize>,
    /// The least gain in R² of cross-validation for another item
    #[arg(long, default_value_t = 0.001, value_name = "GAIN")]
    least_gain: f64,
    /// The fewest households of a column from which an answer gets points of its own
    #[arg(long, default_value_t = 30, value_name = "N")]
    least_level: usize,
    /// Folds of cross-validation
    #[arg(long, default_value_t = 5, value_name = "N")]
    folds: usize,
    /// Another seed draws other folds
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The greatest total of points
    #[arg(long, default_value_t = 100, value_name = "POINTS")]
    greatest_total: u32,
    /// Points are multiples of this
    #[arg(long, default_value_t = 1, value_name = "POINTS")]
    step: u32,
    /// Cut off so that this share is selected; a fifth where no target is given
    #[arg(long, value_parser = share, value_name = "SHARE")]
    coverage: Option<Exact>,
    /// Cut off so that at most this share of the poor is missed
    #[arg(long, value_parser = share, value_name = "SHARE")]
    exclusion: Option<Exact>,
    /// Cut off so that at most this share of the selected is not poor
    #[arg(long, value_parser = share, value_name = "SHARE")]
    leakage: Option<Exact>,
    /// Cut off where predicted welfare reaches the line
    #[arg(long)]
    at_line: bool,
    /// Meet the target in each column by itself, not over all
    #[arg(long)]
    each: bool,
    /// The day of the survey, YYYY-MM-DD; needed where ages count
    #[arg(long, value_parser = crate::command::day)]
    on: Option<Day>,
    /// Use a pack that is marked incomplete
    #[arg(long)]
    accept_incomplete: bool,
    /// Leave out households with bad rows, or without welfare above zero, and go on
    #[arg(long)]
    pub(super) keep_going: bool,
    /// The folder to make the new pack in; its name becomes the id of pack and scorecard
    #[arg(long, default_value = "pmt")]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum UnitsArgument {
    /// Persons: household weight × size
    Persons,
    /// Households
    Households,
}

#[derive(Clone, Copy, ValueEnum)]
enum SelectArgument {
    /// From none, as long as another item helps
    Forward,
    /// From all, as long as an item helps too little
    Backward,
    /// All items
    All,
}

impl Arguments {
    /// The column of welfare; one of the two was given.
    pub(super) fn welfare_column(&self) -> String {
        self.welfare.clone().or_else(|| self.welfare_per_head.clone()).unwrap_or_default()
    }
}

/// Runs the command.
pub fn run(a: Arguments, language: Language) -> Result<ExitCode> {
    let base = crate::command::load(&a.policy)?;
    crate::command::law::accept_incomplete(&base, a.accept_incomplete, language)?;
    let id = new_id(&a, &base, language)?;
    let mut job = a.tables.job(base.pack.questionnaire.has_roster())?;
    // A survey has hundreds of columns that the questionnaire does not know.
    for file in job.households.iter().chain(&job.members) {
        let names =
            vuon_population::survey::column_names(std::slice::from_ref(file)).map_err(|e| anyhow!(e.tell(language)))?;
        let questionnaire = &base.pack.questionnaire;
        let known: BTreeSet<&str> =
            questionnaire.household.iter().chain(&questionnaire.member).map(|v| v.id.value.as_str()).collect();
        job.read.ignore.extend(names.into_iter().filter(|name| !known.contains(name.as_str())));
    }

    same_unit(&a, &base.pack, language)?;
    let facts = Facts::read(&a, &base.pack, &job.households, language)?;
    let mut form = match &a.card {
        Some(card) => Form::of_card(&base.pack, &id, card, &a.without, language)?,
        None => Form::of_items(&base.pack, &id, &facts.cut(&a, &base.pack, language)?, a.by.as_deref(), language)?,
    };
    name_items(&a, &mut form, language)?;
    let source = Source {
        policy: &a.policy,
        base: &base,
        households: &job.households,
        members: &job.members,
        read: &job.read,
        review_date: a.on,
        keep_going: a.keep_going,
    };
    let (levels, bad_rows) = levels::read(&form, &source, language)?;
    let table = Table::join(&a, &mut form, levels, &facts, language)?;

    let regions: Vec<String> = form.columns.iter().map(|(id, _)| id.clone()).collect();
    let options = options(&a);
    let survey = table.survey(&regions);
    let fitted = fit(&survey, &options).map_err(|error| anyhow!(tell(&error, language)))?;

    let names: Vec<String> = job.households.iter().chain(&job.members).map(|f| file_name(f)).collect();
    let about = About {
        form: &form,
        base: &base,
        survey: &survey,
        options: &options,
        fit: &fitted,
        files: names.join(", "),
        left_out: table.left_out.clone(),
        bad_rows,
        unweighted: a.weight.is_none(),
        unclustered: a.cluster.is_none(),
        line: a.line.clone(),
        welfare: a.welfare_column(),
        language,
    };
    let mut files = pack::fitted(&form, &base, &fitted, &about.origin_label(), &about.head(), language);
    files.push(("report.md", show::markdown(&about)));
    pack::write(&a.out, &files)?;
    // What was written is law's own form: it must pass as any pack does.
    if let Err(error) = crate::command::load(&as_path(&a.out)) {
        // The folder is new and only ours.
        let _ = std::fs::remove_dir_all(&a.out);
        return Err(error);
    }
    show::print(&about);
    let made = as_path(&a.out);
    println!(
        "{}",
        screen::wrapped(
            &match language {
                Language::Vi => format!(
                    "Đã ghi {made}: bảng điểm, ngưỡng và báo cáo (report.md). Kiểm tra: vuon policy check {made}"
                ),
                Language::En => format!(
                    "Written to {made}: points, cut-offs and report (report.md). Check: vuon policy check {made}"
                ),
            },
            screen::width(),
            2
        )
    );
    Ok(ExitCode::SUCCESS)
}

fn tell(error: &FitError, language: Language) -> String {
    match language {
        Language::Vi => error.vietnamese(),
        Language::En => error.to_string(),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// A folder as commands take it: with a `/`.
fn as_path(folder: &Path) -> String {
    let text = folder.display().to_string();
    if text.contains('/') { text } else { format!("./{text}") }
}

/// The id of the new pack: the name of its folder.
fn new_id(a: &Arguments, base: &Program, language: Language) -> Result<String> {
    let out = a.out.as_path();
    let id = out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some(beside) = pack::folder_of(&a.policy) {
        let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if parent.canonicalize().ok().as_ref() != Some(&beside) {
            let place = beside.join(if id.is_empty() { "pmt" } else { &id });
            bail!(match language {
                Language::Vi => format!("gói mới phải nằm cạnh gói mà nó dựa vào: dùng --out {}", place.display()),
                Language::En =>
                    format!("the new pack must stand beside the one it builds on: use --out {}", place.display()),
            });
        }
    }
    let good = id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !good {
        bail!(match language {
            Language::Vi =>
                format!("--out: tên thư mục `{id}` sẽ là mã của gói và bảng điểm: chỉ dùng chữ thường a–z, số và _"),
            Language::En => format!(
                "--out: the folder's name `{id}` becomes the id of pack and scorecard: use small letters a–z, digits and _"
            ),
        });
    }
    if out.exists() {
        bail!(match language {
            Language::Vi => format!("{} đã có: hãy chọn --out khác hoặc xóa thư mục này", out.display()),
            Language::En => format!("{} exists already: give another --out or remove it", out.display()),
        });
    }
    let taken = |taken: &str| taken == id || taken == format!("{id}_cut");
    if base.pack.id.value == id || base.pack.scorecards.iter().any(|card| taken(&card.id.value)) {
        bail!(match language {
            Language::Vi => format!("gói `{}` đã có tên `{id}`: hãy chọn --out khác", base.pack.id.value),
            Language::En =>
                format!("`{id}` is a name in the pack `{}` already: give another --out", base.pack.id.value),
        });
    }
    Ok(id)
}

/// Which items are in order and which are always asked.
fn name_items(a: &Arguments, form: &mut Form, language: Language) -> Result<()> {
    let known: Vec<String> = form.items.iter().map(|item| item.id.clone()).collect();
    for name in a.keep.iter().chain(&a.ordered) {
        if !known.contains(name) {
            let known = known.join(", ");
            return Err(told(
                language,
                format!("phiếu không có mục `{name}`; có: {known}"),
                format!("the form has no item `{name}`; it has: {known}"),
            ));
        }
    }
    form.items.iter_mut().filter(|item| a.ordered.contains(&item.id)).for_each(|item| item.ordered = true);
    Ok(())
}

fn options(a: &Arguments) -> Options {
    let usual = Options::default();
    Options {
        units: match a.units {
            UnitsArgument::Persons => Units::Persons,
            UnitsArgument::Households => Units::Households,
        },
        folds: a.folds,
        seed: a.seed,
        selection: match a.select {
            SelectArgument::Forward => Selection::Forward { most: a.most_items },
            SelectArgument::Backward => Selection::Backward { most: a.most_items },
            SelectArgument::All => Selection::All,
        },
        least_gain: a.least_gain,
        least_level: a.least_level,
        greatest_total: a.greatest_total,
        step: a.step,
        target: match (a.coverage, a.exclusion, a.leakage, a.at_line) {
            (Some(share), ..) => Target::Coverage(share),
            (_, Some(share), ..) => Target::Exclusion(share),
            (_, _, Some(share), _) => Target::Leakage(share),
            (.., true) => Target::Line,
            _ => usual.target,
        },
        within: if a.each { Within::Region } else { Within::Country },
    }
}
