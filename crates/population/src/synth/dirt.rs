//! Dirty rows, of the kinds that real files have.
//!
//! A dirty row carries one kind of dirt. How it looks in a file is decided where cells are written; here only which
//! rows are struck.

use super::block::Block;
use super::chance::{Chance, Purpose, Share};
use super::place::Place;
use super::write::Format;

/// What is wrong with the rows of a household.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum DirtKind {
    /// Readable: the income with separators, `4.250.000`. CSV only.
    GroupedDigits,
    /// Readable: dates as `31/12/2020`, in the household's row and those of its members. CSV only.
    DayMonthYear,
    /// Readable: the source of water as its Vietnamese label with decomposed marks (NFD).
    DecomposedText,
    /// Repairable: codes without their leading zeros.
    LostZeros,
    /// Well-formed, but in no list: the commune 99999.
    UnknownCode,
    /// Wrong: a living area of 99,999.9 m².
    OutOfRange,
    /// Wrong: a negative income.
    NegativeIncome,
    /// Wrong: the household's row stands twice.
    DuplicateHousehold,
    /// Wrong: a member row whose household, the id with an `X` after it, does not exist.
    OrphanMember,
    /// Wrong: a household of which no member is listed.
    NoMembers,
}

impl DirtKind {
    /// All kinds.
    pub const ALL: [DirtKind; 10] = [
        DirtKind::GroupedDigits,
        DirtKind::DayMonthYear,
        DirtKind::DecomposedText,
        DirtKind::LostZeros,
        DirtKind::UnknownCode,
        DirtKind::OutOfRange,
        DirtKind::NegativeIncome,
        DirtKind::DuplicateHousehold,
        DirtKind::OrphanMember,
        DirtKind::NoMembers,
    ];

    /// Whether files of this format can hold it.
    pub fn fits(self, format: Format) -> bool {
        let text = matches!(self, DirtKind::GroupedDigits | DirtKind::DayMonthYear);
        !text || format == Format::Csv
    }
}

/// The commune code that no list has.
pub(super) const UNKNOWN_CODE: &str = "99999";
/// Tenths of a square metre that no household has.
pub(super) const OUT_OF_RANGE: i64 = 999_999;

/// Strikes a share of the households of a block. A kind that finds nothing to spoil in the household it meets gives way
/// to an unknown code.
pub(super) fn soil(block: &mut Block, places: &[Place], rate: Share, format: Format, seed: u64) {
    if rate.is_none() {
        return;
    }
    let mut chance = Chance::new(seed, Purpose::Dirt, block.number);
    let kinds: Vec<DirtKind> = DirtKind::ALL.into_iter().filter(|kind| kind.fits(format)).collect();
    for row in &mut block.households {
        if !chance.holds(rate) {
            continue;
        }
        let kind = kinds[chance.below(kinds.len() as u32) as usize];
        let place = &places[row.place as usize];
        let finds_something = match kind {
            DirtKind::GroupedDigits => row.income >= 1000,
            DirtKind::LostZeros => {
                let codes = [Some(place.province), place.district, Some(place.commune)];
                codes.iter().flatten().any(|code| code.as_str().starts_with('0'))
            }
            _ => true,
        };
        row.dirt = Some(if finds_something { kind } else { DirtKind::UnknownCode });
    }
}
