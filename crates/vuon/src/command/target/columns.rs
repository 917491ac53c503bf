//! The columns of a survey that a command needs, whole in memory, from one table or from two with the same households.
//! Who lacks an answer is left out, and counted.

use crate::screen::say;
use anyhow::{Result, anyhow, bail};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use vuon_measure::cube::Label;
use vuon_policy::model::Language;
use vuon_population::survey::{SurveyColumn, SurveyData, column_names, read_all};

/// Columns to be read, each once as each kind.
#[derive(Default)]
pub struct Wanted(Vec<SurveyColumn>);

impl Wanted {
    /// Columns of numbers.
    pub fn numbers<'n>(mut self, names: impl IntoIterator<Item = &'n String>) -> Self {
        names.into_iter().for_each(|name| self.add(SurveyColumn::number(name)));
        self
    }

    /// Columns of yes and no.
    pub fn flags<'n>(self, names: impl IntoIterator<Item = &'n String>) -> Self {
        // Read as labels: results of `vuon assess` say yes and no.
        self.labels(names)
    }

    /// Columns of names and codes.
    pub fn labels<'n>(mut self, names: impl IntoIterator<Item = &'n String>) -> Self {
        names.into_iter().for_each(|name| self.add(SurveyColumn::label(name)));
        self
    }

    fn add(&mut self, column: SurveyColumn) {
        if !self.0.contains(&column) {
            self.0.push(column);
        }
    }

    /// Reads them.
    pub fn read(&self, files: &[PathBuf], language: Language) -> Result<Columns> {
        let data = read_all(files, &self.0).map_err(|error| anyhow!(error.tell(language)))?;
        if data.rows() == 0 {
            bail!(say(language, "dữ liệu không có dòng nào", "the data have no rows").to_owned());
        }
        Ok(Columns { data, other: None, language })
    }

    /// Reads them from two tables: what the first lacks is looked up in the second by the household's id.
    pub fn read_with(&self, files: &[PathBuf], with: &[PathBuf], id: &str, language: Language) -> Result<Columns> {
        let names = column_names(files).map_err(|problems| anyhow!(problems.tell(language)))?;
        let (mut first, mut second) = (Wanted::default(), Wanted::default());
        for column in &self.0 {
            let of = if names.contains(&column.name) { &mut first } else { &mut second };
            of.add(column.clone());
        }
        [&mut first, &mut second].into_iter().for_each(|wanted| wanted.add(SurveyColumn::label(id)));
        let (data, other) = (first.read(files, language)?, second.read(with, language)?);
        let mut row_of: HashMap<Label, usize> = HashMap::new();
        let ids = other.places(id);
        for (row, place) in ids.of.iter().enumerate().filter_map(|(row, place)| Some((row, (*place)?))) {
            if row_of.insert(ids.names[place].clone(), row).is_some() {
                let id = &ids.names[place];
                bail!(match language {
                    Language::Vi => format!("bảng thứ hai có hai dòng của hộ {id}"),
                    Language::En => format!("the second table has two rows of the household {id}"),
                });
            }
        }
        let ids = data.places(id);
        let rows = ids.of.iter().map(|place| row_of.get(&ids.names[(*place)?]).copied()).collect();
        Ok(Columns { data: data.data, other: Some((other.data, rows)), language })
    }
}

/// Columns that were read.
pub struct Columns {
    data: SurveyData,
    /// The second table, and for each row of the first its row there.
    other: Option<(SurveyData, Vec<Option<usize>>)>,
    language: Language,
}

/// A column of labels as places in a list.
pub struct Places {
    /// For each row its place; none where the label is missing.
    pub of: Vec<Option<usize>>,
    /// The labels, rising.
    pub names: Vec<Label>,
}

impl Columns {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.data.rows()
    }

    /// A column of either table, one entry for each row of the first.
    fn column<T: Copy>(&self, of: impl Fn(&SurveyData) -> Option<Vec<Option<T>>>) -> Vec<Option<T>> {
        if let Some(column) = of(&self.data) {
            return column;
        }
        let Some((other, rows)) = &self.other else { return Vec::new() };
        let Some(column) = of(other) else { return Vec::new() };
        rows.iter().map(|row| column[(*row)?]).collect()
    }

    /// A column of numbers; none where a row has no answer.
    pub fn number(&self, name: &str) -> Vec<Option<f64>> {
        self.column(|data| Some(data.numbers(name)?.iter().collect()))
    }

    /// A column of numbers that cannot be below zero, or must be above it.
    pub fn amount(&self, name: &str, above_zero: bool) -> Result<Vec<Option<f64>>> {
        let column = self.number(name);
        let wrong = |n: f64| !n.is_finite() || n < 0.0 || (above_zero && n == 0.0);
        if let Some((row, value)) =
            column.iter().enumerate().find_map(|(row, n)| Some((row, (*n)?)).filter(|(_, n)| wrong(*n)))
        {
            let least = match (self.language, above_zero) {
                (Language::Vi, true) => "phải lớn hơn 0",
                (Language::Vi, false) => "không được nhỏ hơn 0",
                (Language::En, true) => "must be above zero",
                (Language::En, false) => "must not be below zero",
            };
            let row = row + 1;
            bail!(match self.language {
                Language::Vi =>
                    format!("cột {name}, dòng dữ liệu thứ {row}: {value}; {least}. Hãy sửa, hoặc để trống để bỏ hộ này"),
                Language::En => format!(
                    "column {name}, row {row} of the data: {value}; it {least}. Correct it, or leave it blank to leave the household out"
                ),
            });
        }
        Ok(column)
    }

    /// A column of yes and no: 0 and 1, `true` and `false`, `yes` and `no`, `có` and `không`.
    pub fn flag(&self, name: &str) -> Result<Vec<Option<bool>>> {
        let places = self.places(name);
        let meant = |label: &Label| match label.to_string().to_lowercase().as_str() {
            "1" | "true" | "yes" | "có" => Some(true),
            "0" | "false" | "no" | "không" => Some(false),
            _ => None,
        };
        let meanings: Vec<Option<bool>> = places.names.iter().map(meant).collect();
        if let Some(strange) = meanings.iter().position(Option::is_none) {
            let value = &places.names[strange];
            bail!(match self.language {
                Language::Vi => format!("cột {name} có giá trị “{value}”: cần 0 hoặc 1, có hoặc không"),
                Language::En => format!("the column {name} holds “{value}”: 0 or 1, yes or no are needed"),
            });
        }
        Ok(places.of.iter().map(|place| meanings[(*place)?]).collect())
    }

    /// A column of labels.
    pub fn places(&self, name: &str) -> Places {
        let labels = self.data.labels(name).or_else(|| self.other.as_ref().and_then(|(other, _)| other.labels(name)));
        let Some(labels) = labels else { return Places { of: Vec::new(), names: Vec::new() } };
        // The missing label stands last, so the places of the others stay.
        let names: Vec<Label> = labels.names.iter().filter(|l| **l != Label::Missing).cloned().collect();
        let of = self.column(|data| {
            let place = |place: &u32| Some(*place as usize).filter(|place| *place < names.len());
            Some(data.labels(name)?.rows.iter().map(place).collect())
        });
        Places { of, names }
    }
}

/// Which rows have all answers, and how many lack which.
pub struct Complete {
    lacking: BTreeMap<String, usize>,
    keep: Vec<bool>,
}

impl Complete {
    /// All rows, so far.
    pub fn of(rows: usize) -> Self {
        Self { lacking: BTreeMap::new(), keep: vec![true; rows] }
    }

    /// Rows without an answer are left out, and counted under the name of the column.
    pub fn need<T>(&mut self, name: &str, column: &[Option<T>]) {
        let lacking = column.iter().filter(|answer| answer.is_none()).count();
        if lacking > 0 {
            self.lacking.insert(name.to_owned(), lacking);
        }
        for (keep, answer) in self.keep.iter_mut().zip(column) {
            *keep &= answer.is_some();
        }
    }

    /// The answers of the rows that have all.
    pub fn keep<T: Copy>(&self, column: &[Option<T>]) -> Vec<T> {
        column.iter().zip(&self.keep).filter(|(_, keep)| **keep).filter_map(|(answer, _)| *answer).collect()
    }

    /// How many rows are kept.
    pub fn count(&self) -> usize {
        self.keep.iter().filter(|keep| **keep).count()
    }

    /// A sentence about those left out; none where nobody is.
    pub fn told(&self, language: Language) -> Option<String> {
        let out = self.keep.len() - self.count();
        let by: Vec<String> = self.lacking.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let by = by.join(", ");
        (out > 0).then(|| match language {
            Language::Vi => format!("CHÚ Ý: {out} trong {} hộ bị bỏ vì thiếu câu trả lời ({by}).", self.keep.len()),
            Language::En => {
                format!(
                    "TAKE CARE: {out} of {} households are left out because answers are missing ({by}).",
                    self.keep.len()
                )
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_lacks_an_answer_is_left_out_and_counted() {
        let mut complete = Complete::of(4);
        let (a, b) = ([Some(1), None, Some(3), Some(4)], [Some(true), None, Some(false), None]);
        complete.need("a", &a);
        complete.need("b", &b);
        assert_eq!(complete.keep(&a), [1, 3]);
        assert_eq!(complete.keep(&b), [true, false]);
        let told = complete.told(Language::En).unwrap();
        assert!(told.contains("2 of 4") && told.contains("(a 1, b 2)"), "{told}");
        assert_eq!(Complete::of(3).told(Language::Vi), None);
    }
}
