//! A CSV table that a test can spoil cell by cell.

use std::path::Path;

/// A table; rows are numbered as a spreadsheet numbers them: the header is row 1.
#[derive(Clone, PartialEq)]
pub struct Sheet {
    head: Vec<String>,
    rows: Vec<Vec<Vec<u8>>>,
}

impl Sheet {
    /// Reads a CSV file.
    pub fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let head = reader.headers().expect("a header").iter().map(str::to_owned).collect();
        let rows = reader.byte_records().map(|r| r.expect("a record").iter().map(<[u8]>::to_vec).collect()).collect();
        Self { head, rows }
    }

    /// Writes it as a CSV file.
    pub fn write(&self, path: &Path) {
        let mut writer = csv::Writer::from_path(path).expect("a file");
        writer.write_record(&self.head).expect("written");
        self.rows.iter().for_each(|row| writer.write_record(row).expect("written"));
        writer.flush().expect("written");
    }

    fn place(&self, column: &str) -> usize {
        self.head.iter().position(|name| name == column).unwrap_or_else(|| panic!("no column {column}"))
    }

    /// How many rows stand below the header.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// A cell.
    pub fn cell(&self, row: usize, column: &str) -> String {
        String::from_utf8(self.rows[row - 2][self.place(column)].clone()).expect("UTF-8")
    }

    /// All cells of a column.
    pub fn column(&self, column: &str) -> Vec<String> {
        (2..self.len() + 2).map(|row| self.cell(row, column)).collect()
    }

    /// The first row with this value in a column.
    pub fn row_of(&self, column: &str, value: &str) -> usize {
        let place = self.column(column).iter().position(|cell| cell == value);
        place.unwrap_or_else(|| panic!("no {value} in {column}")) + 2
    }

    /// Overwrites a cell.
    pub fn set(&mut self, row: usize, column: &str, value: impl AsRef<[u8]>) {
        let place = self.place(column);
        self.rows[row - 2][place] = value.as_ref().to_vec();
    }

    /// Rewrites every cell of a column.
    pub fn rewrite(&mut self, column: &str, change: impl Fn(&str) -> String) {
        for row in 2..self.len() + 2 {
            self.set(row, column, change(&self.cell(row, column)));
        }
    }

    /// Adds a column at the end.
    pub fn add_column(&mut self, name: &str, value: &str) {
        self.head.push(name.to_owned());
        self.rows.iter_mut().for_each(|row| row.push(value.as_bytes().to_vec()));
    }

    /// Repeats a row right below itself.
    pub fn repeat(&mut self, row: usize) {
        self.rows.insert(row - 1, self.rows[row - 2].clone());
    }

    /// Leaves out the rows with this value in a column.
    pub fn remove(&mut self, column: &str, value: &str) {
        let place = self.place(column);
        self.rows.retain(|row| row[place] != value.as_bytes());
    }

    /// Puts the rows into another order, always the same.
    pub fn shuffle(&mut self) {
        let n = self.rows.len();
        // A step that shares no divisor with n visits every row once.
        let step = (n / 3..n).find(|step| gcd(*step, n) == 1).unwrap_or(1);
        self.rows = (0..n).map(|i| self.rows[(i * step + n / 2) % n].clone()).collect();
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
