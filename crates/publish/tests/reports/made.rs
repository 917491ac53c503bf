//! Reports made by hand, as the register would fill them.

use jiff::civil::date;
use vuon_publish::report::formula::Formula;
use vuon_publish::report::layout::{Column, Form};
use vuon_publish::report::{Basis, Part, Report, Row, Transitions, Words, layout};
use vuon_registry::flows::{Flow, Flows, Movement};

pub fn basis() -> Basis {
    Basis {
        from: None,
        to: date(2026, 12, 31),
        units_list: "vn-2026-04-30".into(),
        packs: vec!["vn-2022-2026 (0123456789ab)".into()],
        asked_on: date(2027, 1, 5),
        unverified: vec![Words::new("Nghị định 07/2021/NĐ-CP (12)", "Decree 07/2021/NĐ-CP (12)")],
        residents: Some("dan-cu-2026.csv".into()),
        demo: false,
    }
}

fn row(number: &str, unit: &str, depth: usize, values: &[Option<i64>]) -> Row {
    Row { number: number.into(), unit: unit.into(), depth, part: None, values: values.to_vec() }
}

/// Form 1 for a province of two communes.
pub fn final_results() -> Report {
    let columns = layout::columns("final-results", &|_| Vec::new());
    let of = |numbers: [i64; 6]| -> Vec<Option<i64>> {
        let [h, p, poor, near, poor_p, near_p] = numbers.map(Some);
        vec![h, p, poor, None, near, None, None, None, poor_p, None, near_p, None, None, None]
    };
    let rows = vec![
        row("", "Tỉnh Điện Biên", 0, &of([3_000, 12_000, 450, 300, 1_900, 1_250])),
        row("1", "Phường Mường Lay", 1, &of([1_000, 4_000, 50, 100, 200, 400])),
        row("2", "Xã Na Sang", 1, &of([2_000, 8_000, 400, 200, 1_700, 850])),
    ];
    Report {
        form: layout::form("final-results").unwrap().clone(),
        columns,
        area: "Tỉnh Điện Biên".into(),
        basis: basis(),
        rows,
        transitions: None,
        unknown: vec![Words::new("Cột 7, 13 (…): sổ không ghi.", "Columns 7, 13 (…): the register does not know.")],
        notes: Vec::new(),
    }
}

/// Form 2 for a commune of two hamlets and a household in none.
pub fn movement() -> Report {
    let columns = layout::columns("movement-poor", &|_| Vec::new());
    let unit = |number: &str, unit: &str, depth, households: [i64; 9], persons: [i64; 9]| {
        [(Part::Households, households), (Part::Persons, persons)]
            .map(|(part, values)| Row { part: Some(part), ..row(number, unit, depth, &values.map(Some)) })
    };
    let rows = [
        unit("", "Xã Pa Ham", 0, [20, 3, 4, 1, 2, 1, 2, 0, 17], [90, 12, 18, 6, 9, 4, 8, 1, 76]),
        unit("1", "Bản Co Muông", 1, [12, 2, 4, 0, 1, 1, 1, 0, 9], [54, 8, 18, 2, 4, 4, 4, 1, 39]),
        unit("2", "Bản Huổi Hạ", 1, [8, 1, 0, 1, 1, 0, 0, 0, 7], [36, 4, 0, 4, 5, 0, 0, 0, 33]),
        unit("3", "", 1, [0, 0, 0, 0, 0, 0, 1, 0, 1], [0, 0, 0, 0, 0, 0, 4, 0, 4]),
    ];
    Report {
        form: layout::form("movement-poor").unwrap().clone(),
        columns,
        area: "Xã Pa Ham".into(),
        basis: Basis { from: Some(date(2025, 12, 31)), residents: None, ..basis() },
        rows: rows.into_iter().flatten().collect(),
        transitions: Some(transitions()),
        unknown: Vec::new(),
        notes: Vec::new(),
    }
}

/// How the households of the commune went, as both movement tables have it.
fn transitions() -> Transitions {
    let poor = Flow {
        opening: 20,
        became_other: 3,
        escaped: 4,
        other_decrease: 1,
        from_other: 2,
        relapse: 1,
        newly_arising: 2,
        other_increase: 0,
        closing: 17,
    };
    let near_poor = Flow {
        opening: 30,
        became_other: 2,
        escaped: 6,
        other_decrease: 2,
        from_other: 3,
        relapse: 0,
        newly_arising: 4,
        other_increase: 1,
        closing: 28,
    };
    let [poor, near_poor] = [poor, near_poor].map(|households| Movement { households, ..Movement::default() });
    Transitions::of(&Flows { area: String::new(), name: String::new(), poor, near_poor })
}

/// Form 5 with three indicators.
pub fn rates() -> Report {
    let indicators =
        [("employment", "Việc làm", "Employment"), ("water", "Nguồn nước", "Water"), ("toilet", "Nhà tiêu", "Toilet")];
    let starred = |_: &str| indicators.map(|(id, vi, en)| (id.to_owned(), Words::new(vi, en))).to_vec();
    let of = |values: [i64; 4]| values.map(Some).to_vec();
    Report {
        form: layout::form("deprivation-rates-poor").unwrap().clone(),
        columns: layout::columns("deprivation-rates-poor", &starred),
        area: "Xã Pa Ham".into(),
        basis: Basis { residents: None, ..basis() },
        rows: vec![
            row("", "Xã Pa Ham", 0, &of([16, 4, 16, 1])),
            row("1", "Bản Co Muông", 1, &of([16, 4, 16, 1])),
            row("2", "Bản Huổi Hạ", 1, &of([0, 0, 0, 0])),
        ],
        transitions: None,
        unknown: Vec::new(),
        notes: Vec::new(),
    }
}

/// Every report, for a commune of two hamlets: figures that add up, all of them made up.
pub fn every() -> Vec<Report> {
    layout::forms().iter().map(one).collect()
}

fn one(form: &Form) -> Report {
    let starred = |_: &str| ["Một", "Hai", "Ba"].map(|name| (name.to_owned(), Words::new(name, name))).to_vec();
    let columns = layout::columns(&form.id, &starred);
    let below: Vec<Vec<Option<i64>>> = [1, 3].map(|size| figures(&columns, size)).to_vec();
    let all = (0..columns.len()).map(|at| Some(below[0][at]? + below[1][at]?)).collect();
    let units = [("", "Xã Pa Ham", 0, &all), ("1", "Bản Co Muông", 1, &below[0]), ("2", "Bản Huổi Hạ", 1, &below[1])];
    let parts: &[Option<Part>] = if form.by_part { &[Some(Part::Households), Some(Part::Persons)] } else { &[None] };
    let rows = units.iter().flat_map(|(number, unit, depth, values)| {
        parts.iter().map(move |part| Row { part: *part, ..row(number, unit, *depth, values) })
    });
    Report {
        form: form.clone(),
        rows: rows.collect(),
        transitions: form.by_part.then(transitions),
        columns,
        area: "Xã Pa Ham".into(),
        basis: Basis { from: form.by_part.then(|| date(2025, 12, 31)), ..basis() },
        unknown: Vec::new(),
        notes: Vec::new(),
    }
}

/// The figures of a unit; of a rate, none.
fn figures(columns: &[Column], size: i64) -> Vec<Option<i64>> {
    columns.iter().map(|column| (!column.key.is_empty()).then(|| value(columns, column, size))).collect()
}

fn value(columns: &[Column], column: &Column, size: i64) -> i64 {
    let of = |no: &String| columns.iter().find(|other| other.no == *no).unwrap();
    let whole = match &column.formula {
        Some(Formula::Sum(terms)) => {
            return terms.iter().map(|(adds, no)| value(columns, of(no), size) * if *adds { 1 } else { -1 }).sum();
        }
        Some(Formula::Share { whole }) => Some(whole),
        _ => column.within.as_ref(),
    };
    let place = columns.iter().position(|other| other.no == column.no).unwrap() as i64;
    match whole.map(of) {
        // Of a whole that is itself a sum, this is a part.
        Some(Column { formula: Some(Formula::Sum(_)), .. }) => (40 + place) * size,
        Some(whole) => value(columns, whole, size) / (6 + place % 5),
        None => (900 + 10 * place) * size,
    }
}
