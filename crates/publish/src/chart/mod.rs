//! Charts as SVG: bars, lines, flows, small multiples, maps. In: numbers with the words they are told by. Out: a
//! [`Picture`], which is the drawing and the table of the same numbers for whoever does not see it.
//!
//! A drawing needs no colour: series differ by hatching, dashes and marks, and classes of a map by how dark they are. A
//! number that is hidden is told as hidden and never drawn as zero. There is no style in a drawing that a policy against
//! inline styles would stop. The same drawing stands on a page ([`Picture::figure`]) and in a document ([`Picture::drawn`]).

mod bars;
mod flows;
mod lines;
mod map;

pub use bars::bars;
pub use flows::flows;
pub use lines::lines;
pub use map::{Area, MapWords, Shapes, ShapesError, Shown, choropleth, tiles};

use maud::{Markup, html};
use serde::Serialize;

/// A number and how it is told.
#[derive(Clone, PartialEq, Debug)]
pub struct Value {
    /// The number.
    pub number: f64,
    /// As people read it.
    pub text: String,
}

/// Numbers of one kind, one for each label; `None` where it is hidden or not known.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// What they are.
    pub name: String,
    /// The numbers.
    pub values: Vec<Option<Value>>,
}

/// What a chart says in words.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The title.
    pub title: &'a str,
    /// What the labels are: areas, years.
    pub labels: &'a str,
    /// What stands where a number is hidden.
    pub hidden: &'a str,
}

/// A drawing and its table.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The title.
    pub title: String,
    /// The drawing.
    pub svg: Markup,
    /// The headings of the table.
    pub headings: Vec<String>,
    /// Its rows; the first cell names the row.
    pub rows: Vec<Vec<String>>,
}

/// A drawing in a document.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Drawn {
    /// The name of its file.
    pub name: String,
    /// What it shows, in words, for who cannot see it.
    pub alt: String,
    /// The headings of the table of the same numbers.
    pub headings: Vec<String>,
    /// Its rows; the first cell names the row.
    pub rows: Vec<Vec<String>>,
}

impl Picture {
    /// The drawing as a template finds it, and its file.
    pub fn drawn(self, name: &str) -> (Drawn, crate::document::Picture) {
        let numbers = self.rows.iter().map(|row| row.join(" "));
        let alt = format!("{}: {}", self.title, numbers.collect::<Vec<_>>().join("; "));
        let file = (name.to_owned(), self.svg.into_string().into_bytes());
        (Drawn { name: name.to_owned(), alt, headings: self.headings, rows: self.rows }, file)
    }

    /// The drawing with its table below. On a telephone a wide drawing goes sideways with its table, so that its words stay
    /// large enough.
    pub fn figure(&self) -> Markup {
        html! { figure.chart { (self.sideways(html! { (self.svg) (self.table()) })) } }
    }

    /// The drawing with its table folded below: where numbers stand in the drawing, few want to read them again.
    pub fn folded(&self, summary: &str) -> Markup {
        html! {
            figure.chart {
                (self.sideways(html! { (self.svg) }))
                details { summary { (summary) } (self.sideways(self.table())) }
            }
        }
    }

    fn sideways(&self, inside: Markup) -> Markup {
        html! { div.scroll tabindex="0" role="region" aria-label=(self.title) { (inside) } }
    }

    fn table(&self) -> Markup {
        html! {
            table {
                caption { (self.title) }
                thead { tr { @for heading in &self.headings { th scope="col" { (heading) } } } }
                tbody {
                    @for row in &self.rows {
                        tr {
                            @for (place, cell) in row.iter().enumerate() {
                                @if place == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The drawing of a chart, of a width and height; `kind` is its class on a page. Its title is what it is called by whoever
/// does not see it.
fn drawing(title: &str, kind: Option<&str>, width: f64, height: f64, inside: Markup) -> Markup {
    html! {
        svg xmlns="http://www.w3.org/2000/svg" class=[kind] viewBox=(format!("0 0 {width:.0} {height:.0}")) role="img"
            aria-label=(title) font-family="sans-serif" font-size="13" {
            (inside)
        }
    }
}

fn table(words: &Words<'_>, labels: &[String], series: &[Series]) -> (Vec<String>, Vec<Vec<String>>) {
    let headings = std::iter::once(words.labels.to_owned()).chain(series.iter().map(|s| s.name.clone()));
    let rows = labels.iter().enumerate().map(|(place, label)| {
        let told = |value: &Option<Value>| value.as_ref().map_or(words.hidden.to_owned(), |value| value.text.clone());
        let cells = series.iter().map(|series| series.values.get(place).map_or(String::new(), told));
        std::iter::once(label.clone()).chain(cells).collect()
    });
    (headings.collect(), rows.collect())
}

/// The greatest number, at least a little above zero.
fn greatest(series: &[Series]) -> f64 {
    series.iter().flat_map(|s| &s.values).flatten().map(|value| value.number).fold(1e-9, f64::max)
}

/// A round number that is not smaller, for an axis: 1, 2, 2.5 or 5 times a power of ten.
fn rounded_up(number: f64) -> f64 {
    let power = 10_f64.powf(number.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|step| step * power).find(|step| *step >= number).unwrap_or(number)
}

/// A number of an axis: no more digits than it needs.
fn tick(number: f64) -> String {
    if number >= 10.0 || number == 0.0 { format!("{number:.0}") } else { format!("{number:.1}") }
}

/// As much of a text as fits.
fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number() {
        assert_eq!([0.7, 3.0, 12.0, 99.0, 100.0].map(rounded_up), [1.0, 5.0, 20.0, 100.0, 100.0]);
    }

    #[test]
    fn what_is_hidden_is_told_and_not_drawn_as_zero() {
        let words = Words { title: "Poor households", labels: "Commune", hidden: "hidden" };
        let series =
            [Series { name: "poor".into(), values: vec![None, Some(Value { number: 12.0, text: "12".into() })] }];
        let picture = bars(&words, &["A <b>".into(), "B".into()], &series);
        assert_eq!(picture.rows[0], ["A <b>", "hidden"]);
        let svg = picture.figure().into_string();
        assert!(svg.contains("A &lt;b&gt;") && !svg.contains("A <b>"));
        assert!(!svg.contains(" style="));
    }
}
