//! What a desk can be asked or told is asked in the tests of scope: a new function that is in none of them fails here, so
//! that nobody has to remember.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The tests of scope.
const TESTS: [&str; 2] = [include_str!("../scope.rs"), include_str!("../review/scope.rs")];

/// What has no place to be out of, and why.
const EXEMPT: [(&str, &str); 25] = [
    ("add_course", "of the own unit alone"),
    ("area_list", "which list is in force is the same for everybody"),
    ("area_list_on", "which list was in force is the same for everybody"),
    ("area_lists", "which lists are loaded is the same for everybody"),
    ("change_password", "of the own account alone"),
    ("complete_module", "of the own account alone"),
    ("confirm_second_factor", "of the own account alone"),
    ("count_missed", "counts pages of a public book, without anybody's name"),
    ("destination", "a household moves, and anybody complains, to any commune: its name is no secret"),
    ("find_destinations", "a household moves, and anybody complains, to any commune: its name is no secret"),
    ("keep_pack", "a standard is public"),
    ("known_in", "`known_households` by a connection that is at hand"),
    ("known_one_in", "`known_household` by a connection that is at hand"),
    ("lineage_in", "a rule looks along it wherever a household was; it is shown to nobody"),
    ("load_areas", "needs everything in reach, as `load_own_areas`, which is asked"),
    ("missed_most", "counts of pages of a public book, without anybody's name"),
    ("new_second_factor", "of the own account alone"),
    ("own_training", "of the own account alone"),
    ("pack_as", "a standard is public"),
    ("place_hamlet_in", "`place_hamlet` in a transaction that is at hand"),
    ("reform_with", "`reform`, with what follows it"),
    ("required_modules", "what is a condition of deciding is the same for everybody"),
    ("round_pack", "a standard is public; the round it is of is at hand"),
    ("standard", "a standard is public"),
    ("standing_in", "of the own account alone; the round it is for is at hand"),
];

fn is_asked(name: &str) -> bool {
    TESTS.iter().any(|test| test.contains(&format!("desk.{name}(")))
}

/// The names of `pub async fn` of `impl Desk` in a file.
fn functions(text: &str, found: &mut BTreeSet<String>) {
    let mut of_desk = false;
    for line in text.lines() {
        match line {
            "impl Desk {" | "impl crate::Desk {" => of_desk = true,
            "}" => of_desk = false,
            _ => {
                let name = line.strip_prefix("    pub async fn ").filter(|_| of_desk);
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
fn everything_a_desk_can_do_is_asked_out_of_reach_or_exempt_for_a_reason() {
    let mut found = BTreeSet::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.contains("households") && found.len() > 100, "the sources are read: {found:?}");
    let exempt: BTreeSet<&str> = EXEMPT.iter().map(|(name, _)| *name).collect();
    let missing = found.iter().filter(|name| !is_asked(name) && !exempt.contains(name.as_str()));
    assert_eq!(
        missing.collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "not asked in tests/scope.rs or tests/review/scope.rs"
    );
    for name in exempt {
        assert!(found.contains(name), "{name} is exempt and not there");
        assert!(!is_asked(name), "{name} is exempt and asked");
    }
}
