//! A register is made, filled, asked, copied and put back from the command line.

use crate::room::{Room, says};
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::Duration;

/// A register with one commune's list in it.
fn with_a_list() -> Room {
    let room = Room::with_a_register();
    let list = "register import list.csv --commune 03151 --standard vn-2022-2026 --on 2024-12-31";
    says(&room.succeeds(list), "4 rows: 2 new households, 0 changed, 0 as they are; 0 problems");
    says(&room.succeeds(list), "Nothing was changed");
    says(&room.succeeds(&format!("{list} --apply")), "2 households and 3 persons added");
    says(&room.succeeds(&format!("{list} --apply")), "there is nothing to do");
    room
}

#[test]
fn a_list_is_brought_in_once_and_taken_out_whole() {
    let room = with_a_list();
    let list = room.succeeds("register as-of --commune 03151");
    says(&list, "A1 Lò Văn Mẫu 2 Bản 1 Poor household 2024-12-31");
    says(&list, "2 households");
    let csv = room.succeeds("register export --commune 03151");
    assert_eq!(csv.lines().count(), 4, "{csv}");
    room.succeeds("register export --commune 03151 --out out.csv");
    assert!(room.is_refused("register export --commune 03151 --out out.csv").contains("is there already"));
    let again = "register import out.csv --commune 03151 --standard vn-2022-2026 --on 2024-12-31";
    says(&room.succeeds(again), "0 new households, 0 changed, 2 as they are");
}

#[test]
fn a_list_with_problems_is_refused_with_its_rows() {
    let room = with_a_list();
    room.write("bad.csv", "Mã hộ,Họ và tên\nA9,\nA8,Lò Văn Thử\nA8,Lò Văn Thử\n");
    let said = room.vuon("register import bad.csv --commune 03151 --standard vn-2022-2026 --on 2024-12-31 --apply");
    assert!(!said.ok);
    says(&said.out, "row 2, B (Họ và tên): The name is missing");
    says(&said.out, "The same household code stands in rows 3, 4");
}

#[test]
fn the_ledger_is_computed_again_and_a_printed_root_checked_without_a_register() {
    let room = with_a_list();
    says(&room.succeeds("audit verify"), "Everything is as it was recorded.");
    let root = room.succeeds("audit root 03151");
    let part = |label: &str| -> String {
        let lines = root.lines().skip_while(|line| *line != label).skip(1).take_while(|line| line.starts_with("  "));
        lines.map(str::trim).collect::<Vec<_>>().join(" ")
    };
    let nowhere = Room::new();
    let check = |statement: &str| {
        let mut command = nowhere.command("audit check-root");
        command.args(["--statement", statement, "--signature", &part("Signature:"), "--key", &part("Public key:")]);
        command.output().expect("the command runs").status.success()
    };
    let statement = part("Statement:");
    assert!(check(&statement), "{root}");
    assert!(!check(&statement.replace("03151", "03152")), "{root}");
}

#[test]
fn a_copy_is_put_back_where_nothing_is_and_needs_its_key() {
    let room = with_a_list();
    let said = room.succeeds("backup --out copy.db --with-key");
    says(&said, "2 households");
    says(&said, "sound");
    assert!(room.is_refused("backup --out copy.db").contains("not written over"));
    assert!(room.is_refused("restore copy.db").contains("not written over"));
    assert!(room.is_refused("restore copy.db --data-dir other").contains("the key file of this register is needed"));
    let said = room.succeeds("restore copy.db --data-dir other --key copy.db.key");
    says(&said, "2 households");
    says(&room.succeeds("audit verify --data-dir other"), "Everything is as it was recorded.");
    // Another register's key opens nothing.
    room.succeeds("register init --data-dir third");
    let said = room.is_refused("restore copy.db --data-dir fourth --key third/register.key");
    assert!(said.contains("the key does not belong to this register"), "{said}");
    assert!(!room.path("fourth/register.db").exists());
}

#[test]
fn without_a_register_the_way_to_one_is_told_and_no_password_is_printed() {
    let room = Room::new();
    says(&room.is_refused("audit verify"), "make one with `vuon register init`");
    let said = room.is_refused("register init --database postgres://somebody:s3cret@localhost:port/none");
    assert!(!said.contains("s3cret"), "{said}");
}

/// A database on the server that `VUON_TEST_POSTGRES` names; it goes when the test ends.
struct Database {
    server: String,
    name: String,
}

impl Database {
    fn new(server: &str, name: &str) -> Self {
        let database = Database { server: server.to_owned(), name: format!("vuon_test_{name}_{}", std::process::id()) };
        database.psql(server, &format!("CREATE DATABASE {}", database.name));
        database
    }

    fn url(&self) -> String {
        format!("{}/{}", self.server.rsplit_once('/').expect("an address").0, self.name)
    }

    /// What a statement gives.
    fn psql(&self, url: &str, statement: &str) -> String {
        let output = std::process::Command::new("psql").args([url, "-Atqc", statement]).output().expect("psql runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.psql(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

#[test]
fn a_copy_of_a_server_s_database_is_put_back_with_its_key_and_with_no_other() {
    let Ok(server) = std::env::var("VUON_TEST_POSTGRES") else { return };
    let [first, second, third] = ["first", "second", "third"].map(|name| Database::new(&server, name));
    let room = Room::new();
    let at = |database: &Database| format!("--database {}", database.url());
    room.succeeds(&format!("register init --areas vn-2025-07-01 {}", at(&first)));
    room.write("list.csv", "Mã hộ,Thôn,Họ và tên chủ hộ,Năm sinh\nA1,Bản 1,Lò Văn Mẫu,1980\n");
    let list = "register import list.csv --commune 03151 --standard vn-2022-2026 --on 2024-12-31 --apply";
    room.succeeds(&format!("{list} {}", at(&first)));
    says(&room.succeeds(&format!("backup --out copy.dump --with-key {}", at(&first))), "pg_dump");
    let taken = room.is_refused(&format!("restore copy.dump --key copy.dump.key {}", at(&first)));
    assert!(taken.contains("has tables already"), "{taken}");

    // Another register's key: nothing is written at all.
    room.succeeds("register init --data-dir other");
    let refused =
        room.is_refused(&format!("restore copy.dump --data-dir third --key other/register.key {}", at(&third)));
    assert!(refused.contains("the key does not belong to this register"), "{refused}");
    let tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'";
    assert_eq!(third.psql(&third.url(), tables), "0");

    let restored = room.succeeds(&format!("restore copy.dump --data-dir second --key copy.dump.key {}", at(&second)));
    says(&restored, "1 households");
    let verified = room.succeeds(&format!("audit verify --data-dir second {}", at(&second)));
    says(&verified, "Everything is as it was recorded.");
}

#[test]
fn after_a_reform_a_bare_code_means_the_unit_of_the_day_asked_for() {
    let room = Room::new();
    room.succeeds("register init --areas vn-2025-03-01");
    room.write(
        "list.csv",
        "Mã hộ,Thôn,Họ và tên,Kết quả rà soát\nA1,Bản 1,Lò Văn Mẫu,Hộ nghèo\nA2,,Vàng A Giả,Hộ nghèo\n",
    );
    room.succeeds("register import list.csv --commune 03151 --standard vn-2022-2026 --on 2024-12-31 --apply");
    let said = room.is_refused("register reform --from vn-2025-03-01 --to vn-2025-07-01");
    assert!(said.contains("vuon register areas load vn-2025-07-01"), "{said}");
    let said = room.is_refused("--lang vi register reform --from vn-2025-03-01 --to vn-2025-07-01");
    assert!(said.contains("hãy nạp bằng `vuon register areas load vn-2025-07-01`"), "{said}");
    room.succeeds("register areas load vn-2025-07-01");
    let told = |text: &str, label: &str| {
        let line = text.lines().find(|line| line.starts_with(label)).unwrap().to_owned();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let dry = room.succeeds("register reform --from vn-2025-03-01 --to vn-2025-07-01");
    assert_eq!(told(&dry, "Households before"), "2");
    for label in ["Things of support moved", "Things of support waiting", "Capital moved"] {
        assert_eq!(told(&dry, label), "0", "there is none: {dry}");
    }
    let done = room.succeeds("register reform --from vn-2025-03-01 --to vn-2025-07-01 --apply");
    assert_eq!(told(&done, "Things of support moved"), "0");
    says(&room.succeeds("register as-of --commune 03151 --on 2024-12-31"), "2 households");
    assert_eq!(room.succeeds("register export --commune 03151 --on 2024-12-31").lines().count(), 3);
}

#[test]
fn a_unit_that_is_in_no_list_is_said() {
    let room = with_a_list();
    for ask in ["register as-of --commune", "register export --commune", "register duplicates --commune", "audit root"]
    {
        let said = room.is_refused(&format!("{ask} 99999"));
        assert!(said.contains("there is no commune or other unit 99999 in the list vn-2025-07-01"), "{ask}: {said}");
    }
}

#[test]
fn a_folder_typed_wrongly_does_not_become_a_register() {
    let room = Room::new();
    let said = room.is_refused("serve --data-dir regsiter");
    says(&said, "There is no register in regsiter.");
    says(&said, "the administrator's password is needed");
    assert!(!room.path("regsiter").exists());
    // A register whose key is lost is not begun anew.
    room.succeeds("register init --data-dir lost");
    std::fs::remove_file(room.path("lost/register.key")).expect("removed");
    says(&room.is_refused("serve --data-dir lost"), "there is no register in lost");
    assert!(!room.path("lost/register.key").exists());
    room.write("junk.db", "this is no database");
    room.succeeds("register init --data-dir other");
    let said = room.is_refused("restore junk.db --data-dir new --key other/register.key");
    assert!(said.contains("not a copy of a register"), "{said}");
    assert!(!room.path("new").exists());
}

#[test]
fn serving_asks_once_for_the_first_password_and_begins_an_empty_register() {
    let room = Room::new();
    let mut serving = Serving::new(&room, "a long enough sentence\n");
    serving.says("There is no register in register.");
    serving.says("The administrator's account `admin` is there.");
    serving.says("Open a browser at http://127.0.0.1:");
    drop(serving);
    says(&room.succeeds("audit verify --data-dir register"), "Everything is as it was recorded.");
    // Nothing is asked the second time.
    let mut serving = Serving::new(&room, "");
    serving.says("Open a browser at http://127.0.0.1:");
}

/// A server on a free port; it is stopped when the test is done with it.
struct Serving {
    child: std::process::Child,
    lines: std::sync::mpsc::Receiver<String>,
    /// All that it said: its two outputs come in no order.
    heard: String,
}

impl Serving {
    fn new(room: &Room, typed: &str) -> Self {
        let mut command = room.command("serve --data-dir register --listen 127.0.0.1:0");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        child.stdin.take().expect("its input").write_all(typed.as_bytes()).expect("it reads");
        let (told, lines) = std::sync::mpsc::channel();
        for output in [
            Box::new(child.stdout.take().expect("its output")) as Box<dyn std::io::Read + Send>,
            Box::new(child.stderr.take().expect("its errors")),
        ] {
            let told = told.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(output).lines().map_while(Result::ok) {
                    let _ = told.send(line);
                }
            });
        }
        Serving { child, lines, heard: String::new() }
    }

    fn says(&mut self, part: &str) {
        while !self.heard.contains(part) {
            match self.lines.recv_timeout(Duration::from_secs(60)) {
                Ok(line) => self.heard.push_str(&line),
                Err(_) => panic!("“{part}” is not in:\n{}", self.heard),
            }
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn the_database_is_read_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let room = Room::new();
    room.succeeds("register init --data-dir register");
    let mode = std::fs::metadata(room.path("register/register.db")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn the_pack_of_support_is_shown_chosen_and_checked() {
    let room = Room::with_a_register();
    says(&room.succeeds("register support-pack"), "The national pack of the day.");
    says(&room.succeeds("register support-pack example-province"), "example-province It was chosen for this register.");
    says(&room.succeeds("register support-pack"), "example-province It was chosen for this register.");
    says(&room.is_refused("register support-pack vn-2027-2030"), "it has no schemes of support");
    says(&room.is_refused("register support-pack nowhere"), "there is no pack `nowhere`");
    says(&room.succeeds("register support-pack --national"), "The national pack of the day.");
    says(&room.succeeds("audit verify"), "Everything is as it was recorded.");
}
