//! The columns of the table, and what stands in them for a block.

use super::tidy::{Block, People, Tidy, What};
use arrow::array::Float64Array;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Round,
    ToRound,
    Change,
    Measure,
    Component,
    Indicator,
    By,
    Subgroup,
    Weighting,
    K,
    KUntil,
    KValue,
    Estimate,
    Error,
    Lower,
    Upper,
    PValue,
    Check,
    Rows,
    Population,
    PopulationShare,
    ExcludedShare,
    Versus,
    Pack,
    Unverified,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Count,
    Flag,
}

use Column::*;

/// All columns in their order.
const ALL: [Column; 25] = [
    Round,
    ToRound,
    Change,
    Measure,
    Component,
    Indicator,
    By,
    Subgroup,
    Weighting,
    K,
    KUntil,
    KValue,
    Estimate,
    Error,
    Lower,
    Upper,
    PValue,
    Check,
    Rows,
    Population,
    PopulationShare,
    ExcludedShare,
    Versus,
    Pack,
    Unverified,
];

impl Column {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Round => "round",
            ToRound => "to_round",
            Change => "change",
            Measure => "measure",
            Component => "component",
            Indicator => "indicator",
            By => "by",
            Subgroup => "subgroup",
            Weighting => "weighting",
            K => "k",
            KUntil => "k_until",
            KValue => "k_value",
            Estimate => "estimate",
            Error => "se",
            Lower => "lower",
            Upper => "upper",
            PValue => "p_value",
            Check => "check_se",
            Rows => "n",
            Population => "population",
            PopulationShare => "population_share",
            ExcludedShare => "excluded_share",
            Versus => "versus",
            Pack => "pack",
            Unverified => "rests_on_unverified",
        }
    }

    /// What it holds.
    pub fn kind(self) -> Kind {
        match self {
            Round | ToRound | Change | Measure | Component | Indicator | By | Subgroup | Weighting | K | KUntil
            | Versus | Pack => Kind::Text,
            Rows => Kind::Count,
            Unverified => Kind::Flag,
            KValue | Estimate | Error | Lower | Upper | PValue | Check | Population | PopulationShare
            | ExcludedShare => Kind::Number,
        }
    }
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'t> {
    Missing,
    Text(&'t str),
    Number(f64),
    Count(u64),
    Flag(bool),
}

/// The cells of a column in a block.
#[derive(Debug)]
pub(super) enum Cells<'t> {
    /// All the same.
    Same(Cell<'t>),
    /// One for each line.
    ByLine(Vec<Cell<'t>>),
    /// One for each subgroup.
    ByWhom(Vec<Cell<'t>>),
    /// One for each row.
    Each(&'t Float64Array),
}

impl Tidy {
    /// The columns of this table: always the same, but for those of replicates, comparisons and packs.
    pub(super) fn columns(&self) -> Vec<Column> {
        let wanted = |column: &Column| match column {
            Check => self.blocks.iter().any(|block| block.check.is_some()),
            Versus => self.blocks.iter().flat_map(|block| &block.what).any(|what| !what.versus.is_empty()),
            Pack | Unverified => self.law.is_some(),
            _ => true,
        };
        ALL.into_iter().filter(wanted).collect()
    }

    /// The cells of a column in a block.
    pub(super) fn cells<'t>(&'t self, column: Column, block: &'t Block) -> Cells<'t> {
        let text = |text: &'t str| if text.is_empty() { Cell::Missing } else { Cell::Text(text) };
        let by_line = |of: &dyn Fn(&'t What) -> Cell<'t>| Cells::ByLine(block.what.iter().map(of).collect());
        let by_whom = |of: &dyn Fn(&People) -> Cell<'t>| {
            let cell = |people: &Option<People>| people.as_ref().map_or(Cell::Missing, of);
            Cells::ByWhom(block.whom.iter().map(|whom| cell(&whom.people)).collect())
        };
        let each = |column: Option<&'t Float64Array>| column.map_or(Cells::Same(Cell::Missing), Cells::Each);
        let precision = block.precision.as_ref();
        match column {
            Round => Cells::Same(text(&block.round)),
            ToRound => Cells::Same(text(&block.to_round)),
            By => Cells::Same(text(&block.by)),
            Subgroup => Cells::ByWhom(block.whom.iter().map(|whom| text(&whom.label)).collect()),
            Change => by_line(&|what| text(what.change)),
            Measure => by_line(&|what| text(what.measure)),
            Component => by_line(&|what| text(what.component)),
            Indicator => by_line(&|what| text(&what.part)),
            Weighting => by_line(&|what| text(&what.weighting)),
            K => by_line(&|what| what.k.as_ref().map_or(Cell::Missing, |(k, _)| Cell::Text(k))),
            KUntil => by_line(&|what| what.until.as_ref().map_or(Cell::Missing, |k| Cell::Text(k))),
            KValue => by_line(&|what| what.k.as_ref().map_or(Cell::Missing, |(_, k)| Cell::Number(*k))),
            Versus => by_line(&|what| text(&what.versus)),
            Estimate => Cells::Each(&block.estimate),
            Error => each(precision.map(|p| &p.error)),
            Lower => each(precision.map(|p| &p.lower)),
            Upper => each(precision.map(|p| &p.upper)),
            PValue => each(block.p_value.as_ref()),
            Check => each(block.check.as_ref()),
            Rows => by_whom(&|people| Cell::Count(people.rows)),
            Population => by_whom(&|people| Cell::Number(people.population)),
            PopulationShare => by_whom(&|people| Cell::Number(people.population_share)),
            ExcludedShare => by_whom(&|people| Cell::Number(people.excluded_share)),
            Pack => Cells::Same(self.law.as_ref().map_or(Cell::Missing, |law| Cell::Text(&law.pack))),
            Unverified => {
                Cells::Same(self.law.as_ref().map_or(Cell::Missing, |law| Cell::Flag(law.rests_on_unverified)))
            }
        }
    }
}

/// Adds a number as it reads back: the fewest digits that make the same double, with a power of ten where it is small.
pub(super) fn push_number(out: &mut Vec<u8>, number: f64) {
    use std::io::Write;
    // Makes −0 a 0.
    let number = number + 0.0;
    let small = number != 0.0 && number.abs() < 1e-5;
    let large = number.abs() >= 1e17;
    let written = if small || large { write!(out, "{number:e}") } else { write!(out, "{number}") };
    debug_assert!(written.is_ok(), "memory takes all");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_as_the_same_double() {
        for number in [1.0 / 3.0, 0.1 + 0.2, 1e-300, 5e-324, 1.0, 0.0, 123_456_789.0, 2e20, f64::MAX, -1e-6, 1e-5] {
            let mut out = Vec::new();
            push_number(&mut out, number);
            let text = String::from_utf8(out).unwrap();
            assert_eq!(text.parse(), Ok(number), "{text}");
            assert!(text.len() < 25, "{text}");
        }
        let mut zero = Vec::new();
        push_number(&mut zero, -0.0);
        assert_eq!(zero, b"0");
    }
}
