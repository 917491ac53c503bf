//! A member of a household: who, and what is answered about them.

use super::choice::{Education, Employment, Ethnicity, Relation, SchoolLevel, Sector, Sex};

/// A member. An answer that is `None` is not asked at this age.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub relation: Relation,
    /// Completed years at the review date; stands in no table.
    pub age: u8,
    /// A day, counted from 1970-01-01.
    pub birth: i32,
    pub sex: Sex,
    pub ethnicity: Ethnicity,
    pub studying: Option<bool>,
    pub school_level: Option<SchoolLevel>,
    pub education: Option<Education>,
    pub trained: Option<bool>,
    pub ill_untreated: bool,
    pub insured: bool,
    pub malnourished: Option<bool>,
    pub employment: Option<Employment>,
    pub sector: Option<Sector>,
    pub pension: Option<bool>,
    pub social_allowance: bool,
    pub disabled: bool,
    pub no_capacity: Option<bool>,
    /// Which answers are blanked: a bit for each column.
    pub blank: u64,
}

impl Person {
    /// A healthy, insured person of whom nothing else is told yet.
    pub fn new(relation: Relation, age: u8, sex: Sex, ethnicity: Ethnicity) -> Person {
        Person {
            relation,
            age,
            birth: 0,
            sex,
            ethnicity,
            studying: None,
            school_level: None,
            education: None,
            trained: None,
            ill_untreated: false,
            insured: true,
            malnourished: None,
            employment: None,
            sector: None,
            pension: None,
            social_allowance: false,
            disabled: false,
            no_capacity: None,
            blank: 0,
        }
    }

    /// Whether the indicator of dependants counts this person.
    pub fn is_dependant(&self, elderly_age: u8) -> bool {
        self.age < 16 || (self.social_allowance && (self.disabled || self.age >= elderly_age))
    }
}
