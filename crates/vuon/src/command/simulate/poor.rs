//! Who counts as poor: statuses and groups of the packs, taken together.
//!
//! A pack lists its statuses from worst to best. Unless the user says otherwise, the poor are all statuses from the worst
//! down to `poor` (`severe` and `poor` of the global index, `poor` of the Vietnamese packs), and, told beside it, all down
//! to `near_poor` where both packs have that. A pack without `poor` has its worst status.

use super::findings::Poor;
use super::fractions::unknown;
use crate::screen::say;
use anyhow::{Result, bail};
use vuon_policy::model::Language;
use vuon_policy::program::{Outcome, Program};

/// The most ways to tell the poor at once.
pub const MOST: usize = 8;

/// A way to tell the poor, in both packs.
pub struct Told {
    /// Its name.
    pub poor: Poor,
    /// What it is in each pack.
    pub sides: [Criterion; 2],
}

/// Poor by one pack: who has one of the statuses, or for whom one of the flags holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Criterion {
    /// Places of statuses.
    pub statuses: Vec<usize>,
    /// Places of [`Program::flags`].
    pub flags: Vec<usize>,
}

/// The ways to tell the poor that the user named, each a list of ids, or the packs' own.
pub fn told(named: &[String], programs: [&Program; 2], language: Language) -> Result<Vec<Told>> {
    if named.is_empty() {
        return Ok(own(programs, language));
    }
    if named.len() > MOST {
        bail!(match language {
            Language::Vi => format!("--status được dùng tối đa {MOST} lần"),
            Language::En => format!("--status can be given {MOST} times at most"),
        });
    }
    named.iter().map(|list| of_names(list, programs, language)).collect()
}

fn own(programs: [&Program; 2], language: Language) -> Vec<Told> {
    let until =
        |id: &str| programs.map(|program| program.pack.statuses.iter().position(|status| status.id.value == id));
    let down_to = |ends: [usize; 2]| {
        let sides = ends.map(|end| Criterion { statuses: (0..=end).collect(), flags: Vec::new() });
        // Named by the first pack; the second has statuses of the same meaning.
        let status = |place: usize| &programs[0].pack.statuses[place];
        let label = |place| programs[0].outcome_label(Outcome::Status(place), language);
        let id = (0..=ends[0]).map(|place| status(place).id.value.clone()).collect::<Vec<_>>().join("+");
        Told { poor: Poor { id, label: joined((0..=ends[0]).map(label), language) }, sides }
    };
    let mut told = vec![down_to(until("poor").map(|place| place.unwrap_or(0)))];
    if let [Some(before), Some(after)] = until("near_poor") {
        told.push(down_to([before, after]));
    }
    told
}

fn of_names(list: &str, programs: [&Program; 2], language: Language) -> Result<Told> {
    let mut sides = [Criterion::default(), Criterion::default()];
    let mut labels: Vec<String> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    for id in list.split(',').map(str::trim).filter(|id| !id.is_empty()) {
        let mut label = None;
        for (program, side) in programs.iter().zip(&mut sides) {
            let status = program.pack.statuses.iter().position(|status| status.id.value == id);
            let flag = program.flags().position(|flag| flag.id.value == id);
            let found = match (status, flag) {
                (Some(place), _) => {
                    side.statuses.push(place);
                    Some(program.pack.statuses[place].label.get(language))
                }
                (None, Some(place)) => {
                    side.flags.push(place);
                    program.flags().nth(place).map(|flag| flag.label.get(language))
                }
                (None, None) => None,
            };
            label = label.or(found.map(str::to_owned));
        }
        let Some(label) = label else { bail!("--status: {}", unknown(id, &known(programs), language)) };
        labels.push(label);
        ids.push(id);
    }
    if ids.is_empty() {
        bail!(say(language, "--status cần ít nhất một diện hoặc nhóm", "--status needs at least one status or group"));
    }
    for (program, side) in programs.iter().zip(&sides) {
        if *side == Criterion::default() {
            let pack = &program.pack.id.value;
            bail!(match language {
                Language::Vi => format!("--status: gói `{pack}` không có diện hay nhóm nào trong `{list}`"),
                Language::En => format!("--status: the pack `{pack}` has none of the statuses or groups `{list}`"),
            });
        }
    }
    Ok(Told { poor: Poor { id: ids.join("+"), label: joined(labels.into_iter(), language) }, sides })
}

/// All statuses and flags of both packs, each once.
pub fn known(programs: [&Program; 2]) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for program in programs {
        let statuses = program.pack.statuses.iter().map(|status| &status.id.value);
        for id in statuses.chain(program.flags().map(|flag| &flag.id.value)) {
            if !known.contains(id) {
                known.push(id.clone());
            }
        }
    }
    known
}

/// `Hộ nghèo và Hộ cận nghèo`.
fn joined(labels: impl Iterator<Item = String>, language: Language) -> String {
    labels.collect::<Vec<_>>().join(say(language, " và ", " and "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vuon_policy::Library;

    fn ids(packs: [&str; 2], named: &[&str]) -> Result<Vec<String>> {
        let programs = packs.map(|pack| Library::embedded().load(pack).unwrap());
        let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
        let told = told(&named, [&programs[0], &programs[1]], Language::En)?;
        Ok(told.into_iter().map(|told| told.poor.id).collect())
    }

    #[test]
    fn from_the_worst_status_down_to_poor() {
        assert_eq!(ids(["vn-2016-2020", "vn-2022-2026"], &[]).unwrap(), ["poor", "poor+near_poor"]);
        assert_eq!(ids(["global-mpi", "global-mpi"], &[]).unwrap(), ["severe+poor"]);
        assert_eq!(ids(["vlss-1998", "vlss-1998"], &[]).unwrap(), ["food_poor+poor"]);
    }

    #[test]
    fn by_name() {
        let mpi = ["global-mpi", "global-mpi"];
        assert_eq!(ids(mpi, &["severe", "mpi_poor"]).unwrap(), ["severe", "mpi_poor"]);
        let said = ids(mpi, &["por"]).unwrap_err().to_string();
        assert!(said.contains("did you mean `poor`"), "{said}");
        assert!(ids(mpi, &[" , "]).is_err());
    }
}
