//! No function of an office tells or does anything out of the own reach. Everything is asked about what is in one commune, as
//! every role of that commune, of another commune and of another province, and held against a plain model: who may not is
//! refused; who may, but not there, is answered to the letter as about what is not there at all.

use crate::common::{OTHER_COMMUNE, PROVINCE, Village, World, for_each_engine};
use crate::groups::{certified, group, project, steps, until_approved, version};
use crate::support::*;
use futures::future::BoxFuture;
use jiff::civil::date;
use std::collections::BTreeMap;
use std::fmt::Debug;
use vuon_policy::model::Language;
use vuon_policy::support::SealedFact;
use vuon_programme::Office;
use vuon_programme::agreements::{Agreement, Budget, NewAgreement, Recipient};
use vuon_programme::budgets::NewAllocation;
use vuon_programme::classes::NewClasses;
use vuon_programme::community::CommunityFilter;
use vuon_programme::entitled::EntitledTo;
use vuon_programme::groups::{Group, GroupMember, Loan, NewGroup, NewLoan};
use vuon_programme::payments::{Payment, PaymentFile};
use vuon_programme::proposals::{NewProposal, Proposal, Results, StepTaken};
use vuon_programme::ranking::Quota;
use vuon_programme::ranks::Rows;
use vuon_programme::records::Filter;
use vuon_programme::repayment::{Plan, Repaid};
use vuon_programme::sources::NewSource;
use vuon_programme::targets::NewFigure;
use vuon_registry::page::PageRequest;
use vuon_registry::scope::{Action, Place, Reach, Role};
use vuon_registry::{Desk, Result};

#[path = "scope/complete.rs"]
mod complete;

const NOBODY: &str = "0190a000-0000-7000-8000-000000000000";
const NOWHERE: &str = "vn-2025-07-01:99999";
/// A version that nothing has, so that whoever reaches a thing is told so and changes nothing.
const NO_VERSION: i64 = 99;

/// What is asked about: the ids of what is there, or of nothing.
#[derive(Clone)]
struct Things {
    /// A unit, for what takes any; where nothing is meant, a commune without anything.
    commune: String,
    /// The same for its province.
    province: String,
    /// A unit, for what wants one that is there.
    unit: String,
    hamlet: String,
    household: String,
    person: String,
    agreement: String,
    loan: String,
    group: String,
    project: String,
    ranking: String,
    allocation: String,
    payment: String,
    file: String,
}

/// Where somebody must reach to be answered.
#[derive(Clone, Copy, PartialEq, Debug)]
enum At {
    /// The hamlet where everything is.
    Hamlet,
    /// The whole commune.
    Commune,
    /// The province.
    Province,
}

/// A question, or something that is to be done.
struct Ask<'a> {
    name: &'static str,
    action: Action,
    at: At,
    answer: BoxFuture<'a, String>,
}

fn told<T: Debug>(answer: Result<T>) -> String {
    format!("{answer:?}")
}

macro_rules! ask {
    ($asks:ident, $action:ident, $at:ident, $name:literal, $answer:expr) => {
        $asks.push(Ask {
            name: $name,
            action: Action::$action,
            at: At::$at,
            answer: Box::pin(async move { told($answer.await) }),
        })
    };
}

fn plan() -> Plan {
    Plan::Regular { grace_months: 0, instalments: 1, every_months: 6 }
}

/// What is read of what a commune has.
fn reading<'a>(office: &'a Office, of: &'a Things) -> Vec<Ask<'a>> {
    let mut asks = Vec::new();
    let filter = move || Filter { commune: Some(of.commune.clone()), ..Filter::default() };
    let first = PageRequest::first;
    ask!(asks, ReadPeople, Hamlet, "list", office.list::<Agreement>(&filter(), &first()));
    ask!(asks, ReadPeople, Hamlet, "all", office.all::<Loan>(&filter()));
    ask!(asks, ReadPeople, Hamlet, "one agreement", office.one::<Agreement>(&of.agreement));
    ask!(asks, ReadPeople, Hamlet, "one group", office.one::<Group>(&of.group));
    ask!(asks, ReadPeople, Hamlet, "one loan", office.one::<Loan>(&of.loan));
    ask!(asks, ReadPeople, Hamlet, "one project", office.one::<Proposal>(&of.project));
    ask!(asks, ReadPeople, Hamlet, "one payment", office.one::<Payment>(&of.payment));
    ask!(asks, ReadPeople, Commune, "one file", office.one::<PaymentFile>(&of.file));
    ask!(asks, ReadPeople, Hamlet, "approved_by", office.approved_by(&of.agreement));
    ask!(asks, ReadPeople, Hamlet, "money_of", office.money_of::<Agreement>(&of.agreement));
    let ids = [of.household.clone(), of.person.clone(), of.group.clone()];
    ask!(asks, ReadPeople, Hamlet, "called", async move { office.called(&ids).await.map(BTreeMap::from_iter) });
    ask!(asks, ReadPeople, Hamlet, "next_steps", office.next_steps(&of.commune, date(2027, 1, 1)));
    ask!(asks, ReadPeople, Hamlet, "debts_of", office.debts_of(&of.commune));
    ask!(asks, ReadPeople, Hamlet, "gaps_and_overlaps", office.gaps_and_overlaps(&of.commune));
    ask!(asks, ReadPeople, Hamlet, "household_standing", office.household_standing(&of.household, Language::Vi));
    ask!(asks, ReadPeople, Hamlet, "entitled_in", office.entitled_in(&of.commune));
    let all = EntitledTo { scheme: None, without: false };
    ask!(
        asks,
        ReadPeople,
        Hamlet,
        "entitled_page",
        async move { office.entitled_page(&of.commune, &all, &first()).await }
    );
    ask!(asks, ReadPeople, Hamlet, "lapsing_in", office.lapsing_in(&of.commune, 3));
    let area = CommunityFilter { area: Some(of.commune.clone()), ..CommunityFilter::default() };
    ask!(asks, ReadPeople, Hamlet, "community", async move { office.community(&area, &first()).await });
    ask!(asks, ReadPeople, Commune, "ranking", office.ranking(&of.ranking));
    ask!(asks, ReadPeople, Commune, "ranked_rows", office.ranked_rows(&of.ranking, Rows::All, &first()));
    ask!(asks, ReadPeople, Commune, "not_served", office.not_served(&of.ranking, &of.commune));
    ask!(asks, ReadPeople, Commune, "not_ranked", office.not_ranked(&of.ranking, &first()));
    ask!(asks, ReadPeople, Hamlet, "group_fund", office.group_fund(&of.group));
    ask!(asks, ReadPeople, Hamlet, "entitled_in_group", office.entitled_in_group(&of.group));
    let on = office.desk().today();
    ask!(asks, ReadPeople, Hamlet, "groups_on", async move {
        office.groups_on(&of.commune, on).await.map(BTreeMap::from_iter)
    });
    ask!(asks, Export, Commune, "payment_lines", office.payment_lines(&of.file));
    ask!(asks, ReadSealed, Commune, "open_facts", office.open_facts(&of.person, "thử"));
    ask!(asks, ReadFigures, Commune, "support_figures", office.support_figures(&of.commune, YEAR));
    ask!(asks, ReadFigures, Commune, "without_agreement", office.without_agreement(&of.commune, YEAR));
    ask!(asks, ReadFigures, Commune, "projects_of", office.projects_of(&of.commune, YEAR));
    ask!(asks, ReadFigures, Commune, "paid_by_scheme", office.paid_by_scheme(&of.commune, YEAR));
    ask!(asks, ReadFigures, Commune, "sources", office.sources(&of.commune, YEAR, Language::Vi));
    let households = BTreeMap::from([(2024, 1000)]);
    ask!(
        asks,
        ReadFigures,
        Commune,
        "targets",
        async move { office.targets(&of.commune, &households, Language::Vi).await }
    );
    asks
}

/// What an officer and a chair do.
fn doing<'a>(office: &'a Office, of: &'a Things) -> Vec<Ask<'a>> {
    let mut asks = Vec::new();
    let seen = vec![(of.agreement.clone(), NO_VERSION)];
    let repaid = Repaid { on: office.desk().today(), amount: 1 };
    let new = production(&of.household, 1_000_000);
    ask!(asks, PrepareSupport, Commune, "draw_up", async move { office.draw_up(&new).await });
    let new = vec![production(&of.household, 1_000_000)];
    ask!(asks, PrepareSupport, Commune, "draw_up_all", async move { office.draw_up_all(&of.commune, &new).await });
    let (approved, ordered) = (seen.clone(), seen);
    ask!(asks, DecideSupport, Commune, "approve", async move { office.approve(&of.commune, &approved).await });
    ask!(
        asks,
        DecideSupport,
        Commune,
        "order_payments",
        async move { office.order_payments(&of.commune, &ordered).await }
    );
    ask!(asks, DecideSupport, Commune, "refuse_agreement", office.refuse_agreement(&of.agreement, NO_VERSION, "thử"));
    let evidence = shown("visit");
    ask!(asks, PrepareSupport, Commune, "reach_part", async move {
        office.reach_part(&of.agreement, NO_VERSION, "whole", &evidence).await
    });
    let later = date(2026, 6, 1);
    ask!(
        asks,
        DecideSupport,
        Commune,
        "extend_part",
        office.extend_part(&of.agreement, NO_VERSION, "whole", later, "thử")
    );
    ask!(
        asks,
        DecideSupport,
        Commune,
        "stop_agreement",
        office.stop_agreement(&of.agreement, NO_VERSION, "whole", None, "thử")
    );
    ask!(asks, DecideSupport, Commune, "end_agreement", office.end_agreement(&of.agreement, NO_VERSION, "thử"));
    ask!(asks, PrepareSupport, Commune, "refund", office.refund(&of.agreement, NO_VERSION, 1, "BL"));
    ask!(asks, PrepareSupport, Commune, "repay", office.repay(&of.agreement, NO_VERSION, repaid, "BL"));
    ask!(asks, PrepareSupport, Commune, "repay_loan", office.repay_loan(&of.loan, NO_VERSION, repaid, "BL"));
    ask!(asks, DecideSupport, Commune, "reschedule", office.reschedule(&of.agreement, NO_VERSION, plan(), "thử"));
    ask!(asks, DecideSupport, Commune, "reschedule_loan", office.reschedule_loan(&of.loan, NO_VERSION, plan(), "thử"));
    ask!(asks, DecideSupport, Commune, "write_off", office.write_off(&of.agreement, NO_VERSION, "thử"));
    ask!(asks, DecideSupport, Commune, "write_off_loan", office.write_off_loan(&of.loan, NO_VERSION, "thử"));
    ask!(asks, PrepareSupport, Commune, "make_payment_file", office.make_payment_file(&of.commune));
    ask!(asks, PrepareSupport, Commune, "take_answer", office.take_answer(&of.file, &[]));
    let row = answer(&of.payment, true, 1, office.desk().today());
    ask!(asks, DecideSupport, Commune, "settle", async move { office.settle(&of.file, NO_VERSION, &row, "thử").await });
    ask!(asks, SealFacts, Commune, "seal_fact", office.seal_fact(&of.person, SealedFact::Trafficking, true));
    of_groups(office, of, &mut asks);
    asks
}

fn of_groups<'a>(office: &'a Office, of: &'a Things, asks: &mut Vec<Ask<'a>>) {
    let member = GroupMember { household: of.household.clone(), person: of.person.clone() };
    let new = NewGroup {
        commune: of.unit.clone(),
        hamlet: None,
        scheme: GROUP.into(),
        name: "Tổ mẫu".into(),
        led_by: "organisation".into(),
        leader: "Hội mẫu".into(),
    };
    ask!(asks, PrepareSupport, Commune, "new_group", async move { office.new_group(&new).await });
    ask!(asks, PrepareSupport, Commune, "join_group", async move {
        office.join_group(&of.group, NO_VERSION, &member).await
    });
    ask!(asks, PrepareSupport, Commune, "leave_group", office.leave_group(&of.group, NO_VERSION, &of.household));
    ask!(asks, DecideSupport, Commune, "certify_group", office.certify_group(&of.group, NO_VERSION));
    ask!(asks, DecideSupport, Commune, "dissolve_group", office.dissolve_group(&of.group, NO_VERSION, "thử"));
    let lent = NewLoan { household: of.household.clone(), amount: 1, in_things: false, plan: plan() };
    ask!(asks, DecideSupport, Commune, "lend_from_group", async move {
        office.lend_from_group(&of.group, NO_VERSION, &lent).await
    });
    let called = NewProposal {
        commune: of.unit.clone(),
        hamlet: of.hamlet.clone(),
        scheme: GROUP.into(),
        title: "Nuôi dê".into(),
        model: "nuôi dê".into(),
        group: None,
    };
    ask!(asks, PrepareSupport, Commune, "call_for_project", async move { office.call_for_project(&called).await });
    let step = StepTaken::Withdrawn { on: office.desk().today(), why: "thử".into() };
    ask!(
        asks,
        PrepareSupport,
        Commune,
        "take_step",
        async move { office.take_step(&of.project, NO_VERSION, &step).await }
    );
}

/// Orders of service, and capital. `who` tells the documents of many apart.
fn allocating<'a>(office: &'a Office, of: &'a Things, who: &str) -> Vec<Ask<'a>> {
    let mut asks = Vec::new();
    let places = Quota::Places(1);
    ask!(asks, PrepareSupport, Commune, "rank_area", office.rank_area(&of.unit, PRODUCTION, YEAR, places));
    let wanted = [(CREDIT.to_owned(), places)];
    ask!(
        asks,
        RankArea,
        Province,
        "rank_schemes",
        async move { office.rank_schemes(&of.province, YEAR, &wanted).await }
    );
    ask!(asks, DecideSupport, Commune, "approve_ranking", office.approve_ranking(&of.ranking, NO_VERSION));
    let document = format!("QĐ {who}");
    ask!(asks, Allocate, Province, "receive_capital", async move {
        office.receive_capital(&of.unit, PRODUCTION, YEAR, 1, &document).await
    });
    let source = NewSource {
        unit: of.unit.clone(),
        programme: "Chương trình mẫu".into(),
        year: YEAR,
        amount: 1,
        document: format!("QĐ {who}"),
    };
    ask!(asks, Allocate, Province, "record_source", async move { office.record_source(&source).await });
    let old = || Budget { unit: of.unit.clone(), scheme: PRODUCTION.into(), year: YEAR - 1 };
    let (kept, back) = (old(), old());
    ask!(asks, Allocate, Province, "carry_over", async move { office.carry_over(&kept).await });
    ask!(asks, Allocate, Province, "reuse", async move { office.reuse(&back).await });
    let province = || of.province.clone();
    let new = || NewAllocation {
        unit: Some(province()),
        scheme: PRODUCTION.into(),
        year: YEAR,
        formula: "to_communes".into(),
        amount: 1_000,
        figures_of: office.desk().today(),
        units: Vec::new(),
        figures: BTreeMap::new(),
        coefficients: BTreeMap::new(),
    };
    let (tried, drafted) = (new(), new());
    ask!(asks, Allocate, Province, "what_if", async move { office.what_if(&tried).await });
    ask!(asks, Allocate, Province, "draft_allocation", async move { office.draft_allocation(&drafted).await });
    ask!(asks, Allocate, Province, "decide_allocation", office.decide_allocation(&of.allocation, NO_VERSION));
    let figure = NewFigure {
        target: "poor_districts_out".into(),
        unit: Some(province()),
        year: i64::from(YEAR) - 1,
        value: "1".into(),
        document: "BC mẫu".into(),
    };
    ask!(asks, Allocate, Province, "report_figure", async move { office.report_figure(&figure).await });
    let classes =
        NewClasses {
            area: of.unit.clone(), classes: Vec::new(), since: date(2025, 1, 1), document: "QĐ mẫu".into()
        };
    ask!(asks, ManageAreas, Province, "set_classes", async move { office.set_classes(&classes).await });
    asks
}

/// Everything that can be of a commune, most of it in its first hamlet.
async fn everything(world: &World, support: &Support) -> Things {
    let village = &support.village;
    let (commune, hamlet) = (village.commune.clone(), village.hamlets[0].clone());
    let (group, members) = group(world, support, 5, 0).await;
    certified(support, &group).await.unwrap();
    let project = project(support, Some(group.clone())).await;
    let mut taken = until_approved(5);
    let results = Results { households: 5, left_list: 1, spent: 1_000_000, lesson: "bài học".into() };
    taken.push(StepTaken::Closed { on: support.today(), results });
    support.capital(GROUP, 100_000_000).await;
    support.capital(CREDIT, 50_000_000).await;
    support.capital(PRODUCTION, 10_000_000).await;
    let closed = taken.pop();
    steps(support, &project, taken).await;
    let approved = async |new: &NewAgreement| {
        let id = support.officer.draw_up(new).await.unwrap();
        support.chair.approve(&commune, &[(id.clone(), 1)]).await.unwrap();
        support.officer.one::<Agreement>(&id).await.unwrap()
    };
    let due = vec![date(2025, 9, 20)];
    let fund = NewAgreement {
        scheme: GROUP.into(),
        recipient: Recipient::Group(group.clone()),
        own_share: 0,
        due: due.clone(),
        ..production("", 100_000_000)
    };
    let fund = approved(&fund).await;
    support.paid(&fund, "whole", "signature").await;
    steps(support, &project, closed.into_iter().collect()).await;
    let household = support.poor(world, "Lò Văn Bốn").await;
    let credit = NewAgreement {
        scheme: CREDIT.into(),
        own_share: 0,
        due,
        plan: Some(plan()),
        ..production(&household, 36_500_000)
    };
    let credit = approved(&credit).await;
    support.paid(&credit, "whole", "signature").await;
    let first = NewLoan { household: members[0].household.clone(), amount: 1_000_000, in_things: false, plan: plan() };
    let loan = support.chair.lend_from_group(&group, version(support, &group).await, &first).await.unwrap();
    let ranking = support.officer.rank_area(&commune, PRODUCTION, YEAR, Quota::Places(1)).await.unwrap();
    let files = support.officer.all::<PaymentFile>(&Filter::default()).await.unwrap();
    // One payment is ordered, in no file.
    let other = support.poor(world, "Lò Văn Năm").await;
    let own = support.approved(&other, 9_000_000).await;
    support.officer.reach_part(&own.id, own.version, "signed", &shown("signature")).await.unwrap();
    let payments = support.chair.order_payments(&commune, &[(own.id.clone(), own.version + 1)]).await.unwrap();
    // The window of this one ends soon.
    let left = support.household(world, &["Lò Văn Sáu"], "poor", date(2020, 12, 31)).await;
    has_status(world, &left, "average", date(2022, 10, 1)).await;
    let view = support.village.officer.household(&household).await.unwrap();
    let asked = crate::capital::asked(support, YEAR);
    Things {
        unit: commune.clone(),
        commune,
        province: PROVINCE.into(),
        hamlet,
        household,
        person: view.members[0].person.clone(),
        agreement: credit.id,
        loan,
        group,
        project,
        ranking,
        allocation: support.province.draft_allocation(&asked).await.unwrap(),
        payment: payments[0].clone(),
        file: files[0].id.clone(),
    }
}

/// The desks of a commune.
fn desks(village: &Village) -> Vec<Desk> {
    let all = [
        &village.officer,
        &village.chair,
        &village.enumerator,
        &village.hamlet_enumerator,
        &village.upper,
        &village.auditor,
        &village.ministry,
        &village.administrator,
    ];
    all.into_iter().cloned().collect()
}

fn reaches(reach: &Reach, at: At, place: &Place) -> bool {
    match (reach, at) {
        (Reach::Everything, _) => true,
        (Reach::Province(own), _) => *own == place.province,
        (Reach::Commune(own), At::Hamlet | At::Commune) => *own == place.commune,
        (Reach::Hamlet { hamlet, .. }, At::Hamlet) => place.hamlet.as_ref() == Some(hamlet),
        _ => false,
    }
}

async fn asked(asks: Vec<Ask<'_>>, nothing: Vec<Ask<'_>>, desk: &Desk, place: &Place) {
    for (ask, nothing) in asks.into_iter().zip(nothing) {
        let (actor, name) = (desk.actor(), ask.name);
        let about =
            |real: &str, none: &str| format!("{name} as {:?} of {:?}: {real} / {none}", actor.role, actor.reach);
        let (real, none) = (ask.answer.await, nothing.answer.await);
        let (may, here) = (actor.role.may(ask.action), reaches(&actor.reach, ask.at, place));
        match (may, here) {
            // Some look for the thing first: then it is not there, for whoever may not too.
            (false, _) => {
                let as_nothing = !here && real == none && real.contains("NotFound");
                assert!(real.contains("Forbidden") || as_nothing, "{}", about(&real, &none));
            }
            (true, false) => assert_eq!(real, none, "{}", about(&real, &none)),
            (true, true) => {
                assert!(!real.contains("Forbidden") && !real.contains("NotFound"), "{}", about(&real, &none));
                assert_ne!(real, none, "{}", about(&real, &none));
            }
        }
    }
}

#[tokio::test]
async fn nothing_out_of_reach_is_told_or_done_whoever_asks() {
    for_each_engine(async |world| {
        let support = Support::new(world).await;
        let other_commune = world.village_in(OTHER_COMMUNE).await;
        let operator = world.operator();
        let provinces = operator.areas_below(None).await.unwrap();
        let mut elsewhere = Vec::new();
        for province in provinces.iter().filter(|row| row.id != PROVINCE).take(2) {
            elsewhere.push(operator.areas_below(Some(&province.id)).await.unwrap().remove(0).id);
        }
        let other_province = world.village_in(&elsewhere[0]).await;
        let there = everything(world, &support).await;
        let nobody = || NOBODY.to_owned();
        let nothing = Things {
            commune: elsewhere[1].clone(),
            province: NOWHERE.into(),
            unit: NOWHERE.into(),
            hamlet: nobody(),
            household: nobody(),
            person: nobody(),
            agreement: nobody(),
            loan: nobody(),
            group: nobody(),
            project: nobody(),
            ranking: nobody(),
            allocation: nobody(),
            payment: nobody(),
            file: nobody(),
        };
        let place = support.village.place_of(0);
        for village in [&support.village, &other_commune, &other_province] {
            for desk in desks(village) {
                let office = Office::of(desk.clone()).await.unwrap();
                let who = format!("{} {}", desk.actor().id, village.commune);
                for (asks, none) in [
                    (reading(&office, &there), reading(&office, &nothing)),
                    (doing(&office, &there), doing(&office, &nothing)),
                    (allocating(&office, &there, &who), allocating(&office, &nothing, &format!("{who} khác"))),
                ] {
                    asked(asks, none, &desk, &place).await;
                }
                of_no_one_place(&office, &desk, &there, &place).await;
            }
        }
        assert_eq!(vuon_programme::audit::verify(&support.village.auditor).await.unwrap().differences, []);
    })
    .await;
}

/// What takes no id, or a province that some reach a part of.
async fn of_no_one_place(office: &Office, desk: &Desk, there: &Things, place: &Place) {
    let (role, reach) = (desk.actor().role, &desk.actor().reach);
    let of_commune = Filter { commune: Some(there.commune.clone()), ..Filter::default() };
    let rankings = told(office.rankings(&of_commune, &PageRequest::first()).await);
    let models = told(office.models().await);
    let coverage = told(office.coverage(&there.province).await);
    for (answer, action, at, what) in [
        // An order of the whole province is seen by all of its communes.
        (rankings, Action::ReadPeople, At::Commune, there.ranking.as_str()),
        (models, Action::ReadFigures, At::Commune, "nuôi bò sinh sản"),
        (coverage, Action::ReadFigures, At::Province, there.commune.as_str()),
    ] {
        let of_a_hamlet = matches!(reach, Reach::Hamlet { .. }) && action == Action::ReadPeople;
        assert_eq!(answer.contains("Forbidden"), !role.may(action) || of_a_hamlet, "{role:?}: {answer}");
        let here = role.may(action) && reaches(reach, at, place);
        assert_eq!(answer.contains(what), here, "{role:?} of {reach:?}: {answer}");
    }
    let verified = told(office.verify().await);
    let all = role == Role::Auditor && *reach == Reach::Everything;
    assert_eq!(verified.starts_with("Ok"), all, "{role:?} of {reach:?}: {verified}");
}
