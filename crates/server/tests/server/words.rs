//! Words: both languages have the same keys with the same values, and every key that the source names is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Each key with the names of the values it fills in.
fn keys(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut keys = BTreeMap::new();
    for file in files(&source().join("words").join(language), "ftl") {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let Some((key, words)) = line.split_once(" = ").filter(|(key, _)| !key.starts_with('#')) else { continue };
            let values = words
                .split('$')
                .skip(1)
                .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>());
            assert!(keys.insert(key.to_owned(), values.collect()).is_none(), "{key} stands twice");
        }
    }
    keys
}

/// What stands between quotation marks right after `opening`.
fn named_after<'a>(text: &'a str, opening: &str) -> Vec<&'a str> {
    text.split(opening).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next()).collect()
}

#[test]
fn both_languages_have_the_same_keys_with_the_same_values() {
    let (vietnamese, english) = (keys("vi"), keys("en"));
    assert!(vietnamese.len() > 100);
    assert_eq!(vietnamese, english);
}

#[test]
fn every_key_that_the_source_names_is_there() {
    let keys = keys("vi");
    for file in files(&source(), "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        for key in [".t(", ".tr("].iter().flat_map(|opening| named_after(&text, opening)) {
            assert!(keys.contains_key(key), "{}: {key}", file.display());
        }
        for done in text
            .split("done=")
            .skip(1)
            .map(|rest| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect::<String>())
        {
            assert!(done.is_empty() || keys.contains_key(&format!("done-{done}")), "{}: done={done}", file.display());
        }
    }
}

#[test]
fn every_role_and_state_has_its_words() {
    use vuon_registry::cases::CaseState;
    use vuon_registry::scope::Role;
    let keys = keys("vi");
    for role in Role::ALL {
        assert!(keys.contains_key(&format!("role-{}", role.id())));
    }
    let states = [
        CaseState::Survey,
        CaseState::Meeting,
        CaseState::Posting,
        CaseState::Posted,
        CaseState::Appraisal,
        CaseState::Decision,
        CaseState::Certificate,
        CaseState::Done,
        CaseState::Withdrawn,
    ];
    for state in states {
        let id = serde_json::to_value(state).unwrap();
        assert!(keys.contains_key(&format!("case-state-{}", id.as_str().unwrap())));
    }
}

#[test]
fn numbers_and_days_are_written_as_each_language_does() {
    use vuon_server::language::{Language, born, day, moment, number, percent};
    assert_eq!(number(Language::Vi, 1_234_567), "1.234.567");
    assert_eq!(number(Language::En, -1_234), "−1,234");
    assert_eq!(number(Language::Vi, 999), "999");
    assert_eq!(percent(Language::Vi, 1, 8), "12,5 %");
    assert_eq!(percent(Language::En, 2, 3), "66.7 %");
    assert_eq!(percent(Language::En, 1, 0), "–");
    let date = jiff::civil::date(2026, 2, 28);
    assert_eq!(day(Language::Vi, date), "28/02/2026");
    assert_eq!(day(Language::En, date), "28 Feb 2026");
    assert_eq!(born(Language::Vi, "1980"), "1980");
    assert_eq!(born(Language::Vi, "1980-02-28"), "28/02/1980");
    assert_eq!(moment(Language::Vi, 0), "07:00 01/01/1970");
}

/// A sentence of the register that holds nothing of its own is told in Vietnamese too.
#[test]
fn what_the_register_says_no_with_has_its_translation() {
    let told = std::fs::read_to_string(source().join("words/said.tsv")).unwrap();
    let told: BTreeSet<&str> = told.lines().map(|line| line.split_once('\t').unwrap().0).collect();
    let registry = Path::new(env!("CARGO_MANIFEST_DIR")).join("../registry/src");
    let mut missing = Vec::new();
    for file in files(&registry, "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for said in code.split("::invalid(").skip(1) {
            // The second argument, where both are written in place.
            let Some(rest) = said.trim_start().strip_prefix('"') else { continue };
            let Some((_, rest)) = rest.split_once('"') else { continue };
            let Some(rest) = rest.trim_start().strip_prefix(',') else { continue };
            let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
            let sentence = rest.split('"').next().unwrap();
            if !told.contains(sentence) {
                missing.push(format!("{}: {sentence}", file.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Every kind of entry that the register writes has a name for people.
#[test]
fn every_kind_of_entry_has_its_words() {
    let keys = keys("vi");
    let registry = Path::new(env!("CARGO_MANIFEST_DIR")).join("../registry/src");
    for file in files(&registry, "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        for change in text.split("Change { author").skip(1) {
            let Some(kind) = change.split("kind: \"").nth(1).filter(|_| change.find("kind: \"") < change.find('}'))
            else {
                continue;
            };
            let kind = kind.split('"').next().unwrap();
            assert!(keys.contains_key(&format!("entry-{kind}")), "{}: {kind}", file.display());
        }
    }
}
