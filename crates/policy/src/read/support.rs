//! `schemes/*.yaml`, `programmes.yaml` and `allocation.yaml`.

use super::decode::{Decoder, Fields};
use super::{source, unit};
use crate::exact::Exact;
use crate::support::*;
use crate::yaml::{Node, Text, Value};

pub(super) fn scheme(d: &mut Decoder, node: &Node) -> Option<Scheme> {
    let keys = [
        "id",
        "label",
        "modality",
        "beneficiary",
        "project",
        "eligible_when",
        "member_when",
        "places",
        "not_places",
        "amount",
        "ceiling",
        "own_share",
        "excludes",
        "again_after_months",
        "priority",
        "milestones",
        "repayment",
        "group",
        "community",
        "source",
    ];
    let f = d.fields(node, "a scheme", &keys)?;
    let modality = d.required(f, "modality")?;
    let beneficiary = d.required(f, "beneficiary")?;
    let beneficiaries = [Beneficiary::Household, Beneficiary::Member, Beneficiary::Group].map(|b| (b.id(), b));
    let (amount, ceiling) = (quantity(d, f, "amount"), quantity(d, f, "ceiling"));
    let (places, not_places) = (d.optional(f, "places"), d.optional(f, "not_places"));
    let excludes = d.optional(f, "excludes");
    let (priority, milestones) = (d.optional(f, "priority"), d.optional(f, "milestones"));
    Some(Scheme {
        id: d.name(f, "id", "")?,
        label: d.label(f, "label")?,
        modality: d.word(modality, &Modality::ALL.map(|m| (m.id(), m)))?,
        beneficiary: d.word(beneficiary, &beneficiaries)?,
        project: d.optional_text(f, "project"),
        eligible_when: d.required_text(f, "eligible_when")?,
        member_when: d.optional_text(f, "member_when"),
        places: d.list(places, |d, node| d.text(node)),
        not_places: d.list(not_places, |d, node| d.text(node)),
        amount,
        ceiling,
        own_share: optional(d, f, "own_share", share),
        excludes: d.list(excludes, |d, node| d.text(node)),
        again_after_months: optional(d, f, "again_after_months", positive),
        priority: d.list(priority, self::priority),
        milestones: d.list(milestones, milestone),
        repayment: optional(d, f, "repayment", repayment),
        group: optional(d, f, "group", group),
        community: optional(d, f, "community", community),
        source: source(d, f)?,
    })
}

/// The area classes, the programmes with their projects, and the targets.
pub(super) fn programmes(d: &mut Decoder, node: Option<&Node>) -> (Vec<AreaClass>, Vec<Project>, Vec<Target>) {
    let node = node.filter(|n| !matches!(n.value, Value::Null));
    let Some(f) = node.and_then(|n| d.fields(n, "programmes.yaml", &["area_classes", "projects", "targets"])) else {
        return (Vec::new(), Vec::new(), Vec::new());
    };
    let (classes, projects, targets) =
        (d.optional(f, "area_classes"), d.optional(f, "projects"), d.optional(f, "targets"));
    (d.list(classes, area_class), d.list(projects, project), d.list(targets, target))
}

pub(super) fn formula(d: &mut Decoder, node: &Node) -> Option<Formula> {
    let keys = ["id", "label", "example", "kept", "criteria", "floor", "ceiling", "counterpart", "unspent", "source"];
    let f = d.fields(node, "a formula", &keys)?;
    let (criteria, counterpart) = (d.required(f, "criteria")?, d.optional(f, "counterpart"));
    let unspent = d.required(f, "unspent")?;
    Some(Formula {
        id: d.name(f, "id", "")?,
        label: d.label(f, "label")?,
        example: d.flag(f, "example"),
        kept: optional(d, f, "kept", share),
        criteria: d.list(Some(criteria), criterion),
        floor: optional(d, f, "floor", share),
        ceiling: optional(d, f, "ceiling", share),
        counterpart: d.list(counterpart, self::counterpart),
        unspent: d.word(unspent, &[("kept", Unspent::Kept), ("returned", Unspent::Returned)])?,
        source: source(d, f)?,
    })
}

fn optional<T>(d: &mut Decoder, f: Fields, key: &str, read: impl Fn(&mut Decoder, &Node) -> Option<T>) -> Option<T> {
    let node = d.optional(f, key)?;
    read(d, node)
}

fn required<T>(d: &mut Decoder, f: Fields, key: &str, read: impl Fn(&mut Decoder, &Node) -> Option<T>) -> Option<T> {
    let node = d.required(f, key)?;
    read(d, node)
}

/// A key that must be there, but may say that its value is not known: `null`.
fn known_or_not<T>(
    d: &mut Decoder,
    f: Fields,
    key: &str,
    read: impl Fn(&mut Decoder, &Node) -> Option<T>,
) -> Option<Option<T>> {
    let node = d.required(f, key)?;
    if matches!(node.value, Value::Null) { Some(None) } else { read(d, node).map(Some) }
}

fn quantity(d: &mut Decoder, f: Fields, key: &str) -> Option<Quantity> {
    let node = d.optional(f, key)?;
    let f = d.fields(node, "an amount", &["value", "unit"])?;
    let value = d.optional(f, "value").and_then(|node| not_negative(d, node));
    Some(Quantity { value, unit: unit(d, f)? })
}

fn not_negative(d: &mut Decoder, node: &Node) -> Option<Exact> {
    let number = d.exact(node)?;
    if number < Exact::whole(0) {
        d.missing(node.place, format!("{number} is less than nothing"), "write 0 or more");
        return None;
    }
    Some(number)
}

fn above_zero(d: &mut Decoder, node: &Node) -> Option<Exact> {
    let number = d.exact(node)?;
    if number <= Exact::whole(0) {
        d.missing(node.place, format!("{number} is not more than nothing"), "write a number above 0");
        return None;
    }
    Some(number)
}

/// A share: from 0 to 1.
fn share(d: &mut Decoder, node: &Node) -> Option<Exact> {
    let number = d.exact(node)?;
    if number < Exact::whole(0) || number > Exact::whole(1) {
        d.missing(node.place, format!("{number} is not a share"), "write a number from 0 to 1, such as 1/2 or 0.05");
        return None;
    }
    Some(number)
}

fn positive(d: &mut Decoder, node: &Node) -> Option<i64> {
    let number = d.whole(node)?;
    if number <= 0 {
        d.missing(node.place, format!("{number} is not a count"), "write a whole number above 0");
        return None;
    }
    Some(number)
}

fn priority(d: &mut Decoder, node: &Node) -> Option<Priority> {
    let f = d.fields(node, "a key of priority", &["id", "label", "when", "most", "least", "sealed", "source"])?;
    let texts = [("when", 0), ("most", 1), ("least", 2)].map(|(key, kind)| (d.optional_text(f, key), kind));
    let sealed = d.optional(f, "sealed");
    let facts = SealedFact::ALL.map(|fact| (fact.id(), fact));
    let mut keys: Vec<PriorityKey> = texts
        .into_iter()
        .filter_map(|(text, kind)| {
            let text = text?;
            Some(match kind {
                0 => PriorityKey::When(text),
                1 => PriorityKey::Most(text),
                _ => PriorityKey::Least(text),
            })
        })
        .collect();
    if sealed.is_some() {
        keys.push(PriorityKey::Sealed(d.list(sealed, |d, node| d.word(node, &facts))));
    }
    let id = d.name(f, "id", "")?;
    if keys.len() != 1 {
        let message = format!("the key `{}` says {} things to look at", id.value, keys.len());
        d.missing(id.place, message, "write one of `when`, `most`, `least` or `sealed`");
        return None;
    }
    Some(Priority { id, label: d.label(f, "label")?, key: keys.pop()?, source: source(d, f)? })
}

fn milestone(d: &mut Decoder, node: &Node) -> Option<Milestone> {
    let f = d.fields(node, "a milestone", &["id", "label", "share", "evidence", "if_missed"])?;
    let (evidence, if_missed) = (d.required(f, "evidence")?, d.required(f, "if_missed")?);
    Some(Milestone {
        id: d.name(f, "id", "")?,
        label: d.label(f, "label")?,
        share: required(d, f, "share", share)?,
        evidence: d.list(Some(evidence), |d, node| d.word(node, &Evidence::ALL.map(|e| (e.id(), e)))),
        if_missed: d.word(if_missed, &IfMissed::ALL.map(|m| (m.id(), m)))?,
    })
}

fn repayment(d: &mut Decoder, node: &Node) -> Option<Repayment> {
    let f = d.fields(node, "a repayment", &["rate", "overdue_times", "longest_months", "lender", "source"])?;
    Some(Repayment {
        rate: required(d, f, "rate", rate)?,
        overdue_times: optional(d, f, "overdue_times", above_zero),
        longest_months: optional(d, f, "longest_months", positive),
        lender: d.optional_label(f, "lender"),
        source: source(d, f)?,
    })
}

fn rate(d: &mut Decoder, node: &Node) -> Option<Rate> {
    let f = d.fields(node, "a rate", &["per_year", "of_scheme", "times"])?;
    match d.optional_text(f, "of_scheme") {
        Some(scheme) => Some(Rate::Times { scheme, times: required(d, f, "times", above_zero)? }),
        None => Some(Rate::PerYear(known_or_not(d, f, "per_year", share)?)),
    }
}

fn group(d: &mut Decoder, node: &Node) -> Option<GroupRule> {
    let f = d.fields(node, "a rule of groups", &["least_members", "entitled_share", "led_by", "source"])?;
    let led_by = d.required(f, "led_by")?;
    Some(GroupRule {
        least_members: known_or_not(d, f, "least_members", positive)?,
        entitled_share: known_or_not(d, f, "entitled_share", share)?,
        led_by: d.list(Some(led_by), |d, node| d.word(node, &Leader::ALL.map(|l| (l.id(), l)))),
        source: source(d, f)?,
    })
}

fn community(d: &mut Decoder, node: &Node) -> Option<CommunityRule> {
    let f = d.fields(node, "a rule of community projects", &["present", "longest_months", "source"])?;
    Some(CommunityRule {
        present: required(d, f, "present", share)?,
        longest_months: required(d, f, "longest_months", positive)?,
        source: source(d, f)?,
    })
}

fn area_class(d: &mut Decoder, node: &Node) -> Option<AreaClass> {
    let f = d.fields(node, "a class of areas", &["id", "label", "level", "source"])?;
    let level = d.required(f, "level")?;
    let text: Option<Text> = d.text(level);
    d.word(level, &[("district", ()), ("commune", ()), ("village", ())])?;
    Some(AreaClass { id: d.name(f, "id", "")?, label: d.label(f, "label")?, level: text?, source: source(d, f)? })
}

fn project(d: &mut Decoder, node: &Node) -> Option<Project> {
    let f = d.fields(node, "a project", &["id", "label", "part_of", "funding", "years", "source"])?;
    let years = d.optional(f, "years").and_then(|node| {
        let years: Vec<i64> = d.list(Some(node), |d, node| d.whole(node));
        let pair = (years.len() == 2 && years[0] <= years[1]).then(|| (years[0], years[1]));
        if pair.is_none() {
            d.missing(node.place, "this is not a first and a last year".into(), "write `years: [2016, 2020]`");
        }
        pair
    });
    Some(Project {
        id: d.name(f, "id", "")?,
        label: d.label(f, "label")?,
        part_of: d.optional_text(f, "part_of"),
        funding: quantity(d, f, "funding"),
        years,
        source: source(d, f)?,
    })
}

fn target(d: &mut Decoder, node: &Node) -> Option<Target> {
    let goals = ["falls_each_year_by", "at_least", "times"];
    let keys = ["id", "label", "programme", "level", "unit", "measured_by", "source"];
    let f = d.fields(node, "a target", &[&keys[..], &goals[..]].concat())?;
    let goals = [
        optional(d, f, "falls_each_year_by", above_zero).map(Goal::FallEachYear),
        optional(d, f, "at_least", above_zero).map(Goal::AtLeast),
        optional(d, f, "times", above_zero).map(Goal::Times),
    ];
    let id = d.name(f, "id", "")?;
    let goals: Vec<Goal> = goals.into_iter().flatten().collect();
    let [goal] = goals[..] else {
        let message = format!("the target `{}` says {} goals", id.value, goals.len());
        d.missing(id.place, message, "write one of `falls_each_year_by`, `at_least` or `times`");
        return None;
    };
    Some(Target {
        id,
        label: d.label(f, "label")?,
        programme: d.required_text(f, "programme")?,
        level: optional(d, f, "level", |d, node| d.word(node, &SetFor::ALL.map(|level| (level.id(), level))))
            .unwrap_or(SetFor::Nation),
        goal,
        unit: unit(d, f)?,
        measured_by: optional(d, f, "measured_by", |d, node| d.word(node, &Measured::ALL.map(|m| (m.id(), m)))),
        source: source(d, f)?,
    })
}

fn criterion(d: &mut Decoder, node: &Node) -> Option<Criterion> {
    let f = d.fields(node, "a criterion", &["id", "label", "unit", "steps", "per", "coefficient", "source"])?;
    let id = d.name(f, "id", "")?;
    let points = match (d.optional(f, "steps"), d.optional(f, "per")) {
        (Some(steps), None) => Points::Steps(steps_of(d, steps)?),
        (None, Some(per)) => per_of(d, per)?,
        _ => {
            let message = format!("the criterion `{}` does not say how its figure becomes points", id.value);
            d.missing(
                id.place,
                message,
                "write either `steps: [{from: 50, points: 20}]` or `per: {each: 100, points: 1}`",
            );
            return None;
        }
    };
    Some(Criterion {
        id,
        label: d.label(f, "label")?,
        unit: unit(d, f)?,
        points,
        coefficient: known_or_not(d, f, "coefficient", not_negative)?,
        source: source(d, f)?,
    })
}

fn steps_of(d: &mut Decoder, node: &Node) -> Option<Vec<(Exact, Exact)>> {
    let steps: Vec<(Exact, Exact)> = d.list(Some(node), |d, node| {
        let f = d.fields(node, "a step", &["from", "points"])?;
        Some((required(d, f, "from", |d, n| d.exact(n))?, required(d, f, "points", not_negative)?))
    });
    if steps.is_empty() || steps.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        d.missing(node.place, "the bounds of steps do not rise".into(), "write the lowest first, each above the last");
        return None;
    }
    Some(steps)
}

fn per_of(d: &mut Decoder, node: &Node) -> Option<Points> {
    let f = d.fields(node, "points in proportion", &["each", "points", "most"])?;
    Some(Points::Per {
        each: required(d, f, "each", above_zero)?,
        points: required(d, f, "points", not_negative)?,
        most: optional(d, f, "most", not_negative),
    })
}

fn counterpart(d: &mut Decoder, node: &Node) -> Option<Counterpart> {
    let f = d.fields(node, "a row of counterpart", &["transfers_from", "share"])?;
    Some(Counterpart {
        transfers_from: required(d, f, "transfers_from", share)?,
        share: required(d, f, "share", share)?,
    })
}
