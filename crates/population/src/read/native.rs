//! Columns of a Parquet file in their canonical type: native types pass as they are after a check of their bounds, texts
//! are read once for each distinct one.

use super::batch::Findings;
use super::cells::{Cells, read_texts};
use super::passengers;
use crate::cell::{
    CellProblem, CellValue, in_range, not_a_number, not_after, out_of_days, round_to, shown, too_fine, whole_number,
};
use crate::layout::{Column, Holds};
use crate::words::{Told, told};
use arrow::array::{
    Array, ArrayData, ArrayRef, AsArray, Date32Array, Int16Array, Int32Array, StringArray, StringBuilder,
    new_null_array,
};
use arrow::compute::{cast, max, min, take};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimeUnit};
use std::collections::HashMap;
use std::sync::Arc;
use vuon_policy::calendar::Day;
use vuon_policy::model::Kind;

/// Whether a column of this type can hold what is wanted.
pub(super) fn accepts(holds: &Holds, found: &DataType) -> bool {
    use DataType as T;
    let kind = match holds {
        Holds::Answers(kind) => kind,
        Holds::Passengers(kind) => return passengers::accepts(*kind, found),
    };
    match (kind, found) {
        (_, T::Null) => *kind != Kind::Id,
        (_, T::Dictionary(_, values)) => is_text(values),
        (_, found) if is_text(found) => true,
        (Kind::Id | Kind::Code { .. } | Kind::Choice(_), found) => found.is_integer(),
        (Kind::Number { .. }, T::Decimal128(_, scale)) => *scale >= 0,
        (Kind::Number { .. }, found) => found.is_integer() || found.is_floating(),
        (Kind::Bool, found) => found.is_integer() || *found == T::Boolean,
        (Kind::Date, T::Date32 | T::Date64) => true,
        (Kind::Date, T::Timestamp(_, zone)) => zone.is_none(),
        (Kind::Date, _) => false,
    }
}

/// What a column should hold, for messages.
pub(super) fn wanted(holds: &Holds) -> Told {
    let kind = match holds {
        Holds::Answers(kind) => kind,
        Holds::Passengers(kind) => return passengers::wanted(*kind),
    };
    match kind {
        Kind::Id => told("chữ (text)", "text"),
        Kind::Code { .. } => told("chữ (text) gồm các chữ số", "text of digits"),
        Kind::Choice(_) => told("chữ (text), là mã của các lựa chọn", "text (the ids of the options)"),
        Kind::Number { .. } => told("số nguyên, số thập phân hoặc chữ (text)", "whole numbers, decimals or text"),
        Kind::Bool => told("đúng/sai (boolean)", "booleans"),
        Kind::Date => told("ngày (date)", "dates"),
    }
}

/// Whether values of a type are text.
pub(super) fn is_text(found: &DataType) -> bool {
    matches!(found, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// Converts the batches of one column of a file, remembering what was read from its dictionary.
pub(super) struct Converter {
    place: usize,
    column: Column,
    remembered: Option<Remembered>,
    /// Mended cells so far.
    pub repaired: u64,
}

/// The canonical values of a dictionary.
struct Remembered {
    dictionary: ArrayData,
    values: ArrayRef,
    problems: HashMap<i32, (Arc<str>, CellProblem)>,
    repaired: Vec<bool>,
}

impl Converter {
    /// A converter for a column of the layout.
    pub fn new(place: usize, column: &Column) -> Self {
        let column = Column { reader: column.reader.beside_nulls(), ..column.clone() };
        Self { place, column, remembered: None, repaired: 0 }
    }

    /// The column in its canonical type. The type has been accepted before.
    pub fn convert(&mut self, array: &ArrayRef, findings: &mut Findings) -> ArrayRef {
        let kind = match (&self.column.holds, array.data_type()) {
            (holds, DataType::Null) => return new_null_array(&holds.data_type(), array.len()),
            (Holds::Passengers(_), DataType::Dictionary(..)) => {
                return self.dictionary(&to_dictionary(array), findings);
            }
            (Holds::Passengers(_), found) if is_text(found) => {
                return self.texts(to_type(array, &DataType::Utf8).as_string(), findings);
            }
            (Holds::Passengers(kind), _) => return passengers::convert(*kind, array, self.place, findings),
            (Holds::Answers(kind), _) => kind.clone(),
        };
        match (&kind, array.data_type()) {
            (Kind::Id, DataType::Utf8) => self.ids(array.as_string(), findings),
            (Kind::Id, _) => {
                let texts = to_type(array, &DataType::Utf8);
                self.ids(texts.as_string(), findings)
            }
            (_, DataType::Dictionary(..)) => self.dictionary(&to_dictionary(array), findings),
            (_, found) if is_text(found) => {
                let texts = to_type(array, &DataType::Utf8);
                self.texts(texts.as_string(), findings)
            }
            (Kind::Number { decimals, min, max, .. }, DataType::Decimal128(_, scale)) => {
                let (decimals, min, max, scale) = (*decimals, *min, *max, *scale as u32);
                let values = array.as_primitive::<Decimal128Type>();
                let read = |row: usize| decimal(values.value(row), scale, decimals, min, max);
                self.each(array, findings, read, |row| values.value_as_string(row))
            }
            (Kind::Number { decimals, min, max, .. }, found) if found.is_floating() => {
                let (decimals, min, max) = (*decimals, *min, *max);
                let floats = to_type(array, &DataType::Float64);
                let values = floats.as_primitive::<Float64Type>();
                let read = |row: usize| float(values.value(row), decimals, min, max);
                self.each(array, findings, read, |row| values.value(row).to_string())
            }
            (Kind::Number { decimals, min, max, .. }, _) => {
                let (decimals, min, max) = (*decimals, *min, *max);
                self.whole_numbers(array, decimals, min, max, findings)
            }
            (Kind::Bool, DataType::Boolean) => array.clone(),
            (Kind::Bool | Kind::Choice(_) | Kind::Code { .. }, _) => {
                let texts = to_type(array, &DataType::Utf8);
                self.texts(texts.as_string(), findings)
            }
            (Kind::Date, DataType::Date32) => self.days(array.as_primitive::<Date32Type>(), findings),
            (Kind::Date, _) => {
                let per_day = |unit: &TimeUnit| match unit {
                    TimeUnit::Second => 86_400,
                    TimeUnit::Millisecond => 86_400_000,
                    TimeUnit::Microsecond => 86_400_000_000,
                    TimeUnit::Nanosecond => 86_400_000_000_000_i64,
                };
                let (ticks, per_day) = match array.data_type() {
                    DataType::Timestamp(unit, _) => (to_type(array, &DataType::Int64), per_day(unit)),
                    _ => (to_type(&to_type(array, &DataType::Date64), &DataType::Int64), 86_400_000),
                };
                let ticks = ticks.as_primitive::<Int64Type>();
                let latest = self.column.reader.latest();
                let read = |row: usize| midnight(ticks.value(row), per_day, latest);
                let told = |row: usize| text_of(array, row);
                self.each(array, findings, read, told)
            }
        }
    }

    /// Ids: nearly always plain already. A blank one is a problem and becomes null.
    fn ids(&self, ids: &StringArray, findings: &mut Findings) -> ArrayRef {
        let bytes = ids.value_data();
        let offsets = ids.value_offsets();
        let (first, last) = (offsets[0] as usize, offsets[ids.len()] as usize);
        let edges_are_plain = || {
            offsets.windows(2).all(|pair| {
                let (start, end) = (pair[0] as usize, pair[1] as usize);
                start < end && bytes[start] > b' ' && bytes[end - 1] > b' '
            })
        };
        if ids.null_count() == 0 && bytes[first..last].is_ascii() && edges_are_plain() {
            return Arc::new(ids.clone());
        }
        let mut clean = StringBuilder::new();
        for row in 0..ids.len() {
            let text = if ids.is_valid(row) { ids.value(row) } else { "" };
            match self.column.reader.read(text) {
                Ok(CellValue::Text(id)) => clean.append_value(id),
                Ok(_) => clean.append_null(),
                Err(problem) => {
                    clean.append_null();
                    findings.cell(row, self.place, None, problem);
                }
            }
        }
        Arc::new(clean.finish())
    }

    fn texts(&mut self, texts: &StringArray, findings: &mut Findings) -> ArrayRef {
        let (cells, repaired) = read_texts(texts.iter(), self.place, &self.column, findings);
        self.repaired += repaired;
        cells
    }

    fn dictionary(&mut self, array: &ArrayRef, findings: &mut Findings) -> ArrayRef {
        let array = array.as_dictionary::<Int32Type>();
        let dictionary = array.values().to_data();
        if !self.remembered.as_ref().is_some_and(|r| r.dictionary.ptr_eq(&dictionary)) {
            self.remembered = Some(self.read_dictionary(array.values().as_string(), dictionary));
        }
        let remembered = self.remembered.as_ref().expect("it has just been read");
        let keys: &Int32Array = array.keys();
        if !remembered.problems.is_empty() {
            for (row, key) in keys.iter().enumerate() {
                if let Some((value, problem)) = key.and_then(|key| remembered.problems.get(&key)) {
                    findings.cell(row, self.place, Some(value.clone()), problem.clone());
                }
            }
        }
        if !remembered.repaired.is_empty() {
            let mended = keys.iter().flatten().filter(|key| remembered.repaired[*key as usize]).count();
            self.repaired += mended as u64;
        }
        if let Some(places) = remembered.values.as_primitive_opt::<arrow::datatypes::Int16Type>() {
            // The common case, without the checks of `take`: keys are valid places of the dictionary.
            if places.null_count() == 0 && keys.null_count() == 0 && !places.is_empty() {
                let values = places.values();
                return Arc::new(Int16Array::from_iter_values(keys.values().iter().map(|key| values[*key as usize])));
            }
        }
        take(&remembered.values, keys, None).expect("keys are places of the dictionary")
    }

    fn read_dictionary(&self, texts: &StringArray, dictionary: ArrayData) -> Remembered {
        let mut cells = Cells::new(&self.column);
        let mut problems = HashMap::new();
        let mut repaired = vec![false; texts.len()];
        for (key, text) in texts.iter().enumerate() {
            match self.column.reader.read(text.unwrap_or_default()) {
                Ok(value) => {
                    repaired[key] = matches!(value, CellValue::Repaired(_));
                    cells.push(value);
                }
                Err(problem) => {
                    cells.push_unknown();
                    problems.insert(key as i32, (shown(text.unwrap_or_default()).into(), problem));
                }
            }
        }
        if !repaired.contains(&true) {
            repaired.clear();
        }
        Remembered { dictionary, values: cells.finish(), problems, repaired }
    }

    fn whole_numbers(
        &self,
        array: &ArrayRef,
        decimals: u32,
        least: i64,
        greatest: i64,
        findings: &mut Findings,
    ) -> ArrayRef {
        let wide = to_type(array, &DataType::Int64);
        let numbers = wide.as_primitive::<Int64Type>();
        let fits = |n: Option<i64>, scale: i64| {
            n.is_none_or(|n| n.checked_mul(scale).is_some_and(|n| (least..=greatest).contains(&n)))
        };
        let scale = 10_i64.checked_pow(decimals).unwrap_or(i64::MAX);
        // Casting turns unsigned numbers beyond the range into nulls.
        if numbers.null_count() == array.null_count() && fits(min(numbers), scale) && fits(max(numbers), scale) {
            return if scale == 1 { wide } else { Arc::new(numbers.unary::<_, Int64Type>(|n| n.wrapping_mul(scale))) };
        }
        let read = |row: usize| {
            let number = if numbers.is_valid(row) { numbers.value(row).saturating_mul(scale) } else { i64::MAX };
            in_range(number, decimals, least, greatest).map(Some)
        };
        self.each(array, findings, read, |row| text_of(array, row))
    }

    fn days(&self, days: &Date32Array, findings: &mut Findings) -> ArrayRef {
        let latest = self.column.reader.latest();
        let fits = |day: Option<i32>| day.is_none_or(|day| (Day::FIRST.0..=latest.0).contains(&day));
        let array: ArrayRef = Arc::new(days.clone());
        if fits(min(days)) && fits(max(days)) {
            return array;
        }
        let read = |row: usize| a_day(days.value(row).into(), latest);
        self.each(&array, findings, read, |row| days.value(row).to_string())
    }

    /// Row by row, where the quick check of the whole batch does not do.
    fn each(
        &self,
        array: &ArrayRef,
        findings: &mut Findings,
        read: impl Fn(usize) -> Result<Option<i64>, CellProblem>,
        told: impl Fn(usize) -> String,
    ) -> ArrayRef {
        let mut cells = Cells::new(&self.column);
        for row in 0..array.len() {
            match if array.is_valid(row) { read(row) } else { Ok(None) } {
                Ok(Some(value)) => cells.push(CellValue::Int(value)),
                Ok(None) => cells.push_unknown(),
                Err(problem) => {
                    cells.push_unknown();
                    findings.cell(row, self.place, Some(shown(&told(row)).into()), problem);
                }
            }
        }
        cells.finish()
    }
}

fn to_dictionary(array: &ArrayRef) -> ArrayRef {
    to_type(array, &DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into()))
}

/// A conversion between types that [`accepts`] has let pass.
pub(super) fn to_type(array: &ArrayRef, wanted: &DataType) -> ArrayRef {
    if array.data_type() == wanted {
        return array.clone();
    }
    cast(array, wanted).expect("the type of the column was accepted when the file was opened")
}

fn text_of(array: &ArrayRef, row: usize) -> String {
    let text = cast(&array.slice(row, 1), &DataType::Utf8);
    text.map(|text| text.as_string::<i32>().value(0).to_owned()).unwrap_or_default()
}

fn decimal(value: i128, scale: u32, decimals: u32, least: i64, greatest: i64) -> Result<Option<i64>, CellProblem> {
    let scaled = if decimals >= scale {
        10_i128.checked_pow(decimals - scale).and_then(|by| value.checked_mul(by)).unwrap_or(i128::MAX)
    } else {
        let by = 10_i128.checked_pow(scale - decimals).unwrap_or(i128::MAX);
        if value % by != 0 {
            return Err(CellProblem { message: too_fine(decimals), advice: round_to(decimals) });
        }
        value / by
    };
    in_range(i64::try_from(scaled).unwrap_or(i64::MAX), decimals, least, greatest).map(Some)
}

/// A binary fraction passes when it is the one nearest to a decimal with as many digits as the question allows.
fn float(value: f64, decimals: u32, least: i64, greatest: i64) -> Result<Option<i64>, CellProblem> {
    if value.is_nan() {
        return Err(CellProblem {
            message: not_a_number(),
            advice: told("hãy lưu null khi chưa biết câu trả lời", "store null when the answer is not known"),
        });
    }
    let scale = 10_f64.powi(decimals as i32);
    let scaled = (value * scale).round();
    // Up to 2^53 every whole number has its own binary fraction.
    if scaled.abs() <= 9_007_199_254_740_992.0 {
        if scaled / scale != value && (scaled / scale) as f32 as f64 != value {
            return Err(CellProblem {
                message: if decimals == 0 { whole_number() } else { too_fine(decimals) },
                advice: round_to(decimals),
            });
        }
        return in_range(scaled as i64, decimals, least, greatest).map(Some);
    }
    in_range(if value < 0.0 { i64::MIN } else { i64::MAX }, decimals, least, greatest).map(Some)
}

fn a_day(day: i64, latest: Day) -> Result<Option<i64>, CellProblem> {
    if let Some(day) = i32::try_from(day).ok().map(Day).filter(|day| (Day::FIRST..=Day::LAST).contains(day)) {
        return not_after(day, latest).map(|day| Some(day.0.into()));
    }
    Err(out_of_days())
}

fn midnight(ticks: i64, per_day: i64, latest: Day) -> Result<Option<i64>, CellProblem> {
    if ticks.rem_euclid(per_day) != 0 {
        return Err(CellProblem {
            message: told("có cả giờ trong ngày, không phải chỉ là ngày", "this is a time of day, not a day"),
            advice: told("hãy lưu cột này theo kiểu ngày (date)", "store the column as dates"),
        });
    }
    a_day(ticks.div_euclid(per_day), latest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_passes_only_as_the_decimal_it_stands_for() {
        assert_eq!(float(45.5, 1, 0, 1000), Ok(Some(455)));
        assert_eq!(float(0.1 + 0.2, 1, 0, 1000).unwrap_err().advice.en.as_ref(), "round it to 1 decimals");
        assert_eq!(float(f64::from(45.3_f32), 1, 0, 1000), Ok(Some(453)));
        assert_eq!(float(f64::NAN, 1, 0, 1000).unwrap_err().message.en.as_ref(), "this is not a number");
        assert!(float(1e300, 1, 0, 1000).unwrap_err().message.en.contains("between"));
        assert_eq!(float(4_250_000.0, 0, 0, 100_000_000), Ok(Some(4_250_000)));
    }

    #[test]
    fn a_decimal_keeps_its_value_exactly() {
        assert_eq!(decimal(4550, 2, 1, 0, 1000), Ok(Some(455)));
        assert!(decimal(4555, 2, 1, 0, 1000).is_err());
        assert_eq!(decimal(45, 0, 1, 0, 1000), Ok(Some(450)));
    }

    #[test]
    fn a_timestamp_is_a_day_only_at_midnight() {
        assert_eq!(midnight(86_400, 86_400, Day::LAST), Ok(Some(1)));
        assert_eq!(midnight(-86_400, 86_400, Day::LAST), Ok(Some(-1)));
        assert!(midnight(86_401, 86_400, Day::LAST).is_err());
    }
}
