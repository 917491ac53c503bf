//! Whom a programme reaches, whom it misses, and who gets how much of it.
//!
//! In come plain columns, one entry for each unit of observation: a value that rises with the living standard (welfare,
//! predicted consumption or the points of a scorecard: **low is poor**), a weight, who is poor, who is selected, what
//! each receives. Out come the figures by which targeting is judged: errors ([`TargetingMatrix`]), the quality of a
//! score at every cut ([`Roc`]), the incidence of benefits ([`ConcentrationCurve`], [`incidence`]), and all errors by
//! area without telling about a few ([`by_area`]). [`Rule`] says who is selected, [`standard_errors`] how sure a sample
//! makes it.
//!
//! # What a weight counts
//!
//! Nothing here knows households from persons: the weight decides. With household weights all shares are shares of
//! households; with weights times household size, of persons, and then benefits must be given per person.
//!
//! # What must always be true
//!
//! * Equal values are never told apart: a cut takes all of them or none, and curves pool them.
//! * A ratio whose denominator is zero is `None`, never NaN. Input that is not finite is refused.
//! * Sums are taken in the order of the units, or of the ranking; the same input gives the same bits.
//!
//! # Example
//!
//! ```
//! use vuon_measure::target::{Ranking, Rule, TargetingMatrix};
//! use vuon_policy::exact::Exact;
//!
//! // Five persons, their consumption, the points of a form; a person below 10 is poor.
//! let consumption = [4.0, 8.0, 12.0, 20.0, 30.0];
//! let points = [15.0, 40.0, 25.0, 55.0, 70.0];
//! let weight = [1.0; 5];
//! let poor: Vec<bool> = consumption.iter().map(|c| *c < 10.0).collect();
//!
//! let quota = Rule::Quota(Exact::new(2, 5).unwrap());
//! let selection = quota.select(&Ranking::new(&points, &weight)?)?;
//! assert_eq!(selection.cut, Some(25.0));
//! let matrix = TargetingMatrix::count(&poor, &selection.selected, &weight)?;
//! assert_eq!(matrix.exclusion_error(), Some(0.5)); // one of two poor is missed
//! assert_eq!(matrix.leakage(), Some(0.5)); // one of two selected is not poor
//! # Ok::<(), vuon_measure::target::TargetError>(())
//! ```
//!
//! # Papers
//!
//! Coady, Grosh & Hoddinott (2004), *Targeting of Transfers in Developing Countries*, World Bank; Cornia & Stewart
//! (1993) on the two errors; Ravallion (2009), *World Bank Research Observer* 24, on the targeting differential and the
//! concentration index; Kakwani (1977), *Econometrica* 45, on concentration curves; Wodon (1997), *World Development*
//! 25, on ROC curves of targeting; Hanley & McNeil (1982), *Radiology* 143, on the area below them.

mod area;
mod concentration;
mod error;
mod incidence;
mod matrix;
mod precision;
mod ranking;
mod roc;
mod rule;

pub use area::{AreaRow, Cell, DEFAULT_MINIMUM, by_area};
pub use concentration::{ConcentrationCurve, CurvePoint, cgh_ratio, concentration_coefficient};
pub use error::TargetError;
pub use incidence::{IncidenceGroup, incidence, leakage_of_benefits};
pub use matrix::{Part, TargetingMatrix};
pub use precision::{StandardErrors, standard_errors};
pub use ranking::Ranking;
pub use roc::{Roc, RocPoint, auc};
pub use rule::{Rule, Selection, quota_within};

/// `part / whole`; `None` where the whole is zero.
pub(crate) fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole != 0.0).then(|| part / whole)
}
