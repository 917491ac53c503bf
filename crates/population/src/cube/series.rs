//! The cubes of a table: one for each survey round.

pub use vuon_measure::change::Round;
use vuon_measure::cube::{Label, MergeError};

/// The cubes of a table, one for each round, rising by label.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The rounds; one without a name where no column tells rounds.
    pub rounds: Vec<Round>,
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
    /// [`Cube::merge`](vuon_measure::cube::Cube::merge).
    ///
    /// # Errors
    /// [`SeriesError`] says in what they differ.
    pub fn merge(&self, other: &Series) -> Result<Series, SeriesError> {
        // A table without rows has an empty round without a name, which is not one of the others'.
        let some = |series: &Series| -> Vec<Round> {
            series.rounds.iter().filter(|round| !round.cube.cells.is_empty()).cloned().collect()
        };
        let (mut rounds, theirs) = (some(self), some(other));
        if rounds.is_empty() || theirs.is_empty() {
            return Ok(if rounds.is_empty() { other.clone() } else { self.clone() });
        }
        for theirs in theirs {
            let Some(ours) = rounds.iter_mut().find(|round| round.label == theirs.label) else {
                rounds.push(theirs);
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
