//! `vuon target assess`: a selection, or a score, held against the truth of a survey.

use super::columns::{Complete, Places, Wanted};
use super::judged::{Judged, Wishes};
use super::{figures, share};
use crate::command::reading;
use crate::screen::{self, say};
use anyhow::{Result, anyhow, bail};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use vuon_measure::cube::Label;
use vuon_measure::design::{Design, DesignError, LonelyPsu, Stratum};
use vuon_measure::target::{self, DEFAULT_MINIMUM, Ranking, Rule, TargetError};
use vuon_policy::exact::Exact;
use vuon_policy::model::Language;
use vuon_population::read::expand;

/// What to assess.
#[derive(clap::Args)]
pub struct Arguments {
    /// Files with one row for each household: CSV, Parquet or Stata
    #[arg(required = true)]
    data: Vec<String>,
    /// Files with further columns of the same households, such as the result of `vuon assess`
    #[arg(long, value_name = "FILE")]
    with: Vec<String>,
    /// The column by which households are found again in those files
    #[arg(long, default_value = "household_id", value_name = "COLUMN")]
    id: String,
    /// Column: welfare of the whole household, such as its consumption
    #[arg(long, value_name = "COLUMN", conflicts_with = "welfare_per_head", requires = "size")]
    welfare: Option<String>,
    /// Column: welfare per head
    #[arg(long, value_name = "COLUMN")]
    welfare_per_head: Option<String>,
    /// The poverty line per head, a number or a column; who is below it is poor
    #[arg(long, value_name = "LINE")]
    line: Option<String>,
    /// Column: who is poor, 0 or 1, instead of a line
    #[arg(long, value_name = "COLUMN", conflicts_with = "line", required_unless_present = "line")]
    poor: Option<String>,
    /// Column: who is selected, 0 or 1
    #[arg(long, value_name = "COLUMN", conflicts_with_all = ["score", "quota", "up_to", "below"])]
    selected: Option<String>,
    /// Column: a score by which the lowest are selected
    #[arg(long, value_name = "COLUMN", required_unless_present = "selected")]
    score: Option<String>,
    /// The highest scores are the poorest, as with a count of deprivations
    #[arg(long, requires = "score", conflicts_with_all = ["up_to", "below"])]
    high_is_poor: bool,
    /// Select the lowest scores until they are this share, as in 20%
    #[arg(long, value_parser = share, value_name = "SHARE", requires = "score", conflicts_with_all = ["up_to", "below"])]
    quota: Option<Exact>,
    /// Meet the quota within every group of this column, not over all
    #[arg(long, value_name = "COLUMN", requires = "quota")]
    quota_within: Option<String>,
    /// Select scores of at most this
    #[arg(long, value_name = "SCORE", requires = "score", conflicts_with = "below", allow_negative_numbers = true)]
    up_to: Option<f64>,
    /// Select scores of less than this
    #[arg(long, value_name = "SCORE", requires = "score", allow_negative_numbers = true)]
    below: Option<f64>,
    /// Column: what the household receives; without it every selected person counts alike
    #[arg(long, value_name = "COLUMN")]
    benefit: Option<String>,
    /// Column: household weights; all households count alike without it
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// Column: how many persons the household has; with it persons are counted too
    #[arg(long, value_name = "COLUMN")]
    size: Option<String>,
    /// Column: strata of the sample
    #[arg(long, value_name = "COLUMN", requires = "psu")]
    strata: Option<String>,
    /// Column: primary sampling units (clusters); gives limits of confidence
    #[arg(long, visible_alias = "cluster", value_name = "COLUMN")]
    psu: Option<String>,
    /// Strata with one primary sampling unit: fail, adjust, average or certainty
    #[arg(long, default_value = "fail", value_parser = lonely, value_name = "RULE")]
    lonely_psu: LonelyPsu,
    /// Columns: errors by area or group
    #[arg(long, value_delimiter = ',', value_name = "COLUMN")]
    by: Vec<String>,
    /// The fewest households behind a figure of a group
    #[arg(long, default_value_t = DEFAULT_MINIMUM, value_name = "N")]
    min_cell: u64,
    /// Into how many equal parts the population is cut, from the poorest
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=100), value_name = "N")]
    groups: u16,
    /// Shares of the poorest for which the ratio of Coady, Grosh and Hoddinott is given
    #[arg(long, value_delimiter = ',', value_parser = share, default_value = "20%,40%", value_name = "SHARE")]
    poorest: Vec<Exact>,
    /// Write all figures to a .csv or .json file
    #[arg(long)]
    out: Option<PathBuf>,
    /// Write the ROC curve of the score, one row for each cut, to a .csv file
    #[arg(long, value_name = "FILE", requires = "score")]
    roc: Option<PathBuf>,
}

fn lonely(text: &str) -> Result<LonelyPsu, String> {
    LonelyPsu::named(text).ok_or_else(|| "write `fail`, `adjust`, `average` or `certainty`".into())
}

/// The households that have all answers, one entry each.
pub struct Data {
    /// Household weights.
    pub weight: Vec<f64>,
    /// Persons.
    pub size: Option<Vec<f64>>,
    /// Welfare per head.
    pub welfare: Option<Vec<f64>>,
    /// Who is poor.
    pub poor: Vec<bool>,
    /// The score.
    pub score: Option<Vec<f64>>,
    /// Who is selected.
    pub selected: Option<Vec<bool>>,
    /// Up to which score a rule selects.
    pub cut: Option<f64>,
    /// What the household receives.
    pub benefit: Option<Vec<f64>>,
    /// The place of its primary sampling unit in the design.
    pub design: Option<(Vec<usize>, Design)>,
    /// The columns of groups: name, the place of each household, the labels.
    pub by: Vec<(String, Vec<usize>, Vec<Label>)>,
}

/// Runs the command.
pub fn run(arguments: Arguments, language: Language) -> Result<ExitCode> {
    if arguments.line.is_some() && arguments.welfare.is_none() && arguments.welfare_per_head.is_none() {
        bail!(say(
            language,
            "có chuẩn nghèo nhưng chưa có mức sống: thêm --welfare hoặc --welfare-per-head",
            "there is a line but no welfare: add --welfare or --welfare-per-head"
        ));
    }
    if arguments.out.as_ref().is_some_and(|path| !path.extension().is_some_and(|e| e == "csv" || e == "json")) {
        bail!(say(language, "--out phải là tệp .csv hoặc .json", "--out must be a .csv or .json file"));
    }
    let read_from = expand(&[arguments.data.as_slice(), &arguments.with].concat())?;
    reading::spare(&read_from, arguments.out.iter().chain(&arguments.roc).map(PathBuf::as_path), language)?;
    let (data, left_out) = read(&arguments, language)?;
    let said = |error: TargetError| anyhow!(tell(&error, language));
    let wishes = Wishes {
        min_cell: arguments.min_cell,
        groups: arguments.groups.into(),
        poorest: &arguments.poorest,
        unweighted: arguments.weight.is_none(),
        high_is_poor: arguments.high_is_poor,
    };
    let judged = Judged::new(&data, &wishes).map_err(said)?;
    if let Some(left_out) = left_out {
        eprintln!("{}", screen::wrapped(&left_out, screen::width(), 2));
    }
    judged.print(&data, &wishes, language);
    if let Some(path) = &arguments.out {
        figures::write(path, &judged.figures(&data))?;
        println!("{} {}", say(language, "Đã ghi", "Written:"), path.display());
    }
    if let Some(path) = &arguments.roc {
        figures::write_roc(path, judged.roc.as_ref(), arguments.high_is_poor)?;
        println!("{} {}", say(language, "Đã ghi", "Written:"), path.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(error: &TargetError, language: Language) -> String {
    match language {
        Language::Vi => error.vietnamese(),
        Language::En => error.to_string(),
    }
}

/// Reads the data; also says who was left out.
fn read(a: &Arguments, language: Language) -> Result<(Data, Option<String>)> {
    let files = expand(&a.data)?;
    let line = a.line.as_ref().map(|text| Line::of(text));
    let line_column = line.as_ref().and_then(Line::column);
    let welfare = a.welfare.as_ref().or(a.welfare_per_head.as_ref());
    let numbers = [welfare, line_column, a.score.as_ref(), a.benefit.as_ref(), a.weight.as_ref(), a.size.as_ref()];
    let places = [a.quota_within.as_ref(), a.strata.as_ref(), a.psu.as_ref()];
    let wanted = Wanted::default()
        .numbers(numbers.into_iter().flatten())
        .flags([a.poor.as_ref(), a.selected.as_ref()].into_iter().flatten())
        .labels(places.into_iter().flatten().chain(&a.by));
    let columns = match a.with.as_slice() {
        [] => wanted.read(&files, language)?,
        with => wanted.read_with(&files, &expand(with)?, &a.id, language)?,
    };
    let mut complete = Complete::of(columns.rows());
    let mut amount = |name: Option<&String>, above_zero: bool| -> Result<Option<Vec<Option<f64>>>> {
        let Some(name) = name else { return Ok(None) };
        let column = columns.amount(name, above_zero)?;
        complete.need(name, &column);
        Ok(Some(column))
    };
    let (weight, size) = (amount(a.weight.as_ref(), false)?, amount(a.size.as_ref(), true)?);
    let (benefit, line_at) = (amount(a.benefit.as_ref(), false)?, amount(line_column, true)?);
    // Welfare may be below zero: an income after costs is.
    let mut number = |name: Option<&String>| {
        name.map(|name| {
            let column = finite(columns.number(name));
            complete.need(name, &column);
            column
        })
    };
    let (welfare, score) = (number(welfare), number(a.score.as_ref()));
    let mut flag = |name: Option<&String>| -> Result<Option<Vec<Option<bool>>>> {
        let Some(name) = name else { return Ok(None) };
        let column = columns.flag(name)?;
        complete.need(name, &column);
        Ok(Some(column))
    };
    let (poor, selected) = (flag(a.poor.as_ref())?, flag(a.selected.as_ref())?);
    let mut places = |name: Option<&String>| {
        name.map(|name| {
            let places = columns.places(name);
            complete.need(name, &places.of);
            places
        })
    };
    let (within, strata, psu) = (places(a.quota_within.as_ref()), places(a.strata.as_ref()), places(a.psu.as_ref()));
    let by: Vec<(String, Places)> = a.by.iter().filter_map(|name| Some((name.clone(), places(Some(name))?))).collect();
    if complete.count() == 0 {
        bail!("{}", complete.told(language).unwrap_or_default());
    }

    let keep = |column: &Option<Vec<Option<f64>>>| column.as_ref().map(|column| complete.keep(column));
    let of_rows = weight;
    let weight = keep(&of_rows).unwrap_or_else(|| vec![1.0; complete.count()]);
    let size = keep(&size);
    let mut welfare = keep(&welfare);
    if let (Some(welfare), Some(size), true) = (&mut welfare, &size, a.welfare.is_some()) {
        welfare.iter_mut().zip(size).for_each(|(w, n)| *w /= n);
    }
    let poor = match (poor, line, keep(&line_at), &welfare) {
        (Some(poor), ..) => complete.keep(&poor),
        (None, _, Some(line), Some(welfare)) => welfare.iter().zip(line).map(|(w, z)| *w < z).collect(),
        (None, Some(Line::Fixed(line)), _, Some(welfare)) => welfare.iter().map(|w| *w < line).collect(),
        _ => bail!(say(language, "cần --line hoặc --poor", "--line or --poor is needed")),
    };
    let mut score = keep(&score);
    if a.high_is_poor {
        // Turned about: everything below selects the lowest.
        score.iter_mut().flatten().for_each(|score| *score = -*score);
    }
    let mut cut = None;
    let selected = match (selected, &score) {
        (Some(selected), _) => Some(complete.keep(&selected)),
        (None, Some(score)) => {
            let counted: Vec<f64> = match &size {
                Some(size) => weight.iter().zip(size).map(|(w, n)| w * n).collect(),
                None => weight.clone(),
            };
            let ranking = Ranking::new(score, &counted).map_err(|e| anyhow!(tell(&e, language)))?;
            select(a, &ranking, within.map(|w| (complete.keep(&w.of), w.names.len())), &mut cut)
                .map_err(|e| anyhow!(tell(&e, language)))?
        }
        (None, None) => None,
    };
    let design = psu.map(|psu| {
        let strata = strata.map(|s| (s.of, s.names));
        let (places, design) = design(&psu.of, strata, of_rows.as_deref(), a.lonely_psu);
        (complete.keep(&places), design)
    });
    if let Some((_, design)) = &design {
        design.check().map_err(|error| lonely_strata(&error, language))?;
    }
    let by = by.into_iter().map(|(name, places)| (name, complete.keep(&places.of), places.names)).collect();
    let data = Data { benefit: keep(&benefit), weight, size, welfare, poor, score, selected, cut, design, by };
    Ok((data, complete.told(language)))
}

/// The poverty line on the command line.
enum Line {
    Fixed(f64),
    Column(String),
}

impl Line {
    fn of(text: &str) -> Self {
        match Exact::parse(text) {
            Some(number) => Line::Fixed(number.numerator() as f64 / number.denominator() as f64),
            None => Line::Column(text.to_owned()),
        }
    }

    fn column(&self) -> Option<&String> {
        match self {
            Line::Column(name) => Some(name),
            Line::Fixed(_) => None,
        }
    }
}

/// An infinite number is no answer.
fn finite(column: Vec<Option<f64>>) -> Vec<Option<f64>> {
    column.into_iter().map(|n| n.filter(|n| n.is_finite())).collect()
}

/// Who is selected by the rule of the command line; nobody said how without one.
fn select(
    a: &Arguments,
    ranking: &Ranking,
    within: Option<(Vec<usize>, usize)>,
    cut: &mut Option<f64>,
) -> Result<Option<Vec<bool>>, TargetError> {
    let rule = match (a.quota, a.up_to, a.below) {
        (Some(quota), ..) => Rule::Quota(quota),
        (_, Some(line), _) => Rule::UpTo(line),
        (_, _, Some(line)) => Rule::Below(line),
        _ => return Ok(None),
    };
    if let (Some((area, areas)), Rule::Quota(quota)) = (within, rule) {
        return Ok(Some(target::quota_within(ranking, &area, &vec![quota; areas])?.0));
    }
    let selection = rule.select(ranking)?;
    *cut = selection.cut;
    Ok(Some(selection.selected))
}

/// What to do where a stratum has one primary sampling unit.
fn lonely_strata(error: &DesignError, language: Language) -> anyhow::Error {
    match (error, language) {
        (DesignError::Lonely(strata), Language::Vi) => {
            let some = strata.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join(", ");
            anyhow!(
                "{} tầng chỉ có một đơn vị mẫu cấp một ({some}): thêm --lonely-psu adjust, average hoặc certainty",
                strata.len()
            )
        }
        _ => anyhow!("{error} (--lonely-psu)"),
    }
}

/// The design of the sample, and the place in it of each household's primary sampling unit. Units are told apart within
/// their stratum. A household that is left out for want of an answer leaves its unit in the design.
fn design(
    psu: &[Option<usize>],
    strata: Option<(Vec<Option<usize>>, Vec<Label>)>,
    weight: Option<&[Option<f64>]>,
    lonely: LonelyPsu,
) -> (Vec<Option<usize>>, Design) {
    let (of, names) = strata.unwrap_or_else(|| (vec![Some(0); psu.len()], vec![Label::Missing]));
    let each = || of.iter().zip(psu).map(|(stratum, psu)| stratum.zip(*psu));
    let mut units: BTreeMap<(usize, usize), usize> = each().flatten().map(|unit| (unit, 0)).collect();
    units.values_mut().enumerate().for_each(|(place, unit)| *unit = place);
    let mut drawn: BTreeMap<usize, usize> = BTreeMap::new();
    units.keys().for_each(|(stratum, _)| *drawn.entry(*stratum).or_default() += 1);
    let stratum = |(place, psus): (usize, usize)| Stratum { label: names[place].clone(), psus, population: None };
    let places: Vec<Option<usize>> = each().map(|unit| unit.map(|unit| units[&unit])).collect();
    let mut weighs = vec![false; units.len()];
    for (row, place) in places.iter().enumerate().filter_map(|(row, place)| Some((row, (*place)?))) {
        weighs[place] |= weight.is_none_or(|weight| weight[row].is_some_and(|weight| weight > 0.0));
    }
    (places, Design::new(drawn.into_iter().map(stratum).collect(), lonely).with_weighing(&weighs))
}
