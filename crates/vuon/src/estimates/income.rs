//! Blocks of income poverty and inequality, from rows: a cube cannot hold them.

use super::tidy::{Block, NATION, People, Precision, What, Whom};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use vuon_measure::change::{ChangeError, Kind, Link};
use vuon_measure::cube::Label;
use vuon_measure::design::{Design, LonelyPsu, Stratum};
use vuon_measure::income::{
    Bandwidth, Clusters, Domain, IncomeError, Linearised, Poor, RelativeLine, fgt, fgt_with_estimated_line,
    generalized_entropy, gini, income_gap_ratio, palma_ratio, quantile, quintile_share_ratio, share_of_poorest, watts,
    woodruff,
};
use vuon_measure::interval::{Interval, Limits, p_value};
use vuon_policy::exact::Exact;

/// A measure of income.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The mean.
    Mean,
    /// The poverty line, where it is a share of the median or the mean.
    Line,
    /// P₀: the share of people below the line.
    Headcount,
    /// P₁: the poverty gap.
    Gap,
    /// P₂: the squared poverty gap.
    SquaredGap,
    /// P₁/P₀: how far the poor are below the line.
    GapRatio,
    /// The Watts measure.
    Watts,
    /// The Gini coefficient.
    Gini,
    /// GE(1), the Theil index.
    Theil,
    /// GE(0), the mean logarithmic deviation.
    LogDeviation,
    /// The income of the richest fifth over that of the poorest.
    QuintileRatio,
    /// The income of the richest tenth over that of the poorest two fifths.
    Palma,
    /// The share of income of the poorest, by shares of people.
    Lorenz,
    /// The income that a share of people do not exceed.
    Quantile,
}

impl Measure {
    /// All, in the order of tables.
    pub const ALL: [Measure; 14] = [
        Measure::Mean,
        Measure::Line,
        Measure::Headcount,
        Measure::Gap,
        Measure::SquaredGap,
        Measure::GapRatio,
        Measure::Watts,
        Measure::Gini,
        Measure::Theil,
        Measure::LogDeviation,
        Measure::QuintileRatio,
        Measure::Palma,
        Measure::Lorenz,
        Measure::Quantile,
    ];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Mean => "mean",
            Measure::Line => "line",
            Measure::Headcount => "P0",
            Measure::Gap => "P1",
            Measure::SquaredGap => "P2",
            Measure::GapRatio => "gap_ratio",
            Measure::Watts => "watts",
            Measure::Gini => "gini",
            Measure::Theil => "theil",
            Measure::LogDeviation => "mld",
            Measure::QuintileRatio => "S80S20",
            Measure::Palma => "palma",
            Measure::Lorenz => "lorenz",
            Measure::Quantile => "quantile",
        }
    }

    /// The measure of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// Whether it asks who is poor.
    pub fn needs_line(self) -> bool {
        matches!(
            self,
            Measure::Line
                | Measure::Headcount
                | Measure::Gap
                | Measure::SquaredGap
                | Measure::GapRatio
                | Measure::Watts
        )
    }
}

/// A measure at a share of people, for those that have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Item {
    measure: Measure,
    at: Option<Exact>,
}

/// Who is poor.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// No line.
    None,
    /// Below the line of the row.
    OfRow(Vec<f64>),
    /// Below the same for all.
    Same(f64),
    /// Below a share of the median or the mean of everybody in the round.
    Relative(RelativeLine),
}

/// The rows, a column each. What is not known is NaN here and nowhere else.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The column of incomes.
    pub name: String,
    /// Income per person.
    pub income: Vec<f64>,
    /// The weight.
    pub weight: Vec<f64>,
    /// The place of the stratum of each row, of the primary sampling unit within the table, and the size of the
    /// population of units; none for a register.
    pub sample: Option<Sample>,
    /// The subgroups: names of columns, and for each row the label.
    pub keys: Vec<(String, Vec<Label>)>,
}

/// How the rows were chosen.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// The stratum of each row.
    pub stratum: Vec<Label>,
    /// Its primary sampling unit.
    pub psu: Vec<Label>,
    /// How many units the population has in the stratum.
    pub population: Option<Vec<f64>>,
    /// Whether each row is a unit of its own, so that nothing tells which units two rounds share.
    pub elements: bool,
    /// What to do with strata of one unit.
    pub lonely: LonelyPsu,
}

/// The rows of a round.
#[derive(Clone, Debug)]
pub struct Round {
    /// Its name.
    pub label: String,
    /// Its year.
    pub year: Option<f64>,
    /// The places of its rows.
    pub rows: Vec<u32>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// The measures, in order.
    pub measures: Vec<Measure>,
    /// Who is poor.
    pub line: Line,
    /// Whether one is poor at the line.
    pub poor: Poor,
    /// The groupings, by the places of keys.
    pub groupings: Vec<Vec<usize>>,
    /// The level of confidence.
    pub confidence: f64,
    /// How limits of the poverty rate are drawn.
    pub interval: Interval,
    /// Whether there are to be standard errors.
    pub errors: bool,
}

/// Figures of a round, and measures that had none, with the reason.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The figures.
    pub blocks: Vec<Block>,
    /// The design; none for a register, and where no standard errors were wanted.
    pub design: Option<Design>,
    /// Whether each row is a sampling unit.
    pub elements: bool,
    /// For each measure without a figure somewhere: in how many subgroups, and the first reason.
    pub without: BTreeMap<&'static str, (usize, IncomeError)>,
}

/// One subgroup of a grouping.
struct Group {
    label: String,
    rows: Vec<u32>,
    known: Vec<u32>,
}

impl Question {
    /// The items of each subgroup.
    fn items(&self) -> Vec<Item> {
        let decile = |tenths: i64| Exact::new(tenths, 10);
        let mut items = Vec::new();
        for measure in &self.measures {
            let relative = matches!(self.line, Line::Relative(_));
            match measure {
                measure if measure.needs_line() && self.line == Line::None => {}
                Measure::Line if !relative => {}
                Measure::Lorenz | Measure::Quantile => {
                    items.extend((1..10).map(|tenths| Item { measure: *measure, at: decile(tenths) }));
                }
                measure => items.push(Item { measure: *measure, at: None }),
            }
        }
        items
    }

    fn what(&self, rows: &Rows, item: Item) -> What {
        What {
            measure: item.measure.name(),
            component: "income",
            part: rows.name.clone(),
            k: item.at.map(|at| (at.to_string(), at.numerator() as f64 / at.denominator() as f64)),
            ..What::default()
        }
    }
}

impl Rows {
    /// Whether what the question needs of a row is known.
    fn is_known(&self, row: u32, line: &Line) -> bool {
        let row = row as usize;
        self.income[row].is_finite() && !matches!(line, Line::OfRow(lines) if !lines[row].is_finite())
    }

    /// The subgroups of some rows.
    fn groups(&self, rows: &[u32], keys: &[usize], line: &Line) -> Vec<Group> {
        let label = |row: u32| -> Vec<&Label> { keys.iter().map(|key| &self.keys[*key].1[row as usize]).collect() };
        let mut groups: BTreeMap<Vec<&Label>, Vec<u32>> = BTreeMap::new();
        rows.iter().for_each(|row| groups.entry(label(*row)).or_default().push(*row));
        let name = |labels: &[&Label]| match labels {
            [] => NATION.to_owned(),
            _ => labels.iter().map(ToString::to_string).collect::<Vec<_>>().join("+"),
        };
        let group = |(labels, rows): (Vec<&Label>, Vec<u32>)| Group {
            label: name(&labels),
            known: rows.iter().copied().filter(|row| self.is_known(*row, line)).collect(),
            rows,
        };
        groups.into_iter().map(group).collect()
    }

    fn weight_of(&self, rows: &[u32]) -> f64 {
        rows.iter().map(|row| self.weight[*row as usize]).sum()
    }

    fn by(&self, keys: &[usize]) -> String {
        match keys {
            [] => NATION.to_owned(),
            _ => keys.iter().map(|key| self.keys[*key].0.as_str()).collect::<Vec<_>>().join("+"),
        }
    }

    /// Whether rows of two rounds can be put into one design: units are told by a column, and strata have the same number
    /// of units in the population of both.
    fn can_be_linked(&self, rows: &[u32]) -> Result<(), ChangeError> {
        let Some(sample) = &self.sample else { return Ok(()) };
        if sample.elements {
            return Err(ChangeError::Elements);
        }
        let Some(population) = &sample.population else { return Ok(()) };
        let mut known: BTreeMap<&Label, f64> = BTreeMap::new();
        for row in rows.iter().map(|row| *row as usize) {
            if *known.entry(&sample.stratum[row]).or_insert(population[row]) != population[row] {
                return Err(ChangeError::Population(sample.stratum[row].clone()));
            }
        }
        Ok(())
    }

    /// The design of some rows, and the place in it of the unit of each row of the table; 0 for other rows. A register is
    /// one unit taken whole.
    fn design(&self, rows: &[u32]) -> (Design, Vec<u32>) {
        let mut psu = vec![0_u32; self.income.len()];
        let Some(sample) = &self.sample else {
            let stratum = Stratum { label: Label::Missing, psus: 1, population: Some(1.0) };
            return (Design::new(vec![stratum], LonelyPsu::Certainty), psu);
        };
        let unit = |row: u32| (&sample.stratum[row as usize], &sample.psu[row as usize]);
        let units: BTreeSet<(&Label, &Label)> = rows.iter().map(|row| unit(*row)).collect();
        let places: BTreeMap<(&Label, &Label), u32> = units.iter().copied().zip(0..).collect();
        rows.iter().for_each(|row| psu[*row as usize] = places[&unit(*row)]);
        let mut populations: BTreeMap<&Label, f64> = BTreeMap::new();
        if let Some(population) = &sample.population {
            rows.iter().for_each(|row| {
                populations.insert(&sample.stratum[*row as usize], population[*row as usize]);
            });
        }
        let mut strata: Vec<Stratum> = Vec::new();
        for (stratum, _) in &units {
            match strata.last_mut() {
                Some(last) if last.label == **stratum => last.psus += 1,
                _ => strata.push(Stratum {
                    label: (*stratum).clone(),
                    psus: 1,
                    population: populations.get(stratum).copied(),
                }),
            }
        }
        // A fraction of the units, as R's `survey` takes it too, becomes their number in the population.
        if populations.values().all(|population| *population <= 1.0) {
            for stratum in &mut strata {
                stratum.population = stratum.population.map(|drawn| stratum.psus as f64 / drawn);
            }
        }
        let mut weighs = vec![false; units.len()];
        rows.iter().map(|row| *row as usize).for_each(|row| weighs[psu[row] as usize] |= self.weight[row] > 0.0);
        (Design::new(strata, sample.lonely).with_weighing(&weighs), psu)
    }
}

/// The line of a round: one for each row, and its linearised value where it is estimated. The density of incomes at an
/// estimated line is taken, also for subgroups, with the width of the kernel that the whole round has, as R's `convey`.
struct Lines {
    of_row: Vec<f64>,
    estimated: Option<(Linearised, Bandwidth)>,
}

impl Lines {
    fn new(rows: &Rows, known: &[u32], line: &Line) -> Result<Self, IncomeError> {
        let same = |value: f64| vec![value; rows.income.len()];
        Ok(match line {
            Line::None => Self { of_row: Vec::new(), estimated: None },
            Line::OfRow(lines) => Self { of_row: lines.clone(), estimated: None },
            Line::Same(value) => Self { of_row: same(*value), estimated: None },
            Line::Relative(relative) => {
                let everybody = Domain::new(&rows.income, &rows.weight, known.iter().copied())?;
                let width = Bandwidth::Fixed(Bandwidth::default().width(&everybody)?);
                let estimated = relative.estimate(&everybody, width)?;
                Self { of_row: same(estimated.value), estimated: Some((estimated, width)) }
            }
        })
    }
}

/// The estimate of an item for a domain.
fn estimate(item: Item, domain: &Domain, lines: &Lines, poor: Poor) -> Result<Linearised, IncomeError> {
    let share = item.at.unwrap_or(Exact::whole(0));
    let poverty = |alpha: f64| match &lines.estimated {
        Some((line, width)) => fgt_with_estimated_line(domain, line, alpha, poor, *width),
        None => fgt(domain, &lines.of_row, alpha, poor),
    };
    match item.measure {
        Measure::Mean => domain.mean(),
        Measure::Line => lines.estimated.as_ref().map(|(line, _)| line.clone()).ok_or(IncomeError::NoSpread),
        Measure::Headcount => poverty(0.0),
        Measure::Gap => poverty(1.0),
        Measure::SquaredGap => poverty(2.0),
        Measure::GapRatio if lines.estimated.is_some() => match poverty(1.0)?.over(&poverty(0.0)?)? {
            Some(ratio) => Ok(ratio),
            None => income_gap_ratio(domain, &lines.of_row, poor),
        },
        Measure::GapRatio => income_gap_ratio(domain, &lines.of_row, poor),
        Measure::Watts => watts(domain, &lines.of_row),
        Measure::Gini => gini(domain),
        Measure::Theil => generalized_entropy(domain, 1.0),
        Measure::LogDeviation => generalized_entropy(domain, 0.0),
        Measure::QuintileRatio => quintile_share_ratio(domain),
        Measure::Palma => palma_ratio(domain),
        Measure::Lorenz => share_of_poorest(domain, share),
        Measure::Quantile => quantile(domain, share, Bandwidth::default()),
    }
}

/// Whether the error of the line would be missing in the standard error.
fn leaves_out_the_line(item: Item, lines: &Lines) -> bool {
    item.measure == Measure::Watts && lines.estimated.is_some()
}

/// A figure with what is known of its precision.
#[derive(Clone, Copy, Default)]
struct Figure {
    value: Option<f64>,
    error: Option<f64>,
    limits: Option<(f64, f64)>,
}

/// Every measure for every subgroup of every grouping, in one round.
///
/// # Errors
/// A design without variance, and rows that no income measure can be made of.
pub fn levels(rows: &Rows, round: &Round, question: &Question) -> Result<Found> {
    let items = question.items();
    let (design, psu) = rows.design(&round.rows);
    let wanted = question.errors && rows.sample.is_some();
    if wanted {
        design.check()?;
    }
    let clusters = Clusters::new(&psu, &design)?;
    let limits = Limits::new(question.interval, question.confidence, design.degrees_of_freedom()).filter(|_| wanted);
    let known: Vec<u32> = round.rows.iter().copied().filter(|row| rows.is_known(*row, &question.line)).collect();
    let all = rows.weight_of(&known);
    let lines = Lines::new(rows, &known, &question.line)?;
    let elements = design.psus() == round.rows.len();
    let mut found = Found { design: wanted.then(|| design.clone()), elements, ..Found::default() };
    for keys in &question.groupings {
        let groups = rows.groups(&round.rows, keys, &question.line);
        let mut figures: Vec<Figure> = Vec::with_capacity(groups.len() * items.len());
        for group in &groups {
            let domain = Domain::new(&rows.income, &rows.weight, group.known.iter().copied());
            for item in &items {
                let figure = domain
                    .clone()
                    .and_then(|domain| figure(*item, &domain, &lines, question.poor, &clusters, limits.as_ref()));
                figures.push(figure.unwrap_or_else(|reason| {
                    found.without.entry(item.measure.name()).or_insert((0, reason)).0 += 1;
                    Figure::default()
                }));
            }
        }
        let whom = groups.iter().map(|group| {
            let (population, with_unknown) = (rows.weight_of(&group.known), rows.weight_of(&group.rows));
            let part = |of: f64, whole: f64| if whole > 0.0 { of / whole } else { 0.0 };
            let people = People {
                rows: group.known.len() as u64,
                population,
                population_share: part(population, all),
                excluded_share: part(with_unknown - population, with_unknown),
            };
            Whom { label: group.label.clone(), people: Some(people) }
        });
        found.blocks.push(Block {
            round: round.label.clone(),
            to_round: String::new(),
            by: rows.by(keys),
            whom: whom.collect(),
            what: items.iter().map(|item| question.what(rows, *item)).collect(),
            estimate: figures.iter().map(|figure| figure.value).collect(),
            precision: limits.as_ref().map(|_| Precision {
                error: figures.iter().map(|figure| figure.error).collect(),
                lower: figures.iter().map(|figure| figure.limits.map(|(lower, _)| lower)).collect(),
                upper: figures.iter().map(|figure| figure.limits.map(|(_, upper)| upper)).collect(),
            }),
            p_value: None,
            check: None,
        });
    }
    Ok(found)
}

fn figure(
    item: Item,
    domain: &Domain,
    lines: &Lines,
    poor: Poor,
    clusters: &Clusters,
    limits: Option<&Limits>,
) -> Result<Figure, IncomeError> {
    // The limits of Woodruff need no density.
    if let (Measure::Quantile, Some(at)) = (item.measure, item.at) {
        let t = limits.map_or(1.0, |limits| limits.plain(0.0, 1.0).1);
        let found = woodruff(domain, at, clusters, t)?;
        let error = found.standard_error.filter(|_| limits.is_some());
        return Ok(Figure {
            value: Some(found.value),
            error,
            limits: found.lower.zip(found.upper).filter(|_| limits.is_some()),
        });
    }
    let estimate = estimate(item, domain, lines, poor)?;
    let Some(limits) = limits.filter(|_| !leaves_out_the_line(item, lines)) else {
        return Ok(Figure { value: Some(estimate.value), ..Figure::default() });
    };
    let error = estimate.standard_error(clusters);
    let value = estimate.value;
    let drawn = error.and_then(|error| match item.measure {
        Measure::Headcount if value <= 0.0 || value >= 1.0 => limits.none_or_all(value, domain.rows() as u64),
        Measure::Headcount => limits.share(value, error),
        _ => Some(limits.plain(value, error)),
    });
    Ok(Figure { value: Some(value), error, limits: drawn })
}

/// One side of a change: the value, and its totals in the design of both rounds or its variance in its own.
struct Side {
    value: f64,
    variance: Option<f64>,
    totals: Option<Vec<f64>>,
}

/// The changes between two rounds of every measure, for the subgroups that both have.
///
/// # Errors
/// As [`levels`].
pub fn changes(rows: &Rows, rounds: [&Round; 2], question: &Question, link: Link) -> Result<Vec<Block>> {
    let items = question.items();
    if let [Some(from), Some(to)] = rounds.map(|round| round.year)
        && to <= from
    {
        return Err(ChangeError::Years { from, to }.into());
    }
    let years = rounds[0].year.zip(rounds[1].year).map(|(from, to)| to - from);
    let kinds: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| years.is_some() || matches!(kind, Kind::Absolute | Kind::Relative))
        .collect();
    let wanted = question.errors && rows.sample.is_some();
    let both: Vec<u32> = rounds.iter().flat_map(|round| round.rows.iter().copied()).collect();
    let of = match link {
        Link::Linked => [both.clone(), both],
        Link::Independent => rounds.map(|round| round.rows.clone()),
    };
    if link == Link::Linked {
        rows.can_be_linked(&of[0])?;
    }
    let designs = [rows.design(&of[0]), rows.design(&of[1])];
    if wanted {
        designs[0].0.check()?;
        designs[1].0.check()?;
    }
    let degrees = match link {
        Link::Linked => designs[0].0.degrees_of_freedom(),
        Link::Independent => designs.iter().map(|(design, _)| design.degrees_of_freedom()).sum(),
    };
    let limits = Limits::new(question.interval, question.confidence, degrees).filter(|_| wanted);
    let mut blocks = Vec::new();
    for keys in &question.groupings {
        let mut sides: Vec<BTreeMap<String, Vec<Option<Side>>>> = Vec::new();
        let mut order: Vec<String> = Vec::new();
        for (side, round) in rounds.iter().enumerate() {
            let (design, psu) = &designs[side];
            let clusters = Clusters::new(psu, design)?;
            let known: Vec<u32> =
                round.rows.iter().copied().filter(|row| rows.is_known(*row, &question.line)).collect();
            let lines = Lines::new(rows, &known, &question.line)?;
            let mut found = BTreeMap::new();
            for group in rows.groups(&round.rows, keys, &question.line) {
                let domain = Domain::new(&rows.income, &rows.weight, group.known.iter().copied());
                let of_item = |item: &Item| {
                    let estimate = domain.as_ref().ok().and_then(|d| estimate(*item, d, &lines, question.poor).ok())?;
                    let precise = wanted && !leaves_out_the_line(*item, &lines);
                    let linked = link == Link::Linked;
                    Some(Side {
                        value: estimate.value,
                        variance: if precise && !linked { estimate.variance(&clusters) } else { None },
                        totals: (precise && linked).then(|| estimate.psu_totals(&clusters)),
                    })
                };
                if side == 0 {
                    order.push(group.label.clone());
                }
                found.insert(group.label, items.iter().map(of_item).collect());
            }
            sides.push(found);
        }
        let common: Vec<&String> = order.iter().filter(|label| sides[1].contains_key(*label)).collect();
        let mut figures: Vec<(Figure, Option<f64>)> = Vec::new();
        for label in &common {
            for (from, to) in sides[0][*label].iter().zip(&sides[1][*label]) {
                figures.extend(kinds.iter().map(|kind| {
                    let (Some(from), Some(to)) = (from, to) else { return Default::default() };
                    change(from, to, *kind, years, &designs[0].0, limits.as_ref(), degrees)
                }));
            }
        }
        let told = |item: &Item| {
            let what = question.what(rows, *item);
            kinds.iter().map(|kind| What { change: kind.name(), ..what.clone() }).collect::<Vec<_>>()
        };
        blocks.push(Block {
            round: rounds[0].label.clone(),
            to_round: rounds[1].label.clone(),
            by: rows.by(keys),
            whom: common.iter().map(|label| Whom { label: (*label).clone(), people: None }).collect(),
            what: items.iter().flat_map(told).collect(),
            estimate: figures.iter().map(|(figure, _)| figure.value).collect(),
            precision: limits.as_ref().map(|_| Precision {
                error: figures.iter().map(|(figure, _)| figure.error).collect(),
                lower: figures.iter().map(|(figure, _)| figure.limits.map(|(lower, _)| lower)).collect(),
                upper: figures.iter().map(|(figure, _)| figure.limits.map(|(_, upper)| upper)).collect(),
            }),
            p_value: limits.as_ref().map(|_| figures.iter().map(|(_, p)| *p).collect()),
            check: None,
        });
    }
    Ok(blocks)
}

fn change(
    from: &Side,
    to: &Side,
    kind: Kind,
    years: Option<f64>,
    pooled: &Design,
    limits: Option<&Limits>,
    degrees: usize,
) -> (Figure, Option<f64>) {
    let Some(value) = kind.of(from.value, to.value, years) else { return Default::default() };
    let gradient = kind.gradient(from.value, to.value, years);
    let error = gradient.and_then(|[g0, g1]| match (&from.totals, &to.totals) {
        (Some(from), Some(to)) => {
            let z: Vec<f64> = from.iter().zip(to).map(|(from, to)| g0 * from + g1 * to).collect();
            Some(pooled.variance(&z).sqrt()).filter(|error| error.is_finite())
        }
        _ => Some((g0 * g0 * from.variance? + g1 * g1 * to.variance?).sqrt()),
    });
    let drawn = limits.zip(error).map(|(limits, error)| limits.plain(value, error));
    let p = error.filter(|error| *error > 0.0).and_then(|error| p_value(value / error, degrees));
    (Figure { value: Some(value), error, limits: drawn }, p)
}
