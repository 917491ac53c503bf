//! Documents as PDF: Typst templates that an official can change, data as JSON, the same bytes every time.
//!
//! In: the name of a template, data, pictures. Out: a tagged PDF after PDF/UA-1, or what is wrong and on which line of
//! which template. A template finds its data in `data.json` and pictures under the names they are given with. What must
//! always be true: a document is made without the clock, the network or any file but the templates, so the same data and
//! templates give the same bytes.

mod letters;
mod paper;
mod templates;
mod world;

pub use paper::{Paper, Signer, committee};
pub use templates::Templates;

use serde::Serialize;
use typst::diag::SourceDiagnostic;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use world::Desk;

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A folder of templates cannot be read.
    #[error("{path}: {source}")]
    Folder {
        /// The folder or file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The template is not right, or does not fit the data.
    #[error("{}", .0.join("\n"))]
    Template(Vec<String>),
    /// The data cannot be written as JSON.
    #[error("the data of a document: {0}")]
    Data(#[from] serde_json::Error),
}

/// A picture for a template: its name, such as `map.svg`, and its content.
pub type Picture = (String, Vec<u8>);

/// How many documents ago something must have been computed to be forgotten. Typst keeps what it computed, which makes a
/// series of certificates fast.
const REMEMBERED: usize = 5;

/// Makes a document.
///
/// # Errors
/// [`DocumentError`], with file, line and what to do where Typst knows.
pub fn pdf(
    templates: &Templates,
    template: &str,
    data: &impl Serialize,
    pictures: &[Picture],
) -> Result<Vec<u8>, DocumentError> {
    let desk = Desk::new(
        templates,
        template,
        letters::printable(&serde_json::to_string(data)?).into_owned().into_bytes(),
        pictures,
    )?;
    let told =
        |errors: &[SourceDiagnostic]| DocumentError::Template(errors.iter().map(|error| desk.tell(error)).collect());
    let document = typst::compile::<PagedDocument>(&desk).output.map_err(|errors| told(&errors))?;
    let standards = PdfStandards::new(&[PdfStandard::Ua_1]);
    let standards = standards.map_err(|error| DocumentError::Template(vec![error.message().to_string()]))?;
    let made = typst_pdf::pdf(&document, &PdfOptions { standards, ..PdfOptions::default() });
    comemo::evict(REMEMBERED);
    made.map_err(|errors| told(&errors))
}
