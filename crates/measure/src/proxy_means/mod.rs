//! Scorecards from a survey: the points that a form such as B1 gives for what can be seen of a household, so that their
//! sum stands for consumption that nobody asked (a proxy-means test).
//!
//! In comes a [`Survey`]: consumption per head, a poverty line, weights, sampling clusters, regions, and [`Item`]s, the
//! questions of the form with the level each household answered. Out comes a [`Fit`]: which items the form should have,
//! whole points for each level and region, a cut-off for each region, and how many are misjudged, among the households of
//! the survey and among households that the points have not seen.
//!
//! # What is done, in order
//!
//! 1. **The model.** In each region, weighted least squares of ln(welfare / line) on one 0/1 column for each level but a
//!    reference ([`least_squares()`], by Householder QR). With one line this is log consumption per head but for a
//!    constant; with lines by area it makes a kilometre of distance from each line equally long.
//! 2. **Rare levels.** A level with fewer than [`Options::least_level`] households of a region cannot be estimated there.
//!    A level of an ordered item (bands of a number) takes the points of its neighbour, any other those of the level whose
//!    households are most alike in welfare (those of the base, where nobody gave it); each is a [`Note`]. So every level has
//!    points in every region, and no household is without.
//! 3. **Collinear levels.** A level that follows from the items before it in that region (a second name for the same
//!    thing) is **dropped with a note**, never in silence and never by stopping: it counts as the reference level. One
//!    coincidence in one of eight regions must not stop the table of a country; the note names item and level.
//! 4. **Selection.** One form for all regions, points of their own for each. Items come in (or go out) one at a time by
//!    the weighted squared error in cross-validation, summed over regions, as long as [`Options::least_gain`] is gained.
//! 5. **Folds** are drawn by seed over whole clusters, region by region: households of one village are alike, and a model
//!    that has seen the neighbours looks better than it is.
//! 6. **Points.** The levels of an item are shifted so that the least is 0 (the constant moves into the cut-off) and
//!    scaled so that the greatest total of each region is the declared number *after* rounding. One point is the same
//!    share of consumption within a region ([`RegionFit::per_point`]).
//! 7. **Cut-off**: the [`Target`] is met on the rounded points, over the country or within every region.
//! 8. **Out of sample.** All of it again, selection, joining, rounding and cut-off, without each fold in turn, and judged
//!    on that fold. Nothing that is reported as out of sample was chosen with the household it is about.
//!
//! # What must always be true
//!
//! The same survey, options and seed give the same bits, in whatever order selection tries. A household is selected if and
//! only if its points are at most the cut of its region. Items whose answer is not known have no place here: leave
//! such households out before, and say how many.
//!
//! # Example
//!
//! ```
//! use vuon_measure::proxy_means::{Item, Options, Selection, Survey, fit};
//!
//! // Forty made-up households; one with a television lives on half as much again.
//! let tv: Vec<usize> = (0..40).map(|i| i % 2).collect();
//! let welfare: Vec<f64> = (0..40).map(|i| (10 + i % 5) as f64 * if i % 2 == 1 { 1.5 } else { 1.0 }).collect();
//! let items = [Item::new("television", vec!["no".into(), "yes".into()], tv)];
//! let survey = Survey {
//!     welfare: &welfare,
//!     line: &[12.0; 40],
//!     weight: &[1.0; 40],
//!     persons: &[4.0; 40],
//!     cluster: &(0..40).collect::<Vec<_>>(),
//!     region: &[0; 40],
//!     regions: &["all".to_owned()],
//!     items: &items,
//! };
//! let fit = fit(&survey, &Options { least_level: 10, ..Options::default() })?;
//! let region = &fit.regions[0];
//! assert!((region.coefficients[0][1] - 1.5_f64.ln()).abs() < 1e-12);
//! assert_eq!(region.points, [vec![0, 100]]);
//! assert_eq!(region.cut, Some(0)); // who has no television is selected
//! # Ok::<(), vuon_measure::proxy_means::FitError>(())
//! ```
//!
//! # Papers
//!
//! Grosh & Baker (1995), *Proxy Means Tests for Targeting Social Programs*, LSMS working paper 118; Coady, Grosh &
//! Hoddinott (2004); Brown, Ravallion & van de Walle (2018), *Journal of Development Economics* 134, on what such tests
//! miss; Stone (1974), *JRSS B* 36, on cross-validation.

mod cut;
mod design;
mod error;
mod fit;
mod folds;
mod item;
mod least_squares;
mod model;
mod points;
mod quality;
mod select;
mod survey;

pub use cut::{Target, Within};
pub use error::{Column, FitError};
pub use fit::{Fit, RegionFit, fit};
pub use folds::folds;
pub use item::{Item, band_of, quantile_cuts};
pub use least_squares::{LeastSquares, least_squares};
pub use model::Note;
pub use points::{Rounded, round_points};
pub use quality::{Quality, Stage};
pub use select::{Change, Selection, Step};
pub use survey::{Options, Survey, Units};
