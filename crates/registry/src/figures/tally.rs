//! One household added to the counts of its list. Pure.

use super::{Children, Holds, ListFigures};
use crate::forms::{Answers, Under, evaluated};
use crate::households::Member;
use std::collections::{BTreeMap, HashMap};
use vuon_policy::assess::assess;
use vuon_policy::calendar::{Day, completed_years};
use vuon_policy::evaluate::{Answer, Household};
use vuon_policy::ir::Op;
use vuon_policy::lattice::{Interval, Tri};
use vuon_policy::model::List;
use vuon_policy::program::{Outcome, Plan};

/// Below this age the reports count a child.
const CHILD: i64 = 16;

impl ListFigures {
    /// Adds what the register itself knows.
    pub(super) fn add(&mut self, members: &[Member]) {
        let persons = members.len() as i64;
        self.total.add(persons);
        let head = members.iter().find(|member| member.relation == "head");
        let ethnic = head.and_then(|head| head.ethnic.clone()).unwrap_or_default();
        self.ethnic.entry(ethnic).or_default().add(persons);
        match head.and_then(|head| head.sex.as_deref()) {
            Some("female") => self.female_head.add(persons),
            Some(_) => {}
            None => self.sex_unknown.add(persons),
        }
    }

    /// Adds what the signed answers say.
    pub(super) fn add_answers(&mut self, under: Under<'_>, plan: &Plan, known: &Answers, said: &Answers) {
        let program = under.program;
        let household = evaluated(under, known, said);
        let day = Day::from_date(under.review_date);
        let mut assessment = assess(program, plan, &household, Some(day), HashMap::new());
        for (indicator, node) in program.pack.indicators.iter().zip(&program.indicators) {
            count(&mut self.deprived, &indicator.id.value, assessment.evaluation.value(*node).tri());
            // An indicator of the household ("the water is not clean") is nobody's in particular.
            let Op::Any(of_member) = program.dag.node(*node).op else { continue };
            for (place, age) in ages(&household, under, day).enumerate() {
                if age.is_some_and(|age| age < CHILD) {
                    let holds = assessment.evaluation.member(of_member, place).tri();
                    count(&mut self.children.deprived, &indicator.id.value, holds);
                }
            }
        }
        self.children.add(ages(&household, under, day));
        // The pack tells groups of the poor; of others the same is asked as if they were poor.
        let is_poor = |status: usize| program.pack.statuses[status].list == Some(List::Poor);
        let poor = match assessment.classification.outcome {
            Outcome::Status(status) if is_poor(status) => None,
            _ => program.pack.statuses.iter().position(|status| status.list == Some(List::Poor)),
        };
        if let Some(poor) = poor {
            assessment.evaluation.compute(&plan.after, &household, Some(Interval::exactly(poor as i64)));
        }
        for (group, node) in program.pack.subgroups.iter().zip(&program.flag_nodes) {
            count(&mut self.groups, &group.id.value, assessment.evaluation.value(*node).tri());
        }
    }

    /// Adds the counts of another unit.
    pub(super) fn merge(&mut self, other: &ListFigures) {
        let counts = [
            (&mut self.total, other.total),
            (&mut self.female_head, other.female_head),
            (&mut self.sex_unknown, other.sex_unknown),
        ];
        for (sum, more) in counts {
            sum.households += more.households;
            sum.persons += more.persons;
        }
        for (ethnic, more) in &other.ethnic {
            let sum = self.ethnic.entry(ethnic.clone()).or_default();
            sum.households += more.households;
            sum.persons += more.persons;
        }
        self.unsurveyed += other.unsurveyed;
        merged(&mut self.deprived, &other.deprived);
        merged(&mut self.groups, &other.groups);
        merged(&mut self.children.deprived, &other.children.deprived);
        self.children.total += other.children.total;
        self.children.unknown_age += other.children.unknown_age;
    }
}

impl Children {
    fn add(&mut self, ages: impl Iterator<Item = Option<i64>>) {
        for age in ages {
            match age {
                Some(age) if age < CHILD => self.total += 1,
                Some(_) => {}
                None => self.unknown_age += 1,
            }
        }
    }
}

/// The age of each member on the day of the review.
fn ages<'a>(household: &'a Household, under: Under<'a>, day: Day) -> impl Iterator<Item = Option<i64>> + 'a {
    let born = under.program.pack.questionnaire.member.iter().position(|variable| variable.id.value == "birth_date");
    household.members.iter().map(move |answers| match answers[born?] {
        Answer::Int(born) => Some(completed_years(Day(i32::try_from(born).ok()?), day)),
        _ => None,
    })
}

fn count(counts: &mut BTreeMap<String, Holds>, id: &str, holds: Tri) {
    let count = counts.entry(id.to_owned()).or_default();
    match holds {
        Tri::True => count.yes += 1,
        Tri::False => {}
        Tri::Unknown => count.unknown += 1,
    }
}

fn merged(counts: &mut BTreeMap<String, Holds>, others: &BTreeMap<String, Holds>) {
    for (id, more) in others {
        let sum = counts.entry(id.clone()).or_default();
        sum.yes += more.yes;
        sum.unknown += more.unknown;
    }
}
