//! One scorecard from some households: regression, points, cut-offs.

use super::cut::Within;
use super::design::{Columns, Moments};
use super::error::FitError;
use super::folds::folds_of_part;
use super::least_squares::least_squares;
use super::points::round_points;
use super::select::{Region, Step, select};
use super::survey::{Data, Options};
use nalgebra::DMatrix;

/// Something that a reader of the scorecard must know. Items are places in the survey's list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Note {
    /// Few households of the region gave this answer; it has the points of another level.
    Joined {
        /// The region.
        region: usize,
        /// The item.
        item: usize,
        /// The rare level.
        level: usize,
        /// The level whose points it has.
        with: usize,
        /// How many households gave it.
        households: usize,
    },
    /// The level follows from the items before it in this region; it counts as the reference level of its item.
    Collinear {
        /// The region.
        region: usize,
        /// The item.
        item: usize,
        /// The level.
        level: usize,
    },
    /// The points of an ordered item neither only rise nor only fall.
    NotMonotone {
        /// The region.
        region: usize,
        /// The item.
        item: usize,
    },
    /// No household of the region can be selected.
    NobodySelected {
        /// The region.
        region: usize,
    },
}

/// A scorecard of all regions.
pub(super) struct Model {
    /// The items of the form, as places in the survey's list.
    pub items: Vec<usize>,
    pub regions: Vec<RegionModel>,
    pub steps: Vec<Step>,
    pub notes: Vec<Note>,
}

/// A scorecard of one region; levels by item of the form.
pub(super) struct RegionModel {
    pub intercept: f64,
    pub coefficients: Vec<Vec<f64>>,
    pub points: Vec<Vec<u32>>,
    pub constant: f64,
    pub per_point: f64,
    /// Up to which prediction of the regression, and up to how many points, a household is selected.
    pub threshold: Option<f64>,
    pub cut: Option<u32>,
}

impl RegionModel {
    /// What so many points predict.
    fn predicted(&self, points: u32) -> f64 {
        self.constant + self.per_point * f64::from(points)
    }
}

impl Model {
    /// Makes a scorecard of the households `rows`.
    pub fn build(data: &Data, options: &Options, rows: &[usize], seed: u64) -> Result<Self, FitError> {
        let survey = data.survey;
        let regions = survey.regions.len();
        let rows_of: Vec<Vec<usize>> =
            (0..regions).map(|r| rows.iter().copied().filter(|row| survey.region[*row] == r).collect()).collect();
        let means: Vec<f64> = (0..regions).map(|r| mean(data, &rows_of[r], r)).collect::<Result<_, _>>()?;
        let columns: Vec<Columns> = rows_of
            .iter()
            .map(|rows| Columns::new(survey.items, rows, &data.outcome, &data.counted, options.least_level))
            .collect();
        let (items, steps) = choose(data, options, rows, &rows_of, &means, &columns, seed);
        if items.is_empty() {
            return Err(FitError::NothingSelected);
        }
        let mut notes = Vec::new();
        let mut models = Vec::with_capacity(regions);
        for region in 0..regions {
            joined(data, &items, &columns[region], region, &rows_of[region], &mut notes);
            models.push(regress(data, options, &items, &columns[region], region, &rows_of[region], &mut notes)?);
        }
        let mut model = Self { items, regions: models, steps, notes };
        model.cut(data, options, rows, &rows_of)?;
        Ok(model)
    }

    /// The points of a household.
    pub fn points(&self, data: &Data, row: usize) -> u32 {
        let region = &self.regions[data.survey.region[row]];
        let answered = |(place, item): (usize, &usize)| region.points[place][data.survey.items[*item].answers[row]];
        self.items.iter().enumerate().map(answered).sum()
    }

    /// ln(welfare / line) as the regression predicts it.
    pub fn predicted(&self, data: &Data, row: usize) -> f64 {
        let region = &self.regions[data.survey.region[row]];
        let mut sum = region.intercept;
        for (place, item) in self.items.iter().enumerate() {
            sum += region.coefficients[place][data.survey.items[*item].answers[row]];
        }
        sum
    }

    /// ln(welfare / line) as the points predict it.
    pub fn predicted_by_points(&self, data: &Data, row: usize) -> f64 {
        self.regions[data.survey.region[row]].predicted(self.points(data, row))
    }

    /// Whether the regression selects the household.
    pub fn selected(&self, data: &Data, row: usize) -> bool {
        self.regions[data.survey.region[row]].threshold.is_some_and(|t| self.predicted(data, row) <= t)
    }

    /// Whether the points select the household.
    pub fn selected_by_points(&self, data: &Data, row: usize) -> bool {
        self.regions[data.survey.region[row]].cut.is_some_and(|cut| self.points(data, row) <= cut)
    }

    /// Sets the cut-offs by the target.
    fn cut(&mut self, data: &Data, options: &Options, rows: &[usize], rows_of: &[Vec<usize>]) -> Result<(), FitError> {
        let all = [rows.to_vec()];
        let groups: &[Vec<usize>] = match options.within {
            Within::Country => &all,
            Within::Region => rows_of,
        };
        let mut thresholds = Vec::with_capacity(groups.len());
        for group in groups {
            let poor: Vec<bool> = group.iter().map(|row| data.poor[*row]).collect();
            let weight: Vec<f64> = group.iter().map(|row| data.counted[*row]).collect();
            let before: Vec<f64> = group.iter().map(|row| self.predicted(data, *row)).collect();
            let after: Vec<f64> = group.iter().map(|row| self.predicted_by_points(data, *row)).collect();
            let threshold = |predicted: &[f64]| options.target.threshold(predicted, &poor, &weight);
            thresholds.push((threshold(&before)?, threshold(&after)?));
        }
        for (place, region) in self.regions.iter_mut().enumerate() {
            let (before, after) = thresholds[if options.within == Within::Region { place } else { 0 }];
            region.threshold = before;
            region.cut = after.and_then(|t| {
                (0..=options.greatest_total / options.step)
                    .rev()
                    .map(|steps| steps * options.step)
                    .find(|points| region.predicted(*points) <= t)
            });
            if region.cut.is_none() {
                self.notes.push(Note::NobodySelected { region: place });
            }
        }
        Ok(())
    }
}

/// The weighted mean outcome of a region.
fn mean(data: &Data, rows: &[usize], region: usize) -> Result<f64, FitError> {
    let total: f64 = rows.iter().map(|row| data.counted[*row]).sum();
    let mean = rows.iter().map(|row| data.counted[*row] * data.outcome[*row]).sum::<f64>() / total;
    let mut weighty = rows.iter().filter(|row| data.counted[**row] > 0.0).map(|row| data.outcome[*row]);
    let first = weighty.next();
    if weighty.any(|outcome| Some(outcome) != first) {
        Ok(mean)
    } else {
        Err(FitError::NoSpread { region: data.survey.regions[region].clone() })
    }
}

/// The columns of a household that are 1, the constant first.
fn active(data: &Data, items: impl Iterator<Item = usize>, columns: &Columns, row: usize) -> Vec<usize> {
    let answered = items.filter_map(|item| columns.of[item][data.survey.items[item].answers[row]]);
    std::iter::once(0).chain(answered).collect()
}

/// The items of the form.
fn choose(
    data: &Data,
    options: &Options,
    rows: &[usize],
    rows_of: &[Vec<usize>],
    means: &[f64],
    columns: &[Columns],
    seed: u64,
) -> (Vec<usize>, Vec<Step>) {
    let survey = data.survey;
    let items = survey.items.len();
    let clusters: Vec<usize> = rows.iter().map(|row| survey.cluster[*row]).collect();
    let places: Vec<usize> = rows.iter().map(|row| survey.region[*row]).collect();
    let mut fold_of = vec![0; data.rows()];
    let folds = folds_of_part(&clusters, &places, survey.regions.len(), options.folds, seed);
    rows.iter().zip(folds).for_each(|(row, fold)| fold_of[*row] = fold);
    let regions: Vec<Region> = (0..survey.regions.len())
        .map(|r| {
            let mut moments = vec![Moments::zeros(columns[r].count); options.folds];
            for row in &rows_of[r] {
                let active = active(data, 0..items, &columns[r], *row);
                moments[fold_of[*row]].add(&active, data.outcome[*row] - means[r], data.counted[*row]);
            }
            Region::new((0..items).map(|item| columns[r].of_item(item)).collect(), moments)
        })
        .collect();
    let total: f64 = rows.iter().map(|row| data.counted[*row]).sum();
    let mean = rows.iter().map(|row| data.counted[*row] * data.outcome[*row]).sum::<f64>() / total;
    let variance = rows.iter().map(|row| data.counted[*row] * (data.outcome[*row] - mean).powi(2)).sum();
    let always: Vec<bool> = survey.items.iter().map(|item| item.always).collect();
    select(&regions, &always, variance, options.selection, options.least_gain)
}

/// Notes the levels of chosen items that are counted with others.
fn joined(data: &Data, items: &[usize], columns: &Columns, region: usize, rows: &[usize], notes: &mut Vec<Note>) {
    for item in items.iter().copied() {
        for (level, with) in columns.counted_with[item].iter().copied().enumerate().filter(|(l, w)| l != w) {
            let households = rows.iter().filter(|row| data.survey.items[item].answers[**row] == level).count();
            notes.push(Note::Joined { region, item, level, with, households });
        }
    }
}

/// Regression and points of one region.
fn regress(
    data: &Data,
    options: &Options,
    items: &[usize],
    columns: &Columns,
    region: usize,
    rows: &[usize],
    notes: &mut Vec<Note>,
) -> Result<RegionModel, FitError> {
    // Only the columns of chosen items, numbered anew.
    let mut used: Vec<usize> = items.iter().flat_map(|item| columns.of_item(*item)).collect();
    used.insert(0, 0);
    let place = |column: usize| used.binary_search(&column);
    let mut design = DMatrix::zeros(rows.len(), used.len());
    for (line, row) in rows.iter().enumerate() {
        for column in active(data, items.iter().copied(), columns, *row) {
            if let Ok(place) = place(column) {
                design[(line, place)] = 1.0;
            }
        }
    }
    let outcome: Vec<f64> = rows.iter().map(|row| data.outcome[*row]).collect();
    let weight: Vec<f64> = rows.iter().map(|row| data.counted[*row]).collect();
    let fitted = least_squares(&design, &outcome, &weight).coefficients;
    let of_column = |column: Option<usize>| match column {
        Some(column) => place(column).ok().and_then(|place| fitted[place]),
        None => Some(0.0),
    };
    let mut coefficients = Vec::with_capacity(items.len());
    for item in items.iter().copied() {
        let levels = &columns.of[item];
        for (level, column) in levels.iter().enumerate() {
            if of_column(*column).is_none() && columns.counted_with[item][level] == level {
                notes.push(Note::Collinear { region, item, level });
            }
        }
        coefficients.push(levels.iter().map(|column| of_column(*column).unwrap_or(0.0)).collect::<Vec<f64>>());
    }
    let rounded = round_points(&coefficients, options.greatest_total, options.step)
        .ok_or_else(|| FitError::SameAnswers { region: data.survey.regions[region].clone() })?;
    for (item, points) in items.iter().zip(&rounded.points) {
        let (rises, falls) = (points.windows(2).any(|w| w[0] < w[1]), points.windows(2).any(|w| w[0] > w[1]));
        if data.survey.items[*item].ordered && rises && falls {
            notes.push(Note::NotMonotone { region, item: *item });
        }
    }
    let mut model = RegionModel {
        intercept: fitted[0].unwrap_or(0.0),
        coefficients,
        points: rounded.points,
        constant: 0.0,
        per_point: 1.0 / rounded.scale,
        threshold: None,
        cut: None,
    };
    // What the shift took out, and what rounding left over, is in the constant: the mean is predicted exactly.
    let (mut left, mut total) = (0.0, 0.0);
    for row in rows {
        let points: u32 =
            items.iter().enumerate().map(|(i, item)| model.points[i][data.survey.items[*item].answers[*row]]).sum();
        left += data.counted[*row] * (data.outcome[*row] - model.predicted(points));
        total += data.counted[*row];
    }
    model.constant = left / total;
    Ok(model)
}
