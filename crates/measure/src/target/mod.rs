//! Targeting.
