//! Rows of people whose data were erased on lawful request: a list taken out names nobody there, and bringing it in again
//! makes nobody of them.

use super::rows::Listed;
use super::{Told, both};
use crate::text::key;

/// What stands in place of the name.
pub const ERASED: &str = "(đã xoá theo yêu cầu)";

/// The same as names are compared.
const ERASED_KEY: &str = "da xoa theo yeu cau";

/// Whether a cell says so in place of a name.
pub(super) fn is_erased(text: &str) -> bool {
    key(text) == ERASED_KEY
}

/// A name as messages tell it.
pub(super) fn named(name: &str) -> Told {
    if name.is_empty() { both(ERASED, "(erased on request)") } else { both(name, name) }
}

/// The rows that are passed over: as many as the register knows of people erased in the household. The rest is in doubt.
pub(super) fn passed_over(listed: &Listed, known: usize) -> (Vec<Told>, Vec<u32>) {
    let rows: Vec<u32> = listed.members.iter().filter(|member| member.erased).map(|member| member.row).collect();
    let (passed, rest) = rows.split_at(known.min(rows.len()));
    let notes = passed.iter().map(|row| {
        [
            format!("dòng {row}: người đã được xoá theo yêu cầu, bỏ qua"),
            format!("row {row}: a person erased on request, passed over"),
        ]
    });
    (notes.collect(), rest.to_vec())
}

/// What is wrong with such a row where the register knows of nobody.
pub(super) fn of_nobody() -> Told {
    both(
        "Dòng ghi đã xoá theo yêu cầu, nhưng trong sổ hộ này không có người nào như vậy: hãy ghi họ tên hoặc xoá dòng.",
        "The row says erased on request, but the register has no such person in this household: write the name, or delete the row.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_place_of_a_name_is_known_again() {
        assert!(is_erased(ERASED) && is_erased("Đã xóa theo yêu cầu") && !is_erased("Lò Văn Xoá"));
    }
}
