//! The detailed list as a paper: for a village or a commune, which fits on some dozen sheets.

use super::{COLUMNS, Heading, Rows, Support, columns};
use crate::document::{DocumentError, Templates};
use crate::report::paper::{BodyCell, Data, Line, Table, reported};
use crate::report::{ReportError, Words, layout};
use vuon_policy::model::Language;
use vuon_policy::program::Program;
use vuon_registry::export::ExportedHousehold;

/// The most rows of a paper.
pub const MOST_ROWS: usize = 4_000;
/// How wide the columns are, as shares.
const WIDTHS: [f64; COLUMNS] =
    [1.0, 0.9, 5.0, 1.3, 1.3, 1.7, 2.2, 1.0, 1.0, 1.0, 1.3, 1.3, 1.5, 1.0, 1.3, 1.3, 1.3, 1.1, 1.1];

/// The list as its rows come.
pub struct PaperList<'a> {
    rows: Rows<'a>,
    heading: Heading,
    lines: Vec<Line>,
}

impl<'a> PaperList<'a> {
    /// Begins a list.
    pub fn begin(heading: Heading, program: &'a Program, language: Language) -> Self {
        PaperList { rows: Rows::new(program, language), heading, lines: Vec::new() }
    }

    /// Adds a household; `support` is what is known of its support.
    ///
    /// # Errors
    /// [`ReportError::NotKnown`] when the list is too long for a paper.
    pub fn household(&mut self, household: &ExportedHousehold, support: &Support) -> Result<(), ReportError> {
        let rows = self.rows.household(household, support);
        if self.lines.len() + rows.len() > MOST_ROWS {
            return Err(ReportError::TooLong(Words::new(
                format!("danh sách có hơn {MOST_ROWS} dòng: quá dài để in, hãy lấy dạng XLSX hoặc in từng thôn, bản"),
                format!("the list has more than {MOST_ROWS} rows: too long for a paper, take the XLSX or one hamlet"),
            )));
        }
        let number = self.rows.households;
        self.lines.extend(rows.into_iter().enumerate().map(|(place, cells)| {
            let first = if place == 0 { number.to_string() } else { String::new() };
            let numbers = [first, (place + 1).to_string()];
            let cell = |text| BodyCell { text, rowspan: 1 };
            Line { strong: place == 0, cells: numbers.into_iter().chain(cells).map(cell).collect() }
        }));
        Ok(())
    }

    /// Sets the list; the file, and how many households are in it.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn set(self, templates: &Templates) -> Result<(Vec<u8>, u32), DocumentError> {
        self.finish().set(templates)
    }

    /// The list with all its rows, to be set elsewhere: that takes the processor for a while.
    pub fn finish(self) -> Manuscript {
        let language = self.rows.language;
        let columns = columns();
        let data = Data {
            paper: reported(&self.heading.area, self.heading.title.clone(), &self.heading.basis, language),
            table: Table {
                size: 8.0,
                stub: 7,
                centred: true,
                widths: WIDTHS.to_vec(),
                head: layout::head(&columns, language),
                letters: columns.iter().map(|column| column.no.clone()).collect(),
                rows: self.lines,
            },
            flows: None,
            notes: self.rows.notes(),
        };
        Manuscript { data, households: self.rows.households }
    }
}

/// A list that has all its rows and is not set yet.
pub struct Manuscript {
    data: Data,
    households: u32,
}

impl Manuscript {
    /// Sets the list; the file, and how many households are in it.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn set(&self, templates: &Templates) -> Result<(Vec<u8>, u32), DocumentError> {
        Ok((crate::document::pdf(templates, "report.typ", &self.data, &[])?, self.households))
    }
}
