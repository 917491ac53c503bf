//! Rows become households: headings of hamlets, heads, members; what does not fit is a problem with its row and column.

use super::erased::{ERASED, is_erased};
use super::grid::{Row, Sheet};
use super::headings::{Columns, Role, find};
use super::words::{Words, born, is_footer, is_hamlet, is_total, marked, sex, without_number};
use super::{ImportFile, ImportProblem, Told, both};
use crate::households::{MOST_MEMBERS, checked_code};
use crate::text::{self, key};
use std::collections::HashMap;

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

    fn relation(&mut self, row: &Row, notes: &mut Vec<Told>) -> Option<String> {
        if self.columns.of(Role::Relation).is_none() {
            return Some("head".into());
        }
        let Some(text) = self.columns.text(row, Role::Relation) else {
            self.problem(
                row.number,
                Role::Relation,
                both("Thiếu quan hệ với chủ hộ.", "The relation to the head is missing."),
            );
            return None;
        };
        let found = self.words.relation(text);
        match found {
            Some(found) => {
                // “Con dâu” is another relation for everybody; only words nobody knows are worth a note.
                if found.as_other && !KIN.iter().any(|word| key(text).split(' ').any(|w| w == *word)) {
                    notes.push(as_other(row.number, text, &self.words.option_name("relation", &found.id)));
                }
                Some(found.id)
            }
            None => {
                let message = [
                    format!("Không hiểu quan hệ “{text}”: hãy ghi như mẫu (Chủ hộ, Vợ, Chồng, Con, Bố, Mẹ, …)."),
                    format!(
                        "The relation “{text}” is not understood: write it as on the form (Chủ hộ, Vợ, Chồng, Con, Bố, Mẹ, …)."
                    ),
                ];
                self.problem(row.number, Role::Relation, message);
                None
            }
        }
    }

    /// The person of a row; nothing where the name is missing or cannot be one.
    fn person(&mut self, row: &Row, relation: Option<String>, notes: &mut Vec<Told>) -> Option<ListedMember> {
        let name = self.columns.text(row, Role::Name).filter(|name| name.chars().any(char::is_alphabetic));
        if name.is_some_and(is_erased) {
            return self.erased(row, relation);
        }
        let Some(name) = name.and_then(|name| text::name("name", name).ok()) else {
            self.problem(
                row.number,
                Role::Name,
                both(
                    "Thiếu họ tên (hoặc không phải họ tên): không ghi nhận người không tên.",
                    "The name is missing, or is none: nobody is recorded without a name.",
                ),
            );
            return None;
        };
        let (sex, born) = self.sex_and_birth(row);
        let ethnic = self.ethnic(row, notes);
        let identity = self.identity(row, notes);
        let relation = relation.unwrap_or_else(|| "other".into());
        let (row, name_key) = (row.number, key(&name));
        Some(ListedMember { row, name_key, name, sex, born, ethnic, relation, identity, erased: false })
    }

    /// Somebody whose data were erased on request: a row that still tells something of them is wrong.
    fn erased(&mut self, row: &Row, relation: Option<String>) -> Option<ListedMember> {
        use Role::*;
        let personal = [Born, BornMale, BornFemale, Sex, Ethnic, Identity];
        if let Some(role) = personal.into_iter().find(|role| self.columns.text(row, *role).is_some()) {
            let message = both(
                "Người đã xoá theo yêu cầu không có thông tin cá nhân: hãy xoá ô này hoặc ghi họ tên.",
                "Nothing is recorded of somebody erased on request: empty this cell, or write the name.",
            );
            self.problem(row.number, role, message);
            return None;
        }
        Some(ListedMember {
            row: row.number,
            name: ERASED.into(),
            name_key: String::new(),
            sex: None,
            born: None,
            ethnic: None,
            relation: relation.unwrap_or_else(|| "other".into()),
            identity: None,
            erased: true,
        })
    }

    fn sex_and_birth(&mut self, row: &Row) -> (Option<&'static str>, Option<String>) {
        let mut told: Vec<(Role, &'static str)> = Vec::new();
        let mut birth: Vec<(Role, String)> = Vec::new();
        for (role, of) in [(Role::BornMale, "male"), (Role::BornFemale, "female")] {
            match self.columns.text(row, role) {
                None | Some("0" | "-") => {}
                Some(text) => {
                    told.push((role, of));
                    if marked(text) != Some(true) {
                        birth.push((role, text.to_owned()));
                    }
                }
            }
        }
        if let Some(text) = self.columns.text(row, Role::Born) {
            birth.push((Role::Born, text.to_owned()));
        }
        if let Some(text) = self.columns.text(row, Role::Sex) {
            match sex(text) {
                Some(of) => told.push((Role::Sex, of)),
                None => {
                    let message = [
                        format!("Giới tính “{text}” không hiểu: ghi Nam hoặc Nữ."),
                        format!("The sex “{text}” is not understood: write Nam or Nữ."),
                    ];
                    self.problem(row.number, Role::Sex, message);
                }
            }
        }
        if told.windows(2).any(|pair| pair[0].1 != pair[1].1) {
            let role = told[0].0;
            self.problem(
                row.number,
                role,
                both(
                    "Một người chỉ ghi ở một cột Nam hoặc Nữ.",
                    "A person stands in one of the columns Nam and Nữ, not in both.",
                ),
            );
        }
        let mut found = None;
        for (role, text) in birth {
            match born(&text, self.file.valid_from) {
                Ok(day) if found.as_ref().is_some_and(|before: &String| before[..4] != day[..4]) => {
                    self.problem(
                        row.number,
                        role,
                        both("Hai cột ghi hai năm sinh khác nhau.", "Two columns give two years of birth."),
                    );
                }
                // The longer says more: a day and not a year alone.
                Ok(day) => found = found.filter(|before: &String| before.len() >= day.len()).or(Some(day)),
                Err(message) => self.problem(row.number, role, message),
            }
        }
        (told.first().map(|(_, of)| *of), found)
    }

    fn ethnic(&mut self, row: &Row, notes: &mut Vec<Told>) -> Option<String> {
        let text = self.columns.text(row, Role::Ethnic)?;
        match self.words.ethnic(text) {
            Some(found) => {
                if found.as_other {
                    notes.push(as_other(row.number, text, &self.words.option_name("ethnicity", &found.id)));
                }
                Some(found.id)
            }
            None => {
                let message = [
                    format!("Không có dân tộc “{text}” trong danh mục: hãy sửa lại tên dân tộc."),
                    format!("The ethnic group “{text}” is not in the list of the questionnaire: correct its name."),
                ];
                self.problem(row.number, Role::Ethnic, message);
                None
            }
        }
    }

    fn identity(&mut self, row: &Row, notes: &mut Vec<Told>) -> Option<String> {
        let cell = row.cells.get(self.columns.of(Role::Identity)?)?;
        let digits: String = cell.text.chars().filter(|c| !matches!(c, ' ' | '.' | '-')).collect();
        let all_digits = digits.bytes().all(|b| b.is_ascii_digit());
        match digits.len() {
            0 => None,
            9 | 12 if all_digits => Some(digits),
            10 | 11 if all_digits && cell.number => {
                notes.push([
                    format!("dòng {}: đã khôi phục số 0 ở đầu của số định danh", row.number),
                    format!("row {}: the leading zeros of the identity number were restored", row.number),
                ]);
                Some(format!("{digits:0>12}"))
            }
            _ => {
                self.problem(
                    row.number,
                    Role::Identity,
                    both(
                        "Số định danh phải có 12 chữ số (thẻ cũ: 9).",
                        "An identity number has 12 digits (9 on an old card).",
                    ),
                );
                None
            }
        }
    }

    /// Opens a household with its head.
    fn begin(&mut self, row: &Row, head: ListedMember, notes: Vec<Told>) {
        self.open = true;
        self.list.households.push(Listed {
            row: row.number,
            code: None,
            hamlet: self.hamlet.clone(),
            members: vec![head],
            status: self.status.clone().unwrap_or_else(|| self.file.status.to_owned()),
            movement: None,
            notes,
        });
    }

    /// What a row says of its household: code, hamlet, result, marks, number of members.
    fn facts(&mut self, row: &Row) {
        if !self.open {
            return;
        }
        let code = self.columns.of(Role::Code).and_then(|column| row.cells.get(column)).filter(|c| !c.text.is_empty());
        if let (Some(code), Some(household)) = (code, self.list.households.last_mut()) {
            match &household.code {
                _ if checked_code(&code.text).is_err() => {
                    self.problem(
                        row.number,
                        Role::Code,
                        both(
                            "Mã hộ có tối đa 40 ký tự, không có dấu cách, không bắt đầu bằng “V-”.",
                            "A household code has at most 40 signs, no blanks, and does not begin with “V-”.",
                        ),
                    );
                }
                Some((known, _)) if *known != code.text => {
                    self.problem(
                        row.number,
                        Role::Code,
                        both("Một hộ có hai mã hộ khác nhau.", "One household has two different codes."),
                    );
                }
                _ => household.code = Some((code.text.clone(), code.number)),
            }
        }
        if let (Some(hamlet), Some(household)) = (self.columns.text(row, Role::Hamlet), self.list.households.last_mut())
        {
            household.hamlet = Some(hamlet.to_owned());
        }
        if let Some(text) = self.columns.text(row, Role::Class) {
            match (self.words.status(text), self.list.households.last_mut()) {
                (Some(status), Some(household)) => household.status = status.to_owned(),
                _ => {
                    let message = [
                        format!("Không hiểu kết quả “{text}”: hãy ghi tên loại hộ theo chuẩn."),
                        format!("The result “{text}” is not understood: write the name of a status of the standard."),
                    ];
                    self.problem(row.number, Role::Class, message);
                }
            }
        }
        self.marks(row);
        if let Some(text) = self.columns.text(row, Role::Persons) {
            match text.parse() {
                Ok(persons) => self.persons = Some((row.number, persons)),
                Err(_) => self.problem(
                    row.number,
                    Role::Persons,
                    both("Số nhân khẩu phải là một số.", "The number of members must be a number."),
                ),
            }
        }
    }

    /// The marks that tell how a household came on the list.
    fn marks(&mut self, row: &Row) {
        for (role, kind) in [(Role::New, "newly_arising"), (Role::Relapse, "relapse"), (Role::Old, "stays")] {
            let Some(text) = self.columns.text(row, role) else { continue };
            match marked(text) {
                Some(false) => {}
                Some(true) if self.told.is_some_and(|told| told != kind) => self.problem(
                    row.number,
                    role,
                    both(
                        "Hộ được đánh dấu ở hai cột: chỉ chọn một (mới, tái, cũ).",
                        "The household is marked in two columns: choose one (new, again, before).",
                    ),
                ),
                Some(true) => {
                    self.told = Some(kind);
                    if let Some(household) = self.list.households.last_mut() {
                        household.movement = Some(kind);
                    }
                }
                None => self.problem(
                    row.number,
                    role,
                    both("Chỉ đánh dấu x hoặc để trống.", "Mark with x, or leave it blank."),
                ),
            }
        }
    }

    /// Ends the household that is open.
    fn close(&mut self) {
        let told = self.persons.take();
        if let (true, Some((row, persons)), Some(household)) = (self.open, told, self.list.households.last_mut()) {
            let named = household.members.len();
            if persons != named && self.columns.by_member {
                let message = [
                    format!("Số nhân khẩu là {persons} nhưng danh sách có {named} người: hãy bổ sung hoặc sửa số."),
                    format!(
                        "The household has {persons} members by this number and {named} on the list: add them, or correct it."
                    ),
                ];
                self.problem(row, Role::Persons, message);
            } else if persons != named {
                household.notes.push([
                    format!("danh sách ghi {persons} nhân khẩu, chỉ nêu tên {named}"),
                    format!("the list says {persons} members and names {named}"),
                ]);
            }
        }
        (self.open, self.number, self.told) = (false, None, None);
    }

    /// Households of more members than one can have: most often heads whose relation is missing or wrong.
    fn crowds(&mut self) {
        let crowds = self.list.households.iter().filter(|household| household.members.len() > MOST_MEMBERS);
        let crowds: Vec<(u32, u32, usize)> = crowds
            .map(|household| {
                let last = household.members.last().map_or(household.row, |member| member.row);
                (household.row, last, household.members.len())
            })
            .collect();
        for (first, last, members) in crowds {
            let message = [
                format!(
                    "Hộ ở các dòng {first}–{last} có {members} người, nhiều hơn {MOST_MEMBERS}: hãy kiểm tra cột quan hệ với chủ hộ."
                ),
                format!(
                    "The household of rows {first}–{last} has {members} members, more than {MOST_MEMBERS}: check the relations to the head."
                ),
            ];
            self.problem(first, Role::Relation, message);
        }
    }

    /// Codes and heads that are there twice.
    fn doubles(&mut self) {
        let mut codes: HashMap<&str, Vec<u32>> = HashMap::new();
        // By name, birth year and hamlet.
        let mut heads: HashMap<[Option<String>; 3], Vec<u32>> = HashMap::new();
        for household in &self.list.households {
            match &household.code {
                Some((code, _)) => codes.entry(code).or_default().push(household.row),
                None if household.head().erased => {}
                None => {
                    let head = household.head();
                    let born = head.born.as_deref().map(|born| born[..4].to_owned());
                    let hamlet = household.hamlet.as_deref().map(key);
                    heads.entry([Some(head.name_key.clone()), born, hamlet]).or_default().push(household.row);
                }
            }
        }
        let twice = |rows: Vec<Vec<u32>>| {
            let mut rows: Vec<Vec<u32>> = rows.into_iter().filter(|rows| rows.len() > 1).collect();
            rows.sort();
            rows
        };
        let (codes, heads) = (twice(codes.into_values().collect()), twice(heads.into_values().collect()));
        for rows in codes {
            let all = numbers(&rows);
            for row in rows {
                let message = [
                    format!("Mã hộ bị trùng ở các dòng {all}: mỗi hộ một mã, hãy sửa lại."),
                    format!("The same household code stands in rows {all}: correct it, each household has its own."),
                ];
                self.problem(row, Role::Code, message);
            }
        }
        for rows in heads {
            let all = numbers(&rows);
            for row in rows {
                let message = [
                    format!(
                        "Cùng họ tên chủ hộ, năm sinh và thôn ở các dòng {all}: hãy thêm mã hộ hoặc xóa dòng thừa."
                    ),
                    format!(
                        "The same head, birth year and hamlet in rows {all}: add household codes, or delete what is there twice."
                    ),
                ];
                self.problem(row, Role::Name, message);
            }
        }
    }
}

/// Words of kinship that have no option of their own.
const KIN: [&str; 17] = [
    "dau", "re", "chau", "ong", "ba", "anh", "chi", "em", "co", "chu", "bac", "di", "cau", "vo", "chong", "khac",
    "chat",
];

fn as_other(row: u32, text: &str, option: &Told) -> Told {
    [
        format!("dòng {row}: “{text}” được ghi là “{}”", option[0]),
        format!("row {row}: “{text}” is recorded as “{}”", option[1]),
    ]
}

/// `2, 5, 9`.
pub(super) fn numbers(rows: &[u32]) -> String {
    rows.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
