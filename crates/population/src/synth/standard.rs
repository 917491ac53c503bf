//! The legal values by which households are drawn: those of the standard of 2022-2026.

use super::choice::AreaType;
use super::error::SynthError;
use vuon_policy::Library;

const PACK: &str = "vn-2022-2026";

/// The standard under which the drawn status is the assessed one.
#[derive(Clone, Debug)]
pub(super) struct Standard {
    /// Income lines of poor households, đồng per person and month: urban, rural.
    poor: [i64; 2],
    /// Upper limits of the average living standard: urban, rural.
    average: [i64; 2],
    /// The least number of deprivations of a poor household.
    pub min_deprivations: usize,
    /// The least living area per person, in tenths of a square metre.
    pub tenths_of_m2_per_person: i64,
    /// From this age on a person with a social allowance is a dependant.
    pub elderly_age: u8,
}

impl Standard {
    /// Reads the values from the pack.
    pub fn load() -> Result<Standard, SynthError> {
        let program =
            Library::embedded().load(PACK).map_err(|error| SynthError::Pack { id: PACK, error: Box::new(error) })?;
        let value = |parameter: &'static str| {
            let found = program.pack.parameters.iter().find(|p| p.id.value == parameter);
            found.and_then(|p| p.value.in_units_of(1)).ok_or(SynthError::Parameter { pack: PACK, parameter })
        };
        Ok(Standard {
            poor: [value("lines.urban.poor")?, value("lines.rural.poor")?],
            average: [value("lines.urban.average")?, value("lines.rural.average")?],
            min_deprivations: value("limits.min_deprivations")? as usize,
            tenths_of_m2_per_person: value("limits.area_per_person")? * 10,
            elderly_age: value("limits.elderly_age")? as u8,
        })
    }

    /// The income line, per person and month.
    pub fn poor_line(&self, area: AreaType) -> i64 {
        self.poor[area as usize]
    }

    /// The upper limit of the average living standard, per person and month.
    pub fn average_line(&self, area: AreaType) -> i64 {
        self.average[area as usize]
    }
}
