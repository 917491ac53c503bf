//! Extending: the later pack's tree laid over the earlier one's, by named item.

use crate::problem::Problem;
use crate::yaml::{Node, Value};

/// `over` laid on `base`: mappings are merged key by key, lists whose items all have an `id` item by item (new items at
/// the end), and anything else is replaced.
pub(crate) fn merge(base: &Node, over: &Node) -> Node {
    let value = match (&base.value, &over.value) {
        (_, Value::Null) => return base.clone(),
        (Value::Map(below), Value::Map(above)) => {
            let mut entries = below.clone();
            for (key, node) in above {
                match entries.iter_mut().find(|(known, _)| known.value == key.value) {
                    Some((_, known)) => *known = merge_value(known, node),
                    None => entries.push((key.clone(), node.clone())),
                }
            }
            Value::Map(entries)
        }
        (Value::List(below), Value::List(above)) if named(below) && named(above) => {
            let mut items = below.clone();
            for item in above {
                match items.iter_mut().find(|known| id(known) == id(item)) {
                    Some(known) => *known = merge(known, item),
                    None => items.push(item.clone()),
                }
            }
            Value::List(items)
        }
        _ => return over.clone(),
    };
    Node { place: over.place, value }
}

/// What says what the law is: whoever changes it must say where it stands.
const LEGAL: [&str; 54] = [
    "value",
    "when",
    "deprived_when",
    "applies_when",
    "weight",
    "points",
    "eligible_when",
    "amount",
    "opens",
    "decided_within",
    "counted_from",
    "kind",
    "actors",
    "limit",
    "stands_for",
    "quorum",
    "since",
    "until",
    "recheck_within",
    "result_posted_for",
    "days",
    "then",
    "rest",
    "worked",
    "member_when",
    "places",
    "not_places",
    "ceiling",
    "own_share",
    "excludes",
    "again_after_months",
    "most",
    "least",
    "sealed",
    "milestones",
    "rate",
    "overdue_times",
    "longest_months",
    "lender",
    "least_members",
    "entitled_share",
    "led_by",
    "present",
    "funding",
    "falls_each_year_by",
    "at_least",
    "times",
    "kept",
    "floor",
    "coefficient",
    "steps",
    "per",
    "counterpart",
    "unspent",
];

/// Reports items of `over` that change what an item of `base` says but would keep its source, and with it an article and
/// a mark of verification that speak of the old value.
pub(crate) fn changed_without_source(base: &Node, over: &Node, problems: &mut Vec<Problem>) {
    match (&base.value, &over.value) {
        (Value::Map(below), Value::Map(above)) => {
            let changed = above.iter().find(|(key, _)| LEGAL.contains(&key.value.as_str()));
            let cited = base.get("source").is_some() || base.get("points").is_some();
            if let (Some((key, _)), true, None) = (changed, cited, over.get("source")) {
                let message =
                    format!("`{}` is changed, but its source would stay that of the pack it extends", key.value);
                problems.push(
                    Problem::new(key.place, message)
                        .help("write the `source` of what is new: document, article, verified"),
                );
            }
            for (key, node) in above {
                if let Some((_, known)) = below.iter().find(|(known, _)| known.value == key.value) {
                    changed_without_source(known, node, problems);
                }
            }
        }
        (Value::List(below), Value::List(above)) if named(below) && named(above) => {
            for item in above {
                if let Some(known) = below.iter().find(|known| id(known) == id(item)) {
                    changed_without_source(known, item, problems);
                }
            }
        }
        _ => {}
    }
}

/// As [`merge`], but a written `null` replaces: a local pack may take a value away.
fn merge_value(base: &Node, over: &Node) -> Node {
    if matches!(over.value, Value::Null) { over.clone() } else { merge(base, over) }
}

fn named(items: &[Node]) -> bool {
    items.iter().all(|item| id(item).is_some())
}

fn id(item: &Node) -> Option<&str> {
    match &item.get("id")?.value {
        Value::Scalar(id) => Some(id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::FileId;
    use crate::yaml::parse;

    fn tree(text: &str) -> Node {
        parse(FileId::default(), text).unwrap()
    }

    fn show(node: &Node) -> String {
        match &node.value {
            Value::Null => "~".into(),
            Value::Scalar(text) => text.clone(),
            Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                let all: Vec<String> = entries.iter().map(|(k, v)| format!("{}: {}", k.value, show(v))).collect();
                format!("{{{}}}", all.join(", "))
            }
        }
    }

    #[test]
    fn a_province_raises_a_line_and_keeps_the_rest() {
        let base = tree("parameters: [{id: rural, value: 1, unit: VND}, {id: urban, value: 2}]");
        let over = tree("parameters: [{id: rural, value: 3}, {id: new, value: 4}]");
        assert_eq!(
            show(&merge(&base, &over)),
            "{parameters: [{id: rural, value: 3, unit: VND}, {id: urban, value: 2}, {id: new, value: 4}]}"
        );
    }

    #[test]
    fn a_new_value_needs_a_source_of_its_own() {
        let base = tree("parameters: [{id: rural, value: 1, source: {document: law, verified: true}}]");
        let found = |over: &str| {
            let mut problems = Vec::new();
            changed_without_source(&base, &tree(over), &mut problems);
            problems.len()
        };
        assert_eq!(found("parameters: [{id: rural, value: 3}]"), 1);
        assert_eq!(found("parameters: [{id: rural, value: 3, source: {document: resolution}}]"), 0);
        assert_eq!(found("parameters: [{id: rural, label: {en: x}}, {id: new, value: 4}]"), 0);
    }

    #[test]
    fn lists_without_names_are_replaced() {
        assert_eq!(show(&merge(&tree("languages: [vi, en]"), &tree("languages: [en]"))), "{languages: [en]}");
    }
}
