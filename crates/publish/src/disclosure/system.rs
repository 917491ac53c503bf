//! All cells of all tables as one system: each cell once, with the sums that tie it to others.

use super::{Cell, Table};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A whole and its parts, by the places of their cells.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Equation {
    /// The sum.
    pub whole: usize,
    /// What is summed.
    pub parts: Vec<usize>,
}

impl Equation {
    /// Each cell with its sign: the parts less the whole are zero.
    pub(super) fn terms(&self) -> impl Iterator<Item = (usize, i64)> {
        self.parts.iter().map(|part| (*part, 1)).chain([(self.whole, -1)])
    }
}

/// Two tables do not agree.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("two tables do not agree about {cell}")]
pub struct Contradiction {
    /// The cell.
    pub cell: Cell,
}

/// Cells, what is known of them, and the sums they are in. `None`: not known. A cell that is only named in a sum is
/// *loose*: nobody published or hid it, and it may well be zero.
#[derive(Clone, Debug, Default)]
pub struct System {
    cells: Vec<Cell>,
    places: HashMap<Cell, usize>,
    counts: Vec<Option<i64>>,
    equations: Vec<Equation>,
    seen: BTreeSet<Equation>,
    of_cell: Vec<Vec<usize>>,
    loose: BTreeSet<usize>,
    untold: BTreeSet<usize>,
    /// Amounts, each with the count of those who share it.
    amounts: BTreeMap<usize, usize>,
    /// The other way round.
    shared: BTreeMap<usize, Vec<usize>>,
}

impl System {
    /// The system of these tables.
    ///
    /// # Errors
    /// [`Contradiction`] when a cell has two counts, or a sum is not the sum of its parts.
    pub fn of(tables: &[Table]) -> Result<Self, Contradiction> {
        let mut system = System::default();
        for table in tables {
            for (cell, count) in table.cells() {
                let place = system.add(cell, Some(*count))?;
                if !table.is_told() {
                    system.untold.insert(place);
                }
            }
            for (whole, parts) in table.equations() {
                system.tie(whole, parts)?;
            }
        }
        for (amount, counted) in tables.iter().flat_map(Table::shared_by) {
            system.pair(amount, counted);
        }
        Ok(system)
    }

    /// Adds a cell, or what is known of it.
    ///
    /// # Errors
    /// [`Contradiction`] when it is known otherwise.
    pub fn add(&mut self, cell: &Cell, count: Option<i64>) -> Result<usize, Contradiction> {
        let place = self.named(cell);
        self.loose.remove(&place);
        let known = &mut self.counts[place];
        match (*known, count) {
            (Some(a), Some(b)) if a != b => return Err(Contradiction { cell: cell.clone() }),
            (None, count) => *known = count,
            _ => {}
        }
        Ok(place)
    }

    fn named(&mut self, cell: &Cell) -> usize {
        if let Some(place) = self.places.get(cell) {
            return *place;
        }
        let place = self.cells.len();
        self.places.insert(cell.clone(), place);
        self.cells.push(cell.clone());
        self.counts.push(None);
        self.of_cell.push(Vec::new());
        self.loose.insert(place);
        place
    }

    /// Says that a cell is the sum of others: of a table, or of units that became one.
    ///
    /// # Errors
    /// [`Contradiction`] when their counts say otherwise.
    pub fn tie(&mut self, whole: &Cell, parts: &[Cell]) -> Result<(), Contradiction> {
        let whole = self.named(whole);
        let mut parts: Vec<usize> = parts.iter().map(|part| self.named(part)).collect();
        parts.sort_unstable();
        let sum: Option<i64> = parts.iter().map(|part| self.counts[*part]).sum();
        if let (Some(sum), Some(count)) = (sum, self.counts[whole])
            && sum != count
        {
            return Err(Contradiction { cell: self.cells[whole].clone() });
        }
        let equation = Equation { whole, parts };
        if self.seen.insert(equation.clone()) {
            for (cell, _) in equation.terms() {
                self.of_cell[cell].push(self.equations.len());
            }
            self.equations.push(equation);
        }
        Ok(())
    }

    /// Says that a cell is an amount, and which count is that of those who share it.
    pub fn pair(&mut self, amount: &Cell, counted: &Cell) {
        let (amount, counted) = (self.named(amount), self.named(counted));
        if self.amounts.insert(amount, counted).is_none() {
            self.shared.entry(counted).or_default().push(amount);
        }
    }

    /// The count of those who share an amount; nothing where a cell is no amount.
    pub fn counted(&self, place: usize) -> Option<usize> {
        self.amounts.get(&place).copied()
    }

    /// What is hidden or told together with a cell: an amount and the count of those who share it.
    pub fn together(&self, place: usize) -> impl Iterator<Item = usize> {
        let shared = self.shared.get(&place).into_iter().flatten().copied();
        self.counted(place).into_iter().chain(shared)
    }

    /// Whether a cell is known here and not published.
    pub fn is_untold(&self, place: usize) -> bool {
        self.untold.contains(&place)
    }

    /// The cells, by place.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// What is known of each.
    pub fn counts(&self) -> &[Option<i64>] {
        &self.counts
    }

    /// Whether a cell is only named in a sum.
    pub fn is_loose(&self, place: usize) -> bool {
        self.loose.contains(&place)
    }

    /// The place of a cell.
    pub fn place(&self, cell: &Cell) -> Option<usize> {
        self.places.get(cell).copied()
    }

    /// The sums.
    pub fn equations(&self) -> &[Equation] {
        &self.equations
    }

    /// The sums that a cell is in.
    pub(super) fn equations_of(&self, place: usize) -> impl Iterator<Item = &Equation> {
        self.of_cell[place].iter().map(|equation| &self.equations[*equation])
    }

    /// The same system as somebody knows it from whom these cells are hidden.
    pub fn hiding(&self, hidden: &BTreeSet<usize>) -> System {
        let mut known = self.clone();
        hidden.iter().for_each(|place| known.counts[*place] = None);
        known
    }
}
