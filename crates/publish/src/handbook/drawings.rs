//! The drawings of the handbook and what they show.

use super::words::Words;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/drawings");

static DRAWINGS: LazyLock<Drawings> = LazyLock::new(|| {
    let list = FILES.get_file("drawings.yaml").and_then(|file| file.contents_utf8()).unwrap_or_default();
    let tree = vuon_policy::plain_yaml(list).expect("the list of drawings is well-formed");
    let list: Vec<Drawing> = serde_json::from_value(tree).expect("the list of drawings names id, title and of");
    Drawings(list)
});

/// All drawings.
#[derive(Clone, Debug)]
pub struct Drawings(Vec<Drawing>);

/// A drawing.
#[derive(Clone, Debug, Deserialize)]
pub struct Drawing {
    /// Its id, and the name of its file.
    pub id: String,
    /// The text that stands in its place, by language.
    pub title: BTreeMap<String, String>,
    /// What it shows: `indicator.water`, `option.toilet.septic` …
    pub of: Vec<String>,
}

impl Drawing {
    /// Its content.
    pub fn svg(&self) -> &'static str {
        let file = FILES.get_file(format!("{}.svg", self.id));
        file.and_then(|file| file.contents_utf8()).unwrap_or_default()
    }

    /// The text that stands in its place.
    pub fn alt(&self, words: &Words) -> String {
        words.of(&format!("drawing-{}", self.id), &self.title)
    }
}

impl Drawings {
    /// Those of the binary.
    pub fn embedded() -> &'static Self {
        &DRAWINGS
    }

    /// All, in the order of their list.
    pub fn all(&self) -> &[Drawing] {
        &self.0
    }

    /// A drawing by its id.
    pub fn get(&self, id: &str) -> Option<&Drawing> {
        self.0.iter().find(|drawing| drawing.id == id)
    }

    /// The drawing that shows something.
    pub fn of(&self, thing: &str) -> Option<&Drawing> {
        self.0.iter().find(|drawing| drawing.of.iter().any(|of| of == thing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drawing_is_listed_in_one_style_with_a_text_in_both_languages() {
        let files = FILES.files().filter(|file| file.path().extension().is_some_and(|end| end == "svg"));
        let files: Vec<_> = files.filter_map(|file| file.path().file_stem()?.to_str()).collect();
        assert_eq!(files.len(), DRAWINGS.0.len());
        for drawing in &DRAWINGS.0 {
            assert!(files.contains(&drawing.id.as_str()), "{} has no file", drawing.id);
            assert!(["vi", "en"].iter().all(|code| drawing.title.contains_key(*code)), "{} has no text", drawing.id);
            let svg = drawing.svg();
            assert!(svg.contains(r#"viewBox="0 0 160 120""#), "{} has another size", drawing.id);
            assert_eq!(svg.matches("stroke-width").count(), 1, "{} has lines of two weights", drawing.id);
            assert!(!svg.contains("Gradient") && !svg.contains("href"), "{} is not plain", drawing.id);
            for colour in svg.split("fill=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(["none", "#c4c4c4", "#fff", "#000"].contains(&colour), "{} has {colour}", drawing.id);
            }
        }
    }
}
