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
fn every_role_has_its_words() {
    use vuon_registry::scope::Role;
    let keys = keys("vi");
    for role in Role::ALL {
        assert!(keys.contains_key(&format!("role-{}", role.id())));
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

/// Files of the register that say nothing to people, or say it in both languages where it stands.
const SAYS_NOTHING: [&str; 13] = [
    "import",
    "forms",
    "keys.rs",
    "ledger.rs",
    "store.rs",
    "backup.rs",
    "scope.rs",
    "clock.rs",
    "register.rs",
    "error.rs",
    "export.rs",
    "destinations.rs",
    "sessions.rs",
];

/// The same of the programme.
const PROGRAMME_SAYS_NOTHING: [&str; 2] = ["ask.rs", "statement.rs"];

/// What stands before a sentence that goes to a log, or into a program, and never to a person.
const NOT_FOR_PEOPLE: [&str; 6] =
    ["Damaged { what: ", "Damaged { what: format!(", "expect(", "action: ", "print(", "print_of("];

/// The sentences of a source file, with `{}` where something is filled in.
fn sentences(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.map(str::trim_start).collect::<Vec<_>>().join("\n").replace("\\\n", "");
    let parts: Vec<&str> = code.split('"').collect();
    let literals = parts.chunks(2).filter(|pair| pair.len() == 2);
    let for_people = literals.filter(|pair| !NOT_FOR_PEOPLE.iter().any(|before| pair[0].ends_with(before)));
    // What ends with a blank is a part of something, such as the beginning of a name.
    let whole = for_people.filter(|pair| !pair[1].ends_with(' '));
    let bare = whole.map(|pair| {
        let mut filled = pair[1].split('{');
        let first = filled.next().unwrap().to_owned();
        filled.fold(first, |text, rest| text + "{}" + rest.split_once('}').map_or(rest, |(_, rest)| rest))
    });
    bare.map(|text| text.trim_matches([' ', ';']).to_owned()).filter(|text| is_sentence(text)).collect()
}

/// Words in small letters with blanks between them: no statement of SQL, no list of columns, no name.
fn is_sentence(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    let sql = words.iter().any(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()));
    let sql = sql && !text.contains("JPEG");
    let columns = text.contains('=') || words.iter().any(|word| word.contains('_') && word.ends_with(','));
    let columns = (columns && !text.starts_with("moved_away"))
        || words.iter().any(|word| {
            ["(id,", "(kind,", "(area,", "(scheme,", "(course,"].iter().any(|begin| word.starts_with(begin))
        });
    let dotted = words.iter().any(|word| word.as_bytes().get(1) == Some(&b'.'));
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '{');
    // What is Vietnamese already needs no translation; `đồng` stands in English sentences too.
    let vietnamese = text.replace("đồng", "").contains(|c: char| c.is_alphabetic() && !c.is_ascii());
    let words_of_its_own = text.contains(char::is_alphabetic) && words.iter().any(|word| word.len() > 2);
    words.len() > 1 && begins && !sql && !columns && !dotted && !vietnamese && words_of_its_own
}

/// Whatever the register says to a person, it says in Vietnamese too: why not, and what an audit found.
#[test]
fn what_the_register_says_has_its_translation() {
    let told = std::fs::read_to_string(source().join("words/said.tsv")).unwrap();
    let told: BTreeSet<&str> = told.lines().map(|line| line.split_once('\t').unwrap().0).collect();
    let mut missing = Vec::new();
    let mut found = 0;
    for (room, says_nothing) in [("registry", &SAYS_NOTHING[..]), ("programme", &PROGRAMME_SAYS_NOTHING[..])] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../{room}/src"));
        for file in files(&source, "rs") {
            let inside = file.strip_prefix(&source).unwrap();
            if inside.iter().any(|part| says_nothing.iter().any(|none| part == *none)) {
                continue;
            }
            for sentence in sentences(&std::fs::read_to_string(&file).unwrap()) {
                found += 1;
                if !told.contains(sentence.as_str()) {
                    missing.push(format!("{room}/{}: {sentence}", inside.display()));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(found > 150, "{found} sentences were found: the search for them is broken");
}

#[test]
fn a_sentence_and_its_translation_fill_in_as_much() {
    let told = std::fs::read_to_string(source().join("words/said.tsv")).unwrap();
    let holes = |text: &str| text.matches("{}").count();
    for line in told.lines() {
        let (sentence, vietnamese) = line.split_once('\t').unwrap();
        assert_eq!(holes(sentence), holes(vietnamese), "{line}");
    }
}

/// Every kind of entry that the register writes has a name for people.
#[test]
fn every_kind_of_entry_has_its_words() {
    let keys = keys("vi");
    let rooms = ["registry", "programme"].map(|room| format!("../{room}/src"));
    for file in rooms.iter().flat_map(|room| files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(room), "rs")) {
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
