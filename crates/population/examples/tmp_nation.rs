//! temporary
use std::path::Path;
use vuon_measure::cube::*;
use vuon_population::cube::{Round, Series, save};
fn main() {
    let mut state = 88172645463325252_u64;
    let mut next = || { state ^= state << 13; state ^= state >> 7; state ^= state << 17; state };
    let communes = 3321_u32;
    let profiles: Vec<Profile> = (0..1024).map(|d| Profile { deprived: d, unknown: 0 }).collect();
    let mut cells = Cells::default();
    let mut groups = Vec::new();
    for c in 0..communes {
        groups.extend([c / 53, c]);
        for p in 0..1024_u32 {
            if next() % 1000 < 600 {
                let rows = 1 + (next() % (200 >> p.count_ones().min(7))) as u32;
                cells.psu.push(0); cells.group.push(c); cells.profile.push(p); cells.rows.push(rows); cells.weight.push(f64::from(rows * 3 + (next() % 3) as u32));
            }
        }
    }
    println!("{} cells", cells.len());
    let cube = Cube {
        indicators: (0..10).map(|j| format!("d{j}")).collect(), weight: "persons".into(), sampling: Sampling::Register,
        strata: vec![CubeStratum { label: Label::Missing, population: None }], psus: vec![Psu { stratum: 0, label: Label::Missing }],
        keys: vec![Key { name: "province".into(), values: (0..63).map(|n| Label::Whole(n)).collect() }, Key { name: "commune".into(), values: (0..i64::from(communes)).map(Label::Whole).collect() }],
        groups, profiles, cells, gaps: vec![],
    };
    save(&Series { rounds: vec![Round { label: Label::Missing, year: None, cube }] }, &[], Path::new(&std::env::args().nth(1).unwrap())).unwrap();
}
