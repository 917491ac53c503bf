//! Which support households have: the agreements approved in a year, by the columns of the detailed list
//! (`layouts/support.csv`). A column of which nothing can be agreed under the pack, as one that the State pays past the register,
//! is not known.

use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;
use vuon_programme::Office;
use vuon_programme::agreements::{Agreement, AgreementState, Recipient};
use vuon_programme::entitled::unpayable;
use vuon_programme::records::Filter;
use vuon_registry::Result;

#[derive(serde::Deserialize)]
struct Line {
    scheme: String,
    column: usize,
}

/// The number of the first column, and of the one for every scheme that the layout does not name.
const FIRST: usize = 11;
const OTHER: usize = 16;

static COLUMNS: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
    let lines = csv::Reader::from_reader(include_str!("../../../layouts/support.csv").as_bytes()).into_deserialize();
    let lines = lines.map(|line: std::result::Result<Line, _>| line.expect("the layouts are read by a test"));
    lines.map(|line| (line.scheme, line.column)).collect()
});

/// Whether a household has support, column by column; nothing where that is not known.
pub type Support = [Option<bool>; OTHER - FIRST + 1];

/// The columns of support of the households of a commune.
#[derive(Clone, Debug, Default)]
pub struct Supported {
    /// The places of the columns that a household has.
    has: HashMap<String, BTreeSet<usize>>,
    /// The places of those of which something can be agreed.
    known: BTreeSet<usize>,
}

/// The place of a scheme's column among those of support.
fn place(scheme: &str) -> usize {
    COLUMNS.get(scheme).copied().unwrap_or(OTHER) - FIRST
}

impl Supported {
    /// By the agreements that were approved in the year of a day, by then; the capital may be that of another year. A
    /// group's members are those it had at the end of that day.
    ///
    /// # Errors
    /// [`vuon_registry::RegistryError`].
    pub async fn of(office: &Office, commune: &str, on: Date) -> Result<Self> {
        let filter = Filter { commune: Some(commune.to_owned()), ..Filter::default() };
        let agreements = office.all::<Agreement>(&filter).await?;
        let groups = office.groups_on(commune, on).await?;
        let members = |id: &str| -> Vec<String> {
            let members = groups.get(id).into_iter().flat_map(|group| &group.members);
            members.map(|member| member.household.clone()).collect()
        };
        let schemes = office.program().pack.schemes.iter().filter(|scheme| unpayable(scheme).is_none());
        let known = schemes.map(|scheme| place(&scheme.id.value)).collect();
        let mut supported = Supported { has: HashMap::new(), known };
        for agreement in agreements.into_iter().map(|kept| kept.thing) {
            let approved = |(_, day): &(String, Date)| day.year() == on.year() && *day <= on;
            if !agreement.approved.as_ref().is_some_and(approved) || agreement.state == AgreementState::Refused {
                continue;
            }
            let households = match &agreement.recipient {
                Recipient::Group(group) => members(group),
                recipient => vec![recipient.subject().to_owned()],
            };
            for household in households {
                supported.has.entry(household).or_default().insert(place(&agreement.scheme));
            }
        }
        Ok(supported)
    }

    /// The columns of a household.
    pub fn columns(&self, household: &str) -> Support {
        let has = self.has.get(household);
        std::array::from_fn(|place| match has.is_some_and(|has| has.contains(&place)) {
            true => Some(true),
            false => self.known.contains(&place).then_some(false),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheme_stands_in_a_column_of_support() {
        assert!(COLUMNS.values().all(|column| (FIRST..=OTHER).contains(column)));
        let library = vuon_policy::Library::embedded();
        let packs = ["vn-2016-2020", "vn-2022-2026"].map(|id| library.load(id).unwrap());
        let known = |id: &str| packs.iter().any(|pack| pack.pack.schemes.iter().any(|scheme| scheme.id.value == id));
        assert!(COLUMNS.keys().all(|id| known(id)), "the layout names a scheme that no pack has");
    }
}
