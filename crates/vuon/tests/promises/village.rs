//! A small synthetic village as two CSV tables, to be spoilt and assessed.

use crate::room::{Room, Said};
use crate::sheet::Sheet;

/// How many households live in it.
pub const HOUSEHOLDS: usize = 40;

/// The two tables, and the folder they are in.
pub struct Village {
    /// The folder.
    pub room: Room,
    /// The household table.
    pub households: Sheet,
    /// The member table.
    pub members: Sheet,
}

impl Village {
    /// A village whose tables have no problem.
    pub fn new() -> Self {
        let room = Room::new();
        room.succeeds(&format!("synth --households {HOUSEHOLDS} --areas 100 --on 2021-11-30 --format csv --out ."));
        let households = Sheet::read(&room.path("households.csv"));
        let members = Sheet::read(&room.path("members.csv"));
        Self { room, households, members }
    }

    /// The id of the household in a row of the household table.
    pub fn id(&self, row: usize) -> String {
        self.households.cell(row, "household_id")
    }

    /// Writes both tables.
    pub fn write(&self) {
        self.households.write(&self.room.path("households.csv"));
        self.members.write(&self.room.path("members.csv"));
    }

    /// Writes both tables and assesses them into `result.csv`.
    pub fn assess(&self, further: &str) -> Said {
        self.write();
        self.assess_as_written(further)
    }

    /// Assesses the files as they stand.
    pub fn assess_as_written(&self, further: &str) -> Said {
        let tables = "households.csv members.csv";
        self.room.vuon(&format!("assess --policy vn-2016-2020 {tables} --on 2021-11-30 --out result.csv {further}"))
    }

    /// The result.
    pub fn result(&self) -> Sheet {
        Sheet::read(&self.room.path("result.csv"))
    }

    /// All problems, as they were written.
    pub fn problems(&self) -> Sheet {
        Sheet::read(&self.room.path("result.problems.csv"))
    }
}
