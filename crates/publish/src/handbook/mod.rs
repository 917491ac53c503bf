//! The handbook for commune and village officers, built from the policy pack.
