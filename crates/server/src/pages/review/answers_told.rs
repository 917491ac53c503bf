//! Answers in words, by the questionnaire of the pack.

use crate::view::View;
use vuon_policy::model::{Kind, Questionnaire, Variable};
use vuon_policy::words;
use vuon_registry::cases::AnswersVersion;
use vuon_registry::forms::Answers;
use vuon_registry::households::Member;

/// A question and what some versions of answers say to it; none: not answered.
pub struct Told {
    /// The member's name; none for the household.
    pub member: Option<String>,
    /// What is asked, in short.
    pub label: String,
    /// The answers, in the order of the versions.
    pub answers: Vec<Option<String>>,
}

impl Told {
    /// Whether not all versions say the same.
    pub fn differs(&self) -> bool {
        self.answers.windows(2).any(|pair| pair[0] != pair[1])
    }
}

/// An answer in words; as it was written if the questionnaire does not know it.
pub fn told(view: &View, questions: &Questionnaire, variable: Option<&Variable>, answer: &str) -> String {
    let Some(variable) = variable else { return answer.to_owned() };
    match &variable.kind {
        Kind::Bool => match answer {
            "true" => view.t("review-yes"),
            "false" => view.t("review-no"),
            other => other.to_owned(),
        },
        Kind::Choice(list) => {
            let options = questions.choices.get(*list).map(|choices| choices.options.as_slice()).unwrap_or_default();
            let option = options.iter().find(|option| option.id.value == answer);
            option.map_or_else(|| answer.to_owned(), |option| option.label.get(view.language).to_owned())
        }
        Kind::Number { unit, .. } => {
            let number = words::written(answer, view.language);
            if unit.is_none() { number } else { format!("{number} {}", words::unit(unit, view.language)) }
        }
        Kind::Date => view.born(answer),
        _ => answer.to_owned(),
    }
}

/// Every question that at least one of some answers answers, in the order of the questionnaire.
pub fn all(view: &View, questions: &Questionnaire, members: &[Member], versions: &[&Answers]) -> Vec<Told> {
    let mut rows = Vec::new();
    for variable in &questions.household {
        let answers = versions.iter().map(|answers| answers.household.get(&variable.id.value));
        rows.extend(row(view, questions, None, variable, answers));
    }
    for member in members {
        for variable in &questions.member {
            let answers = versions.iter().map(|answers| {
                let own = answers.members.iter().find(|own| own.person == member.person)?;
                own.answers.get(&variable.id.value)
            });
            rows.extend(row(view, questions, Some(view.named(&member.name)), variable, answers));
        }
    }
    rows
}

fn row<'a>(
    view: &View,
    questions: &Questionnaire,
    member: Option<String>,
    variable: &Variable,
    answers: impl Iterator<Item = Option<&'a String>>,
) -> Option<Told> {
    let answers: Vec<Option<String>> =
        answers.map(|answer| answer.map(|answer| told(view, questions, Some(variable), answer))).collect();
    let label = variable.label.get(view.language).to_owned();
    answers.iter().any(Option::is_some).then_some(Told { member, label, answers })
}

/// A version in short: `2 – re-check`.
pub fn version_name(view: &View, version: &AnswersVersion) -> String {
    format!("{} – {}", view.number(version.version), view.of("review-answers-reason", version.reason.id()))
}
