//! What only the whole list shows: households of too many members, and codes and heads that are there twice.

use super::{Reading, numbers};
use crate::households::MOST_MEMBERS;
use crate::import::headings::Role;
use crate::text::key;
use std::collections::HashMap;

impl Reading<'_, '_> {
    /// Households of more members than one can have: most often heads whose relation is missing or wrong.
    pub(super) fn crowds(&mut self) {
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
    pub(super) fn doubles(&mut self) {
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
