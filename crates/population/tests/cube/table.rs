//! Random small tables, and the batches that hold them.

use crate::batch::batch;
use arrow::array::{ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int64Array, RecordBatch};
use arrow::datatypes::Int32Type;
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;
use std::sync::Arc;
use vuon_measure::cube::Label;
use vuon_population::cube::CubeSpec;

/// A table whose rows have everything that some specification may ask for.
#[derive(Clone)]
pub struct Table {
    pub spec: CubeSpec,
    pub rows: Vec<Row>,
}

#[derive(Clone)]
pub struct Row {
    pub flags: Vec<Option<bool>>,
    pub gaps: Vec<f64>,
    pub weight: f64,
    pub size: f64,
    pub stratum: Label,
    pub psu: Label,
    pub fpc: f64,
    pub keys: Vec<Label>,
    pub round: Label,
}

impl Table {
    /// A table of some kind: so many indicators, unknowns or none, weights whole or not, in runs or not.
    pub fn random(rng: &mut ChaCha8Rng) -> Self {
        let indicators = [1, 3, 4, 10, 12, 13, 20][rng.random_range(0..7)];
        let unknown = [0.0, 0.0, 0.01, 0.3][rng.random_range(0..4)];
        let whole = rng.random_bool(0.5);
        let some = |rng: &mut ChaCha8Rng, name: &str| rng.random_bool(0.6).then(|| name.to_owned());
        let register = rng.random_bool(0.3);
        let design = |rng: &mut ChaCha8Rng, name: &str| if register { None } else { some(rng, name) };
        let names: Vec<String> = (0..indicators).map(|j| format!("d{j}")).collect();
        let gaps = if rng.random_bool(0.3) { rng.random_range(1..=indicators.min(2)) } else { 0 };
        let spec = CubeSpec {
            gaps: (0..gaps).map(|g| (names[indicators - 1 - g].clone(), format!("gap{g}"))).collect(),
            indicators: names,
            weight: some(rng, "w"),
            size: some(rng, "persons"),
            strata: design(rng, "stratum"),
            psu: design(rng, "psu"),
            fpc: design(rng, "fpc"),
            keys: (0..rng.random_range(0..=3)).map(|k| format!("key{k}")).collect(),
            round: if rng.random_bool(0.3) { Some("round".to_owned()) } else { None },
            year: if rng.random_bool(0.3) { Some("year".to_owned()) } else { None },
            register,
        };
        let strata = spec.strata.is_some();
        let counts = [0, 1, 70, 700, 3000];
        let count = counts[rng.random_range(0..counts.len())];
        let likely: Vec<f64> = (0..indicators).map(|_| rng.random_range(0.0..0.5)).collect();
        let kinds = [rng.random_range(1..5), rng.random_range(1..40), rng.random_range(1..4)];
        let texts: Vec<bool> = (0..6).map(|_| rng.random_bool(0.3)).collect();
        let label = |number: i64, text: bool| {
            if text { Label::Text(format!("n{number:02}").into()) } else { Label::Whole(number) }
        };
        let mut rows: Vec<Row> = (0..count)
            .map(|_| {
                let stratum = rng.random_range(0..kinds[0]);
                let key = |rng: &mut ChaCha8Rng, k: usize| match rng.random_range(0..=kinds[2] + i64::from(k == 0)) {
                    0 => Label::Missing,
                    number => label(number - 2, texts[k]),
                };
                Row {
                    flags: likely.iter().map(|p| (!rng.random_bool(unknown)).then(|| rng.random_bool(*p))).collect(),
                    gaps: (0..2).map(|_| rng.random_range(0.0..=1.0)).collect(),
                    weight: if whole { rng.random_range(0..9).into() } else { rng.random_range(0.0..3.0) },
                    size: rng.random_range(1..9).into(),
                    stratum: label(stratum, texts[3]),
                    psu: label(rng.random_range(0..kinds[1]), texts[4]),
                    fpc: if strata { 100.0 + stratum as f64 } else { 100.0 },
                    keys: (0..3).map(|k| key(rng, k)).collect(),
                    round: label(rng.random_range(0..2), texts[5]),
                }
            })
            .collect();
        match rng.random_range(0..3) {
            0 => rows.sort_by_key(|r| (r.round.clone(), r.stratum.clone(), r.psu.clone(), r.keys.clone())),
            1 => {
                rows.sort_by_key(|r| (r.keys[0].clone(), r.psu.clone(), r.stratum.clone()));
                let place = rng.random_range(0..=rows.len());
                rows.rotate_left(place);
            }
            _ => rows.shuffle(rng),
        }
        Self { spec, rows }
    }

    /// The rows as a batch; columns of whole numbers as numbers or as texts.
    pub fn batch(&self, rows: std::ops::Range<usize>, whole_as_text: bool) -> RecordBatch {
        let rows = &self.rows[rows];
        let labels = |label: &dyn Fn(&Row) -> Label| -> ArrayRef {
            let labels: Vec<Label> = rows.iter().map(label).collect();
            if whole_as_text || labels.iter().any(|label| matches!(label, Label::Text(_))) {
                let text = |label: &Label| (*label != Label::Missing).then(|| label.to_string());
                let texts: Vec<Option<String>> = labels.iter().map(text).collect();
                Arc::new(texts.iter().map(Option::as_deref).collect::<DictionaryArray<Int32Type>>())
            } else {
                let whole = |label: &Label| if let Label::Whole(number) = label { Some(*number) } else { None };
                Arc::new(labels.iter().map(whole).collect::<Int64Array>())
            }
        };
        let numbers = |number: &dyn Fn(&Row) -> f64| -> ArrayRef {
            Arc::new(rows.iter().map(|row| Some(number(row))).collect::<Float64Array>())
        };
        let column = |name: &str| -> ArrayRef {
            let last = || name[name.len() - 1..].parse::<usize>().unwrap();
            match name {
                "w" => numbers(&|row| row.weight),
                "persons" => numbers(&|row| row.size),
                "fpc" => numbers(&|row| row.fpc),
                "year" => numbers(&|_| 2018.5),
                "stratum" => labels(&|row| row.stratum.clone()),
                "psu" => labels(&|row| row.psu.clone()),
                "round" => labels(&|row| row.round.clone()),
                _ if name.starts_with("key") => labels(&|row| row.keys[last()].clone()),
                _ if name.starts_with("gap") => numbers(&|row| row.gaps[last()]),
                _ => {
                    let j: usize = name[1..].parse().unwrap();
                    Arc::new(rows.iter().map(|row| row.flags[j]).collect::<BooleanArray>())
                }
            }
        };
        let names: Vec<String> = self.spec.columns().unwrap().into_iter().map(|column| column.name).collect();
        batch(names.iter().map(|name| (name.as_str(), column(name))).collect(), rows.len())
    }

    /// Where batches may be cut.
    pub fn cuts(&self, rng: &mut ChaCha8Rng) -> Vec<usize> {
        let inner: BTreeSet<usize> =
            (0..rng.random_range(0..6)).map(|_| rng.random_range(0..=self.rows.len())).collect();
        [0].into_iter().chain(inner).chain([self.rows.len()]).collect()
    }
}
