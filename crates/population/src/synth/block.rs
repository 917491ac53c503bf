//! A block of households: drawn from a stream of chance of its own, whoever draws it and when.

use super::chance::{Chance, Purpose, Share};
use super::choice::{Cell, Ethnicity, Region};
use super::columns::{Column, HOUSEHOLD, MEMBER};
use super::dirt;
use super::household::{Household, HouseholdRow};
use super::member::Circumstances;
use super::person::Person;
use super::place::Place;
use super::population::Population;
use super::roster::Family;
use super::status::Status;
use super::unknown;
use vuon_policy::evaluate::{self, Answer};

/// How many households a block has; the last one may have fewer.
pub(super) const BLOCK: u64 = 16_384;

/// Households that stand one after the other in the tables, with their members.
pub struct Block<'p> {
    pub(super) population: &'p Population,
    pub(super) number: u64,
    pub(super) households: Vec<HouseholdRow>,
    pub(super) members: Vec<Person>,
}

/// Up to which rank each ethnic group of a place goes.
pub(super) fn ranks(place: &Place) -> [Share; Ethnicity::COUNT] {
    let mut sum = 0.0;
    place.ethnic.map(|share| {
        sum += share;
        Share::of(sum)
    })
}

/// Draws a block.
pub(super) fn draw(population: &Population, number: u64) -> Block<'_> {
    let first = number * BLOCK;
    let last = (first + BLOCK).min(population.households);
    let size = (last - first) as usize;
    let mut chance = Chance::new(population.seed, Purpose::Households, number);
    let mut block =
        Block { population, number, households: Vec::with_capacity(size), members: Vec::with_capacity(size * 4) };
    let mut place = population.place_of(first);
    for household in first..last {
        while household >= population.starts[place + 1] {
            place += 1;
        }
        let number = household - population.starts[place] + 1;
        add_household(&mut block, place, number as u32, &mut chance);
    }
    unknown::forget(&mut block, population.unknown_rate, population.seed);
    dirt::soil(&mut block, &population.places, population.dirty_rate, population.format, population.seed);
    block
}

fn add_household(block: &mut Block<'_>, place: usize, number: u32, chance: &mut Chance) {
    let population = block.population;
    let home = &population.places[place];
    let ranks = &population.ethnic_ranks[place];
    let group = |chance: &mut Chance| {
        let rank = chance.share();
        let place = ranks.iter().position(|upper| rank < *upper).unwrap_or(0);
        Ethnicity::ALL[place]
    };
    let head = group(chance);
    let status = population.odds.draw(home, head, chance);

    let start = block.members.len();
    let family = Family { poor: status == Status::Poor, head, neighbour: &group };
    family.draw(chance, &mut block.members);
    let members = &mut block.members[start..];

    let circumstances =
        Circumstances { status, area_type: home.area_type, elderly_age: population.standard.elderly_age };
    circumstances.settle(members, chance);
    let (possible, forced) = circumstances.bounds(members);
    let deprived = population.frequencies.draw(status, &possible, &forced, chance);
    circumstances.answer(&deprived, members, chance);
    for person in members.iter_mut() {
        person.birth = population.birthdays.draw(person.age, chance);
    }

    let size = members.len() as i64;
    let household = Household {
        status,
        place: home,
        standard: &population.standard,
        deprived: &deprived,
        size,
        review_day: population.review_date.0,
    };
    let members = start as u32..block.members.len() as u32;
    let row = household.answer(place as u32, number, members, chance);
    block.households.push(row);
}

impl<'p> Block<'p> {
    /// The households, in the order of their ids.
    pub fn households(&self) -> impl Iterator<Item = SynthHousehold<'_>> {
        self.households.iter().map(|row| SynthHousehold { block: self, row })
    }

    pub(super) fn members_of(&self, row: &HouseholdRow) -> &[Person] {
        &self.members[row.members.start as usize..row.members.end as usize]
    }
}

/// A household of a block.
#[derive(Clone, Copy)]
pub struct SynthHousehold<'b> {
    block: &'b Block<'b>,
    row: &'b HouseholdRow,
}

impl SynthHousehold<'_> {
    /// Its id, as the tables have it.
    pub fn id(&self) -> String {
        let mut id = String::new();
        self.block.population.write_id(self.row, &mut id);
        id
    }

    /// The class it was drawn in, by the income method of the standard of 2022-2026.
    pub fn status(&self) -> Status {
        self.row.status
    }

    /// Its region.
    pub fn region(&self) -> Region {
        self.row.region
    }

    /// Whether no answer is blanked and no row dirty, so that its class can be found again.
    pub fn is_clean(&self) -> bool {
        let blank = self.block.members_of(self.row).iter().any(|person| person.blank != 0);
        self.row.dirt.is_none() && self.row.blank == 0 && !blank
    }

    /// Its answers, with those blanked that are, without dirt; in the order of the questionnaire `vn-questions` and so
    /// of all packs that extend it.
    pub fn answers(&self) -> evaluate::Household {
        let members = self.block.members_of(self.row).iter();
        evaluate::Household {
            household: answers(&HOUSEHOLD, self.row, self.row.blank),
            members: members.map(|person| answers(&MEMBER, person, person.blank)).collect(),
        }
    }
}

fn answers<R>(columns: &[Column<R>], row: &R, blank: u64) -> Vec<Answer> {
    let answer = |(place, column): (usize, &Column<R>)| match (column.cell)(row) {
        _ if blank & (1 << place) != 0 => Answer::Unknown,
        Cell::Unknown => Answer::Unknown,
        Cell::Bool(answer) => Answer::Bool(answer),
        Cell::Number(number) => Answer::Int(number),
        Cell::Day(day) => Answer::Int(day.into()),
        Cell::Choice(option) => Answer::Int(option.into()),
    };
    columns.iter().enumerate().map(answer).collect()
}
