//! Figures as a tidy table: one row for each, for other programs.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::Path;
use vuon_measure::target::{Cell, Roc};

/// One figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it is, in the words of `docs/target.md`.
    pub measure: &'static str,
    /// Of whom: `all`, `decile=3`, `region=north`.
    pub group: String,
    /// What is counted: `persons` or `households`.
    pub unit: &'static str,
    /// The figure, or why there is none.
    pub cell: Cell,
    /// Its standard error and the limits of 95 %.
    pub precision: Option<(f64, Option<(f64, f64)>)>,
    /// How many households stand behind it.
    pub n: u64,
}

impl Figure {
    /// A figure, or none where it is a share of nothing.
    pub fn new(
        measure: &'static str,
        group: impl Into<String>,
        unit: &'static str,
        value: Option<f64>,
        n: u64,
    ) -> Self {
        let cell = value.map_or(Cell::Undefined, Cell::Shown);
        Self { measure, group: group.into(), unit, cell, precision: None, n }
    }

    fn status(&self) -> &'static str {
        match self.cell {
            Cell::Shown(_) => "shown",
            Cell::Undefined => "undefined",
            Cell::TooFew => "suppressed_few",
            Cell::Complementary => "suppressed_complementary",
        }
    }

    /// Estimate, standard error, lower and upper limit.
    fn numbers(&self) -> [Option<f64>; 4] {
        let limits = self.precision.and_then(|(_, limits)| limits);
        [self.cell.shown(), self.precision.map(|(se, _)| se), limits.map(|l| l.0), limits.map(|l| l.1)]
    }
}

const HEADER: [&str; 9] = ["measure", "group", "unit", "estimate", "se", "lower", "upper", "n", "status"];

/// Writes figures to a `.csv` or `.json` file.
pub fn write(path: &Path, figures: &[Figure]) -> Result<()> {
    let text = match path.extension().and_then(|e| e.to_str()) {
        Some("csv") => csv(figures),
        Some("json") => format!("{:#}\n", json(figures)),
        _ => bail!("{}: write figures to a .csv or .json file", path.display()),
    };
    std::fs::write(path, text).with_context(|| path.display().to_string())
}

/// Writes the cuts of a score to a `.csv` file: the share of the poor, of the others and of all up to each. `turned`: the
/// score was negated.
pub fn write_roc(path: &Path, roc: Option<&Roc>, turned: bool) -> Result<()> {
    let mut out = String::from("cut,of_poor,of_others,of_all\n");
    for point in roc.into_iter().flat_map(|roc| &roc.points) {
        let cut = point.cut.map_or(String::new(), |cut| if turned { -cut } else { cut }.to_string());
        let _ = writeln!(out, "{cut},{},{},{}", point.of_poor, point.of_others, point.of_all);
    }
    std::fs::write(path, out).with_context(|| path.display().to_string())
}

fn csv(figures: &[Figure]) -> String {
    let mut out = HEADER.join(",") + "\n";
    for figure in figures {
        // Numbers are written so that they read back as the same bits.
        let numbers = figure.numbers().map(|n| n.map_or(String::new(), |n| n.to_string()));
        let [estimate, se, lower, upper] = numbers;
        let _ = writeln!(
            out,
            "{},{},{},{estimate},{se},{lower},{upper},{},{}",
            figure.measure,
            quoted(&figure.group),
            figure.unit,
            figure.n,
            figure.status()
        );
    }
    out
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn json(figures: &[Figure]) -> Value {
    let one = |figure: &Figure| {
        let [estimate, se, lower, upper] = figure.numbers();
        json!({
            "measure": figure.measure, "group": figure.group, "unit": figure.unit, "estimate": estimate, "se": se,
            "lower": lower, "upper": upper, "n": figure.n, "status": figure.status(),
        })
    };
    figures.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_row_for_each_figure() {
        let mut few = Figure::new("leakage", "region=a, \"b\"", "persons", None, 3);
        few.cell = Cell::TooFew;
        let mut sure = Figure::new("coverage", "all", "households", Some(0.25), 40);
        sure.precision = Some((0.5, Some((0.1, 0.4))));
        let text = csv(&[sure, few]);
        assert_eq!(
            text,
            "measure,group,unit,estimate,se,lower,upper,n,status\ncoverage,all,households,0.25,0.5,0.1,0.4,40,shown\n\
             leakage,\"region=a, \"\"b\"\"\",persons,,,,,3,suppressed_few\n"
        );
    }
}
