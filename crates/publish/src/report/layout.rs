//! The layouts of the reports: which columns, under which headings, with which numbers and formulas. They are data
//! (`layouts/reports.csv`, `layouts/columns.csv`); workbook and paper are both made from them.
//!
//! A heading has levels, parted by " > ". A column whose key ends in `*` stands for several: the indicators of the pack,
//! or the ethnic groups that occur; the last part of its number counts on.

use super::formula::Formula;
use super::words::Words;
use serde::Serialize;
use std::sync::LazyLock;
use vuon_policy::model::Language;

/// A report, as the layouts name it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Form {
    /// Its id, such as `movement-poor`.
    pub id: String,
    /// The number of the official form.
    pub form: String,
    /// The title.
    pub title: Words,
    /// Whether each unit has a row of households and a row of persons.
    pub by_part: bool,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Column {
    /// What is printed in the row of column numbers.
    pub no: String,
    /// Where its figure comes from; empty where a formula gives it.
    pub key: String,
    /// The formula.
    pub formula: Option<Formula>,
    /// The number of the column that its figure cannot exceed.
    pub within: Option<String>,
    /// Whether the figure of a unit is the sum of those of the units below.
    pub sums: bool,
    /// The levels of its heading.
    pub heading: Vec<Words>,
}

impl Column {
    /// Whether it is a rate in per cent.
    pub fn is_rate(&self) -> bool {
        self.formula.as_ref().is_some_and(Formula::is_rate)
    }

    /// Number and formula as they are printed: `4=3/1*100`.
    pub fn letter(&self) -> String {
        match &self.formula {
            Some(formula @ (Formula::Rate { .. } | Formula::Sum(_))) => format!("{}={formula}", self.no),
            _ => self.no.clone(),
        }
    }
}

/// What a `*` stands for.
pub type Starred<'a> = &'a dyn Fn(&str) -> Vec<(String, Words)>;

#[derive(serde::Deserialize)]
struct FormRow {
    report: String,
    form: String,
    vi: String,
    en: String,
    by_part: String,
}

#[derive(serde::Deserialize)]
struct ColumnRow {
    report: String,
    no: String,
    key: String,
    formula: String,
    within: String,
    sums: String,
    vi: String,
    en: String,
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let rows = read::<FormRow>(include_str!("../../layouts/reports.csv"));
    let form = |row: FormRow| Form {
        id: row.report,
        form: row.form,
        title: Words::new(row.vi, row.en),
        by_part: row.by_part == "yes",
    };
    rows.into_iter().map(form).collect()
});

static COLUMNS: LazyLock<Vec<ColumnRow>> = LazyLock::new(|| read(include_str!("../../layouts/columns.csv")));

fn read<T: serde::de::DeserializeOwned>(csv: &str) -> Vec<T> {
    let rows = csv::Reader::from_reader(csv.as_bytes()).into_deserialize();
    rows.collect::<Result<_, _>>().expect("the layouts are read by a test")
}

/// All reports, in the order of their forms.
pub fn forms() -> &'static [Form] {
    &FORMS
}

/// A report by its id.
pub fn form(id: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.id == id)
}

/// The columns of a report; `starred` tells what a key that ends in `*` stands for.
pub fn columns(report: &str, starred: Starred<'_>) -> Vec<Column> {
    let mut columns = Vec::new();
    for row in COLUMNS.iter().filter(|row| row.report == report) {
        let levels = |vi: &str, en: &str| -> Vec<Words> {
            vi.split(" > ").zip(en.split(" > ")).map(|(vi, en)| Words::new(vi, en)).collect()
        };
        let within = (!row.within.is_empty()).then(|| row.within.clone());
        let column = |no: String, key: String, heading: Vec<Words>| Column {
            no,
            key,
            formula: Formula::parse(&row.formula),
            within: within.clone(),
            sums: row.sums == "yes",
            heading,
        };
        match row.key.strip_suffix('*') {
            None => columns.push(column(row.no.clone(), row.key.clone(), levels(&row.vi, &row.en))),
            Some(stem) => {
                for (place, (id, label)) in starred(stem).into_iter().enumerate() {
                    let heading = levels(&row.vi, &row.en).into_iter();
                    let heading = heading.map(|level| if level.vi == "*" { label.clone() } else { level });
                    columns.push(column(counted(&row.no, place), format!("{stem}{id}"), heading.collect()));
                }
            }
        }
    }
    let numbers: Vec<String> = columns.iter().map(|column| column.no.clone()).collect();
    for column in &mut columns {
        if let Some(formula) = &mut column.formula {
            formula.expand(&numbers);
        }
    }
    columns
}

/// The number of the n-th column after one.
fn counted(no: &str, place: usize) -> String {
    let (stem, last) = no.rsplit_once('.').map_or(("", no), |(stem, last)| (stem, last));
    let last = last.parse::<usize>().unwrap_or(1) + place;
    if stem.is_empty() { last.to_string() } else { format!("{stem}.{last}") }
}

/// A cell of the headings.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct HeadCell {
    /// The text.
    pub text: String,
    /// The first column, from 0, without those that name the rows.
    pub column: usize,
    /// How many rows.
    pub rowspan: usize,
    /// How many columns.
    pub colspan: usize,
}

/// The rows of the headings: neighbours that share a level, and all levels above it, share a cell.
pub fn head(columns: &[Column], language: Language) -> Vec<Vec<HeadCell>> {
    let depth = columns.iter().map(|column| column.heading.len()).max().unwrap_or_default();
    let row = |level: usize| {
        let mut cells: Vec<HeadCell> = Vec::new();
        let mut place = 0;
        while let Some(column) = columns.get(place) {
            let Some(words) = column.heading.get(level) else {
                place += 1;
                continue;
            };
            let last = column.heading.len() == level + 1;
            let same = |other: &&Column| other.heading.get(..=level) == column.heading.get(..=level);
            let colspan = if last { 1 } else { columns[place..].iter().take_while(same).count() };
            let rowspan = if last { depth - level } else { 1 };
            cells.push(HeadCell { text: words.get(language).to_owned(), column: place, rowspan, colspan });
            place += colspan;
        }
        cells
    };
    (0..depth).map(row).collect()
}
