//! The form of a household, from the pack's questionnaire: what is asked, when, of whom, and what the answers give.
//!
//! Answers are kept as packs write them (`true`, `1.5`, `urban`, `1980-02-28`), by the ids of variables. What the
//! register knows itself (place, history, who the members are) is filled in before anybody asks.

mod fields;
pub(crate) mod known;
mod read;
pub(crate) mod unshown;

use crate::{RegistryError, Result};
use jiff::civil::Date;
use read::Read;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vuon_policy::evaluate::Household;
use vuon_policy::explain::Explanation;
use vuon_policy::model::Language;
use vuon_policy::program::Program;

/// The answers of a household. A variable that is not there is not answered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Of the household.
    #[serde(default)]
    pub household: BTreeMap<String, String>,
    /// Of each member.
    #[serde(default)]
    pub members: Vec<MemberAnswers>,
}

/// The answers of a member.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberAnswers {
    /// The person's id.
    pub person: String,
    /// By variable.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
}

/// What is wrong with an answer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct AnswerProblem {
    /// The member's place, from 0; none for the household.
    pub member: Option<usize>,
    /// The variable.
    pub variable: String,
    /// What is wrong, and what to do.
    pub message: String,
}

/// How a field is shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// Yes or no.
    Bool,
    /// One of some options: id and label.
    Choice {
        /// The options.
        options: Vec<(String, String)>,
    },
    /// A number.
    Number {
        /// The unit in words.
        unit: String,
        /// Digits after the point.
        decimals: u32,
        /// The least, as it is written.
        min: String,
        /// The greatest, as it is written.
        max: String,
    },
    /// A day.
    Date,
}

/// A question on the form of one household, as its answers stand.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, utoipa::ToSchema)]
pub struct Field {
    /// The variable.
    pub variable: String,
    /// The member's place, from 0; none for the household.
    pub member: Option<usize>,
    /// A short name.
    pub label: String,
    /// How the question is put.
    pub question: String,
    /// How it is answered.
    pub field: FieldKind,
    /// Whether it is asked, as the answers stand: `Some(false)` is skipped, nothing is not known yet.
    pub asked: Option<bool>,
    /// Whether the register fills it in; it is shown, not asked.
    pub known: bool,
    /// The answer.
    pub answer: Option<String>,
    /// The answer of the review before.
    pub before: Option<String>,
    /// Whether the status still hangs on it.
    pub open: bool,
    /// Why one may wonder at the answer, which is taken all the same.
    pub doubt: Option<String>,
}

/// The form, and what the answers so far give.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Form {
    /// The household's questions, then each member's.
    pub fields: Vec<Field>,
    /// What cannot be right.
    pub problems: Vec<AnswerProblem>,
    /// The status and its reasons, as the answers stand.
    #[schema(value_type = Object)]
    pub explanation: Explanation,
    /// The name of the status.
    pub status_label: String,
    /// Reported measures such as the B2 score: label and value in words.
    pub scores: Vec<(String, String)>,
}

/// Where answers are assessed.
#[derive(Clone, Copy, Debug)]
pub struct Under<'a> {
    /// The pack.
    pub program: &'a Program,
    /// The place of the method.
    pub method: usize,
    /// The day of the review.
    pub review_date: Date,
}

/// The variables of this pack that the register fills in: place, history, and of members who they are.
pub fn known_variables(program: &Program) -> Vec<String> {
    let q = &program.pack.questionnaire;
    let household = q.household.iter().filter(|v| known::of_household(v)).map(|v| v.id.value.clone());
    let member = q.member.iter().filter(|v| known::of_member(v)).map(|v| v.id.value.clone());
    household.chain(member).collect()
}

/// The form for some answers. `known` are what the register fills in; `before` are the answers of the review before.
pub fn form(
    under: Under<'_>,
    known: &Answers,
    answers: &Answers,
    before: Option<&Answers>,
    language: Language,
) -> Form {
    let read = Read::of(under, known, answers, language);
    let judged = read.judge(under, language);
    let fields = fields::fields(under, &read, &judged.explanation, known, answers, before, language);
    Form {
        fields,
        problems: read.problems,
        explanation: judged.explanation,
        status_label: judged.status_label,
        scores: judged.scores,
    }
}

/// Assesses answers, together with what the register knows.
///
/// # Errors
/// [`RegistryError::Invalid`] for an answer that cannot be right.
pub fn assess(under: Under<'_>, known: &Answers, answers: &Answers, language: Language) -> Result<Explanation> {
    read_for_good(under, known, answers, language).map(|(_, explanation)| explanation)
}

/// What the evaluator takes of answers that were signed before: what does not fit this pack is not known.
pub fn evaluated(under: Under<'_>, known: &Answers, said: &Answers) -> Household {
    Read::of(under, known, said, Language::En).household
}

/// Assesses answers that are to be signed. With the reason comes what was answered: no more than was asked and is not
/// known anyway, so that nobody signs what they did not see.
pub(crate) fn read_for_good(
    under: Under<'_>,
    known: &Answers,
    answers: &Answers,
    language: Language,
) -> Result<(Answers, Explanation)> {
    let read = Read::of(under, known, answers, language);
    if let Some(problem) = read.problems.first() {
        let field = match problem.member {
            None => problem.variable.clone(),
            Some(member) => format!("{}[{}]", problem.variable, member + 1),
        };
        return Err(RegistryError::Invalid { field, message: problem.message.clone() });
    }
    let explanation = read.judge(under, language).explanation;
    Ok((read.answered, explanation))
}
