//! The book as a plain value: parts, pages, blocks. Every form of it is made from this.
//!
//! Texts may hold `⟦page id⟧`: the number of that page, and a way to it.

use serde::Serialize;
use std::collections::BTreeMap;

/// A handbook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Book {
    /// The code of its language.
    pub language: String,
    /// The id of the pack.
    pub pack: String,
    /// The content of the pack.
    pub pack_hash: String,
    /// The title.
    pub title: String,
    /// What it is a handbook of.
    pub subtitle: String,
    /// On the title page: for whom, in force when, what is not verified.
    pub front: Vec<String>,
    /// The parts, in order.
    pub parts: Vec<Part>,
    /// The number of each page, `3.4`, by its id.
    pub numbers: BTreeMap<String, String>,
    /// Few words that the forms of the book need: "contents", "unverified" …
    pub words: BTreeMap<String, String>,
}

impl Book {
    /// All pages, in order.
    pub fn pages(&self) -> impl Iterator<Item = &Page> {
        self.parts.iter().flat_map(|part| &part.pages)
    }

    /// A page by its id.
    pub fn page(&self, id: &str) -> Option<&Page> {
        self.pages().find(|page| page.id == id)
    }
}

/// A part: its pages are about one thing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Part {
    /// Its id.
    pub id: &'static str,
    /// Its title.
    pub title: String,
    /// What it is about, in two or three sentences.
    pub intro: String,
    /// Its pages.
    pub pages: Vec<Page>,
}

/// A page: one question a reader has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Page {
    /// Its id: `indicator.water`. It stays when the book changes.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its drawing.
    pub drawing: Option<Shown>,
    /// What it says.
    pub blocks: Vec<Block>,
    /// The law's articles, in the margin.
    pub margin: Vec<Citation>,
    /// The values of the pack it rests on, as the pack writes them: what a later pack is compared by.
    #[serde(skip)]
    pub rests_on: BTreeMap<String, String>,
}

/// A drawing, with the text that stands for it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Shown {
    /// The id of the drawing.
    pub drawing: String,
    /// Its text.
    pub alt: String,
}

/// An article of the law.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Citation {
    /// Document and article.
    pub text: String,
    /// Whether it was read there.
    pub verified: bool,
}

/// A drawing with a caption, and whether what it shows is a deprivation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Picture {
    /// The drawing, where there is one.
    pub shown: Option<Shown>,
    /// What stands under it.
    pub caption: String,
    /// A deprivation, none, or neither.
    pub deprived: Option<bool>,
    /// The same in a word.
    pub mark: String,
}

/// What stands on a page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Text {
        /// It.
        text: String,
    },
    /// A paragraph with a name: "How to ask".
    Named {
        /// The name.
        name: String,
        /// The paragraph.
        text: String,
    },
    /// A list.
    List {
        /// Its name; nothing for a list that needs none.
        name: String,
        /// Its items.
        items: Vec<String>,
    },
    /// A table; the first column names the row.
    Table {
        /// Its name.
        name: String,
        /// The names of its columns.
        head: Vec<String>,
        /// Its rows.
        rows: Vec<Vec<String>>,
    },
    /// Drawings side by side.
    Pictures {
        /// Their name.
        name: String,
        /// They.
        pictures: Vec<Picture>,
    },
    /// What often goes wrong.
    Mistake {
        /// Its name.
        name: String,
        /// It.
        text: String,
    },
    /// The result, or a sentence that must be remembered.
    Result {
        /// It.
        text: String,
    },
    /// What is not verified, or not known.
    Warning {
        /// It.
        text: String,
    },
    /// A step or a question: a heading of its own with a drawing.
    Item {
        /// Its heading.
        title: String,
        /// A line under it.
        line: String,
        /// Its drawing.
        shown: Option<Shown>,
        /// What it says.
        blocks: Vec<Block>,
    },
    /// A question to the reader.
    Quiz {
        /// Its id within the page.
        id: String,
        /// The question.
        prompt: String,
        /// The answers.
        options: Vec<Choice>,
        /// The right answer with its reason.
        answer: String,
    },
}

/// An answer to a question to the reader.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Choice {
    /// It.
    pub text: String,
    /// Whether it is right.
    pub right: bool,
    /// What is said to who chose it.
    pub reply: String,
}
