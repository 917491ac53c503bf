//! Who lives together: sizes like those of 2019 (3.6 persons on average), and families of six shapes.
//!
//! The shares of sizes and shapes are our assumptions. Minority households are larger, poor ones more often of a
//! lone parent or an old person.

use super::chance::Chance;
use super::choice::{Ethnicity, Relation, Sex};
use super::person::Person;

/// Of a thousand households, how many have 1, 2, … 8 members: Kinh, other groups and poor.
const SIZES: [[u32; 8]; 2] = [[95, 190, 210, 265, 140, 65, 22, 13], [50, 105, 190, 260, 190, 115, 50, 40]];

/// What the shape of a family depends on.
pub(super) struct Family<'a> {
    /// Whether the household is poor; its parents are then younger, and there are more children to feed.
    pub poor: bool,
    /// The ethnic group of the head.
    pub head: Ethnicity,
    /// Draws the group of one who married in.
    pub neighbour: &'a dyn Fn(&mut Chance) -> Ethnicity,
}

impl Family<'_> {
    /// Puts the members of a household at the end of a list.
    pub fn draw(&self, chance: &mut Chance, members: &mut Vec<Person>) {
        let large = self.poor || self.head != Ethnicity::Kinh;
        match chance.pick(&SIZES[usize::from(large)]) as u8 + 1 {
            1 => self.single(chance, members),
            2 => self.two(chance, members),
            size => {
                let shapes: [u32; 4] = match (size, self.poor) {
                    (3, false) => [70, 12, 8, 10],
                    (3, true) => [56, 26, 8, 10],
                    (4, false) => [68, 6, 14, 12],
                    (4, true) => [62, 16, 12, 10],
                    (_, false) => [40, 3, 32, 25],
                    (_, true) => [50, 8, 24, 18],
                };
                match chance.pick(&shapes) {
                    0 => self.couple_with_children(size, 0, chance, members),
                    1 => self.lone_parent(size, chance, members),
                    2 => {
                        let parents = if size > 3 { 1 + chance.below(2) as u8 } else { 1 };
                        self.couple_with_children(size, parents, chance, members);
                    }
                    _ => self.three_generations(size, chance, members),
                }
            }
        }
    }

    fn single(&self, chance: &mut Chance, members: &mut Vec<Person>) {
        let old = chance.percent(if self.poor { 75 } else { 55 });
        let age = if old { chance.between(60, 88) } else { chance.between(22, 59) };
        let women = if old { 75 } else { 45 };
        let sex = if chance.percent(women) { Sex::Female } else { Sex::Male };
        members.push(Person::new(Relation::Head, age as u8, sex, self.head));
    }

    fn two(&self, chance: &mut Chance, members: &mut Vec<Person>) {
        let shapes: [u32; 4] = if self.poor { [32, 10, 16, 42] } else { [36, 20, 22, 22] };
        match chance.pick(&shapes) {
            0 => self.couple(chance.between(60, 84), chance, members),
            1 => self.couple(chance.between(21, 32), chance, members),
            2 => self.couple(chance.between(33, 59), chance, members),
            _ => self.lone_parent(2, chance, members),
        }
    }

    /// A head and a spouse; `age` is the woman's.
    fn couple(&self, age: i64, chance: &mut Chance, members: &mut Vec<Person>) {
        let man = (age + chance.between(-1, 6)).max(20);
        let spouse = if chance.percent(93) { self.head } else { (self.neighbour)(chance) };
        let (head, other) = if chance.percent(78) {
            ((man, Sex::Male), (age, Sex::Female))
        } else {
            ((age, Sex::Female), (man, Sex::Male))
        };
        members.push(Person::new(Relation::Head, head.0 as u8, head.1, self.head));
        members.push(Person::new(Relation::Spouse, other.0 as u8, other.1, spouse));
    }

    fn couple_with_children(&self, size: u8, parents: u8, chance: &mut Chance, members: &mut Vec<Person>) {
        let children = size - 2 - parents;
        let youngest = 20 + 3 * i64::from(children);
        let oldest = match (parents, self.poor) {
            (_, true) => 44,
            (0, false) => 50,
            (_, false) => 44,
        };
        let mother = chance.between(youngest, oldest);
        self.couple(mother, chance, members);
        self.children(mother, children, chance, members);
        let head = i64::from(members[members.len() - usize::from(children) - 2].age);
        for parent in 0..parents {
            let age = (head + chance.between(20, 32)).min(96);
            let sex = if (parent == 0) == chance.percent(70) { Sex::Female } else { Sex::Male };
            members.push(Person::new(Relation::Parent, age as u8, sex, self.head));
        }
    }

    fn lone_parent(&self, size: u8, chance: &mut Chance, members: &mut Vec<Person>) {
        let children = size - 1;
        let oldest = if self.poor { 46 } else { 56 };
        let parent = chance.between(21 + 3 * i64::from(children), oldest);
        let sex = if chance.percent(78) { Sex::Female } else { Sex::Male };
        members.push(Person::new(Relation::Head, parent as u8, sex, self.head));
        self.children(parent, children, chance, members);
    }

    /// An old head, a child, perhaps with spouse, and grandchildren.
    fn three_generations(&self, size: u8, chance: &mut Chance, members: &mut Vec<Person>) {
        let woman = chance.between(52, 74);
        let start = members.len();
        if size > 3 && chance.percent(65) {
            self.couple(woman, chance, members);
        } else {
            let sex = if chance.percent(75) { Sex::Female } else { Sex::Male };
            members.push(Person::new(Relation::Head, woman as u8, sex, self.head));
        }
        let child = woman - chance.between(21, 29);
        let sex = if chance.percent(65) { Sex::Male } else { Sex::Female };
        members.push(Person::new(Relation::Child, child as u8, sex, self.head));
        if members.len() - start < usize::from(size) && chance.percent(85) {
            let age = (child + chance.between(-4, 4)).max(20);
            let other = if sex == Sex::Male { Sex::Female } else { Sex::Male };
            members.push(Person::new(Relation::Other, age as u8, other, self.head));
        }
        while members.len() - start < usize::from(size) {
            let age = chance.between(0, (child - 20).min(22));
            let sex = any_sex(chance);
            members.push(Person::new(Relation::Other, age as u8, sex, self.head));
        }
    }

    fn children(&self, mother: i64, count: u8, chance: &mut Chance, members: &mut Vec<Person>) {
        let mut age = mother - chance.between(19, 27);
        for _ in 0..count {
            let child = age.clamp(0, 30);
            members.push(Person::new(Relation::Child, child as u8, any_sex(chance), self.head));
            age -= chance.between(1, 5);
        }
    }
}

/// 112 boys to 100 girls, as at births of those years.
fn any_sex(chance: &mut Chance) -> Sex {
    if chance.permille(528) { Sex::Male } else { Sex::Female }
}
