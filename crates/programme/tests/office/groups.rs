//! Groups and their projects: members, certification, the steps of a project, the fund that goes round.

use crate::common::{World, for_each_engine};
use crate::support::*;
use jiff::civil::date;
use vuon_policy::model::Language;
use vuon_programme::Office;
use vuon_programme::agreements::{AgreementState, NewAgreement, Recipient};
use vuon_programme::community::{CommunityFilter, CommunityKind};
use vuon_programme::entitled::EntitledTo;
use vuon_programme::groups::{Group, GroupMember, Loan, NewGroup, NewLoan};
use vuon_programme::proposals::{NewProposal, Proposal, Results, Step, StepTaken};
use vuon_programme::records::{Filter, Kept};
use vuon_programme::repayment::{Plan, Repaid};
use vuon_registry::RegistryError;
use vuon_registry::page::PageRequest;

/// A group of some households with its version; the last of them are average ones.
pub async fn group(world: &World, support: &Support, poor: usize, others: usize) -> (String, Vec<GroupMember>) {
    let new = NewGroup {
        commune: support.village.commune.clone(),
        hamlet: Some(support.village.hamlets[0].clone()),
        scheme: GROUP.into(),
        name: "Tổ nuôi bò Bản Mẫu Một".into(),
        led_by: "organisation".into(),
        leader: "Hội Phụ nữ (ví dụ)".into(),
    };
    let id = support.officer.new_group(&new).await.unwrap();
    let mut members = Vec::new();
    for number in 0..poor + others {
        let status = if number < poor { "poor" } else { "average" };
        let names = [["Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba"][number % 3], "Cà Thị Mẫu"];
        let household = support.household(world, &names, status, date(2024, 12, 31)).await;
        let view = support.village.officer.household(&household).await.unwrap();
        let member = GroupMember { household, person: view.members[0].person.clone() };
        let kept: Kept<Group> = support.officer.one(&id).await.unwrap();
        support.officer.join_group(&id, kept.version, &member).await.unwrap();
        members.push(member);
    }
    (id, members)
}

pub async fn version(support: &Support, group: &str) -> i64 {
    support.officer.one::<Group>(group).await.unwrap().version
}

pub async fn certified(support: &Support, group: &str) -> vuon_registry::Result<()> {
    support.chair.certify_group(group, version(support, group).await).await
}

pub async fn steps(support: &Support, project: &str, steps: Vec<StepTaken>) {
    for step in steps {
        let kept: Kept<Proposal> = support.officer.one(project).await.unwrap();
        let office = if step.step() == Step::Approved { &support.chair } else { &support.officer };
        office.take_step(project, kept.version, &step).await.unwrap();
    }
}

pub fn until_approved(present: i64) -> Vec<StepTaken> {
    let on = date(2025, 9, 8);
    vec![
        StepTaken::Disseminated { on, how: "loa truyền thanh, họp bản".into() },
        StepTaken::Met { on, present, agreed: present },
        StepTaken::Planned {
            on,
            plan: "nuôi bò sinh sản".into(),
            budget: 120_000_000,
            own_share: 20_000_000,
            from: date(2025, 10, 1),
            until: date(2028, 9, 30),
            group: None,
        },
        StepTaken::Appraised { on, opinion: "đủ điều kiện".into() },
        StepTaken::Approved { on, number: "QĐ mẫu 1".into() },
    ]
}

pub async fn project(support: &Support, group: Option<String>) -> String {
    let new = NewProposal {
        commune: support.village.commune.clone(),
        hamlet: support.village.hamlets[0].clone(),
        scheme: GROUP.into(),
        title: "Nuôi bò sinh sản".into(),
        model: "nuôi bò sinh sản".into(),
        group,
    };
    support.officer.call_for_project(&new).await.unwrap()
}

#[tokio::test]
async fn a_group_is_certified_with_enough_members_of_whom_enough_are_entitled() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let (small, _) = group(world, &support, 2, 2).await;
        let few = certified(&support, &small).await;
        assert!(matches!(few, Err(RegistryError::Illegal { ref why, .. }) if why.contains("at least 5")), "{few:?}");
        let (wrong, _) = group(world, &support, 2, 3).await;
        let wrong = certified(&support, &wrong).await;
        assert!(matches!(wrong, Err(RegistryError::Illegal { ref why, .. }) if why.contains("2 of 5")), "{wrong:?}");
        let (right, members) = group(world, &support, 3, 3).await;
        certified(&support, &right).await.unwrap();
        let kept: Kept<Group> = support.officer.one(&right).await.unwrap();
        assert_eq!(kept.thing.entitled, Some((3, 6)), "exactly half is at least half");
        // A person is in one group of a kind at a time.
        let taken = support.officer.join_group(&small, version(&support, &small).await, &members[0]).await;
        assert!(
            matches!(taken, Err(RegistryError::Illegal { ref why, .. }) if why.contains("another group")),
            "{taken:?}"
        );
        // What was certified stays so: whoever goes may not leave fewer entitled than the rule wants.
        let fewer = support.officer.leave_group(&right, kept.version, &members[0].household).await;
        assert!(matches!(fewer, Err(RegistryError::Illegal { ref why, .. }) if why.contains("2 of 5")), "{fewer:?}");
        support.officer.leave_group(&right, kept.version, &members[5].household).await.unwrap();
        support.officer.join_group(&small, version(&support, &small).await, &members[5]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_project_goes_step_by_step_and_two_thirds_must_be_at_the_meeting() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        for name in ["Lò Văn Một", "Lò Văn Hai", "Lò Văn Ba"] {
            support.poor(world, name).await;
        }
        support.household(world, &["Lò Văn Bốn"], "average", date(2020, 12, 31)).await;
        let id = project(&support, None).await;
        let kept: Kept<Proposal> = support.officer.one(&id).await.unwrap();
        assert_eq!(kept.thing.households, 3, "the poor, near-poor and newly escaped of the village");
        let on = date(2025, 9, 8);
        let early = support.officer.take_step(&id, kept.version, &StepTaken::Met { on, present: 3, agreed: 3 }).await;
        assert!(matches!(early, Err(RegistryError::Illegal { .. })), "the call is made known first");
        steps(&support, &id, vec![StepTaken::Disseminated { on, how: "họp bản".into() }]).await;
        let few = support.officer.take_step(&id, 2, &StepTaken::Met { on, present: 1, agreed: 1 }).await;
        assert!(matches!(few, Err(RegistryError::Illegal { ref why, .. }) if why.contains("at least 2/3")), "{few:?}");
        let mut rest = until_approved(2);
        rest.remove(0);
        let long = StepTaken::Planned {
            on,
            plan: "nuôi bò".into(),
            budget: 1,
            own_share: 0,
            from: date(2025, 10, 1),
            until: date(2028, 10, 2),
            group: None,
        };
        steps(&support, &id, vec![rest.remove(0)]).await;
        let long = support.officer.take_step(&id, 3, &long).await;
        assert!(matches!(long, Err(RegistryError::Illegal { ref why, .. }) if why.contains("36 months")), "{long:?}");
        let officer = support.officer.take_step(&id, 3, &StepTaken::Approved { on, number: "1".into() }).await;
        assert!(matches!(officer, Err(RegistryError::Forbidden { .. })), "the chair approves");
        steps(&support, &id, rest).await;
        let results =
            Results {
                households: 3, left_list: 1, spent: 100_000_000, lesson: "cần dự trữ cỏ mùa khô".into()
            };
        steps(&support, &id, vec![StepTaken::Closed { on, results }]).await;
        let models = support.officer.models().await.unwrap();
        assert_eq!((models.len(), models[0].households, models[0].left_list), (1, 3, 1));
    })
    .await;
}

#[tokio::test]
async fn what_comes_back_to_a_groups_fund_goes_to_the_next_of_its_list() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let (id, members) = group(world, &support, 5, 0).await;
        certified(&support, &id).await.unwrap();
        let new = NewAgreement {
            scheme: GROUP.into(),
            recipient: Recipient::Group(id.clone()),
            own_share: 0,
            due: vec![date(2025, 9, 20)],
            ..production("", 100_000_000)
        };
        let early = support.officer.draw_up(&new).await;
        assert!(matches!(early, Err(RegistryError::Illegal { ref why, .. }) if why.contains("project")), "{early:?}");
        let project = project(&support, Some(id.clone())).await;
        steps(&support, &project, until_approved(5)).await;
        support.capital(GROUP, 100_000_000).await;
        let agreement = support.officer.draw_up(&new).await.unwrap();
        let kept = support.officer.one(&agreement).await.unwrap();
        support.chair.approve(&support.village.commune, &[(agreement.clone(), 1)]).await.unwrap();
        let kept = support.paid(&kept, "whole", "signature").await;
        assert_eq!(kept.thing.state, AgreementState::Fulfilled);
        assert_eq!(support.officer.group_fund(&id).await.unwrap().money, 100_000_000);

        let plan = Plan::Regular { grace_months: 0, instalments: 1, every_months: 12 };
        let loan = |place: usize, amount| NewLoan {
            household: members[place].household.clone(),
            amount,
            in_things: false,
            plan: plan.clone(),
        };
        let at = version(&support, &id).await;
        let turn = support.chair.lend_from_group(&id, at, &loan(1, 60_000_000)).await;
        assert!(matches!(turn, Err(RegistryError::Illegal { ref why, .. }) if why.contains("turn")), "{turn:?}");
        let without = async || {
            let to = EntitledTo { scheme: None, without: true };
            let page =
                support.officer.entitled_page(&support.village.commune, &to, &PageRequest::first()).await.unwrap();
            page.rows.into_iter().map(|row| row.household).collect::<Vec<_>>()
        };
        let borrower = &members[0].household;
        assert!(without().await.contains(borrower));
        let first = support.chair.lend_from_group(&id, at, &loan(0, 60_000_000)).await.unwrap();
        assert!(!without().await.contains(borrower), "who has a loan of the group's fund receives something");
        let gaps = support.officer.gaps_and_overlaps(&support.village.commune).await.unwrap();
        assert!(!gaps.nothing.iter().any(|(household, ..)| household == borrower));
        // The member's household sees it among what it receives, in plain words.
        let of_household = Filter { subject: Some(members[0].household.clone()), ..Filter::default() };
        let own: Vec<Kept<Loan>> = support.officer.all(&of_household).await.unwrap();
        assert_eq!(own.iter().map(|kept| kept.id.as_str()).collect::<Vec<_>>(), [first.as_str()]);
        let told = support.officer.loan_statement(&own[0].thing, "Tổ nuôi bò", Language::Vi).unwrap();
        assert_eq!(told[0], "Quỹ của Tổ nuôi bò cho gia đình vay 60.000.000 đồng ngày 08/09/2025.");
        assert!(told[1].starts_with("Trả lại trước hết ngày 08/09/2026: 60.000.000 đồng gốc"), "{told:?}");
        assert!(told[2].starts_with("Hôm nay còn nợ gốc 60.000.000 đồng"), "{told:?}");
        let much = support.chair.lend_from_group(&id, at, &loan(1, 60_000_000)).await;
        assert!(
            matches!(much, Err(RegistryError::Illegal { ref why, .. }) if why.contains("holds 40000000")),
            "{much:?}"
        );
        let owing = support.officer.leave_group(&id, at, &members[0].household).await;
        assert!(matches!(owing, Err(RegistryError::Illegal { .. })));
        world.clock.stand(date(2026, 9, 8));
        let repaid = Repaid { on: date(2026, 9, 8), amount: 60_000_000 };
        support.officer.repay_loan(&first, 1, repaid, "BL 1").await.unwrap();
        assert_eq!(support.officer.group_fund(&id).await.unwrap().money, 100_000_000, "without interest, to the đồng");
        support.chair.lend_from_group(&id, at, &loan(1, 60_000_000)).await.unwrap();
        let refused = support.chair.dissolve_group(&id, at, "hết việc").await;
        assert!(matches!(refused, Err(RegistryError::Illegal { .. })), "members still owe the fund");
        let of_group = Filter { subject: Some(id.clone()), ..Filter::default() };
        let loans: Vec<Kept<Loan>> = support.officer.all(&of_group).await.unwrap();
        assert_eq!(loans.iter().filter(|loan| !loan.thing.over).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn groups_and_projects_of_an_area_stand_in_one_list() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let (certified_one, _) = group(world, &support, 5, 0).await;
        certified(&support, &certified_one).await.unwrap();
        let (forming, _) = group(world, &support, 0, 0).await;
        let project = project(&support, None).await;
        let province = support.village.place.province.clone();
        let found = async |office: &Office, filter: CommunityFilter| -> Vec<String> {
            let mut page = PageRequest { after: None, limit: 1 };
            let mut ids = Vec::new();
            loop {
                let found = office.community(&filter, &page).await.unwrap();
                ids.extend(found.rows.into_iter().map(|row| row.id));
                page.after = found.next;
                if page.after.is_none() {
                    return ids;
                }
            }
        };
        let of = |kind, state: Option<&str>| CommunityFilter {
            area: Some(province.clone()),
            kind,
            state: state.map(str::to_owned),
        };
        let office = &support.province;
        let all = [certified_one.clone(), forming.clone(), project.clone()];
        assert_eq!(found(office, of(None, None)).await, all);
        assert_eq!(found(office, CommunityFilter::default()).await, all);
        assert_eq!(found(office, of(Some(CommunityKind::Project), None)).await, [project]);
        assert_eq!(found(office, of(None, Some("certified"))).await, [certified_one]);
        assert_eq!(found(office, of(Some(CommunityKind::Group), Some("called"))).await, Vec::<String>::new());
        let nowhere = CommunityFilter { area: Some("vn-2026-04-30:99".into()), ..CommunityFilter::default() };
        let nowhere = office.community(&nowhere, &PageRequest::first()).await;
        assert!(matches!(nowhere, Err(RegistryError::NotFound)));
        let other = world.village_in(crate::common::OTHER_COMMUNE).await;
        let other = Office::of(other.officer.clone()).await.unwrap();
        assert_eq!(found(&other, of(None, None)).await, Vec::<String>::new(), "what is out of reach is not there");
    })
    .await;
}
