//! The rows that a block becomes, some of them twice, missing or homeless where it is dirty.

use super::block::Block;
use super::choice::Cell;
use super::columns::Column;
use super::dirt::{self, DirtKind};
use super::household::HouseholdRow;
use super::person::Person;
use super::place::Place;
use super::population::Population;
use vuon_policy::model::AreaRole;

/// The rows of both tables.
pub(super) struct Rows<'b> {
    pub households: Vec<&'b HouseholdRow>,
    pub members: Vec<MemberRow<'b>>,
}

/// A row of the member table.
#[derive(Clone, Copy)]
pub(super) struct MemberRow<'b> {
    pub household: &'b HouseholdRow,
    pub person: &'b Person,
    /// Its household exists.
    pub at_home: bool,
}

impl<'b> Rows<'b> {
    /// The rows of a block, sorted by household.
    pub fn of(block: &'b Block<'_>) -> Rows<'b> {
        let mut rows = Rows {
            households: Vec::with_capacity(block.households.len() + 64),
            members: Vec::with_capacity(block.members.len() + 64),
        };
        for household in &block.households {
            rows.households.push(household);
            if household.dirt == Some(DirtKind::DuplicateHousehold) {
                rows.households.push(household);
            }
            if household.dirt == Some(DirtKind::NoMembers) {
                continue;
            }
            let persons = block.members_of(household);
            rows.members.extend(persons.iter().map(|person| MemberRow { household, person, at_home: true }));
            if household.dirt == Some(DirtKind::OrphanMember) {
                let last = persons.last().map(|person| MemberRow { household, person, at_home: false });
                rows.members.extend(last);
            }
        }
        rows
    }

    /// Puts the rows of another block after these.
    pub fn append(&mut self, mut other: Rows<'b>) {
        self.households.append(&mut other.households);
        self.members.append(&mut other.members);
    }
}

impl MemberRow<'_> {
    /// The id of the household, as the row has it.
    pub fn write_id(&self, population: &Population, id: &mut String) {
        population.write_id(self.household, id);
        if !self.at_home {
            id.push('X');
        }
    }

    /// What a cell holds.
    pub fn cell(&self, place: usize, column: &Column<Person>) -> Cell {
        unless_blank(self.person.blank, place, (column.cell)(self.person))
    }
}

impl HouseholdRow {
    /// What a cell holds.
    pub fn cell(&self, place: usize, column: &Column<HouseholdRow>) -> Cell {
        match (self.dirt, column.name) {
            (Some(DirtKind::NegativeIncome), "income") => Cell::Number(-self.income.max(1)),
            (Some(DirtKind::OutOfRange), "living_area") => Cell::Number(dirt::OUT_OF_RANGE),
            // A readable cell must be there to be read.
            (Some(DirtKind::GroupedDigits), "income") => (column.cell)(self),
            (Some(DirtKind::DecomposedText), "water_source") => (column.cell)(self),
            _ => unless_blank(self.blank, place, (column.cell)(self)),
        }
    }

    /// The code of a unit, as the row has it; none where the list has no such level.
    pub fn code<'p>(&self, place: &'p Place, role: AreaRole) -> Option<&'p str> {
        let code = match role {
            AreaRole::Province => place.province.as_str(),
            AreaRole::District => place.district.as_ref()?.as_str(),
            AreaRole::Commune if self.dirt == Some(DirtKind::UnknownCode) => dirt::UNKNOWN_CODE,
            AreaRole::Commune => place.commune.as_str(),
            AreaRole::Village => return None,
        };
        let stripped = code.trim_start_matches('0');
        match self.dirt {
            Some(DirtKind::LostZeros) if !stripped.is_empty() => Some(stripped),
            _ => Some(code),
        }
    }
}

fn unless_blank(blank: u64, place: usize, cell: Cell) -> Cell {
    if blank & (1 << place) == 0 { cell } else { Cell::Unknown }
}
