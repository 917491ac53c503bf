//! Bars that lie, so that names of places can be read.

use super::{Picture, Series, Words, drawing, greatest, shortened, table};
use maud::{Markup, html};

const WIDTH: f64 = 680.0;
const NAMES: f64 = 170.0;
const NUMBERS: f64 = 90.0;
const BAR: f64 = 16.0;
const GAP: f64 = 10.0;

/// One bar for each label and series, from zero.
pub fn bars(words: &Words<'_>, labels: &[String], series: &[Series]) -> Picture {
    let legend = if series.len() > 1 { 26.0 } else { 0.0 };
    let each = BAR * series.len() as f64 + GAP;
    let scale = (WIDTH - NAMES - NUMBERS) / greatest(series);
    let inside = html! {
        (fills())
        @if series.len() > 1 {
            @for (place, series) in series.iter().enumerate() {
                @let x = NAMES + 170.0 * place as f64;
                rect x=(format!("{x:.0}")) y="4" width="14" height="14" fill=(fill(place)) stroke="#1a1a1a" {}
                text x=(format!("{:.0}", x + 20.0)) y="16" { (shortened(&series.name, 20)) }
            }
        }
        @for (row, label) in labels.iter().enumerate() {
            @let top = legend + each * row as f64;
            text x=(NAMES - 8.0) y=(format!("{:.1}", top + (each - GAP) / 2.0 + 5.0)) text-anchor="end" {
                (shortened(label, 24))
            }
            @for (place, series) in series.iter().enumerate() {
                @let y = top + BAR * place as f64;
                @match series.values.get(row).and_then(Option::as_ref) {
                    Some(value) => {
                        @let length = (value.number * scale).max(0.0);
                        rect x=(NAMES) y=(format!("{:.1}", y + 1.0)) width=(format!("{length:.1}")) height=(BAR - 2.0)
                            fill=(fill(place)) stroke="#1a1a1a" {}
                        text x=(format!("{:.1}", NAMES + length + 6.0)) y=(format!("{:.1}", y + 13.0)) { (value.text) }
                    }
                    None => text x=(NAMES + 6.0) y=(format!("{:.1}", y + 13.0)) font-style="italic" { (words.hidden) },
                }
            }
        }
        line x1=(NAMES) y1=(legend) x2=(NAMES) y2=(format!("{:.0}", legend + each * labels.len() as f64 - GAP))
            stroke="#1a1a1a" {}
    };
    let (headings, rows) = table(words, labels, series);
    let height = legend + each * labels.len() as f64;
    Picture { title: words.title.to_owned(), svg: drawing(words.title, None, WIDTH, height, inside), headings, rows }
}

/// Plain, hatched, dotted, white: to be told apart on any printer.
pub(super) fn fill(place: usize) -> &'static str {
    ["#1f5f8b", "url(#hatched)", "#c9d6df", "url(#dotted)"][place % 4]
}

pub(super) fn fills() -> Markup {
    html! {
        defs {
            pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                rect width="6" height="6" fill="#ffffff" {}
                rect width="2.4" height="6" fill="#8a4b08" {}
            }
            pattern id="dotted" width="6" height="6" patternUnits="userSpaceOnUse" {
                rect width="6" height="6" fill="#ffffff" {}
                circle cx="3" cy="3" r="1.5" fill="#1a1a1a" {}
            }
        }
    }
}
