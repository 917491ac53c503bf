//! The detailed list: 19 columns, one row a member, as a workbook that is written row by row, so that its length costs no
//! memory.
//!
//! In: households, page by page, as they are taken out of the register. Out: a file, with another sheet where one is full. What the register does not know (local
//! ethnic groups, the support of each) is "…", and told under the title.

use super::told::UNKNOWN;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::path::Path;
use vuon_policy::model::{Kind, Language};
use vuon_policy::program::Program;
use vuon_policy::words::pick;
use vuon_registry::export::ExportedHousehold;
use vuon_registry::import::ERASED;

/// The most rows of a sheet.
const MOST_ROWS: u32 = 1_048_576;
/// The row of the headings.
const HEAD: u32 = 4;
/// The last column.
const LAST: u16 = COLUMNS.len() as u16 - 1;

/// The columns: their headings (one or two levels) and letters.
const COLUMNS: [(&str, &str, &str); 19] = [
    ("STT chủ hộ", "Household No.", "A"),
    ("STT thành viên hộ", "Member No.", "B"),
    ("HỌ, TÊN CHỦ HỘ VÀ THÀNH VIÊN TRONG HỘ; THÔN, BẢN, TỔ DÂN PHỐ", "NAMES OF HEAD AND MEMBERS; HAMLET", "C"),
    ("NĂM SINH > Nam", "BORN > Male", "1"),
    ("NĂM SINH > Nữ", "BORN > Female", "2"),
    ("Dân tộc", "Ethnic group", "3"),
    ("Quan hệ với chủ hộ", "Relation to the head", "4"),
    ("CHIA HỘ THEO > Mới", "OF THESE > New", "5"),
    ("CHIA HỘ THEO > Tái", "OF THESE > Relapse", "6"),
    ("CHIA HỘ THEO > Cũ", "OF THESE > As before", "7"),
    ("Hộ chính sách có công", "With a person of merit", "8"),
    ("Hộ dân tộc tại chỗ", "Of a local ethnic group", "9"),
    ("Hộ không có khả năng lao động", "Without working capacity", "10"),
    ("Chính sách hỗ trợ tiếp cận các dịch vụ xã hội cơ bản > Y tế", "Support > Health", "11"),
    ("Chính sách hỗ trợ tiếp cận các dịch vụ xã hội cơ bản > Giáo dục", "Support > Education", "12"),
    ("Chính sách hỗ trợ tiếp cận các dịch vụ xã hội cơ bản > Sản xuất", "Support > Production", "13"),
    ("Chính sách hỗ trợ tiếp cận các dịch vụ xã hội cơ bản > Vay vốn tín dụng", "Support > Credit", "14"),
    ("Chính sách hỗ trợ tiếp cận các dịch vụ xã hội cơ bản > Nhà ở", "Support > Housing", "15"),
    ("Chính sách hỗ trợ tiếp cận các dịch vụ xã hội cơ bản > Khác", "Support > Other", "16"),
];

/// The list as it is written.
pub struct DetailedList<'a> {
    workbook: Workbook,
    program: &'a Program,
    language: Language,
    heading: Heading,
    formats: Formats,
    /// The sheet that is written, from 0, and its next row.
    sheet: usize,
    at: u32,
    households: u32,
}

/// What stands above the list.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The title.
    pub title: String,
    /// Area and day.
    pub subtitle: String,
    /// The day the register was asked on.
    pub asked_on: jiff::civil::Date,
}

struct Formats {
    title: Format,
    subtitle: Format,
    note: Format,
    head: Format,
    letter: Format,
    member: Format,
    household: Format,
}

impl Formats {
    fn new() -> Self {
        let font = || Format::new().set_font_name("Times New Roman").set_font_size(10);
        let member = font().set_border(FormatBorder::Thin);
        let centred =
            member.clone().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter).set_text_wrap();
        Formats {
            title: font().set_bold().set_font_size(13).set_align(FormatAlign::Center),
            subtitle: font().set_italic().set_align(FormatAlign::Center),
            note: font().set_font_size(9),
            head: centred.clone().set_bold(),
            letter: centred.set_italic(),
            household: member.clone().set_bold(),
            member,
        }
    }
}

impl<'a> DetailedList<'a> {
    /// Begins a list. `program` gives the words of relations and ethnic groups.
    ///
    /// # Errors
    /// [`XlsxError`].
    pub fn begin(heading: Heading, program: &'a Program, language: Language) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        let day = heading.asked_on;
        let made = ExcelDateTime::from_ymd(day.year().try_into().unwrap_or(2000), day.month() as u8, day.day() as u8)?;
        workbook.set_properties(&DocProperties::new().set_title(&heading.title).set_creation_datetime(&made));
        let formats = Formats::new();
        let mut list = DetailedList { workbook, program, language, heading, formats, sheet: 0, at: 0, households: 0 };
        list.begin_sheet()?;
        Ok(list)
    }

    /// Begins a sheet. Its rows are written from the top and none is come back to: that is what keeps memory small.
    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        let (language, formats) = (self.language, &self.formats);
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        let name = pick(language, "Danh sách", "List");
        sheet.set_name(if self.sheet == 0 { name.to_owned() } else { format!("{name} {}", self.sheet + 1) })?;
        for (place, width) in [6.0, 6.0, 34.0, 8.0, 8.0, 12.0, 14.0].into_iter().enumerate() {
            sheet.set_column_width(place as u16, width)?;
        }
        sheet.merge_range(0, 0, 0, LAST, &self.heading.title, &formats.title)?;
        sheet.merge_range(1, 0, 1, LAST, &self.heading.subtitle, &formats.subtitle)?;
        let unknown = pick(
            language,
            "Cột 9, 11–16 (…): sổ không ghi. Cột 5–8, 10 (…): tình trạng của hộ không dựa trên quyết định có phiếu đã ký.",
            "Columns 9, 11–16 (…): the register does not know. Columns 5–8, 10 (…): the status does not rest on a decision \
             with a signed form.",
        );
        sheet.merge_range(2, 0, 2, LAST, unknown, &formats.note)?;
        headings(sheet, language, &formats.head, &formats.letter)?;
        sheet.set_landscape();
        sheet.set_paper_size(9);
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(HEAD, HEAD + 2)?;
        sheet.set_freeze_panes(HEAD + 3, 3)?;
        sheet.set_footer("&C&P/&N");
        self.at = HEAD + 3;
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), XlsxError> {
        let last = self.at.saturating_sub(1);
        self.workbook.worksheet_from_index(self.sheet)?.set_print_area(0, 0, last, LAST)?;
        Ok(())
    }

    /// Writes a household, one row a member.
    ///
    /// # Errors
    /// [`XlsxError`].
    pub fn household(&mut self, household: &ExportedHousehold) -> Result<(), XlsxError> {
        self.households += 1;
        if self.at + household.members.len() as u32 > MOST_ROWS {
            self.end_sheet()?;
            self.sheet += 1;
            self.begin_sheet()?;
        }
        for (place, member) in household.members.iter().enumerate() {
            let head = place == 0;
            let mut cells: [String; 19] = Default::default();
            let name = if member.name.is_empty() { ERASED } else { &member.name };
            cells[2] = match (&household.hamlet, head) {
                (Some(hamlet), true) => format!("{name}; {hamlet}"),
                _ => name.to_owned(),
            };
            let born = member.born.as_ref().map(|born| born.to_string()).unwrap_or_default();
            let year = born.get(..4).unwrap_or_default().to_owned();
            match member.sex.as_deref() {
                Some("male") => cells[3] = year,
                Some("female") => cells[4] = year,
                _ => {}
            }
            cells[5] = member.ethnic.as_deref().map(|id| self.option("ethnicity", id)).unwrap_or_default();
            cells[6] = self.option("relation", &member.relation);
            if head {
                self.of_household(household, &mut cells);
            }
            let format = if head { &self.formats.household } else { &self.formats.member };
            let sheet = self.workbook.worksheet_from_index(self.sheet)?;
            if head {
                sheet.write_number_with_format(self.at, 0, self.households, format)?;
            } else {
                sheet.write_blank(self.at, 0, format)?;
            }
            sheet.write_number_with_format(self.at, 1, place as u32 + 1, format)?;
            for (column, cell) in cells.iter().enumerate().skip(2) {
                match cell.parse::<u32>() {
                    Ok(year) if matches!(column, 3 | 4) => {
                        sheet.write_number_with_format(self.at, column as u16, year, format)?
                    }
                    _ => sheet.write_string_with_format(self.at, column as u16, cell, format)?,
                };
            }
            self.at += 1;
        }
        Ok(())
    }

    /// What stands in the head's row alone.
    fn of_household(&self, household: &ExportedHousehold, cells: &mut [String; 19]) {
        let place = match household.movement.as_deref() {
            Some("newly_arising" | "became_near_poor" | "became_poor") => Some(7),
            Some("relapse") => Some(8),
            Some("stays") => Some(9),
            _ => None,
        };
        match place {
            Some(place) => cells[place] = "x".to_owned(),
            None => cells[7..10].iter_mut().for_each(|cell| *cell = UNKNOWN.to_owned()),
        }
        for (column, group) in [(10, "poor_merit"), (12, "poor_no_working_capacity")] {
            cells[column] = match &household.groups {
                Some(groups) if groups.contains(group) => "x".to_owned(),
                Some(_) => String::new(),
                None => UNKNOWN.to_owned(),
            };
        }
        for column in [11, 13, 14, 15, 16, 17, 18] {
            cells[column] = UNKNOWN.to_owned();
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

    /// Writes the file; how many households are in it.
    ///
    /// # Errors
    /// [`XlsxError`].
    pub fn save(mut self, path: &Path) -> Result<u32, XlsxError> {
        self.end_sheet()?;
        self.workbook.save(path)?;
        Ok(self.households)
    }
}

/// The headings, row by row: a column without a group has its name in the lower row.
fn headings(sheet: &mut Worksheet, language: Language, head: &Format, letter: &Format) -> Result<(), XlsxError> {
    let name = |place: usize| pick(language, COLUMNS[place].0, COLUMNS[place].1);
    let group = |place: usize| name(place).split_once(" > ").map(|(group, _)| group);
    let mut place = 0;
    while place < COLUMNS.len() {
        let (column, of) = (place as u16, group(place));
        let count =
            if of.is_none() { 1 } else { (place..COLUMNS.len()).take_while(|other| group(*other) == of).count() };
        match of {
            None => sheet.write_blank(HEAD, column, head)?,
            Some(of) => sheet.merge_range(HEAD, column, HEAD, column + count as u16 - 1, of, head)?,
        };
        place += count;
    }
    for place in 0..COLUMNS.len() {
        let own = name(place).split_once(" > ").map_or(name(place), |(_, own)| own);
        sheet.write_string_with_format(HEAD + 1, place as u16, own, head)?;
    }
    for (place, column) in COLUMNS.iter().enumerate() {
        sheet.write_string_with_format(HEAD + 2, place as u16, column.2, letter)?;
    }
    Ok(())
}
