//! What a row says of its person.

use super::{ListedMember, Reading};
use crate::import::erased::{ERASED, is_erased};
use crate::import::grid::Row;
use crate::import::headings::Role;
use crate::import::words::{born, marked, sex};
use crate::import::{Told, both};
use crate::text::{self, key};

/// Words of kinship that have no option of their own.
const KIN: [&str; 17] = [
    "dau", "re", "chau", "ong", "ba", "anh", "chi", "em", "co", "chu", "bac", "di", "cau", "vo", "chong", "khac",
    "chat",
];

impl Reading<'_, '_> {
    pub(super) fn relation(&mut self, row: &Row, notes: &mut Vec<Told>) -> Option<String> {
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
    pub(super) fn person(
        &mut self,
        row: &Row,
        relation: Option<String>,
        notes: &mut Vec<Told>,
    ) -> Option<ListedMember> {
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
}

fn as_other(row: u32, text: &str, option: &Told) -> Told {
    [
        format!("dòng {row}: “{text}” được ghi là “{}”", option[0]),
        format!("row {row}: “{text}” is recorded as “{}”", option[1]),
    ]
}
