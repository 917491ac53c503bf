//! Ctrl-C ends a run, and nothing half-written is left behind.

#![cfg(unix)]

use crate::room::{Room, says};
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Starts a command, stops it as Ctrl-C does once a file is begun whose name starts with `begun`, and gives what it said
/// and whether it was content.
fn stopped(room: &Room, arguments: &str, begun: &str) -> (String, bool) {
    let mut command = room.command(arguments);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the command runs");
    while !room.names().iter().any(|name| name.starts_with(begun)) {
        assert!(child.try_wait().expect("a status").is_none(), "the run ended before it wrote");
        std::thread::sleep(Duration::from_millis(2));
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill runs").success());
    let mut err = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("UTF-8");
    (err, child.wait().expect("a status").success())
}

#[test]
fn a_stopped_assessment_leaves_no_file_and_spares_the_earlier_one() {
    let room = Room::new();
    room.succeeds("synth --households 150000 --on 2021-11-30 --format csv --out tables");
    room.write("earlier.csv", "the result of an earlier run");
    let before = room.names();
    for out in ["result.parquet", "result.csv", "earlier.csv"] {
        let assess = format!("assess --policy vn-2016-2020 tables --on 2021-11-30 --out {out}");
        let (said, content) = stopped(&room, &assess, &format!(".{out}."));
        assert!(!content);
        says(&said, "stopped; nothing was written");
        assert_eq!(room.names(), before);
    }
    assert_eq!(room.read("earlier.csv"), "the result of an earlier run");
}
