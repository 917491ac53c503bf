//! How long estimates take once the cube is there: `cargo run -p vuon-measure --example estimate_speed`.
//!
//! Two made-up cubes: a register of 27 million households in 3,321 communes, and a sample of 10 million in 500,000
//! sampling units. Times are of the whole process, by the clock and for both threads.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::Instant;
use vuon_measure::alkire_foster::{Errors, Measure, Specification, estimate};
use vuon_measure::cube::{Cells, Cube, CubeStratum, Key, Label, Profile, Psu, Sampling};
use vuon_measure::design::LonelyPsu;
use vuon_measure::weighting::{Cutoff, Weighting};
use vuon_policy::exact::Exact;

const INDICATORS: usize = 10;

fn main() {
    let specification = specification();
    let register = cube(Sampling::Register, 3_321, 0, 600);
    println!("register: {} cells", register.cells.len());
    timed("3 × 3 specifications, nation, province, commune", || {
        estimate(&register, &specification, &[vec![], vec![0], vec![0, 1]], Errors::None).map(|e| e.tables.len())
    });
    let nation = Specification {
        weightings: specification.weightings[..1].to_vec(),
        cutoffs: specification.cutoffs[..1].to_vec(),
        ..specification.clone()
    };
    timed("1 specification, nation", || estimate(&register, &nation, &[vec![]], Errors::None).map(|e| e.tables.len()));

    let sample = cube(Sampling::Clusters, 34, 500_000, 14);
    println!("sample: {} cells", sample.cells.len());
    timed("3 × 3 specifications, nation, area, region", || {
        let errors = Errors::Linearised(LonelyPsu::Fail);
        estimate(&sample, &specification, &[vec![], vec![0], vec![1]], errors).map(|e| e.tables.len())
    });
}

fn timed<T: std::fmt::Debug>(what: &str, work: impl Fn() -> T) {
    for _ in 0..3 {
        let start = Instant::now();
        let found = work();
        println!("  {:>7.1} ms  {what} ({found:?})", start.elapsed().as_secs_f64() * 1e3);
    }
}

fn specification() -> Specification {
    let weights =
        |name: &str, units: [i64; INDICATORS]| Weighting::new(name, &units.map(Exact::whole)).expect("whole weights");
    let cutoff = |b: i64| Exact::new(1, b).and_then(|k| Cutoff::new(k).ok()).expect("below 1");
    Specification {
        weightings: vec![
            weights("equal", [3, 3, 3, 3, 1, 1, 1, 1, 1, 1]),
            weights("health", [6, 6, 3, 3, 1, 1, 1, 1, 1, 1]),
            weights("school", [3, 3, 6, 6, 1, 1, 1, 1, 1, 1]),
        ],
        cutoffs: vec![cutoff(5), cutoff(3), cutoff(2)],
        dimensions: vec![],
        measures: vec![
            Measure::AdjustedHeadcount,
            Measure::Headcount,
            Measure::Intensity,
            Measure::Uncensored,
            Measure::Censored,
            Measure::Contribution,
            Measure::ContributionShare,
        ],
    }
}

/// A register: communes in 63 provinces. A sample: units in regions and two areas, 10 strata a region.
fn cube(sampling: Sampling, places: u32, units: u32, profiles_each: u32) -> Cube {
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let profile = |deprived| Profile { deprived, unknown: 0 };
    let labels = |n: u32| (0..n).map(|i| Label::Whole(i64::from(i))).collect::<Vec<_>>();
    let mut cells = Cells::default();
    let mut add = |psu: u32, group: u32, count: u32| {
        let mut drawn: Vec<u32> = (0..count).map(|_| random.random_range(0..1_u32 << INDICATORS)).collect();
        drawn.sort_unstable();
        drawn.dedup();
        for profile in drawn {
            cells.psu.push(psu);
            cells.group.push(group);
            cells.profile.push(profile);
            cells.rows.push(13);
            cells.weight.push(if units == 0 { 13.0 } else { 13.7 });
        }
    };
    let register = sampling == Sampling::Register;
    let groups: Vec<u32>;
    if register {
        groups = (0..places).flat_map(|commune| [commune % 63, commune]).collect();
        (0..places).for_each(|commune| add(0, commune, profiles_each));
    } else {
        groups = (0..2 * places).flat_map(|group| [group % 2, group / 2]).collect();
        (0..units)
            .for_each(|unit| add(unit, u32::try_from(u64::from(unit) * 68 / 500_000).unwrap_or(0), profiles_each));
    }
    let (first, second) = if register { (63, places) } else { (2, places) };
    let strata = if register { 1 } else { 340 };
    let stratum = |unit: u32| u32::try_from(u64::from(unit) * 340 / 500_000).unwrap_or(0);
    Cube {
        indicators: (0..INDICATORS).map(|j| format!("d{j}")).collect(),
        weight: "w".into(),
        sampling,
        strata: labels(strata).into_iter().map(|label| CubeStratum { label, population: None }).collect(),
        psus: if register {
            vec![Psu { stratum: 0, label: Label::Missing }]
        } else {
            (0..units).map(|unit| Psu { stratum: stratum(unit), label: Label::Whole(unit.into()) }).collect()
        },
        keys: vec![
            Key { name: "first".into(), values: labels(first) },
            Key { name: "second".into(), values: labels(second) },
        ],
        groups,
        profiles: (0..1 << INDICATORS).map(profile).collect(),
        cells,
        gaps: vec![],
    }
}
