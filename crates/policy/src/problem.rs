//! Problems of a pack: values with a place, a message and what to do.

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use std::fmt;

/// A file of a pack, or of a pack it extends.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, PartialOrd, Ord)]
pub struct FileId(pub(crate) u32);

/// A stretch of bytes in a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The id of the pack it belongs to.
    pub pack: String,
    /// Its name within the pack's folder, with `/`.
    pub name: String,
    /// Where a person finds it: the folder as it was given, and the name.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// One thing that is wrong, where, and what to do.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What to write under the underlined text.
    pub label: String,
}

impl Problem {
    pub(crate) fn new(place: Place, message: String) -> Self {
        Self { place, message, help: None, label: "here".into() }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }
}

/// All problems found in a pack, with the files they stand in.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    /// The files, by [`FileId`].
    pub files: Vec<SourceFile>,
    /// The problems, in the order of files and lines.
    pub list: Vec<Problem>,
}

impl Problems {
    /// The line and column (both from 1, in characters) of a problem.
    pub fn line_and_column(&self, problem: &Problem) -> (usize, usize) {
        line_and_column(&self.files, problem.place)
    }

    /// The problems as text for a terminal of `width` columns: underlined source, message, advice.
    pub fn render(&self, width: usize, colour: bool) -> String {
        let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler =
            GraphicalReportHandler::new_themed(theme).with_width(width).with_context_lines(1).with_links(false);
        let mut text = String::new();
        for problem in &self.list {
            let file = self.files.get(problem.place.file.0 as usize);
            let report = Report {
                problem,
                source: file.map(|f| NamedSource::new(f.path.clone(), f.text.clone()).with_language("YAML")),
            };
            // Rendering writes into a string, which cannot fail.
            let _ = handler.render_report(&mut text, &report);
        }
        text
    }
}

fn line_and_column(files: &[SourceFile], place: Place) -> (usize, usize) {
    let text = files.get(place.file.0 as usize).map_or("", |f| f.text.as_str());
    let before = &text[..place.start.min(text.len())];
    let line_start = before.rfind('\n').map_or(0, |n| n + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// A place as people write it: `scorecards.yaml:12:7`.
pub fn place_name(files: &[SourceFile], place: Place) -> String {
    let (line, column) = line_and_column(files, place);
    let name = files.get(place.file.0 as usize).map_or("", |f| f.name.as_str());
    format!("{name}:{line}:{column}")
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.list {
            let (line, column) = self.line_and_column(problem);
            let path = self.files.get(problem.place.file.0 as usize).map_or("", |file| file.path.as_str());
            writeln!(f, "{path}:{line}:{column}: {}", problem.message)?;
            if let Some(help) = &problem.help {
                writeln!(f, "  {help}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

#[derive(Debug)]
struct Report<'p> {
    problem: &'p Problem,
    source: Option<NamedSource<String>>,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.message)
    }
}

impl std::error::Error for Report<'_> {}

impl Diagnostic for Report<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let Place { start, end, .. } = self.problem.place;
        let label = LabeledSpan::new(Some(self.problem.label.clone()), start, end.saturating_sub(start).max(1));
        Some(Box::new(std::iter::once(label)))
    }
}
