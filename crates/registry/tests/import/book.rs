//! Made-up workbooks as communes have them. Nobody in them is real.

use rust_xlsxwriter::{Format, Workbook, Worksheet};

/// A row of the detailed list after its household number: member number, name, born (man), born (woman), ethnic group,
/// relation, marks (new, again, before).
pub type Line<'a> = [&'a str; 9];

/// Form 2.3: a title, three rows of headings with merged cells, a row that numbers the columns, then the lines. A line
/// with one text is a heading merged over all columns.
pub struct DetailedList {
    book: Workbook,
    row: u32,
}

fn sheet(book: &mut Workbook) -> &mut Worksheet {
    book.worksheet_from_index(0).expect("the sheet")
}

impl DetailedList {
    pub fn new() -> Self {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let centred = Format::new().set_bold();
        let merge = |sheet: &mut Worksheet, from: (u32, u16), to: (u32, u16), text: &str| {
            if from == to {
                sheet.write_string_with_format(from.0, from.1, text, &centred).expect("written");
            } else {
                sheet.merge_range(from.0, from.1, to.0, to.1, text, &centred).expect("merged");
            }
        };
        merge(sheet, (0, 0), (0, 6), "ỦY BAN NHÂN DÂN XÃ MẪU");
        merge(sheet, (1, 0), (1, 9), "DANH SÁCH CHI TIẾT HỘ NGHÈO NĂM 2024 (GIẢ LẬP)");
        for (column, label) in [
            (0, "STT chủ hộ"),
            (1, "STT thành viên hộ"),
            (2, "HỌ, TÊN CHỦ HỘ VÀ THÀNH VIÊN TRONG HỘ; THÔN, BON, BUÔN, TỔ DÂN PHỐ"),
            (5, "Dân tộc"),
            (6, "Quan hệ với chủ hộ"),
            (10, "Hộ chính sách có công"),
        ] {
            merge(sheet, (3, column), (5, column), label);
        }
        merge(sheet, (3, 3), (3, 4), "NĂM SINH");
        merge(sheet, (4, 3), (5, 3), "Nam");
        merge(sheet, (4, 4), (5, 4), "Nữ");
        merge(sheet, (3, 7), (3, 9), "CHIA HỘ NGHÈO THEO");
        merge(sheet, (4, 7), (5, 7), "Nghèo mới");
        merge(sheet, (4, 8), (5, 8), "Tái nghèo");
        merge(sheet, (4, 9), (5, 9), "Nghèo cũ");
        for (column, label) in ["A", "B", "C", "1", "2", "3", "4", "5", "6", "7", "8"].iter().enumerate() {
            sheet.write(6, column as u16, *label).expect("written");
        }
        DetailedList { book, row: 7 }
    }

    /// A heading over all columns.
    pub fn heading(mut self, text: &str) -> Self {
        sheet(&mut self.book).merge_range(self.row, 0, self.row, 10, text, &Format::new()).expect("merged");
        self.row += 1;
        self
    }

    /// A household; its number stands in the head's row only, and years are numbers.
    pub fn household(mut self, number: u32, lines: &[Line<'_>]) -> Self {
        for (place, line) in lines.iter().enumerate() {
            let row = self.row;
            let sheet = sheet(&mut self.book);
            if place == 0 {
                sheet.write_number(row, 0, f64::from(number)).expect("written");
            }
            for (column, text) in line.iter().enumerate() {
                let column = column as u16 + 1;
                match text.parse::<f64>() {
                    Ok(number) => sheet.write_number(row, column, number).expect("written"),
                    Err(_) if text.is_empty() => continue,
                    Err(_) => sheet.write_string(row, column, *text).expect("written"),
                };
            }
            self.row += 1;
        }
        self
    }

    /// The number, as people count, of the next row.
    pub fn next_row(&self) -> u32 {
        self.row + 1
    }

    /// The file.
    pub fn bytes(mut self) -> Vec<u8> {
        self.book.save_to_buffer().expect("a workbook")
    }
}
