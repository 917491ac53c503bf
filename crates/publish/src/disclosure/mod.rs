//! Disclosure control: what of a set of tables may be published, so that nobody is exposed.
//!
//! In: [`Table`]s of counts and amounts with their margins, a [`Rule`], and the [`Ledger`] of what was published before.
//! Out: a [`Release`]: every cell as it is, or hidden. Nothing is rounded and nothing is made up.
//!
//! # What is promised
//!
//! 1. No count in `1..threshold` is published (*primary* suppression). A zero is published: that nobody is there exposes
//!    nobody. Where a zero or an "all of them" would, [`Zeros::Hidden`] hides it too.
//! 2. Whoever knows every published cell, that parts add up to their wholes, that counts are whole and not negative, and
//!    that a zero is never hidden, finds at least two counts as far apart as `width` possible for each hidden cell. Further
//!    cells are hidden until this holds (*complementary* suppression).
//! 3. This holds for all tables of a release together, since tables share cells, and together with every release before of
//!    the same population.
//! 4. An amount is hidden with the count of those who share it, and the count with the amount: whoever knows what one
//!    receives has the one from the other. The amounts that stay possible for a hidden one reach over at least
//!    [`AMOUNT_PERCENT`] per cent of the greatest of them.
//! 5. A dimension that is sensitive (ethnic group, religion, an illness) is refused below the province.
//!
//! The second and the fourth promise are proved by witnesses, not believed: for each hidden cell two sets of whole numbers
//! are found that agree with everything published and differ by the width in this cell. They are checked in whole numbers,
//! so an error of the solver of linear programmes can hide too much, never too little.
//!
//! What is not promised: somebody who knows a household's answers, or how the order of suppression works, knows more than
//! the tables tell. An amount shared by many, of which one received nearly all, is told.

mod audit;
mod cell;
mod protect;
mod release;
mod solve;
mod system;
mod table;

pub use audit::{Bounds, audit};
pub use cell::{Cell, Population};
pub use protect::{Protected, protect};
pub use release::{Entry, Ledger, LedgerError, Refused, Release};
pub use system::{Contradiction, Equation, System};
pub use table::{Dimension, Level, Table, TableError};

use serde::{Deserialize, Serialize};

/// What becomes of counts of zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zeros {
    /// A zero is published, and whoever reads knows that a hidden cell is not zero.
    Published,
    /// A zero is hidden as a small count is.
    Hidden,
}

/// How far the amounts that stay possible for a hidden one reach, in per cent of the greatest of them.
pub const AMOUNT_PERCENT: i64 = 20;

/// How careful to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// Counts from 1 to one less than this are hidden.
    pub threshold: i64,
    /// The counts that stay possible for a hidden cell reach at least this far.
    pub width: i64,
    /// What becomes of zeros.
    pub zeros: Zeros,
}

impl Default for Rule {
    /// Threshold and width 5. With a width of the threshold, the greatest possible count of a hidden cell is never small,
    /// so that nobody can tell which of the hidden cells are.
    fn default() -> Self {
        Rule { threshold: 5, width: 5, zeros: Zeros::Published }
    }
}

impl Rule {
    /// Whether a count must be hidden.
    pub fn hides(&self, count: i64) -> bool {
        (self.least_hidden()..self.threshold).contains(&count)
    }

    /// Whether what stays possible for a hidden cell is far enough apart.
    pub fn is_wide(&self, bounds: &Bounds, amount: bool) -> bool {
        if amount {
            bounds.width() > 0 && bounds.width().saturating_mul(100) >= bounds.greatest.saturating_mul(AMOUNT_PERCENT)
        } else {
            bounds.width() >= self.width
        }
    }

    /// The least count that a hidden cell can have.
    pub fn least_hidden(&self) -> i64 {
        match self.zeros {
            Zeros::Published => 1,
            Zeros::Hidden => 0,
        }
    }
}
