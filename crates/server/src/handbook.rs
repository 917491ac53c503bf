//! The handbook of a pack as the server gives it: written once for each pack and language, then kept.

use crate::error::Problem;
use crate::language::{self, Language};
use crate::state::App;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use vuon_policy::program::Program;
use vuon_publish::handbook::{self, Book, HandbookError, Words};

/// Handbooks by the content of their pack and their language.
pub type Books = Mutex<HashMap<(String, Language), Arc<Book>>>;

/// The words of a handbook in one of our languages.
///
/// # Errors
/// [`Problem::Internal`], which a test does not let happen.
pub fn words(language: Language) -> Result<Words, Problem> {
    Words::embedded(language::code(language)).map_err(|error| {
        tracing::error!(%error, "the words of the handbook cannot be read");
        Problem::Internal
    })
}

/// What is wrong with a handbook or an exercise is wrong with the program or a pack, not with what was asked.
pub fn broken(error: HandbookError) -> Problem {
    tracing::error!(%error, "the handbook cannot be written");
    Problem::Internal
}

/// The handbook of a pack.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn book(app: &App, program: &Arc<Program>, language: Language) -> Result<Arc<Book>, Problem> {
    let key = (program.hash.clone(), language);
    let kept = |app: &App| app.books().lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    if let Some(book) = kept(app) {
        return Ok(book);
    }
    let program = Arc::clone(program);
    let written = tokio::task::spawn_blocking(move || handbook::write(&program, &words(language)?).map_err(broken));
    let book = Arc::new(written.await.map_err(|_| Problem::Internal)??);
    app.books().lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&book));
    Ok(book)
}
