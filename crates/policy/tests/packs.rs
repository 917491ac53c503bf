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
