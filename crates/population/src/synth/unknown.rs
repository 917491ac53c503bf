//! Answers that nobody gave.
//!
//! Every answer is blanked with the same probability, a date of birth with a tenth of it. Ids, codes, area and region are
//! known from the list of households and stay.

use super::block::Block;
use super::chance::{Chance, Purpose, Share};
use super::choice::Cell;
use super::columns::{HOUSEHOLD, MEMBER};

/// Which share of the answers is blanked.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnknownRate {
    answer: Share,
    birth_date: Share,
}

impl UnknownRate {
    /// From a number between 0 and 1.
    pub fn of(rate: f64) -> UnknownRate {
        UnknownRate { answer: Share::of(rate), birth_date: Share::of(rate / 10.0) }
    }
}

/// Blanks answers of a block.
pub(super) fn forget(block: &mut Block, rate: UnknownRate, seed: u64) {
    if rate.answer.is_none() {
        return;
    }
    let mut chance = Chance::new(seed, Purpose::Unknown, block.number);
    for row in &mut block.households {
        let mut blank = 0;
        for (place, column) in HOUSEHOLD.iter().enumerate().filter(|(_, column)| !column.of_place) {
            if chance.holds(rate.answer) && (column.cell)(row) != Cell::Unknown {
                blank |= 1 << place;
            }
        }
        row.blank = blank;
    }
    for person in &mut block.members {
        let mut blank = 0;
        for (place, column) in MEMBER.iter().enumerate() {
            let rate = if column.name == "birth_date" { rate.birth_date } else { rate.answer };
            if chance.holds(rate) && (column.cell)(person) != Cell::Unknown {
                blank |= 1 << place;
            }
        }
        person.blank = blank;
    }
}
