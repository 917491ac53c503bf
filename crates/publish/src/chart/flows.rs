//! Who went from which status to which: bands between two columns, as wide as there are households.

use super::{Picture, Value, Words, drawing, shortened};
use crate::chart::bars::{fill, fills};
use maud::html;

const HEIGHT: f64 = 300.0;
const GAP: f64 = 14.0;

/// Bands from the statuses of the first day to those of the last. `amounts[from][to]`; `None` is hidden and not drawn.
pub fn flows(words: &Words<'_>, days: [&str; 2], statuses: &[String], amounts: &[Vec<Option<Value>>]) -> Picture {
    let number = |from: usize, to: usize| amounts[from][to].as_ref().map_or(0.0, |value| value.number);
    let all: f64 = (0..statuses.len()).flat_map(|from| (0..statuses.len()).map(move |to| number(from, to))).sum();
    let scale = (HEIGHT - GAP * (statuses.len() as f64 - 1.0)) / all.max(1e-9);
    let stacked = |sums: Vec<f64>| {
        let mut top = 30.0;
        let mut tops = Vec::new();
        for sum in &sums {
            tops.push((top, sum * scale));
            top += sum * scale + GAP;
        }
        tops
    };
    let left = stacked((0..statuses.len()).map(|from| (0..statuses.len()).map(|to| number(from, to)).sum()).collect());
    let right = stacked((0..statuses.len()).map(|to| (0..statuses.len()).map(|from| number(from, to)).sum()).collect());
    let (mut out, mut into): (Vec<f64>, Vec<f64>) =
        (left.iter().map(|side| side.0).collect(), right.iter().map(|side| side.0).collect());
    let mut bands = Vec::new();
    for (from, out) in out.iter_mut().enumerate() {
        for (to, into) in into.iter_mut().enumerate() {
            let wide = number(from, to) * scale;
            if wide > 0.0 {
                let (a, b) = (*out, *into);
                let (c, d) = (a + wide, b + wide);
                bands.push((
                    from,
                    format!("M190 {a:.1}C340 {a:.1} 340 {b:.1} 490 {b:.1}V{d:.1}C340 {d:.1} 340 {c:.1} 190 {c:.1}z"),
                ));
            }
            *out += wide;
            *into += wide;
        }
    }
    let inside = html! {
        (fills())
        text x="184" y="16" text-anchor="end" font-weight="bold" { (days[0]) }
        text x="496" y="16" font-weight="bold" { (days[1]) }
        @for (from, path) in bands {
            path d=(path) fill=(fill(from)) fill-opacity="0.75" stroke="#1a1a1a" stroke-width="0.8" {}
        }
        @for (place, status) in statuses.iter().enumerate() {
            @for (x, (top, high), text, anchor) in [(178.0, left[place], 172.0, "end"), (490.0, right[place], 508.0, "start")] {
                rect x=(x) y=(format!("{top:.1}")) width="12" height=(format!("{high:.1}")) fill="#1a1a1a" {}
                text x=(text) y=(format!("{:.1}", top + high / 2.0 + 5.0)) text-anchor=(anchor) { (shortened(status, 22)) }
            }
        }
    };
    let headings =
        std::iter::once(words.labels.to_owned()).chain(statuses.iter().map(|to| format!("→ {to}"))).collect();
    let told = |value: &Option<Value>| value.as_ref().map_or(words.hidden.to_owned(), |value| value.text.clone());
    let rows = statuses.iter().zip(amounts);
    let rows = rows.map(|(from, row)| std::iter::once(from.clone()).chain(row.iter().map(told)).collect()).collect();
    Picture {
        title: words.title.to_owned(),
        svg: drawing(words.title, None, 680.0, HEIGHT + 44.0, inside),
        headings,
        rows,
    }
}
