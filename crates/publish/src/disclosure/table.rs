//! A table of counts: dimensions that are trees, and the counts of their leaves. Margins are sums, so they cannot be wrong.

use super::{Cell, Population};
use std::collections::{BTreeMap, HashMap};

/// How large an area is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// The country.
    Nation,
    /// A province.
    Province,
    /// A district.
    District,
    /// A commune.
    Commune,
    /// A hamlet.
    Hamlet,
}

/// One way to part a population: a tree of codes, whose root is the whole.
#[derive(Clone, Debug)]
pub struct Dimension {
    name: String,
    /// Each code and the place of its parent, parents first; the root is the first.
    nodes: Vec<(String, Option<usize>)>,
    /// Of areas, the level of each node.
    levels: Vec<Level>,
    sensitive: bool,
}

impl Dimension {
    /// Categories of which each is in exactly one. Their whole has no coordinate.
    pub fn categories<S: Into<String>>(name: &str, codes: impl IntoIterator<Item = S>) -> Self {
        let mut nodes = vec![(String::new(), None)];
        nodes.extend(codes.into_iter().map(|code| (code.into(), Some(0))));
        Dimension { name: name.to_owned(), nodes, levels: Vec::new(), sensitive: false }
    }

    /// Areas, each with its parent's code, parents first; the first is the whole. Its name is `area`.
    ///
    /// # Errors
    /// [`TableError::Tree`] when a parent does not stand before its child.
    pub fn areas(units: impl IntoIterator<Item = (String, Option<String>, Level)>) -> Result<Self, TableError> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let (mut nodes, mut levels): (Vec<(String, Option<usize>)>, Vec<Level>) = Default::default();
        for (code, parent, level) in units {
            let of = parent.as_ref().and_then(|parent| places.get(parent)).copied();
            if of.is_none() != nodes.is_empty() || places.insert(code.clone(), nodes.len()).is_some() {
                return Err(TableError::Tree { code });
            }
            nodes.push((code, of));
            levels.push(level);
        }
        if nodes.is_empty() {
            return Err(TableError::Tree { code: "area".into() });
        }
        Ok(Dimension { name: "area".into(), nodes, levels, sensitive: false })
    }

    /// The same, as one that may not be told of small places.
    pub fn sensitive(self) -> Self {
        Dimension { sensitive: true, ..self }
    }

    fn children(&self) -> Vec<Vec<usize>> {
        let mut children = vec![Vec::new(); self.nodes.len()];
        for (place, (_, parent)) in self.nodes.iter().enumerate() {
            if let Some(parent) = parent {
                children[*parent].push(place);
            }
        }
        children
    }
}

/// Why something is not a table that may be published.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TableError {
    /// The tree of areas is none.
    #[error("`{code}` has no place in the tree of its dimension")]
    Tree {
        /// The code.
        code: String,
    },
    /// A count for something that is no leaf.
    #[error("the table {table} has a count for {at:?}, which are not leaves of its dimensions")]
    NoLeaf {
        /// The table.
        table: String,
        /// The codes.
        at: Vec<String>,
    },
    /// A count below zero.
    #[error("the table {table} has a count below zero")]
    Negative {
        /// The table.
        table: String,
    },
    /// A sensitive dimension below the province.
    #[error("the table {table} tells `{dimension}` below the province; such a table is not published")]
    BelowProvince {
        /// The table.
        table: String,
        /// The dimension.
        dimension: String,
    },
}

impl TableError {
    /// In Vietnamese.
    pub fn vietnamese(&self) -> String {
        match self {
            TableError::Tree { code } => format!("“{code}” không có chỗ trong cây đơn vị"),
            TableError::NoLeaf { table, at } => {
                format!("bảng {table} có số của {}, không phải đơn vị cuối", at.join(", "))
            }
            TableError::Negative { table } => format!("bảng {table} có số âm"),
            TableError::BelowProvince { table, dimension } => format!("bảng {table} nêu “{dimension}” dưới cấp tỉnh"),
        }
    }
}

/// A table of counts, or of amounts, with all its margins.
#[derive(Clone, Debug)]
pub struct Table {
    cells: Vec<(Cell, i64)>,
    equations: Vec<(Cell, Vec<Cell>)>,
    /// Of amounts, by cell, the count of those who share it.
    shared_by: Vec<Cell>,
    told: bool,
}

impl Table {
    /// The table of a population, or of the part of it that `within` names (`status` = `poor`). Counts are given by the
    /// codes of the dimensions' leaves, in the order of the dimensions; a leaf without a count counts nobody.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn new(
        name: &str,
        population: &Population,
        within: &[(&str, &str)],
        dimensions: &[Dimension],
        counts: impl IntoIterator<Item = (Vec<String>, i64)>,
    ) -> Result<Self, TableError> {
        let small = dimensions.iter().flat_map(|d| &d.levels).any(|level| *level > Level::Province);
        if let Some(sensitive) = dimensions.iter().find(|d| d.sensitive && small) {
            return Err(TableError::BelowProvince { table: name.to_owned(), dimension: sensitive.name.clone() });
        }
        let children: Vec<Vec<Vec<usize>>> = dimensions.iter().map(Dimension::children).collect();
        let shape: Vec<usize> = dimensions.iter().map(|d| d.nodes.len()).collect();
        let mut sums = vec![0_i64; shape.iter().product()];
        for (codes, count) in counts {
            if count < 0 {
                return Err(TableError::Negative { table: name.to_owned() });
            }
            let no_leaf = || TableError::NoLeaf { table: name.to_owned(), at: codes.clone() };
            // A leaf counts for itself and for everything above it, in each dimension.
            let mut paths: Vec<Vec<usize>> = Vec::new();
            for ((dimension, children), code) in dimensions.iter().zip(&children).zip(&codes) {
                let place = dimension.nodes.iter().position(|(other, _)| other == code).ok_or_else(no_leaf)?;
                if !children[place].is_empty() {
                    return Err(no_leaf());
                }
                paths.push(std::iter::successors(Some(place), |place| dimension.nodes[*place].1).collect());
            }
            if paths.len() != dimensions.len() {
                return Err(no_leaf());
            }
            let sizes: Vec<usize> = paths.iter().map(Vec::len).collect();
            for steps in places(&sizes) {
                let at: Vec<usize> = steps.iter().zip(&paths).map(|(step, path)| path[*step]).collect();
                sums[offset(&at, &shape)] += count;
            }
        }
        let cell = |at: &[usize]| {
            let mut coordinates: BTreeMap<String, String> =
                within.iter().map(|(name, code)| ((*name).to_owned(), (*code).to_owned())).collect();
            for (dimension, place) in dimensions.iter().zip(at) {
                let code = &dimension.nodes[*place].0;
                if !code.is_empty() {
                    coordinates.insert(dimension.name.clone(), code.clone());
                }
            }
            Cell::new(population, &coordinates)
        };
        let mut table = Table { cells: Vec::new(), equations: Vec::new(), shared_by: Vec::new(), told: true };
        for at in places(&shape) {
            table.cells.push((cell(&at), sums[offset(&at, &shape)]));
            for (dimension, children) in children.iter().enumerate() {
                let below = &children[at[dimension]];
                if below.is_empty() {
                    continue;
                }
                let parts = below.iter().map(|child| {
                    let mut part = at.clone();
                    part[dimension] = *child;
                    cell(&part)
                });
                table.equations.push((cell(&at), parts.collect()));
            }
        }
        Ok(table)
    }

    /// The same as a table of amounts, each shared by those whom `counted` counts at the same coordinates.
    pub fn amounts(self, counted: &Population) -> Self {
        let shared_by = self.cells.iter().map(|(cell, _)| cell.in_population(counted)).collect();
        Table { shared_by, ..self }
    }

    /// The same as a table that is not published: what must add up beside what is, and what nobody is told.
    pub fn untold(self) -> Self {
        Table { told: false, ..self }
    }

    /// Each amount with the count of those who share it; nothing in a table of counts.
    pub fn shared_by(&self) -> impl Iterator<Item = (&Cell, &Cell)> {
        self.cells.iter().map(|(cell, _)| cell).zip(&self.shared_by)
    }

    /// Whether it is published.
    pub fn is_told(&self) -> bool {
        self.told
    }

    /// Its cells and their counts, margins included.
    pub fn cells(&self) -> &[(Cell, i64)] {
        &self.cells
    }

    /// Which cells are the sum of which.
    pub fn equations(&self) -> &[(Cell, Vec<Cell>)] {
        &self.equations
    }
}

/// All places of a box.
fn places(shape: &[usize]) -> impl Iterator<Item = Vec<usize>> + use<> {
    let shape = shape.to_vec();
    (0..shape.iter().product()).map(move |mut number: usize| {
        let mut at = vec![0; shape.len()];
        for (place, size) in at.iter_mut().zip(&shape).rev() {
            *place = number % size;
            number /= size;
        }
        at
    })
}

fn offset(at: &[usize], shape: &[usize]) -> usize {
    at.iter().zip(shape).fold(0, |sum, (place, size)| sum * size + place)
}
