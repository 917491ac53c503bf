//! Lists that come in any order of years, and what their being complete says.

use crate::common::{COMMUNE, OTHER_COMMUNE, Village, World, for_each_engine};
use crate::{bring, file};
use jiff::civil::{Date, date};
use vuon_registry::flows::Flow;
use vuon_registry::import::{ImportAction, ImportFile, ImportPlan, Imported};
use vuon_registry::page::PageRequest;
use vuon_registry::{Desk, RegistryError};

const THREE: &str = "Mã hộ,Họ và tên chủ hộ,Năm sinh,Thôn\nA1,Lò Văn Mẫu,1980,Bản 1\nA2,Lò Văn Giả,1970,Bản 1\n\
                     A3,Quàng Thị Ví,1960,Bản 2\n";

fn of_year<'a>(year: i16, status: &'a str, bytes: &'a str) -> ImportFile<'a> {
    ImportFile { status, valid_from: date(year, 12, 31), ..file("list.csv", bytes.as_bytes()) }
}

/// The movement of the households of the poor list between the ends of two years.
async fn poor(village: &Village, from: i16, to: i16) -> Flow {
    let end = |year: i16| -> Date { date(year, 12, 31) };
    village.officer.flows(COMMUNE, end(from), end(to)).await.unwrap()[0].poor.households
}

/// How many households have a status today.
async fn today(world: &World, status: &str) -> i64 {
    world.number(&format!("SELECT count(*) FROM household WHERE status = '{status}'")).await
}

#[tokio::test]
async fn a_list_between_two_others_does_not_reach_beyond_the_later_one() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        bring(officer, &of_year(2022, "poor", THREE)).await;
        let (plan, done) = bring(officer, &of_year(2024, "poor", THREE)).await;
        assert!(plan.households.iter().all(|h| h.action == ImportAction::Same), "{plan:#?}");
        assert_eq!(done, Imported { same: 3, ..Imported::default() });
        assert_eq!(poor(&village, 2022, 2024).await, Flow { opening: 3, closing: 3, ..Flow::default() });

        let (_, done) = bring(officer, &of_year(2023, "near_poor", THREE)).await;
        assert_eq!(done, Imported { changed: 3, ..Imported::default() });
        assert_eq!([today(world, "poor").await, today(world, "near_poor").await], [3, 0]);
        assert_eq!(poor(&village, 2022, 2024).await, Flow { opening: 3, closing: 3, ..Flow::default() });
        assert_eq!(poor(&village, 2022, 2023).await, Flow { opening: 3, became_other: 3, ..Flow::default() });
        assert_eq!(poor(&village, 2023, 2024).await, Flow { from_other: 3, closing: 3, ..Flow::default() });
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn a_later_list_is_known_also_where_a_decision_said_the_same() {
    for_each_engine(async |world| {
        let Village { officer, .. } = world.village().await;
        bring(&officer, &of_year(2022, "poor", THREE)).await;
        // As if a decision had made them poor: the later list says so too, and begins nothing.
        world.tamper("UPDATE spell SET decision = 'd'").await;
        bring(&officer, &of_year(2024, "poor", THREE)).await;
        assert_eq!(world.number("SELECT count(*) FROM spell").await, 3);
        let older = THREE.replace("1980,Bản 1", "1981,Bản 2");
        bring(&officer, &of_year(2023, "poor", &older)).await;
        assert_eq!(world.number("SELECT count(*) FROM person WHERE born = '1981'").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_was_changed_here_is_seen_in_whatever_chain_it_was_recorded() {
    for_each_engine(async |world| {
        let Village { officer, .. } = world.village().await;
        world.village_in(OTHER_COMMUNE).await;
        bring(&officer, &of_year(2023, "poor", THREE)).await;
        let home = officer.households(&Default::default(), &vuon_registry::page::PageRequest::first()).await.unwrap();
        let view = officer.household(&home.rows[0].id).await.unwrap();
        let mut member = crate::common::members(&[&view.row.name]).remove(0);
        member.born = Some("1955".into());
        let change =
            vuon_registry::households::MemberChange::Corrected { person: view.members[0].person.clone(), member };
        officer.change_members(&view.row.id, view.row.version, &change, officer.today()).await.unwrap();
        // As if it had come from another commune by a reform, its entries staying there.
        let moved = format!(
            "UPDATE entry SET chain = '{OTHER_COMMUNE}', seq = seq + 1000 WHERE chain = '{COMMUNE}' \
             AND seq > (SELECT MAX(last_seq) FROM import)"
        );
        assert!(world.tamper(&moved).await > 0);
        let again = format!("{THREE}\n");
        let plan = officer.plan_import(&of_year(2024, "poor", &again)).await.unwrap();
        assert_eq!(plan.problems.len(), 1, "{plan:#?}");
        assert!(plan.problems[0].message[1].contains("1955 →"), "{plan:#?}");
    })
    .await;
}

/// A plan, told without the numbers of rows and in no order.
fn essence(plan: &ImportPlan, lines: &[&str]) -> Vec<String> {
    let line = |row: u32| lines[row as usize - 2];
    let mut told: Vec<String> = plan
        .households
        .iter()
        .map(|h| format!("{} {:?} {:?}", line(h.row), h.action, h.differences))
        .chain(plan.problems.iter().map(|problem| {
            let message: String = problem.message[1].chars().filter(|c| !c.is_ascii_digit()).collect();
            format!("{} {} {message}", line(problem.row), problem.column)
        }))
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn a_plan_does_not_depend_on_the_order_of_the_rows() {
    let world = World::sqlite().await;
    let officer = world.village().await.officer;
    bring(&officer, &of_year(2023, "poor", THREE)).await;
    // By its code and by its head the same household; a namesake with a code of its own; one that is sure; a new one.
    let lines = [
        "A1,Lò Văn Mẫu,1980,Bản 1",
        ",Lò Văn Mẫu,1980,Bản 1",
        "A9,Lò Văn Mẫu,1980,Bản 1",
        ",Lò Văn Giả,1970,Bản 1",
        ",Vàng Thị Mới,1999,Bản 2",
    ];
    let mut first: Option<Vec<String>> = None;
    for order in permutations(lines.len()) {
        let lines: Vec<&str> = order.iter().map(|place| lines[*place]).collect();
        let list = format!("Mã hộ,Họ và tên chủ hộ,Năm sinh,Thôn\n{}\n", lines.join("\n"));
        let plan = officer.plan_import(&of_year(2024, "poor", &list)).await.unwrap();
        assert_eq!(plan.problems.len(), 2, "both rows are named: {plan:#?}");
        let essence = essence(&plan, &lines);
        assert_eq!(*first.get_or_insert(essence.clone()), essence, "{list}");
    }
}

fn permutations(of: usize) -> Vec<Vec<usize>> {
    if of == 0 {
        return vec![Vec::new()];
    }
    let shorter = permutations(of - 1);
    let longer = shorter.into_iter().flat_map(|order| {
        (0..of).map(move |place| {
            let mut order = order.clone();
            order.insert(place, of - 1);
            order
        })
    });
    longer.collect()
}

#[tokio::test]
async fn an_older_list_adds_no_identity_numbers_and_its_second_plan_is_empty() {
    for_each_engine(async |world| {
        let Village { officer, .. } = world.village().await;
        bring(&officer, &of_year(2024, "poor", THREE)).await;
        let older = "Mã hộ,Họ và tên chủ hộ,Năm sinh,Thôn,Số định danh\nA1,Lò Văn Mẫu,1980,Bản 1,011203000001\n";
        let (plan, _) = bring(&officer, &of_year(2023, "poor", older)).await;
        assert!(!format!("{plan:?}").contains("an identity number is added"), "{plan:#?}");
        assert_eq!(world.number("SELECT count(*) FROM identity").await, 0);
        let again = format!("{older}\n");
        let plan = officer.plan_import(&of_year(2023, "poor", &again)).await.unwrap();
        assert!(!plan.already && plan.households.iter().all(|h| h.action == ImportAction::Same), "{plan:#?}");
    })
    .await;
}

#[tokio::test]
async fn looking_a_list_through_tells_nothing_of_numbers_out_of_reach() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let elsewhere = world.village_in(OTHER_COMMUNE).await;
        let with_number =
            |number: &str| format!("Mã hộ,Họ và tên chủ hộ,Năm sinh,Số định danh\nA1,Lò Văn Mẫu,1980,{number}\n");
        let theirs = with_number("011203000001");
        let there = ImportFile { commune: OTHER_COMMUNE, ..of_year(2024, "poor", &theirs) };
        bring(&elsewhere.officer, &there).await;

        let file = of_year(2024, "poor", &theirs);
        let plan = village.officer.plan_import(&file).await.unwrap();
        assert_eq!(plan.problems, [], "as if nobody had the number");
        let refused = village.officer.run_import(&file, &plan.plan).await;
        assert!(matches!(refused, Err(RegistryError::Invalid { .. })), "{refused:?}");
        assert_eq!(world.number("SELECT count(*) FROM household").await, 1, "nothing was brought in");
        let asked = "SELECT count(*) FROM entry e JOIN account a ON a.id = e.author \
                     WHERE e.kind = 'import_refused' AND a.role = 'commune_officer'";
        assert_eq!(world.number(asked).await, 1, "who asked is written down");
        let free = with_number("011203000002");
        bring(&village.officer, &of_year(2024, "poor", &free)).await;
        world.chains_verify().await;
    })
    .await;
}

/// The list is corrected and its number is gone: what it hinted at stays, for whoever reaches both households.
#[tokio::test]
async fn a_list_that_gives_a_number_to_somebody_else_leaves_the_two_households_as_a_pair() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let elsewhere = world.village_in(OTHER_COMMUNE).await;
        let queue = async |desk: &Desk, area: &str| desk.duplicates(area, &PageRequest::first()).await.unwrap().rows;
        let list = |number: &str| {
            format!(
                "Mã hộ,Họ và tên chủ hộ,Năm sinh,Số định danh\nA1,Lò Văn Mẫu,1980,011203000001\nA2,Cà Văn Giả,1970,{number}\n"
            )
        };
        bring(&village.officer, &of_year(2023, "poor", &list(""))).await;
        let theirs = list("").replace("011203000001", "011203000002");
        bring(&elsewhere.officer, &ImportFile { commune: OTHER_COMMUNE, ..of_year(2023, "poor", &theirs) }).await;

        let wrong = "Mã hộ,Họ và tên chủ hộ,Năm sinh,Số định danh\nA2,Cà Văn Giả,1970,011203000001\n";
        let wrong = of_year(2024, "poor", wrong);
        let plan = village.officer.plan_import(&wrong).await.unwrap();
        assert_eq!(plan.problems.len(), 1, "{:?}", plan.problems);
        assert_eq!(queue(&village.officer, COMMUNE).await, [], "looking a list through changes nothing");
        assert!(village.officer.run_import(&wrong, &plan.plan).await.is_err());
        assert!(village.officer.import_at_once(&wrong).await.unwrap().1.is_none());
        let found = queue(&village.officer, COMMUNE).await;
        let [pair] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((pair.why.as_str(), pair.score), ("identity", 100));
        let mut named = pair.compared.each_ref().map(|who| who.as_ref().unwrap().name.as_str());
        named.sort_unstable();
        assert_eq!(named, ["Cà Văn Giả", "Lò Văn Mẫu"]);

        // Of a number out of reach, bringing the list in is refused, and who reaches both finds the pair.
        let other = list("011203000002");
        let other = of_year(2024, "poor", &other);
        let plan = village.officer.plan_import(&other).await.unwrap();
        assert!(matches!(village.officer.run_import(&other, &plan.plan).await, Err(RegistryError::Invalid { .. })));
        assert_eq!(queue(&village.officer, COMMUNE).await.len(), 1);
        assert_eq!(queue(&elsewhere.officer, OTHER_COMMUNE).await, []);
        assert_eq!(queue(&village.upper, OTHER_COMMUNE).await.len(), 1);
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
        world.chains_verify().await;
    })
    .await;
}

#[tokio::test]
async fn the_entries_of_an_import_say_what_changed() {
    for_each_engine(async |world| {
        let Village { officer, .. } = world.village().await;
        let first = "Họ và tên,Quan hệ với chủ hộ,Năm sinh,Thôn\nLò Văn Mẫu,Chủ hộ,1980,Bản 1\n";
        bring(&officer, &of_year(2023, "poor", first)).await;
        let hamlets = "SELECT count(*) FROM entry e JOIN hamlet t ON t.id = e.subject WHERE e.kind = 'hamlet'";
        assert_eq!(world.number(hamlets).await, world.number("SELECT count(*) FROM hamlet").await);
        let second = "Mã hộ,Họ và tên,Quan hệ với chủ hộ,Năm sinh,Thôn\nA1,Lò Văn Mẫu,Chủ hộ,1980,Bản 1\n\
                      ,Lò Thị Con,Con,2020,Bản 1\n";
        bring(&officer, &of_year(2024, "poor", second)).await;
        let said = async |part: &str| {
            let query = format!(
                "SELECT count(*) FROM entry e JOIN content c ON c.hash = e.content \
                 WHERE e.kind = 'household_imported' AND c.body LIKE '%{part}%'"
            );
            world.number(&query).await
        };
        assert_eq!(said("\"code\":\"A1\"").await, 1);
        assert_eq!(said("\"relation\":\"child\",\"membership\":\"").await, 1);
        assert_eq!(said("Lò Thị Con").await, 0, "nothing of who people are");
        let memberships = "SELECT count(*) FROM membership m WHERE EXISTS (SELECT 1 FROM content c \
                           WHERE c.body LIKE '%\"membership\":\"' || m.id || '\"%')";
        assert_eq!(world.number(memberships).await, 1);
    })
    .await;
}

#[tokio::test]
async fn only_a_list_that_is_said_to_be_complete_takes_households_off() {
    for_each_engine(async |world| {
        let village = world.village().await;
        let officer = &village.officer;
        bring(officer, &of_year(2023, "poor", THREE)).await;
        bring(officer, &of_year(2023, "near_poor", "Mã hộ,Họ và tên chủ hộ,Năm sinh\nB1,Lò Văn Cận,1990\n")).await;
        let two = THREE.replace("A3,Quàng Thị Ví,1960,Bản 2\n", "");
        let (plan, _) = bring(officer, &of_year(2024, "poor", &two)).await;
        assert_eq!(plan.absent, []);
        assert_eq!([today(world, "poor").await, today(world, "near_poor").await], [3, 1]);

        let complete = ImportFile { complete: true, ..of_year(2024, "poor", &two) };
        let (plan, done) = bring(officer, &complete).await;
        let absent: Vec<(&str, &str)> = plan.absent.iter().map(|a| (a.code.as_str(), a.status.as_str())).collect();
        assert_eq!(absent, [("A3", "poor")], "the near-poor are not what this list is of");
        assert_eq!(done, Imported { same: 2, taken_off: 1, ..Imported::default() });
        assert_eq!([today(world, "poor").await, today(world, "near_poor").await], [2, 1]);
        let expected = Flow { opening: 3, other_decrease: 1, closing: 2, ..Flow::default() };
        assert_eq!(poor(&village, 2023, 2024).await, expected, "no escape: nobody said so");
        let again = officer.plan_import(&complete).await.unwrap();
        assert!(again.already && again.absent.is_empty(), "{again:#?}");
        assert_eq!(village.auditor.verify(None).await.unwrap().differences, []);
    })
    .await;
}

#[tokio::test]
async fn a_household_of_more_than_a_hundred_is_a_problem_with_its_rows() {
    let world = World::sqlite().await;
    let officer = world.village().await.officer;
    let mut list = String::from("Họ và tên,Quan hệ với chủ hộ\nLò Văn Mẫu,Chủ hộ\n");
    for number in 0..100 {
        list.push_str(&format!("Lò Thị Mẫu {number},Con\n"));
    }
    let plan = officer.plan_import(&of_year(2024, "poor", &list)).await.unwrap();
    assert_eq!(plan.problems.len(), 1, "{:?}", plan.problems);
    assert!(plan.problems[0].message[1].contains("of rows 2–102 has 101 members"), "{:?}", plan.problems);
}
