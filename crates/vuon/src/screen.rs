//! What a person sees: width, colour, language, tables.

use std::io::IsTerminal;
use textwrap::WordSplitter::NoHyphenation;
use unicode_width::UnicodeWidthStr;
use vuon_policy::model::Language;

/// A language given on the command line.
#[derive(Clone, Copy)]
pub struct Lang(pub Language);

impl std::str::FromStr for Lang {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "vi" => Ok(Lang(Language::Vi)),
            "en" => Ok(Lang(Language::En)),
            _ => Err("the languages are `vi` and `en`".into()),
        }
    }
}

/// Picks the text of a language.
pub fn say<'t>(language: Language, vi: &'t str, en: &'t str) -> &'t str {
    match language {
        Language::Vi => vi,
        Language::En => en,
    }
}

/// The columns of the terminal: 80 where it is not one, never more than 100.
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(terminal_size::Width(w), _)| usize::from(w)).clamp(40, 100)
}

/// Whether to colour what is printed.
pub fn colour() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Text cut into lines of at most `width` columns, the later ones set in by `indent`.
pub fn wrapped(text: &str, width: usize, indent: usize) -> String {
    let indent = " ".repeat(indent);
    textwrap::fill(
        text,
        textwrap::Options::new(width).subsequent_indent(&indent).break_words(false).word_splitter(NoHyphenation),
    )
}

/// `text` filled with spaces to a width in columns.
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// `text` set to the right within a width in columns.
pub fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// The columns a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
}
