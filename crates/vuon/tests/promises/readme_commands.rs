//! Every command that a README shows works as it is shown, and prints what the README says it prints.

use crate::room::Room;

/// The lines of the fenced blocks of a kind.
fn blocks(text: &str, kind: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match line.strip_prefix("```") {
            Some(name) => inside = !inside && name == kind,
            None if inside => lines.push(line.to_owned()),
            None => {}
        }
    }
    lines
}

/// A line without its bar and its gaps, which depend on the width of the screen.
fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().filter(|word| !word.starts_with(|c| ('\u{2580}'..='\u{259f}').contains(&c))).collect()
}

#[track_caller]
fn holds(readme: &str) {
    let room = Room::new();
    room.bring(readme);
    room.bring_folder("data/vlss-1998");
    room.bring("crates/measure/tests/reference/survey.csv");
    room.bring_folder("policies/vn-2022-2026");
    std::fs::rename(room.path("policies/vn-2022-2026"), room.path("my-pack")).expect("moved");
    let pack = room.read("my-pack/pack.yaml").replacen("id: vn-2022-2026", "id: my-pack", 1);
    room.write("my-pack/pack.yaml", pack);
    // The reader's own pack and tables.
    room.succeeds("synth --households 50 --areas 095 --on 2025-06-30 --format csv --out .");
    let text = room.read(readme);
    let mut printed = Vec::new();
    let mut commands = 0;
    for line in blocks(&text, "sh") {
        let line = line.split(" #").next().unwrap_or_default().trim();
        let Some(arguments) = ["cargo run -- ", "vuon "].iter().find_map(|start| line.strip_prefix(start)) else {
            continue;
        };
        // A server does not end by itself; the tests of the browser start this very command.
        if arguments.starts_with("serve ") {
            continue;
        }
        commands += 1;
        // What the program says is Vietnamese unless it is asked for another language.
        let language = if arguments.contains("--lang") { "" } else { "--lang vi" };
        printed.extend(room.succeeds(&format!("{arguments} {language}")).lines().map(str::to_owned));
    }
    assert!(commands >= 8, "only {commands} commands were found in {readme}");
    for line in blocks(&text, "text") {
        assert!(printed.iter().any(|p| words(p) == words(&line)), "{readme} shows a line that is not printed:\n{line}");
    }
}

#[test]
fn in_english() {
    holds("README.md");
}

#[test]
fn in_vietnamese() {
    holds("README.vi.md");
}
