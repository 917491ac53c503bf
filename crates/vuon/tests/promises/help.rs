//! Every command says what it does and what each argument means.

use crate::room::Room;

const COMMANDS: [&str; 22] = [
    "",
    "policy",
    "policy list",
    "policy check",
    "policy test",
    "policy show",
    "policy diff",
    "policy scorecard",
    "policy scorecard export",
    "policy scorecard import",
    "assess",
    "explain",
    "data",
    "data template",
    "synth",
    "areas",
    "areas lists",
    "areas show",
    "areas trace",
    "help policy",
    "help policy scorecard import",
    "help areas trace",
];

#[test]
fn every_command_has_a_help_text() {
    let room = Room::new();
    for command in COMMANDS {
        let said = match command.starts_with("help") {
            true => room.succeeds(command),
            false => room.succeeds(&format!("{command} --help")),
        };
        assert!(said.contains("Usage: vuon"), "{command}\n{said}");
        let about = said.lines().next().unwrap_or_default();
        assert!(about.len() > 10 && !about.starts_with("Usage"), "`{command}` does not say what it does\n{said}");
    }
}

#[test]
fn every_command_that_help_lists_is_tried_above() {
    let room = Room::new();
    for group in COMMANDS.iter().filter(|c| !c.starts_with("help")) {
        let said = room.succeeds(&format!("{group} --help"));
        let listed = said.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| l.starts_with("  "));
        for name in listed.filter_map(|l| l.split_whitespace().next()).filter(|name| *name != "help") {
            let command = format!("{group} {name}");
            assert!(COMMANDS.contains(&command.trim()), "`{}` is not tried", command.trim());
        }
    }
}

#[test]
fn every_argument_has_a_sentence() {
    let room = Room::new();
    for command in COMMANDS.iter().filter(|c| !c.starts_with("help")) {
        let said = room.succeeds(&format!("{command} -h"));
        let mut lines = said.lines().filter(|l| !l.trim().is_empty()).peekable();
        while let Some(line) = lines.next() {
            let far_in = |line: &str| line.starts_with("          ");
            let argument = line.trim_start().starts_with(['-', '<', '[']) && !far_in(line);
            if !argument {
                continue;
            }
            // The sentence stands two or more spaces after the argument, or far in on the next line.
            let beside = line.trim_start().contains("  ");
            let below = lines.peek().is_some_and(|next| far_in(next));
            assert!(beside || below, "`vuon {command}`: nothing is said of {line}");
        }
    }
}

#[test]
fn a_slip_in_a_command_is_answered_with_the_right_word() {
    let said = Room::new().is_refused("asess");
    assert!(said.contains("assess"), "{said}");
}
