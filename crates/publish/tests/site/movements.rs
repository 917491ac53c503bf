//! Movements between statuses: what is told of them, and what nobody finds out, with the results of both years.

use crate::attacker::Known;
use crate::scene::{PROVINCE, facts, published, year};
use vuon_publish::disclosure::{Ledger, Release, Rule};
use vuon_publish::site::{Facts, MOVES, files};
use vuon_registry::flows::{Flow, Flows, Movement};

/// Of poor households: became near-poor, escaped, from near-poor, back, new; as many move away or in as the lists say.
fn flows(area: &str, poor: (i64, i64), near_poor: (i64, i64), moves: [i64; 8]) -> Flows {
    let [became, escaped, near_escaped, from_near, relapse, new, near_relapse, near_new] = moves;
    let flow = |(opening, closing): (i64, i64), out: [i64; 2], into: [i64; 3]| {
        let net = closing - opening + out.iter().sum::<i64>() - into.iter().sum::<i64>();
        Flow {
            opening,
            became_other: out[0],
            escaped: out[1],
            other_decrease: (-net).max(0),
            from_other: into[0],
            relapse: into[1],
            newly_arising: into[2],
            other_increase: net.max(0),
            closing,
        }
    };
    let both = |households: Flow| Movement { households, persons: Flow::default() };
    Flows {
        area: area.to_owned(),
        name: area.to_owned(),
        poor: both(flow(poor, [became, escaped], [from_near, relapse, new])),
        near_poor: both(flow(near_poor, [from_near, near_escaped], [became, near_relapse, near_new])),
    }
}

fn moved() -> Facts {
    let (before, mut now) = (year(2024, &[35, 46, 58]), year(2025, &[23, 40, 50]));
    let communes = [[8, 9, 6, 3, 1, 4, 0, 5], [7, 6, 9, 2, 0, 6, 1, 8], [12, 5, 11, 6, 1, 7, 2, 9]];
    let all = (0..8).map(|place| communes.iter().map(|moves| moves[place]).sum());
    let all: Vec<i64> = all.collect();
    let mut all: [i64; 8] = all.try_into().unwrap();
    // One that escaped moved from commune to commune.
    all[1] += 1;
    let mut movements = vec![flows(PROVINCE, (139, 113), (120, 120), all)];
    for (number, (moves, poor)) in (1..).zip(communes.into_iter().zip([(35, 23), (46, 40), (58, 50)])) {
        movements.push(flows(&format!("demo:01{number}"), poor, (40, 40), moves));
    }
    now.movements = Some(movements);
    facts(vec![before, now])
}

#[test]
fn movements_are_told_as_they_were_counted_or_hidden() {
    let facts = moved();
    let window = published(&facts, &mut Ledger::default());
    assert!(window.withheld.is_empty(), "{:?}", window.withheld);
    assert!(window.years[0].movements.as_ref().unwrap().is_empty(), "there is no year before the first");
    let told = window.years[1].movements.as_ref().unwrap();
    assert_eq!(told.len(), 4);
    assert_eq!((told[0].unit.as_str(), told[0].households[0]), (PROVINCE, Some(27)));
    let hidden = |name: &str, unit: usize| told[unit].households[MOVES.iter().position(|own| *own == name).unwrap()];
    assert_eq!(hidden("poor_relapsed", 1), None);
    assert_eq!(hidden("poor_relapsed", 2), Some(0), "a zero tells of nobody");
    assert!(told.iter().flat_map(|row| row.households).flatten().all(|count| !(1..5).contains(&count)));
    let files = files(&window).unwrap();
    let csv = String::from_utf8(files["data/movements.csv"].clone()).unwrap();
    assert!(csv.contains("\n2025,demo:01,Tỉnh Mẫu,27,21,26,"), "{csv}");
    let page = String::from_utf8(files["en/movements.html"].clone()).unwrap();
    assert!(page.contains("became near-poor") && page.contains(">hidden<"));
}

#[test]
fn whoever_has_the_results_of_both_years_finds_no_small_movement() {
    let mut ledger = Ledger::default();
    published(&moved(), &mut ledger);
    let releases: Vec<&Release> = ledger.entries().iter().map(|entry| &entry.release).collect();
    let known = Known::from(&releases);
    let moves: Vec<usize> =
        known.hidden().into_iter().filter(|place| known.cell(*place).to_string().starts_with("movements")).collect();
    assert!(!moves.is_empty());
    for place in moves {
        let (least, most) = known.about(place);
        assert!(most - least >= Rule::default().width as f64 - 1e-6, "{}: {least}..{most}", known.cell(place));
    }
}

#[test]
fn movements_that_contradict_the_lists_are_withheld() {
    let mut facts = moved();
    facts.years[1].movements = None;
    let window = published(&facts, &mut Ledger::default());
    assert!(window.years[1].movements.is_none());
    assert!(window.withheld[0].en.contains("do not agree"), "{:?}", window.withheld);
}

#[test]
fn the_line_of_totals_breaks_where_the_units_are_others() {
    let page = |years| {
        let window = published(&facts(years), &mut Ledger::default());
        String::from_utf8(files(&window).unwrap()["en/index.html"].clone()).unwrap()
    };
    let same = page(vec![year(2024, &[15, 26, 38]), year(2025, &[13, 20, 30])]);
    assert!(!same.contains("The line breaks") && same.contains("L500.0"));
    let more = page(vec![year(2024, &[15, 26]), year(2025, &[13, 20, 30])]);
    assert!(more.contains("The line breaks between 2024 and 2025: the totals of 2024 are of 2 units"), "{more}");
    assert!(!more.contains("L500.0") && more.contains("stroke-dasharray=\"1 5\""));
}
