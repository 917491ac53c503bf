//! `process.yaml`: the procedure of a review.

use super::decode::{Decoder, Fields, nearest};
use super::source;
use crate::exact::Exact;
use crate::process::*;
use crate::yaml::{Node, Text, Value};

pub(super) fn process(d: &mut Decoder, node: Option<&Node>) -> Option<Process> {
    let node = node.filter(|n| !matches!(n.value, Value::Null))?;
    let f = d.fields(node, "process.yaml", &["rounds", "complaint"])?;
    let listed = d.required(f, "rounds")?;
    let rounds: Vec<RoundKind> = d.list(Some(listed), round);
    d.unique("rounds", rounds.iter().map(|r| &r.id));
    Some(Process { rounds, complaint: d.optional(f, "complaint").and_then(|node| complaint(d, node)) })
}

fn round(d: &mut Decoder, node: &Node) -> Option<RoundKind> {
    let keys = ["id", "label", "opens", "decided_within", "counted_from", "steps", "source"];
    let f = d.fields(node, "a round", &keys)?;
    let opens = d.required(f, "opens")?;
    let opens = opening(d, opens);
    let decided_within = decided_within(d, f);
    let listed = d.required(f, "steps")?;
    let written: Vec<(Step, Option<Text>)> = d.list(Some(listed), step);
    d.unique("steps of a round", written.iter().map(|(step, _)| &step.id));
    Some(RoundKind {
        id: d.name(f, "id", "")?,
        label: d.label(f, "label")?,
        opens: opens?,
        decided_within,
        steps: in_place(d, written),
        source: source(d, f)?,
    })
}

/// A step that says which it comes `after` moves there: a pack that extends another adds its items at the end.
fn in_place(d: &mut Decoder, written: Vec<(Step, Option<Text>)>) -> Vec<Step> {
    let (mut steps, moved): (Vec<_>, Vec<_>) = written.into_iter().partition(|(_, after)| after.is_none());
    for (step, after) in moved {
        let Some(after) = after else { continue };
        match steps.iter().position(|(known, _)| known.id.value == after.value) {
            Some(place) => steps.insert(place + 1, (step, None)),
            None => {
                let near = nearest(&after.value, steps.iter().map(|(known, _)| known.id.value.as_str()));
                let help = near.map_or("name a step of this round".into(), |near| format!("did you mean `{near}`?"));
                d.missing(after.place, format!("there is no step `{}` to come after", after.value), help);
            }
        }
    }
    steps.into_iter().map(|(step, _)| step).collect()
}

fn opening(d: &mut Decoder, node: &Node) -> Option<Opening> {
    if matches!(&node.value, Value::Scalar(text) if text == "on_request") {
        return Some(Opening::OnRequest);
    }
    if !matches!(node.value, Value::Map(_)) {
        let help =
            "write `{every: year, from: 09-01, to: 12-14}`, `{every: month, from: 15}` or `on_request`".to_owned();
        d.missing(node.place, "this does not say when a round opens".into(), help);
        return None;
    }
    let f = d.fields(node, "when a round opens", &["every", "from", "to"])?;
    let (every, from) = (d.required(f, "every")?, d.required(f, "from")?);
    if d.word(every, &[("year", true), ("month", false)])? {
        let to = d.required(f, "to")?;
        let (first, last) = (month_day(d, from)?, month_day(d, to)?);
        if first > last {
            d.missing(to.place, "the window ends before it begins".into(), "a window lies within one year");
            return None;
        }
        return Some(Opening::Yearly { from: first, to: last });
    }
    if let Some(to) = d.optional(f, "to") {
        d.missing(to.place, "`to` belongs to `every: year`".into(), "remove it, or write `to: null`");
    }
    let day = d.whole(from)?;
    match u8::try_from(day).ok().filter(|day| (1..=28).contains(day)) {
        Some(day) => Some(Opening::Monthly { day }),
        None => {
            d.missing(from.place, format!("not every month has a day {day}"), "write a day from 1 to 28");
            None
        }
    }
}

fn month_day(d: &mut Decoder, node: &Node) -> Option<MonthDay> {
    let text = d.text(node)?;
    let day = MonthDay::parse(&text.value);
    if day.is_none() {
        let message = format!("`{}` is not a day of every year", text.value);
        d.missing(node.place, message, "write the month and the day: 09-01");
    }
    day
}

fn decided_within(d: &mut Decoder, f: Fields) -> Option<(Limit, CountedFrom)> {
    let (within, from) = (d.optional(f, "decided_within"), d.optional(f, "counted_from"));
    match (within, from) {
        (Some(within), Some(from)) => {
            let words = CountedFrom::ALL.map(|from| (from.id(), from));
            Some((limit(d, within)?, d.word(from, &words)?))
        }
        (Some(within), None) => {
            let help = "add `counted_from: start` (of the review) or `counted_from: request`";
            d.missing(within.place, "`decided_within` does not say from what day it is counted".into(), help);
            None
        }
        (None, Some(from)) => {
            d.missing(from.place, "`counted_from` without `decided_within`".into(), "add the limit, or remove this");
            None
        }
        (None, None) => None,
    }
}

fn limit(d: &mut Decoder, node: &Node) -> Option<Limit> {
    let text = d.text(node)?;
    let limit = Limit::parse(&text.value);
    if limit.is_none() {
        let message = format!("`{}` is not a number of days", text.value);
        d.missing(node.place, message, "write `3 working days` or `15 calendar days`, as the law counts them");
    }
    limit
}

fn optional_limit(d: &mut Decoder, f: Fields, key: &str) -> Option<Limit> {
    d.optional(f, key).and_then(|node| limit(d, node))
}

fn actors(d: &mut Decoder, f: Fields) -> Option<Vec<Role>> {
    let node = d.required(f, "actors")?;
    let words = Role::ALL.map(|role| (role.id(), role));
    let actors: Vec<(Text, Role)> = d.list(Some(node), |d, node| Some((d.text(node)?, d.word(node, &words)?)));
    d.unique("actors", actors.iter().map(|(text, _)| text));
    if matches!(&node.value, Value::List(items) if items.is_empty()) {
        d.missing(node.place, "nobody may act".into(), format!("name one of: {}", Role::ALL.map(Role::id).join(", ")));
    }
    Some(actors.into_iter().map(|(_, role)| role).collect())
}

fn step(d: &mut Decoder, node: &Node) -> Option<(Step, Option<Text>)> {
    let keys = ["id", "kind", "after", "label", "actors", "limit", "stands_for", "quorum", "since", "until", "source"];
    let f = d.fields(node, "a step", &keys)?;
    let id = d.name(f, "id", "")?;
    let kind = match d.optional(f, "kind") {
        Some(node) => d.word(node, &StepKind::ALL.map(|kind| (kind.id(), kind)))?,
        None => match StepKind::parse(&id.value) {
            Some(kind) => kind,
            None => {
                let known = StepKind::ALL.map(StepKind::id);
                let help = match nearest(&id.value, known.into_iter()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("add `kind: …`, one of: {}", known.join(", ")),
                };
                d.missing(id.place, format!("`{}` is not a kind of step", id.value), help);
                return None;
            }
        },
    };
    for (key, of) in [("stands_for", StepKind::Posting), ("quorum", StepKind::Meeting)] {
        if let Some(node) = d.optional(f, key).filter(|_| kind != of) {
            let message = format!("`{key}` belongs to a {} and not to this step", of.id());
            d.missing(node.place, message, "remove it; `limit` says within how many days a step is done");
        }
    }
    let (since, until) = (d.optional_day(f, "since"), d.optional_day(f, "until"));
    if since.zip(until).is_some_and(|(since, until)| since > until) {
        d.missing(id.place, "this step ends before it begins".into(), "exchange `since` and `until`");
    }
    let step = Step {
        id,
        kind,
        label: d.label(f, "label")?,
        actors: actors(d, f)?,
        limit: optional_limit(d, f, "limit"),
        stands_for: optional_limit(d, f, "stands_for"),
        quorum: d.optional(f, "quorum").and_then(|node| quorum(d, node)),
        since,
        until,
        source: source(d, f)?,
    };
    Some((step, d.optional_text(f, "after")))
}

fn quorum(d: &mut Decoder, node: &Node) -> Option<Quorum> {
    let f = d.fields(node, "a quorum", &["present", "agree", "repeat_from"])?;
    let present = match d.optional(f, "present") {
        None => None,
        Some(node) => match share(d, node)? {
            (share, false) => Some(share),
            (_, true) => {
                d.missing(node.place, "`present` is a least share".into(), "write `at least 1/2`");
                None
            }
        },
    };
    let written = d.required(f, "agree")?;
    let (agree, strict) = share(d, written)?;
    let kinds = StepKind::ALL.map(|kind| (kind.id(), kind));
    let repeat_from = d.optional(f, "repeat_from").and_then(|node| d.word(node, &kinds));
    Some(Quorum { present, agree, strict, repeat_from })
}

/// A share of people, and whether more than it is needed: `at least 1/2`, `more than 1/2`.
fn share(d: &mut Decoder, node: &Node) -> Option<(Exact, bool)> {
    let text = d.text(node)?;
    let (share, strict) = match (text.value.strip_prefix("at least "), text.value.strip_prefix("more than ")) {
        (Some(share), _) => (Exact::parse(share), false),
        (_, Some(share)) => (Exact::parse(share), true),
        (None, None) => (None, false),
    };
    let most = |share: &Exact| if strict { *share < Exact::whole(1) } else { *share <= Exact::whole(1) };
    let share = share.filter(|share| *share > Exact::whole(0) && most(share));
    if share.is_none() {
        let message = format!("`{}` is not a share of people that can be reached", text.value);
        d.missing(node.place, message, "write `at least 1/2` or `more than 1/2`");
    }
    Some((share?, strict))
}

fn complaint(d: &mut Decoder, node: &Node) -> Option<ComplaintRule> {
    let keys = ["label", "actors", "recheck_within", "result_posted_for", "source"];
    let f = d.fields(node, "the rule on complaints", &keys)?;
    Some(ComplaintRule {
        label: d.label(f, "label")?,
        actors: actors(d, f)?,
        recheck_within: optional_limit(d, f, "recheck_within"),
        result_posted_for: optional_limit(d, f, "result_posted_for"),
        source: source(d, f)?,
    })
}
