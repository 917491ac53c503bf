//! What an earlier version answered to questions that the form of its method does not show.

use super::{Answers, MemberAnswers, Under};
use std::collections::{BTreeMap, BTreeSet};
use vuon_policy::model::Variable;

/// Answers with those of the version before to questions that the form does not show: whoever signs a form takes nothing
/// away that they never saw. What the sender says about such a question stands, an empty answer too.
pub(crate) fn with_unshown(under: Under<'_>, mut answers: Answers, before: &Answers) -> Answers {
    let q = &under.program.pack.questionnaire;
    let (household, member) = under.program.form_variables(under.method);
    let shown = |variables: &'_ [Variable], places: Vec<usize>| -> BTreeSet<String> {
        places.into_iter().map(|place| variables[place].id.value.clone()).collect()
    };
    let (household, member) = (shown(&q.household, household), shown(&q.member, member));
    keep(&household, &mut answers.household, &before.household);
    for before in &before.members {
        let place = answers.members.iter().position(|own| own.person == before.person).unwrap_or_else(|| {
            answers.members.push(MemberAnswers { person: before.person.clone(), answers: BTreeMap::new() });
            answers.members.len() - 1
        });
        keep(&member, &mut answers.members[place].answers, &before.answers);
    }
    answers
}

fn keep(shown: &BTreeSet<String>, own: &mut BTreeMap<String, String>, before: &BTreeMap<String, String>) {
    for (variable, answer) in before.iter().filter(|(variable, _)| !shown.contains(*variable)) {
        own.entry(variable.clone()).or_insert_with(|| answer.clone());
    }
}
