//! Everything can be computed again, and what was changed behind the register's back is named.

use crate::common::{Village, World, for_each_engine};
use crate::steps::*;
use vuon_policy::model::Language;
use vuon_registry::RegistryError;
use vuon_registry::audit::AuditReport;
use vuon_registry::cases::{AnswersReason, ComplaintAnswer, ComplaintKind, ComplaintOutcome, NewComplaint};
use vuon_registry::keys::is_signed;
use vuon_registry::page::PageRequest;

/// A round with everything in it: two decided cases, one complained about and decided again, a certificate, a document.
async fn full(world: &World, village: &Village) -> (String, String) {
    let officer = &village.officer;
    let round = open(officer, &village.commune, "annual", 2025).await;
    let mut cases = Vec::new();
    for (name, picture) in [("Lò Văn Một", Picture::Poor), ("Lò Văn Hai", Picture::Well)] {
        let household = village.household(0, &[name, "Cà Thị Mẫu"]).await;
        let case = ask(village, &round, &household).await;
        sign(&village.enumerator, &case, picture, AnswersReason::Survey).await;
        cases.push(case);
    }
    officer.attach(&cases[0], "nhà.pdf", b"%PDF-1.7 made up").await.unwrap();
    meet(village, &round, 0, 30).await;
    officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
    world.clock.stand(jiff::civil::date(2025, 9, 12));
    decide(&village.chair, &round, "1", None).await;
    let complaint =
        NewComplaint { kind: ComplaintKind::WronglyOut, text: "Xin xem xét lại.".into(), received_on: None };
    let complaint = officer.complain(&cases[1], &complaint).await.unwrap();
    sign(&village.enumerator, &cases[1], Picture::NearPoor, AnswersReason::Recheck).await;
    let answer = ComplaintAnswer { outcome: ComplaintOutcome::Changed, text: "Hộ cận nghèo.".into() };
    officer.answer_complaint(&complaint, &answer, None).await.unwrap();
    officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
    world.clock.stand(jiff::civil::date(2025, 9, 19));
    decide(&village.chair, &round, "2", None).await;
    assert_eq!(village.chair.issue_certificates(&round).await.unwrap(), 2);
    (round, cases[0].clone())
}

async fn verified(village: &Village) -> AuditReport {
    village.auditor.verify(Some(&village.commune)).await.unwrap()
}

#[tokio::test]
async fn a_whole_round_verifies_and_counts_what_was_computed() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (round, _) = full(world, &village).await;
        // Both households are on a list by now, so both were given a certificate.
        let view = village.officer.round(&round).await.unwrap();
        let certificates = view.steps.iter().find(|step| step.step == "certificate").unwrap();
        assert_eq!((certificates.done, certificates.waiting), (2, 0));
        let report = village.auditor.verify(None).await.unwrap();
        assert_eq!(report.differences, []);
        assert_eq!((report.assessments, report.decisions, report.erased), (3, 2, 0));
        assert_eq!(report.entries, world.number("SELECT COUNT(*) FROM entry").await);
        assert!(report.contents > report.entries);
        let own = village.officer.verify(None).await.unwrap();
        assert_eq!((own.chains, own.differences.len()), (1, 0), "an officer verifies the own commune");
    })
    .await;
}

/// Row "official inspection of a relief package in four provinces": score sheets were erased and written again.
#[tokio::test]
async fn an_erased_and_rewritten_score_sheet_is_found_and_named() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (_, case) = full(world, &village).await;
        let sheet = format!("(SELECT answered FROM answers WHERE review_case = '{case}' AND version = 1)");
        world
            .tamper(&format!("UPDATE content SET body = REPLACE(body, '1000000', '9000000') WHERE hash = {sheet}"))
            .await;
        let report = verified(&village).await;
        let first = &report.differences[0];
        assert_eq!(
            (first.subject.as_str(), first.what.as_str()),
            (case.as_str(), "the score sheet is not what was recorded")
        );
        let entries =
            village.auditor.entries(&village.commune, &PageRequest { after: None, limit: 200 }).await.unwrap();
        let named = entries.rows.iter().find(|entry| entry.seq == first.seq).unwrap();
        assert_eq!((named.kind.as_str(), named.subject.as_str()), ("answers", case.as_str()));
    })
    .await;
}

#[tokio::test]
async fn whatever_row_is_changed_is_found() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (_, case) = full(world, &village).await;
        let of_case = format!("review_case = '{case}'");
        let household = format!("(SELECT household FROM review_case WHERE id = '{case}')");
        // What is done, and what undoes it, so that each is found alone.
        let changes: Vec<(String, String, &str)> = [
            (format!("UPDATE answers SET status = 'average' WHERE {of_case}"), format!("UPDATE answers SET status = 'poor' WHERE {of_case}"), "is not as it was signed"),
            (format!("UPDATE answers SET author = 'x' || author WHERE {of_case}"), format!("UPDATE answers SET author = SUBSTR(author, 2) WHERE {of_case}"), "is not as it was signed"),
            (format!("UPDATE answers SET assessed = 'x' || assessed WHERE {of_case}"), format!("UPDATE answers SET assessed = SUBSTR(assessed, 2) WHERE {of_case}"), "is not as it was signed"),
            (format!("UPDATE review_case SET status = 'average' WHERE id = '{case}'"), format!("UPDATE review_case SET status = 'poor' WHERE id = '{case}'"), "not that of its latest answers"),
            (format!("UPDATE review_case SET decided = 'average' WHERE id = '{case}'"), format!("UPDATE review_case SET decided = 'poor' WHERE id = '{case}'"), "not as it was decided"),
            (format!("UPDATE review_case SET state = 'survey' WHERE id = '{case}'"), format!("UPDATE review_case SET state = 'done' WHERE id = '{case}'"), "does not stand where"),
            (format!("UPDATE review_case SET posted_until = '2025-09-10' WHERE id = '{case}'"), format!("UPDATE review_case SET posted_until = '2025-09-11' WHERE id = '{case}'"), "the case is not posted as"),
            (format!("UPDATE review_case SET posting = 'x' || posting WHERE id = '{case}'"), format!("UPDATE review_case SET posting = SUBSTR(posting, 2) WHERE id = '{case}'"), "the case is not posted as"),
            (format!("UPDATE review_case SET repeats = 3 WHERE id = '{case}'"), format!("UPDATE review_case SET repeats = 0 WHERE id = '{case}'"), "not repeated as often"),
            (format!("UPDATE review_case SET counts = 0 WHERE id = '{case}'"), format!("UPDATE review_case SET counts = 1 WHERE id = '{case}'"), "not that of its latest answers"),
            (format!("UPDATE answers SET movement = 'x' || movement WHERE {of_case}"), format!("UPDATE answers SET movement = SUBSTR(movement, 2) WHERE {of_case}"), "is not as it was signed"),
            (format!("UPDATE household SET persons = 9 WHERE id = {household}"), format!("UPDATE household SET persons = 2 WHERE id = {household}"), "not that of its people"),
            (format!("UPDATE household SET name = 'x' || name WHERE id = {household}"), format!("UPDATE household SET name = SUBSTR(name, 2) WHERE id = {household}"), "not that of its people"),
            (format!("UPDATE person SET born = '1900-01-01' WHERE relation = 'head' AND household = {household}"), format!("UPDATE person SET born = '1980-03-01' WHERE relation = 'head' AND household = {household}"), "the person is not as"),
            (format!("UPDATE certificate SET void_on = '2025-10-01' WHERE {of_case}"), format!("UPDATE certificate SET void_on = NULL WHERE {of_case}"), "a certificate is not as"),
            (format!("UPDATE certificate SET status = 'near_poor' WHERE {of_case}"), format!("UPDATE certificate SET status = 'poor' WHERE {of_case}"), "a certificate is not as"),
            ("UPDATE complaint SET state = 'open'".into(), "UPDATE complaint SET state = 'answered'".into(), "a complaint is not answered as"),
            (format!("UPDATE review_case SET persons = 9 WHERE id = '{case}'"), format!("UPDATE review_case SET persons = 2 WHERE id = '{case}'"), "not as it was listed"),
            (format!("UPDATE spell SET status = 'near_poor' WHERE {of_case}"), format!("UPDATE spell SET status = 'poor' WHERE {of_case}"), "the spell is not what was decided"),
            (format!("UPDATE spell SET known_to = known_from + 1 WHERE {of_case}"), format!("UPDATE spell SET known_to = NULL WHERE {of_case}"), "the spell is not what was decided"),
            (format!("UPDATE household SET status = 'near_poor' WHERE id = {household}"), format!("UPDATE household SET status = 'poor' WHERE id = {household}"), "not that of its spells"),
            ("UPDATE meeting SET present = present - 1".into(), "UPDATE meeting SET present = present + 1".into(), "the meeting is not as"),
            (format!("UPDATE vote SET carried = 0 WHERE {of_case}"), format!("UPDATE vote SET carried = 1 WHERE {of_case}"), "the votes of the meeting"),
            ("UPDATE posting SET place = 'x' || place".into(), "UPDATE posting SET place = SUBSTR(place, 2)".into(), "the posted list is not as"),
            ("UPDATE posting SET root = 'x' || root".into(), "UPDATE posting SET root = SUBSTR(root, 2)".into(), "the root printed"),
            ("UPDATE posting SET signature = 'x' || signature".into(), "UPDATE posting SET signature = SUBSTR(signature, 2)".into(), "the signature of the posted list"),
            ("UPDATE complaint SET received_on = '2025-09-11'".into(), "UPDATE complaint SET received_on = '2025-09-12'".into(), "a complaint is not as it was received"),
            ("UPDATE complaint SET outcome = 'confirmed'".into(), "UPDATE complaint SET outcome = 'changed'".into(), "a complaint is not answered as"),
            ("UPDATE decision SET number = 'x' || number".into(), "UPDATE decision SET number = SUBSTR(number, 2)".into(), "the decision is not as"),
            ("UPDATE round SET reviewed_on = '2025-09-09'".into(), "UPDATE round SET reviewed_on = '2025-09-08'".into(), "the round is not as"),
            (format!("UPDATE certificate SET issued_on = '2025-01-01' WHERE {of_case}"), format!("UPDATE certificate SET issued_on = '2025-09-19' WHERE {of_case}"), "a certificate is not as"),
            ("UPDATE document_body SET body = 'JVBERi0xLjcgbWFkZSB1eA'".into(), "UPDATE document_body SET body = 'JVBERi0xLjcgbWFkZSB1cA=='".into(), "a document is not as"),
            (format!("INSERT INTO certificate (review_case, household, status, commune, year, number, issued_on) SELECT id, household, 'poor', commune, 2025, 99, '2025-09-19' FROM review_case WHERE id = '{case}'"), "DELETE FROM certificate WHERE number = 99".into(), "a certificate has no entry"),
            (format!("INSERT INTO spell (id, household, standard, status, valid_from, known_from) SELECT 'forged', household, 'p', 'average', '2020-01-01', 5 FROM review_case WHERE id = '{case}'"), "DELETE FROM spell WHERE id = 'forged'".into(), "comes from no decision and no import"),
            (format!("INSERT INTO answers (review_case, version, author, at, reason, answered, assessed, status, case_version) VALUES ('{case}', 9, 'x', 1, 'survey', 'x', 'x', 'poor', 9)"), "DELETE FROM answers WHERE version = 9".into(), "version 9 of the answers has no entry"),
            ("UPDATE entry SET author = 'x' || author WHERE kind = 'decision'".into(), "UPDATE entry SET author = SUBSTR(author, 2) WHERE kind = 'decision'".into(), "not what its hash says"),
            ("UPDATE chain SET seq = seq + 1".into(), "UPDATE chain SET seq = seq - 1".into(), "does not end where it should"),
        ]
        .into();
        for (change, back, what) in changes {
            assert!(world.tamper(&change).await > 0, "{change}");
            let report = verified(&village).await;
            assert!(report.differences.iter().any(|d| d.what.contains(what)), "{change}: {:?}", report.differences);
            assert!(world.tamper(&back).await > 0, "{back}");
            assert_eq!(verified(&village).await.differences, [], "{back}");
        }
        world.tamper(&format!("DELETE FROM answers WHERE {of_case}")).await;
        assert!(verified(&village).await.differences.iter().any(|d| d.what == "version 1 of the answers is missing"));
    })
    .await;
}

#[tokio::test]
async fn an_account_that_was_given_another_role_behind_the_registers_back_is_named() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let id = &village.officer.actor().id;
        for (change, back) in [
            ("role = 'commune_chair'", "role = 'commune_officer'".to_owned()),
            ("area = NULL", format!("area = '{}'", village.commune)),
            ("active = 0", "active = 1".to_owned()),
        ] {
            world.tamper(&format!("UPDATE account SET {change} WHERE id = '{id}'")).await;
            let report = village.auditor.verify(None).await.unwrap();
            assert_eq!(report.differences.len(), 1, "{:?}", report.differences);
            assert_eq!(report.differences[0].what, "the account is not as it was recorded last");
            world.tamper(&format!("UPDATE account SET {back} WHERE id = '{id}'")).await;
        }
        world.tamper("INSERT INTO account (id, login, name, role, must_change, active, created_at) VALUES ('x', 'xxx', 'x', 'auditor', 0, 1, 1)").await;
        let report = village.auditor.verify(None).await.unwrap();
        assert_eq!(report.differences[0].what, "the account has no entry");
    })
    .await;
}

#[tokio::test]
async fn a_person_erased_on_lawful_request_leaves_the_chain_verifiable() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (_, case) = full(world, &village).await;
        let spouse = village.officer.case(&case, Language::Vi).await.unwrap().members[1].person.clone();
        village.officer.erase_person(&spouse, "đơn số 12/2025").await.unwrap();
        let report = verified(&village).await;
        assert_eq!(report.differences, []);
        assert_eq!((report.erased, report.assessments), (1, 3), "what is computed does not hang on who it was");
        world
            .tamper(&format!("UPDATE entry SET kind = 'x' WHERE kind = 'person_erased' AND subject = '{spouse}'"))
            .await;
        let report = verified(&village).await;
        let what = "its content was erased without a lawful request";
        assert!(report.differences.iter().any(|d| d.subject == spouse && d.what == what), "{:?}", report.differences);
    })
    .await;
}

/// Row "official inspection of a relief package in four provinces": whatever is erased by who has the database, but a person
/// on lawful request, is named, and what else is told of the case is still compared.
#[tokio::test]
async fn an_erased_score_sheet_decision_or_photo_is_named() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (_, case) = full(world, &village).await;
        let sheet = format!("SELECT answered FROM answers WHERE review_case = '{case}' AND version = 1");
        let decided = format!("SELECT content FROM entry WHERE kind = 'decided' AND subject = '{case}'");
        for (content, what) in [
            (sheet, "the score sheet was erased without a lawful request"),
            (decided, "its content was erased without a lawful request"),
        ] {
            world
                .tamper(&format!(
                    "INSERT INTO setting (name, value) SELECT 'kept', body FROM content WHERE hash IN ({content})"
                ))
                .await;
            world.tamper(&format!("UPDATE content SET body = NULL, erased_at = 1 WHERE hash IN ({content})")).await;
            world.tamper(&format!("UPDATE review_case SET persons = 9 WHERE id = '{case}'")).await;
            let report = verified(&village).await;
            let named = |what: &str| report.differences.iter().any(|d| d.subject == case && d.what == what);
            assert!(named(what), "{:?}", report.differences);
            assert!(named("the case is not as it was listed"), "the case is still compared");
            assert_eq!(report.erased, 0);
            world.tamper(&format!("UPDATE review_case SET persons = 2 WHERE id = '{case}'")).await;
            let kept = "(SELECT value FROM setting WHERE name = 'kept')";
            world
                .tamper(&format!("UPDATE content SET body = {kept}, erased_at = NULL WHERE hash IN ({content})"))
                .await;
            world.tamper("DELETE FROM setting WHERE name = 'kept'").await;
            assert_eq!(verified(&village).await.differences, []);
        }
        world.tamper("UPDATE document_body SET body = NULL").await;
        let report = verified(&village).await;
        assert_eq!(report.differences[0].what, "a document is not as it was attached");
    })
    .await;
}

#[tokio::test]
async fn a_chain_that_is_gone_is_a_difference_and_no_copy_of_it_is_sound() {
    for_each_engine(async |world| {
        let village = world.village().await;
        full(world, &village).await;
        let operator = world.operator();
        assert!(operator.verify(Some(crate::common::OTHER_COMMUNE)).await.is_err(), "nothing was written to it");
        let commune = &village.commune;
        world.tamper(&format!("DELETE FROM entry WHERE chain = '{commune}'")).await;
        world.tamper(&format!("DELETE FROM chain WHERE id = '{commune}'")).await;
        for chain in [None, Some(commune.as_str())] {
            let report = village.auditor.verify(chain).await.unwrap();
            let first = &report.differences.iter().find(|d| d.chain == *commune).unwrap();
            assert_eq!(first.what, "the chain is missing, and the register has rows of it");
            assert!(report.differences.iter().any(|d| d.what == "a case has no entry"));
        }
        let damaged = vuon_registry::backup::check(world.register.store()).await.unwrap_err();
        assert!(damaged.to_string().contains(commune), "{damaged}");
    })
    .await;
}

#[tokio::test]
async fn a_chain_that_was_cut_off_shows_against_a_printed_root() {
    for_each_engine(async |world| {
        let village = world.village().await;
        full(world, &village).await;
        let printed = village.officer.signed_root(&village.commune).await.unwrap().statement;
        let broken_into_lines = printed.replace(' ', "\n  ");
        assert_eq!(village.auditor.verify_root(&broken_into_lines).await.unwrap(), None);
        village.officer.attach(&full_case(&village).await, "ảnh.png", b"\x89PNG\r\n\x1a\n later").await.unwrap();
        assert_eq!(village.auditor.verify_root(&printed).await.unwrap(), None, "it has only grown");
        let end = village.auditor.verify_root(&printed.replace("root/1", "root/9")).await.unwrap_err();
        assert!(matches!(end, RegistryError::Invalid { .. }));
        let of_chain = format!("chain = '{}'", village.commune);
        let last = world.number(&format!("SELECT seq FROM chain WHERE id = '{}'", village.commune)).await;
        world.tamper("DELETE FROM document WHERE name = 'ảnh.png'").await;
        world.tamper("DELETE FROM certificate").await;
        for seq in [last, last - 1, last - 2] {
            world.tamper(&format!("DELETE FROM entry WHERE {of_chain} AND seq = {seq}")).await;
        }
        world
            .tamper(&format!(
                "UPDATE chain SET seq = {0}, hash = (SELECT hash FROM entry WHERE {of_chain} AND seq = {0}) WHERE id = '{1}'",
                last - 3,
                village.commune
            ))
            .await;
        world.tamper("UPDATE review_case SET state = 'certificate' WHERE state = 'done'").await;
        assert_eq!(verified(&village).await.differences, [], "in itself it is sound");
        let difference = village.auditor.verify_root(&printed).await.unwrap().unwrap();
        assert!(difference.what.ends_with("the chain was cut off"), "{}", difference.what);
        assert!(matches!(village.enumerator.verify_root(&printed).await, Err(RegistryError::Forbidden { .. })));
    })
    .await;
}

async fn full_case(village: &Village) -> String {
    let filter = vuon_registry::cases::CaseFilter::default();
    village.officer.cases(&filter, &PageRequest::first()).await.unwrap().rows[0].id.clone()
}

#[tokio::test]
async fn the_end_of_a_chain_is_signed_and_can_be_checked_without_the_register() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let (round, _) = full(world, &village).await;
        let signed = village.officer.signed_root(&village.commune).await.unwrap();
        assert!(is_signed(&signed.public_key, &signed.statement, &signed.signature));
        assert!(!is_signed(&signed.public_key, &signed.statement.replace("2025", "2024"), &signed.signature));
        let posting = village.officer.round(&round).await.unwrap().postings.pop().unwrap();
        let view = village.officer.posting(&posting.id).await.unwrap();
        assert!(is_signed(&view.public_key, &view.root.statement(view.row.posted_on), &view.signature));
        let content = village.auditor.entry_content(&village.commune, view.root.seq).await.unwrap().unwrap();
        assert_eq!(content["lines"].as_array().unwrap().len(), 2, "the printed root covers the list itself");
        assert!(!content.to_string().contains("Lò"), "a record holds no name");
        assert!(matches!(
            village.enumerator.entries(&village.commune, &PageRequest::first()).await,
            Err(RegistryError::Forbidden { .. })
        ));
        assert!(matches!(
            village.officer.entries("register", &PageRequest::first()).await,
            Err(RegistryError::NotFound)
        ));
    })
    .await;
}

/// A household in which everything happened that changes who belongs where: come, gone, put right, divided, moved, merged,
/// and taken apart again; and households that a list brought. The first household.
async fn lived(village: &Village) -> String {
    use vuon_registry::households::{DuplicateVerdict, MemberChange, NextHead};
    let officer = &village.officer;
    let household = village.household(0, &["Lò Văn Một", "Cà Thị Mẫu", "Lò Văn Con"]).await;
    let version = async || officer.household(&household).await.unwrap().row.version;
    let person = async |name: &str| {
        let members = officer.household(&household).await.unwrap().members;
        members.into_iter().find(|member| member.name == name).unwrap().person
    };
    let next = |person: &str, others: &[(&str, &str)]| NextHead {
        person: person.to_owned(),
        relations: others.iter().map(|(person, relation)| ((*person).to_owned(), (*relation).to_owned())).collect(),
        confirmed: true,
    };
    let day = crate::common::TODAY;
    let mut child = crate::common::members(&["x", "Lò Thị Bé"]).pop().unwrap();
    child.born = Some("2025-08-01".into());
    child.relation = "child".into();
    let born = MemberChange::Born { member: child.clone() };
    officer.change_members(&household, version().await, &born, day).await.unwrap();
    child.relation = "other".into();
    let corrected = MemberChange::Corrected { person: person("Lò Thị Bé").await, member: child };
    officer.change_members(&household, version().await, &corrected, day).await.unwrap();
    let (wife, son, baby) = (person("Cà Thị Mẫu").await, person("Lò Văn Con").await, person("Lò Thị Bé").await);
    let head = next(&wife, &[(&son, "child"), (&baby, "child")]);
    let died = MemberChange::Died { person: person("Lò Văn Một").await, new_head: Some(head) };
    officer.change_members(&household, version().await, &died, day).await.unwrap();
    officer.split_household(&household, version().await, &next(&son, &[]), day).await.unwrap();
    let there = vuon_registry::scope::Place { hamlet: Some(village.hamlets[1].clone()), ..village.place.clone() };
    officer.move_household(&household, version().await, &there, day).await.unwrap();
    let mut twin = crate::common::members(&["x", "Cà Thị Mẫu", "Lò Thị Khác"]).split_off(1);
    twin[0].relation = "head".into();
    let twin = vuon_registry::households::NewHousehold {
        commune: village.commune.clone(),
        hamlet: Some(village.hamlets[1].clone()),
        code: None,
        from: jiff::civil::date(2020, 1, 1),
        members: twin,
    };
    let twin = officer.add_household(&twin).await.unwrap();
    officer.find_duplicates(&village.commune).await.unwrap();
    let pair = officer.duplicates(&village.commune, &PageRequest::first()).await.unwrap().rows;
    let pair = pair.into_iter().find(|pair| pair.second.id == twin).unwrap();
    officer.judge_duplicate(&pair.id, DuplicateVerdict::Merge, None).await.unwrap();
    officer.undo_merge(&pair.id).await.unwrap();
    officer.judge_duplicate(&pair.id, DuplicateVerdict::Merge, None).await.unwrap();
    let other = village.household(1, &["Quàng Văn Mẫu"]).await;
    officer.close_household(&other, 1, "moved_away", day).await.unwrap();
    let list = "Họ và tên,Quan hệ với chủ hộ,Mã hộ\nLò Văn Sáu,Chủ hộ,S1\nLò Văn Bảy,Con,S1\n";
    let file = vuon_registry::import::ImportFile {
        name: "list.csv",
        bytes: list.as_bytes(),
        commune: &village.commune,
        standard: crate::common::PACK,
        status: "poor",
        valid_from: jiff::civil::date(2024, 12, 31),
        complete: false,
    };
    officer.import_at_once(&file).await.unwrap().1.unwrap();
    household
}

#[tokio::test]
async fn who_belonged_where_and_lived_where_cannot_be_changed_unseen() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = lived(&village).await;
        assert_eq!(verified(&village).await.differences, []);
        let of = format!("household = '{household}'");
        let changes: Vec<(String, String, &str)> = [
            (format!("UPDATE membership SET relation = 'xhead' WHERE relation = 'head' AND {of}"), format!("UPDATE membership SET relation = 'head' WHERE relation = 'xhead' AND {of}"), "the membership is not as"),
            (format!("UPDATE membership SET valid_from = '1' || SUBSTR(valid_from, 2) WHERE cause = 'born' AND {of}"), format!("UPDATE membership SET valid_from = '2' || SUBSTR(valid_from, 2) WHERE cause = 'born' AND {of}"), "the membership is not as"),
            ("UPDATE membership SET household = 'x' || household WHERE cause = 'split'".into(), "UPDATE membership SET household = SUBSTR(household, 2) WHERE cause = 'split'".into(), "the membership is not as"),
            ("UPDATE membership SET known_from = known_from + 1 WHERE cause = 'merged' AND known_to IS NULL".into(), "UPDATE membership SET known_from = known_from - 1 WHERE cause = 'merged' AND known_to IS NULL".into(), "the membership is not as"),
            ("UPDATE membership SET valid_from = '1' || SUBSTR(valid_from, 2) WHERE cause = 'corrected'".into(), "UPDATE membership SET valid_from = '2' || SUBSTR(valid_from, 2) WHERE cause = 'corrected'".into(), "the membership is not as"),
            ("UPDATE membership SET valid_from = '1' || SUBSTR(valid_from, 2) WHERE cause = 'merged'".into(), "UPDATE membership SET valid_from = '2' || SUBSTR(valid_from, 2) WHERE cause = 'merged'".into(), "the membership is not as"),
            ("UPDATE membership SET relation = 'x' || relation WHERE cause = 'merged' AND relation IS NOT NULL".into(), "UPDATE membership SET relation = SUBSTR(relation, 2) WHERE cause = 'merged' AND relation IS NOT NULL".into(), "the membership is not as"),
            ("UPDATE membership SET known_to = known_to + 1 WHERE known_to IS NOT NULL".into(), "UPDATE membership SET known_to = known_to - 1 WHERE known_to IS NOT NULL".into(), "the membership was not ended as"),
            ("UPDATE membership SET valid_from = '1' || SUBSTR(valid_from, 2) WHERE cause = 'import'".into(), "UPDATE membership SET valid_from = '2' || SUBSTR(valid_from, 2) WHERE cause = 'import'".into(), "the membership is not as"),
            ("UPDATE membership SET known_to = known_from + 1 WHERE cause = 'added' AND known_to IS NULL".into(), "UPDATE membership SET known_to = NULL WHERE known_to = known_from + 1".into(), "no entry ended the membership"),
            (format!("INSERT INTO membership (id, person, household, relation, cause, valid_from, known_from) SELECT 'forged', id, household, 'child', 'added', '2019-01-01', 5 FROM person WHERE {of} AND relation = 'head'"), "DELETE FROM membership WHERE id = 'forged'".into(), "no entry tells of the membership forged"),
            (format!("UPDATE residence SET code = 'x' || code WHERE {of}"), format!("UPDATE residence SET code = SUBSTR(code, 2) WHERE {of}"), "the residence is not as"),
            (format!("UPDATE residence SET hamlet = 'x' || hamlet WHERE {of}"), format!("UPDATE residence SET hamlet = SUBSTR(hamlet, 2) WHERE {of}"), "the residence is not as"),
            (format!("UPDATE residence SET valid_from = '1' || SUBSTR(valid_from, 2) WHERE {of}"), format!("UPDATE residence SET valid_from = '2' || SUBSTR(valid_from, 2) WHERE {of}"), "the residence is not as"),
            (format!("UPDATE residence SET known_to = known_from + 1 WHERE {of}"), "UPDATE residence SET known_to = NULL".into(), "no entry ended the residence"),
            (format!("INSERT INTO residence (id, household, code, province, commune, cause, valid_from, known_from) SELECT 'forged', id, 'F', province, commune, 'moved', '2019-01-01', 5 FROM household WHERE id = '{household}'"), "DELETE FROM residence WHERE id = 'forged'".into(), "no entry tells of the residence forged"),
        ]
        .into();
        for (change, back, what) in changes {
            assert!(world.tamper(&change).await > 0, "{change}");
            let report = verified(&village).await;
            assert!(report.differences.iter().any(|d| d.what.contains(what)), "{change}: {:?}", report.differences);
            assert!(world.tamper(&back).await > 0, "{back}");
            assert_eq!(verified(&village).await.differences, [], "{back}");
        }
        for (table, what) in [("membership", "the membership is not as"), ("residence", "the residence is not as")] {
            assert!(world.tamper(&format!("DELETE FROM {table} WHERE {of}")).await > 0);
            assert!(verified(&village).await.differences.iter().any(|d| d.what.contains(what)), "{table}");
        }
    })
    .await;
}

/// What is tampered with is named at the entry that tells of it, before anything that follows from it.
#[tokio::test]
async fn a_day_that_was_moved_is_named_at_the_correction_or_merge_that_told_it() {
    for_each_engine(async |world| {
        let village = world.village().await;
        lived(&village).await;
        for (cause, kind) in [("corrected", "members"), ("merged", "household_merged")] {
            let of = format!("WHERE cause = '{cause}' AND known_to IS NULL");
            let tamper = format!("UPDATE membership SET valid_from = '1' || SUBSTR(valid_from, 2) {of}");
            assert!(world.tamper(&tamper).await > 0);
            let first = verified(&village).await.differences.remove(0);
            let chain = &village.commune;
            let named = format!("chain = '{chain}' AND seq = {} AND kind = '{kind}'", first.seq);
            assert_eq!(world.number(&format!("SELECT COUNT(*) FROM entry WHERE {named}")).await, 1, "{first:?}");
            world.tamper(&format!("UPDATE membership SET valid_from = '2' || SUBSTR(valid_from, 2) {of}")).await;
            assert_eq!(verified(&village).await.differences, []);
        }
    })
    .await;
}

#[tokio::test]
async fn areas_and_their_lineage_cannot_be_changed_unseen() {
    for_each_engine(async |world| {
        let operator = world.operator();
        operator.load_areas("vn-2025-03-01").await.unwrap();
        operator.load_areas("vn-2025-07-01").await.unwrap();
        let register = async || operator.verify(Some("register")).await.unwrap().differences;
        assert_eq!(register().await, []);
        let unit = "id = 'vn-2025-07-01:03160'";
        let row = "from_area = 'vn-2025-03-01:03160' AND to_area = 'vn-2025-07-01:03160'";
        for (change, back, what) in [
            (
                format!("UPDATE area SET name = 'x' || name WHERE {unit}"),
                format!("UPDATE area SET name = SUBSTR(name, 2) WHERE {unit}"),
                "the list of areas is not as it was loaded",
            ),
            (
                format!("UPDATE area SET province = 'x' || province WHERE {unit}"),
                format!("UPDATE area SET province = SUBSTR(province, 2) WHERE {unit}"),
                "the list of areas is not as it was loaded",
            ),
            (
                "UPDATE area_list SET since = '1' || SUBSTR(since, 2)".into(),
                "UPDATE area_list SET since = '2' || SUBSTR(since, 2)".into(),
                "the list of areas is not as it was loaded",
            ),
            (
                "INSERT INTO area_list (id, since, units) VALUES ('forged', '2020-01-01', 0)".into(),
                "DELETE FROM area_list WHERE id = 'forged'".into(),
                "the list of areas has no entry",
            ),
            (
                format!("UPDATE lineage SET split = 1 - split WHERE {row}"),
                format!("UPDATE lineage SET split = 1 - split WHERE {row}"),
                "the lineage between it and",
            ),
            (
                format!("UPDATE lineage SET on_day = '1' || SUBSTR(on_day, 2) WHERE {row}"),
                format!("UPDATE lineage SET on_day = '2' || SUBSTR(on_day, 2) WHERE {row}"),
                "the lineage between it and",
            ),
            (
                "INSERT INTO lineage (from_area, to_area, split, on_day) VALUES ('a:1', 'b:1', 0, '2020-01-01')".into(),
                "DELETE FROM lineage WHERE from_area = 'a:1'".into(),
                "there is lineage that no list",
            ),
        ] {
            assert!(world.tamper(&change).await > 0, "{change}");
            let found = register().await;
            assert!(found.iter().any(|d| d.what.contains(what)), "{change}: {found:?}");
            assert!(world.tamper(&back).await > 0, "{back}");
            assert_eq!(register().await, [], "{back}");
        }
        world.tamper("DELETE FROM area WHERE id = 'vn-2025-07-01:03160'").await;
        world.tamper(&format!("DELETE FROM lineage WHERE {row}")).await;
        assert_eq!(register().await.len(), 2, "the list, and its lineage");
    })
    .await;
}
