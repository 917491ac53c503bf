//! How much memory and time the detailed list of a large province takes: `large_list HOUSEHOLDS FILE`, with made-up
//! households of four. Run it under `/usr/bin/time -v`, with `--release`.

use std::path::Path;
use vuon_policy::Library;
use vuon_policy::model::Language;
use vuon_publish::report::Basis;
use vuon_publish::report::list::{DetailedList, Heading};
use vuon_registry::export::ExportedHousehold;
use vuon_registry::households::Member;

fn member(place: usize) -> Member {
    Member {
        person: String::new(),
        name: format!("Lò Văn Mẫu {place}"),
        relation: ["head", "spouse", "child"][place.min(2)].to_owned(),
        sex: Some(["male", "female"][place % 2].to_owned()),
        born: "1980-03-01".parse().ok(),
        ethnic: Some("thai".to_owned()),
        identified: false,
        since: jiff::civil::date(2020, 1, 1),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let households: u32 = arguments.next().ok_or("how many households?")?.parse()?;
    let file = arguments.next().ok_or("which file?")?;
    let program = Library::embedded().load("vn-2022-2026")?;
    let heading = Heading {
        title: "DANH SÁCH CHI TIẾT HỘ NGHÈO".into(),
        area: "Tỉnh Mẫu".into(),
        basis: Basis {
            from: None,
            to: jiff::civil::date(2026, 12, 31),
            units_list: "vn-2026-04-30".into(),
            packs: vec!["vn-2022-2026".into()],
            asked_on: jiff::civil::date(2026, 12, 31),
            unverified: Vec::new(),
            residents: None,
            demo: true,
        },
    };
    let household = ExportedHousehold {
        household: String::new(),
        code: String::new(),
        hamlet: Some("Bản Mẫu".into()),
        status: "poor".into(),
        standard: "vn-2022-2026".into(),
        movement: Some("stays".into()),
        groups: Default::default(),
        members: (0..4).map(member).collect(),
    };
    let mut list = DetailedList::begin(heading, &program, Language::Vi)?;
    for _ in 0..households {
        list.household(&household, &[Some(false); 6])?;
    }
    println!("{} households", list.save(Path::new(&file))?);
    Ok(())
}
