//! Taking trees of YAML apart, reporting every problem on the way instead of stopping at the first.

use crate::calendar::Day;
use crate::exact::Exact;
use crate::model::Label;
use crate::problem::{Place, Problem};
use crate::yaml::{Node, Text, Value};
use std::collections::BTreeSet;

/// Collects problems while a tree is taken apart.
#[derive(Default)]
pub(crate) struct Decoder {
    pub problems: Vec<Problem>,
    /// Ids of items that could not be read: uses of them are not reported a second time.
    pub broken: BTreeSet<String>,
    /// The languages every label must have.
    pub languages: Vec<String>,
}

/// A mapping whose keys have been checked.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'n> {
    node: &'n Node,
    what: &'static str,
}

impl Decoder {
    pub fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn wrong(&mut self, node: &Node, expected: &str) {
        let problem = Problem::new(node.place, format!("{expected} is expected here, not {}", node.describe()));
        self.report(problem);
    }

    /// A mapping with only the given keys.
    pub fn fields<'n>(&mut self, node: &'n Node, what: &'static str, keys: &[&str]) -> Option<Fields<'n>> {
        let Value::Map(entries) = &node.value else {
            self.wrong(node, &format!("a mapping ({what}: {})", keys.join(", ")));
            return None;
        };
        for (key, _) in entries.iter().filter(|(key, _)| !keys.contains(&key.value.as_str())) {
            let help = match nearest(&key.value, keys.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("{what} has the keys {}", keys.join(", ")),
            };
            self.report(Problem::new(key.place, format!("unknown key `{}` in {what}", key.value)).help(help));
        }
        Some(Fields { node, what })
    }

    /// The value of a key that must be there.
    pub fn required<'n>(&mut self, fields: Fields<'n>, key: &str) -> Option<&'n Node> {
        let found = fields.node.get(key);
        if found.is_none() {
            let message = format!("{} has no `{key}`", fields.what);
            self.report(Problem::new(fields.node.place, message).help(format!("add `{key}: …`")));
        }
        found
    }

    /// The value of a key that may be absent; `null` counts as absent.
    pub fn optional<'n>(&self, fields: Fields<'n>, key: &str) -> Option<&'n Node> {
        fields.node.get(key).filter(|node| !matches!(node.value, Value::Null))
    }

    pub fn text(&mut self, node: &Node) -> Option<Text> {
        match &node.value {
            Value::Scalar(value) => Some(Text { value: value.clone(), place: node.place }),
            _ => {
                self.wrong(node, "a text");
                None
            }
        }
    }

    pub fn required_text(&mut self, fields: Fields, key: &str) -> Option<Text> {
        let node = self.required(fields, key)?;
        self.text(node)
    }

    pub fn optional_text(&mut self, fields: Fields, key: &str) -> Option<Text> {
        let node = self.optional(fields, key)?;
        self.text(node)
    }

    /// A name: lower case letters, digits and `_`, and the further characters `also`.
    pub fn name(&mut self, fields: Fields, key: &str, also: &str) -> Option<Text> {
        let text = self.required_text(fields, key)?;
        self.check_name(text, also)
    }

    pub fn check_name(&mut self, text: Text, also: &str) -> Option<Text> {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || also.contains(c);
        if text.value.starts_with(|c: char| c.is_ascii_lowercase()) && text.value.chars().all(good) {
            return Some(text);
        }
        let problem = Problem::new(text.place, format!("`{}` is not a name", text.value))
            .help("names are English words in lower case, joined by `_`, beginning with a letter");
        self.report(problem);
        None
    }

    pub fn label(&mut self, fields: Fields, key: &str) -> Option<Label> {
        let node = self.required(fields, key)?;
        self.label_node(node)
    }

    pub fn optional_label(&mut self, fields: Fields, key: &str) -> Option<Label> {
        let node = self.optional(fields, key)?;
        self.label_node(node)
    }

    pub fn label_node(&mut self, node: &Node) -> Option<Label> {
        let Value::Map(entries) = &node.value else {
            self.wrong(node, "a label in each language, `{vi: …, en: …}`,");
            return None;
        };
        let mut label = Label::default();
        for (language, text) in entries {
            if !self.languages.contains(&language.value) {
                let known = self.languages.join(", ");
                self.report(
                    Problem::new(language.place, format!("`{}` is not a language of this pack", language.value)).help(
                        format!("the pack's languages are {known}; add it to `languages` in pack.yaml or remove it"),
                    ),
                );
            }
            if let Some(text) = self.text(text) {
                label.0.insert(language.value.clone(), text.value);
            }
        }
        for language in self.languages.clone() {
            if !label.0.contains_key(&language) {
                self.report(
                    Problem::new(node.place, format!("the label has no text in `{language}`"))
                        .help(format!("add `{language}: …`")),
                );
            }
        }
        Some(label)
    }

    pub fn bool(&mut self, node: &Node) -> Option<bool> {
        match &node.value {
            Value::Scalar(text) if text == "true" => Some(true),
            Value::Scalar(text) if text == "false" => Some(false),
            _ => {
                self.wrong(node, "`true` or `false`");
                None
            }
        }
    }

    /// `true` or `false`; false when absent.
    pub fn flag(&mut self, fields: Fields, key: &str) -> bool {
        self.optional(fields, key).and_then(|node| self.bool(node)).unwrap_or(false)
    }

    pub fn exact(&mut self, node: &Node) -> Option<Exact> {
        let text = self.text(node)?;
        let number = Exact::parse(&text.value);
        if number.is_none() {
            self.report(
                Problem::new(node.place, format!("`{}` is not a number", text.value))
                    .help("write a whole number, a decimal with a point, or a fraction: 700000, 8.5, 1/18"),
            );
        }
        number
    }

    pub fn whole(&mut self, node: &Node) -> Option<i64> {
        let number = self.exact(node)?;
        if number.denominator() != 1 {
            self.report(Problem::new(node.place, format!("{number} is not a whole number")));
            return None;
        }
        Some(number.numerator())
    }

    pub fn day(&mut self, node: &Node) -> Option<Day> {
        let text = self.text(node)?;
        let day = Day::parse(&text.value);
        if day.is_none() {
            self.report(
                Problem::new(node.place, format!("`{}` is not a date", text.value))
                    .help("write YYYY-MM-DD, between 1900 and 2100"),
            );
        }
        day
    }

    pub fn optional_day(&mut self, fields: Fields, key: &str) -> Option<Day> {
        let node = self.optional(fields, key)?;
        self.day(node)
    }

    /// One of some words.
    pub fn word<T: Copy>(&mut self, node: &Node, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(node)?;
        let found = words.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
        if found.is_none() {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.report(
                Problem::new(node.place, format!("`{}` is not known here", text.value))
                    .help(format!("write one of: {}", all.join(", "))),
            );
        }
        found
    }

    /// The items of a list that could be read. Nothing there is an empty list.
    pub fn list<'n, T>(
        &mut self,
        node: Option<&'n Node>,
        mut read: impl FnMut(&mut Self, &'n Node) -> Option<T>,
    ) -> Vec<T> {
        match node.map(|node| (&node.value, node)) {
            None | Some((Value::Null, _)) => Vec::new(),
            Some((Value::List(items), _)) => items
                .iter()
                .filter_map(|item| {
                    let read = read(self, item);
                    if let (None, Some(Value::Scalar(id))) = (&read, item.get("id").map(|id| &id.value)) {
                        self.broken.insert(id.clone());
                    }
                    read
                })
                .collect(),
            Some((_, node)) => {
                self.wrong(node, "a list");
                Vec::new()
            }
        }
    }

    /// The entries of a mapping of single values. Nothing there is an empty mapping.
    pub fn pairs(&mut self, node: Option<&Node>) -> Vec<(Text, Text)> {
        match node.map(|node| (&node.value, node)) {
            None | Some((Value::Null, _)) => Vec::new(),
            Some((Value::Map(entries), _)) => {
                entries.iter().filter_map(|(key, value)| Some((key.clone(), self.text(value)?))).collect()
            }
            Some((_, node)) => {
                self.wrong(node, "a mapping of names to values");
                Vec::new()
            }
        }
    }

    /// Reports the second of two items with one name.
    pub fn unique<'t>(&mut self, what: &str, ids: impl IntoIterator<Item = &'t Text>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            if !seen.insert(id.value.as_str()) {
                self.report(
                    Problem::new(id.place, format!("there are two {what} called `{}`", id.value))
                        .help("give each its own name"),
                );
            }
        }
    }

    pub fn missing(&mut self, place: Place, message: String, help: impl Into<String>) {
        self.report(Problem::new(place, message).help(help));
    }
}

/// The word nearest to a mistyped one, if any is near.
pub(crate) fn nearest<'w>(typed: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    words
        .map(|word| (strsim::damerau_levenshtein(typed, word), word))
        .filter(|(distance, word)| *distance <= 1 + word.chars().count() / 4)
        .min()
        .map(|(_, word)| word)
}
