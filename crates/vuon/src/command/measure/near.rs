//! Cut-offs that lie beside a score that people can have, such as 33.34 % beside 1/3: the poor are then others than the
//! user may think.

use vuon_measure::alkire_foster::Specification;
use vuon_measure::cube::Cube;
use vuon_measure::weighting::{Cutoff, Weighting};
use vuon_policy::exact::Exact;

/// A cut-off near a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Near {
    /// The place of the cut-off.
    pub cutoff: usize,
    /// The weighting by which the score can be had.
    pub weighting: usize,
    /// The score.
    pub score: Cutoff,
    /// The share of the weight of those who are poor at the one and not at the other, of all who enter.
    pub share: f64,
}

/// The cut-offs that differ from the nearest attainable score by no more than a hundredth of it, and with that in who is
/// poor.
pub fn near(specification: &Specification, cube: &Cube) -> Vec<Near> {
    let mut found = Vec::new();
    for (w, weighting) in specification.weightings.iter().enumerate() {
        let attainable = weighting.attainable();
        for (cutoff, k) in specification.cutoffs.iter().enumerate() {
            let nearest = attainable.iter().min_by(|a, b| distance(**a, *k).total_cmp(&distance(**b, *k)));
            let Some(score) = nearest.copied().filter(|score| score != k && is_close(*score, *k)) else { continue };
            let share = between(weighting, *k, score, cube);
            if share > 0.0 {
                found.push(Near { cutoff, weighting: w, score, share });
            }
        }
    }
    found
}

fn distance(a: Cutoff, b: Cutoff) -> f64 {
    let minus = Exact::new(-b.exact().numerator(), b.exact().denominator());
    let difference = minus.and_then(|minus| a.exact().plus(minus));
    difference.map_or(f64::INFINITY, |d| (d.numerator() as f64 / d.denominator() as f64).abs())
}

fn is_close(score: Cutoff, k: Cutoff) -> bool {
    distance(score, k) <= 0.01 * score.value()
}

/// The share of the weight whose score lies on one side of one cut-off and on the other of the other.
fn between(weighting: &Weighting, k: Cutoff, score: Cutoff, cube: &Cube) -> f64 {
    let (a, b) = (weighting.threshold(k), weighting.threshold(score));
    let range = a.min(b)..a.max(b);
    let (mut all, mut inside) = (0.0, 0.0);
    for (profile, weight) in cube.cells.profile.iter().zip(&cube.cells.weight) {
        let profile = cube.profiles[*profile as usize];
        if profile.unknown == 0 {
            all += weight;
            inside += if range.contains(&weighting.score(profile.deprived)) { *weight } else { 0.0 };
        }
    }
    if all > 0.0 { inside / all } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vuon_measure::cube::{Label, Profile, Sampling};
    use vuon_measure::rows::{Header, Row};

    /// Three indicators of equal weight; the profiles of four people.
    fn cube(profiles: [u32; 4]) -> Cube {
        let row = |deprived: &u32| Row {
            stratum: Label::Missing,
            population: None,
            psu: Label::Missing,
            keys: vec![],
            profile: Profile { deprived: *deprived, unknown: 0 },
            weight: 1.0,
            gaps: vec![],
        };
        let header = Header {
            indicators: ["a", "b", "c"].map(String::from).to_vec(),
            weight: "rows".into(),
            sampling: Sampling::Register,
            keys: vec![],
            gaps: vec![],
        };
        Cube::of_rows(header, &profiles.each_ref().map(row))
    }

    fn found(k: &str, profiles: [u32; 4]) -> Vec<Near> {
        let third = Exact::new(1, 3).unwrap();
        let specification = Specification {
            weightings: vec![Weighting::new("w", &[third; 3]).unwrap()],
            cutoffs: vec![Cutoff::new(super::super::question::share(k).unwrap()).unwrap()],
            dimensions: vec![],
            measures: vec![],
        };
        near(&specification, &cube(profiles))
    }

    #[test]
    fn just_above_a_score_that_somebody_has() {
        let near = found("33.34%", [0b001, 0b011, 0, 0]);
        assert_eq!(near.len(), 1);
        assert_eq!((near[0].score.to_string(), near[0].share), ("1/3".into(), 0.25));
    }

    #[test]
    fn where_nobody_is_affected_nothing_is_said() {
        // Just below: the same people are poor.
        assert_eq!(found("33.33%", [0b001, 0b011, 0, 0]), []);
        assert_eq!(found("1/3", [0b001, 0b011, 0, 0]), []);
        // Nobody has the score 1/3.
        assert_eq!(found("33.34%", [0b011, 0b011, 0, 0]), []);
        assert_eq!(found("40%", [0b001, 0b011, 0, 0]), []);
    }
}
