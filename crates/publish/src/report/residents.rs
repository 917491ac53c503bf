//! How many people live in the units: what the rates are told of. The register knows poor households, not everybody; the
//! statistical office's numbers are given as a table, and a unit without one has no rate.

use std::collections::HashMap;
use vuon_policy::model::Language;

/// What is wrong with a table of residents.
#[derive(Debug, thiserror::Error)]
pub enum ResidentsError {
    /// Not a table with the columns `unit,households,persons`.
    #[error("the table of residents, {0}")]
    Csv(#[from] csv::Error),
    /// A unit stands there twice.
    #[error("the table of residents names {0} twice")]
    Twice(String),
}

impl ResidentsError {
    /// In a language.
    pub fn text(&self, language: Language) -> String {
        match (self, language) {
            (ResidentsError::Csv(error), Language::Vi) => format!("bảng dân cư không đọc được: {error}"),
            (ResidentsError::Twice(unit), Language::Vi) => format!("bảng dân cư nêu {unit} hai lần"),
            (error, Language::En) => error.to_string(),
        }
    }
}

/// The residents of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Deserialize)]
pub struct Resident {
    /// Households.
    pub households: i64,
    /// Persons.
    pub persons: i64,
    /// Households of ethnic minorities, where they are told.
    #[serde(default)]
    pub minority_households: Option<i64>,
    /// Persons of ethnic minorities, where they are told.
    #[serde(default)]
    pub minority_persons: Option<i64>,
}

/// The residents of the lowest units of a report: communes by code, or hamlets by name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Residents {
    /// Where the numbers come from, as the report tells it.
    pub origin: String,
    units: HashMap<String, Resident>,
}

#[derive(serde::Deserialize)]
struct Line {
    unit: String,
    #[serde(flatten)]
    resident: Resident,
}

impl Residents {
    /// Reads `unit,households,persons[,minority_households,minority_persons]`.
    ///
    /// # Errors
    /// [`ResidentsError`], with the line.
    pub fn read(origin: &str, csv: &[u8]) -> Result<Self, ResidentsError> {
        let mut units = HashMap::new();
        let csv = csv.strip_prefix("\u{feff}".as_bytes()).unwrap_or(csv);
        for line in csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv).deserialize() {
            let Line { unit, resident } = line?;
            if units.insert(unit.clone(), resident).is_some() {
                return Err(ResidentsError::Twice(unit));
            }
        }
        Ok(Residents { origin: origin.to_owned(), units })
    }

    /// Of a unit: by its code, or of a hamlet, which has none, by its name.
    pub fn of(&self, area: &str, name: &str) -> Option<Resident> {
        self.units.get(area.split_once(':').map_or(name, |(_, code)| code)).copied()
    }
}

impl Resident {
    /// Both together; of minorities only where both are told.
    pub fn and(self, other: Resident) -> Self {
        let both = |a: Option<i64>, b: Option<i64>| Some(a? + b?);
        Resident {
            households: self.households + other.households,
            persons: self.persons + other.persons,
            minority_households: both(self.minority_households, other.minority_households),
            minority_persons: both(self.minority_persons, other.minority_persons),
        }
    }
}
