//! What an assessment comes to: households and persons by status, by group, by indicator.
//!
//! Sums are whole numbers, so that parts add up to the whole in any order.

use crate::kernel::Kernel;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, RecordBatch};
use arrow::datatypes::{ArrowDictionaryKeyType, DataType, Int8Type, Int16Type, Int32Type, Int64Type};
use std::collections::BTreeMap;
use vuon_policy::program::{Program, REFUSED, UNDETERMINED};

/// Households and the persons in them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// Households.
    pub households: u64,
    /// Persons; 0 where the questionnaire does not tell how many there are.
    pub persons: u64,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.households += other.households;
        self.persons += other.persons;
    }
}

/// How an indicator, subgroup or event came out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct YesNo {
    /// Households for which it holds.
    pub yes: u64,
    /// Persons in them; 0 where the questionnaire does not tell how many there are.
    pub persons: u64,
    /// Households for which it does not.
    pub no: u64,
    /// Households for which it is unknown.
    pub unknown: u64,
}

/// Counts of an assessment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// The columns that hold a status, in order.
    pub standards: Vec<String>,
    /// The outcomes, from worst to best, then `undetermined` and `refused`.
    pub outcomes: Vec<String>,
    /// For each standard and outcome.
    pub statuses: Vec<Vec<Count>>,
    /// For each grouping column: for each of its values (empty where unknown) the counts of the last standard.
    pub groups: Vec<(String, BTreeMap<String, Vec<Count>>)>,
    /// For each yes/no column of the output.
    pub yes_no: Vec<(String, YesNo)>,
    /// Households whose number of persons is unknown: they add none to the persons.
    pub size_unknown: u64,
}

impl Summary {
    /// A summary of nothing, for the output of a kernel and groups by columns of that output.
    pub fn new(kernel: &Kernel, by: &[String]) -> Self {
        let schema = kernel.output_schema();
        let standards: Vec<String> = ["status_national", "status_local"]
            .iter()
            .filter(|s| schema.field_with_name(s).is_ok())
            .map(|s| s.to_string())
            .collect();
        let outcomes = outcomes(kernel.program());
        let yes_no = schema.fields().iter().filter(|f| *f.data_type() == DataType::Boolean);
        Self {
            statuses: vec![vec![Count::default(); outcomes.len()]; standards.len()],
            groups: by.iter().map(|column| (column.clone(), BTreeMap::new())).collect(),
            yes_no: yes_no.map(|f| (f.name().clone(), YesNo::default())).collect(),
            standards,
            outcomes,
            size_unknown: 0,
        }
    }

    /// Adds a batch of the output. `persons` has the number of persons of each household, where that is known.
    pub fn add(&mut self, output: &RecordBatch, persons: Option<&[i64]>) {
        let rows = output.num_rows();
        self.size_unknown += persons.map_or(0, |p| p.iter().filter(|n| **n < 0).count() as u64);
        let mut places = Vec::new();
        for (standard, counts) in self.standards.iter().zip(&mut self.statuses) {
            places = outcome_places(output, standard, &self.outcomes);
            for (row, place) in places.iter().enumerate() {
                counts[*place] += count(persons, row);
            }
        }
        for (column, counts) in &mut self.groups {
            let Some(array) = output.column_by_name(column) else { continue };
            let (keys, names) = grouped(array);
            let mut local = vec![vec![Count::default(); self.outcomes.len()]; names.len()];
            for row in 0..rows {
                local[keys[row]][places[row]] += count(persons, row);
            }
            for (name, own) in names.into_iter().zip(local) {
                if own.iter().all(|c| c.households == 0) {
                    continue;
                }
                let all = counts.entry(name).or_insert_with(|| vec![Count::default(); self.outcomes.len()]);
                all.iter_mut().zip(own).for_each(|(sum, part)| *sum += part);
            }
        }
        for (column, counts) in &mut self.yes_no {
            let Some(array) = output.column_by_name(column) else { continue };
            let array: &BooleanArray = array.as_boolean();
            counts.unknown += array.null_count() as u64;
            counts.yes += array.true_count() as u64;
            if let Some(persons) = persons {
                let yes = array.iter().zip(persons).filter(|(value, _)| *value == Some(true));
                counts.persons += yes.map(|(_, n)| (*n).max(0) as u64).sum::<u64>();
            }
            counts.no += (array.len() - array.null_count() - array.true_count()) as u64;
        }
    }

    /// Adds another summary of the same form.
    pub fn merge(&mut self, other: &Self) {
        self.size_unknown += other.size_unknown;
        let sum = |all: &mut [Count], part: &[Count]| all.iter_mut().zip(part).for_each(|(a, b)| *a += *b);
        for (all, part) in self.statuses.iter_mut().zip(&other.statuses) {
            sum(all, part);
        }
        for ((_, all), (_, part)) in self.groups.iter_mut().zip(&other.groups) {
            for (name, counts) in part {
                sum(all.entry(name.clone()).or_insert_with(|| vec![Count::default(); counts.len()]), counts);
            }
        }
        for ((_, all), (_, part)) in self.yes_no.iter_mut().zip(&other.yes_no) {
            all.yes += part.yes;
            all.persons += part.persons;
            all.no += part.no;
            all.unknown += part.unknown;
        }
    }

    /// All households and persons.
    pub fn total(&self) -> Count {
        let mut total = Count::default();
        for count in self.statuses.first().into_iter().flatten() {
            total += *count;
        }
        total
    }
}

/// The outcomes a program can give, in the order in which they are told.
fn outcomes(program: &Program) -> Vec<String> {
    let statuses = program.pack.statuses.iter().map(|s| s.id.value.clone());
    statuses.chain([UNDETERMINED.to_owned(), REFUSED.to_owned()]).collect()
}

fn count(persons: Option<&[i64]>, row: usize) -> Count {
    Count { households: 1, persons: persons.map_or(0, |p| p[row].max(0) as u64) }
}

/// For each row the place of its status among the outcomes.
fn outcome_places(output: &RecordBatch, column: &str, outcomes: &[String]) -> Vec<usize> {
    let Some(array) = output.column_by_name(column) else { return Vec::new() };
    let (keys, names) = grouped(array);
    let places: Vec<usize> =
        names.iter().map(|name| outcomes.iter().position(|o| o == name).unwrap_or(outcomes.len() - 2)).collect();
    keys.into_iter().map(|key| places[key]).collect()
}

/// A column as keys into a list of names; null is the empty name.
fn grouped(array: &ArrayRef) -> (Vec<usize>, Vec<String>) {
    match array.data_type() {
        DataType::Dictionary(key, _) if **key == DataType::Int8 => dictionary(array.as_dictionary::<Int8Type>()),
        DataType::Dictionary(key, _) if **key == DataType::Int16 => dictionary(array.as_dictionary::<Int16Type>()),
        DataType::Dictionary(..) => dictionary(array.as_dictionary::<Int32Type>()),
        _ => texts(array),
    }
}

fn dictionary<K: ArrowDictionaryKeyType>(array: &DictionaryArray<K>) -> (Vec<usize>, Vec<String>) {
    let values = array.values().as_string::<i32>();
    let mut names: Vec<String> = values.iter().map(|v| v.unwrap_or_default().to_owned()).collect();
    names.push(String::new());
    let unknown = names.len() - 1;
    (array.keys_iter().map(|key| key.unwrap_or(unknown)).collect(), names)
}

fn texts(array: &ArrayRef) -> (Vec<usize>, Vec<String>) {
    let Some(texts) = array.as_string_opt::<i32>() else { return (vec![0; array.len()], vec![String::new()]) };
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut names = Vec::new();
    let mut keys = Vec::with_capacity(texts.len());
    let mut last: Option<(&str, usize)> = None;
    for text in texts.iter().map(Option::unwrap_or_default) {
        // Tables come area by area: most rows repeat the one before.
        if let Some((same, key)) = last
            && same == text
        {
            keys.push(key);
            continue;
        }
        let key = *places.entry(text).or_insert_with(|| {
            names.push(text.to_owned());
            names.len() - 1
        });
        last = Some((text, key));
        keys.push(key);
    }
    (keys, names)
}

/// The number of persons of each household of an input batch: its members, or the answer to the question of size
/// (-1 where that is unknown).
pub(crate) fn persons(input: &RecordBatch, size_column: Option<&str>) -> Option<Vec<i64>> {
    if let Some(members) = input.column_by_name("members") {
        let offsets = members.as_list_opt::<i32>()?.value_offsets();
        return Some(offsets.windows(2).map(|w| i64::from(w[1] - w[0])).collect());
    }
    let sizes = input.column_by_name(size_column?)?.as_primitive_opt::<Int64Type>()?;
    Some(sizes.iter().map(|size| size.unwrap_or(-1)).collect())
}
