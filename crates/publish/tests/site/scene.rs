//! A made-up province of three communes.

use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};
use vuon_programme::paid::SchemePaid;
use vuon_publish::disclosure::{Ledger, Level, Rule};
use vuon_publish::report::Words;
use vuon_publish::site::{Facts, Place, UnitFacts, Window, YearFacts, release};
use vuon_registry::cases::ComplaintCounts;
use vuon_registry::figures::{Count, Holds, ListFigures};

pub const PROVINCE: &str = "demo:01";

fn listed(households: i64, deprived: i64) -> ListFigures {
    ListFigures {
        total: Count { households, persons: 4 * households },
        deprived: BTreeMap::from([("housing".to_owned(), Holds { yes: deprived, unknown: 0 })]),
        ..ListFigures::default()
    }
}

/// A year in which the communes have so many poor households; of each, half are near-poor besides.
pub fn year(year: i16, poor: &[i64]) -> YearFacts {
    let unit = |id: String, name: String, level, parent: Option<&str>, poor: i64| UnitFacts {
        id,
        name,
        level,
        parent: parent.map(str::to_owned),
        poor: listed(poor, poor / 2),
        near_poor: listed(40, 10),
    };
    let mut units = vec![unit(PROVINCE.into(), "Tỉnh Mẫu".into(), Level::Province, None, poor.iter().sum())];
    units[0].near_poor = listed(40 * poor.len() as i64, 10);
    units.extend((1..).zip(poor).map(|(number, poor)| {
        unit(format!("demo:01{number}"), format!("Xã {number}"), Level::Commune, Some(PROVINCE), *poor)
    }));
    let places = units.iter().map(|own| Place { id: own.id.clone(), name: own.name.clone(), level: own.level });
    let paid = |scheme: &str, recipients, paid| SchemePaid {
        commune: PROVINCE.into(),
        scheme: scheme.into(),
        recipients,
        paid,
    };
    YearFacts {
        year,
        places: places.collect(),
        units,
        all: poor.len(),
        movements: Some(Vec::new()),
        projects: Some(Vec::new()),
        indicators: vec![("housing".to_owned(), Words::new("Nhà ở", "Housing"))],
        paid: Some(vec![
            paid("credit", 3, 90_000_000),
            paid("housing", 20, 800_000_000),
            paid("seeds", 30, 150_000_000),
        ]),
        complaints: ComplaintCounts { in_time: 30, late: 12, overdue: 0, waiting: 6 },
    }
}

pub fn facts(years: Vec<YearFacts>) -> Facts {
    Facts {
        area: PROVINCE.into(),
        name: "Tỉnh Mẫu".into(),
        today: date(2026, 2, 1),
        demo: true,
        packs: BTreeSet::from(["vn-2022-2026".to_owned()]),
        years,
        targets: Vec::new(),
        allocations: Vec::new(),
        schemes: BTreeMap::new(),
    }
}

pub fn published(facts: &Facts, ledger: &mut Ledger) -> Window {
    release(facts, ledger, &Rule::default()).unwrap()
}
