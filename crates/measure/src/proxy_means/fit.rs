//! The whole work: a scorecard from a survey, and how it does on households it has not seen.

use super::cut::Target;
use super::error::FitError;
use super::folds::folds;
use super::model::{Model, Note};
use super::quality::{Quality, Stage};
use super::select::Step;
use super::survey::{Data, Options, Survey};

/// A scorecard with the account of its making.
#[derive(Clone, PartialEq, Debug)]
pub struct Fit {
    /// The items of the form, as places in [`Survey::items`], rising.
    pub items: Vec<usize>,
    /// For each region of the survey its points.
    pub regions: Vec<RegionFit>,
    /// How the items were chosen.
    pub steps: Vec<Step>,
    /// What a reader must know.
    pub notes: Vec<Note>,
    /// On the households it was made from.
    pub in_sample: Stage,
    /// On households it was not made from: every fold judged by a scorecard of the others.
    pub out_of_sample: Stage,
    /// For each household ln(welfare / line) as predicted by the points of a scorecard of the other folds.
    pub held_out: Vec<f64>,
    /// For each household whether that scorecard selects it.
    pub held_out_selected: Vec<bool>,
    /// For each household the points of this scorecard.
    pub points: Vec<u32>,
}

/// The points of one region. Lists are by item of the form and level.
#[derive(Clone, PartialEq, Debug)]
pub struct RegionFit {
    /// The constant of the regression.
    pub intercept: f64,
    /// Its coefficients: ln(welfare / line) against the reference level, which has 0.
    pub coefficients: Vec<Vec<f64>>,
    /// Whole points; the least of an item is 0.
    pub points: Vec<Vec<u32>>,
    /// What 0 points predict: ln(welfare / line).
    pub constant: f64,
    /// What one point adds to it: one point is exp(this) − 1 of consumption.
    pub per_point: f64,
    /// Households with at most this many points are selected; `None`: no household can be.
    pub cut: Option<u32>,
    /// On the households of the region.
    pub in_sample: Stage,
    /// On the households of the region, judged by scorecards of other folds.
    pub out_of_sample: Stage,
}

/// Makes a scorecard of a survey; see the [module](super) for how.
///
/// # Errors
/// A survey that is not whole, a wish that cannot be met; see [`FitError`].
pub fn fit(survey: &Survey, options: &Options) -> Result<Fit, FitError> {
    let data = Data::new(survey, options)?;
    check(&data, options)?;
    let fold_of = folds(survey.cluster, survey.region, survey.regions, options.folds, options.seed)?;
    let rows: Vec<usize> = (0..data.rows()).collect();
    let model = Model::build(&data, options, &rows, options.seed)?;
    let seen = Judged::by(&model, &data, &rows);
    let mut unseen = Judged::empty(data.rows());
    for fold in 0..options.folds {
        let (held_out, others): (Vec<usize>, Vec<usize>) = rows.iter().partition(|row| fold_of[**row] == fold);
        let seed = options.seed.wrapping_add(1 + fold as u64);
        let part = Model::build(&data, options, &others, seed)?;
        unseen.judge(&part, &data, &held_out);
    }
    let of_region =
        |region: usize| -> Vec<usize> { rows.iter().copied().filter(|r| survey.region[*r] == region).collect() };
    let points = rows.iter().map(|row| model.points(&data, *row)).collect();
    let mut regions = Vec::with_capacity(model.regions.len());
    for (place, region) in model.regions.into_iter().enumerate() {
        let rows = of_region(place);
        regions.push(RegionFit {
            intercept: region.intercept,
            coefficients: region.coefficients,
            points: region.points,
            constant: region.constant,
            per_point: region.per_point,
            cut: region.cut,
            in_sample: seen.stage(&data, &rows)?,
            out_of_sample: unseen.stage(&data, &rows)?,
        });
    }
    Ok(Fit {
        items: model.items,
        regions,
        steps: model.steps,
        notes: model.notes,
        in_sample: seen.stage(&data, &rows)?,
        out_of_sample: unseen.stage(&data, &rows)?,
        held_out: unseen.predicted_by_points,
        held_out_selected: unseen.selected_by_points,
        points,
    })
}

fn check(data: &Data, options: &Options) -> Result<(), FitError> {
    let (total, step) = (options.greatest_total, options.step);
    if step == 0 || total == 0 || !total.is_multiple_of(step) {
        return Err(FitError::Total { total, step });
    }
    options.target.check()?;
    let some_poor = data.poor.iter().zip(&data.counted).any(|(poor, weight)| *poor && *weight > 0.0);
    if matches!(options.target, Target::Exclusion(_)) && !some_poor {
        return Err(FitError::NobodyPoor);
    }
    Ok(())
}

/// What scorecards say of each household.
struct Judged {
    predicted: Vec<f64>,
    selected: Vec<bool>,
    predicted_by_points: Vec<f64>,
    selected_by_points: Vec<bool>,
}

impl Judged {
    fn empty(rows: usize) -> Self {
        Self {
            predicted: vec![0.0; rows],
            selected: vec![false; rows],
            predicted_by_points: vec![0.0; rows],
            selected_by_points: vec![false; rows],
        }
    }

    fn by(model: &Model, data: &Data, rows: &[usize]) -> Self {
        let mut judged = Self::empty(data.rows());
        judged.judge(model, data, rows);
        judged
    }

    fn judge(&mut self, model: &Model, data: &Data, rows: &[usize]) {
        for row in rows.iter().copied() {
            self.predicted[row] = model.predicted(data, row);
            self.selected[row] = model.selected(data, row);
            self.predicted_by_points[row] = model.predicted_by_points(data, row);
            self.selected_by_points[row] = model.selected_by_points(data, row);
        }
    }

    fn stage(&self, data: &Data, rows: &[usize]) -> Result<Stage, FitError> {
        Ok(Stage {
            before_rounding: Quality::of(data, rows, &self.predicted, &self.selected)?,
            after_rounding: Quality::of(data, rows, &self.predicted_by_points, &self.selected_by_points)?,
        })
    }
}
