//! The pack of a round is the one it was opened under, whatever becomes of its files.

use crate::common::{PACK, World, for_each_engine};
use crate::steps::*;
use jiff::civil::date;
use std::path::Path;
use vuon_policy::Library;
use vuon_registry::RegistryError;
use vuon_registry::cases::AnswersReason;
use vuon_registry::rounds::NewRound;

/// Writes a pack and those it extends into a folder of packs; what is added to its first file changes nothing but bytes.
pub fn write_pack(folder: &Path, id: &str, added: &str) {
    for (pack, files) in Library::embedded().keep(PACK).unwrap() {
        let pack = if pack == PACK { id.to_owned() } else { pack };
        for (name, text) in files {
            let path = folder.join(&pack).join(&name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let text = if name == "pack.yaml" { text.replace(PACK, id) + added } else { text };
            std::fs::write(path, text).unwrap();
        }
    }
}

async fn survey(world: &World, pack: &str) -> (crate::common::Village, String, String) {
    let village = world.village().await;
    let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
    let round = open_under(&village.officer, &village.commune, "annual", 2025, pack).await;
    let case = ask(&village, &round, &household).await;
    sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
    (village, round, case)
}

#[tokio::test]
async fn a_comment_added_to_a_pack_stops_no_round_and_everything_is_still_computed_again() {
    for_each_engine(async |world| {
        let (village, round, case) = survey(world, PACK).await;
        assert_eq!(world.number("SELECT COUNT(*) FROM pack").await, 1, "kept once, with the first round");
        let folder = tempfile::tempdir().unwrap();
        write_pack(folder.path(), PACK, "\n# a comment\n");
        let later = world.reopened_with(Library::with_folders(vec![folder.path().to_owned()])).await;
        let officer = later.desk(village.officer.actor().clone());
        let chair = later.desk(village.chair.actor().clone());
        let auditor = later.desk(village.auditor.actor().clone());
        sign(&officer, &case, Picture::Poor, AnswersReason::Correction).await;
        let meeting = vuon_registry::rounds::NewMeeting {
            hamlet: village.hamlets[0].clone(),
            held_on: officer.today(),
            invited: 60,
            present: 40,
            chair: "Trưởng bản mẫu".into(),
            secretary: "Thư ký mẫu".into(),
            notes: String::new(),
            votes: vec![vuon_registry::rounds::Vote { case: case.clone(), agree: 30 }],
        };
        officer.hold_meeting(&round, &meeting).await.unwrap();
        officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
        world.clock.stand(date(2025, 9, 12));
        decide(&chair, &round, "1", None).await;
        let report = auditor.verify(None).await.unwrap();
        assert_eq!((report.differences.as_slice(), report.assessments), ([].as_slice(), 2));

        // Without its files nothing is said to be sound that was not computed.
        world.tamper("UPDATE pack SET files = REPLACE(files, 'Quyết định', 'Quyet dinh')").await;
        let fresh = world.reopened_with(Library::with_folders(vec![folder.path().to_owned()])).await;
        let report = fresh.desk(village.auditor.actor().clone()).verify(None).await.unwrap();
        assert_eq!(report.assessments, 0);
        for what in
            ["version 1 cannot be computed again", "version 2 cannot be computed again", "whether enough agreed"]
        {
            assert!(report.differences.iter().any(|d| d.what.starts_with(what)), "{what}: {:?}", report.differences);
        }
    })
    .await;
}

#[tokio::test]
async fn a_province_may_have_its_own_standard_in_a_folder() {
    for_each_engine(async |world| {
        let folder = tempfile::tempdir().unwrap();
        write_pack(folder.path(), "vn-11-local", "");
        let library = Library::with_folders(vec![folder.path().to_owned()]);
        assert!(library.ids().contains(&"vn-11-local".to_owned()) && library.ids().contains(&PACK.to_owned()));
        let village = world.village().await;
        let register = world.reopened_with(library).await;
        let officer = register.desk(village.officer.actor().clone());
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open_under(&officer, &village.commune, "annual", 2025, "vn-11-local").await;
        let case = officer
            .list_case(&round, &household, vuon_registry::cases::CaseReason::Requested, Some(officer.today()))
            .await
            .unwrap();
        sign(&officer, &case, Picture::Poor, AnswersReason::Survey).await;
        // Who does not have the folder goes on with what the register kept.
        let report = village.auditor.verify(None).await.unwrap();
        assert_eq!((report.differences.as_slice(), report.assessments), ([].as_slice(), 1));
        let path = folder.path().join("vn-11-local").display().to_string();
        let by_path =
            NewRound { commune: village.commune.clone(), kind: "in_year".into(), year: 2025, pack: path, method: None };
        assert!(
            matches!(officer.open_round(&by_path).await, Err(RegistryError::Pack { .. })),
            "no path comes from outside"
        );
    })
    .await;
}
