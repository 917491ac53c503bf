//! The papers of a round (list to post, minutes, decision, reasons, certificates, the form) and of support (agreement,
//! receipt, statement).
//!
//! A paper is a [`Sheet`]: a face and blocks, plain values that the template `sheet.typ` sets. [`collect`] and [`support`]
//! fill sheets from the register, through the desk of whoever prints them; [`code`] draws what a certificate's code says.

mod blank;
pub mod code;
pub mod collect;
mod form;
mod form_a;
mod letterhead;
mod spelt;
pub mod support;

pub use blank::{blank_form_a, blank_form_b};
pub use form::{Filled, form};
pub use form_a::{form_a, has_form_a};

use crate::document::{DocumentError, Paper, Picture, Templates, pdf as set};
use serde::Serialize;

/// A paper.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Sheet {
    /// What stands around its body.
    pub paper: Paper,
    /// The body.
    pub blocks: Vec<Block>,
}

/// A part of a paper's body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Text {
        /// The words.
        text: String,
        /// Whether it stands out.
        strong: bool,
    },
    /// Words that the register keeps as they were written, in the language they were written in.
    Quoted {
        /// What they are, in the paper's language.
        label: String,
        /// The words.
        text: String,
        /// Their language.
        language: &'static str,
    },
    /// A heading inside of the paper.
    Heading {
        /// The words.
        text: String,
    },
    /// Names and values.
    Facts {
        /// Each a name and a value.
        rows: Vec<[String; 2]>,
    },
    /// A table.
    Listing {
        /// The headings.
        headings: Vec<String>,
        /// How wide each column is, as a share.
        widths: Vec<u8>,
        /// The columns that hold numbers, from 0.
        numbers: Vec<usize>,
        /// The rows.
        rows: Vec<Vec<String>>,
    },
    /// A question of a form.
    Question {
        /// Its number.
        number: String,
        /// How it is put.
        text: String,
        /// Of whom it is asked, where not of everybody.
        when: Option<String>,
        /// The options, where it has some.
        options: Vec<Choice>,
        /// The answer, where there is one and it is no option.
        answer: Option<String>,
        /// What the answer is measured in.
        unit: String,
    },
    /// A picture with words beside it.
    Picture {
        /// Its name.
        name: String,
        /// What it shows, for who cannot see it.
        alt: String,
        /// How wide, in centimetres.
        width: u8,
        /// The words beside it.
        text: String,
    },
}

/// An option of a question.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Choice {
    /// The words.
    pub text: String,
    /// Whether it was chosen.
    pub chosen: bool,
}

impl Block {
    /// A plain paragraph.
    pub fn text(text: impl Into<String>) -> Self {
        Block::Text { text: text.into(), strong: false }
    }

    /// Words that an office wrote, or the register recorded: they are Vietnamese, whatever the paper's language.
    pub fn quoted(label: impl Into<String>, text: impl Into<String>) -> Self {
        Block::Quoted { label: label.into(), text: text.into(), language: "vi" }
    }

    /// A paragraph that stands out.
    pub fn strong(text: impl Into<String>) -> Self {
        Block::Text { text: text.into(), strong: true }
    }
}

/// Sets papers one after the other in one file.
///
/// # Errors
/// [`DocumentError`].
pub fn pdf(
    title: &str,
    sheets: &[Sheet],
    pictures: &[Picture],
    templates: &Templates,
) -> Result<Vec<u8>, DocumentError> {
    #[derive(Serialize)]
    struct Data<'a> {
        title: &'a str,
        sheets: &'a [Sheet],
    }
    set(templates, "sheet.typ", &Data { title, sheets }, pictures)
}
