//! What is answered about the members, so that exactly the drawn deprivations come out.

use super::chance::Chance;
use super::choice::{AreaType, Education, Employment, Relation, SchoolLevel, Sector};
use super::deprivation::{
    ADULT_EDUCATION, CHILD_SCHOOLING, COUNT, DEPENDANTS, EMPLOYMENT, HEALTH_INSURANCE, NUTRITION, Vector,
};
use super::person::Person;
use super::status::Status;

/// Of a hundred adults, how many have each level of education: urban, rural, low income, over 60.
const EDUCATION: [[u32; 7]; 4] =
    [[3, 9, 21, 28, 5, 8, 26], [7, 19, 36, 23, 4, 4, 7], [28, 34, 29, 7, 1, 1, 0], [24, 30, 27, 9, 2, 3, 5]];

const LEVELS: [Education; 7] = [
    Education::None,
    Education::Primary,
    Education::LowerSecondary,
    Education::UpperSecondary,
    Education::Elementary,
    Education::Intermediate,
    Education::College,
];

/// What the answers of the members depend on.
pub(super) struct Circumstances {
    pub status: Status,
    pub area_type: AreaType,
    pub elderly_age: u8,
}

impl Circumstances {
    fn urban(&self) -> bool {
        self.area_type == AreaType::Urban
    }

    /// Health, pensions, allowances and the studies of adults: what decides which deprivations are possible.
    pub fn settle(&self, members: &mut [Person], chance: &mut Chance) {
        let low = self.status.has_low_income();
        for m in members {
            m.disabled = m.age >= 5 && chance.permille(if low { 45 } else { 20 });
            if m.age >= 15 {
                let frail = m.age >= 80 && chance.percent(40);
                m.no_capacity = Some(frail || (m.disabled && chance.percent(35)));
                let chances = match (low, self.urban()) {
                    (true, _) => 1,
                    (false, true) => 32,
                    (false, false) => 14,
                };
                m.pension = Some(m.age >= 58 && chance.percent(chances));
            }
            let entitled = (m.age >= 80 && m.pension != Some(true) && chance.percent(90))
                || (m.disabled && m.pension != Some(true) && chance.percent(50));
            m.social_allowance = entitled;
            m.ill_untreated = chance.permille(if low { 8 } else { 1 });
            if m.age >= 16 {
                let (young, older) = match (low, self.urban()) {
                    (true, _) => (62, 7),
                    (false, true) => (94, 42),
                    (false, false) => (88, 22),
                };
                let studying = match m.age {
                    16..18 => chance.percent(young),
                    18..23 => chance.percent(older),
                    23..31 => chance.percent(2),
                    _ => false,
                };
                let elsewhere = matches!(m.relation, Relation::Head | Relation::Spouse);
                m.studying = Some(studying && !elsewhere);
            }
        }
    }

    /// Which deprivations the members allow, and which they make unavoidable.
    pub fn bounds(&self, members: &[Person]) -> (Vector, Vector) {
        let any = |holds: &dyn Fn(&Person) -> bool| members.iter().any(holds);
        let mut possible = [true; COUNT];
        possible[EMPLOYMENT] = any(&may_lack_work);
        possible[NUTRITION] = any(&|m| m.age < 16);
        possible[ADULT_EDUCATION] = any(&|m| (16..=30).contains(&m.age));
        possible[CHILD_SCHOOLING] = any(&|m| (3..16).contains(&m.age));
        let missing = self.missing_dependants(members);
        let more = members.iter().filter(|m| self.may_become_dependant(m)).count();
        possible[DEPENDANTS] = missing <= more as i64;
        let mut forced = [false; COUNT];
        forced[DEPENDANTS] = missing <= 0;
        (possible, forced)
    }

    /// How many more dependants would be more than half of the members.
    fn missing_dependants(&self, members: &[Person]) -> i64 {
        let dependants = members.iter().filter(|m| m.is_dependant(self.elderly_age)).count();
        members.len() as i64 / 2 + 1 - dependants as i64
    }

    fn may_become_dependant(&self, m: &Person) -> bool {
        let allowance = m.age >= self.elderly_age || (m.disabled && m.age >= 16);
        !m.is_dependant(self.elderly_age) && allowance && m.pension != Some(true)
    }

    /// Everything else, in line with the vector.
    pub fn answer(&self, deprived: &Vector, members: &mut [Person], chance: &mut Chance) {
        if deprived[DEPENDANTS] {
            let missing = self.missing_dependants(members).max(0) as usize;
            let candidates = members.iter_mut().filter(|m| self.may_become_dependant(m));
            candidates.take(missing).for_each(|m| m.social_allowance = true);
        }
        self.schooling(deprived[CHILD_SCHOOLING], members, chance);
        self.education(deprived[ADULT_EDUCATION], members, chance);
        self.work(deprived[EMPLOYMENT], members, chance);
        for m in members.iter_mut().filter(|m| m.age < 16) {
            m.malnourished = Some(false);
        }
        if deprived[NUTRITION] {
            afflict(members, chance, 30, |m| m.age < 16, |m, _| m.malnourished = Some(true));
        }
        if deprived[HEALTH_INSURANCE] {
            afflict(members, chance, 45, |m| m.age >= 6, |m, _| m.insured = false);
        }
    }

    fn schooling(&self, deprived: bool, members: &mut [Person], chance: &mut Chance) {
        for m in members.iter_mut().filter(|m| (3..16).contains(&m.age)) {
            m.studying = Some(true);
            // Some are a level ahead of their age.
            m.school_level = Some(match m.age {
                3..6 => SchoolLevel::Preschool,
                11 if chance.percent(35) => SchoolLevel::LowerSecondary,
                6..12 => SchoolLevel::Primary,
                15 if chance.percent(45) => SchoolLevel::UpperSecondary,
                _ => SchoolLevel::LowerSecondary,
            });
        }
        if deprived {
            let of_age = |m: &Person| (3..16).contains(&m.age);
            afflict(members, chance, 25, of_age, |m, chance| match m.age {
                6..8 if chance.percent(40) => m.school_level = Some(SchoolLevel::Preschool),
                12..16 if chance.percent(30) => m.school_level = Some(SchoolLevel::Primary),
                // Said to study, but at no level.
                _ if chance.percent(3) => m.school_level = Some(SchoolLevel::None),
                _ => (m.studying, m.school_level) = (Some(false), None),
            });
        }
    }

    fn education(&self, deprived: bool, members: &mut [Person], chance: &mut Chance) {
        for m in members.iter_mut().filter(|m| m.age >= 15) {
            let row = match (self.status.has_low_income(), self.urban()) {
                (true, _) => 2,
                _ if m.age > 60 => 3,
                (false, true) => 0,
                (false, false) => 1,
            };
            let drawn = LEVELS[chance.pick(&EDUCATION[row])];
            m.trained = (16..=30).contains(&m.age).then_some(false);
            if m.studying == Some(true) {
                study(m, chance);
                continue;
            }
            m.education = Some(match m.age {
                15 => chance.one_of(&[(Education::None, 20), (Education::Primary, 80)]),
                16..18 => Education::LowerSecondary,
                18..=30 if drawn < Education::UpperSecondary && chance.percent(10) => {
                    m.trained = Some(true);
                    drawn
                }
                18..=30 => drawn.max(Education::UpperSecondary),
                _ => drawn,
            });
        }
        if deprived {
            let of_age = |m: &Person| (16..=30).contains(&m.age);
            afflict(members, chance, 35, of_age, |m, chance| {
                (m.studying, m.school_level, m.trained) = (Some(false), None, Some(false));
                let lower = if m.age < 18 { 0 } else { 60 };
                m.education = Some(chance.one_of(&[
                    (Education::None, 15),
                    (Education::Primary, 25),
                    (Education::LowerSecondary, lower),
                ]));
            });
        }
    }

    fn work(&self, deprived: bool, members: &mut [Person], chance: &mut Chance) {
        for m in members.iter_mut().filter(|m| m.age >= 15) {
            let idle = m.age == 15 || m.studying == Some(true) || m.no_capacity == Some(true);
            let weights: [u32; 3] = match (m.age, self.status.has_low_income(), self.urban()) {
                _ if idle => [0, 0, 1],
                (75.., _, _) => [0, 12, 88],
                (60.., _, _) => [0, 45, 55],
                (_, true, _) => [4, 84, 12],
                (_, false, true) => [52, 36, 12],
                (_, false, false) => [30, 61, 9],
            };
            m.employment =
                Some([Employment::Contract, Employment::OwnWork, Employment::NotInLabourForce][chance.pick(&weights)]);
        }
        if deprived {
            afflict(members, chance, 30, may_lack_work, |m, chance| {
                let lacks = [(Employment::NoContract, 78), (Employment::Unemployed, 22)];
                m.employment = Some(chance.one_of(&lacks));
            });
        }
        for m in members.iter_mut() {
            let educated = m.education >= Some(Education::Intermediate);
            let farm = match (self.urban(), self.status.has_low_income()) {
                (true, _) => 15,
                (false, false) => 58,
                (false, true) => 82,
            };
            m.sector = m.employment.map(|employment| match employment {
                Employment::Contract if educated && chance.percent(45) => Sector::Public,
                Employment::Contract => Sector::OtherNonFarm,
                Employment::OwnWork if chance.percent(farm) => Sector::Farm,
                Employment::NoContract if chance.percent(farm / 2) => Sector::Farm,
                Employment::OwnWork | Employment::NoContract => Sector::OtherNonFarm,
                Employment::NotInLabourForce | Employment::Unemployed => Sector::None,
            });
        }
    }
}

/// What one attends who studies from 15 on, and what one has completed.
fn study(m: &mut Person, chance: &mut Chance) {
    let (level, completed) = match m.age {
        15 if m.school_level == Some(SchoolLevel::UpperSecondary) => {
            (SchoolLevel::UpperSecondary, Education::LowerSecondary)
        }
        15 => match m.school_level {
            Some(behind @ (SchoolLevel::None | SchoolLevel::Primary)) => (behind, Education::None),
            _ => (SchoolLevel::LowerSecondary, Education::Primary),
        },
        16..18 if chance.percent(8) => (SchoolLevel::Vocational, Education::LowerSecondary),
        16..18 => (SchoolLevel::UpperSecondary, Education::LowerSecondary),
        _ if chance.percent(25) => (SchoolLevel::Vocational, Education::UpperSecondary),
        _ => (SchoolLevel::Higher, Education::UpperSecondary),
    };
    (m.school_level, m.education) = (Some(level), Some(completed));
}

/// Of working age, not at school and able to work.
fn may_lack_work(m: &Person) -> bool {
    (16..65).contains(&m.age) && m.studying != Some(true) && m.no_capacity != Some(true)
}

/// Strikes one of those who may be struck, and each of the others in so many cases of a hundred.
fn afflict(
    members: &mut [Person],
    chance: &mut Chance,
    others: u32,
    may: impl Fn(&Person) -> bool,
    strike: impl Fn(&mut Person, &mut Chance),
) {
    let count = members.iter().filter(|m| may(m)).count();
    let one = chance.below(count.max(1) as u32) as usize;
    for (place, m) in members.iter_mut().filter(|m| may(m)).enumerate() {
        if place == one || chance.percent(others) {
            strike(m, chance);
        }
    }
}
