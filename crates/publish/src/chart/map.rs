//! Maps: areas as dark as their number is great. Shapes come from a GeoJSON file that the user supplies; without one, a
//! tile stands for each area.
//!
//! What is hidden is hatched and what was never counted is dotted, whatever their numbers are: no shade tells of them, and
//! the classes are made of the numbers that are shown alone.

use super::{Picture, Value, Words, drawing, shortened};
use maud::{Markup, html};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use vuon_policy::model::Language;

/// From light to dark; told apart on paper as well.
const SHADES: [&str; 5] = ["#f7fbff", "#c6dbef", "#85b4d6", "#3a7cb0", "#0b3c66"];
/// Words upon a shade.
const ON_SHADE: [&str; 5] = ["#1a1a1a", "#1a1a1a", "#1a1a1a", "#ffffff", "#ffffff"];
/// How wide tiles are together.
const TILES: f64 = 680.0;
/// How wide a map is: its words can be read on a telephone too.
const MAP: f64 = 480.0;
/// How high a map may be.
const MAP_HEIGHT: f64 = 520.0;
/// How high a row of the legend is.
const ROW: f64 = 24.0;
/// Points nearer to the last one than this are not drawn: the file of a province would be too heavy for a bad line.
const NEAR: f64 = 0.6;

/// What is known of an area.
#[derive(Clone, PartialEq, Debug)]
pub enum Shown {
    /// A number.
    Number(Value),
    /// A number that is hidden or not known yet.
    Hidden,
    /// Nothing was ever counted there.
    Nothing,
}

impl Shown {
    fn number(&self) -> Option<&Value> {
        match self {
            Shown::Number(value) => Some(value),
            Shown::Hidden | Shown::Nothing => None,
        }
    }
}

impl From<Option<Value>> for Shown {
    fn from(value: Option<Value>) -> Self {
        value.map_or(Shown::Hidden, Shown::Number)
    }
}

/// An area of a map.
#[derive(Clone, PartialEq, Debug)]
pub struct Area {
    /// Its code, or `list:code`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub shown: Shown,
}

/// What a map says besides its [`Words`].
#[derive(Clone, Copy, Debug)]
pub struct MapWords<'a> {
    /// What the number is: it heads its column in the table.
    pub what: &'a str,
    /// What stands where nothing was ever counted.
    pub nothing: &'a str,
}

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
    /// A feature lies nowhere on earth: its points are no degrees.
    #[error("the points of feature {0} are not longitude and latitude in degrees (WGS 84)")]
    NoDegrees(usize),
}

impl ShapesError {
    /// In a language.
    pub fn text(&self, language: Language) -> String {
        match (self, language) {
            (ShapesError::NotGeoJson(why), Language::Vi) => format!("tệp này không phải GeoJSON: {why}"),
            (ShapesError::NoCode(number), Language::Vi) => format!("hình số {number} không có thuộc tính `code`"),
            (ShapesError::NoPolygon(number), Language::Vi) => format!("hình số {number} không phải đa giác"),
            (ShapesError::NoDegrees(number), Language::Vi) => {
                format!("các điểm của hình số {number} không phải kinh độ, vĩ độ (WGS 84)")
            }
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
            let rings: Vec<Vec<(f64, f64)>> = rings.collect();
            if rings.iter().flatten().any(|(x, y)| x.abs() > 180.0 || y.abs() > 90.0) {
                return Err(ShapesError::NoDegrees(number + 1));
            }
            shapes.outlines.entry(code).or_default().extend(rings);
        }
        Ok(shapes)
    }

    /// The areas whose shapes are not there, by code and name. One of which nothing was ever counted may be missing.
    pub fn missing(&self, areas: &[Area]) -> Vec<String> {
        let without = areas.iter().filter(|area| area.shown != Shown::Nothing && self.of(&area.code).is_none());
        without.map(|Area { code, name, .. }| format!("{} {name}", code.rsplit(':').next().unwrap_or(code))).collect()
    }

    fn of(&self, code: &str) -> Option<&Vec<Vec<(f64, f64)>>> {
        self.outlines.get(code).or_else(|| self.outlines.get(code.rsplit(':').next()?))
    }
}

/// Classes of equally many different numbers, by their bounds: where most areas have the same one, the others are told
/// apart all the same.
struct Classes {
    bounds: Vec<Value>,
    most: Option<Value>,
}

impl Classes {
    fn of<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        let mut sorted: Vec<Value> = values.cloned().collect();
        sorted.sort_by(|a, b| a.number.total_cmp(&b.number));
        sorted.dedup_by(|a, b| a.number == b.number);
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

    fn shade(&self, shown: &Shown) -> Shade {
        match shown {
            Shown::Number(value) => Shade { fill: SHADES[self.class(value)], ink: ON_SHADE[self.class(value)] },
            Shown::Hidden => Shade { fill: "url(#unknown)", ink: ON_SHADE[0] },
            Shown::Nothing => Shade { fill: "url(#nothing)", ink: ON_SHADE[0] },
        }
    }

    /// What each shade stands for, the lightest first. A class ends where the next begins.
    fn legend(&self, areas: &[&Area], words: &Words<'_>, map: &MapWords<'_>) -> Vec<(&'static str, String)> {
        let mut entries: Vec<(&'static str, String)> = Vec::new();
        for (place, bound) in self.bounds.iter().enumerate() {
            let is_last = place + 1 == self.bounds.len();
            let told = match self.most.as_ref().filter(|most| most.number > bound.number) {
                _ if !is_last => format!("≥ {}", bound.text),
                Some(most) => format!("{} – {}", bound.text, most.text),
                None => bound.text.clone(),
            };
            entries.push((SHADES[self.class(bound)], told));
        }
        for (shown, told) in [(Shown::Hidden, words.hidden), (Shown::Nothing, map.nothing)] {
            if areas.iter().any(|area| area.shown == shown) {
                entries.push((self.shade(&shown).fill, told.to_owned()));
            }
        }
        entries
    }
}

/// How an area is filled, and the words upon it.
struct Shade {
    fill: &'static str,
    ink: &'static str,
}

/// The legend below a drawing of a width, and how high it is: entries one beside the other while there is room.
fn legend(entries: &[(&'static str, String)], top: f64, width: f64) -> (Markup, f64) {
    let (mut x, mut y) = (4.0, top);
    let mut places = Vec::new();
    for (fill, text) in entries {
        let wide = 26.0 + 7.2 * text.chars().count() as f64 + 14.0;
        if x > 4.0 && x + wide > width {
            (x, y) = (4.0, y + ROW);
        }
        places.push((x, y, fill, text));
        x += wide;
    }
    let drawn = html! {
        @for (x, y, fill, text) in places {
            rect x=(format!("{x:.1}")) y=(format!("{y:.1}")) width="20" height="15" fill=(fill) stroke="#1a1a1a" {}
            text x=(format!("{:.1}", x + 26.0)) y=(format!("{:.1}", y + 12.5)) { (text) }
        }
    };
    (drawn, y - top + ROW)
}

fn patterns() -> Markup {
    html! {
        defs {
            pattern id="unknown" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                rect width="7" height="7" fill="#ffffff" {}
                rect width="1.2" height="7" fill="#555555" {}
            }
            pattern id="nothing" width="9" height="9" patternUnits="userSpaceOnUse" {
                rect width="9" height="9" fill="#ffffff" {}
                circle cx="4.5" cy="4.5" r="0.9" fill="#777777" {}
            }
        }
    }
}

/// The drawing with its table: a row for each area where anything was counted.
fn picture(words: &Words<'_>, map: &MapWords<'_>, areas: &[Area], svg: Markup) -> Picture {
    let counted = areas.iter().filter(|area| area.shown != Shown::Nothing);
    let rows = counted.map(|area| vec![area.name.clone(), told(&area.shown, words, map).to_owned()]).collect();
    let headings = vec![words.labels.to_owned(), map.what.to_owned()];
    Picture { title: words.title.to_owned(), svg, headings, rows }
}

fn told<'a>(shown: &'a Shown, words: &Words<'a>, map: &MapWords<'a>) -> &'a str {
    match shown {
        Shown::Number(value) => &value.text,
        Shown::Hidden => words.hidden,
        Shown::Nothing => map.nothing,
    }
}

/// From degrees to places of the drawing.
struct Projection {
    west: f64,
    north: f64,
    /// Degrees of longitude are shorter away from the equator.
    narrow: f64,
    scale: f64,
    height: f64,
}

impl Projection {
    fn of<'a>(points: impl Iterator<Item = &'a (f64, f64)>) -> Self {
        let none = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
        let (west, east, south, north) = points.fold(none, |(west, east, south, north), (x, y)| {
            (west.min(*x), east.max(*x), south.min(*y), north.max(*y))
        });
        let narrow = ((south + north) / 2.0).to_radians().cos();
        let scale = (MAP / ((east - west) * narrow).max(1e-9)).min(MAP_HEIGHT / (north - south).max(1e-9));
        Projection { west, north, narrow, scale, height: (north - south).max(0.0) * scale }
    }

    fn at(&self, (x, y): &(f64, f64)) -> (f64, f64) {
        ((x - self.west) * self.narrow * self.scale, (self.north - y) * self.scale)
    }

    fn path(&self, rings: &[Vec<(f64, f64)>]) -> String {
        let mut path = String::new();
        for ring in rings {
            let mut last: Option<(f64, f64)> = None;
            for (x, y) in ring.iter().map(|point| self.at(point)) {
                if last.is_some_and(|(before, above)| (x - before).hypot(y - above) < NEAR) {
                    continue;
                }
                let step = if last.is_none() { 'M' } else { 'L' };
                path.push_str(&format!("{step}{x:.1} {y:.1}"));
                last = Some((x, y));
            }
            path.push('z');
        }
        path
    }

    /// The middle of the largest ring, and how wide and high that is: where a number fits, if it does.
    fn middle(&self, rings: &[Vec<(f64, f64)>]) -> Option<(f64, f64, f64, f64)> {
        let bounds = |ring: &Vec<(f64, f64)>| {
            let none = (f64::MAX, f64::MIN, f64::MAX, f64::MIN);
            let (left, right, top, bottom) = ring
                .iter()
                .map(|point| self.at(point))
                .fold(none, |all, (x, y)| (all.0.min(x), all.1.max(x), all.2.min(y), all.3.max(y)));
            ((left + right) / 2.0, (top + bottom) / 2.0, right - left, bottom - top)
        };
        rings.iter().map(bounds).max_by(|a, b| (a.2 * a.3).total_cmp(&(b.2 * b.3)))
    }
}

/// A map of the areas whose shapes are known, with their numbers where these fit.
pub fn choropleth(words: &Words<'_>, map: &MapWords<'_>, shapes: &Shapes, areas: &[Area]) -> Picture {
    let drawn: Vec<_> = areas.iter().filter_map(|area| Some((area, shapes.of(&area.code)?))).collect();
    let projection = Projection::of(drawn.iter().flat_map(|(_, rings)| rings.iter().flatten()));
    let classes = Classes::of(drawn.iter().filter_map(|(area, _)| area.shown.number()));
    let on_map: Vec<&Area> = drawn.iter().map(|(area, _)| *area).collect();
    let entries = classes.legend(&on_map, words, map);
    let (legend, below) = legend(&entries, projection.height + 14.0, MAP);
    let inside = html! {
        (patterns())
        @for (area, rings) in &drawn {
            path d=(projection.path(rings)) fill=(classes.shade(&area.shown).fill) stroke="#1a1a1a" stroke-width="0.8"
                fill-rule="evenodd" {
                title { (area.name) ": " (told(&area.shown, words, map)) }
            }
        }
        // Above all shapes, so that no neighbour lies upon a number.
        @for (area, rings) in &drawn {
            @if let Some(value) = area.shown.number() && let Some((x, y, width, height)) = projection.middle(rings)
                && width > 9.0 * value.text.chars().count() as f64 + 6.0 && height > 18.0 {
                text x=(format!("{x:.1}")) y=(format!("{:.1}", y + 4.5)) text-anchor="middle"
                    fill=(classes.shade(&area.shown).ink) { (value.text) }
            }
        }
        (legend)
    };
    let svg = drawing(words.title, Some("map"), MAP, projection.height + 14.0 + below, inside);
    picture(words, map, areas, svg)
}

/// A tile for each area, in the order given.
pub fn tiles(words: &Words<'_>, map: &MapWords<'_>, areas: &[Area]) -> Picture {
    // Many tiles are smaller, so that they still fit on half a page.
    let (across, high, letters) = match areas.len() {
        0..=16 => (4, 58.0, 24),
        17..=48 => (8, 58.0, 12),
        _ => (12, 44.0, 8),
    };
    let side = TILES / across as f64;
    let classes = Classes::of(areas.iter().filter_map(|area| area.shown.number()));
    let height = areas.len().div_ceil(across) as f64 * high;
    let (legend, below) = legend(&classes.legend(&areas.iter().collect::<Vec<_>>(), words, map), height + 12.0, TILES);
    let inside = html! {
        (patterns())
        @for (place, area) in areas.iter().enumerate() {
            @let (x, y) = ((place % across) as f64 * side, (place / across) as f64 * high);
            @let Shade { fill, ink } = classes.shade(&area.shown);
            rect x=(format!("{:.1}", x + 1.5)) y=(y + 1.5) width=(side - 3.0) height=(high - 3.0) fill=(fill) stroke="#1a1a1a" {}
            @let middle = format!("{:.1}", x + side / 2.0);
            text x=(middle) y=(y + high * 0.4) font-size="11" text-anchor="middle" fill=(ink) { (shortened(&area.name, letters)) }
            @if let Some(value) = area.shown.number() {
                text x=(middle) y=(y + high * 0.76) text-anchor="middle" font-weight="bold" fill=(ink) { (value.text) }
            }
        }
        (legend)
    };
    picture(words, map, areas, drawing(words.title, None, TILES, height + 12.0 + below, inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: Words<'_> = Words { title: "Poor households", labels: "Unit", hidden: "hidden" };
    const MAP_WORDS: MapWords<'_> = MapWords { what: "Poor", nothing: "no list" };

    fn square(code: &str, west: f64, south: f64) -> String {
        let (east, north) = (west + 0.5, south + 0.5);
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":
            [[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
        )
    }

    fn shapes(features: &[String]) -> Result<Shapes, ShapesError> {
        Shapes::read(&format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",")))
    }

    fn area(code: &str, shown: Shown) -> Area {
        Area { code: format!("list:{code}"), name: format!("Area {code}"), shown }
    }

    fn number(number: f64) -> Shown {
        Shown::Number(Value { number, text: number.to_string() })
    }

    #[test]
    fn no_shade_tells_of_what_is_hidden() {
        let shapes = shapes(&[square("1", 103.0, 21.0), square("2", 103.5, 21.0), square("3", 104.0, 21.0)]).unwrap();
        let of = |shown: Shown| {
            let areas = [area("1", number(7.0)), area("2", number(90.0)), area("3", shown)];
            choropleth(&WORDS, &MAP_WORDS, &shapes, &areas)
        };
        let hidden = of(Shown::Hidden);
        let svg = hidden.svg.clone().into_string();
        assert!(svg.contains(r##"fill="url(#unknown)""##) && svg.contains(">hidden<") && !svg.contains(">no list<"));
        assert_eq!(hidden.rows[2], ["Area 3", "hidden"]);
        let nothing = of(Shown::Nothing);
        assert_eq!(nothing.rows.len(), 2, "where nothing was counted there is nothing to read");
        // What is shown of the others is the same, whatever the third is.
        let shades = |picture: &Picture| {
            let svg = picture.svg.clone().into_string();
            svg.split("<path").skip(1).take(2).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(shades(&hidden), shades(&nothing));
    }

    #[test]
    fn where_most_areas_have_the_same_number_the_others_are_told_apart() {
        let of = |count: f64| Value { number: count, text: count.to_string() };
        let values: Vec<Value> = [0.0; 41].into_iter().chain([39.0, 116.0, 118.0, 137.0]).map(of).collect();
        let classes = Classes::of(values.iter());
        assert_eq!([0.0, 39.0, 116.0, 118.0, 137.0].map(|count| classes.class(&of(count))), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_map_lacks_the_shapes_of_counted_areas_alone() {
        let shapes = shapes(&[square("1", 103.0, 21.0)]).unwrap();
        let areas = [area("1", number(7.0)), area("2", Shown::Hidden), area("3", Shown::Nothing)];
        assert_eq!(shapes.missing(&areas), ["2 Area 2"]);
    }

    #[test]
    fn points_that_are_no_degrees_are_refused() {
        let metres = shapes(&[square("1", 520_000.0, 2_380_000.0)]);
        assert!(matches!(metres, Err(ShapesError::NoDegrees(1))));
    }
}
