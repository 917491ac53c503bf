//! What an office can be asked or told is asked in the test of scope: a new function that is not in it fails here, so that
//! nobody has to remember.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const TEST: &str = include_str!("../scope.rs");

/// What has no place to be out of, and why.
const EXEMPT: [(&str, &str); 5] = [
    ("allocation", "one of `allocations`"),
    ("allocations", "published, of every unit"),
    ("budgets", "what a unit has is no secret"),
    ("classes_of", "of which class a commune is, is published with its document"),
    ("of", "makes the office of a desk"),
];

fn is_asked(name: &str) -> bool {
    [format!("office.{name}("), format!("office.{name}::<")].iter().any(|call| TEST.contains(call))
}

/// The names of `pub async fn` of `impl Office` in a file.
fn functions(text: &str, found: &mut BTreeSet<String>) {
    let mut of_office = false;
    for line in text.lines() {
        match line {
            "impl Office {" => of_office = true,
            "}" => of_office = false,
            _ => {
                let name = line.strip_prefix("    pub async fn ").filter(|_| of_office);
                found.extend(name.map(|name| name.split(['(', '<']).next().unwrap().to_owned()));
            }
        }
    }
}

fn read(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, found);
        } else {
            functions(&fs::read_to_string(&path).unwrap(), found);
        }
    }
}

#[test]
fn everything_an_office_can_do_is_asked_out_of_reach_or_exempt_for_a_reason() {
    let mut found = BTreeSet::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.contains("draw_up") && found.len() > 60, "the sources are read: {found:?}");
    let exempt: BTreeSet<&str> = EXEMPT.iter().map(|(name, _)| *name).collect();
    let missing = found.iter().filter(|name| !is_asked(name) && !exempt.contains(name.as_str()));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&String>::new(), "not asked in scope.rs");
    for name in exempt {
        assert!(found.contains(name), "{name} is exempt and not there");
        assert!(!is_asked(name), "{name} is exempt and asked");
    }
}
