//! The official reports: as data, as workbook, as paper, in both languages.

#![allow(clippy::unwrap_used)]

mod layouts;
mod lists;
mod made;
mod papers;
mod sheets;
mod workbooks;
