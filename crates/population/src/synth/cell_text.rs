//! How cells look in a table of text.

use super::choice::Cell;
use super::columns::Form;
use std::fmt::Write;
use vuon_policy::calendar::Day;

/// How numbers and days are written.
#[derive(Clone, Copy, Default)]
pub(super) struct Style {
    /// `4.250.000` for `4250000`; whole numbers only.
    pub grouped: bool,
    /// `31/12/2020` for `2020-12-31`.
    pub day_first: bool,
}

/// Writes a cell; nothing where the answer is unknown.
pub(super) fn write(cell: Cell, form: Form, style: Style, text: &mut String) {
    // Writing to a string cannot fail.
    let _ = match (cell, form) {
        (Cell::Unknown, _) => Ok(()),
        (Cell::Bool(answer), _) => write!(text, "{answer}"),
        (Cell::Choice(option), Form::Choice(list)) => write!(text, "{}", list.ids[usize::from(option)]),
        (Cell::Choice(option), _) => write!(text, "{option}"),
        (Cell::Day(day), _) if style.day_first => {
            let date = Day(day).date();
            write!(text, "{:02}/{:02}/{}", date.day(), date.month(), date.year())
        }
        (Cell::Day(day), _) => write!(text, "{}", Day(day)),
        (Cell::Number(number), Form::Number(0)) if style.grouped => grouped(number, text),
        (Cell::Number(number), Form::Number(1)) if number % 10 != 0 => {
            write!(text, "{}.{}", number / 10, number % 10)
        }
        (Cell::Number(number), Form::Number(1)) => write!(text, "{}", number / 10),
        (Cell::Number(number), _) => write!(text, "{number}"),
    };
}

fn grouped(number: i64, text: &mut String) -> std::fmt::Result {
    if number >= 1000 {
        grouped(number / 1000, text)?;
        write!(text, ".{:03}", number % 1000)
    } else {
        write!(text, "{number}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(cell: Cell, form: Form, style: Style) -> String {
        let mut text = String::new();
        write(cell, form, style, &mut text);
        text
    }

    #[test]
    fn numbers_and_days_look_as_in_spreadsheets() {
        let plain = Style::default();
        let dirty = Style { grouped: true, day_first: true };
        assert_eq!(text(Cell::Number(4_250_000), Form::Number(0), plain), "4250000");
        assert_eq!(text(Cell::Number(4_050_007), Form::Number(0), dirty), "4.050.007");
        assert_eq!(text(Cell::Number(455), Form::Number(1), plain), "45.5");
        assert_eq!(text(Cell::Number(450), Form::Number(1), dirty), "45");
        assert_eq!(text(Cell::Day(0), Form::Date, plain), "1970-01-01");
        assert_eq!(text(Cell::Day(0), Form::Date, dirty), "01/01/1970");
        assert_eq!(text(Cell::Unknown, Form::Bool, plain), "");
    }
}
