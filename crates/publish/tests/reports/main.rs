//! The official reports: as data, as workbook, as paper, in both languages.

#![allow(clippy::unwrap_used)]

mod collected;
#[path = "../../../registry/tests/common/mod.rs"]
mod common;
mod layouts;
mod lists;
mod made;
mod office;
mod papers;
mod reader;
mod registered;
mod sheets;
#[allow(dead_code)]
#[path = "../../../registry/tests/review/steps.rs"]
mod steps;
#[allow(dead_code)]
#[path = "../../../programme/tests/office/support.rs"]
mod support;
mod workbooks;
