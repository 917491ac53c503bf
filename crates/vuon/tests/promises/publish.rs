//! The public's window from the command line.

use crate::room::{Room, says};

#[test]
fn a_site_is_written_replaced_and_never_made_without_its_ledger() {
    let room = Room::new();
    room.succeeds("register init --areas vn-2025-07-01");
    let mut list = "Mã hộ,Thôn,Họ và tên,Quan hệ với chủ hộ,Giới tính,Năm sinh,Dân tộc,Kết quả rà soát\n".to_owned();
    for number in 0..7 {
        list.push_str(&format!("A{number},Bản 1,Lò Văn Mẫu {number},Chủ hộ,Nam,19{}0,Thái,Hộ nghèo\n", number + 2));
    }
    room.write("list.csv", &list);
    room.succeeds("register import list.csv --commune 03151 --standard vn-2022-2026 --on 2025-12-31 --apply");

    let said = room.succeeds("publish --area 11 --out site");
    says(&said, "site/index.html");
    says(&said, "site.releases.jsonl");
    says(&room.read("site/data/results.csv"), "2025,vn-2025-07-01:11,Tỉnh Điện Biên,province,7,0");
    assert!(room.read("site/vi/index.html").contains("Tỉnh Điện Biên"));
    assert!(!room.read("site/vi/index.html").contains("Lò Văn"));
    let ledger = room.read("site.releases.jsonl");
    room.succeeds("publish --area 11 --out site");
    assert_eq!(room.read("site.releases.jsonl"), ledger, "nothing new was published");

    // Without a folder it is where the server looks for it.
    says(&room.succeeds("publish --data-dir vuon-data --area 11"), "vuon-data/public/index.html");
    assert!(room.path("vuon-data/public.releases.jsonl").is_file());

    room.write("site.releases.jsonl", ledger.replace(":7", ":8"));
    says(&room.is_refused("publish --area 11 --out site"), "it was changed");
    std::fs::remove_file(room.path("site.releases.jsonl")).expect("removed");
    says(&room.is_refused("publish --area 11 --out site"), "the ledger of releases site.releases.jsonl is missing");
    std::fs::create_dir(room.path("other")).expect("made");
    room.write("other/letter.txt", "");
    says(&room.is_refused("publish --area 11 --out other"), "is no site that vuon made");
    assert!(!room.names().iter().any(|name| name.starts_with(".vuon-publish")), "nothing is left beside");
}
