//! Extending: the later pack's tree laid over the earlier one's, by named item.

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
    fn lists_without_names_are_replaced() {
        assert_eq!(show(&merge(&tree("languages: [vi, en]"), &tree("languages: [en]"))), "{languages: [en]}");
    }
}
