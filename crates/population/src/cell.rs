//! Reading one cell of text, as officials write them in spreadsheets.
//!
//! In: the text of a cell and the variable it answers. Out: a value, unknown (a blank cell), or what is wrong and what
//! to do. A cell that can be read in two ways is an error, never a guess.

use crate::passenger::{self, PassengerKind};
use crate::words::{Told, told};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use vuon_policy::calendar::Day;
use vuon_policy::model::{Kind, Questionnaire, Variable};

/// The value of a cell.
#[derive(Clone, PartialEq, Debug)]
pub enum CellValue<'t> {
    /// A blank cell.
    Unknown,
    /// Yes or no.
    Bool(bool),
    /// A number as stored (times `10^decimals`), the place of an option, or a day.
    Int(i64),
    /// A number that travels along.
    Float(f64),
    /// An id, a code or a label.
    Text(Cow<'t, str>),
    /// A code whose leading zeros were lost and have been put back.
    Repaired(String),
}

/// What is wrong with a cell, and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CellProblem {
    /// What is wrong.
    pub message: Told,
    /// What to do.
    pub advice: Told,
}

fn problem<T>(message: Told, advice: Told) -> Result<T, CellProblem> {
    Err(CellProblem { message, advice })
}

/// Reads the cells of one variable.
#[derive(Clone, Debug)]
pub struct CellReader(Form);

#[derive(Clone, Debug)]
enum Form {
    Id,
    Code { width: usize },
    Choice(Options),
    Number { decimals: u32, min: i64, max: i64 },
    Bool,
    Date { latest: Day },
    Passenger { kind: PassengerKind, words: bool },
}

impl CellReader {
    /// A reader for a variable of the questionnaire.
    pub fn new(questionnaire: &Questionnaire, variable: &Variable) -> Self {
        Self(match &variable.kind {
            Kind::Id => Form::Id,
            Kind::Code { width, .. } => Form::Code { width: *width },
            Kind::Choice(list) => Form::Choice(Options::new(questionnaire, *list)),
            Kind::Number { decimals, min, max, .. } => Form::Number { decimals: *decimals, min: *min, max: *max },
            Kind::Bool => Form::Bool,
            Kind::Date => Form::Date { latest: Day::LAST },
        })
    }

    /// A reader for a column that travels along.
    pub fn passenger(kind: PassengerKind) -> Self {
        Self(Form::Passenger { kind, words: true })
    }

    /// The same reader for texts of a file that has nulls of its own: a label `NA` is a label.
    pub(crate) fn beside_nulls(self: &Arc<Self>) -> Arc<Self> {
        match self.0 {
            Form::Passenger { kind: PassengerKind::Label, .. } => {
                Arc::new(Self(Form::Passenger { kind: PassengerKind::Label, words: false }))
            }
            _ => self.clone(),
        }
    }

    /// The same reader, which accepts no day after `latest`: nobody is born, and nothing has happened, after the review.
    #[must_use]
    pub fn until(&self, latest: Day) -> Self {
        match &self.0 {
            Form::Date { .. } => Self(Form::Date { latest }),
            other => Self(other.clone()),
        }
    }

    /// The last day a cell may hold.
    pub(crate) fn latest(&self) -> Day {
        match self.0 {
            Form::Date { latest } => latest,
            _ => Day::LAST,
        }
    }

    /// Reads a cell.
    pub fn read<'t>(&self, cell: &'t str) -> Result<CellValue<'t>, CellProblem> {
        let text = cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
        if text.is_empty() {
            return match self.0 {
                Form::Id => problem(
                    told("dòng này không ghi mã hộ", "the row names no household"),
                    told("hãy ghi mã hộ vào mọi dòng", "write the id of the household in every row"),
                ),
                _ => Ok(CellValue::Unknown),
            };
        }
        let value = match &self.0 {
            Form::Id => Ok(CellValue::Text(composed(text))),
            Form::Code { width } => code(text, *width),
            Form::Choice(options) => options.read(text).map(|place| CellValue::Int(place.into())),
            Form::Number { decimals, min, max } => {
                number(text, *decimals).and_then(|number| in_range(number, *decimals, *min, *max)).map(CellValue::Int)
            }
            Form::Bool => yes_no(text).map(CellValue::Bool),
            Form::Date { latest } => {
                date(text).and_then(|day| not_after(day, *latest)).map(|day| CellValue::Int(day.0.into()))
            }
            Form::Passenger { words: true, .. } if passenger::is_missing(text) => Ok(CellValue::Unknown),
            Form::Passenger { kind: PassengerKind::Number, .. } => passenger::number(text).map(CellValue::Float),
            Form::Passenger { kind: PassengerKind::Label, .. } => Ok(CellValue::Text(passenger::label(text))),
        };
        value.or_else(|found| match text {
            "NA" | "N/A" | "n/a" | "NULL" | "null" | "NaN" | "nan" | "None" | "-" | "?" | "." => {
                let advice = told(
                    "hãy để trống ô khi chưa biết câu trả lời",
                    "leave the cell blank when the answer is not known",
                );
                problem(found.message, advice)
            }
            _ => Err(found),
        })
    }
}

/// The text in its composed normal form (NFC).
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.nfc().collect())
    }
}

/// A value as error messages show it: at most 40 characters, on one line.
pub fn shown(value: &str) -> String {
    let mut text: String = value.chars().take(40).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if value.chars().nth(40).is_some() {
        text.push('…');
    }
    text
}

// --- codes ---

fn code(text: &str, width: usize) -> Result<CellValue<'_>, CellProblem> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return problem(
            told("mã chỉ gồm chữ số", "a code has digits only"),
            told(format!("hãy viết đủ {width} chữ số của mã"), format!("write the {width} digits of the code")),
        );
    }
    match text.len() {
        n if n == width => Ok(CellValue::Text(Cow::Borrowed(text))),
        n if n < width => Ok(CellValue::Repaired(format!("{text:0>width$}"))),
        n => problem(
            told(format!("mã có {n} chữ số thay vì {width}"), format!("the code has {n} digits instead of {width}")),
            told(
                format!("hãy viết {width} chữ số của mã; kiểm tra xem đây có phải mã của đơn vị nhỏ hơn không"),
                format!("write the {width} digits of the code; check that it is not the code of a smaller area"),
            ),
        ),
    }
}

// --- yes or no ---

fn yes_no(text: &str) -> Result<bool, CellProblem> {
    match text {
        "true" | "TRUE" | "1" => return Ok(true),
        "false" | "FALSE" | "0" => return Ok(false),
        _ => {}
    }
    match fold(text).as_str() {
        "true" | "yes" | "co" | "x" => Ok(true),
        "false" | "no" | "khong" => Ok(false),
        folded if folded == fold("có") => Ok(true),
        folded if folded == fold("không") => Ok(false),
        _ => problem(
            told("không phải là “có” hay “không”", "this is neither yes nor no"),
            told(
                "hãy viết có hoặc không, yes hoặc no, 1 hoặc 0; để trống khi chưa biết",
                "write có or không, yes or no, 1 or 0; blank when it is not known",
            ),
        ),
    }
}

// --- choices ---

/// The spellings of a list of options.
#[derive(Clone, Debug)]
struct Options {
    exact: HashMap<String, i16>,
    /// By [`fold`]; none where two options look the same.
    folded: HashMap<String, Option<i16>>,
    /// For advice: id, label, and all spellings without marks.
    told: Vec<(String, String, Vec<String>)>,
}

impl Options {
    fn new(questionnaire: &Questionnaire, list: usize) -> Self {
        let mut options = Self { exact: HashMap::new(), folded: HashMap::new(), told: Vec::new() };
        let list = &questionnaire.choices[list].options;
        for (option, place) in list.iter().zip(0_i16..) {
            options.exact.insert(option.id.value.clone(), place);
            let labels = option.label.0.values();
            let spellings: Vec<&String> = [&option.id.value].into_iter().chain(labels).chain(&option.also).collect();
            for spelling in &spellings {
                let entry = options.folded.entry(fold(spelling)).or_insert(Some(place));
                if *entry != Some(place) {
                    *entry = None;
                }
            }
            let label = option.label.0.get("vi").or(option.label.0.values().next()).cloned().unwrap_or_default();
            let bare = spellings.iter().map(|s| without_marks(s)).collect();
            options.told.push((option.id.value.clone(), label, bare));
        }
        // What is written exactly as an option's label or other spelling needs no folding.
        for (option, place) in list.iter().zip(0_i16..) {
            for spelling in option.label.0.values().chain(&option.also) {
                if options.folded.get(&fold(spelling)) == Some(&Some(place)) {
                    options.exact.entry(spelling.clone()).or_insert(place);
                }
            }
        }
        options
    }

    fn read(&self, text: &str) -> Result<i16, CellProblem> {
        if let Some(place) = self.exact.get(text) {
            return Ok(*place);
        }
        match self.folded.get(&fold(text)) {
            Some(Some(place)) => Ok(*place),
            Some(None) => {
                let ids: Vec<&str> = self.told.iter().map(|(id, ..)| id.as_str()).take(12).collect();
                let ids = ids.join(", ");
                problem(
                    told("có hai lựa chọn cùng cách viết này", "two options are written like this"),
                    told(format!("hãy viết mã của lựa chọn: {ids}"), format!("write the option's id: {ids}")),
                )
            }
            None => {
                problem(told("danh sách không có lựa chọn này", "this is not an option of the list"), self.advice(text))
            }
        }
    }

    fn advice(&self, text: &str) -> Told {
        let wanted = without_marks(text);
        let allowed = (wanted.chars().count() / 3).max(1);
        let mut near: Vec<(usize, usize)> = self
            .told
            .iter()
            .enumerate()
            .filter_map(|(place, (_, _, spellings))| {
                let distance = spellings.iter().map(|s| strsim::osa_distance(s, &wanted)).min()?;
                (distance <= allowed).then_some((distance, place))
            })
            .collect();
        near.sort_unstable();
        let named = |place: usize| match &self.told[place] {
            (id, label, _) if id == label => id.clone(),
            (id, label, _) => format!("{id} ({label})"),
        };
        if near.is_empty() {
            let all: Vec<String> = (0..self.told.len().min(6)).map(named).collect();
            let all = all.join(", ");
            let more = match self.told.len() > 6 {
                true => [", … (từ điển dữ liệu liệt kê đủ)", ", … (the data dictionary lists all)"],
                false => ["", ""],
            };
            told(
                format!("hãy viết một trong các lựa chọn: {all}{}", more[0]),
                format!("write one of: {all}{}", more[1]),
            )
        } else {
            let near: Vec<String> = near.into_iter().take(3).map(|(_, place)| named(place)).collect();
            told(
                format!("có phải ý là {} không?", near.join(" hoặc ")),
                format!("perhaps you mean {}", near.join(" or ")),
            )
        }
    }
}

/// A key under which spellings are equal that differ in case, in spaces, in the Unicode form of their marks, or in the
/// vowel that carries the tone mark (*Hòa*, *Hoà*). The tone of each word is kept, at its end.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 4);
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.chars().map(|c| c.to_ascii_lowercase()));
            continue;
        }
        let mut tones = String::new();
        for c in word.chars().flat_map(char::to_lowercase).nfd() {
            if is_tone(c) { tones.push(c) } else { folded.push(c) }
        }
        folded.push_str(&tones);
    }
    folded
}

/// Grave, acute, tilde, hook above, dot below: the five tone marks of Vietnamese.
fn is_tone(c: char) -> bool {
    matches!(c, '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}')
}

/// The letters alone, to find what a misspelt word may mean.
pub(crate) fn without_marks(text: &str) -> String {
    let letters = text.nfd().flat_map(char::to_lowercase).filter(|c| !('\u{300}'..='\u{36f}').contains(c));
    letters.map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

// --- numbers ---

/// The number times `10^decimals`.
fn number(text: &str, decimals: u32) -> Result<i64, CellProblem> {
    let (negative, digits) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let no_number = || {
        let advice =
            match text.chars().any(|c| matches!(c, 'e' | 'E')) && text.starts_with(|c: char| c.is_ascii_digit()) {
                true => told(
                    "hãy viết đủ các chữ số; định dạng cột trong bảng tính là số (Number) trước khi lưu",
                    "write all digits; format the spreadsheet column as a number before saving",
                ),
                false => told(
                    "chỉ viết chữ số, không kèm đơn vị, ví dụ 1500000 hoặc 1.500.000; để trống khi chưa biết",
                    "write digits only, without a unit; blank when it is not known",
                ),
            };
        CellProblem { message: not_a_number(), advice }
    };
    if digits.len() <= 18 && digits.bytes().all(|b| b.is_ascii_digit()) {
        // At most 18 digits are less than 2^63.
        let whole: i64 = digits.parse().map_err(|_| no_number())?;
        return scaled(if negative { -whole } else { whole }, decimals);
    }
    let (groups, separators) = groups(digits).ok_or_else(no_number)?;
    let (whole, fraction) = split(&groups, &separators, decimals)?;
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals as usize {
        return match decimals {
            0 => not_whole(),
            _ => problem(too_fine(decimals), round_to(decimals)),
        };
    }
    let all = format!("{whole}{fraction:0<width$}", width = decimals as usize);
    let number: i64 = all.parse().map_err(|_| too_large())?;
    Ok(if negative { -number } else { number })
}

fn scaled(whole: i64, decimals: u32) -> Result<i64, CellProblem> {
    let scaled = 10_i64.checked_pow(decimals).and_then(|scale| whole.checked_mul(scale));
    scaled.ok_or_else(too_large)
}

pub(crate) fn not_a_number() -> Told {
    told("không phải là số", "this is not a number")
}

pub(crate) fn whole_number() -> Told {
    told("câu này cần số nguyên", "a whole number is asked for")
}

fn not_whole<T>() -> Result<T, CellProblem> {
    problem(whole_number(), told("hãy viết không có phần thập phân", "write it without decimals"))
}

pub(crate) fn too_fine(decimals: u32) -> Told {
    told(
        format!("chỉ được có tối đa {decimals} chữ số sau dấu thập phân"),
        format!("at most {decimals} digits may stand after the decimal mark"),
    )
}

pub(crate) fn round_to(decimals: u32) -> Told {
    told(format!("hãy làm tròn đến {decimals} chữ số thập phân"), format!("round it to {decimals} decimals"))
}

fn too_large() -> CellProblem {
    CellProblem {
        message: told("số quá lớn", "the number is too large"),
        advice: told("hãy kiểm tra xem có gõ nhầm không", "check it for a slip of the hand"),
    }
}

/// The runs of digits, and the separators between them (all kinds of space are one).
fn groups(text: &str) -> Option<(Vec<&str>, Vec<char>)> {
    let (mut groups, mut separators, mut start) = (Vec::new(), Vec::new(), 0);
    for (at, c) in text.char_indices() {
        let separator = match c {
            '0'..='9' => continue,
            '.' | ',' => c,
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
            _ => return None,
        };
        groups.push(&text[start..at]);
        separators.push(separator);
        start = at + c.len_utf8();
    }
    groups.push(&text[start..]);
    groups.iter().all(|g| !g.is_empty()).then_some((groups, separators))
}

/// Whether the digits are grouped by thousands.
fn by_thousands(groups: &[&str]) -> bool {
    let first = groups[0];
    let tail = groups[1..].iter().all(|g| g.len() == 3);
    tail && (groups.len() == 1 || (first.len() <= 3 && !first.starts_with('0')))
}

/// The digits before and after the decimal mark.
fn split<'t>(groups: &[&'t str], separators: &[char], decimals: u32) -> Result<(String, &'t str), CellProblem> {
    let Some(last) = separators.len().checked_sub(1) else { return Ok((groups.concat(), "")) };
    let mark = separators[last];
    let single = !separators[..last].contains(&mark);
    let uniform = separators[..last].iter().all(|s| *s == separators[0]);
    let (before, after) = (&groups[..=last], groups[last + 1]);
    let badly_grouped = || {
        let number = groups.concat();
        problem(
            told("các chữ số không được tách đúng theo hàng nghìn", "the digits are not grouped by thousands"),
            told(format!("hãy viết {number}, nếu đúng là số này"), format!("write {number}, if that is what is meant")),
        )
    };
    if mark == ' ' || !single {
        // Thousands to the end.
        return if uniform && separators[0] == mark && by_thousands(groups) {
            Ok((groups.concat(), ""))
        } else {
            badly_grouped()
        };
    }
    if last > 0 {
        // Thousands, then another mark, which is the decimal one.
        return if uniform && by_thousands(before) { Ok((before.concat(), after)) } else { badly_grouped() };
    }
    if !by_thousands(groups) {
        // `12,5`, `0.500`, `1234.567`; a whole number may end in `.0` or `.00`, as some programs write it.
        return match decimals == 0 && (after.len() >= 3 || after.bytes().any(|b| b != b'0')) {
            true => not_whole(),
            false => Ok((before[0].to_owned(), after)),
        };
    }
    if decimals == 0 {
        return Ok((groups.concat(), ""));
    }
    let (whole, digits) = (groups.concat(), after.trim_end_matches('0'));
    let fraction = match digits.len() {
        0 => "0".to_owned(),
        3 => format!("{after}0"),
        _ => digits.to_owned(),
    };
    let short = format!("{},{fraction}", before[0]);
    problem(
        told(
            format!("có thể đọc là {whole} và cũng có thể đọc là {short}"),
            format!("this can be read as {whole} and as {short}"),
        ),
        told(format!("hãy viết {whole} hoặc {short}"), format!("write {whole} or {short}")),
    )
}

/// Checks a number (times `10^decimals`) against its bounds.
pub(crate) fn in_range(number: i64, decimals: u32, min: i64, max: i64) -> Result<i64, CellProblem> {
    if (min..=max).contains(&number) {
        return Ok(number);
    }
    let (min, max) = (plain(min, decimals), plain(max, decimals));
    problem(
        told(
            format!("số không nằm trong khoảng từ {} đến {}", min.replace('.', ","), max.replace('.', ",")),
            format!("the number is not between {min} and {max}"),
        ),
        told(
            "hãy kiểm tra số và đơn vị tính (xem từ điển dữ liệu); để trống khi chưa biết",
            "check the number and its unit (the data dictionary names it); blank when it is not known",
        ),
    )
}

/// A scaled number with its decimal point.
pub(crate) fn plain(number: i64, decimals: u32) -> String {
    if decimals == 0 {
        return number.to_string();
    }
    let sign = if number < 0 { "-" } else { "" };
    let width = decimals as usize + 1;
    let digits = format!("{:0>width$}", number.unsigned_abs());
    let (whole, fraction) = digits.split_at(digits.len() - decimals as usize);
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

// --- dates ---

fn date_advice() -> Told {
    told(
        "hãy viết ngày/tháng/năm (31/12/2020) hoặc năm-tháng-ngày (2020-12-31); để trống khi chưa biết",
        "write the day as DD/MM/YYYY (31/12/2020) or YYYY-MM-DD; blank when it is not known",
    )
}

fn not_a_day<T>() -> Result<T, CellProblem> {
    problem(told("không phải là ngày", "this is not a day"), date_advice())
}

/// A day, unless it lies after the last one allowed.
pub(crate) fn not_after(day: Day, latest: Day) -> Result<Day, CellProblem> {
    if day <= latest {
        return Ok(day);
    }
    problem(
        told(format!("ngày này sau ngày rà soát ({latest})"), format!("this day lies after the review ({latest})")),
        told("hãy sửa ngày này, hoặc sửa ngày rà soát (--on)", "correct the date, or the day of the review (--on)"),
    )
}

fn date(text: &str) -> Result<Day, CellProblem> {
    // Programs write a day as its midnight.
    let text = [" 00:00:00", "T00:00:00"].iter().find_map(|tail| text.strip_suffix(tail)).unwrap_or(text);
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return match text.len() {
            5 => problem(
                told(
                    "đây là số bên trong bảng tính, không phải là ngày",
                    "this is a spreadsheet's inner number of a day",
                ),
                told(
                    "hãy định dạng cột là ngày trước khi lưu, để ô ghi ngày/tháng/năm",
                    "format the column as a date before saving, so that the day is written DD/MM/YYYY",
                ),
            ),
            4 => problem(told("chỉ có năm, thiếu ngày và tháng", "this is a year only"), date_advice()),
            _ => not_a_day(),
        };
    }
    let slashes: Vec<&str> = text.split('/').collect();
    let dashes: Vec<&str> = text.split('-').collect();
    let parts = if slashes.len() == 3 { slashes } else { dashes };
    let [first, second, third] = parts[..] else { return not_a_day() };
    if parts.iter().any(|p| p.is_empty() || p.len() > 4 || !p.bytes().all(|b| b.is_ascii_digit())) {
        return not_a_day();
    }
    let (year, month, day) = match (first.len(), third.len(), text.contains('-')) {
        (4, 2, true) if second.len() == 2 => (first, second, third),
        (1 | 2, 4, _) if second.len() <= 2 => (third, second, first),
        (1 | 2, 1 | 2, _) if second.len() <= 2 => {
            return problem(
                told("năm chỉ có hai chữ số", "the year has two digits"),
                told(
                    "hãy viết năm đủ bốn chữ số, ví dụ 31/12/2020",
                    "write the year with four digits, as in 31/12/2020",
                ),
            );
        }
        _ => return not_a_day(),
    };
    // At most four digits each, so reading them cannot fail.
    let part = |text: &str| text.parse::<i16>().unwrap_or(0);
    let (year, month, day) = (part(year), part(month), part(day));
    let small = |n: i16| i8::try_from(n).unwrap_or(0);
    if let Some(day) = Day::from_parts(year, small(month), small(day)) {
        return Ok(day);
    }
    if !(1900..=2100).contains(&year) {
        return Err(out_of_days());
    }
    if (13..=31).contains(&month) && (1..=12).contains(&day) {
        return problem(
            told("không có tháng này", "there is no such month"),
            told("ngày viết trước, tháng viết sau: ngày/tháng/năm", "the day comes first, then the month: DD/MM/YYYY"),
        );
    }
    problem(told("lịch không có ngày này", "there is no such day in the calendar"), date_advice())
}

/// What is wrong with a day that tables may not name.
pub(crate) fn out_of_days() -> CellProblem {
    let (first, last) = (Day::FIRST, Day::LAST);
    CellProblem {
        message: told(
            format!("ngày không nằm trong khoảng từ {first} đến {last}"),
            format!("the day is not between {first} and {last}"),
        ),
        advice: told("hãy kiểm tra năm", "check the year"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(text: &str, decimals: u32) -> i64 {
        number(text, decimals).unwrap_or_else(|p| panic!("{text}: {}", p.message))
    }

    #[test]
    fn thousands_may_be_separated_as_vietnamese_or_english_or_with_spaces() {
        for text in ["1500000", "1.500.000", "1,500,000", "1 500 000", "1\u{a0}500\u{a0}000", "1\u{202f}500\u{202f}000"]
        {
            assert_eq!(int(text, 0), 1_500_000, "{text}");
            assert_eq!(int(text, 1), 15_000_000, "{text}");
        }
        assert_eq!(int("-1.500", 0), -1500);
    }

    #[test]
    fn decimals_follow_a_comma_or_a_point() {
        for text in ["45,5", "45.5", "45,50"] {
            assert_eq!(int(text, 1), 455, "{text}");
        }
        assert_eq!(int("1.234,5", 1), 12345);
        assert_eq!(int("1,234.5", 1), 12345);
        assert_eq!(int("1234.500", 1), 12345);
        assert_eq!(int("0.500", 1), 5);
        assert!(number("45,55", 1).unwrap_err().message.en.contains("at most 1"));
    }

    #[test]
    fn a_whole_number_with_one_point_and_three_digits_is_thousands() {
        assert_eq!(int("1.500", 0), 1500);
        assert_eq!(int("1500.0", 0), 1500);
        assert!(number("45.5", 0).unwrap_err().message.en.contains("whole number"));
        assert!(number("1500.000", 0).is_err());
    }

    #[test]
    fn a_number_that_can_be_read_in_two_ways_is_not_guessed() {
        let found = number("1.500", 1).unwrap_err();
        assert_eq!(&*found.message.en, "this can be read as 1500 and as 1,5");
        assert_eq!(&*found.advice.en, "write 1500 or 1,5");
        assert_eq!(int("1500", 1), 15_000);
        assert_eq!(int("1,5", 1), 15);
        assert_eq!(&*number("1.234", 3).unwrap_err().advice.en, "write 1234 or 1,2340");
        assert_eq!(int("1,2340", 3), 1234);
    }

    #[test]
    fn badly_grouped_digits_units_and_powers_of_ten_are_refused() {
        for bad in ["1.50.000", "1 50", "1.500,000.000", "1,5,0", "12 đ", "1.5E+06", "1..5", ".5", "5.", "--1", "+5"] {
            assert!(number(bad, 1).is_err(), "{bad}");
        }
        assert!(number("1.5E+06", 0).unwrap_err().advice.en.contains("all digits"));
        assert!(number("99999999999999999999", 0).unwrap_err().message.en.contains("too large"));
    }

    #[test]
    fn bounds_are_told_as_people_write_them() {
        let found = in_range(100_005, 1, 0, 100_000).unwrap_err();
        assert_eq!(&*found.message.en, "the number is not between 0 and 10000");
        assert_eq!(plain(-5, 1), "-0.5");
    }

    #[test]
    fn days_are_read_as_officials_write_them() {
        for text in ["05/11/2020", "5/11/2020", "05-11-2020", "2020-11-05", "2020-11-05 00:00:00"] {
            assert_eq!(date(text).unwrap().to_string(), "2020-11-05", "{text}");
        }
        for (text, reason) in [
            ("31/02/2020", "no such day"),
            ("11/30/2020", "no such month"),
            ("05/11/20", "two digits"),
            ("44140", "spreadsheet"),
            ("1985", "year only"),
            ("01/01/1850", "not between"),
            ("5 Nov 2020", "not a day"),
            ("2020/11/05", "not a day"),
        ] {
            let found = date(text).unwrap_err();
            assert!(found.message.en.contains(reason), "{text}: {}", found.message);
        }
    }

    #[test]
    fn yes_and_no_in_both_languages_and_both_normal_forms() {
        let nfd: String = "Có".nfd().collect();
        for yes in ["true", "TRUE", "Yes", "có", "CÓ", "co", "x", "X", "1", &nfd] {
            assert_eq!(yes_no(yes), Ok(true), "{yes}");
        }
        for no in ["false", "No", "không", "Khong", "0"] {
            assert_eq!(yes_no(no), Ok(false), "{no}");
        }
        assert!(yes_no("2").is_err());
    }

    #[test]
    fn spellings_fold_over_case_normal_form_and_tone_placement() {
        assert_eq!(fold("Hòa  Bình"), fold("hoà bình"));
        assert_eq!(fold("Nước máy"), fold(&"NƯỚC MÁY".nfd().collect::<String>()));
        assert_ne!(fold("Hòa"), fold("Hóa"));
        assert_ne!(fold("tay"), fold("tày"));
    }

    #[test]
    fn lost_leading_zeros_are_put_back_and_said() {
        assert_eq!(code("00123", 5), Ok(CellValue::Text("00123".into())));
        assert_eq!(code("123", 5), Ok(CellValue::Repaired("00123".into())));
        assert!(code("001234", 5).unwrap_err().message.en.contains("6 digits"));
        assert!(code("0012a", 5).is_err());
    }

    #[test]
    fn long_values_are_shortened() {
        assert_eq!(shown(&"a".repeat(41)), format!("{}…", "a".repeat(40)));
        assert_eq!(shown("a\nb"), "a\u{fffd}b");
    }
}
