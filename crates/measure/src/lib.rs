//! This crate provides the estimators.

pub mod cube;
pub mod design;
pub mod proxy_means;
pub mod target;
pub mod weighting;
