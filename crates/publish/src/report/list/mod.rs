//! The detailed list: 19 columns, one row a member. As a workbook it is written row by row, so that its length costs no
//! memory; as a paper it is for a village or a commune.
//!
//! In: households, page by page, as they are taken out of the register, and which support each has. Out: a file. What the
//! register does not know is "…", is counted, and is told with what the list rests on.

mod collect;
mod paper;
mod support;
mod xlsx;

pub use collect::{Wanted, paper, save, workbook};
pub use paper::{Manuscript, PaperList};
pub use support::{Support, Supported};
pub use xlsx::DetailedList;

use super::layout::{self, Column};
use super::told::UNKNOWN;
use super::{Basis, Words};
use vuon_policy::model::{Kind, Language};
use vuon_policy::program::Program;
use vuon_policy::words::{grouped, pick};
use vuon_registry::export::ExportedHousehold;
use vuon_registry::import::ERASED;

/// How many columns there are; the first two are numbers.
const COLUMNS: usize = 19;
/// The place of the first column of support.
const SUPPORT: usize = 13;
/// The columns of which a household may be "…", by place, and how the form numbers them.
const DOUBTFUL: [(usize, &str); 10] = [
    (7, "5–7"),
    (10, "8"),
    (11, "9"),
    (12, "10"),
    (SUPPORT, "11"),
    (14, "12"),
    (15, "13"),
    (16, "14"),
    (17, "15"),
    (18, "16"),
];

/// What stands above the list, and what it rests on.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The title.
    pub title: String,
    /// The area.
    pub area: String,
    /// What it rests on.
    pub basis: Basis,
}

impl Heading {
    fn subtitle(&self, language: Language) -> String {
        let mark = self.basis.mark(language).map_or_else(String::new, |mark| format!(" ({mark})"));
        format!("{}, {}{mark}", self.area, self.basis.period(language))
    }
}

/// The columns, as the layouts name them.
fn columns() -> Vec<Column> {
    layout::columns("detailed-list", &|_| Vec::new())
}

/// The rows as they are made, and what was not known in them.
struct Rows<'a> {
    program: &'a Program,
    language: Language,
    households: u32,
    /// Households of which a column is not known.
    doubtful: [i64; DOUBTFUL.len()],
}

/// The cells of a member, from the third column on; the head's row comes first.
type Cells = [String; COLUMNS - 2];

impl<'a> Rows<'a> {
    fn new(program: &'a Program, language: Language) -> Self {
        Rows { program, language, households: 0, doubtful: [0; DOUBTFUL.len()] }
    }

    /// The rows of a household: its number is that of the households so far. `support` is what is known of its support.
    fn household(&mut self, household: &ExportedHousehold, support: &Support) -> Vec<Cells> {
        self.households += 1;
        // A household of which no member is recorded has a row too.
        let mut rows: Vec<Cells> =
            (0..household.members.len().max(1)).map(|place| self.member(household, place)).collect();
        self.of_household(household, support, &mut rows[0]);
        rows
    }

    fn member(&self, household: &ExportedHousehold, place: usize) -> Cells {
        let mut cells = Cells::default();
        let Some(member) = household.members.get(place) else {
            cells[0] = UNKNOWN.to_owned();
            return cells;
        };
        let name = if member.name.is_empty() { ERASED } else { &member.name };
        cells[0] = match &household.hamlet {
            Some(hamlet) if place == 0 => format!("{name}; {hamlet}"),
            _ => name.to_owned(),
        };
        let year = member.born.as_ref().map_or_else(|| UNKNOWN.to_owned(), |born| born.to_string());
        let year = year.get(..4).unwrap_or(UNKNOWN).to_owned();
        match member.sex.as_deref() {
            Some("male") => cells[1] = year,
            Some("female") => cells[2] = year,
            // Of whom the sex is not known, the year stands in neither column as if it were.
            _ => cells[1..3].iter_mut().for_each(|cell| *cell = UNKNOWN.to_owned()),
        }
        cells[3] = member.ethnic.as_deref().map_or_else(|| UNKNOWN.to_owned(), |id| self.option("ethnicity", id));
        cells[4] = self.option("relation", &member.relation);
        cells
    }

    /// What stands in the head's row alone.
    fn of_household(&mut self, household: &ExportedHousehold, support: &Support, cells: &mut Cells) {
        let place = match household.movement.as_deref() {
            Some("newly_arising" | "became_near_poor" | "became_poor") => Some(7),
            Some("relapse") => Some(8),
            Some("stays") => Some(9),
            _ => None,
        };
        let mut put = |column: usize, holds: Option<bool>| {
            cells[column - 2] = match holds {
                Some(true) => "x".to_owned(),
                Some(false) => String::new(),
                None => UNKNOWN.to_owned(),
            };
            if holds.is_none()
                && let Some(at) = DOUBTFUL.iter().position(|(own, _)| *own == column)
            {
                self.doubtful[at] += 1;
            }
        };
        for column in 7..10 {
            put(column, place.map(|place| place == column));
        }
        put(10, household.groups.get("poor_merit").copied());
        put(11, None);
        put(12, household.groups.get("poor_no_working_capacity").copied());
        for (column, has) in (SUPPORT..COLUMNS).zip(support) {
            put(column, *has);
        }
    }

    /// The name of an option of a question about members.
    fn option(&self, variable: &str, id: &str) -> String {
        let questions = &self.program.pack.questionnaire;
        let kind = questions.member.iter().find(|v| v.id.value == variable).map(|v| &v.kind);
        let Some(Kind::Choice(list)) = kind else { return id.to_owned() };
        let option = questions.choices[*list].options.iter().find(|option| option.id.value == id);
        option.map_or_else(|| id.to_owned(), |option| option.label.get(self.language).to_owned())
    }

    /// What was not known, column by column, and what support means.
    fn notes(&self) -> Vec<String> {
        let why = |place: usize| match place {
            7 => Words::new(
                "tình trạng không dựa trên quyết định trong sổ",
                "the status does not rest on a decision of the register",
            ),
            11 => Words::new("sổ không ghi dân tộc tại chỗ", "the register does not know which groups are local"),
            SUPPORT.. => Words::new(
                "sổ không ghi được hỗ trợ này: bộ chính sách không có chính sách, hoặc mức hỗ trợ do nơi khác chi",
                "the register cannot hold this support: the pack has no scheme, or another office pays it",
            ),
            _ => Words::new("chưa hỏi hoặc chưa rõ", "not asked or not known"),
        };
        let doubtful = self.doubtful.iter().zip(DOUBTFUL).filter(|(count, _)| **count > 0);
        let mut notes: Vec<String> = doubtful
            .map(|(count, (place, columns))| {
                let why = why(place);
                let (count, why) = (grouped(*count, self.language), why.get(self.language));
                match self.language {
                    Language::Vi => format!("Cột {columns} (…): {count} hộ: {why}."),
                    Language::En => format!("Columns {columns} (…): {count} households: {why}."),
                }
            })
            .collect();
        let vi = "Cột 11–16 (x): sổ có thỏa thuận hỗ trợ đã duyệt trong năm, của hộ, của thành viên hoặc của nhóm có hộ; để \
                  trống: sổ không có. Hỗ trợ ngoài sổ không được ghi ở đây.";
        let en = "Columns 11–16 (x): the register has an agreement of support of the year, of the household, of a member or \
                  of a group it is in; blank: it has none. Support outside of the register is not told here.";
        notes.push(pick(self.language, vi, en).to_owned());
        notes
    }
}
