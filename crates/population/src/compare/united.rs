//! The questions of two packs as one questionnaire, where they can be put to one table.

use super::Standard;
use crate::beside::Wanted;
use crate::layout::TableKind;
use crate::pipeline::{RunError, read_variables};
use crate::words::{Told, told};
use std::collections::BTreeSet;
use vuon_policy::model::{Choices, Kind, Language, Questionnaire, Variable};

/// The questions of two packs, and which of them are read.
pub(super) struct United {
    /// The questions of the first pack, then those that only the second one has.
    pub questionnaire: Questionnaire,
    /// The household variables that either of the two reads.
    pub household: Vec<usize>,
    /// The member variables that either of the two reads.
    pub member: Vec<usize>,
}

impl United {
    /// Unites the questions of two standards. A question that either reads, or that is wanted, and that both know must mean
    /// the same in both.
    pub fn of(standards: [Standard<'_>; 2], wanted: &Wanted) -> Result<Self, RunError> {
        let packs = standards.map(|standard| &standard.program.pack);
        let [first, second] = standards.map(|standard| read_variables(standard.program, standard.method));
        let mut questionnaire = packs[0].questionnaire.clone();
        let other = &packs[1].questionnaire;
        let shift = questionnaire.choices.len();
        questionnaire.choices.extend(other.choices.iter().cloned());
        let lists = &questionnaire.choices;
        let names = packs.map(|pack| pack.id.value.as_str());
        let carried: Vec<&str> = wanted.columns.iter().map(|column| &*column.name).collect();
        let household = Read { first: &first.0, second: &second.0, carried: &carried };
        let household = unite(&mut questionnaire.household, &other.household, household, lists, shift)
            .map_err(|conflict| conflict.tell(names, TableKind::Households))?;
        let member = Read { first: &first.1, second: &second.1, carried: &[] };
        let member = unite(&mut questionnaire.member, &other.member, member, lists, shift)
            .map_err(|conflict| conflict.tell(names, TableKind::Members))?;
        Ok(Self { questionnaire, household, member })
    }
}

/// Which questions are read.
struct Read<'r> {
    /// By the first standard, by their places in its pack.
    first: &'r [usize],
    /// By the second standard, by their places in its pack.
    second: &'r [usize],
    /// By name, for themselves.
    carried: &'r [&'r str],
}

/// A question that does not mean the same in both packs.
struct Conflict {
    variable: String,
    kinds: [Told; 2],
}

impl Conflict {
    fn tell(self, packs: [&str; 2], table: TableKind) -> RunError {
        let Self { variable, kinds: [first, second] } = self;
        let [a, b] = packs;
        let (vi, en) = (table.name(Language::Vi), table.name(Language::En));
        RunError::Name(told(
            format!(
                "`{variable}` (câu hỏi về {vi}) không cùng nghĩa trong hai gói: {a}: {}; {b}: {}; hai chuẩn này không đọc \
                 chung một bảng được",
                first.vi, second.vi
            ),
            format!(
                "`{variable}` (a question about the {en}) does not mean the same in both packs: {a}: {}; {b}: {}; the two \
                 standards cannot read the same table",
                first.en, second.en
            ),
        ))
    }
}

/// Adds the questions of the other pack to the own ones; gives the places of those that are read. Lists of the other pack
/// stand `shift` places further on.
fn unite(
    own: &mut Vec<Variable>,
    others: &[Variable],
    read: Read<'_>,
    lists: &[Choices],
    shift: usize,
) -> Result<Vec<usize>, Conflict> {
    let mut places: BTreeSet<usize> = read.first.iter().copied().collect();
    for (variable, at) in others.iter().zip(0..) {
        let kind = match &variable.kind {
            Kind::Choice(list) => Kind::Choice(list + shift),
            other => other.clone(),
        };
        let found = own.iter().position(|known| known.id.value == variable.id.value);
        let place = found.unwrap_or(own.len());
        if read.second.contains(&at) {
            places.insert(place);
        }
        if found.is_none() {
            own.push(Variable { kind, ..variable.clone() });
            continue;
        }
        // Codes of places are always read.
        let is_place = |kind: &Kind| matches!(kind, Kind::Id | Kind::Code { .. });
        let carried = read.carried.contains(&variable.id.value.as_str());
        if places.contains(&place) || carried || is_place(&kind) || is_place(&own[place].kind) {
            own[place].kind = agreed(&own[place].kind, &kind, lists).ok_or_else(|| Conflict {
                variable: variable.id.value.clone(),
                kinds: [describe(&own[place].kind, lists), describe(&kind, lists)],
            })?;
        }
    }
    let mut ids = own.iter().filter(|variable| variable.kind == Kind::Id);
    if let (Some(_), Some(second)) = (ids.next(), ids.next()) {
        let none = told("không có câu hỏi này", "there is no such question");
        return Err(Conflict { variable: second.id.value.clone(), kinds: [none, describe(&Kind::Id, lists)] });
    }
    Ok(places.into_iter().collect())
}

/// What an answer to a question may be for both, if the question is the same: of two lists of which one goes on after the
/// other the longer, of two ranges what is in both.
fn agreed(a: &Kind, b: &Kind, lists: &[Choices]) -> Option<Kind> {
    match (a, b) {
        (Kind::Choice(a), Kind::Choice(b)) => {
            let ids = |list: usize| lists[list].options.iter().map(|option| option.id.value.as_str());
            let same = ids(*a).zip(ids(*b)).all(|(a, b)| a == b);
            let longer = if ids(*a).count() >= ids(*b).count() { a } else { b };
            same.then_some(Kind::Choice(*longer))
        }
        (Kind::Code { width, .. }, Kind::Code { width: other, .. }) => (width == other).then(|| a.clone()),
        (
            Kind::Number { unit, decimals, min, max },
            Kind::Number { unit: other_unit, decimals: other_decimals, min: other_min, max: other_max },
        ) => {
            let (min, max) = (*min.max(other_min), *max.min(other_max));
            let same = unit == other_unit && decimals == other_decimals && min <= max;
            same.then(|| Kind::Number { unit: unit.clone(), decimals: *decimals, min, max })
        }
        (a, b) => (a == b).then(|| a.clone()),
    }
}

/// What kind of answer a question has, for messages.
fn describe(kind: &Kind, lists: &[Choices]) -> Told {
    match kind {
        Kind::Id => told("mã của hộ", "the household's id"),
        Kind::Code { width, .. } => told(format!("mã {width} chữ số"), format!("a code of {width} digits")),
        Kind::Choice(list) => {
            let ids: Vec<&str> = lists[*list].options.iter().map(|option| option.id.value.as_str()).collect();
            let ids = ids.join(", ");
            told(format!("một trong: {ids}"), format!("one of {ids}"))
        }
        Kind::Number { unit, decimals, min, max } => {
            let [min, max] = [min, max].map(|bound| crate::cell::plain(*bound, *decimals));
            let (vi, en) = match unit.is_none() {
                true => (String::new(), String::new()),
                false => (format!(" {unit}"), format!(" in {unit}")),
            };
            told(
                format!("số{vi} từ {min} đến {max}, {decimals} chữ số thập phân"),
                format!("a number{en} from {min} to {max} with {decimals} decimals"),
            )
        }
        Kind::Bool => told("có hoặc không", "yes or no"),
        Kind::Date => told("ngày", "a day"),
    }
}
