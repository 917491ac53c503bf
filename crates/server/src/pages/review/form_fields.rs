//! The questions of a form as controls: a question, how it is answered, and below it what there is to say of the answer.
//!
//! The page and the parts that are exchanged while one types are made by the same functions. A control that somebody may
//! be typing in is never exchanged; what stands below it is.

use super::names::Names;
use crate::view::View;
use maud::{Markup, html};
use std::collections::HashMap;
use vuon_policy::words;
use vuon_registry::forms::{AnswerProblem, Field, FieldKind, Form};

/// A form to be shown.
pub struct Questions<'a> {
    /// Who looks.
    pub view: &'a View,
    /// The names of the pack.
    pub names: &'a Names,
    /// The form.
    pub form: &'a Form,
    problems: HashMap<(Option<usize>, &'a str), &'a AnswerProblem>,
}

/// The id of a question's parts in the page.
fn id(field: &Field) -> String {
    key(field.member, &field.variable)
}

fn key(member: Option<usize>, variable: &str) -> String {
    match member {
        None => format!("h-{variable}"),
        Some(member) => format!("m{member}-{variable}"),
    }
}

/// The name of a question's control.
fn name(field: &Field) -> String {
    match field.member {
        None => format!("h.{}", field.variable),
        Some(member) => format!("m.{member}.{}", field.variable),
    }
}

/// Where a question stands in the page.
pub fn anchor(member: Option<usize>, variable: &str) -> String {
    format!("#q-{}", key(member, variable))
}

/// The place of the question that an explanation names: `education[2]` is that of the second member.
pub fn named(id: &str) -> (Option<usize>, &str) {
    let parts = id.strip_suffix(']').and_then(|rest| rest.split_once('['));
    match parts.and_then(|(variable, place)| Some((variable, place.parse::<usize>().ok()?.checked_sub(1)?))) {
        Some((variable, place)) => (Some(place), variable),
        None => (None, id),
    }
}

impl<'a> Questions<'a> {
    /// The questions of a form.
    pub fn of(view: &'a View, names: &'a Names, form: &'a Form) -> Self {
        let problems =
            form.problems.iter().map(|problem| ((problem.member, problem.variable.as_str()), problem)).collect();
        Questions { view, names, form, problems }
    }

    fn problem(&self, field: &Field) -> Option<&AnswerProblem> {
        self.problems.get(&(field.member, field.variable.as_str())).copied()
    }

    /// How each question stands, a letter each: what must be exchanged is what differs from the letter the page had.
    pub fn seen(&self) -> String {
        let letter = |field: &Field| {
            let asked = match field.asked {
                Some(false) => 0,
                Some(true) => 1,
                None => 2,
            };
            let number = asked + 3 * u8::from(field.open) + 6 * u8::from(self.problem(field).is_some());
            char::from(b'a' + number)
        };
        self.form.fields.iter().map(letter).collect()
    }

    /// What must be exchanged in a page that saw the questions so.
    pub fn exchanged(&self, seen: &str) -> Markup {
        let now = self.seen();
        let known = seen.len() == now.len();
        let skipped = |letter: u8| letter.wrapping_sub(b'a').is_multiple_of(3);
        let marks = |field: &Field| matches!(field.field, FieldKind::Number { .. });
        html! {
            @for ((field, before), after) in self.form.fields.iter().zip(seen.bytes().chain(std::iter::repeat(0))).zip(now.bytes()) {
                @if !field.known {
                    @if known && skipped(before) != skipped(after) {
                        (self.question(field, true))
                    } @else if !known || before != after || marks(field) {
                        (self.marks(field, true))
                    }
                }
            }
        }
    }

    /// The household's questions, by dimension of poverty, then each member's: by name and id.
    pub fn all(&self, members: &[(String, String)]) -> Markup {
        let household: Vec<&Field> = self.form.fields.iter().filter(|field| field.member.is_none()).collect();
        html! {
            (self.known(&household))
            @for (title, fields) in self.groups(&household) {
                section.group { h2 { (title) } @for field in fields { (self.question(field, false)) } }
            }
            @for (place, (name, person)) in members.iter().enumerate() {
                @let own: Vec<&Field> = self.form.fields.iter().filter(|field| field.member == Some(place)).collect();
                section.group aria-labelledby=(format!("member-{place}")) {
                    h2 id=(format!("member-{place}")) { (self.view.number(place as i64 + 1)) ". " (name) }
                    input type="hidden" name=(format!("p.{place}")) value=(person);
                    (self.known(&own))
                    @for field in own.iter().filter(|field| !field.known) { (self.question(field, false)) }
                }
            }
        }
    }

    /// The household's questions under the dimension of the first indicator that reads them.
    fn groups<'f>(&self, fields: &[&'f Field]) -> Vec<(String, Vec<&'f Field>)> {
        let mut groups: Vec<(String, Vec<&Field>)> = Vec::new();
        for field in fields.iter().filter(|field| !field.known) {
            let title = self.dimension(&field.variable).unwrap_or_else(|| self.view.t("review-questions-general"));
            match groups.iter_mut().find(|(known, _)| *known == title) {
                Some((_, own)) => own.push(field),
                None => groups.push((title, vec![field])),
            }
        }
        groups
    }

    fn dimension(&self, variable: &str) -> Option<String> {
        let pack = &self.names.program.as_deref()?.pack;
        let sign = |sign: char| !(sign.is_ascii_alphanumeric() || sign == '_');
        let reads = |text: &str| text.split(sign).any(|word| word == variable);
        let indicator = pack.indicators.iter().find(|indicator| reads(&indicator.deprived_when.value))?;
        let dimension = pack.dimensions.iter().find(|dimension| dimension.id.value == indicator.dimension.value)?;
        Some(dimension.label.get(self.view.language).to_owned())
    }

    /// What the register answers itself: shown, not asked.
    fn known(&self, fields: &[&Field]) -> Markup {
        let known = fields.iter().filter(|field| field.known);
        let facts: Vec<(String, Markup)> =
            known.map(|field| (field.label.clone(), html! { (self.told(field, field.answer.as_deref())) })).collect();
        html! { @if !facts.is_empty() { (crate::layout::facts(&facts)) } }
    }

    /// An answer in words.
    fn told(&self, field: &Field, answer: Option<&str>) -> String {
        let view = self.view;
        let Some(answer) = answer else { return view.t("review-not-answered") };
        match &field.field {
            FieldKind::Bool if answer == "true" => view.t("review-yes"),
            FieldKind::Bool if answer == "false" => view.t("review-no"),
            FieldKind::Choice { options } => crate::labels::name(options, answer),
            FieldKind::Number { unit, .. } => format!("{} {unit}", words::written(answer, view.language)),
            FieldKind::Date => view.born(answer),
            FieldKind::Bool => answer.to_owned(),
        }
    }

    /// A question with its control. One that is skipped is there and hidden, so that what was typed is not lost.
    fn question(&self, field: &Field, exchanged: bool) -> Markup {
        let id = id(field);
        html! {
            div.question id=(format!("q-{id}")) hidden[field.asked == Some(false)] hx-swap-oob=[exchanged.then_some("true")] {
                (self.control(field, &id))
                (self.marks(field, false))
            }
        }
    }

    fn control(&self, field: &Field, id: &str) -> Markup {
        let view = self.view;
        let (name, marks) = (name(field), format!("k-{id}"));
        let answer = field.answer.as_deref().unwrap_or_default();
        let invalid = self.problem(field).map(|_| "true");
        match &field.field {
            FieldKind::Bool => {
                let choices =
                    [("true", view.t("review-yes")), ("false", view.t("review-no")), ("", view.t("review-unknown"))];
                html! {
                    fieldset.answers aria-describedby=(marks) {
                        legend { (field.question) }
                        @for (value, words) in &choices {
                            @let own = format!("{id}-{}", if value.is_empty() { "unknown" } else { value });
                            label for=(own) {
                                input type="radio" id=(own) name=(name) value=(value) checked[answer == *value];
                                (words)
                            }
                        }
                    }
                }
            }
            FieldKind::Choice { options } => html! {
                label for=(id) { (field.question) }
                select id=(id) name=(name) aria-describedby=(marks) aria-invalid=[invalid] {
                    option value="" { (view.t("review-unknown")) }
                    @for (value, words) in options { option value=(value) selected[value == answer] { (words) } }
                }
            },
            FieldKind::Number { unit, decimals, .. } => {
                let mode = if *decimals == 0 { "numeric" } else { "decimal" };
                html! {
                    label for=(id) { (field.question) }
                    span.measure {
                        input type="text" id=(id) name=(name) value=(words::written(answer, view.language)) inputmode=(mode)
                            maxlength="30" autocomplete="off" aria-describedby=(marks) aria-invalid=[invalid];
                        @if !unit.is_empty() { " " span { (unit) } }
                    }
                }
            }
            FieldKind::Date => html! {
                label for=(id) { (field.question) }
                input type="date" id=(id) name=(name) value=(answer) aria-describedby=(marks) aria-invalid=[invalid];
            },
        }
    }

    /// What there is to say of an answer: what is wrong with it, that the status hangs on it, what it was before.
    fn marks(&self, field: &Field, exchanged: bool) -> Markup {
        let view = self.view;
        let number = match &field.field {
            FieldKind::Number { .. } => field.answer.as_deref().filter(|answer| answer.len() > 4),
            _ => None,
        };
        html! {
            p.marks id=(format!("k-{}", id(field))) hx-swap-oob=[exchanged.then_some("true")] {
                @if let Some(problem) = self.problem(field) { strong.late { (problem.message) } " " }
                @if let Some(doubt) = &field.doubt { strong.soon { (doubt) } " " }
                @if field.open { span.tag.near_poor { (view.t("review-question-open")) } " " }
                @if let Some(answer) = number.filter(|_| self.problem(field).is_none()) {
                    span { "= " (self.told(field, Some(answer))) } " "
                }
                @if let Some(before) = &field.before {
                    span.muted { (view.t("review-answer-before")) ": " (self.told(field, Some(before))) }
                }
            }
        }
    }
}
