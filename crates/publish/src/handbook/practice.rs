//! The practice ground: a made-up household is told and shown, the reader answers, the engine knows the right answer.
//!
//! In: exercises (`training/*.yaml`), which know a household and no result. Out: pages with questions whose answers, right
//! and wrong, are told with the reason, the page and the article; and [`compare`], which does the same for a whole form
//! filled in by a trainee.

use super::HandbookError;
use super::author::{Author, see};
use super::book::{Block, Choice, Page, Picture};
use super::questions::page_of;
use super::words::Words;
use include_dir::{Dir, include_dir};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vuon_policy::calendar::Day;
use vuon_policy::cases::answer;
use vuon_policy::evaluate::{Answer, Household};
use vuon_policy::explain::{Explanation, IndicatorReason, explain};
use vuon_policy::model::{Kind, Variable};
use vuon_policy::program::{Program, UNDETERMINED};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/training");

/// An exercise.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Exercise {
    /// Its id.
    pub id: String,
    /// How hard it is, from 1.
    pub level: String,
    /// The packs it is for; a pack that builds on one of these has it too.
    pub packs: Vec<String>,
    /// Its title by language.
    pub title: BTreeMap<String, String>,
    /// The household as an enumerator meets it, by language.
    pub story: BTreeMap<String, String>,
    /// When it is visited.
    pub review_date: String,
    /// The right answers about the household.
    pub household: BTreeMap<String, String>,
    /// The right answers about its members.
    pub members: Vec<BTreeMap<String, String>>,
    /// What the members are called, in the same order.
    pub names: Vec<String>,
    /// The indicators that are asked about; the status always is.
    pub ask: Vec<String>,
}

/// An exercise as the engine takes it.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The right answers.
    pub household: Household,
    /// When it is visited.
    pub on: Day,
}

/// An exercise as a trainee meets it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Told {
    /// Its level and title.
    pub title: String,
    /// The household, a paragraph each.
    pub story: Vec<String>,
    /// What is seen of it.
    pub seen: Vec<Picture>,
}

/// Where a trainee's form differs from the right one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Lesson {
    /// What it is about: a question, an indicator, the status.
    pub about: String,
    /// What the trainee has.
    pub yours: String,
    /// What is right.
    pub right: String,
    /// Why.
    pub why: String,
    /// The page of the handbook.
    pub page: String,
    /// The article, for what the law decides.
    pub article: Option<String>,
    /// Whether it changes an indicator or the status: of an answer, with all the others right.
    pub changes_result: bool,
}

/// A question that a trainee left open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct LeftOpen {
    /// The question.
    pub about: String,
    /// The members whom it is about; nobody when it is about the household.
    pub members: Vec<String>,
    /// The page of the handbook.
    pub page: String,
}

/// A trainee's form beside the right one.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Comparison {
    /// What differs: the answers that change the result, the status, the indicators, other answers.
    pub lessons: Vec<Lesson>,
    /// What was left open, as the form asks it.
    pub left_open: Vec<LeftOpen>,
}

impl Comparison {
    /// Whether nothing differs and nothing was left open.
    pub fn is_right(&self) -> bool {
        self.lessons.is_empty() && self.left_open.is_empty()
    }
}

impl Exercise {
    /// The exercises for a pack, easy ones first.
    ///
    /// # Errors
    /// [`HandbookError::Training`] for a file that is not right.
    pub fn of(program: &Program) -> Result<Vec<Self>, HandbookError> {
        let mut found = Vec::new();
        for file in FILES.files() {
            let name = file.path().display().to_string();
            let wrong = |mistake: String| HandbookError::Training { file: name.clone(), mistake };
            let tree = vuon_policy::plain_yaml(file.contents_utf8().unwrap_or_default());
            let tree = tree.map_err(|problem| wrong(problem.message))?;
            let exercise: Self = serde_json::from_value(tree).map_err(|error| wrong(error.to_string()))?;
            if exercise.is_for(program) {
                found.push(exercise);
            }
        }
        found.sort_by(|a, b| (&a.level, &a.id).cmp(&(&b.level, &b.id)));
        Ok(found)
    }

    fn is_for(&self, program: &Program) -> bool {
        let below = || program.national.as_deref().is_some_and(|national| self.is_for(national));
        self.packs.contains(&program.pack.id.value) || below()
    }

    /// Its title.
    pub fn title(&self, words: &Words) -> String {
        words.of(&format!("exercise-{}", self.id), &self.title)
    }

    /// The household as it is told and shown.
    ///
    /// # Errors
    /// As [`ready`](Self::ready).
    pub fn told(&self, program: &Program, words: &Words) -> Result<Told, HandbookError> {
        self.told_by(&Author::new(program, words))
    }

    fn told_by(&self, author: &Author<'_>) -> Result<Told, HandbookError> {
        let values = [("level", self.level.clone()), ("title", self.title(author.words))];
        let story = author.words.of(&format!("story-{}", self.id), &self.story);
        let ready = self.ready(author.program)?;
        let on = vuon_policy::words::day(ready.on.date(), author.language);
        let numbered = (1..).zip(&self.names).map(|(number, name)| format!("{number} {name}"));
        let members = numbered.collect::<Vec<_>>().join(", ");
        let lines = story.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        let known = [
            author.words.say_with("practice-day", &[("day", on)]),
            author.words.say_with("practice-members", &[("members", members)]),
        ];
        Ok(Told {
            title: author.words.say_with("practice-level", &values),
            story: lines.chain(known).collect(),
            seen: seen(author, &ready.household),
        })
    }

    /// Answers that somebody gave, for [`compare`]: what cannot be read is not answered.
    pub fn filled(
        program: &Program,
        household: &BTreeMap<String, String>,
        members: &[BTreeMap<String, String>],
    ) -> Household {
        let read = |variables: &[Variable], given: &BTreeMap<String, String>| -> Vec<Answer> {
            let one = |variable: &Variable| answer(program, variable, given.get(&variable.id.value)?).ok();
            variables.iter().map(|variable| one(variable).unwrap_or(Answer::Unknown)).collect()
        };
        let questionnaire = &program.pack.questionnaire;
        Household {
            household: read(&questionnaire.household, household),
            members: members.iter().map(|given| read(&questionnaire.member, given)).collect(),
        }
    }

    /// The right answers as the engine takes them.
    ///
    /// # Errors
    /// [`HandbookError::Household`] for an answer that the pack does not know.
    pub fn ready(&self, program: &Program) -> Result<Ready, HandbookError> {
        let wrong = |mistake: String| HandbookError::Household { id: self.id.clone(), mistake };
        let on = Day::parse(&self.review_date).ok_or_else(|| wrong("review_date is not a day".into()))?;
        if self.names.len() != self.members.len() {
            return Err(wrong("each member has a name".into()));
        }
        let mut household = Household::unanswered(program, self.members.len());
        let fill = |variables: &[Variable], written: &BTreeMap<String, String>, answers: &mut [Answer]| {
            for (name, value) in written {
                let place = variables.iter().position(|variable| variable.id.value == *name);
                let place = place.ok_or_else(|| wrong(format!("there is no variable `{name}`")))?;
                answers[place] = answer(program, &variables[place], value).map_err(wrong)?;
            }
            Ok::<(), HandbookError>(())
        };
        let questionnaire = &program.pack.questionnaire;
        fill(&questionnaire.household, &self.household, &mut household.household)?;
        for (written, answers) in self.members.iter().zip(&mut household.members) {
            fill(&questionnaire.member, written, answers)?;
        }
        Ok(Ready { household, on })
    }
}

pub(super) fn pages(author: &Author<'_>) -> Result<Vec<Page>, HandbookError> {
    Exercise::of(author.program)?.iter().map(|exercise| page(author, exercise)).collect()
}

fn page(author: &Author<'_>, exercise: &Exercise) -> Result<Page, HandbookError> {
    let program = author.program;
    let ready = exercise.ready(program)?;
    let told = exercise.told_by(author)?;
    let mut page = author.page(&format!("practice.{}", exercise.id), told.title, "step.survey");
    page.blocks.extend(told.story.into_iter().map(|text| Block::Text { text }));
    page.blocks.extend(author.pictures("practice-seen", told.seen));
    let reason = explain(program, &program.plan(0), &ready.household, Some(ready.on), author.language);
    for id in &exercise.ask {
        // An exercise serves packs with different indicators.
        if let Some(place) = program.pack.indicators.iter().position(|indicator| indicator.id.value == *id) {
            page.blocks.push(indicator(author, place, &reason.indicators[place]));
            page.margin.push(author.cite(&program.pack.indicators[place].source));
        }
    }
    page.blocks.push(status(author, &reason));
    page.rests_on.insert(format!("exercise {}", exercise.id), author.status_label(&reason.status));
    Ok(page)
}

/// What is drawn of a household: the answers an enumerator would see.
pub(super) fn seen(author: &Author<'_>, household: &Household) -> Vec<Picture> {
    let questionnaire = &author.program.pack.questionnaire;
    let answers = questionnaire.household.iter().zip(&household.household);
    answers
        .filter_map(|(variable, answer)| {
            let (Kind::Choice(list), Answer::Int(place)) = (&variable.kind, answer) else { return None };
            let place = usize::try_from(*place).ok()?;
            let choices = &questionnaire.choices[*list];
            let thing = format!("option.{}.{}", choices.id.value, choices.options[place].id.value);
            let picture = author.picture(&thing, author.variable_label(variable), None);
            picture.shown.is_some().then_some(picture)
        })
        .collect()
}

fn indicator(author: &Author<'_>, place: usize, reason: &IndicatorReason) -> Block {
    let indicator = &author.program.pack.indicators[place];
    let name = author.indicator_label(place);
    let deprived = reason.deprived == Some(true);
    let article = author.cite(&indicator.source).text;
    let values = [
        ("result", author.say(if deprived { "word-deprived" } else { "word-not-deprived" })),
        ("because", because(author, reason)),
        ("page", see(&format!("indicator.{}", indicator.id.value))),
        ("article", article),
    ];
    let answer = author.words.say_with("practice-answer", &values);
    let options = [true, false].map(|choice| Choice {
        text: author.say(if choice { "word-deprived" } else { "word-not-deprived" }),
        right: choice == deprived,
        reply: author.say(if choice == deprived { "practice-right" } else { "practice-wrong" }) + " " + &answer,
    });
    let prompt = author.words.say_with("practice-indicator", &[("indicator", name)]);
    Block::Quiz { id: indicator.id.value.clone(), prompt, options: options.to_vec(), answer }
}

fn status(author: &Author<'_>, reason: &Explanation) -> Block {
    let program = author.program;
    let article = reason.rule.as_ref().map_or_else(String::new, |rule| rule.source.clone());
    let page = program
        .pack
        .methods
        .first()
        .map_or_else(String::new, |method| see(&format!("classification.{}", method.id.value)));
    let values = [("sentence", reason.sentence.clone()), ("page", page), ("article", article)];
    let answer = author.words.say_with("practice-status-answer", &values);
    // The statuses that the default method can give.
    let mut given: Vec<usize> =
        program.methods.first().map_or_else(Vec::new, |method| method.rules.iter().map(|rule| rule.status).collect());
    given.dedup();
    let options = given.into_iter().map(|place| {
        let id = &program.pack.statuses[place].id.value;
        let right = *id == reason.status;
        let reply = author.say(if right { "practice-right" } else { "practice-wrong" }) + " " + &answer;
        Choice { text: author.status_label(id), right, reply }
    });
    Block::Quiz { id: "status".to_owned(), prompt: author.say("practice-status"), options: options.collect(), answer }
}

/// Compares a form filled in by a trainee with the right one.
///
/// # Errors
/// [`HandbookError`] when the exercise is not one of the pack's.
pub fn compare(
    program: &Program,
    words: &Words,
    exercise: &Exercise,
    filled: &Household,
) -> Result<Comparison, HandbookError> {
    let author = Author::new(program, words);
    let ready = exercise.ready(program)?;
    let told = |household: &Household| explain(program, &program.plan(0), household, Some(ready.on), author.language);
    let right = told(&ready.household);
    let (mut decisive, mut others, mut left_open) = (Vec::new(), Vec::new(), BTreeMap::new());
    for question in Asked::all(&author, &ready.household) {
        let (yours, theirs) = (question.answer(filled), question.answer(&ready.household));
        if yours == theirs || theirs == Answer::Unknown {
            continue;
        }
        if yours == Answer::Unknown {
            let own = left_open.entry((question.member.is_some(), question.order));
            let own: &mut LeftOpen = own.or_insert_with(|| question.left_open(&author));
            own.members.extend(question.member.map(|member| exercise.names[member].clone()));
            continue;
        }
        let mut otherwise = ready.household.clone();
        *question.place(&mut otherwise) = yours;
        let changes_result = is_other_result(&told(&otherwise), &right);
        let lesson = question.lesson(&author, exercise, [yours, theirs], changes_result);
        if changes_result { &mut decisive } else { &mut others }.push(lesson);
    }
    let results = results(&author, &told(filled), &right, !left_open.is_empty());
    let lessons = decisive.into_iter().chain(results).chain(others).collect();
    Ok(Comparison { lessons, left_open: left_open.into_values().collect() })
}

fn is_other_result(one: &Explanation, other: &Explanation) -> bool {
    let indicators = one.indicators.iter().zip(&other.indicators);
    one.status != other.status || indicators.into_iter().any(|(one, other)| one.deprived != other.deprived)
}

/// A question of the form, about the household or one of its members.
#[derive(Clone, Copy)]
struct Asked {
    member: Option<usize>,
    /// The variable's place in the pack.
    variable: usize,
    /// Its place on the form.
    order: usize,
}

impl Asked {
    fn all(author: &Author<'_>, household: &Household) -> Vec<Self> {
        let (of_household, of_member) = &author.asked;
        let asked = |member: Option<usize>, variables: &[usize]| -> Vec<Self> {
            variables.iter().enumerate().map(|(order, variable)| Self { member, variable: *variable, order }).collect()
        };
        let mut all = asked(None, of_household);
        all.extend((0..household.members.len()).flat_map(|member| asked(Some(member), of_member)));
        all
    }

    fn variable<'a>(&self, author: &Author<'a>) -> &'a Variable {
        let questionnaire = &author.program.pack.questionnaire;
        let variables = if self.member.is_some() { &questionnaire.member } else { &questionnaire.household };
        &variables[self.variable]
    }

    /// Whoever left out a member answered nothing about them.
    fn answer(&self, household: &Household) -> Answer {
        match self.member {
            None => household.household[self.variable],
            Some(member) => household.members.get(member).map_or(Answer::Unknown, |own| own[self.variable]),
        }
    }

    fn place<'h>(&self, household: &'h mut Household) -> &'h mut Answer {
        match self.member {
            None => &mut household.household[self.variable],
            Some(member) => &mut household.members[member][self.variable],
        }
    }

    fn page(&self, author: &Author<'_>) -> String {
        page_of(author, self.member.is_some(), self.variable)
    }

    fn left_open(&self, author: &Author<'_>) -> LeftOpen {
        let about = author.variable_label(self.variable(author));
        LeftOpen { about, members: Vec::new(), page: self.page(author) }
    }

    fn lesson(
        &self,
        author: &Author<'_>,
        exercise: &Exercise,
        [yours, right]: [Answer; 2],
        changes_result: bool,
    ) -> Lesson {
        let variable = self.variable(author);
        let label = author.variable_label(variable);
        // A question behind many indicators has no article of its own.
        let article = match author.indicators_of(self.member.is_some(), self.variable)[..] {
            [indicator] => Some(author.cite(&author.program.pack.indicators[indicator].source).text),
            _ => None,
        };
        Lesson {
            about: match self.member {
                Some(member) => format!("{}. {}: {label}", member + 1, exercise.names[member]),
                None => label,
            },
            yours: author.answer(variable, yours),
            right: author.answer(variable, right),
            why: author.told(&format!("ask-{}", variable.id.value)),
            page: self.page(author),
            article,
            changes_result,
        }
    }
}

/// What the engine makes of both forms. What it cannot tell yet of a form with open questions is no mistake.
fn results(author: &Author<'_>, yours: &Explanation, right: &Explanation, open: bool) -> Vec<Lesson> {
    let program = author.program;
    let mut lessons = Vec::new();
    if yours.status != right.status && !(open && yours.status == UNDETERMINED) {
        let method = program.pack.methods.first().map_or("", |method| method.id.value.as_str());
        lessons.push(Lesson {
            about: author.say("practice-status"),
            yours: author.status_label(&yours.status),
            right: author.status_label(&right.status),
            why: right.sentence.clone(),
            page: format!("classification.{method}"),
            article: right.rule.as_ref().map(|rule| rule.source.clone()),
            changes_result: true,
        });
    }
    let told = |deprived: Option<bool>| match deprived {
        Some(true) => author.say("word-deprived"),
        Some(false) => author.say("word-not-deprived"),
        None => author.say("word-not-answered"),
    };
    for (place, (mine, theirs)) in yours.indicators.iter().zip(&right.indicators).enumerate() {
        if mine.deprived != theirs.deprived && !(open && mine.deprived.is_none()) {
            let indicator = &program.pack.indicators[place];
            lessons.push(Lesson {
                about: author.indicator_label(place),
                yours: told(mine.deprived),
                right: told(theirs.deprived),
                why: because(author, theirs),
                page: format!("indicator.{}", indicator.id.value),
                article: Some(author.cite(&indicator.source).text),
                changes_result: true,
            });
        }
    }
    lessons
}

/// The answers that an indicator rests on.
fn because(author: &Author<'_>, reason: &IndicatorReason) -> String {
    if reason.answers.is_empty() { author.say("practice-nothing-lacks") } else { reason.answers.join("; ") }
}
