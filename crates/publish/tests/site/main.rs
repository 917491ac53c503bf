//! The public's window: what its files tell, and what they never tell.

#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../disclosure/attacker.rs"]
mod attacker;
#[path = "../../../registry/tests/common/mod.rs"]
mod common;
mod exposed;
mod money;
mod movements;
mod read;
mod registered;
mod scene;
#[allow(dead_code)]
#[path = "../../../programme/tests/office/support.rs"]
mod support;
