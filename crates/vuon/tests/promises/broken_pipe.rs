//! A reader that goes away, as in `vuon policy show … | head -1`, is no error.

use crate::room::Room;
use std::io::Read;
use std::process::Stdio;

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_causes_no_panic() {
    let room = Room::new();
    for arguments in ["policy show vn-2016-2020 --origin", "policy diff vn-2016-2020 vn-2022-2026", "areas lists"] {
        let mut command = room.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs");
        // Closed before the command prints, or while it does.
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("UTF-8");
        child.wait().expect("the command ends");
        assert_eq!(err, "", "vuon {arguments}");
    }
}
