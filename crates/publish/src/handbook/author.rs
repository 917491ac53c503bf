//! Who writes the book: the pack, the words and the drawings at hand, and the small things every page needs.

use super::book::{Block, Book, Citation, Page, Part, Picture, Shown};
use super::drawings::Drawings;
use super::words::Words;
use super::{HandbookError, households, indicators, law, mistakes, poverty, practice, questions, review, schemes};
use std::collections::{BTreeMap, BTreeSet};
use vuon_policy::calendar::Day;
use vuon_policy::evaluate::{Evaluation, Household, Value};
use vuon_policy::explain;
use vuon_policy::ir::NodeId;
use vuon_policy::model::{Kind, Language, Source, Variable};
use vuon_policy::program::Program;
use vuon_policy::words::{number, quantity, units};
use vuon_policy::{evaluate::Answer, support::Quantity};

/// Writes the handbook of a pack.
///
/// # Errors
/// [`HandbookError`] when a worked household or an exercise is not one of the pack's.
pub fn write(program: &Program, words: &Words) -> Result<Book, HandbookError> {
    let author = Author::new(program, words);
    let mut parts = vec![
        author.part("poverty", poverty::pages(&author)),
        author.part("review", review::pages(&author)),
        author.part("questions", questions::pages(&author)),
        author.part("indicators", indicators::pages(&author)),
        author.part("households", households::pages(&author)?),
        author.part("schemes", schemes::pages(&author)),
        author.part("mistakes", mistakes::pages(&author)),
        author.part("practice", practice::pages(&author)?),
        author.part("law", law::pages(&author)),
    ];
    parts.retain(|part| !part.pages.is_empty());
    let mut numbers = BTreeMap::new();
    for (part, at) in parts.iter().zip(1..) {
        numbers.extend(part.pages.iter().zip(1..).map(|(page, n)| (page.id.clone(), format!("{at}.{n}"))));
    }
    const FORMS: [&str; 4] = ["contents", "law", "unverified", "answers"];
    Ok(Book {
        language: words.code().to_owned(),
        pack: program.pack.id.value.clone(),
        pack_hash: program.hash.clone(),
        title: words.say("book-title"),
        subtitle: words.label("pack", &program.pack.label),
        front: author.front(),
        parts,
        numbers,
        words: FORMS.iter().map(|word| ((*word).to_owned(), words.say(&format!("word-{word}")))).collect(),
    })
}

/// A way to a page.
pub(super) fn see(page: &str) -> String {
    format!("⟦{page}⟧")
}

/// What every part has at hand.
pub(super) struct Author<'a> {
    pub program: &'a Program,
    pub words: &'a Words,
    pub language: Language,
    /// A day of the last time in force, for what only a day decides.
    pub day: Day,
    /// The questions that decide, household and member.
    pub asked: (Vec<usize>, Vec<usize>),
    /// The values of the pack, for texts that name them: `limits_area_per_person`.
    values: Vec<(String, String)>,
}

impl<'a> Author<'a> {
    pub fn new(program: &'a Program, words: &'a Words) -> Self {
        let language = words.language();
        let last = program.pack.in_force.last().map(|period| period.from);
        let values = program.pack.parameters.iter().map(|p| {
            let name = p.id.value.replace('.', "_");
            // "From 15 on" says of itself that these are years.
            let years = p.unit.to_string() == "year";
            (name, if years { p.value.to_string() } else { quantity(p.value, &p.unit, language) })
        });
        Self {
            program,
            words,
            language,
            day: last.or_else(|| Day::from_parts(2024, 1, 1)).expect("a day of the calendar"),
            asked: if program.methods.is_empty() { Default::default() } else { program.form_variables(0) },
            values: values.collect(),
        }
    }

    pub fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    /// A text with the values of the pack.
    pub fn told(&self, key: &str) -> String {
        self.words.say_with(key, &self.borrowed())
    }

    /// A text of this pack, or of one it builds on while the thing it is about stands there unchanged.
    pub fn told_of_pack(&self, key: &str, same: impl Fn(&Program) -> bool) -> String {
        let mut program = self.program;
        loop {
            let own = format!("{}-{key}", program.pack.id.value);
            let below = program.national.as_deref().filter(|national| same(national));
            match (self.words.perhaps(&own, &self.borrowed()), below) {
                (Some(text), _) => return text,
                (None, Some(below)) => program = below,
                (None, None) => return self.words.say_with(&own, &self.borrowed()),
            }
        }
    }

    pub fn perhaps(&self, key: &str) -> Option<String> {
        self.words.perhaps(key, &self.borrowed())
    }

    fn borrowed(&self) -> Vec<(&str, String)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect()
    }

    fn part(&self, id: &'static str, pages: Vec<Page>) -> Part {
        let key = format!("part-{id}");
        Part { id, title: self.say(&key), intro: self.told(&format!("{key}-intro")), pages }
    }

    fn front(&self) -> Vec<String> {
        let pack = &self.program.pack;
        let mut lines = vec![self.say("front-for")];
        for period in &pack.in_force {
            let by = pack.documents.iter().find(|d| d.id.value == period.by.value);
            let by =
                by.map_or(period.by.value.clone(), |d| self.words.label(&format!("document-{}", d.id.value), &d.label));
            let values = [("from", self.date(period.from)), ("by", by)];
            lines.push(match period.to {
                Some(to) => {
                    let [from, by] = values;
                    self.words.say_with("front-in-force", &[from, by, ("to", self.date(to))])
                }
                None => self.words.say_with("front-in-force-open", &values),
            });
        }
        if pack.example {
            lines.push(self.say("front-example"));
        }
        if let Some(incomplete) = &pack.incomplete {
            lines.push(self.words.label("incomplete", incomplete));
        }
        lines.push(self.say("front-unverified"));
        lines
    }

    pub fn date(&self, day: Day) -> String {
        let date = day.date();
        format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
    }

    /// A page with its drawing.
    pub fn page(&self, id: &str, title: String, thing: &str) -> Page {
        Page {
            id: id.to_owned(),
            title,
            drawing: self.shown(thing),
            blocks: Vec::new(),
            margin: Vec::new(),
            rests_on: BTreeMap::new(),
        }
    }

    pub fn shown(&self, thing: &str) -> Option<Shown> {
        let drawing = Drawings::embedded().of(thing)?;
        Some(Shown { drawing: drawing.id.clone(), alt: drawing.alt(self.words) })
    }

    pub fn picture(&self, thing: &str, caption: String, deprived: Option<bool>) -> Picture {
        let mark = match deprived {
            Some(true) => self.say("word-deprived"),
            Some(false) => self.say("word-not-deprived"),
            None => String::new(),
        };
        Picture { shown: self.shown(thing), caption, deprived, mark }
    }

    pub fn pictures(&self, key: &str, pictures: Vec<Picture>) -> Option<Block> {
        (!pictures.is_empty()).then(|| Block::Pictures { name: self.say(key), pictures })
    }

    pub fn named(&self, key: &str, text: String) -> Block {
        Block::Named { name: self.say(key), text }
    }

    pub fn list(&self, key: &str, items: Vec<String>) -> Option<Block> {
        (!items.is_empty()).then(|| Block::List { name: self.say(key), items })
    }

    pub fn mistake(&self, key: &str) -> Option<Block> {
        Some(Block::Mistake { name: self.say("word-mistake"), text: self.perhaps(key)? })
    }

    /// An article for the margin; the mark of what was not read is set by whoever sets the page.
    pub fn cite(&self, source: &Source) -> Citation {
        let read = Source { verified: true, ..source.clone() };
        Citation { text: explain::cite(self.program, &read, self.language), verified: source.verified }
    }

    pub fn source_told(source: &Source) -> String {
        let article = source.article.as_deref().unwrap_or_default();
        format!("{} {article} {}", source.document.value, if source.verified { "✓" } else { "?" })
    }

    pub fn indicator_label(&self, place: usize) -> String {
        let indicator = &self.program.pack.indicators[place];
        self.words.label(&format!("indicator-{}", indicator.id.value), &indicator.label)
    }

    pub fn variable_label(&self, variable: &Variable) -> String {
        self.words.label(&format!("label-{}", variable.id.value), &variable.label)
    }

    pub fn status_label(&self, id: &str) -> String {
        let status = self.program.pack.statuses.iter().find(|status| status.id.value == id);
        status
            .map_or_else(|| self.say(&format!("status-{id}")), |s| self.words.label(&format!("status-{id}"), &s.label))
    }

    /// The label of a document.
    pub fn document_label(&self, id: &str) -> String {
        let document = self.program.pack.documents.iter().find(|d| d.id.value == id);
        document.map_or_else(|| id.to_owned(), |d| self.words.label(&format!("document-{id}"), &d.label))
    }

    pub fn option_label(&self, list: usize, option: usize) -> String {
        let choices = &self.program.pack.questionnaire.choices[list];
        let option = &choices.options[option];
        self.words.label(&format!("option-{}-{}", choices.id.value, option.id.value), &option.label)
    }

    /// An answer in words.
    pub fn answer(&self, variable: &Variable, answer: Answer) -> String {
        match (answer, &variable.kind) {
            (Answer::Bool(true), _) => self.say("word-yes"),
            (Answer::Bool(false), _) => self.say("word-no"),
            (Answer::Int(n), Kind::Choice(list)) => {
                usize::try_from(n).map_or_else(|_| n.to_string(), |n| self.option_label(*list, n))
            }
            (Answer::Int(n), Kind::Number { unit, decimals, .. }) => {
                let told = number(n, 10_i64.pow(*decimals), self.language);
                let one = n == 10_i64.pow(*decimals);
                if unit.is_none() { told } else { format!("{told} {}", units(one, unit, self.language)) }
            }
            (Answer::Int(n), Kind::Date) => i32::try_from(n).map_or_else(|_| n.to_string(), |n| self.date(Day(n))),
            (Answer::Int(n), _) => n.to_string(),
            _ => self.say("word-not-answered"),
        }
    }

    /// A quantity in words; nothing where the law's text was not found.
    pub fn quantity(&self, quantity: &Option<Quantity>) -> Option<String> {
        let known = quantity.as_ref()?;
        Some(vuon_policy::words::quantity(known.value?, &known.unit, self.language))
    }

    /// The value of a node for a household of which only so much is known.
    pub fn value(&self, node: NodeId, household: &Household, status: Option<usize>) -> Value {
        let mut evaluation =
            Evaluation::new(&self.program.dag, household.members.len(), Some(self.day), Default::default());
        let status = status.and_then(|s| i64::try_from(s).ok()).map(vuon_policy::lattice::Interval::exactly);
        evaluation.compute(&self.program.dag.needed_by([node]), household, status);
        evaluation.value(node)
    }

    /// The pages of the indicators that hang on a question.
    pub fn indicators_of(&self, member: bool, variable: usize) -> Vec<usize> {
        let behind = |node: &NodeId| {
            let (household, members) = self.program.variables_behind([*node]);
            if member { members } else { household }
        };
        let indicators = self.program.indicators.iter().enumerate();
        indicators.filter(|(_, node)| behind(node).contains(&variable)).map(|(place, _)| place).collect()
    }

    /// The values of the pack that stand in an expression.
    pub fn parameters_in(&self, expression: &str) -> Vec<usize> {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let names: BTreeSet<&str> = expression.split(|c| !part(c)).collect();
        let parameters = self.program.pack.parameters.iter().enumerate();
        parameters.filter(|(_, p)| names.contains(p.id.value.as_str())).map(|(place, _)| place).collect()
    }

    /// What a page rests on when an expression stands on it: it, and the values in it.
    pub fn rest_on_expression(&self, page: &mut Page, key: &str, expression: &str) {
        page.rests_on.insert(key.to_owned(), expression.split_whitespace().collect::<Vec<_>>().join(" "));
        for place in self.parameters_in(expression) {
            self.rest_on_parameter(page, place);
        }
    }

    pub fn rest_on_parameter(&self, page: &mut Page, place: usize) {
        let parameter = &self.program.pack.parameters[place];
        page.rests_on.insert(parameter.id.value.clone(), quantity(parameter.value, &parameter.unit, self.language));
    }

    pub fn rest_on_source(&self, page: &mut Page, key: &str, source: &Source) {
        page.rests_on.insert(format!("{key} · source"), Self::source_told(source));
        let citation = self.cite(source);
        if !page.margin.contains(&citation) {
            page.margin.push(citation);
        }
    }
}
