//! The table as JSON: an object with what it rests on, and the rows as objects of all columns.

use super::column::{Cell, push_number};
use super::csv::Rendered;
use super::tidy::Tidy;
use std::io::{Result, Write};

/// Writes the table.
pub(super) fn write(tidy: &Tidy, file: &mut impl Write) -> Result<()> {
    let mut out = b"{\n\"header\": {".to_vec();
    for (place, (key, text)) in tidy.header.iter().enumerate() {
        out.extend_from_slice(if place == 0 { b"\n  " } else { b",\n  " });
        push_text(&mut out, key);
        out.extend_from_slice(b": ");
        push_text(&mut out, text);
    }
    out.extend_from_slice(b"\n},\n\"estimates\": [");
    let columns = tidy.columns();
    let mut first = true;
    for block in &tidy.blocks {
        let render = |(place, column): (usize, &super::column::Column)| {
            let before = format!("{}\"{}\":", if place == 0 { "{" } else { "," }, column.name());
            Rendered::new(before.as_bytes(), tidy.cells(*column, block), push_cell)
        };
        let rendered: Vec<Rendered> = columns.iter().enumerate().map(render).collect();
        for whom in 0..block.whom.len() {
            for what in 0..block.what.len() {
                out.extend_from_slice(if std::mem::take(&mut first) { b"\n" } else { b",\n" });
                for cells in &rendered {
                    cells.push(&mut out, (whom, what), block.what.len(), b"null");
                }
                out.push(b'}');
            }
            if out.len() >= 1 << 20 {
                file.write_all(&out)?;
                out.clear();
            }
        }
    }
    out.extend_from_slice(b"\n]\n}\n");
    file.write_all(&out)
}

fn push_cell(out: &mut Vec<u8>, cell: &Cell) {
    match cell {
        Cell::Missing => out.extend_from_slice(b"null"),
        Cell::Text(text) => push_text(out, text),
        Cell::Number(number) => push_number(out, *number),
        Cell::Count(count) => out.extend_from_slice(count.to_string().as_bytes()),
        Cell::Flag(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
    }
}

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
}
