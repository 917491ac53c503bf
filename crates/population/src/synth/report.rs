//! What was made.

use super::block::Block;
use super::choice::Region;
use super::dirt::DirtKind;
use super::rows::Rows;
use super::status::Status;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What was made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SynthReport {
    /// Households drawn.
    pub households: u64,
    /// Their members.
    pub members: u64,
    /// Rows of the household table: more than households where some stand twice.
    pub household_rows: u64,
    /// Rows of the member table.
    pub member_rows: u64,
    /// Households by region and class, as drawn; those with dirt as well.
    pub drawn: BTreeMap<(Region, Status), u64>,
    /// Answers blanked, of all households drawn.
    pub blanked: u64,
    /// Households by what is wrong with their rows; each has at most one kind.
    pub dirt: BTreeMap<DirtKind, u64>,
    /// The files written.
    pub files: Vec<PathBuf>,
}

impl SynthReport {
    /// The share of a class among the households of a region, or of all regions.
    pub fn share(&self, status: Status, region: Option<Region>) -> f64 {
        let here = |of: &&(Region, Status)| region.is_none_or(|region| of.0 == region);
        let count = |keep: &dyn Fn(&(Region, Status)) -> bool| -> u64 {
            self.drawn.iter().filter(|(of, _)| here(of) && keep(of)).map(|(_, count)| count).sum()
        };
        count(&|of| of.1 == status) as f64 / count(&|_| true).max(1) as f64
    }

    /// Counts a block and the rows it becomes.
    pub(super) fn add(&mut self, block: &Block<'_>, rows: &Rows<'_>) {
        self.households += block.households.len() as u64;
        self.members += block.members.len() as u64;
        self.household_rows += rows.households.len() as u64;
        self.member_rows += rows.members.len() as u64;
        for row in &block.households {
            *self.drawn.entry((row.region, row.status)).or_default() += 1;
            self.blanked += u64::from(row.blank.count_ones());
            if let Some(kind) = row.dirt {
                *self.dirt.entry(kind).or_default() += 1;
            }
        }
        let blanked: u32 = block.members.iter().map(|person| person.blank.count_ones()).sum();
        self.blanked += u64::from(blanked);
    }

    /// Adds the counts of another part.
    pub(super) fn merge(&mut self, other: SynthReport) {
        self.households += other.households;
        self.members += other.members;
        self.household_rows += other.household_rows;
        self.member_rows += other.member_rows;
        self.blanked += other.blanked;
        for (of, count) in other.drawn {
            *self.drawn.entry(of).or_default() += count;
        }
        for (kind, count) in other.dirt {
            *self.dirt.entry(kind).or_default() += count;
        }
        self.files.extend(other.files);
    }
}
