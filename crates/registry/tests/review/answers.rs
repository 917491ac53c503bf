//! Answers are signed once, in versions that are only added; nobody overwrites another unknowingly.

use crate::common::for_each_engine;
use crate::steps::*;
use vuon_policy::model::Language;
use vuon_registry::RegistryError;
use vuon_registry::cases::{AnswersReason, CaseState};
use vuon_registry::forms::Answers;

#[tokio::test]
async fn two_officers_editing_the_same_case_cannot_overwrite_each_other() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        let seen = row(&village.officer, &case).await.version;
        let (one, other) = (
            answers(&village.officer, &case, Picture::Poor).await,
            answers(&village.enumerator, &case, Picture::Well).await,
        );
        let (first, second) = tokio::join!(
            village.officer.sign_answers(&case, seen, &one, AnswersReason::Survey, "submission-1"),
            village.enumerator.sign_answers(&case, seen, &other, AnswersReason::Survey, "submission-2"),
        );
        let stale = [first, second].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert!(matches!(stale.as_slice(), [RegistryError::Stale { current: 2 }]), "{stale:?}");
        assert_eq!(village.officer.case(&case, Language::Vi).await.unwrap().versions.len(), 1);
    })
    .await;
}

/// Row "getodk/collect #3517, #2175, #6475; formhub #678": the same form was sent ten times.
#[tokio::test]
async fn the_same_form_sent_ten_times_is_signed_once_and_with_other_content_it_is_a_conflict() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let mut cases = Vec::new();
        for name in ["Lò Văn Một", "Lò Văn Hai"] {
            let household = village.household(0, &[name, "Cà Thị Mẫu"]).await;
            cases.push(ask(&village, &round, &household).await);
        }
        let desk = &village.enumerator;
        let poor = answers(desk, &cases[0], Picture::Poor).await;
        let first = desk.sign_answers(&cases[0], 1, &poor, AnswersReason::Survey, "phone-7").await.unwrap();
        for _ in 0..9 {
            let again = desk.sign_answers(&cases[0], 1, &poor, AnswersReason::Survey, "phone-7").await.unwrap();
            assert_eq!((again.version, again.answers, &again.status), (first.version, first.answers, &first.status));
            assert_eq!(again.sentence, first.sentence);
        }
        let well = answers(desk, &cases[0], Picture::Well).await;
        let other_content = desk.sign_answers(&cases[0], 2, &well, AnswersReason::Correction, "phone-7").await;
        assert!(matches!(other_content, Err(RegistryError::Conflict)));
        let elsewhere = answers(desk, &cases[1], Picture::Poor).await;
        let other_case = desk.sign_answers(&cases[1], 1, &elsewhere, AnswersReason::Survey, "phone-7").await;
        assert!(matches!(other_case, Err(RegistryError::Conflict)));
        let somebody_else = village.officer.sign_answers(&cases[0], 1, &poor, AnswersReason::Survey, "phone-7").await;
        assert!(matches!(somebody_else, Err(RegistryError::Conflict)));
        assert_eq!(row(desk, &cases[0]).await.answers, 1);
        assert_eq!(row(desk, &cases[1]).await.answers, 0);
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_nobodys_statement_and_is_gone_when_it_is_signed() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        let mut draft = answers(&village.enumerator, &case, Picture::Poor).await;
        draft.household.insert("income".into(), "1 triệu".into());
        let form = village.enumerator.save_draft(&case, 1, &draft, Language::Vi).await.unwrap();
        assert_eq!(form.problems[0].variable, "income");
        let form = village.enumerator.form(&case, Language::Vi).await.unwrap().form;
        let income = form.fields.iter().find(|field| field.variable == "income").unwrap();
        assert_eq!(income.answer.as_deref(), Some("1 triệu"), "kept as typed");
        let form = village.officer.form(&case, Language::Vi).await.unwrap().form;
        assert!(form.fields.iter().all(|field| field.known || field.answer.is_none()), "another's draft is not seen");
        let refused = village.enumerator.sign_answers(&case, 1, &draft, AnswersReason::Survey, "s").await;
        assert!(matches!(refused, Err(RegistryError::Invalid { .. })));
        sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
        assert_eq!(world.number("SELECT COUNT(*) FROM draft").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_correction_that_changes_the_status_goes_back_to_the_village() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        let desk = &village.enumerator;
        let early = desk.sign_answers(&case, 1, &Answers::default(), AnswersReason::Correction, "s").await;
        assert!(matches!(early, Err(RegistryError::Illegal { .. })), "there is nothing to correct yet");
        sign(desk, &case, Picture::Poor, AnswersReason::Survey).await;
        meet(&village, &round, 0, 30).await;
        sign(desk, &case, Picture::Poor, AnswersReason::Correction).await;
        assert_eq!(row(desk, &case).await.state, CaseState::Posting, "the same status: what was agreed stands");
        sign(desk, &case, Picture::NearPoor, AnswersReason::Correction).await;
        assert_eq!(row(desk, &case).await.state, CaseState::Meeting);
        let view = desk.case(&case, Language::Vi).await.unwrap();
        let statuses: Vec<&str> = view.versions.iter().map(|version| version.status.as_str()).collect();
        assert_eq!(statuses, ["near_poor", "poor", "poor"], "every version stays");
    })
    .await;
}

#[tokio::test]
async fn what_was_not_asked_is_not_signed() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        let mut sent = answers(&village.enumerator, &case, Picture::Poor).await;
        sent.members[0].answers.insert("studying".into(), "false".into());
        sent.members[0].answers.insert("school_level".into(), "primary".into());
        village.enumerator.sign_answers(&case, 1, &sent, AnswersReason::Survey, "s").await.unwrap();
        let view = village.officer.case(&case, Language::Vi).await.unwrap();
        let signed = view.versions[0].answers.as_ref().unwrap();
        assert!(signed.members[0].answers.contains_key("studying"));
        assert!(!signed.members[0].answers.contains_key("school_level"));
    })
    .await;
}

#[tokio::test]
async fn a_draft_tells_for_which_version_it_was_typed_and_can_be_thrown_away() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        let draft = answers(&village.enumerator, &case, Picture::NearPoor).await;
        village.enumerator.save_draft(&case, 1, &draft, Language::Vi).await.unwrap();
        let form = village.enumerator.form(&case, Language::Vi).await.unwrap();
        assert_eq!((form.draft_of, form.is_stale()), (Some(1), false));
        sign(&village.officer, &case, Picture::Poor, AnswersReason::Survey).await;
        let form = village.enumerator.form(&case, Language::Vi).await.unwrap();
        assert_eq!((form.draft_of, form.case.version, form.is_stale()), (Some(1), 2, true), "the case moved on");
        village.enumerator.drop_draft(&case).await.unwrap();
        let form = village.enumerator.form(&case, Language::Vi).await.unwrap();
        assert_eq!(form.draft_of, None);
        assert_eq!(form.form.explanation.status, "poor", "the signed answers again");
        assert_eq!(world.number("SELECT COUNT(*) FROM draft").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_the_form_does_not_show_is_carried_over_from_the_version_before() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
        let round = open(&village.officer, &village.commune, "annual", 2025).await;
        let case = ask(&village, &round, &household).await;
        let desk = &village.enumerator;
        let form = desk.form(&case, Language::Vi).await.unwrap().form;
        let hidden = ["waste_collected", "electricity_kwh", "pension"];
        assert!(form.fields.iter().all(|field| !hidden.contains(&field.variable.as_str())));
        let mut whole = answers(desk, &case, Picture::Poor).await;
        whole.household.insert("waste_collected".into(), "true".into());
        whole.household.insert("electricity_kwh".into(), "30".into());
        whole.members[1].answers.insert("pension".into(), "false".into());
        desk.sign_answers(&case, 1, &whole, AnswersReason::Survey, "s-1").await.unwrap();

        let mut shown = answers(desk, &case, Picture::Poor).await;
        assert!(!desk.repeats(&case, &shown, "s-1").await.unwrap(), "this very sending was signed");
        assert!(desk.repeats(&case, &shown, "s-2").await.unwrap(), "nothing that the form shows differs");
        shown.household.insert("income".into(), "1200000".into());
        shown.household.remove("toilet");
        assert!(!desk.repeats(&case, &shown, "s-2").await.unwrap());
        desk.sign_answers(&case, 2, &shown, AnswersReason::Correction, "s-2").await.unwrap();
        let mut expected = whole.clone();
        expected.household.insert("income".into(), "1200000".into());
        expected.household.remove("toilet");
        let latest =
            || async { desk.case(&case, Language::Vi).await.unwrap().versions.swap_remove(0).answers.unwrap() };
        assert_eq!(latest().await, expected);

        shown.household.insert("waste_collected".into(), String::new());
        desk.sign_answers(&case, 3, &shown, AnswersReason::Correction, "s-3").await.unwrap();
        expected.household.remove("waste_collected");
        assert_eq!(latest().await, expected, "who says something of a question that is not shown is heard");
    })
    .await;
}
