//! Every pack in the program reads, checks and passes its worked cases.

use vuon_policy::{Library, LoadError};

#[test]
fn every_pack_in_the_program_is_sound() {
    let library = Library::embedded();
    let mut failures = String::new();
    for id in Library::embedded_ids() {
        match library.load(id) {
            Ok(_) => {}
            Err(LoadError::Problems(problems)) => failures.push_str(&problems.to_string()),
            Err(other) => failures.push_str(&other.to_string()),
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_worked_case_holds() {
    let library = Library::embedded();
    let (mut failures, mut count) = (String::new(), 0);
    for id in Library::embedded_ids() {
        let Ok(program) = library.load(id) else { continue };
        for case in vuon_policy::cases::run(&program) {
            count += 1;
            for d in case.differences {
                failures
                    .push_str(&format!("{id} · {}: {} expected {}, found {}\n", case.id, d.what, d.expected, d.found));
            }
        }
    }
    assert!(count >= 300, "only {count} cases: some were not run");
    assert!(failures.is_empty(), "{failures}");
}
