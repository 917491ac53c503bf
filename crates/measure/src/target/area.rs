//! Errors of targeting by area, without figures that rest on a few.
//!
//! A figure over a handful of observations is noise, and may tell about known families. A cell therefore stands only
//! where the units it is a share of are enough, or none; and a cell that could be worked out from others is withheld with
//! them:
//!
//! * **Within a row.** Poverty rate and coverage need enough units of the area. Exclusion, leakage, inclusion error and
//!   differential follow from each other once these two are known; they stand together or not at all, and need enough
//!   poor, enough others and enough selected units.
//! * **Across areas.** The total of all areas is published. Where the withheld areas would be one alone, or fewer units
//!   than the minimum together, the next smallest area is withheld as well.

use super::error::{Column, TargetError, same_length};
use super::matrix::TargetingMatrix;
use super::ratio;

/// The fewest units behind a published figure where nobody says otherwise.
pub const DEFAULT_MINIMUM: u64 = 30;

/// A figure of an area, or why there is none.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Cell {
    /// The figure.
    Shown(f64),
    /// A share of nothing: nobody is poor, or nobody is selected.
    Undefined,
    /// Too few units stand behind it.
    TooFew,
    /// It would give a withheld figure away.
    Complementary,
}

impl Cell {
    /// The figure, where it is shown.
    pub fn shown(self) -> Option<f64> {
        match self {
            Cell::Shown(figure) => Some(figure),
            _ => None,
        }
    }
}

/// The figures of one area.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct AreaRow {
    /// How many units were observed there.
    pub units: u64,
    /// Its share of the total weight.
    pub population_share: Option<f64>,
    /// See [`TargetingMatrix::poverty_rate`].
    pub poverty_rate: Cell,
    /// See [`TargetingMatrix::coverage`].
    pub coverage: Cell,
    /// See [`TargetingMatrix::exclusion_error`].
    pub exclusion_error: Cell,
    /// See [`TargetingMatrix::leakage`].
    pub leakage: Cell,
    /// See [`TargetingMatrix::inclusion_error`].
    pub inclusion_error: Cell,
    /// See [`TargetingMatrix::differential`].
    pub differential: Cell,
}

/// Errors in each of `areas` areas. `area` holds the place of the area of each unit, from 0; `minimum` is the fewest units
/// behind a figure.
///
/// # Errors
/// Columns of different length; an area that does not exist; a weight that is not finite or below zero.
pub fn by_area(
    area: &[usize],
    areas: usize,
    poor: &[bool],
    selected: &[bool],
    weight: &[f64],
    minimum: u64,
) -> Result<Vec<AreaRow>, TargetError> {
    same_length(Column::Area, area.len(), weight.len())?;
    let total = TargetingMatrix::count(poor, selected, weight)?.all().weight;
    let mut matrices = vec![TargetingMatrix::default(); areas];
    for (unit, here) in area.iter().enumerate() {
        let Some(matrix) = matrices.get_mut(*here) else {
            return Err(TargetError::UnknownArea { row: unit + 1, found: *here, areas });
        };
        matrix.add(poor[unit], selected[unit], weight[unit]);
    }
    let sizes: Vec<[u64; 1]> = matrices.iter().map(|m| [m.all().units]).collect();
    let parts: Vec<[u64; 3]> = matrices.iter().map(|m| [m.poor().units, m.other().units, m.selected().units]).collect();
    let margins = withheld(&sizes, &vec![None; areas], minimum);
    // With exclusion, leakage and inclusion error known the margins follow: what hides them hides these too.
    let forced: Vec<Option<Cell>> = margins.iter().map(|m| m.map(|_| Cell::Complementary)).collect();
    let errors = withheld(&parts, &forced, minimum);
    let row = |((m, margin), error): ((&TargetingMatrix, &Option<Cell>), &Option<Cell>)| {
        let margin = |figure: Option<f64>| margin.unwrap_or(figure.map_or(Cell::Undefined, Cell::Shown));
        let error = |figure: Option<f64>| error.unwrap_or(figure.map_or(Cell::Undefined, Cell::Shown));
        AreaRow {
            units: m.all().units,
            population_share: ratio(m.all().weight, total),
            poverty_rate: margin(m.poverty_rate()),
            coverage: margin(m.coverage()),
            exclusion_error: error(m.exclusion_error()),
            leakage: error(m.leakage()),
            inclusion_error: error(m.inclusion_error()),
            differential: error(m.differential()),
        }
    };
    Ok(matrices.iter().zip(&margins).zip(&errors).map(row).collect())
}

/// Which areas are withheld, and why, by how many units stand below each fraction line. None at all is not few.
fn withheld<const N: usize>(counts: &[[u64; N]], forced: &[Option<Cell>], minimum: u64) -> Vec<Option<Cell>> {
    let few = |counts: &[u64; N]| counts.iter().any(|n| (1..minimum).contains(n));
    let mut cells: Vec<Option<Cell>> =
        counts.iter().zip(forced).map(|(c, forced)| if few(c) { Some(Cell::TooFew) } else { *forced }).collect();
    if cells.iter().all(Option::is_none) {
        return cells;
    }
    loop {
        let hidden: Vec<usize> = (0..cells.len()).filter(|i| cells[*i].is_some()).collect();
        let sum = |k: usize| hidden.iter().map(|i| counts[*i][k]).sum::<u64>();
        let together = (0..N).all(|k| !(1..minimum).contains(&sum(k)));
        if hidden.len() >= 2 && together {
            return cells;
        }
        // The smallest area that has anybody; the first of equals.
        let next = (0..cells.len())
            .filter(|i| cells[*i].is_none() && counts[*i].iter().any(|n| *n > 0))
            .min_by_key(|i| (counts[*i].iter().filter(|n| **n > 0).min().copied(), *i));
        match next {
            Some(area) => cells[area] = Some(Cell::Complementary),
            None => return cells,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Areas of so many units: every second is poor, the first `selected` are selected.
    fn table(sizes: &[(usize, usize)], minimum: u64) -> Vec<AreaRow> {
        let mut rows: (Vec<usize>, Vec<bool>, Vec<bool>) = Default::default();
        for (area, (size, selected)) in sizes.iter().enumerate() {
            for unit in 0..*size {
                rows.0.push(area);
                rows.1.push(unit % 2 == 0);
                rows.2.push(unit < *selected);
            }
        }
        by_area(&rows.0, sizes.len(), &rows.1, &rows.2, &vec![1.0; rows.0.len()], minimum).unwrap()
    }

    #[test]
    fn large_areas_are_told_in_full() {
        let rows = table(&[(200, 80), (100, 40)], 30);
        assert_eq!(rows[0].coverage, Cell::Shown(0.4));
        assert_eq!(rows[0].exclusion_error, Cell::Shown(0.6));
        assert_eq!(rows[0].leakage, Cell::Shown(0.5));
        assert_eq!(rows[1].population_share, Some(1.0 / 3.0));
    }

    #[test]
    fn a_small_area_takes_the_next_smallest_with_it() {
        let rows = table(&[(400, 200), (20, 10), (200, 100)], 30);
        assert_eq!(rows[1].coverage, Cell::TooFew);
        assert_eq!(rows[2].coverage, Cell::Complementary);
        assert_eq!(rows[0].coverage, Cell::Shown(0.5));
        // Who is hidden as a whole is hidden in part.
        assert_eq!(rows[2].exclusion_error, Cell::Complementary);
        assert_eq!(rows[1].units, 20);
    }

    #[test]
    fn small_areas_that_cover_each_other_need_no_more() {
        let rows = table(&[(400, 200), (20, 10), (29, 10), (200, 100)], 30);
        assert_eq!((rows[1].coverage, rows[2].coverage), (Cell::TooFew, Cell::TooFew));
        assert_eq!(rows[3].coverage, Cell::Shown(0.5));
    }

    #[test]
    fn few_selected_hide_the_errors_and_not_the_coverage() {
        let rows = table(&[(400, 200), (400, 10), (200, 100)], 30);
        assert_eq!(rows[1].coverage, Cell::Shown(0.025));
        assert_eq!(rows[1].leakage, Cell::TooFew);
        // Leakage would follow from exclusion and coverage.
        assert_eq!(rows[1].exclusion_error, Cell::TooFew);
        assert_eq!(rows[2].leakage, Cell::Complementary);
        assert_eq!(rows[0].leakage, Cell::Shown(0.5));
    }

    #[test]
    fn nobody_selected_is_a_finding_and_not_a_small_cell() {
        let rows = table(&[(400, 200), (400, 0)], 30);
        assert_eq!(rows[1].coverage, Cell::Shown(0.0));
        assert_eq!(rows[1].exclusion_error, Cell::Shown(1.0));
        assert_eq!(rows[1].leakage, Cell::Undefined);
    }

    #[test]
    fn an_area_without_units_has_no_figures() {
        let rows = table(&[(400, 200), (0, 0)], 30);
        assert_eq!((rows[1].units, rows[1].coverage), (0, Cell::Undefined));
        assert!(by_area(&[2], 2, &[true], &[true], &[1.0], 30).is_err());
    }
}
