//! The handbook: a book for officers of communes and villages, made from a policy pack.
//!
//! In: a checked pack, the words of a language, the drawings. Out: a [`Book`], a plain value; from it one HTML file that
//! needs neither network nor script ([`html`]), and a PDF ([`pdf`]). What the engine can tell is never written by hand: the
//! results of the worked households, which answers are a deprivation, who is entitled, at which ages a question is asked.
//! The words only say how to ask, what often goes wrong, and how things are done.
//!
//! What must always be true: the same pack and words give the same bytes; a page names every article it rests on and says
//! which were not read in an official text; a word that a language lacks is reported, never invented.

mod author;
pub mod book;
mod classification;
mod diff;
mod drawings;
mod households;
mod html;
mod indicators;
mod law;
mod mistakes;
mod pdf;
mod poverty;
pub mod practice;
mod questions;
mod review;
mod schemes;
mod words;

pub use author::write;
pub use book::Book;
pub use diff::{PageChange, diff};
pub use drawings::{Drawing, Drawings};
pub use html::{STYLE, html};
pub use pdf::pdf;
pub use words::{Words, WordsError};

/// Why there is no book.
#[derive(Debug, thiserror::Error)]
pub enum HandbookError {
    /// A worked household or an exercise cannot be read by the pack.
    #[error("{id}: {mistake}")]
    Household {
        /// Its id.
        id: String,
        /// What is wrong.
        mistake: String,
    },
    /// A file of exercises is not right.
    #[error("{file}: {mistake}")]
    Training {
        /// The file.
        file: String,
        /// What is wrong.
        mistake: String,
    },
}
