//! The survey a scorecard is made from, and what is wanted.

use super::cut::{Target, Within};
use super::error::{Column, FitError};
use super::item::Item;
use super::select::Selection;
use vuon_policy::exact::Exact;

/// Households of a survey; every column has one entry for each.
#[derive(Clone, Copy, Debug)]
pub struct Survey<'a> {
    /// Consumption (or income) per head, above zero.
    pub welfare: &'a [f64],
    /// The poverty line of each household in the unit of `welfare`; who is below it is poor.
    pub line: &'a [f64],
    /// Household weights: how many households of the population each stands for.
    pub weight: &'a [f64],
    /// How many persons live in the household.
    pub persons: &'a [f64],
    /// The sampling cluster; households without clusters are clusters of their own.
    pub cluster: &'a [usize],
    /// The place of its region in `regions`.
    pub region: &'a [usize],
    /// The names of the regions: the columns of the scorecard.
    pub regions: &'a [String],
    /// The items that the form may have.
    pub items: &'a [Item],
}

/// What a weight counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Units {
    /// Households.
    Households,
    /// Persons: household weight × size.
    #[default]
    Persons,
}

/// What is wanted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Options {
    /// What the regression, the target and the quotas count.
    pub units: Units,
    /// How many folds cross-validation has.
    pub folds: usize,
    /// Another seed draws other folds.
    pub seed: u64,
    /// How items are chosen.
    pub selection: Selection,
    /// The least gain in R² of cross-validation for which the form gets another item.
    pub least_gain: f64,
    /// The fewest households of a region that a level is estimated from.
    pub least_level: usize,
    /// The greatest total of points in every region.
    pub greatest_total: u32,
    /// Points are multiples of this.
    pub step: u32,
    /// What the cut-off is for.
    pub target: Target,
    /// Over which households the target is met.
    pub within: Within,
}

impl Default for Options {
    /// Persons; five folds; forward selection for at least 0.001 of R²; levels of 30; a total of 100 in steps of 1; a cut
    /// that covers a fifth of the country.
    fn default() -> Self {
        Self {
            units: Units::Persons,
            folds: 5,
            seed: 1,
            selection: Selection::Forward { most: None },
            least_gain: 0.001,
            least_level: 30,
            greatest_total: 100,
            step: 1,
            target: Target::Coverage(Exact::new(1, 5).unwrap_or(Exact::whole(1))),
            within: Within::Country,
        }
    }
}

/// A survey that was checked, with what follows from its columns.
pub(super) struct Data<'a> {
    pub survey: &'a Survey<'a>,
    /// ln(welfare / line).
    pub outcome: Vec<f64>,
    pub poor: Vec<bool>,
    /// Household weight × size.
    pub person_weight: Vec<f64>,
    /// The weights that the options ask for.
    pub counted: Vec<f64>,
}

impl<'a> Data<'a> {
    pub fn new(survey: &'a Survey<'a>, options: &Options) -> Result<Self, FitError> {
        let rows = survey.welfare.len();
        let lengths = [
            (Column::Line, survey.line.len()),
            (Column::Weight, survey.weight.len()),
            (Column::Persons, survey.persons.len()),
            (Column::Cluster, survey.cluster.len()),
            (Column::Region, survey.region.len()),
        ];
        let answers = survey.items.iter().map(|item| (Column::Item, item.answers.len()));
        for (column, found) in lengths.into_iter().chain(answers) {
            if found != rows {
                return Err(FitError::Length { column, found, expected: rows });
            }
        }
        positive(Column::Welfare, survey.welfare)?;
        positive(Column::Line, survey.line)?;
        positive(Column::Persons, survey.persons)?;
        if let Some(place) = survey.weight.iter().position(|w| !w.is_finite() || *w < 0.0) {
            return Err(FitError::Weight { row: place + 1, value: survey.weight[place] });
        }
        let regions = survey.regions.len();
        if let Some(place) = survey.region.iter().position(|r| *r >= regions) {
            return Err(FitError::UnknownRegion { row: place + 1, found: survey.region[place], regions });
        }
        if survey.items.is_empty() {
            return Err(FitError::NoItems);
        }
        survey.items.iter().try_for_each(levels_exist)?;
        let person_weight: Vec<f64> = survey.weight.iter().zip(survey.persons).map(|(w, p)| w * p).collect();
        let counted = match options.units {
            Units::Households => survey.weight.to_vec(),
            Units::Persons => person_weight.clone(),
        };
        let outcome = survey.welfare.iter().zip(survey.line).map(|(w, z)| (w / z).ln()).collect();
        let poor = survey.welfare.iter().zip(survey.line).map(|(w, z)| w < z).collect();
        Ok(Self { survey, outcome, poor, person_weight, counted })
    }

    /// How many households there are.
    pub fn rows(&self) -> usize {
        self.outcome.len()
    }
}

fn positive(column: Column, values: &[f64]) -> Result<(), FitError> {
    match values.iter().position(|v| !v.is_finite() || *v <= 0.0) {
        Some(place) => Err(FitError::NotPositive { column, row: place + 1, value: values[place] }),
        None => Ok(()),
    }
}

fn levels_exist(item: &Item) -> Result<(), FitError> {
    let levels = item.levels.len();
    if levels < 2 || item.base >= levels {
        return Err(FitError::Levels { item: item.name.clone() });
    }
    match item.answers.iter().position(|a| *a >= levels) {
        Some(place) => {
            Err(FitError::UnknownLevel { item: item.name.clone(), row: place + 1, found: item.answers[place], levels })
        }
        None => Ok(()),
    }
}
