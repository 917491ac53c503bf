//! Counting movements: in, households on two days; out, the rows of both tables for a part of them. Pure.
//!
//! A household that is poor on the first day and near-poor on the last is found by one and the same condition in both
//! tables, and as many of its persons as were there on both days are counted in both; who is fewer or more is column 4 or
//! 8. So both identities hold whatever the households are.

use super::{Flow, Movement};

pub use vuon_policy::model::List;

/// A household on one day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen<P> {
    /// The list it is on.
    pub list: Option<List>,
    /// Whether a complete list took it off, which is no escape.
    pub taken_off: bool,
    /// Where it is; nothing where it is not there at all.
    pub place: Option<P>,
    /// How many persons.
    pub persons: i64,
}

/// A household on both days; or several of which the same is so, with their persons together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Household<P> {
    /// At the end of the first day.
    pub from: Seen<P>,
    /// At the end of the last.
    pub to: Seen<P>,
    /// How many households.
    pub count: i64,
    /// Whether it had been on a list before it came to the one it is on.
    pub before: bool,
    /// Whether it became a household of its own in between, out of another.
    pub split: bool,
}

/// The movement of a list for the households whose place is within.
pub fn movement<P>(households: &[Household<P>], list: List, within: impl Fn(&P) -> bool) -> Movement {
    let mut movement = Movement::default();
    for household in households {
        let (from, to) = (&household.from, &household.to);
        let here = |seen: &Seen<P>| seen.place.as_ref().is_some_and(&within);
        let (was_here, is_here) = (here(from), here(to));
        let was = was_here && from.list == Some(list);
        let is = is_here && to.list == Some(list);
        let (before, after) = (from.persons, to.persons);
        let (count, both) = (household.count, before.min(after));
        let Movement { households, persons } = &mut movement;
        if was {
            households.opening += count;
            persons.opening += before;
        }
        if is {
            households.closing += count;
            persons.closing += after;
        }
        let mut add = |column: fn(&mut Flow) -> &mut i64, of_households: i64, of_persons: i64| {
            *column(households) += of_households;
            *column(persons) += of_persons;
        };
        match (was, is) {
            (false, false) => {}
            (true, true) => {
                add(|flow| &mut flow.other_decrease, 0, before - both);
                add(|flow| &mut flow.other_increase, 0, after - both);
            }
            (true, false) => match to.list {
                _ if !is_here || to.taken_off => add(|flow| &mut flow.other_decrease, count, before),
                Some(_) => {
                    add(|flow| &mut flow.became_other, count, both);
                    add(|flow| &mut flow.other_decrease, 0, before - both);
                }
                None => add(|flow| &mut flow.escaped, count, before),
            },
            (false, true) => match from.list {
                Some(_) if was_here => {
                    add(|flow| &mut flow.from_other, count, both);
                    add(|flow| &mut flow.other_increase, 0, after - both);
                }
                // On a list elsewhere: it moved in. Out of another household: it was counted there.
                Some(_) => add(|flow| &mut flow.other_increase, count, after),
                None if household.split => add(|flow| &mut flow.other_increase, count, after),
                None if household.before => add(|flow| &mut flow.relapse, count, after),
                None => add(|flow| &mut flow.newly_arising, count, after),
            },
        }
    }
    movement
}

/// Whether both tables of a unit hold what is printed under them.
pub fn holds(poor: &Movement, near_poor: &Movement) -> bool {
    let flows = [&poor.households, &poor.persons, &near_poor.households, &near_poor.persons];
    flows.iter().all(|flow| flow.adds_up())
        && poor.households.became_other == near_poor.households.from_other
        && poor.persons.became_other == near_poor.persons.from_other
        && near_poor.households.became_other == poor.households.from_other
        && near_poor.persons.became_other == poor.persons.from_other
}
