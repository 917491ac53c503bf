//! Columns are found by their headings, never by their place.
//!
//! The lists of communes have one, two or three rows of headings with merged cells, then often a row that numbers the
//! columns, above them a title of any length. A heading is what stands lowest in a column; what stands above it or to the
//! left above it is its group ("Năm sinh" over "Nam" and "Nữ"). Words are compared without tone marks.

use super::grid::{Row, Sheet, letters};
use super::{ImportProblem, both};
use crate::text::key;
use unicode_normalization::UnicodeNormalization;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// The number of a household in the list.
    HouseholdNo,
    /// The number of a member in the household.
    MemberNo,
    /// The name of the head, or of each member.
    Name,
    /// The household's code.
    Code,
    /// The year or day of birth.
    Born,
    /// The same, of men only.
    BornMale,
    /// The same, of women only.
    BornFemale,
    Sex,
    Ethnic,
    Relation,
    Hamlet,
    /// How many members the household has.
    Persons,
    /// The result: poor, near-poor.
    Class,
    /// A mark: newly on the list.
    New,
    /// A mark: on the list again.
    Relapse,
    /// A mark: on the list before.
    Old,
    /// The personal identity number.
    Identity,
    /// Known, and not brought in.
    Other,
}

/// Which column holds what.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    roles: Vec<Option<Role>>,
    labels: Vec<String>,
    /// Whether there is a row for each member, and not for each household.
    pub by_member: bool,
    /// The place, among the sheet's rows, of the first row below the headings.
    pub data: usize,
}

impl Columns {
    /// The column of a role.
    pub fn of(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|r| *r == Some(role))
    }

    /// The text of a role's cell.
    pub fn text<'r>(&self, row: &'r Row, role: Role) -> Option<&'r str> {
        row.text(self.of(role)?)
    }

    /// How a column is named to people: its heading, or its letters.
    pub fn label(&self, role: Role) -> String {
        self.of(role).map_or(String::new(), |column| self.name(column))
    }

    /// The heading of a column, or its letters.
    pub fn name(&self, column: usize) -> String {
        match self.labels.get(column) {
            Some(label) if !label.is_empty() => format!("{} ({label})", letters(column)),
            _ => letters(column),
        }
    }
}

/// A title may take this many rows above the headings.
const SEARCHED: usize = 40;

/// Finds the headings of a sheet; nothing where it has none.
pub(super) fn find(sheet: &Sheet, problems: &mut Vec<ImportProblem>) -> Option<Columns> {
    let (first, name) = first(sheet)?;
    let below = sheet.rows[first + 1..].iter().take(2);
    let headings = 1 + below.take_while(|row| continues(row, name)).count();
    let mut data = first + headings;
    if sheet.rows.get(data).is_some_and(numbers_columns) {
        data += 1;
    }
    let rows = &sheet.rows[first..first + headings];
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut columns = Columns { roles: vec![None; width], labels: vec![String::new(); width], by_member: false, data };
    for column in 0..width {
        let Some(leaf) = (0..headings).rev().find(|r| rows[*r].text(column).is_some()) else { continue };
        let label = rows[leaf].text(column).unwrap_or_default();
        let group = rows[..leaf].iter().rev().find_map(|row| row.filled().take_while(|(c, _)| *c <= column).last());
        let group = group.map_or("", |(_, text)| text);
        columns.labels[column] = shortened(label);
        columns.roles[column] = role(group, label);
    }
    check(sheet, &mut columns, rows[0].number, problems);
    Some(columns)
}

/// The first row of headings, and the column of names in it. A row of nothing but other headings ends the search: what
/// comes below it are cells, and a head's “Chủ hộ” must not be taken for a heading.
fn first(sheet: &Sheet) -> Option<(usize, usize)> {
    for (place, row) in sheet.rows.iter().take(SEARCHED).enumerate() {
        let roles: Vec<(usize, Role)> =
            row.filled().filter_map(|(column, text)| Some((column, role("", text)?))).collect();
        match roles.iter().find(|(_, role)| *role == Role::Name) {
            Some((name, _)) if roles.len() >= 2 => return Some((place, *name)),
            None if roles.len() >= 3 && roles.len() == row.filled().count() => return None,
            _ => {}
        }
    }
    None
}

/// A heading as problems name it.
fn shortened(label: &str) -> String {
    let mut short: String = label.chars().take(30).collect();
    if short.len() < label.len() {
        short.push('…');
    }
    short
}

/// A further row of headings: nothing under the heading of names, which is merged downwards, and mostly words known.
fn continues(row: &Row, name: usize) -> bool {
    let filled: Vec<&str> = row.filled().map(|(_, text)| text).collect();
    let known = filled.iter().filter(|text| role("", text).is_some()).count();
    row.text(name).is_none() && known > 0 && 2 * known >= filled.len()
}

/// The row that numbers the columns: A, B, C, 1, 2, …
fn numbers_columns(row: &Row) -> bool {
    let numbering = |text: &str| {
        let text = text.trim_matches(['(', ')']);
        let letter = text.len() == 1 && text.bytes().all(|b| b.is_ascii_alphabetic());
        letter || text.parse::<u8>().is_ok_and(|n| n <= 60) || text.contains('=')
    };
    row.filled().count() >= 3 && row.filled().all(|(_, text)| numbering(text))
}

fn check(sheet: &Sheet, columns: &mut Columns, row: u32, problems: &mut Vec<ImportProblem>) {
    let mut problem = |column: String, message| problems.push(ImportProblem { row, column, message });
    for column in 0..columns.roles.len() {
        let Some(role) = columns.roles[column] else {
            let filled = sheet.rows[columns.data..].iter().any(|row| row.text(column).is_some());
            if filled {
                problem(
                    columns.name(column),
                    both(
                        "Không hiểu tiêu đề của cột này: hãy đặt lại tiêu đề theo mẫu, hoặc xóa cột.",
                        "The heading of this column is not understood: name it as on the form, or delete the column.",
                    ),
                );
            }
            continue;
        };
        let first = columns.of(role);
        if role != Role::Other && first != Some(column) {
            problem(
                columns.name(column),
                [
                    format!("Có hai cột cùng một nội dung: {} và cột này. Hãy xóa một cột.", columns.label(role)),
                    format!("Two columns hold the same: {} and this one. Delete one of them.", columns.label(role)),
                ],
            );
        }
    }
    if columns.of(Role::BornMale).is_some() != columns.of(Role::BornFemale).is_some() {
        problem(
            letters(columns.of(Role::BornMale).or(columns.of(Role::BornFemale)).unwrap_or(0)),
            both(
                "Chỉ có một trong hai cột Nam, Nữ: hãy bổ sung cột còn thiếu.",
                "Of the two columns for men and women (Nam, Nữ) one is missing: add it.",
            ),
        );
    }
    // One row a member, by the codes that repeat, and no column that tells who is the head.
    if columns.of(Role::Relation).is_none() && columns.of(Role::MemberNo).is_none() && repeats_codes(sheet, columns) {
        problem(
            letters(columns.of(Role::Code).unwrap_or(0)),
            both(
                "Mỗi hộ có nhiều dòng mà thiếu cột “Quan hệ với chủ hộ”: hãy bổ sung.",
                "Households have several rows, and the column “Quan hệ với chủ hộ” (relation to the head) is missing: add it.",
            ),
        );
    }
    columns.by_member = columns.of(Role::Relation).is_some() || columns.of(Role::MemberNo).is_some();
    if columns.by_member && columns.of(Role::Relation).is_none() {
        problem(
            letters(columns.of(Role::MemberNo).unwrap_or(0)),
            both(
                "Thiếu cột “Quan hệ với chủ hộ”: hãy bổ sung.",
                "The column “Quan hệ với chủ hộ” (relation to the head) is missing: add it.",
            ),
        );
    }
}

/// Whether at least half of the rows have the household code of the row above.
fn repeats_codes(sheet: &Sheet, columns: &Columns) -> bool {
    let codes: Vec<&str> = sheet.rows[columns.data..].iter().filter_map(|row| columns.text(row, Role::Code)).collect();
    let repeated = codes.windows(2).filter(|pair| pair[0] == pair[1]).count();
    repeated > 0 && 2 * repeated >= codes.len()
}

/// What a column with this heading holds; nothing where the words are not known.
fn role(group: &str, label: &str) -> Option<Role> {
    let (folded, above) = (key(label), key(group));
    let has = |part: &str| folded.contains(part);
    let word = |word: &str| folded.split(' ').any(|w| w == word);
    // Without its marks “Năm” (year) looks like “Nam” (men).
    let of_years = |text: &str| text.to_lowercase().nfc().collect::<String>().ends_with("năm");
    let numbers = |text: &str| text.split(' ').any(|w| w == "stt" || w == "tt") || text.contains("so thu tu");
    Some(match folded.as_str() {
        "" => return None,
        _ if numbers(&folded) || (numbers(&above) && (has("ho") || has("thanh vien"))) => match () {
            () if has("thanh vien") || has("nhan khau") => Role::MemberNo,
            () if word("ho") => Role::HouseholdNo,
            () => Role::Other,
        },
        _ if has("ma ho") || has("ma so ho") || folded == "family code" => Role::Code,
        _ if has("dinh danh") || has("cccd") || has("cmnd") || has("can cuoc") => Role::Identity,
        _ if has("quan he") => Role::Relation,
        _ if has("dan toc tai cho") || word("dttc") || word("dtts") || has("dan toc thieu so") => Role::Other,
        _ if has("dan toc") => Role::Ethnic,
        "nam" if of_years(label) => Role::Born,
        "nam" => Role::BornMale,
        "nu" => Role::BornFemale,
        _ if has("sinh") && (has("nam") || has("ngay")) => match (folded.rsplit(' ').next(), above.as_str()) {
            (Some("nu"), _) | (_, "nu") => Role::BornFemale,
            (Some("nam"), _) if !of_years(label) => Role::BornMale,
            (_, "nam") if !of_years(group) => Role::BornMale,
            _ => Role::Born,
        },
        _ if has("gioi tinh") => Role::Sex,
        _ if has("nhan khau") || has("so khau") || has("so thanh vien") => Role::Persons,
        _ if has("phieu") || has("diem b1") || has("diem b2") || word("b1") || word("b2") => Role::Other,
        _ if has("ket qua ra soat") || has("phan loai ho") || folded == "phan loai" || has("loai ho") => Role::Class,
        _ if has("ho ten") || has("ho va ten") || has("ten chu ho") || has("hostname") => Role::Name,
        "chu ho" => Role::Name,
        _ if has("tai ngheo") || has("tai can ngheo") => Role::Relapse,
        _ if has("ngheo moi") || has("phat sinh") => Role::New,
        _ if has("ngheo cu") => Role::Old,
        _ if has("ho tro") || has("chinh sach") || has("kha nang lao dong") || has("nguoi co cong") => Role::Other,
        _ if has("ra soat") || has("ghi chu") || has("dien thoai") || folded == "khac" || has("nguyen nhan") => {
            Role::Other
        }
        _ if has("thieu hut") || has("chi so") || has("chia ho ngheo") || has("chu ky") || has("ky ten") => Role::Other,
        _ if has("quyet dinh") || has("chuan ngheo") || has("tu ngay") => Role::Other,
        _ if ["thon", "ban", "bon", "buon", "ap", "xom", "lang", "khom", "phum", "soc"].into_iter().any(word)
            || has("to dan pho")
            || has("khu pho") =>
        {
            Role::Hamlet
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_the_detailed_list_are_known() {
        for (group, label, expected) in [
            ("", "STT chủ hộ", Some(Role::HouseholdNo)),
            ("", "STT thành viên hộ", Some(Role::MemberNo)),
            ("", "HỌ, TÊN CHỦ HỘ VÀ THÀNH VIÊN TRONG HỘ; THÔN, BON, BUÔN, TỔ DÂN PHỐ", Some(Role::Name)),
            ("NĂM SINH", "Nam", Some(Role::BornMale)),
            ("NĂM SINH", "Nữ", Some(Role::BornFemale)),
            ("", "Năm sinh nam", Some(Role::BornMale)),
            ("Nữ", "Năm sinh", Some(Role::BornFemale)),
            ("", "NĂM SINH", Some(Role::Born)),
            ("", "Năm", Some(Role::Born)),
            ("", "Sinh năm", Some(Role::Born)),
            ("", "Ngày, tháng, năm sinh", Some(Role::Born)),
            ("", "Dân tộc", Some(Role::Ethnic)),
            ("", "Hộ DTTC (dân tộc tại chỗ)", Some(Role::Other)),
            ("", "Quan hệ với chủ hộ", Some(Role::Relation)),
            ("", "Nghèo mới (Cận nghèo mới)", Some(Role::New)),
            ("", "Tái nghèo (Tái cận nghèo)", Some(Role::Relapse)),
            ("", "Nghèo cũ (Cận nghèo cũ)", Some(Role::Old)),
            ("", "Hỗ trợ vay vốn tín dụng", Some(Role::Other)),
            ("", "Khác", Some(Role::Other)),
            ("", "Chủ hộ", Some(Role::Name)),
            ("", "Giới tính chủ hộ", Some(Role::Sex)),
            ("", "Mã hộ", Some(Role::Code)),
            ("", "Số nhân khẩu", Some(Role::Persons)),
            ("", "Kết quả phiếu rà soát nhanh (phiếu A)", Some(Role::Other)),
            ("", "Kết quả rà soát", Some(Role::Class)),
            ("", "Thời gian rà soát", Some(Role::Other)),
            ("", "Thôn, bản", Some(Role::Hamlet)),
            ("", "Màu áo", None),
        ] {
            assert_eq!(role(group, label), expected, "{group} / {label}");
        }
    }
}
