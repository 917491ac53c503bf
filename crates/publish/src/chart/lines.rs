//! Lines over years: each series has its own dash and mark, and its name at its end.

use super::{Picture, Series, Value, Words, drawing, greatest, rounded_up, shortened, table, tick};
use maud::{Markup, html};

const DASHES: [&str; 4] = ["", "7 4", "2 3", "9 3 2 3"];
const COLOURS: [&str; 4] = ["#1f5f8b", "#8a4b08", "#1a1a1a", "#4a6b2a"];

/// Where a panel lies and what it shows.
struct Panel<'a> {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    most: f64,
    labels: usize,
    /// The places before which lines break.
    breaks: &'a [usize],
}

impl Panel<'_> {
    fn at(&self, place: usize, value: &Value) -> (f64, f64) {
        (self.across(place), self.y + self.height * (1.0 - value.number / self.most))
    }

    fn across(&self, place: usize) -> f64 {
        let steps = (self.labels.max(2) - 1) as f64;
        self.x + self.width * place as f64 / steps
    }

    /// A line that is broken where a number is not known, or cannot be compared with the one before.
    fn line(&self, series: &Series, kind: usize) -> Markup {
        let known = |place: usize| series.values.get(place).and_then(Option::as_ref);
        let mut path = String::new();
        for place in 0..self.labels {
            let Some(value) = known(place) else { continue };
            let (x, y) = self.at(place, value);
            let goes_on = place > 0 && known(place - 1).is_some() && !self.breaks.contains(&place);
            let step = if goes_on { 'L' } else { 'M' };
            path.push_str(&format!("{step}{x:.1} {y:.1}"));
        }
        html! {
            path d=(path) fill="none" stroke=(COLOURS[kind % 4]) stroke-width="2.5" stroke-dasharray=(DASHES[kind % 4]) {}
            @for (place, value) in (0..self.labels).filter_map(|place| known(place).map(|value| (place, value))) {
                @let (x, y) = self.at(place, value);
                (mark(kind, x, y))
            }
        }
    }
}

fn mark(kind: usize, x: f64, y: f64) -> Markup {
    let path = match kind % 4 {
        0 => format!("M{:.1} {y:.1}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0", x - 4.0),
        1 => format!("M{:.1} {:.1}h8v8h-8z", x - 4.0, y - 4.0),
        2 => format!("M{x:.1} {:.1}l5 9h-10z", y - 5.5),
        _ => format!("M{x:.1} {:.1}l5 5l-5 5l-5 -5z", y - 5.0),
    };
    let fill = if kind.is_multiple_of(2) { COLOURS[kind % 4] } else { "#ffffff" };
    html! { path d=(path) fill=(fill) stroke=(COLOURS[kind % 4]) stroke-width="2" {} }
}

/// Lines in one frame from zero, which break before some places, where what is counted is not what was counted before. A
/// dotted line from top to bottom marks the break.
pub fn lines(words: &Words<'_>, labels: &[String], series: &[Series], breaks: &[usize]) -> Picture {
    let most = rounded_up(greatest(series));
    let panel = Panel { x: 60.0, y: 14.0, width: 440.0, height: 220.0, most, labels: labels.len(), breaks };
    let inside = html! {
        @for step in 0..=4 {
            @let y = panel.y + panel.height * (1.0 - f64::from(step) / 4.0);
            line x1=(panel.x) y1=(y) x2=(panel.x + panel.width) y2=(y) stroke="#9a9a9a" stroke-width="0.6" {}
            text x=(panel.x - 8.0) y=(y + 4.0) text-anchor="end" { (tick(most * f64::from(step) / 4.0)) }
        }
        @for (place, label) in labels.iter().enumerate() {
            text x=(format!("{:.1}", panel.across(place))) y=(panel.y + panel.height + 22.0) text-anchor="middle" { (label) }
        }
        @for place in breaks {
            @let x = format!("{:.1}", (panel.across(place - 1) + panel.across(*place)) / 2.0);
            line x1=(x) y1=(panel.y) x2=(x) y2=(panel.y + panel.height) stroke="#1a1a1a" stroke-width="2" stroke-dasharray="1 5" {}
        }
        @for (kind, series) in series.iter().enumerate() { (panel.line(series, kind)) }
        @for (kind, (y, text)) in ends(&panel, series).into_iter().enumerate() {
            (mark(kind, panel.x + panel.width + 22.0, y - 4.0))
            text x=(panel.x + panel.width + 34.0) y=(format!("{y:.1}")) { (text) }
        }
    };
    let (headings, rows) = table(words, labels, series);
    Picture { title: words.title.to_owned(), svg: drawing(words.title, None, 680.0, 270.0, inside), headings, rows }
}

/// Where the names of lines stand: beside their last number, and never one upon the other.
fn ends(panel: &Panel<'_>, series: &[Series]) -> Vec<(f64, String)> {
    let last = |series: &Series| series.values.iter().flatten().next_back().map(|value| panel.at(0, value).1 + 4.0);
    let mut places: Vec<(usize, f64)> =
        series.iter().map(|series| last(series).unwrap_or(panel.y + panel.height)).enumerate().collect();
    places.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut free = f64::MIN;
    for (_, y) in &mut places {
        *y = y.max(free);
        free = *y + 17.0;
    }
    places.sort_by_key(|(kind, _)| *kind);
    places.into_iter().map(|(kind, y)| (y, shortened(&series[kind].name, 16))).collect()
}
