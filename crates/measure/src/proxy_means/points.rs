//! Coefficients made into whole points.

/// Points of a region.
#[derive(Clone, PartialEq, Debug)]
pub struct Rounded {
    /// For each item and level; the least of an item is 0.
    pub points: Vec<Vec<u32>>,
    /// How many points a unit of the coefficients is.
    pub scale: f64,
}

/// Makes the coefficients of each item's levels into whole points: shifted so that the least of an item is 0, rounded to
/// the nearest multiple of `step`, scaled so that the greatest points of all items together are `greatest` **after**
/// rounding.
///
/// Rounding makes the total jump. Of the scales that give the total, the nearest to the unrounded one is taken. Where
/// several items lie on the edge of rounding there at once, those that come first are rounded up, as many as are needed.
/// `None` where no level differs from another, or `greatest` is not a multiple of `step` above zero.
pub fn round_points(coefficients: &[Vec<f64>], greatest: u32, step: u32) -> Option<Rounded> {
    if step == 0 || greatest == 0 || !greatest.is_multiple_of(step) {
        return None;
    }
    let least = |item: &Vec<f64>| item.iter().copied().fold(f64::INFINITY, f64::min);
    let most = |item: &Vec<f64>| item.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let ranges: Vec<f64> = coefficients.iter().map(|item| (most(item) - least(item)).max(0.0)).collect();
    let sum: f64 = ranges.iter().sum();
    if !sum.is_finite() || sum <= 0.0 {
        return None;
    }
    let wanted = f64::from(greatest / step);
    let scale = nearest_scale(&ranges, wanted, wanted / sum);
    let mut lacking = wanted - total(&ranges, scale, down);
    let mut points = Vec::with_capacity(coefficients.len());
    for (item, range) in coefficients.iter().zip(&ranges) {
        let gain = up(scale * range) - down(scale * range);
        let rounded = if gain > 0.0 && lacking >= gain { up } else { down };
        lacking -= rounded(scale * range) - down(scale * range);
        points.push(item.iter().map(|c| rounded(scale * (c - least(item))) as u32 * step).collect());
    }
    Some(Rounded { points, scale: scale * f64::from(step) })
}

/// How near to a half counts as a half.
const EDGE: f64 = 1e-9;

/// The nearest whole number; of two equally near ones the higher.
fn up(x: f64) -> f64 {
    (x + 0.5 + EDGE).floor()
}

/// The nearest whole number from 0; of two equally near ones the lower.
fn down(x: f64) -> f64 {
    (x - 0.5 - EDGE).ceil().max(0.0)
}

fn total(ranges: &[f64], scale: f64, rounded: fn(f64) -> f64) -> f64 {
    ranges.iter().map(|range| rounded(scale * range)).sum()
}

/// The scale nearest to `start` at which rounding can give the wanted total. Each round passes at least one jump, and the
/// total is off by no more than half a point for each item.
fn nearest_scale(ranges: &[f64], wanted: f64, start: f64) -> f64 {
    let mut scale = start;
    while total(ranges, scale, up) < wanted {
        let jumps = ranges.iter().filter(|r| **r > 0.0).map(|r| (up(scale * r) + 0.5) / r);
        scale = jumps.fold(f64::INFINITY, f64::min);
    }
    while total(ranges, scale, down) > wanted {
        let jumps = ranges.iter().filter(|r| down(scale * **r) > 0.0).map(|r| (down(scale * r) - 0.5) / r);
        scale = jumps.fold(0.0, f64::max);
    }
    scale
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greatest(found: &Rounded) -> u32 {
        found.points.iter().map(|item| item.iter().max().unwrap()).sum()
    }

    #[test]
    fn the_least_level_has_no_points_and_the_greatest_total_is_the_declared_one() {
        // Ranges 0.5 and 0.3 are 62.5 and 37.5 of a hundred: of two halves the first is rounded up.
        let found = round_points(&[vec![0.0, 0.5, 0.2], vec![0.0, -0.3]], 100, 1).unwrap();
        assert_eq!(found.points, [vec![0, 63, 25], vec![37, 0]]);
        assert!((found.scale - 125.0).abs() < 1e-9);
    }

    #[test]
    fn points_in_steps_of_five() {
        // 20 steps over 0.9: 11.6, 6 and 2.4 of them.
        let found = round_points(&[vec![0.0, 0.52, 0.2], vec![0.0, 0.27], vec![0.11, 0.0]], 100, 5).unwrap();
        assert_eq!(found.points, [vec![0, 60, 20], vec![0, 30], vec![10, 0]]);
    }

    #[test]
    fn where_rounding_misses_the_total_the_scale_gives_way() {
        // 10 points over 3: three times 3.33 are 9; at 3.5 each is on the edge, and one goes up.
        let thirds = vec![vec![0.0, 1.0]; 3];
        let found = round_points(&thirds, 10, 1).unwrap();
        assert_eq!(found.points, [vec![0, 4], vec![0, 3], vec![0, 3]]);
        assert!((found.scale - 3.5).abs() < 1e-9);
        // 11 points over 3: three times 3.67 are 12.
        let found = round_points(&thirds, 11, 1).unwrap();
        assert_eq!(found.points, [vec![0, 4], vec![0, 4], vec![0, 3]]);
    }

    #[test]
    fn the_declared_total_is_always_met() {
        for wanted in 1..200 {
            let ranges: Vec<Vec<f64>> = (1..9).map(|i| vec![0.3, 0.3 + f64::from(i * i % 7) / 7.0, 0.1]).collect();
            let found = round_points(&ranges, wanted, 1).unwrap();
            assert_eq!(greatest(&found), wanted);
        }
    }

    #[test]
    fn without_differences_there_are_no_points() {
        assert_eq!(round_points(&[vec![0.3, 0.3]], 100, 1), None);
        assert_eq!(round_points(&[vec![0.0, 0.3]], 100, 3), None);
        assert_eq!(round_points(&[], 100, 1), None);
        // An item that does not matter in a region has no points there.
        assert_eq!(round_points(&[vec![0.0, 0.3], vec![0.0, 0.0]], 10, 1).unwrap().points, [vec![0, 10], vec![0, 0]]);
    }
}
