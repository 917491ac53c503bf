//! The public's window from the command line.

use crate::room::{Room, says};

#[test]
fn a_site_is_written_replaced_and_never_made_without_its_ledger() {
    let room = listed();
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
    assert!(!room.names().iter().any(|name| name.ends_with(".vuon-publish")), "nothing is left beside");
}

#[test]
fn a_map_that_lacks_a_unit_publishes_nothing() {
    let room = listed();
    let map = |code: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"code":"{code}"}},
            "geometry":{{"type":"Polygon","coordinates":[[[103.0,21.9],[103.2,21.9],[103.2,22.1],[103.0,21.9]]]}}}}]}}"#
        )
    };
    room.write("map.geojson", map("03152"));
    says(&room.is_refused("publish --area 11 --out site --map map.geojson"), "the map has no shape of: 03151");
    assert!(!room.names().iter().any(|name| ["site", "site.releases.jsonl"].contains(&name.as_str())));
    room.write("map.geojson", "{}");
    says(&room.is_refused("publish --area 11 --out site --map map.geojson"), "map.geojson");
    room.write("map.geojson", map("03151"));
    room.succeeds("publish --area 11 --out site --map map.geojson");
    assert!(room.read("site/en/index.html").contains(r#"class="map""#));
}

#[test]
fn two_do_not_publish_with_one_ledger_at_once() {
    let room = listed();
    let lock = std::fs::File::create(room.path("site.releases.jsonl.lock")).expect("made");
    lock.lock().expect("locked");
    says(&room.is_refused("publish --area 11 --out site"), "somebody else is publishing and holds");
    says(
        &room.is_refused("publish --area 03151 --out other --ledger site.releases.jsonl"),
        "somebody else is publishing",
    );
    assert!(!room.names().iter().any(|name| ["site", "other", "site.releases.jsonl"].contains(&name.as_str())));
    lock.unlock().expect("unlocked");
    says(&room.succeeds("publish --area 11 --out site"), "site/index.html");

    // Nor into one folder with two ledgers: the second would take what the first is putting together for left behind.
    let lock = std::fs::File::create(room.path(".site.vuon-publish.lock")).expect("made");
    lock.lock().expect("locked");
    says(&room.is_refused("publish --area 11 --out site --ledger other.jsonl"), ".site.vuon-publish.lock");
}

#[test]
fn two_sites_of_one_ledger_do_not_take_each_other_for_stopped_runs() {
    let room = listed();
    assert!(publishes(&room).is_empty());
    let commune = room.vuon("publish --area 03151 --out commune --ledger site.releases.jsonl");
    assert!(commune.ok && commune.err.is_empty(), "{}", commune.err);
    assert!(publishes(&room).is_empty(), "what the commune released stopped nobody");
}

#[test]
fn a_run_that_stopped_half_way_is_told_and_done_again() {
    let room = listed();
    room.succeeds("publish --area 11 --out site");
    let page = room.read("site/vi/index.html");
    let ledger = room.read("site.releases.jsonl");
    let renamed = |from: &str, to: &str| std::fs::rename(room.path(from), room.path(to)).expect("renamed");

    // It stopped once the ledger was written.
    std::fs::create_dir(room.path(".site.vuon-publish")).expect("made");
    says(&publishes(&room), "counts as published");
    assert_eq!(room.read("site.releases.jsonl"), ledger, "done again it releases nothing more");

    // It stopped before the first site was there at all.
    std::fs::remove_dir_all(room.path("site")).expect("removed");
    std::fs::create_dir(room.path(".site.vuon-publish")).expect("made");
    says(&publishes(&room), "counts as published");

    // It stopped between taking the old site away and putting the new one in its place.
    std::fs::create_dir(room.path(".site.vuon-publish")).expect("made");
    renamed("site", ".site.vuon-publish/old");
    says(&publishes(&room), "stopped before the site was written");
    assert_eq!(room.read("site/vi/index.html"), page);
    assert!(!room.names().iter().any(|name| name.ends_with(".vuon-publish")));
    assert!(publishes(&room).is_empty());

    // What stopped is put back even if the next run is refused.
    std::fs::create_dir(room.path(".site.vuon-publish")).expect("made");
    renamed("site", ".site.vuon-publish/old");
    room.is_refused("publish --area 99999 --out site");
    assert_eq!(room.read("site/vi/index.html"), page);
}

/// Publishes, and gives what is told on the side.
fn publishes(room: &Room) -> String {
    let said = room.vuon("publish --area 11 --out site");
    assert!(said.ok, "{}", said.err);
    said.err
}

/// A register with the list of a commune.
fn listed() -> Room {
    let room = Room::new();
    room.succeeds("register init --areas vn-2025-07-01");
    let mut list = "Mã hộ,Thôn,Họ và tên,Quan hệ với chủ hộ,Giới tính,Năm sinh,Dân tộc,Kết quả rà soát\n".to_owned();
    for number in 0..7 {
        list.push_str(&format!("A{number},Bản 1,Lò Văn Mẫu {number},Chủ hộ,Nam,19{}0,Thái,Hộ nghèo\n", number + 2));
    }
    room.write("list.csv", &list);
    room.succeeds("register import list.csv --commune 03151 --standard vn-2022-2026 --on 2025-12-31 --apply");
    room
}
