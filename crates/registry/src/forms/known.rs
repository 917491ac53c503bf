//! What the register answers itself, found by name in the pack's questionnaire: a pack without such a variable has none,
//! and what the register does not know is asked.

use super::{Answers, MemberAnswers};
use crate::scope::Place;
use crate::spells::history::{History, newly_escaped_months};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vuon_areas::{AreaCode, Areas};
use vuon_policy::cases::answer;
use vuon_policy::model::{AreaRole, Kind, Variable};
use vuon_policy::program::Program;

const HOUSEHOLD: [&str; 5] = ["area_type", "region", "previous_status", "ever_listed", "removed_from_list_on"];
const MEMBER: [&str; 4] = ["relation", "birth_date", "sex", "ethnicity"];

pub(super) fn of_household(variable: &Variable) -> bool {
    matches!(variable.kind, Kind::Id | Kind::Code { .. }) || HOUSEHOLD.contains(&variable.id.value.as_str())
}

pub(super) fn of_member(variable: &Variable) -> bool {
    MEMBER.contains(&variable.id.value.as_str())
}

/// A member as the picture of a round keeps it: who it is, and no name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PicturedMember {
    /// The person.
    pub person: String,
    /// The relation to the head.
    pub relation: String,
    /// The sex.
    pub sex: Option<String>,
    /// When born: a day, or a year alone.
    pub born: Option<String>,
    /// The ethnic group.
    pub ethnic: Option<String>,
    /// Since when in the household.
    pub since: Date,
}

/// What the register knows of a household on a day.
pub(crate) struct Facts<'a> {
    /// Its code.
    pub code: &'a str,
    /// Where it is.
    pub place: &'a Place,
    /// What its commune is called: `Xã`, `Phường` …
    pub commune_kind: &'a str,
    /// Its past.
    pub history: &'a History,
    /// Whether its commune had a list before, so that not being on it is known.
    pub has_list: bool,
    /// The day.
    pub day: Date,
    /// Its members.
    pub members: &'a [PicturedMember],
}

/// The answers that the register gives.
pub(crate) fn known(program: &Program, facts: &Facts<'_>) -> Answers {
    let q = &program.pack.questionnaire;
    let fitting = |variable: &Variable, value: String| answer(program, variable, &value).is_ok().then_some(value);
    let household = q.household.iter().filter_map(|variable| {
        let value = fitting(variable, of_place_or_past(program, variable, facts)?)?;
        Some((variable.id.value.clone(), value))
    });
    let members = facts.members.iter().map(|member| {
        let answers = q.member.iter().filter_map(|variable| {
            let value = match variable.id.value.as_str() {
                "relation" => Some(member.relation.clone()),
                "birth_date" => member.born.clone().filter(|born| born.len() == 10),
                "sex" => member.sex.clone(),
                "ethnicity" => member.ethnic.clone(),
                _ => None,
            };
            Some((variable.id.value.clone(), fitting(variable, value?)?))
        });
        MemberAnswers { person: member.person.clone(), answers: answers.collect::<BTreeMap<_, _>>() }
    });
    Answers { household: household.collect(), members: members.collect() }
}

fn of_place_or_past(program: &Program, variable: &Variable, facts: &Facts<'_>) -> Option<String> {
    let code = |area: &str| area.split_once(':').map_or(area, |(_, code)| code).to_owned();
    match &variable.kind {
        Kind::Id => return Some(facts.code.to_owned()),
        Kind::Code { role, .. } => {
            return match role {
                Some(AreaRole::Province) => Some(code(&facts.place.province)),
                Some(AreaRole::District) => facts.place.district.as_deref().map(code),
                Some(AreaRole::Commune) => Some(code(&facts.place.commune)),
                Some(AreaRole::Village) | None => None,
            };
        }
        _ => {}
    }
    match variable.id.value.as_str() {
        "area_type" => match facts.commune_kind {
            "Xã" => Some("rural".into()),
            "Phường" | "Thị trấn" => Some("urban".into()),
            _ => None,
        },
        "region" => region(&facts.place.province),
        "previous_status" => previous_status(program, variable, facts),
        // That it never was on a list is not known: the register goes back to its first list only.
        "ever_listed" => facts.history.ever_listed.then(|| "true".into()),
        "removed_from_list_on" => facts.history.removed_on.map(|day| day.to_string()),
        _ => None,
    }
}

fn region(province: &str) -> Option<String> {
    let (list, code) = province.split_once(':')?;
    let areas = Areas::embedded();
    let list = areas.list(list).ok()?;
    areas.region(list, code.parse::<AreaCode>().ok()?).map(str::to_owned)
}

/// The result of the review before, in the options of the questionnaire.
fn previous_status(program: &Program, variable: &Variable, facts: &Facts<'_>) -> Option<String> {
    let Kind::Choice(list) = variable.kind else { return None };
    let has = |id: &str| program.pack.questionnaire.choices[list].position(id).is_some();
    let option = |id: &str| has(id).then(|| id.to_owned());
    match (facts.history.status.as_deref(), facts.history.list) {
        (Some(status), Some(list)) => option(status).or_else(|| option(list.id())),
        (Some(status), None) => {
            let months = newly_escaped_months(program);
            let newly = months.is_some_and(|months| facts.history.left_within(months, facts.day));
            let newly = if newly { option("newly_escaped") } else { None };
            newly.or_else(|| option(status)).or_else(|| option("none"))
        }
        (None, _) if facts.has_list => option("none"),
        (None, _) => None,
    }
}
