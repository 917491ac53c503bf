//! Which variables of the questionnaire a run needs from the tables.

use super::RunError;
use crate::words::told;
use vuon_policy::model::{Kind, Questionnaire, Variable};
use vuon_policy::program::Program;

/// Whether a household variable is a code of a place.
pub(super) fn is_code(q: &Questionnaire, id: &str) -> bool {
    q.household.iter().any(|v| v.id.value == id && matches!(v.kind, Kind::Code { .. }))
}

/// The variables that an assessment reads: those of the pack's own method and, for a local standard, those of the
/// national one beside it.
pub(crate) fn read_variables(program: &Program, method: usize) -> (Vec<usize>, Vec<usize>) {
    let own = program.plan(method);
    let (mut household, mut member) = (own.household, own.member);
    if let Some(national) = &program.national
        && let Some(method) = national.method(Some(&program.pack.methods[method].id.value))
    {
        let plan = national.plan(method);
        let (theirs, ours) = (&national.pack.questionnaire, &program.pack.questionnaire);
        let place = |theirs: &[Variable], ours: &[Variable], i: usize| {
            ours.iter().position(|v| v.id.value == theirs[i].id.value)
        };
        household.extend(plan.household.iter().filter_map(|i| place(&theirs.household, &ours.household, *i)));
        member.extend(plan.member.iter().filter_map(|i| place(&theirs.member, &ours.member, *i)));
    }
    (household, member)
}

/// The places of the variables to count by.
pub(super) fn carried(q: &Questionnaire, by: &[String]) -> Result<Vec<usize>, RunError> {
    let fit = |v: &Variable| matches!(v.kind, Kind::Choice(_) | Kind::Code { .. });
    by.iter()
        .map(|id| {
            q.household.iter().position(|v| v.id.value == *id && fit(v)).ok_or_else(|| {
                let known: Vec<&str> = q.household.iter().filter(|v| fit(v)).map(|v| v.id.value.as_str()).collect();
                let known = known.join(", ");
                RunError::Name(told(
                    format!("không đếm hộ theo `{id}` được; có thể đếm theo: {known}"),
                    format!("households cannot be counted by `{id}`; there are: {known}"),
                ))
            })
        })
        .collect()
}

/// The household variable that counts persons, where members are not listed: the one in the unit `person`.
pub(crate) fn size_variable(q: &Questionnaire) -> Option<usize> {
    let person = vuon_policy::unit::Unit::base("person");
    let counts = |kind: &Kind| matches!(kind, Kind::Number { unit, decimals: 0, .. } if *unit == person);
    if q.has_roster() { None } else { q.household.iter().position(|v| counts(&v.kind)) }
}
