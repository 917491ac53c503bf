//! The official reports: as data, as workbook, as paper, in both languages.

#![allow(clippy::unwrap_used)]

mod layouts;
mod made;
mod papers;
mod workbooks;
