//! What cells say: names of relations, ethnic groups and statuses as people write them, years, marks, headings of hamlets.
//!
//! A word is looked for among the questionnaire's own options (ids, labels, `also`) first, then among what lists usually
//! write. What is not found is told, never guessed.

use super::{Told, both};
use crate::text::key;
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;
use vuon_policy::model::{ChoiceOption, Kind, Language};
use vuon_policy::program::Program;

/// What lists call a relation, beside the questionnaire's own labels.
const RELATIONS: [(&str, &[&str]); 5] = [
    ("head", &["chu ho"]),
    ("spouse", &["vo", "chong", "vo chong", "vo ck", "ck"]),
    (
        "child",
        &["con", "con trai", "con gai", "con de", "con ruot", "con trai de", "con gai de", "con nuoi", "con chung"],
    ),
    ("parent", &["bo", "me", "cha", "bo de", "me de", "cha de", "bo me", "cha me", "bo ruot", "me ruot", "cha ruot"]),
    ("other", &[]),
];

/// Other names of ethnic groups, only to be found by.
const ETHNIC: [(&str, &[&str]); 12] = [
    ("kinh", &["viet", "kinh viet"]),
    ("hoa", &["han", "hoa han"]),
    ("khmer", &["kho me", "khome", "khmer krom", "kho me crom"]),
    ("mong", &["hmong", "h mong", "mong hmong", "meo", "hmong meo"]),
    ("gia_rai", &["giarai", "jrai", "gia lai", "j rai"]),
    ("e_de", &["ede", "rha de", "rhade", "e de rhade"]),
    ("muong", &["mol"]),
    ("thai", &["tay thai"]),
    ("san_chay", &["cao lan", "san chi", "cao lan san chi"]),
    ("bru_van_kieu", &["bru", "van kieu"]),
    ("xtieng", &["stieng", "s tieng"]),
    ("ra_glai", &["raglai"]),
];

/// The words a hamlet's name begins with. Their marks count (Tổ is a hamlet, Tô a family), unless a line has none at all.
const HAMLETS: [&[&str]; 19] = [
    &["thôn"],
    &["bản"],
    &["bon"],
    &["buôn"],
    &["ấp"],
    &["xóm"],
    &["làng"],
    &["khóm"],
    &["khối"],
    &["phum"],
    &["sóc"],
    &["tổ"],
    &["tdp"],
    &["khu"],
    &["tiểu", "khu"],
    &["đội"],
    &["plei"],
    &["plây"],
    &["cụm"],
];

/// The words of lines below a list: who made it, who signed.
const FOOTERS: [&str; 9] = [
    "nguoi lap",
    "tm uy ban",
    "uy ban nhan dan",
    "chu tich",
    "truong thon",
    "truong ban",
    "noi nhan",
    "can bo",
    "ghi chu",
];

/// An option found for what a cell says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Found {
    /// The option's id.
    pub id: String,
    /// Whether it stands for what has no option of its own, which must be told.
    pub as_other: bool,
}

/// The options and statuses of a pack, to find words among.
pub(super) struct Words<'p> {
    program: &'p Program,
    ethnicity: Labels<'p>,
    relation: Labels<'p>,
}

/// The options of a question, each with its names as they are compared: folding them again for each row of a list takes
/// longer than all else of reading it.
struct Labels<'p>(Vec<(&'p str, Vec<String>)>);

impl<'p> Labels<'p> {
    fn of(options: &'p [ChoiceOption]) -> Self {
        let names = |option: &ChoiceOption| option.label.0.values().chain(&option.also).map(|name| key(name)).collect();
        Labels(options.iter().map(|option| (option.id.value.as_str(), names(option))).collect())
    }

    fn find(&self, text: &str, usual: &[(&str, &[&str])]) -> Option<Found> {
        let folded = key(text);
        let says = |(id, names): &&(&str, Vec<String>)| *id == text || names.contains(&folded);
        let there = |wanted: &str| self.0.iter().any(|(id, _)| *id == wanted);
        if let Some((id, _)) = self.0.iter().find(says) {
            return Some(Found { id: (*id).to_owned(), as_other: false });
        }
        let usual = usual.iter().find(|(id, words)| there(id) && words.contains(&folded.as_str()));
        if let Some((id, _)) = usual {
            return Some(Found { id: (*id).to_owned(), as_other: false });
        }
        let is_name = folded.chars().any(char::is_alphabetic);
        (is_name && there("other")).then(|| Found { id: "other".into(), as_other: true })
    }
}

impl<'p> Words<'p> {
    pub fn of(program: &'p Program) -> Self {
        let labels = |variable| Labels::of(options(program, variable));
        Words { program, ethnicity: labels("ethnicity"), relation: labels("relation") }
    }

    /// Whether communes keep a list of a status.
    pub fn is_listed(&self, status: &str) -> bool {
        self.program.list_of(status).is_some()
    }

    /// The ethnic group.
    pub fn ethnic(&self, text: &str) -> Option<Found> {
        let bare = text.trim_start_matches("Dân tộc ").trim_start_matches("dân tộc ");
        self.ethnicity.find(bare, &ETHNIC)
    }

    /// The relation to the head. “Ba” without a mark is a father or a grandmother, and is not decided here.
    pub fn relation(&self, text: &str) -> Option<Found> {
        match lower(text).as_str() {
            "ba" => return None,
            "má" | "ba ruột" | "ba đẻ" | "má ruột" | "má đẻ" => {
                return self.relation.find("mẹ", &RELATIONS);
            }
            _ => {}
        }
        self.relation.find(text, &RELATIONS)
    }

    /// The status: by its id, its name, or the beginning of just one name.
    pub fn status(&self, text: &str) -> Option<&'p str> {
        let folded = key(text);
        let bare = |text: &str| text.strip_prefix("ho ").map_or(text.to_owned(), str::to_owned);
        let wanted = bare(&folded);
        let statuses = &self.program.pack.statuses;
        let labels = |place: usize| statuses[place].label.0.values().map(|label| bare(&key(label)));
        let exact = (0..statuses.len())
            .find(|place| statuses[*place].id.value == text || labels(*place).any(|label| label == wanted));
        let begins = || {
            let beginning = format!("{wanted} ");
            let mut found =
                (0..statuses.len()).filter(|place| labels(*place).any(|label| label.starts_with(&beginning)));
            found.next().filter(|_| found.next().is_none() && !wanted.is_empty())
        };
        exact.or_else(begins).map(|place| statuses[place].id.value.as_str())
    }

    /// The name of a status, Vietnamese and English.
    pub fn status_name(&self, id: &str) -> Told {
        let status = self.program.pack.statuses.iter().find(|s| s.id.value == id);
        let name = |language| status.map_or(id.to_owned(), |s| s.label.get(language).to_owned());
        [name(Language::Vi), name(Language::En)]
    }

    /// The name of an option of a member's question, Vietnamese and English.
    pub fn option_name(&self, variable: &str, id: &str) -> Told {
        let option = options(self.program, variable).iter().find(|o| o.id.value == id);
        let name = |language| option.map_or(id.to_owned(), |o| o.label.get(language).to_owned());
        [name(Language::Vi), name(Language::En)]
    }
}

fn options<'p>(program: &'p Program, variable: &str) -> &'p [ChoiceOption] {
    let questions = &program.pack.questionnaire;
    match questions.member.iter().find(|v| v.id.value == variable).map(|v| &v.kind) {
        Some(Kind::Choice(list)) => &questions.choices[*list].options,
        _ => &[],
    }
}

/// The year or day of a birth.
///
/// # Errors
/// What is wrong with it.
pub(super) fn born(text: &str, latest: Date) -> Result<String, Told> {
    let parts: Vec<&str> = text.split(['/', '-', '.']).map(str::trim).collect();
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty();
    let day = match parts.as_slice() {
        [year] if digits(year) && year.len() == 4 => Date::new(year.parse().unwrap_or_default(), 1, 1).ok(),
        [year, month, day] if digits(year) && year.len() == 4 => dated(year, month, day),
        [day, month, year] if digits(year) && year.len() == 4 => dated(year, month, day),
        _ => None,
    };
    let is_day = parts.len() == 3 && parts.iter().all(|part| digits(part));
    let Some(day) = day else {
        if is_day {
            return Err([format!("Không có ngày {text}."), format!("There is no day {text}.")]);
        }
        return Err(both(
            "Không phải năm sinh: hãy ghi bốn chữ số, ví dụ 1980, hoặc ngày/tháng/năm.",
            "Not a year of birth: write four digits as in 1980, or day/month/year.",
        ));
    };
    if day.year() < 1900 || day > latest {
        return Err([
            format!("Năm sinh {} nằm ngoài khoảng 1900 – {}.", day.year(), latest.year()),
            format!("The birth in {} is not between 1900 and {}.", day.year(), latest.year()),
        ]);
    }
    Ok(if parts.len() == 1 { parts[0].to_owned() } else { day.to_string() })
}

fn dated(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Whether a cell is marked; nothing where it holds something else.
pub(super) fn marked(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "x" | "×" | "v" | "✓" | "✔" | "1" | "có" => Some(true),
        "" | "0" | "-" | "–" | "không" => Some(false),
        _ => None,
    }
}

/// `female` or `male`.
pub(super) fn sex(text: &str) -> Option<&'static str> {
    match key(text).as_str() {
        "nam" | "male" | "m" => Some("male"),
        "nu" | "female" | "f" => Some("female"),
        _ => None,
    }
}

/// A heading's text without a number before it: `II. Bản Hua` is `Bản Hua`.
pub(super) fn without_number(text: &str) -> &str {
    let Some((first, rest)) = text.split_once(['.', ')', '-', ' ']) else { return text };
    let roman = !first.is_empty() && first.chars().all(|c| "IVXLC".contains(c));
    let letter = first.len() == 1 && text[first.len()..].starts_with(['.', ')']);
    let number = !first.is_empty() && first.bytes().all(|b| b.is_ascii_digit());
    if roman || letter || number { rest.trim_start_matches(['.', ')', '-', ' ']) } else { text }
}

/// Whether a line is the heading of a hamlet.
pub(super) fn is_hamlet(text: &str) -> bool {
    let line = lower(without_number(text));
    let unmarked = line.is_ascii();
    let words: Vec<&str> = line.split_whitespace().collect();
    let same = |word: &str, known: &str| word == known || (unmarked && word == key(known));
    HAMLETS
        .iter()
        .any(|start| words.len() > start.len() && words.iter().zip(*start).all(|(word, known)| same(word, known)))
}

/// Whether a line is a sum.
pub(super) fn is_total(text: &str) -> bool {
    let line = lower(text);
    let first = line.split(|c: char| !c.is_alphabetic()).next();
    matches!(first, Some("tổng" | "cộng"))
}

/// In small letters, marks composed as one sign.
pub(super) fn lower(text: &str) -> String {
    text.to_lowercase().nfc().collect()
}

/// Whether a line stands below the list.
pub(super) fn is_footer(text: &str) -> bool {
    let folded = key(text);
    let dated = folded.contains("ngay") && folded.contains("thang") && folded.contains("nam");
    dated || FOOTERS.iter().any(|words| folded.starts_with(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use vuon_policy::Library;

    #[test]
    fn words_are_found_among_the_options_of_the_questionnaire() {
        let program = Library::embedded().load("vn-2022-2026").expect("the pack");
        let words = Words::of(&program);
        let id = |found: Option<Found>| found.map(|f| (f.id, f.as_other));
        for (text, expected) in [
            ("Thái", Some(("thai", false))),
            ("THÁI", Some(("thai", false))),
            ("H'Mông", Some(("mong", false))),
            ("Kinh (Việt)", Some(("kinh", false))),
            ("La Hủ", Some(("la_hu", false))),
            ("Khơ-mú", Some(("kho_mu", false))),
            ("Xá Lá Vàng", Some(("other", true))),
            ("12", None),
        ] {
            assert_eq!(id(words.ethnic(text)), expected.map(|(id, other)| (id.to_owned(), other)), "{text}");
        }
        for (text, expected) in [
            ("Chủ hộ", Some(("head", false))),
            ("Vợ", Some(("spouse", false))),
            ("con gái", Some(("child", false))),
            ("Bố", Some(("parent", false))),
            ("má", Some(("parent", false))),
            ("Ba", None),
            ("Bà", Some(("other", true))),
            ("Con dâu", Some(("other", true))),
        ] {
            assert_eq!(id(words.relation(text)), expected.map(|(id, other)| (id.to_owned(), other)), "{text}");
        }
        for (text, expected) in [
            ("Hộ nghèo", Some("poor")),
            ("HỘ CẬN NGHÈO", Some("near_poor")),
            ("Hộ không nghèo", Some("above_near_poor")),
            ("near_poor", Some("near_poor")),
            ("Hộ khá", None),
        ] {
            assert_eq!(words.status(text), expected, "{text}");
        }
    }

    #[test]
    fn births_are_years_or_days_and_not_later_than_the_list() {
        let latest = Date::constant(2025, 12, 31);
        for (text, expected) in [
            ("1980", Some("1980")),
            ("28/02/1980", Some("1980-02-28")),
            ("1980-02-28", Some("1980-02-28")),
            ("80", None),
            ("29221", None),
            ("30/02/1980", None),
            ("2026", None),
            ("1899", None),
        ] {
            assert_eq!(born(text, latest).ok().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn headings_of_hamlets_and_lines_below_are_told_apart_from_people() {
        for text in ["Thôn 1", "BẢN HUA HUỔI LÓNG", "I. Tổ dân phố 5", "2. Bản Na Nát", "TDP số 3"] {
            assert!(is_hamlet(text), "{text}");
        }
        for text in ["Lò Văn Thôn", "Thôn", "Lường Thị Bản"] {
            assert!(!is_hamlet(text), "{text}");
        }
        assert!(is_total("Tổng cộng: 15 hộ") && is_total("Cộng") && !is_total("Tống Văn Minh"));
        assert!(is_footer("Mường Lay, ngày 15 tháng 12 năm 2025") && is_footer("NGƯỜI LẬP BIỂU"));
        assert_eq!(without_number("II. Bản Hua"), "Bản Hua");
        assert_eq!(without_number("Bản Hua"), "Bản Hua");
    }
}
