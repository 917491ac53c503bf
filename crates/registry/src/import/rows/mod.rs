//! Rows become households: headings of hamlets, heads, members; what does not fit is a problem with its row and column.
//!
//! What a row says of its person is read in [`person`], of its household in [`household`]; what only the whole list shows
//! is found in [`whole`].

mod household;
mod person;
mod whole;

use super::grid::{Row, Sheet};
use super::headings::{Columns, Role, find};
use super::words::{Words, is_footer, is_hamlet, is_total, without_number};
use super::{ImportFile, ImportProblem, Told, both};

/// A member as the list has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct ListedMember {
    pub row: u32,
    pub name: String,
    pub name_key: String,
    pub sex: Option<&'static str>,
    pub born: Option<String>,
    pub ethnic: Option<String>,
    pub relation: String,
    pub identity: Option<String>,
    /// Whether the row says that the person's data were erased on request: then it tells nothing else.
    pub erased: bool,
}

/// A household as the list has it; its first member is the head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Listed {
    pub row: u32,
    /// The code, and whether a spreadsheet held it as a number.
    pub code: Option<(String, bool)>,
    pub hamlet: Option<String>,
    pub members: Vec<ListedMember>,
    pub status: String,
    pub movement: Option<&'static str>,
    /// What to know: what was recorded as "other", what was repaired.
    pub notes: Vec<Told>,
}

impl Listed {
    /// The head.
    pub fn head(&self) -> &ListedMember {
        &self.members[0]
    }
}

/// A list.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    pub households: Vec<Listed>,
    pub problems: Vec<ImportProblem>,
    /// Rows that hold something.
    pub rows: u32,
    /// The heading of the column of names, to name problems by.
    pub name_column: String,
    /// That of codes.
    pub code_column: String,
    /// Whether there is a row for each member.
    pub by_member: bool,
}

/// Understands the sheets of a file.
pub(super) fn read(file: &ImportFile<'_>, sheets: Result<Vec<Sheet>, ImportProblem>, words: &Words<'_>) -> List {
    let mut list = List::default();
    let sheets = match sheets {
        Ok(sheets) => sheets,
        Err(problem) => {
            list.problems.push(problem);
            return list;
        }
    };
    list.rows = sheets.iter().map(|sheet| sheet.rows.len() as u32).sum();
    let mut found: Vec<(&Sheet, Columns)> = Vec::new();
    for sheet in &sheets {
        // Problems of headings count for the sheet that is read.
        let mut problems = Vec::new();
        if let Some(columns) = find(sheet, &mut problems) {
            found.push((sheet, columns));
            list.problems.append(&mut problems);
        }
    }
    match found.as_slice() {
        [] => list.problems.push(ImportProblem {
            row: 1,
            column: "A".into(),
            message: both(
                "Không tìm thấy dòng tiêu đề: cần có cột họ tên (chủ hộ, thành viên) và ít nhất một cột nữa theo mẫu, \
                 như “Quan hệ với chủ hộ” hoặc “Mã hộ”.",
                "No row of headings was found: there must be a column of names (Họ và tên, Chủ hộ) and at least one more \
                 of the form, such as “Quan hệ với chủ hộ” (relation to the head) or “Mã hộ” (household code).",
            ),
        }),
        [(sheet, columns)] => Reading::new(file, words, columns, &mut list).read(sheet),
        [(first, _), (second, _), ..] => list.problems.push(ImportProblem {
            row: 1,
            column: second.name.clone(),
            message: [
                format!("Tệp có nhiều danh sách (trang “{}”, “{}”): hãy để mỗi danh sách một tệp.", first.name, second.name),
                format!("The file holds several lists (sheets “{}”, “{}”): put each in a file of its own.", first.name, second.name),
            ],
        }),
    }
    list
}

struct Reading<'a, 'p> {
    file: &'a ImportFile<'a>,
    words: &'a Words<'p>,
    columns: &'a Columns,
    list: &'a mut List,
    /// The hamlet of the heading above.
    hamlet: Option<String>,
    /// The status of the heading above.
    status: Option<String>,
    /// The number of the household that is open.
    number: Option<String>,
    /// Whether rows still join the last household.
    open: bool,
    /// Whether a status was told by a column or mark for the last household.
    told: Option<&'static str>,
    /// How many members the list says the last household has, and in which row.
    persons: Option<(u32, usize)>,
    /// Whether the lines below the list have begun.
    below: bool,
}

impl<'a, 'p> Reading<'a, 'p> {
    fn new(file: &'a ImportFile<'a>, words: &'a Words<'p>, columns: &'a Columns, list: &'a mut List) -> Self {
        list.name_column = columns.label(Role::Name);
        list.code_column = columns.label(Role::Code);
        list.by_member = columns.by_member;
        Reading {
            file,
            words,
            columns,
            list,
            hamlet: None,
            status: None,
            number: None,
            open: false,
            told: None,
            persons: None,
            below: false,
        }
    }

    fn read(mut self, sheet: &Sheet) {
        for row in &sheet.rows[self.columns.data..] {
            if self.is_member(row) { self.member(row) } else { self.line(row) }
        }
        self.close();
        if self.list.households.is_empty() && self.list.problems.is_empty() {
            let row = sheet.rows.last().map_or(1, |row| row.number);
            self.problem(row, Role::Name, both("Danh sách không có hộ nào.", "There is no household on the list."));
        }
        self.doubles();
        self.crowds();
    }

    fn problem(&mut self, row: u32, role: Role, message: Told) {
        self.list.problems.push(ImportProblem { row, column: self.columns.label(role), message });
    }

    /// Whether a row is about a person: something stands in a column that only people have.
    fn is_member(&self, row: &Row) -> bool {
        use Role::*;
        let filled = |role| self.columns.text(row, role).is_some();
        // Headings of hamlets may carry counts where members have years or marks.
        let heads = |text: &str| is_hamlet(text) || is_total(text) || self.status_line(text).is_some();
        if !filled(Relation) && self.columns.text(row, Name).is_some_and(heads) {
            return false;
        }
        let personal = [Relation, Born, Ethnic, Code, Sex, Identity, Class].into_iter().any(filled);
        let year = |role| self.columns.text(row, role).is_some_and(|text| text.len() >= 4);
        let numbered = filled(MemberNo) || (filled(HouseholdNo) && filled(Name));
        let household = [Hamlet, Persons, New, Relapse, Old].into_iter().any(filled);
        let of_household = !self.columns.by_member && filled(Name) && household;
        personal || year(BornMale) || year(BornFemale) || numbered || of_household
    }

    fn status_line(&self, text: &str) -> Option<&'p str> {
        self.words.status(without_number(text))
    }

    /// A line that is no member: a hamlet, a status, a sum, a signature.
    fn line(&mut self, row: &Row) {
        let words = |text: &&str| text.chars().filter(|c| c.is_alphabetic()).count() >= 2;
        let text = self.columns.text(row, Role::Name).or_else(|| row.filled().map(|(_, text)| text).find(words));
        let Some(line) = text.map(str::to_owned) else {
            if row.filled().count() > 1 && !self.below {
                self.problem(
                    row.number,
                    Role::Name,
                    both(
                        "Dòng không có họ tên: hãy ghi họ tên hoặc xóa dòng.",
                        "The row has no name: write it, or delete the row.",
                    ),
                );
            }
            return;
        };
        if is_total(&line) {
            self.close();
        } else if is_hamlet(&line) {
            self.close();
            let name = without_number(&line).split(['(', ':', ';']).next().unwrap_or_default().trim();
            self.hamlet = Some(name.to_owned());
        } else if let Some(status) = self.status_line(&line) {
            self.close();
            self.status = Some(status.to_owned());
        } else if is_footer(&line) {
            self.close();
            self.below = true;
        } else if !self.below {
            self.problem(
                row.number,
                Role::Name,
                both(
                    "Không hiểu dòng này: không phải thành viên, không phải tên thôn, bản. Hãy sửa hoặc xóa dòng.",
                    "This row is not understood: neither a member nor the name of a hamlet. Correct it or delete it.",
                ),
            );
        }
    }

    fn member(&mut self, row: &Row) {
        let number = self.columns.text(row, Role::HouseholdNo).map(str::to_owned);
        let mut notes = Vec::new();
        let relation = self.relation(row, &mut notes);
        let head = relation.as_deref() == Some("head");
        let begins = match &number {
            Some(number) if self.columns.by_member => self.number.as_ref() != Some(number) || !self.open,
            // Where households are numbered, a head without a number is a slip.
            None if self.open && self.number.is_some() => false,
            _ => head,
        };
        if begins {
            self.close();
        }
        let Some(member) = self.person(row, relation, &mut notes) else {
            // The household goes on: its other rows are not blamed for this one.
            self.open |= begins;
            self.number = number.or(self.number.take());
            return;
        };
        if begins {
            if !head && self.columns.of(Role::Relation).is_some() {
                self.problem(
                    row.number,
                    Role::Relation,
                    both(
                        "Dòng đầu của hộ phải là chủ hộ: hãy ghi “Chủ hộ” hoặc sửa số thứ tự hộ.",
                        "The first row of a household must be its head: write “Chủ hộ”, or correct the household's number.",
                    ),
                );
            }
            self.number = number;
            self.begin(row, member, notes);
        } else if !self.open {
            self.problem(
                row.number,
                Role::Relation,
                both(
                    "Thành viên này không thuộc hộ nào: phía trên không có chủ hộ.",
                    "This member has no household: there is no head above.",
                ),
            );
        } else if head {
            self.problem(
                row.number,
                Role::Relation,
                both("Hộ này đã có chủ hộ ở dòng trên.", "This household has a head in a row above already."),
            );
        } else if let Some(household) = self.list.households.last_mut() {
            household.members.push(member);
            household.notes.append(&mut notes);
        }
        self.facts(row);
    }
}

/// `2, 5, 9`.
pub(super) fn numbers(rows: &[u32]) -> String {
    rows.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
