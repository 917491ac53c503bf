//! The cubes of a table: one for each survey round.

use vuon_measure::cube::{Cube, Label, MergeError};

/// The cubes of a table, one for each round, rising by label.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The rounds; one without a name where no column tells rounds.
    pub rounds: Vec<Round>,
}

/// A survey round.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// Its name; missing where no column tells rounds.
    pub label: Label,
    /// The year it stands for.
    pub year: Option<f64>,
    /// What was counted.
    pub cube: Cube,
}

/// Why two series cannot be added.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SeriesError {
    /// The cubes of a round.
    #[error("round {0}: {1}")]
    Cubes(Label, MergeError),
    /// A round of two years.
    #[error("round {0} is of {1} in one of them, and of {2} in the other")]
    Years(Label, f64, f64),
}

impl Series {
    /// Adds the cubes of other rows: the series of provinces are the nation's. Rounds of one label are added; see
    /// [`Cube::merge`].
    ///
    /// # Errors
    /// [`SeriesError`] says in what they differ.
    pub fn merge(&self, other: &Series) -> Result<Series, SeriesError> {
        let mut rounds = self.rounds.clone();
        for theirs in &other.rounds {
            let Some(ours) = rounds.iter_mut().find(|round| round.label == theirs.label) else {
                rounds.push(theirs.clone());
                continue;
            };
            if let (Some(year), Some(other)) = (ours.year, theirs.year)
                && year != other
            {
                return Err(SeriesError::Years(ours.label.clone(), year, other));
            }
            ours.year = ours.year.or(theirs.year);
            ours.cube = ours.cube.merge(&theirs.cube).map_err(|error| SeriesError::Cubes(ours.label.clone(), error))?;
        }
        rounds.sort_by(|a, b| a.label.cmp(&b.label));
        Ok(Series { rounds })
    }
}
