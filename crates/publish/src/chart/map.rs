//! Maps: areas as dark as their number is great. Shapes come from a GeoJSON file that the user supplies; without one, a
//! tile stands for each area.

use super::{Picture, Series, Value, Words, drawing, shortened, table};
use maud::{Markup, html};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use vuon_policy::model::Language;

/// From light to dark; told apart on paper as well.
const SHADES: [&str; 5] = ["#f7fbff", "#c6dbef", "#85b4d6", "#3a7cb0", "#0b3c66"];
/// Words upon a shade.
const ON_SHADE: [&str; 5] = ["#1a1a1a", "#1a1a1a", "#1a1a1a", "#ffffff", "#ffffff"];
const WIDTH: f64 = 680.0;

/// Outlines by the code of their area.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    outlines: BTreeMap<String, Vec<Vec<(f64, f64)>>>,
}

/// Why a file is no map.
#[derive(Debug, thiserror::Error)]
pub enum ShapesError {
    /// It is no GeoJSON.
    #[error("this is no GeoJSON: {0}")]
    NotGeoJson(String),
    /// A feature has no code.
    #[error("feature {0} has no property `code`")]
    NoCode(usize),
    /// A feature is no area.
    #[error("feature {0} is no polygon")]
    NoPolygon(usize),
}

impl ShapesError {
    /// In a language.
    pub fn text(&self, language: Language) -> String {
        match (self, language) {
            (ShapesError::NotGeoJson(why), Language::Vi) => format!("tệp này không phải GeoJSON: {why}"),
            (ShapesError::NoCode(number), Language::Vi) => format!("hình số {number} không có thuộc tính `code`"),
            (ShapesError::NoPolygon(number), Language::Vi) => format!("hình số {number} không phải đa giác"),
            (error, Language::En) => error.to_string(),
        }
    }
}

impl Shapes {
    /// Reads a collection of polygons, each with the property `code`: the area's code, or `list:code`.
    ///
    /// # Errors
    /// [`ShapesError`].
    pub fn read(text: &str) -> Result<Self, ShapesError> {
        let json: Json = serde_json::from_str(text).map_err(|problem| ShapesError::NotGeoJson(problem.to_string()))?;
        let features = json["features"].as_array().ok_or_else(|| ShapesError::NotGeoJson("no features".into()))?;
        let mut shapes = Shapes::default();
        for (number, feature) in features.iter().enumerate() {
            let code = match &feature["properties"]["code"] {
                Json::String(code) => code.clone(),
                Json::Number(code) => code.to_string(),
                _ => return Err(ShapesError::NoCode(number + 1)),
            };
            let geometry = &feature["geometry"];
            let polygons: Vec<&Json> = match geometry["type"].as_str() {
                Some("Polygon") => vec![&geometry["coordinates"]],
                Some("MultiPolygon") => geometry["coordinates"].as_array().into_iter().flatten().collect(),
                _ => return Err(ShapesError::NoPolygon(number + 1)),
            };
            let ring = |ring: &Json| -> Vec<(f64, f64)> {
                let points = ring.as_array().into_iter().flatten();
                points.filter_map(|point| Some((point[0].as_f64()?, point[1].as_f64()?))).collect()
            };
            let rings = polygons.into_iter().flat_map(|polygon| polygon.as_array().into_iter().flatten()).map(ring);
            shapes.outlines.entry(code).or_default().extend(rings);
        }
        Ok(shapes)
    }

    /// The areas whose shapes are not there, by code and name.
    pub fn missing(&self, areas: &[Area]) -> Vec<String> {
        let without = areas.iter().filter(|(code, ..)| self.of(code).is_none());
        without.map(|(code, name, _)| format!("{} {name}", code.rsplit(':').next().unwrap_or(code))).collect()
    }

    fn of(&self, code: &str) -> Option<&Vec<Vec<(f64, f64)>>> {
        self.outlines.get(code).or_else(|| self.outlines.get(code.rsplit(':').next()?))
    }
}

/// Classes of equally many areas, by their bounds.
struct Classes {
    bounds: Vec<Value>,
    most: Option<Value>,
}

impl Classes {
    fn of<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        let mut sorted: Vec<Value> = values.cloned().collect();
        sorted.sort_by(|a, b| a.number.total_cmp(&b.number));
        let most = sorted.last().cloned();
        let mut bounds: Vec<Value> =
            (0..SHADES.len()).filter_map(|class| sorted.get(class * sorted.len() / SHADES.len()).cloned()).collect();
        bounds.dedup_by(|a, b| a.number == b.number);
        Classes { bounds, most }
    }

    fn class(&self, value: &Value) -> usize {
        let class = self.bounds.iter().rposition(|bound| value.number >= bound.number).unwrap_or(0);
        // Few classes are spread over all shades.
        if self.bounds.len() < 2 { 2 } else { class * (SHADES.len() - 1) / (self.bounds.len() - 1) }
    }

    fn legend(&self, top: f64, hidden: &str) -> Markup {
        html! {
            @for (place, bound) in self.bounds.iter().enumerate() {
                @let x = 10.0 + 130.0 * place as f64;
                rect x=(x) y=(top) width="18" height="14" fill=(SHADES[self.class(bound)]) stroke="#1a1a1a" {}
                text x=(x + 24.0) y=(top + 12.0) font-size="12" {
                    "≥ " (bound.text)
                    @if place + 1 == self.bounds.len() && let Some(most) = &self.most { " – " (most.text) }
                }
            }
            rect x="10" y=(top + 22.0) width="18" height="14" fill="url(#unknown)" stroke="#1a1a1a" {}
            text x="34" y=(top + 34.0) font-size="12" { (hidden) }
        }
    }
}

fn unknown() -> Markup {
    html! {
        defs {
            pattern id="unknown" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                rect width="7" height="7" fill="#ffffff" {}
                rect width="1.2" height="7" fill="#555555" {}
            }
        }
    }
}

/// An area of a map: its code, its name, its number.
pub type Area = (String, String, Option<Value>);

fn picture(words: &Words<'_>, what: &str, areas: &[Area], svg: Markup) -> Picture {
    let series = Series { name: what.to_owned(), values: areas.iter().map(|(.., value)| value.clone()).collect() };
    let names: Vec<String> = areas.iter().map(|(_, name, _)| name.clone()).collect();
    let (headings, rows) = table(words, &names, &[series]);
    Picture { title: words.title.to_owned(), svg, headings, rows }
}

/// A map of the areas whose shapes are known. `what` the number is heads its column in the table.
pub fn choropleth(words: &Words<'_>, what: &str, shapes: &Shapes, areas: &[Area]) -> Picture {
    let drawn: Vec<_> = areas.iter().filter_map(|area| shapes.of(&area.0).map(|rings| (area, rings))).collect();
    let points = || drawn.iter().flat_map(|(_, rings)| rings.iter().flatten());
    let (west, east) = points().fold((f64::MAX, f64::MIN), |(low, high), (x, _)| (low.min(*x), high.max(*x)));
    let (south, north) = points().fold((f64::MAX, f64::MIN), |(low, high), (_, y)| (low.min(*y), high.max(*y)));
    // Degrees of longitude are shorter away from the equator.
    let narrow = ((south + north) / 2.0).to_radians().cos();
    let scale = (WIDTH / ((east - west) * narrow).max(1e-9)).min(560.0 / (north - south).max(1e-9));
    let height = (north - south).max(0.0) * scale;
    let classes = Classes::of(drawn.iter().filter_map(|((.., value), _)| value.as_ref()));
    let path = |rings: &Vec<Vec<(f64, f64)>>| {
        let mut path = String::new();
        for ring in rings {
            for (place, (x, y)) in ring.iter().enumerate() {
                let step = if place == 0 { 'M' } else { 'L' };
                path.push_str(&format!("{step}{:.1} {:.1}", (x - west) * narrow * scale, (north - y) * scale));
            }
            path.push('z');
        }
        path
    };
    let inside = html! {
        (unknown())
        @for ((_, name, value), rings) in &drawn {
            @let fill = value.as_ref().map_or("url(#unknown)", |value| SHADES[classes.class(value)]);
            path d=(path(rings)) fill=(fill) stroke="#1a1a1a" stroke-width="0.8" fill-rule="evenodd" {
                title { (name) ": " (value.as_ref().map_or(words.hidden, |value| &value.text)) }
            }
        }
        (classes.legend(height + 12.0, words.hidden))
    };
    picture(words, what, areas, drawing(words.title, WIDTH, height + 56.0, inside))
}

/// A tile for each area, in the order given.
pub fn tiles(words: &Words<'_>, what: &str, areas: &[Area]) -> Picture {
    // Many tiles are smaller, so that they still fit on half a page.
    let (across, high, letters) = if areas.len() > 48 { (12, 44.0, 8) } else { (8, 58.0, 13) };
    let side = WIDTH / across as f64;
    let classes = Classes::of(areas.iter().filter_map(|(.., value)| value.as_ref()));
    let height = areas.len().div_ceil(across) as f64 * high;
    let inside = html! {
        (unknown())
        @for (place, (_, name, value)) in areas.iter().enumerate() {
            @let (x, y) = ((place % across) as f64 * side, (place / across) as f64 * high);
            @let class = value.as_ref().map(|value| classes.class(value));
            rect x=(format!("{:.1}", x + 1.5)) y=(y + 1.5) width=(side - 3.0) height=(high - 3.0)
                fill=(class.map_or("url(#unknown)", |class| SHADES[class])) stroke="#1a1a1a" {}
            @let ink = class.map_or("#1a1a1a", |class| ON_SHADE[class]);
            @let middle = format!("{:.1}", x + side / 2.0);
            text x=(middle) y=(y + high * 0.4) font-size="11" text-anchor="middle" fill=(ink) { (shortened(name, letters)) }
            @if let Some(value) = value {
                text x=(middle) y=(y + high * 0.76) text-anchor="middle" font-weight="bold" fill=(ink) { (value.text) }
            }
        }
        (classes.legend(height + 12.0, words.hidden))
    };
    picture(words, what, areas, drawing(words.title, WIDTH, height + 56.0, inside))
}
