//! Where the capital of an allocation goes, on a map: a tile for each unit, as dark as it gets much for each poor household.

use crate::office::Officer;
use maud::{Markup, html};
use std::collections::BTreeMap;
use vuon_policy::words;
use vuon_programme::published::Published;
use vuon_publish::chart::{Area, MapWords, Value, Words, tiles};

/// The figure by which the register's, or somebody's, count of poor households goes.
const POOR: &str = "poor_households";
/// Tenths of a million đồng: more digits are not read on a tile.
const TENTH: i64 = 100_000;

/// The map, for more than one unit of which it is known how many poor households it has.
pub(super) fn map(officer: &Officer, published: &Published) -> Markup {
    let poor: BTreeMap<&str, i64> = published
        .units
        .iter()
        .filter_map(|unit| Some((unit.id.as_str(), unit.figures.get(POOR)?.parse().ok().filter(|poor| *poor > 0)?)))
        .collect();
    let areas: Vec<Area> = published
        .result
        .lines
        .iter()
        .map(|line| {
            let each = poor.get(line.unit.as_str()).map(|poor| tenths(line.amount, *poor));
            let value = each.map(|tenths| Value {
                number: tenths as f64 / 10.0,
                text: words::number(tenths, 10, officer.language),
            });
            Area { code: line.unit.clone(), name: line.name.clone(), shown: value.into() }
        })
        .collect();
    let (title, labels) = (officer.t("support-capital-map"), officer.t("support-unit"));
    let (what, hidden) = (officer.t("support-capital-map-each"), officer.t("support-capital-map-none"));
    let words = Words { title: &title, labels: &labels, hidden: &hidden };
    let map = MapWords { what: &what, nothing: &hidden };
    html! {
        @if areas.len() > 1 && !poor.is_empty() {
            h3 { (title) }
            (tiles(&words, &map, &areas).folded(&officer.t("chart-as-table")))
        }
    }
}

/// What one of so many gets, in tenths of a million, to the nearest.
fn tenths(amount: i64, poor: i64) -> i64 {
    let unit = i128::from(poor) * i128::from(TENTH);
    i64::try_from((2 * i128::from(amount) + unit) / (2 * unit)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::tenths;

    #[test]
    fn a_share_is_told_to_the_nearest_tenth_of_a_million() {
        assert_eq!(tenths(1_000_000_000, 80), 125);
        assert_eq!(tenths(149_999, 1), 1);
        assert_eq!(tenths(150_000, 1), 2);
        assert_eq!(tenths(0, 7), 0);
    }
}
