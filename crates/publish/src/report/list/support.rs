//! Which support households have: the agreements approved in a year, by the columns of the detailed list
//! (`layouts/support.csv`).

use super::SUPPORT;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;
use vuon_programme::Office;
use vuon_programme::agreements::{Agreement, AgreementState, Recipient};
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

/// The columns of support of the households of a commune.
#[derive(Clone, Debug, Default)]
pub struct Supported(HashMap<String, BTreeSet<usize>>);

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
        let mut supported = Supported::default();
        for agreement in agreements.into_iter().map(|kept| kept.thing) {
            let approved = |(_, day): &(String, Date)| day.year() == on.year() && *day <= on;
            if !agreement.approved.as_ref().is_some_and(approved) || agreement.state == AgreementState::Refused {
                continue;
            }
            let households = match &agreement.recipient {
                Recipient::Group(group) => members(group),
                recipient => vec![recipient.subject().to_owned()],
            };
            let number = COLUMNS.get(&agreement.scheme).copied().unwrap_or(OTHER);
            for household in households {
                supported.0.entry(household).or_default().insert(SUPPORT + number - FIRST);
            }
        }
        Ok(supported)
    }

    /// The columns of a household.
    pub fn columns(&self, household: &str) -> BTreeSet<usize> {
        self.0.get(household).cloned().unwrap_or_default()
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
