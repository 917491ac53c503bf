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
        let some = |series: &Series| series.rounds.iter().any(|round| !round.cube.cells.is_empty());
        if !some(self) || !some(other) {
            return Ok(if some(self) { self.clone() } else { other.clone() });
        }
        let mut rounds: Vec<Round> = Vec::new();
        for ours in self.rounds.iter().filter(|round| !round.cube.cells.is_empty()) {
            let Some(theirs) = other.rounds.iter().find(|round| round.label == ours.label) else {
                rounds.push(ours.clone());
                continue;
            };
            if let (Some(year), Some(other)) = (ours.year, theirs.year)
                && year != other
            {
                return Err(SeriesError::Years(ours.label.clone(), year, other));
            }
            let cube = ours.cube.merge(&theirs.cube).map_err(|error| SeriesError::Cubes(ours.label.clone(), error))?;
            rounds.push(Round { label: ours.label.clone(), year: ours.year.or(theirs.year), cube });
        }
        let new = |round: &&Round| !round.cube.cells.is_empty() && self.rounds.iter().all(|r| r.label != round.label);
        rounds.extend(other.rounds.iter().filter(new).cloned());
        rounds.sort_by(|a, b| a.label.cmp(&b.label));
        Ok(Series { rounds })
    }
}
