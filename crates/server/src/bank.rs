//! The two files that go between the commune and the treasury or bank, as CSV: the payments, one row each with its
//! idempotency key, and the answer.

use csv::{ReaderBuilder, WriterBuilder};
use jiff::civil::Date;
use serde::Deserialize;
use vuon_programme::payments::{AnswerRow, PaymentLine};
use vuon_registry::RegistryError;

/// The file of payments.
pub fn file(lines: &[PaymentLine]) -> Vec<u8> {
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    // Writing into memory does not fail.
    let _ = writer.write_record(["payment", "amount", "code", "name", "purpose"]);
    for line in lines {
        let PaymentLine { payment, amount, code, name, purpose } = line;
        // A name that was erased is an empty cell.
        let name = name.as_deref().unwrap_or("");
        let cells = [payment, &amount.to_string(), code, name, purpose].map(without_formula);
        let _ = writer.write_record(cells);
    }
    writer.into_inner().unwrap_or_default()
}

/// A cell that no spreadsheet takes for a formula.
fn without_formula(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

/// A row of an answer as it is written.
#[derive(Deserialize)]
struct Written {
    payment: String,
    paid: String,
    amount: String,
    on: String,
    #[serde(default)]
    note: String,
}

/// The rows of an answer: `paid` is `1`, `yes` or `có` for what was paid.
///
/// # Errors
/// [`RegistryError::Invalid`] for a row that cannot be read.
pub fn answer(bytes: &[u8]) -> Result<Vec<AnswerRow>, RegistryError> {
    let wrong = || RegistryError::invalid("file", "each row of the file has: payment, paid, amount, on, note");
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = if first.contains(&b';') { b';' } else { b',' };
    let mut reader = ReaderBuilder::new().delimiter(delimiter).trim(csv::Trim::All).from_reader(bytes);
    let rows = reader.deserialize().map(|row: Result<Written, _>| {
        let row = row.map_err(|_| wrong())?;
        let paid = match row.paid.to_lowercase().as_str() {
            "1" | "yes" | "true" | "có" => true,
            "0" | "no" | "false" | "không" => false,
            _ => return Err(wrong()),
        };
        let on: Date = row.on.parse().map_err(|_| wrong())?;
        let amount = row.amount.parse().map_err(|_| wrong())?;
        Ok(AnswerRow { payment: row.payment, paid, amount, on, note: row.note })
    });
    let rows: Vec<AnswerRow> = rows.collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Err(RegistryError::invalid("file", "the file has no rows"));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_with_either_separator() {
        let expected = AnswerRow {
            payment: "a".into(),
            paid: true,
            amount: 500,
            on: jiff::civil::date(2025, 9, 8),
            note: String::new(),
        };
        assert_eq!(
            answer(b"payment,paid,amount,on,note\na,yes,500,2025-09-08,\n").unwrap(),
            std::slice::from_ref(&expected)
        );
        assert_eq!(answer("\u{feff}payment;paid;amount;on\na;có;500;2025-09-08\n".as_bytes()).unwrap(), [expected]);
        assert!(answer(b"payment,paid\na,yes\n").is_err());
        assert!(answer(b"payment,paid,amount,on,note\n").is_err(), "nothing was answered");
        assert!(answer(b"payment,paid,amount,on,note\na,perhaps,500,2025-09-08,\n").is_err());
    }

    #[test]
    fn a_name_is_no_formula() {
        assert_eq!(without_formula("=1+1"), "'=1+1");
        assert_eq!(without_formula("Lò Văn Mẫu"), "Lò Văn Mẫu");
    }
}
