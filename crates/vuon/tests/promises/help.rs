//! Every command says what it does and what each argument means.

use crate::room::Room;

/// A command, the commands below it, and theirs, as the help texts list them.
fn commands(room: &Room, command: &str) -> Vec<String> {
    let said = room.succeeds(&format!("{command} --help"));
    let listed = said.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| l.starts_with("  "));
    let mut all = vec![command.to_owned()];
    for name in listed.filter_map(|l| l.split_whitespace().next()).filter(|name| *name != "help") {
        all.extend(commands(room, format!("{command} {name}").trim()));
    }
    all
}

#[test]
fn every_command_has_a_help_text() {
    let room = Room::new();
    let all = commands(&room, "");
    assert!(all.len() >= 19, "{all:?}");
    for command in all {
        let said = room.succeeds(&format!("help {command}"));
        assert!(said.contains("Usage: vuon"), "{command}\n{said}");
        let about = said.lines().next().unwrap_or_default();
        assert!(about.len() > 10 && !about.starts_with("Usage"), "`{command}` does not say what it does\n{said}");
    }
}

#[test]
fn every_argument_has_a_sentence() {
    let room = Room::new();
    for command in commands(&room, "") {
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
