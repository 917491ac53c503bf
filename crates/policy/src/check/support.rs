//! That schemes, projects, targets and formulas fit together, and that their expressions hold.

use super::Checker;
use super::scope::TypedKind;
use crate::exact::Exact;
use crate::ir::Op;
use crate::model::Pack;
use crate::problem::{Place, Problem};
use crate::program::{CheckedScheme, ValueKind};
use crate::read::decode::nearest;
use crate::support::{Beneficiary, Modality, PriorityKey, Rate, Scheme};
use crate::yaml::Text;

impl Checker<'_, '_> {
    /// The expressions of a scheme.
    pub(super) fn scheme(&mut self, scheme: &Scheme) -> Option<CheckedScheme> {
        let eligible = self.yes_no(&scheme.eligible_when);
        self.scope.member_name = Some("m".to_owned());
        let member = scheme.member_when.as_ref().map(|when| self.yes_no(when));
        self.scope.member_name = None;
        let mut priority = Vec::new();
        for key in &scheme.priority {
            priority.push(match &key.key {
                PriorityKey::When(text) => Some(self.yes_no(text).map(|node| (node, 1))),
                PriorityKey::Most(text) | PriorityKey::Least(text) => Some(self.counted(text)),
                PriorityKey::Sealed(_) => None,
            });
        }
        let (eligible, member) = (eligible?, member.map_or(Some(None), |node| node.map(Some))?);
        let entitled = match scheme.beneficiary {
            // Yes/no values do not grow: these cannot overflow.
            Beneficiary::Member => {
                let any = self.dag.push(Op::Any(member.unwrap_or(eligible))).ok()?;
                self.dag.push(Op::And(eligible, any)).ok()?
            }
            Beneficiary::Household | Beneficiary::Group => eligible,
        };
        Some(CheckedScheme {
            eligible,
            entitled,
            member,
            priority: priority
                .into_iter()
                .map(|key| key.map_or(Some(None), |node| node.map(Some)))
                .collect::<Option<_>>()?,
        })
    }

    /// An expression that gives a number, and what it is counted in.
    fn counted(&mut self, text: &Text) -> Option<(crate::ir::NodeId, i64)> {
        let typed = self.expression(text, None)?;
        match typed.kind {
            TypedKind::Value(ValueKind::Number { denominator, .. }) | TypedKind::BareNumber { denominator } => {
                Some((typed.node, denominator))
            }
            other => {
                let message = format!("this is {} and not a number", other.describe(&self.scope));
                self.problem(text.place, message, "write `when: …` for yes or no");
                None
            }
        }
    }
}

/// What does not fit, one problem each.
pub(super) fn check(pack: &Pack, problems: &mut Vec<Problem>) {
    let mut report =
        |place: Place, message: String, help: String| problems.push(Problem::new(place, message).help(help));
    for scheme in &pack.schemes {
        names(pack, scheme, &mut report);
        parts(scheme, &mut report);
    }
    let projects = || pack.projects.iter().map(|p| p.id.value.as_str());
    for project in &pack.projects {
        if let Some(part_of) = &project.part_of {
            known("project", part_of, projects().filter(|id| *id != project.id.value), &mut report);
        }
    }
    for target in &pack.targets {
        known("programme", &target.programme, projects(), &mut report);
    }
    for formula in &pack.formulas {
        let mut seen = std::collections::BTreeSet::new();
        for criterion in formula.criteria.iter().filter(|criterion| !seen.insert(criterion.id.value.as_str())) {
            let message = format!("there are two criteria called `{}`", criterion.id.value);
            report(criterion.id.place, message, "give each its own name".into());
        }
        if formula.criteria.is_empty() {
            report(formula.id.place, "the formula has no criterion".into(), "add one under `criteria`".into());
        }
    }
}

fn known<'w>(
    what: &str,
    id: &Text,
    ids: impl Iterator<Item = &'w str> + Clone,
    report: &mut impl FnMut(Place, String, String),
) {
    if ids.clone().any(|known| known == id.value) {
        return;
    }
    let help =
        nearest(&id.value, ids).map_or(format!("name a {what} of this pack"), |near| format!("did you mean `{near}`?"));
    report(id.place, format!("there is no {what} `{}`", id.value), help);
}

fn names(pack: &Pack, scheme: &Scheme, report: &mut impl FnMut(Place, String, String)) {
    let others = pack.schemes.iter().map(|s| s.id.value.as_str()).filter(|id| *id != scheme.id.value);
    if let Some(project) = &scheme.project {
        known("project", project, pack.projects.iter().map(|p| p.id.value.as_str()), report);
    }
    for place in scheme.places.iter().chain(&scheme.not_places) {
        known("class of areas", place, pack.area_classes.iter().map(|c| c.id.value.as_str()), report);
    }
    for other in &scheme.excludes {
        known("scheme", other, others.clone(), report);
    }
    if let Some(Rate::Times { scheme: other, .. }) = scheme.repayment.as_ref().map(|r| &r.rate) {
        known("scheme", other, others, report);
        let base = pack.schemes.iter().find(|s| s.id.value == other.value).and_then(|s| s.repayment.as_ref());
        if matches!(base.map(|r| &r.rate), Some(Rate::Times { .. })) {
            let message = format!("the rate of `{}` is itself so many times another's", other.value);
            report(other.place, message, "name the scheme whose rate is a number".into());
        }
    }
}

fn parts(scheme: &Scheme, report: &mut impl FnMut(Place, String, String)) {
    let place = scheme.id.place;
    let mut only = |there: bool, fits: bool, key: &str, of: &str| {
        if there && !fits {
            report(place, format!("`{key}` belongs to {of}"), format!("remove `{key}`, or change the scheme"));
        }
    };
    only(!scheme.milestones.is_empty(), scheme.modality == Modality::Conditional, "milestones", "conditional support");
    only(scheme.repayment.is_some(), scheme.modality.is_repaid(), "repayment", "repayable or revolving support");
    only(scheme.group.is_some(), scheme.beneficiary == Beneficiary::Group, "group", "support of groups");
    only(scheme.member_when.is_some(), scheme.beneficiary == Beneficiary::Member, "member_when", "support of members");
    if scheme.modality.is_repaid() && scheme.repayment.is_none() {
        let help = "add `repayment: {rate: {per_year: null}, source: …}`; `null` where the rate was not found";
        report(place, "the scheme does not say how it is paid back".into(), help.into());
    }
    if !scheme.milestones.is_empty() {
        let sum = scheme.milestones.iter().try_fold(Exact::whole(0), |sum, m| sum.plus(m.share));
        if sum != Some(Exact::whole(1)) {
            let message = "the shares of the milestones are not 1 in all".to_owned();
            report(
                scheme.milestones[0].id.place,
                message,
                "change the shares: the whole support is paid with the last".into(),
            );
        }
    }
    let most = scheme.ceiling.as_ref().and_then(|q| q.value).zip(scheme.amount.as_ref().and_then(|q| q.value));
    if most.is_some_and(|(ceiling, amount)| amount > ceiling) {
        report(place, "the amount is above the ceiling".into(), "exchange them, or correct one".into());
    }
}
