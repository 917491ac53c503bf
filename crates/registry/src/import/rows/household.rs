//! What rows say of their household: it begins with its head, gets its code, hamlet, result and marks, and ends.

use super::{Listed, ListedMember, Reading};
use crate::households::checked_code;
use crate::import::grid::Row;
use crate::import::headings::Role;
use crate::import::words::marked;
use crate::import::{Told, both};

impl Reading<'_, '_> {
    /// Opens a household with its head.
    pub(super) fn begin(&mut self, row: &Row, head: ListedMember, notes: Vec<Told>) {
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
    pub(super) fn facts(&mut self, row: &Row) {
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
    pub(super) fn close(&mut self) {
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
}
