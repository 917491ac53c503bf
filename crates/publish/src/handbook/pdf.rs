//! The book as a PDF: the template `handbook.typ` sets it.

use super::book::Book;
use super::drawings::Drawings;
use crate::document::{self, DocumentError, Templates};

/// Sets the book.
///
/// # Errors
/// [`DocumentError`].
pub fn pdf(book: &Book, templates: &Templates) -> Result<Vec<u8>, DocumentError> {
    let drawings = Drawings::embedded().all().iter();
    let pictures: Vec<_> = drawings.map(|d| (format!("{}.svg", d.id), d.svg().as_bytes().to_vec())).collect();
    document::pdf(templates, "handbook.typ", book, &pictures)
}
