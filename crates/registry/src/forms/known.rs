//! What the register answers itself, found by name in the pack's questionnaire: a pack without such a variable has none,
//! and what the register does not know is asked.

use super::{Answers, MemberAnswers};
use crate::scope::Place;
use crate::spells::history::{History, newly_escaped_months};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vuon_areas::{AreaCode, Areas};
use vuon_policy::calendar::Day;
use vuon_policy::cases::answer;
use vuon_policy::evaluate::{Answer, Household};
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

impl PicturedMember {
    /// Who it is.
    pub(crate) fn who(&self) -> Who<'_> {
        Who {
            person: &self.person,
            relation: &self.relation,
            sex: self.sex.as_deref(),
            born: self.born.as_deref(),
            ethnic: self.ethnic.as_deref(),
        }
    }
}

/// Who a member is, as the register holds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Who<'a> {
    /// The person.
    pub person: &'a str,
    pub(crate) relation: &'a str,
    pub(crate) sex: Option<&'a str>,
    pub(crate) born: Option<&'a str>,
    pub(crate) ethnic: Option<&'a str>,
}

impl<'a> Who<'a> {
    /// What a question is answered with; nothing where the register does not know it.
    fn answers(&self, question: &str) -> Option<&'a str> {
        match question {
            "relation" => Some(self.relation),
            "birth_date" => self.born.filter(|born| born.len() == 10),
            "sex" => self.sex,
            "ethnicity" => self.ethnic,
            _ => None,
        }
    }
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
    pub members: &'a [Who<'a>],
}

/// The answers that the register gives.
pub(crate) fn known(program: &Program, facts: &Facts<'_>) -> Answers {
    let q = &program.pack.questionnaire;
    let fitting = |variable: &Variable, value: String| answer(program, variable, &value).is_ok().then_some(value);
    let household = q.household.iter().filter_map(|variable| {
        let value = match variable.kind {
            Kind::Id => Some(facts.code.to_owned()),
            _ => of_place(variable, facts.place, facts.commune_kind)
                .or_else(|| of_past(program, variable, facts.history, facts.has_list, facts.day)),
        };
        Some((variable.id.value.clone(), fitting(variable, value?)?))
    });
    let members = facts.members.iter().map(|member| {
        let answers = q.member.iter().filter_map(|variable| {
            let value = member.answers(&variable.id.value)?.to_owned();
            Some((variable.id.value.clone(), fitting(variable, value)?))
        });
        MemberAnswers { person: member.person.to_owned(), answers: answers.collect::<BTreeMap<_, _>>() }
    });
    Answers { household: household.collect(), members: members.collect() }
}

/// Fills in what the register knows of many households of a commune, when nobody answered anything, as the evaluator takes
/// it. The same as [`known`], read; without a text for each answer.
pub(crate) struct Filling<'p> {
    program: &'p Program,
    has_list: bool,
    on: Date,
    /// What the place answers, by household variable.
    place: Vec<Answer>,
}

impl<'p> Filling<'p> {
    /// For a commune, on a day.
    pub fn new(program: &'p Program, place: &Place, commune_kind: &str, has_list: bool, on: Date) -> Self {
        let q = &program.pack.questionnaire;
        let mut filling = Filling { program, has_list, on, place: Vec::new() };
        filling.place =
            q.household.iter().map(|v| filling.read(v, of_place(v, place, commune_kind).as_deref())).collect();
        filling
    }

    /// The answers of a household.
    pub fn of(&self, history: &History, members: &[Who<'_>]) -> Household {
        let q = &self.program.pack.questionnaire;
        let household = q.household.iter().zip(&self.place).map(|(variable, place)| match place {
            Answer::Unknown => {
                self.read(variable, of_past(self.program, variable, history, self.has_list, self.on).as_deref())
            }
            known => *known,
        });
        let members = if q.has_roster() { members } else { &[] };
        let of_member = |member: &Who<'_>| -> Vec<Answer> {
            q.member.iter().map(|variable| self.read(variable, member.answers(&variable.id.value))).collect()
        };
        Household { household: household.collect(), members: members.iter().map(of_member).collect() }
    }

    /// What does not fit the pack, or is after the day, is not known.
    fn read(&self, variable: &Variable, written: Option<&str>) -> Answer {
        let read = written.and_then(|written| answer(self.program, variable, written).ok()).unwrap_or_default();
        let late = |day: i64| variable.kind == Kind::Date && day > i64::from(Day::from_date(self.on).0);
        match read {
            Answer::Int(day) if late(day) => Answer::Unknown,
            read => read,
        }
    }
}

/// What the place of a household answers.
fn of_place(variable: &Variable, place: &Place, commune_kind: &str) -> Option<String> {
    let code = |area: &str| area.split_once(':').map_or(area, |(_, code)| code).to_owned();
    if let Kind::Code { role, .. } = &variable.kind {
        return match role {
            Some(AreaRole::Province) => Some(code(&place.province)),
            Some(AreaRole::District) => place.district.as_deref().map(code),
            Some(AreaRole::Commune) => Some(code(&place.commune)),
            Some(AreaRole::Village) | None => None,
        };
    }
    match variable.id.value.as_str() {
        "area_type" => match commune_kind {
            "Xã" => Some("rural".into()),
            "Phường" | "Thị trấn" => Some("urban".into()),
            _ => None,
        },
        "region" => region(&place.province),
        _ => None,
    }
}

/// What its past answers.
fn of_past(program: &Program, variable: &Variable, history: &History, has_list: bool, day: Date) -> Option<String> {
    match variable.id.value.as_str() {
        "previous_status" => previous_status(program, variable, history, has_list, day),
        // That it never was on a list is not known: the register goes back to its first list only.
        "ever_listed" => history.ever_listed.then(|| "true".into()),
        "removed_from_list_on" => history.removed_on.map(|day| day.to_string()),
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
fn previous_status(
    program: &Program,
    variable: &Variable,
    history: &History,
    has_list: bool,
    day: Date,
) -> Option<String> {
    let Kind::Choice(list) = variable.kind else { return None };
    let has = |id: &str| program.pack.questionnaire.choices[list].position(id).is_some();
    let option = |id: &str| has(id).then(|| id.to_owned());
    match (history.status.as_deref(), history.list) {
        (Some(status), Some(list)) => option(status).or_else(|| option(list.id())),
        (Some(status), None) => {
            let months = newly_escaped_months(program);
            let newly = months.is_some_and(|months| history.left_within(months, day));
            let newly = if newly { option("newly_escaped") } else { None };
            newly.or_else(|| option(status)).or_else(|| option("none"))
        }
        (None, _) if has_list => option("none"),
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::{Under, evaluated};
    use jiff::civil::date;
    use proptest::prelude::*;
    use vuon_policy::Library;
    use vuon_policy::model::List;

    const ON: Date = date(2025, 9, 8);

    fn members() -> impl Strategy<Value = Vec<(&'static str, Option<&'static str>, Option<&'static str>)>> {
        let relation = prop::sample::select(vec!["head", "spouse", "child", "nobody"]);
        let sex = prop::sample::select(vec![None, Some("female"), Some("male"), Some("other")]);
        let born = prop::sample::select(vec![None, Some("1980-02-28"), Some("1980"), Some("2031-01-01")]);
        prop::collection::vec((relation, sex, born), 0..4)
    }

    fn spells() -> impl Strategy<Value = Vec<(Date, &'static str, Option<List>)>> {
        let status = prop::sample::select(vec![
            ("poor", Some(List::Poor)),
            ("near_poor", Some(List::NearPoor)),
            ("average", None),
            ("another", Some(List::Poor)),
        ]);
        let spell = (2018_i16..2026, status).prop_map(|(year, (status, list))| (date(year, 1, 1), status, list));
        prop::collection::vec(spell, 0..4).prop_map(|mut spells| {
            spells.sort_by_key(|(from, ..)| *from);
            spells
        })
    }

    proptest! {
        /// What is filled in for many households is what the form of one reads.
        #[test]
        fn what_is_filled_in_is_what_is_read(
            pack in prop::sample::select(vec!["vn-2022-2026", "vn-2016-2020", "example-province"]),
            kind in prop::sample::select(vec!["Xã", "Phường", "Đặc khu"]),
            has_list: bool,
            spells in spells(),
            members in members(),
        ) {
            let program = Library::embedded().load(pack).unwrap();
            let place = Place {
                province: "vn-2026-04-30:11".into(),
                district: None,
                commune: "vn-2026-04-30:03127".into(),
                hamlet: None,
            };
            let history = History::on(ON, spells);
            let members: Vec<Who<'_>> = members
                .into_iter()
                .map(|(relation, sex, born)| Who { person: relation, relation, sex, born, ethnic: Some("thai") })
                .collect();
            let facts = Facts {
                code: "H1",
                place: &place,
                commune_kind: kind,
                history: &history,
                has_list,
                day: ON,
                members: &members,
            };
            let under = Under { program: &program, method: 0, review_date: ON };
            let read = evaluated(under, &known(&program, &facts), &Answers::default());
            let filled = Filling::new(&program, &place, kind, has_list, ON).of(&history, &members);
            prop_assert_eq!(filled, read);
        }
    }
}
