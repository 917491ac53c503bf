//! A new head of a household: with the head, everybody's relation changes, so that everybody's is asked.

use super::held::Held;
use super::people::{HEAD, option};
use crate::{RegistryError, Result};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;
use vuon_policy::program::Program;

/// Working age, in years: a younger head is possible, and mostly a mistake.
const OLD_ENOUGH: i16 = 15;

/// Who is the head from now on, and what the others are to them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NextHead {
    /// Who.
    pub person: String,
    /// What each of the others is to the new head, by person; the head before too, if they stay.
    #[serde(default)]
    pub relations: BTreeMap<String, String>,
    /// That the new head is under 15 years old is right.
    #[serde(default)]
    pub confirmed: bool,
}

impl NextHead {
    /// What somebody else is to the new head: an option of the standard in force.
    pub(super) fn relation_of(&self, program: Option<&Program>, person: &str) -> Result<String> {
        match self.relations.get(person) {
            Some(relation) if relation != HEAD && !relation.is_empty() => {
                option(program, "relations", "relation", relation)
            }
            _ => Err(RegistryError::invalid("relations", "say what each member is to the new head")),
        }
    }

    /// Makes sure that the new head is of working age, as far as it is known, or that it is confirmed.
    pub(super) fn check_age(&self, held: &Held, on: Date) -> Result<()> {
        let young = held.member(&self.person)?.born.as_deref().is_some_and(|born| is_younger(born, OLD_ENOUGH, on));
        if young && !self.confirmed {
            return Err(RegistryError::invalid("confirmed", "the new head is under 15: confirm that this is right"));
        }
        Ok(())
    }
}

/// Whether somebody born on a day, or in a year, is younger than so many years, whatever day of the year it was.
pub(super) fn is_younger(born: &str, years: i16, on: Date) -> bool {
    match born.parse::<Date>() {
        Ok(day) => day.checked_add(i64::from(years).years()).is_ok_and(|birthday| birthday > on),
        Err(_) => born.parse::<i16>().is_ok_and(|year| year + years > on.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn who_has_the_birthday_is_old_enough() {
        let on = date(2025, 9, 8);
        assert!(!is_younger("2010-09-08", 15, on));
        assert!(is_younger("2010-09-09", 15, on));
        assert!(!is_younger("2010", 15, on));
        assert!(is_younger("2011", 15, on));
    }
}
