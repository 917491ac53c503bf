//! The table as CSV: UTF-8, commas, missing values empty.

use super::column::{Cell, Cells, push_number};
use super::tidy::Tidy;
use arrow::array::{Array, Float64Array};
use std::io::{Result, Write};

/// The cells of a column as they are written, with the separator before them.
pub(super) enum Rendered<'t> {
    Same(Vec<u8>),
    ByLine(Vec<Vec<u8>>),
    ByWhom(Vec<Vec<u8>>),
    Each(Vec<u8>, &'t Float64Array),
}

impl<'t> Rendered<'t> {
    /// Writes each different cell once.
    pub fn new(before: &[u8], cells: Cells<'t>, write: impl Fn(&mut Vec<u8>, &Cell)) -> Self {
        let render = |cell: &Cell| {
            let mut out = before.to_vec();
            write(&mut out, cell);
            out
        };
        match cells {
            Cells::Same(cell) => Rendered::Same(render(&cell)),
            Cells::ByLine(cells) => Rendered::ByLine(cells.iter().map(render).collect()),
            Cells::ByWhom(cells) => Rendered::ByWhom(cells.iter().map(render).collect()),
            Cells::Each(numbers) => Rendered::Each(before.to_vec(), numbers),
        }
    }

    /// Adds the cell of a row. `missing` stands where there is no number.
    pub fn push(&self, out: &mut Vec<u8>, (whom, what): (usize, usize), lines: usize, missing: &[u8]) {
        match self {
            Rendered::Same(cell) => out.extend_from_slice(cell),
            Rendered::ByLine(cells) => out.extend_from_slice(&cells[what]),
            Rendered::ByWhom(cells) => out.extend_from_slice(&cells[whom]),
            Rendered::Each(before, numbers) => {
                out.extend_from_slice(before);
                let row = whom * lines + what;
                if numbers.is_valid(row) {
                    push_number(out, numbers.value(row));
                } else {
                    out.extend_from_slice(missing);
                }
            }
        }
    }
}

/// Writes the table.
pub(super) fn write(tidy: &Tidy, file: &mut impl Write) -> Result<()> {
    let columns = tidy.columns();
    let names: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    writeln!(file, "{}", names.join(","))?;
    let mut out = Vec::new();
    for block in &tidy.blocks {
        let render = |(place, column): (usize, &_)| {
            let before: &[u8] = if place == 0 { b"" } else { b"," };
            Rendered::new(before, tidy.cells(*column, block), push_cell)
        };
        let rendered: Vec<Rendered> = columns.iter().enumerate().map(render).collect();
        for whom in 0..block.whom.len() {
            for what in 0..block.what.len() {
                for cells in &rendered {
                    cells.push(&mut out, (whom, what), block.what.len(), b"");
                }
                out.push(b'\n');
            }
            if out.len() >= 1 << 20 {
                file.write_all(&out)?;
                out.clear();
            }
        }
    }
    file.write_all(&out)
}

fn push_cell(out: &mut Vec<u8>, cell: &Cell) {
    match cell {
        Cell::Missing => {}
        Cell::Text(text) if text.contains(['"', ',', '\n', '\r']) => {
            out.push(b'"');
            out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        }
        Cell::Text(text) => out.extend_from_slice(text.as_bytes()),
        Cell::Number(number) => push_number(out, *number),
        Cell::Count(count) => out.extend_from_slice(count.to_string().as_bytes()),
        Cell::Flag(flag) => out.extend_from_slice(if *flag { b"yes" } else { b"no" }),
    }
}
