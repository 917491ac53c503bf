//! What Typst sees while it sets a document: the templates, the data, the pictures, four faces of one font. Nothing else.

use super::{DocumentError, Picture, Templates};
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};

/// The faces of the font (`fonts/README.md`).
const FACES: [&[u8]; 4] = [
    include_bytes!("../../fonts/LiberationSerif-Regular.ttf"),
    include_bytes!("../../fonts/LiberationSerif-Bold.ttf"),
    include_bytes!("../../fonts/LiberationSerif-Italic.ttf"),
    include_bytes!("../../fonts/LiberationSerif-BoldItalic.ttf"),
];

/// The name under which a template finds its data.
const DATA: &str = "data.json";

struct Case {
    library: LazyHash<Library>,
    fonts: Vec<Font>,
    book: LazyHash<FontBook>,
}

/// The type case: it is the same for every document.
static CASE: LazyLock<Case> = LazyLock::new(|| {
    let fonts: Vec<Font> = FACES.iter().flat_map(|face| Font::iter(Bytes::new(*face))).collect();
    let book = LazyHash::new(FontBook::from_fonts(&fonts));
    Case { library: LazyHash::new(Library::default()), fonts, book }
});

/// Where one document is set.
pub(super) struct Desk<'a> {
    templates: &'a Templates,
    main: FileId,
    data: Bytes,
    pictures: Vec<(&'a str, Bytes)>,
}

impl<'a> Desk<'a> {
    pub fn new(
        templates: &'a Templates,
        template: &str,
        data: Vec<u8>,
        pictures: &'a [Picture],
    ) -> Result<Self, DocumentError> {
        let path = VirtualPath::new(template);
        let path = path.map_err(|_| DocumentError::Template(vec![format!("{template} is no name of a template")]))?;
        let main = RootedPath::new(VirtualRoot::Project, path).intern();
        let pictures = pictures.iter().map(|(name, content)| (name.as_str(), Bytes::new(content.clone())));
        Ok(Desk { templates, main, data: Bytes::new(data), pictures: pictures.collect() })
    }

    /// An error with its place.
    pub fn tell(&self, error: &SourceDiagnostic) -> String {
        let hints: Vec<&str> = error.hints.iter().map(|hint| hint.v.as_str()).collect();
        let message = [&[error.message.as_str()], &hints[..]].concat().join("; ");
        let place = error.span.id().zip(self.range(error.span)).and_then(|(id, range)| {
            let line = self.source(id).ok()?.lines().byte_to_line(range.start)? + 1;
            Some(format!("{}:{line}: ", id.vpath().get_without_slash()))
        });
        format!("{}{message}", place.unwrap_or_default())
    }

    fn content(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.vpath().get_without_slash();
        if matches!(id.root(), VirtualRoot::Project) {
            if name == DATA {
                return Ok(self.data.clone());
            }
            if let Some((_, picture)) = self.pictures.iter().find(|(given, _)| *given == name) {
                return Ok(picture.clone());
            }
            if let Some(template) = self.templates.get(name) {
                return Ok(Bytes::new(template.to_vec()));
            }
        }
        Err(FileError::NotFound(name.into()))
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &CASE.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &CASE.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let content = self.content(id)?;
        let text = std::str::from_utf8(&content).map_err(|_| FileError::InvalidUtf8)?;
        Ok(Source::new(id, text.to_owned()))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.content(id)
    }

    fn font(&self, index: usize) -> Option<Font> {
        CASE.fonts.get(index).cloned()
    }

    /// There is no clock: a document's day is in its data.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

/// Whether every face of the font has a letter.
pub(super) fn has_letter(letter: char) -> bool {
    CASE.fonts.iter().all(|font| font.info().coverage.contains(letter.into()))
}
