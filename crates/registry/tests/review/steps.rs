//! What the tests of this folder do again and again: fill in forms, take a case from step to step.

use crate::common::{PACK, Village, World};
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use vuon_policy::model::Language;
use vuon_registry::Desk;
use vuon_registry::cases::{AnswersReason, CaseFilter, CaseReason, CaseRow, CaseState, Saved};
use vuon_registry::forms::{Answers, MemberAnswers};
use vuon_registry::page::PageRequest;
use vuon_registry::rounds::{DecisionRow, NewDecision, NewMeeting, NewRound, Seen, Vote};

/// What a form is filled in with, for a household of adults.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Picture {
    /// Little income, many deprivations.
    Poor,
    /// Little income, no deprivation.
    NearPoor,
    /// Much income.
    Well,
    /// The papers are missing: nothing can be said.
    NoEvidence,
}

/// The answers of a household, for the case's members.
pub async fn answers(desk: &Desk, case: &str, picture: Picture) -> Answers {
    let case = desk.case(case, Language::Vi).await.unwrap();
    let texts = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    };
    let household = match picture {
        Picture::Poor => texts(&[
            ("income", "1000000"),
            ("living_area", "12.5"),
            ("house_wall", "non_durable"),
            ("house_column", "non_durable"),
            ("house_roof", "non_durable"),
            ("water_source", "surface"),
            ("toilet", "none"),
            ("has_internet_use", "false"),
        ]),
        Picture::NearPoor => texts(&[
            ("income", "1000000"),
            ("living_area", "100"),
            ("house_wall", "durable"),
            ("house_column", "durable"),
            ("house_roof", "durable"),
            ("house_grade", "solid"),
            ("water_source", "tap"),
            ("toilet", "septic"),
            ("has_internet_use", "true"),
            ("has_telephone_use", "true"),
            ("has_tv", "true"),
        ]),
        Picture::Well => texts(&[("income", "90000000")]),
        Picture::NoEvidence => texts(&[("has_tv", "true")]),
    };
    let members = case.members.iter().map(|member| MemberAnswers {
        person: member.person.clone(),
        answers: match picture {
            Picture::NearPoor => texts(&[
                ("insured", "true"),
                ("employment", "own_work"),
                ("education", "upper_secondary"),
                ("studying", "false"),
                ("ill_untreated", "false"),
                ("social_allowance", "false"),
                ("disabled", "false"),
            ]),
            _ => BTreeMap::new(),
        },
    });
    Answers { household, members: members.collect() }
}

/// A made-up id of a submission.
pub fn submission() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// The case as it is now.
pub async fn row(desk: &Desk, case: &str) -> CaseRow {
    desk.case(case, Language::Vi).await.unwrap().row
}

/// Signs the form of a case.
pub async fn sign(desk: &Desk, case: &str, picture: Picture, reason: AnswersReason) -> Saved {
    let version = row(desk, case).await.version;
    let answers = answers(desk, case, picture).await;
    desk.sign_answers(case, version, &answers, reason, &submission()).await.unwrap()
}

/// Opens a round under the pack of these tests.
pub async fn open(desk: &Desk, commune: &str, kind: &str, year: i64) -> String {
    open_under(desk, commune, kind, year, PACK).await
}

/// Opens a round under a pack.
pub async fn open_under(desk: &Desk, commune: &str, kind: &str, year: i64, pack: &str) -> String {
    desk.open_round(&NewRound { commune: commune.into(), kind: kind.into(), year, pack: pack.into(), method: None })
        .await
        .unwrap()
}

/// Lists a household that asked for it today.
pub async fn ask(village: &Village, round: &str, household: &str) -> String {
    let today = village.officer.today();
    village.officer.list_case(round, household, CaseReason::Requested, Some(today)).await.unwrap()
}

/// All cases that match.
pub async fn all_cases(desk: &Desk, filter: &CaseFilter) -> Vec<CaseRow> {
    let mut found = Vec::new();
    let mut page = PageRequest { after: None, limit: PageRequest::MOST };
    loop {
        let cases = desk.cases(filter, &page).await.unwrap();
        found.extend(cases.rows);
        page.after = cases.next;
        if page.after.is_none() {
            return found;
        }
    }
}

/// All cases of a round in a state.
pub async fn in_state(desk: &Desk, round: &str, state: CaseState) -> Vec<CaseRow> {
    let filter = CaseFilter { round: Some(round.into()), state: Some(state), ..CaseFilter::default() };
    all_cases(desk, &filter).await
}

/// A meeting of a hamlet that votes on everything that waits for it; so many of 40 present agree.
pub async fn meet(village: &Village, round: &str, hamlet: usize, agree: i64) -> String {
    let filter = CaseFilter {
        round: Some(round.into()),
        state: Some(CaseState::Meeting),
        hamlet: Some(village.hamlets[hamlet].clone()),
        ..CaseFilter::default()
    };
    let waiting = all_cases(&village.officer, &filter).await;
    let meeting = NewMeeting {
        hamlet: village.hamlets[hamlet].clone(),
        held_on: village.officer.today(),
        invited: 60,
        present: 40,
        chair: "Trưởng bản mẫu".into(),
        secretary: "Thư ký mẫu".into(),
        notes: "Bà con thống nhất.".into(),
        votes: waiting.into_iter().map(|case| Vote { case: case.id, agree }).collect(),
    };
    village.officer.hold_meeting(round, &meeting).await.unwrap()
}

/// Cases as somebody sees them now.
pub async fn seen(desk: &Desk, cases: &[&String]) -> Vec<Seen> {
    let mut seen = Vec::new();
    for case in cases {
        seen.push(Seen::from(&row(desk, case).await));
    }
    seen
}

/// Decides all that is ready.
pub async fn decide(desk: &Desk, round: &str, number: &str, effective: Option<Date>) -> DecisionRow {
    let cases = desk.ready_to_decide(round).await.unwrap();
    let decision = NewDecision { number: number.into(), effective, cases };
    desk.decide(round, &decision).await.unwrap()
}

/// Takes one household from its request to the decision within the annual round of 2025; round and case.
pub async fn decided(world: &World, village: &Village, picture: Picture) -> (String, String, String) {
    let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
    let round = open(&village.officer, &village.commune, "annual", 2025).await;
    let case = ask(village, &round, &household).await;
    through(world, village, &round, &case, picture).await;
    (round, case, household)
}

/// Takes a listed case to its decision.
pub async fn through(world: &World, village: &Village, round: &str, case: &str, picture: Picture) {
    sign(&village.enumerator, case, picture, AnswersReason::Survey).await;
    meet(village, round, 0, 30).await;
    village.officer.post_list(round, None, "Nhà văn hóa bản").await.unwrap();
    world.clock.stand(date(2025, 9, 12));
    decide(&village.chair, round, "01/QĐ-UBND", None).await;
}

/// A household of the first hamlet whose result hangs.
pub struct Posted {
    /// The household.
    pub household: String,
    /// The annual round of 2025.
    pub round: String,
    /// Its case, poor.
    pub case: String,
}

/// Surveys a household as poor, which its hamlet agrees to, and posts the list.
pub async fn posted(village: &Village) -> Posted {
    let household = village.household(0, &["Lò Văn Mẫu", "Cà Thị Mẫu"]).await;
    let round = open(&village.officer, &village.commune, "annual", 2025).await;
    let case = ask(village, &round, &household).await;
    sign(&village.enumerator, &case, Picture::Poor, AnswersReason::Survey).await;
    meet(village, &round, 0, 30).await;
    village.officer.post_list(&round, None, "Nhà văn hóa").await.unwrap();
    Posted { household, round, case }
}

/// Gives a household a status from a day on, as an imported list would, past the register.
pub async fn imported(world: &World, household: &str, status: &str, from: Date) {
    imported_under(world, household, [PACK, status], from, 1).await;
}

/// The same under a standard, known from a time on.
pub async fn imported_under(
    world: &World,
    household: &str,
    [standard, status]: [&str; 2],
    from: Date,
    known_from: i64,
) {
    let id = submission();
    let list = vuon_policy::model::List::parse(status).map_or("NULL".into(), |list| format!("'{}'", list.id()));
    let spell = format!(
        "INSERT INTO spell (id, household, standard, status, list, valid_from, known_from) \
         VALUES ('{id}', '{household}', '{standard}', '{status}', {list}, '{from}', {known_from})"
    );
    assert_eq!(world.tamper(&spell).await, 1);
    let household =
        format!("UPDATE household SET status = '{status}', standard = '{standard}' WHERE id = '{household}'");
    assert_eq!(world.tamper(&household).await, 1);
}
