//! Names put together by chance from `data/names`. Nobody is meant.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use std::collections::HashMap;

const SURNAMES: &str = include_str!("../../../../data/names/surnames.csv");
const GIVEN: &str = include_str!("../../../../data/names/given.csv");

/// The names there are.
pub struct Names {
    /// By group: surname and weight.
    surnames: HashMap<&'static str, Vec<(&'static str, u32)>>,
    /// By group and sex.
    given: HashMap<(&'static str, &'static str), Vec<&'static str>>,
}

impl Names {
    /// From the program's own lists.
    pub fn embedded() -> Self {
        let rows = |text: &'static str| text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
        let mut names = Names { surnames: HashMap::new(), given: HashMap::new() };
        for row in rows(SURNAMES) {
            if let [group, surname, weight] = row.as_slice() {
                names.surnames.entry(group).or_default().push((surname, weight.parse().unwrap_or(1)));
            }
        }
        for row in rows(GIVEN) {
            if let [group, sex, name] = row.as_slice() {
                names.given.entry((group, sex)).or_default().push(name);
            }
        }
        names
    }

    /// A surname of a group.
    pub fn surname(&self, group: &str, chance: &mut ChaCha8Rng) -> &'static str {
        let Some(all) = self.surnames.get(group).or_else(|| self.surnames.get("kinh")) else { return "Mẫu" };
        let mut drawn = chance.random_range(0..all.iter().map(|(_, weight)| weight).sum());
        for (surname, weight) in all {
            if drawn < *weight {
                return surname;
            }
            drawn -= weight;
        }
        "Mẫu"
    }

    /// A whole name with a surname.
    pub fn full(&self, surname: &str, group: &str, sex: &str, chance: &mut ChaCha8Rng) -> String {
        let sex = if sex == "female" { "female" } else { "male" };
        let of = if group == "other" { "thai" } else { group };
        let Some(all) = self.given.get(&(of, sex)).or_else(|| self.given.get(&("kinh", sex))) else {
            return format!("{surname} Mẫu");
        };
        let given = all[chance.random_range(0..all.len())];
        // Mông and Dao names bring their own middle word.
        match (of, sex) {
            ("mong" | "dao", _) => format!("{surname} {given}"),
            (_, "female") => format!("{surname} Thị {given}"),
            _ => format!("{surname} Văn {given}"),
        }
    }
}
