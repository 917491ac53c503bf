//! Poverty and inequality of income, with their precision.
//!
//! In come the columns of a table, one entry a row: income per person, weight, poverty line, and whatever else people are
//! ranked by. A [`Domain`] is made once of some of the rows and is trusted from then on; the estimators take it and give
//! a [`Linearised`]: the figure, and for each row of the domain by how much the figure moves with the row's weight. With
//! the [`Clusters`] of the table, from which [`Design`](crate::design::Design) knows which rows were drawn together, that
//! is enough for its variance, for its covariance with any other, and for whatever is computed from several.
//!
//! # What a weight counts
//!
//! Nothing here knows households from persons. Poverty rates are of persons where the weight is the sampling weight times
//! the size of the household, and income is income per person.
//!
//! # What must always be true
//!
//! * Rows outside the domain stay in the design with a zero: a domain keeps all clusters and strata.
//! * Rows are taken in the order (income, row), and sums carry their rounding along: the same table gives the same bits.
//! * Equal incomes are never told apart.
//! * No figure is NaN or infinite. What is not defined is an [`IncomeError`] that says why.
//!
//! # What holds at zero and below
//!
//! | Estimator | incomes |
//! |---|---|
//! | mean, [`fgt()`], quantiles | any; a negative income has a gap above 1, so that P1 and P2 can pass P0 |
//! | [`watts`], GE(α ≤ 0), Atkinson(ε ≥ 1) | above zero; the error counts the others |
//! | GE(α > 0), Atkinson(ε < 1) | zero or more (0 ln 0 = 0); GE(2) any |
//! | Gini, concentration index, Lorenz curve, shares | any; with negative ones the curve dips below 0, and Gini can pass 1 |
//!
//! All but the first line need a mean above zero. Poverty lines are always above zero.
//!
//! # Example
//!
//! ```
//! use vuon_measure::cube::Label;
//! use vuon_measure::design::{Design, LonelyPsu, Stratum};
//! use vuon_measure::income::{Clusters, Domain, Poor, fgt, gini};
//!
//! // Five persons in two strata of two clusters each; the last row is not in the domain.
//! let income = [1.0, 2.0, 3.0, 6.0, 9.0];
//! let weight = [1.0; 5];
//! let line = [4.0, 4.0, 2.0, 2.0, 2.0];
//! let psu = [0, 0, 1, 2, 3];
//! let stratum = |name| Stratum { label: Label::Whole(name), psus: 2, population: None };
//! let design = Design::new(vec![stratum(1), stratum(2)], LonelyPsu::Fail);
//!
//! let domain = Domain::new(&income, &weight, 0..4)?;
//! let clusters = Clusters::new(&psu, &design)?;
//! let p1 = fgt(&domain, &line, 1.0, Poor::Below)?;
//! assert_eq!(p1.value, (0.75 + 0.5) / 4.0);
//! // u = (gap − P1)/4: the totals of the four clusters are 10/64, −5/64, −5/64 and 0.
//! assert_eq!(p1.variance(&clusters), Some((15.0 / 64.0_f64).powi(2) + (5.0 / 64.0_f64).powi(2)));
//! assert_eq!(gini(&domain)?.value, 1.0 / 3.0);
//! # Ok::<(), vuon_measure::income::IncomeError>(())
//! ```
//!
//! # Linearisation
//!
//! Deville (1999), *Variance estimation for complex statistics and estimators: linearization and residual techniques*,
//! Survey Methodology 25: the linearised variable of a figure is its derivative with respect to the weight of a row. For
//! all estimators but those with a density (quantiles, estimated lines) it is exact here; tests compare it with numeric
//! derivatives and with the delete-one jackknife.

mod density;
mod domain;
mod error;
mod fgt;
mod inequality;
mod linearised;
mod lorenz;
mod names;
mod quantile;
mod relative;
mod sum;

pub use density::{Bandwidth, density};
pub use domain::Domain;
pub use error::IncomeError;
pub use fgt::{Poor, fgt, fgt_contribution, income_gap_ratio, watts};
pub use inequality::{atkinson, concentration_index, generalized_entropy, gini};
pub use linearised::{Clusters, Linearised};
pub use lorenz::{
    Curve, CurvePoint, concentration_curve, lorenz_curve, palma_ratio, quintile_share_ratio, share_of_poorest,
    share_of_richest, share_ratio,
};
pub use names::{Column, Measure, Parameter};
pub use quantile::{WoodruffInterval, quantile, quantile_value, share_not_above, woodruff};
pub use relative::{RelativeLine, fgt_with_estimated_line};
