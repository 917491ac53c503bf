//! The drawings of a briefing: the trend as lines, the units as a map or as tiles.

use super::Briefing;
use crate::chart::{Area, MapWords, Picture, Series, Shapes, Shown, Value, Words, choropleth, lines, tiles};
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
    let breaks: Vec<usize> = briefing.breaks.iter().map(|at| at.place).collect();
    lines(&words, &days, &[poor, near_poor], &breaks)
}

/// The units; nothing where there are fewer than two to compare.
pub(super) fn map(briefing: &Briefing, shapes: Option<&Shapes>) -> Result<Option<Picture>, ReportError> {
    let language = language(briefing);
    let hidden = pick(language, "không biết", "not known");
    let words = Words {
        title: pick(language, "Số hộ nghèo theo đơn vị", "Poor households by unit"),
        labels: pick(language, "Đơn vị", "Unit"),
        hidden,
    };
    let map = MapWords { what: pick(language, "Hộ nghèo", "Poor households"), nothing: hidden };
    let area = |place: &super::Place| Area {
        code: place.area.clone(),
        name: place.name.clone(),
        shown: Shown::Number(value(place.poor, language)),
    };
    let areas: Vec<Area> = briefing.places.iter().map(area).collect();
    match shapes {
        Some(shapes) => {
            let missing = shapes.missing(&areas);
            if missing.is_empty() && !areas.is_empty() {
                Ok(Some(choropleth(&words, &map, shapes, &areas)))
            } else {
                Err(ReportError::NoShapes(missing))
            }
        }
        None => Ok((areas.len() > 1).then(|| tiles(&words, &map, &areas))),
    }
}
