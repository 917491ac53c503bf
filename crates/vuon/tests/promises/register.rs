//! A register is made, filled, asked, copied and put back from the command line.

use crate::room::{Room, says};

/// A register with one commune's list in it.
fn with_a_list() -> Room {
    let room = Room::new();
    room.succeeds("register init --areas vn-2025-07-01");
    room.write(
        "list.csv",
        "Mã hộ,Thôn,Họ và tên,Quan hệ với chủ hộ,Giới tính,Năm sinh,Dân tộc,Kết quả rà soát\n\
         A1,Bản 1,Lò Văn Mẫu,Chủ hộ,Nam,1980,Thái,Hộ nghèo\n\
         A1,Bản 1,Cà Thị Mẫu,Vợ,Nữ,1983,Thái,Hộ nghèo\n\
         A2,Bản 1,Vàng A Giả,Chủ hộ,Nam,1970,Mông,Hộ cận nghèo\n",
    );
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
    says(&list, "A1 Lò Văn Mẫu 2 Bản 1 poor 2024-12-31");
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
    let check = |statement: &str| {
        let mut command = Room::new().command("audit check-root");
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
    let said = room.is_refused("register init --database postgres://somebody:s3cret@127.0.0.1:1/none");
    assert!(!said.contains("s3cret"), "{said}");
}
