//! How a page is looked at: in which language, where, by whom.

use crate::language::{self, Language};
use fluent_templates::fluent_bundle::FluentValue;
use jiff::civil::Date;
use vuon_registry::scope::{Action, Role};

/// What every page knows of its reader.
#[derive(Clone, Debug)]
pub struct View {
    /// The language.
    pub language: Language,
    /// The language of official papers, whoever reads them.
    pub papers: Language,
    /// The address within the server, with its query.
    pub path: String,
    /// Where to come back to after signing in: here, or of a form the page that it stands on.
    pub back: String,
    /// Whether htmx asks for a part of a page.
    pub part: bool,
    /// Whether the data are synthetic.
    pub demo: bool,
    /// Who is signed in.
    pub who: Option<Who>,
    /// What forms must carry.
    pub csrf: String,
    /// Whether the page has a form whose content a change of language must not lose ([`layout::keeping_switch`]).
    ///
    /// [`layout::keeping_switch`]: crate::layout::keeping_switch
    pub keeps: bool,
}

/// Who is signed in, as far as a page shows it.
#[derive(Clone, Debug)]
pub struct Who {
    /// The person's name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Whether the second factor was given.
    pub strong: bool,
    /// Whether the account has a second factor.
    pub second_factor: bool,
}

impl View {
    /// Words by their key in `words/`. Write the key in place: a test reads the source for keys.
    pub fn t(&self, key: &'static str) -> String {
        language::words(self.language, key, &[])
    }

    /// Words with values filled in. Give numbers as text from [`number`](Self::number) where they are only shown.
    pub fn tr(&self, key: &'static str, values: &[(&'static str, FluentValue<'_>)]) -> String {
        language::words(self.language, key, values)
    }

    /// The words for one of several: `of("role", "auditor")` is the key `role-auditor`; the id itself if it has none.
    pub fn of(&self, kind: &'static str, id: &str) -> String {
        language::try_words(self.language, &format!("{kind}-{id}"), &[]).unwrap_or_else(|| id.to_owned())
    }

    /// A whole number.
    pub fn number(&self, number: i64) -> String {
        language::number(self.language, number)
    }

    /// A share in percent.
    pub fn percent(&self, part: i64, whole: i64) -> String {
        language::percent(self.language, part, whole)
    }

    /// A day.
    pub fn day(&self, day: Date) -> String {
        language::day(self.language, day)
    }

    /// A day or a year alone.
    pub fn born(&self, born: &str) -> String {
        language::born(self.language, born)
    }

    /// A time in microseconds.
    pub fn moment(&self, at: i64) -> String {
        language::moment(self.language, at)
    }

    /// One of two texts, Vietnamese and English.
    pub fn pick<'a>(&self, texts: &'a [String; 2]) -> &'a str {
        &texts[usize::from(self.language == Language::En)]
    }

    /// The name of somebody; who was erased on lawful request has none.
    pub fn named(&self, name: &str) -> String {
        if name.is_empty() { self.t("person-erased") } else { name.to_owned() }
    }

    /// Whether the reader's role includes an action: what a page offers. What is allowed, the register says.
    pub fn may(&self, action: Action) -> bool {
        self.who.as_ref().is_some_and(|who| who.role.may(action))
    }

    /// The address of this page in another language.
    pub fn in_language(&self, language: Language) -> String {
        // What a form gave cannot be asked for again: the page that the form stands on can.
        let sign = if self.back.contains('?') { '&' } else { '?' };
        format!("{}{sign}lang={}", self.back, language::code(language))
    }

    /// The same view of a page whose form a change of language sends, so that nothing typed is lost.
    pub fn keeping(&self) -> View {
        View { keeps: true, ..self.clone() }
    }

    /// The first page for the reader: who is not signed in has that of the public.
    pub fn home(&self) -> &'static str {
        if self.who.is_some() { "/" } else { "/public" }
    }

    /// The numbers of the first and the last row of a page of a list that shows so many.
    pub fn rows_shown(&self, count: usize) -> (i64, i64) {
        let first = self.asked("row").and_then(|row| row.parse().ok()).filter(|row| (1..1_000_000_000).contains(row));
        let first: i64 = first.unwrap_or(1);
        (first, first.saturating_add_unsigned(count as u64) - 1)
    }

    /// A part of the query of this page's address.
    fn asked(&self, name: &str) -> Option<&str> {
        let (_, query) = self.path.split_once('?')?;
        query.split('&').find_map(|part| part.split_once('=').filter(|(own, _)| *own == name).map(|(_, value)| value))
    }

    /// What the page before did, for a notice: the value of `done` in the query.
    pub fn done(&self) -> Option<String> {
        let key = self.asked("done")?;
        language::try_words(self.language, &format!("done-{key}"), &[])
    }
}

/// An address within this server; `/` for anything else, so that nobody is sent elsewhere.
pub fn inside(path: &str) -> &str {
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if path.starts_with('/') && !path.starts_with("//") && plain { path } else { "/" }
}

/// A text as a part of a query.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
