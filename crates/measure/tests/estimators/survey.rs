//! Our own survey and what R's `survey` says about it; `../reference/README.md` says what the columns mean.

use std::collections::HashMap;
use vuon_measure::cube::{Cube, Grouping, Label, Profile, Sampling};
use vuon_measure::rows::{Header, Row};
use vuon_measure::weighting::Weighting;

pub const INDICATORS: [&str; 10] =
    ["d_nutr", "d_cm", "d_satt", "d_educ", "d_elct", "d_sani", "d_wtr", "d_hsg", "d_ckfl", "d_asst"];

/// The cut-offs of the tables.
pub const CUTOFFS: [&str; 4] = ["1/5", "1/3", "1/2", "1"];

/// The levels of the tables, and the keys that tell them.
pub const LEVELS: [&str; 3] = ["nation", "area", "region"];
pub fn groupings() -> Vec<Vec<usize>> {
    vec![vec![], vec![0], vec![1]]
}

pub fn equal() -> Weighting {
    crate::common::whole_numbers(&[3, 3, 3, 3, 1, 1, 1, 1, 1, 1])
}

pub fn uneven() -> Weighting {
    crate::common::whole_numbers(&[2, 2, 2, 3, 3, 2, 2, 2, 3, 3])
}

/// A line of a table: its fields by the names of their columns.
pub struct Fact(HashMap<String, String>);

impl Fact {
    pub fn text(&self, column: &str) -> &str {
        &self.0[column]
    }

    /// A number; `NaN` where the table says so.
    pub fn number(&self, column: &str) -> f64 {
        self.text(column).parse().unwrap()
    }

    pub fn place_in(&self, column: &str, names: &[&str]) -> usize {
        let text = self.text(column);
        names.iter().position(|name| *name == text).unwrap_or_else(|| panic!("{column}: {text}"))
    }

    pub fn level(&self) -> usize {
        self.place_in("level", &LEVELS)
    }

    /// The domain of the line's group.
    pub fn domain(&self, cube: &Cube, grouping: &Grouping) -> usize {
        let labels = |domain: usize| cube.domain_labels(grouping, domain).iter().map(ToString::to_string).collect();
        let names: Vec<Vec<String>> = (0..grouping.domains.len()).map(labels).collect();
        let group: Vec<&str> = Some(self.text("group")).filter(|group| !group.is_empty()).into_iter().collect();
        names.iter().position(|name| *name == group).unwrap_or_else(|| panic!("no {group:?}"))
    }
}

impl std::fmt::Debug for Fact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut fields: Vec<_> = self.0.iter().filter(|(_, text)| !text.is_empty()).collect();
        fields.sort_unstable();
        fields.iter().try_for_each(|(column, text)| write!(f, "{column}={text} "))
    }
}

/// The lines of a table of the folder of references.
pub fn facts(table: &str) -> Vec<Fact> {
    let path = format!("{}/tests/reference/{table}", env!("CARGO_MANIFEST_DIR"));
    let mut table = csv::Reader::from_path(path).unwrap();
    table.deserialize().map(|line| Fact(line.unwrap())).collect()
}

/// One row of the survey with all that a design may ask for.
#[derive(Clone)]
pub struct Household {
    pub round: u32,
    pub row: Row,
    pub population: f64,
    pub size: f64,
}

pub fn households(file: &str) -> Vec<Household> {
    let household = |fact: Fact| {
        let whole = |column: &str| Label::Whole(fact.text(column).parse().unwrap());
        let text = |column: &str| Label::Text(fact.text(column).into());
        let mut profile = Profile::default();
        for (j, indicator) in INDICATORS.iter().enumerate() {
            match fact.text(indicator) {
                "1" => profile.deprived |= 1 << j,
                "0" => {}
                "" => profile.unknown |= 1 << j,
                other => panic!("{indicator}: {other}"),
            }
        }
        let row = Row {
            stratum: whole("stratum"),
            population: None,
            psu: whole("psu"),
            keys: vec![text("area"), text("region")],
            profile,
            weight: fact.number("weight"),
            gaps: vec![fact.number("gap_educ")],
        };
        let round = fact.text("t").parse().unwrap();
        Household { round, row, population: fact.number("fpc"), size: fact.number("size") }
    };
    facts(file).into_iter().map(household).collect()
}

/// The cube of rows of the survey, with the gap of `d_educ`.
pub fn cube(rows: &[Row], sampling: Sampling) -> Cube {
    let header = Header {
        indicators: INDICATORS.map(String::from).to_vec(),
        weight: "weight".into(),
        sampling,
        keys: vec!["area".into(), "region".into()],
        gaps: vec![3],
    };
    Cube::of_rows(header, rows)
}

/// The rows of a round as they were drawn: clusters in strata.
pub fn round(round: u32) -> Vec<Row> {
    households("survey.csv").into_iter().filter(|household| household.round == round).map(|h| h.row).collect()
}
