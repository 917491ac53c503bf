//! The drawings of a briefing: the trend as lines, the units as a map or as tiles.

use super::Briefing;
use crate::chart::{Area, Picture, Series, Shapes, Value, Words, choropleth, lines, tiles};
use crate::report::ReportError;
use vuon_policy::model::Language;
use vuon_policy::words::{grouped, pick};

fn language(briefing: &Briefing) -> Language {
    if briefing.paper.language == "vi" { Language::Vi } else { Language::En }
}

fn value(count: i64, language: Language) -> Value {
    Value { number: count as f64, text: grouped(count, language) }
}

pub(super) fn trend(briefing: &Briefing) -> Picture {
    let language = language(briefing);
    let words = Words {
        title: pick(language, "Số hộ nghèo, hộ cận nghèo tại các mốc", "Poor and near-poor households on these days"),
        labels: pick(language, "Tại ngày", "On"),
        hidden: "…",
    };
    let days: Vec<String> = briefing.trend.iter().map(|year| year.day.clone()).collect();
    let series = [("Hộ nghèo", "Poor"), ("Hộ cận nghèo", "Near-poor")].map(|(vi, en)| pick(language, vi, en));
    let [poor, near_poor] = series.map(str::to_owned);
    let poor =
        Series { name: poor, values: briefing.trend.iter().map(|year| Some(value(year.poor, language))).collect() };
    let near_poor = Series {
        name: near_poor,
        values: briefing.trend.iter().map(|year| Some(value(year.near_poor, language))).collect(),
    };
    lines(&words, &days, &[poor, near_poor])
}

/// The units; nothing where there are fewer than two to compare.
pub(super) fn map(briefing: &Briefing, shapes: Option<&Shapes>) -> Result<Option<Picture>, ReportError> {
    let language = language(briefing);
    let words = Words {
        title: pick(language, "Số hộ nghèo theo đơn vị", "Poor households by unit"),
        labels: pick(language, "Đơn vị", "Unit"),
        hidden: pick(language, "không biết", "not known"),
    };
    let area =
        |place: &super::Place| -> Area { (place.area.clone(), place.name.clone(), Some(value(place.poor, language))) };
    let areas: Vec<Area> = briefing.places.iter().map(area).collect();
    let what = pick(language, "Hộ nghèo", "Poor households");
    match shapes {
        Some(shapes) => {
            let missing = shapes.missing(&areas);
            if missing.is_empty() && !areas.is_empty() {
                Ok(Some(choropleth(&words, what, shapes, &areas)))
            } else {
                Err(ReportError::NoShapes(missing))
            }
        }
        None => Ok((areas.len() > 1).then(|| tiles(&words, what, &areas))),
    }
}
