//! The questions of a form in the order of the questionnaire: the household's, then each member's.

use super::read::Read;
use super::{Answers, Field, FieldKind, Under};
use std::collections::BTreeMap;
use vuon_policy::evaluate::Answer;
use vuon_policy::explain::Explanation;
use vuon_policy::model::{Kind, Language, Variable};
use vuon_policy::program::Program;
use vuon_policy::words;

/// A stored number as it is written: no grouping, a point.
pub(super) fn plain(stored: i64, decimals: u32) -> String {
    let scale = 10_i64.pow(decimals);
    let sign = if stored < 0 { "-" } else { "" };
    let (whole, rest) = (stored.unsigned_abs() / scale.unsigned_abs(), stored.unsigned_abs() % scale.unsigned_abs());
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let rest = format!("{rest:0>width$}", width = decimals as usize);
    format!("{sign}{whole}.{}", rest.trim_end_matches('0'))
}

fn kind(program: &Program, variable: &Variable, language: Language) -> Option<FieldKind> {
    Some(match &variable.kind {
        // Ids and places are written by the register, never asked.
        Kind::Id | Kind::Code { .. } => return None,
        Kind::Bool => FieldKind::Bool,
        Kind::Date => FieldKind::Date,
        Kind::Choice(list) => {
            let options = program.pack.questionnaire.choices[*list].options.iter();
            let options = options.map(|option| (option.id.value.clone(), option.label.get(language).to_owned()));
            FieldKind::Choice { options: options.collect() }
        }
        Kind::Number { unit, decimals, min, max } => FieldKind::Number {
            unit: if unit.is_none() { String::new() } else { words::unit(unit, language) },
            decimals: *decimals,
            min: plain(*min, *decimals),
            max: plain(*max, *decimals),
        },
    })
}

/// The questions that the method, and who is entitled to a scheme, hang on.
pub(super) fn fields(
    under: Under<'_>,
    read: &Read<'_>,
    explanation: &Explanation,
    known: &Answers,
    answers: &Answers,
    before: Option<&Answers>,
    language: Language,
) -> Vec<Field> {
    let q = &under.program.pack.questionnaire;
    let (household, member) = under.program.form_variables(under.method);
    let part = Part { under, read, explanation, language };
    let none = BTreeMap::new();
    let mut fields = part.of(
        None,
        &q.household,
        &household,
        [&known.household, &answers.household, before.map_or(&none, |before| &before.household)],
    );
    let own = |answers: Option<&'_ Answers>, person: &str| -> BTreeMap<String, String> {
        let found = answers.and_then(|answers| answers.members.iter().find(|m| m.person == person));
        found.map(|m| m.answers.clone()).unwrap_or_default()
    };
    for (place, known) in known.members.iter().enumerate().take(read.household.members.len()) {
        let (now, before) = (own(Some(answers), &known.person), own(before, &known.person));
        fields.extend(part.of(Some(place), &q.member, &member, [&known.answers, &now, &before]));
    }
    fields
}

struct Part<'a> {
    under: Under<'a>,
    read: &'a Read<'a>,
    explanation: &'a Explanation,
    language: Language,
}

impl Part<'_> {
    /// The fields of the household or of a member; what is known, answered now, and answered before.
    fn of(
        &self,
        member: Option<usize>,
        variables: &[Variable],
        places: &[usize],
        [known, answers, before]: [&BTreeMap<String, String>; 3],
    ) -> Vec<Field> {
        let places = places.iter().map(|place| (*place, &variables[*place]));
        let fields = places.filter_map(|(place, variable)| {
            let id = &variable.id.value;
            let told = member.map_or_else(|| id.clone(), |member| format!("{id}[{}]", member + 1));
            Some(Field {
                variable: id.clone(),
                member,
                label: variable.label.get(self.language).to_owned(),
                question: variable.question.as_ref().unwrap_or(&variable.label).get(self.language).to_owned(),
                field: kind(self.under.program, variable, self.language)?,
                asked: self.read.asked.of(member, place).known(),
                known: known.contains_key(id),
                answer: known.get(id).or_else(|| answers.get(id)).cloned(),
                before: before.get(id).cloned(),
                open: self.explanation.questions.iter().any(|question| question.id == told),
                doubt: self.doubt(variable, member, place),
            })
        });
        fields.collect()
    }

    /// An answer that was read, outside of what is usual.
    fn doubt(&self, variable: &Variable, member: Option<usize>, place: usize) -> Option<String> {
        let ([from, to], Kind::Number { unit, decimals, .. }) = (variable.usual?, &variable.kind) else { return None };
        let household = &self.read.household;
        let answers = member.map_or(&household.household, |member| &household.members[member]);
        let Answer::Int(given) = answers[place] else { return None };
        if (from..=to).contains(&given) {
            return None;
        }
        let write = |number| words::number(number, 10_i64.pow(*decimals), self.language);
        let unit = if unit.is_none() { String::new() } else { format!(" {}", words::unit(unit, self.language)) };
        let (from, to) = (write(from), write(to));
        Some(match self.language {
            Language::Vi => format!("thường từ {from} đến {to}{unit}: hãy xem lại có ghi đúng đơn vị không"),
            Language::En => format!("usually from {from} to {to}{unit}: look again whether the unit is right"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn numbers_are_written_as_packs_write_them() {
        assert_eq!(plain(100_000, 1), "10000");
        assert_eq!(plain(455, 1), "45.5");
        assert_eq!(plain(-5, 2), "-0.05");
        assert_eq!(plain(1_500_000, 0), "1500000");
    }
}
