//! What goes and what stays when the data of a person in a case are erased: the table in `docs/register.md`.

use crate::common::{World, for_each_engine, members};
use crate::steps::*;
use vuon_policy::model::Language;
use vuon_registry::cases::{AnswersReason, ComplaintKind, NewComplaint};
use vuon_registry::households::MemberChange;
use vuon_registry::page::PageRequest;

/// How many rows of a table say something.
async fn saying(world: &World, table: &str, condition: &str) -> i64 {
    world.number(&format!("SELECT COUNT(*) FROM {table} WHERE {condition}")).await
}

#[tokio::test]
async fn the_name_goes_and_what_was_signed_stays() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (officer, enumerator) = (&village.officer, &village.enumerator);
        let round = open(officer, &village.commune, "annual", 2025).await;
        let household = village.household(0, &["Lò Văn Sai", "Cà Thị Mẫu"]).await;
        let case = ask(&village, &round, &household).await;
        let neighbours = village.household(0, &["Quàng Văn Mẫu"]).await;
        let next_door = ask(&village, &round, &neighbours).await;
        let head = officer.case(&case, Language::Vi).await.unwrap().members[0].person.clone();

        // Listed under a name that was put right since.
        let right = MemberChange::Corrected { person: head.clone(), member: members(&["Lò Văn Đúng"]).remove(0) };
        officer.change_members(&household, 1, &right, officer.today()).await.unwrap();
        sign(enumerator, &case, Picture::NearPoor, AnswersReason::Survey).await;
        let draft = answers(enumerator, &case, Picture::Poor).await;
        officer.save_draft(&case, 2, &draft, Language::Vi).await.unwrap();
        let draft = answers(enumerator, &next_door, Picture::Poor).await;
        officer.save_draft(&next_door, 1, &draft, Language::Vi).await.unwrap();
        officer.attach(&case, "nhà.pdf", b"%PDF-1.7 made up").await.unwrap();
        meet(&village, &round, 0, 30).await;
        officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
        let text = "Nhà ông Đúng khá giả.".to_owned();
        let complaint = NewComplaint { kind: ComplaintKind::WronglyIn, text, received_on: None };
        let complaint = officer.complain(&case, &complaint).await.unwrap();
        let before = officer.case(&case, Language::Vi).await.unwrap();

        officer.erase_person(&head, "đơn số 12/2025").await.unwrap();

        // Gone: the name, former ones too, birth, sex and group in the person's row and entries, and the draft.
        for (table, column) in [("person", "name"), ("household", "name"), ("review_case", "name")] {
            for name in ["Sai", "Đúng"] {
                let left = saying(world, table, &format!("{column} LIKE '%{name}%'")).await;
                assert_eq!(left, 0, "{name} in {table}.{column}");
            }
        }
        let empty = format!("id = '{head}' AND name = '' AND sex IS NULL AND born IS NULL AND ethnic IS NULL");
        assert_eq!(saying(world, "person", &empty).await, 1);
        let own = format!("SELECT content FROM entry WHERE subject = '{head}' AND kind = 'person'");
        assert_eq!(saying(world, "content", &format!("hash IN ({own})")).await, 2);
        assert_eq!(saying(world, "content", &format!("hash IN ({own}) AND body IS NOT NULL")).await, 0);
        assert_eq!(saying(world, "draft", &format!("review_case = '{case}'")).await, 0);
        assert_eq!(saying(world, "draft", &format!("review_case = '{next_door}'")).await, 1, "the neighbours' stays");

        // Staying: relation, memberships, the picture, the signed answers, words, documents.
        assert_eq!(saying(world, "person", &format!("id = '{head}' AND relation = 'head'")).await, 1);
        assert_eq!(saying(world, "membership", &format!("person = '{head}' AND household = '{household}'")).await, 1);
        let picture = format!("hash IN (SELECT content FROM entry WHERE subject = '{case}' AND kind = 'listed')");
        let pictured =
            format!("{picture} AND body LIKE '%{head}%' AND body LIKE '%1980-03-01%' AND body LIKE '%thai%'");
        assert_eq!(saying(world, "content", &pictured).await, 1);
        let after = officer.case(&case, Language::Vi).await.unwrap();
        assert_eq!(after.members[0].name, "");
        assert_eq!(after.members[0].born, before.members[0].born);
        assert_eq!(after.members[1], before.members[1]);
        assert_eq!(after.versions, before.versions);
        let signed = after.versions[0].answers.as_ref().unwrap();
        assert!(signed.members.iter().any(|member| member.person == head && !member.answers.is_empty()));
        assert_eq!(after.explanation, before.explanation);
        assert_eq!(after.documents.len(), 1);
        let kept = officer.complaints(Some(&round), true, &PageRequest::first()).await.unwrap();
        assert_eq!(kept.rows[0].id, complaint);
        assert_eq!(saying(world, "content", "body LIKE '%Nhà ông Đúng khá giả.%'").await, 1);
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn the_household_of_a_namesake_keeps_its_name() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        let round = open(officer, &village.commune, "annual", 2025).await;
        // Father and son of one name, in one household.
        let household = village.household(0, &["Lò Văn Trùng", "Lò Văn Trùng"]).await;
        let case = ask(&village, &round, &household).await;
        let members = officer.household(&household).await.unwrap().members;
        let of = |head: bool| members.iter().find(|m| (m.relation == "head") == head).unwrap().person.clone();
        officer.erase_person(&of(false), "đơn số 1/2025").await.unwrap();
        let view = officer.case(&case, Language::Vi).await.unwrap();
        assert_eq!(view.row.name, "Lò Văn Trùng");
        assert_eq!(officer.household(&household).await.unwrap().row.name, "Lò Văn Trùng");
        officer.erase_person(&of(true), "đơn số 2/2025").await.unwrap();
        assert_eq!(officer.case(&case, Language::Vi).await.unwrap().row.name, "");
        assert_eq!(officer.household(&household).await.unwrap().row.name, "");
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}
