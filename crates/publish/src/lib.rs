//! What people read: the official reports, the papers of a round and of support, the handbook, the training, the
//! public's window.
//!
//! A report or a paper is a plain value first. It is collected from the register once, its identities are checked, and
//! then every form of it (XLSX, PDF, HTML) is made from that same value, so that they cannot disagree. Nothing that
//! renders knows the database.

mod asked;
pub mod briefing;
pub mod chart;
pub mod disclosure;
pub mod document;
pub mod handbook;
pub mod papers;
pub mod report;
pub mod site;
