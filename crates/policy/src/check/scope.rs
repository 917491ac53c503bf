//! What a name means where an expression stands.

use crate::exact::Exact;
use crate::ir::NodeId;
use crate::model::{Parameter, Questionnaire};
use crate::program::ValueKind;
use crate::unit::Unit;
use std::collections::{BTreeMap, BTreeSet};

/// A checked expression: its node and what it gives.
#[derive(Clone, Debug)]
pub(crate) struct Typed {
    pub node: NodeId,
    pub kind: TypedKind,
}

/// What an expression gives, while checking.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum TypedKind {
    Value(ValueKind),
    /// A bare number: takes the unit of what it meets. The node counts `1 / denominator`.
    BareNumber {
        denominator: i64,
    },
}

impl TypedKind {
    /// As a person says it.
    pub fn describe(&self, scope: &Scope) -> String {
        match self {
            TypedKind::BareNumber { .. } => "a number".into(),
            TypedKind::Value(ValueKind::Bool) => "yes/no".into(),
            TypedKind::Value(ValueKind::Number { unit, .. }) if unit.is_none() => "a pure number".into(),
            TypedKind::Value(ValueKind::Number { unit, .. }) => format!("a number in {unit}"),
            TypedKind::Value(ValueKind::Choice(list)) => {
                format!("a choice of `{}`", scope.questionnaire.choices[*list].id.value)
            }
            TypedKind::Value(ValueKind::Band(_)) => "a band".into(),
            TypedKind::Value(ValueKind::Status) => "a status".into(),
            TypedKind::Value(ValueKind::Date) => "a date".into(),
        }
    }
}

/// The names an expression may use.
pub(crate) struct Scope<'p> {
    pub questionnaire: &'p Questionnaire,
    pub parameters: &'p [Parameter],
    /// Measures and computed numbers by name: `poor_line`, `deprivations`, `indicators.water`, `scores.b1`, `status`.
    pub named: BTreeMap<String, Typed>,
    /// The option ids of kinds that are not lists of the questionnaire: bands by measure, and statuses.
    pub band_ids: BTreeMap<usize, Vec<String>>,
    pub status_ids: Vec<String>,
    /// Names that could not be read or checked: their use is not a second problem.
    pub broken: BTreeSet<String>,
    /// Names that some expression has used.
    pub used: BTreeSet<String>,
    /// While checking a member's `asked_when`: the name of the member.
    pub member_name: Option<String>,
}

impl Scope<'_> {
    /// The option ids of a choice-like kind.
    pub fn option_ids(&self, kind: &ValueKind) -> Option<Vec<String>> {
        match kind {
            ValueKind::Choice(list) => {
                Some(self.questionnaire.choices[*list].options.iter().map(|o| o.id.value.clone()).collect())
            }
            ValueKind::Band(measure) => self.band_ids.get(measure).cloned(),
            ValueKind::Status => Some(self.status_ids.clone()),
            _ => None,
        }
    }

    /// All names that stand for a value of the household.
    pub fn all_names(&self) -> Vec<&str> {
        let variables = self.questionnaire.household.iter().map(|v| v.id.value.as_str());
        let parameters = self.parameters.iter().map(|p| p.id.value.as_str());
        let built_in = ["members", "review_date", "age", "months_since", "known", "date"];
        variables.chain(parameters).chain(self.named.keys().map(String::as_str)).chain(built_in).collect()
    }
}

/// A whole count of `1 / denominator` of an exact number.
pub(crate) fn counted(value: Exact) -> (i64, i64) {
    (value.numerator(), value.denominator())
}

/// The kind of a number with a unit.
pub(crate) fn number(unit: Unit, denominator: i64) -> TypedKind {
    TypedKind::Value(ValueKind::Number { unit, denominator })
}

/// The kind yes/no.
pub(crate) const BOOL: TypedKind = TypedKind::Value(ValueKind::Bool);
