//! YAML with places: every value remembers where it stands, so that a problem can be underlined.
//!
//! Scalars stay text until something asks for a number or a date; nothing is converted behind the author's back.

use crate::problem::{FileId, Place, Problem};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};

/// A value in a file.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub place: Place,
    pub value: Value,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// `~`, `null` or nothing.
    Null,
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(Text, Node)>),
}

/// A text and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Its place.
    pub place: Place,
}

impl Text {
    /// A text that stands in no file (made by the program).
    pub fn new(value: &str) -> Self {
        Self { value: value.to_owned(), place: Place::default() }
    }
}

impl Node {
    pub fn describe(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Scalar(_) => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find(|(k, _)| k.value == key).map(|(_, node)| node)
    }
}

/// Reads one file into a tree. An empty file is [`Value::Null`].
pub(crate) fn parse(file: FileId, source: &str) -> Result<Node, Problem> {
    let mut loader = Loader { file, bytes: byte_offsets(source), parser: Parser::new_from_str(source) };
    loop {
        match loader.next()? {
            (Event::StreamStart | Event::DocumentStart(_), _) => {}
            (Event::StreamEnd | Event::DocumentEnd, span) => {
                return Ok(Node { place: loader.place(span), value: Value::Null });
            }
            (event, span) => return loader.value(event, span),
        }
    }
}

/// A file of plain data as JSON, for what is written like a pack and is none. Scalars stay text.
///
/// # Errors
/// What is not well-formed, and where.
pub fn plain(source: &str) -> Result<serde_json::Value, Problem> {
    fn json(node: Node) -> serde_json::Value {
        match node.value {
            Value::Null => serde_json::Value::Null,
            Value::Scalar(text) => text.into(),
            Value::List(items) => items.into_iter().map(json).collect(),
            Value::Map(entries) => entries.into_iter().map(|(key, value)| (key.value, json(value))).collect(),
        }
    }
    parse(FileId(0), source).map(json)
}

struct Loader<'s> {
    file: FileId,
    bytes: Vec<usize>,
    parser: Parser<'s, saphyr_parser::StrInput<'s>>,
}

impl<'s> Loader<'s> {
    fn next(&mut self) -> Result<(Event<'s>, Span), Problem> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let at = self.byte(error.marker().index());
                let place = Place { file: self.file, start: at, end: at + 1 };
                Err(Problem::new(place, format!("this is not well-formed YAML: {}", error.info()))
                    .help("check the indentation, quotes and colons at this place"))
            }
            None => Err(Problem::new(Place { file: self.file, start: 0, end: 0 }, "the file ends too early".into())),
        }
    }

    fn value(&mut self, event: Event<'s>, span: Span) -> Result<Node, Problem> {
        let place = self.place(span);
        match event {
            Event::Scalar(_, _, _, Some(_)) => {
                Err(Problem::new(place, "YAML takes a word that begins with `!` for a tag".into())
                    .help("put the expression in single quotes: '!has_tv'"))
            }
            Event::Scalar(text, style, _, _) => {
                let plain_null = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null");
                let value = if plain_null { Value::Null } else { Value::Scalar(text.into_owned()) };
                Ok(Node { place, value })
            }
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => return Ok(Node { place, value: Value::List(items) }),
                        (event, span) => items.push(self.value(event, span)?),
                    }
                }
            }
            Event::MappingStart(..) => self.mapping(place),
            Event::Alias(_) => Err(Problem::new(place, "anchors and aliases are not used in packs".into())
                .help("write the value out; a reader must find the law in one place")),
            _ => Err(Problem::new(place, "a value is expected here".into())),
        }
    }

    fn mapping(&mut self, start: Place) -> Result<Node, Problem> {
        let mut entries: Vec<(Text, Node)> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                let end = entries.first().map_or(start.end, |(key, _)| key.place.end);
                return Ok(Node { place: Place { end, ..start }, value: Value::Map(entries) });
            }
            let Event::Scalar(key, ..) = event else {
                return Err(Problem::new(self.place(span), "a key must be a single word".into()));
            };
            let key = Text { value: key.into_owned(), place: self.place(span) };
            if entries.iter().any(|(known, _)| known.value == key.value) {
                return Err(Problem::new(key.place, format!("the key `{}` stands twice", key.value))
                    .help("remove one of the two"));
            }
            let (event, span) = self.next()?;
            let node = self.value(event, span)?;
            entries.push((key, node));
        }
    }

    fn byte(&self, char_index: usize) -> usize {
        self.bytes.get(char_index).or(self.bytes.last()).copied().unwrap_or(0)
    }

    fn place(&self, span: Span) -> Place {
        Place { file: self.file, start: self.byte(span.start.index()), end: self.byte(span.end.index()) }
    }
}

/// The byte offset of each character, and of the end.
fn byte_offsets(source: &str) -> Vec<usize> {
    source.char_indices().map(|(byte, _)| byte).chain([source.len()]).collect()
}

/// The place in the file of a part of `text` (in characters), whose YAML form may be quoted, folded or literal.
pub(crate) fn place_within(source: &str, text: &Text, start: usize, end: usize) -> Place {
    let from = text.place.start.min(source.len());
    let written = &source[from..];
    // A block scalar begins after its header line.
    let body = if written.starts_with(['>', '|']) { written.find('\n').map_or(0, |n| n + 1) } else { 0 };
    let mut places = Vec::new();
    let mut rest = written[body..].char_indices().map(|(byte, c)| (from + body + byte, c)).peekable();
    for wanted in text.value.chars() {
        if wanted.is_whitespace() {
            places.push(rest.peek().map_or(text.place.end, |(byte, _)| *byte));
            continue;
        }
        // Indentation, quotes and escapes stand in the file only.
        while rest.next_if(|(_, c)| *c != wanted && (c.is_whitespace() || matches!(c, '\'' | '"' | '\\'))).is_some() {}
        match rest.next_if(|(_, c)| *c == wanted) {
            Some((byte, _)) => places.push(byte),
            None => return text.place,
        }
    }
    let Some(&first) = places.get(start) else { return text.place };
    let last = places.get(end.saturating_sub(1).max(start)).copied().unwrap_or(first);
    let last_width = source[last..].chars().next().map_or(1, char::len_utf8);
    Place { file: text.place.file, start: first, end: last + last_width }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> FileId {
        FileId::default()
    }

    #[test]
    fn values_know_their_bytes_even_after_vietnamese() {
        let source = "label: Hộ nghèo\nid: x\n";
        let node = parse(file(), source).unwrap();
        let id = node.get("id").unwrap();
        assert_eq!(&source[id.place.start..id.place.end], "x");
    }

    #[test]
    fn a_part_of_a_folded_expression_is_found_in_the_file() {
        let source = "when: >-\n  income <= line\n  && members.size() > 2\nid: y\n";
        let node = parse(file(), source).unwrap();
        let when = node.get("when").unwrap();
        let Value::Scalar(value) = &when.value else { panic!("a scalar") };
        let at = value.find("members").unwrap();
        let place = place_within(source, &Text { value: value.clone(), place: when.place }, at, at + 7);
        assert_eq!(&source[place.start..place.end], "members");
    }

    #[test]
    fn a_part_of_a_quoted_expression_is_found_in_the_file() {
        let source = "when: 'level == \"low\" && deep'\n";
        let node = parse(file(), source).unwrap();
        let when = node.get("when").unwrap();
        let Value::Scalar(value) = &when.value else { panic!("a scalar") };
        let at = value.find("deep").unwrap();
        let place = place_within(source, &Text { value: value.clone(), place: when.place }, at, at + 4);
        assert_eq!(&source[place.start..place.end], "deep");
    }

    #[test]
    fn doubled_keys_and_broken_yaml_are_problems() {
        assert!(parse(file(), "a: 1\na: 2\n").unwrap_err().message.contains("twice"));
        assert!(parse(file(), "a: [1, 2\nb: 'x\n").unwrap_err().message.contains("YAML"));
    }
}
