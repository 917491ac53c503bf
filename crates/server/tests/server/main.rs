//! What the server promises, asked of the whole application on a new register in a temporary folder.

#![allow(clippy::unwrap_used)]

mod areas;
mod common;
mod configuration;
mod forms;
mod headers;
mod households;
mod import;
mod language;
mod logs;
mod openid;
mod operations;
mod periods;
mod public;
mod scope;
mod sign_in;
#[path = "../site/mod.rs"]
mod site;
mod users;
mod wide;
mod words;
#[path = "../../../registry/tests/common/mod.rs"]
mod world;
