//! Empty tables to fill in, and the dictionary of their columns: what `vuon data template` writes.
//!
//! `households.csv` and `members.csv` hold the header only. They are plain UTF-8 without a byte order mark: the names of
//! columns are ASCII, so no program can misread them, while a mark would become part of the first name in many.
//! `dictionary.csv` and `dictionary.md` tell of every column its meaning, type, unit, range and options in both
//! languages, when it is asked, and whether the assessment uses it. `tables.xlsx` has both tables with drop-down lists
//! and checks, and the dictionary; each of its sheets is saved as “CSV UTF-8” to be read here. The same questionnaire
//! gives the same bytes.

use crate::cell::{fold, plain};
use crate::layout::TableKind;
use crate::table_problem::{Failed, TableProblem};
use crate::words::told;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, DocProperties, ExcelDateTime, Format, FormatBorder, Formula, Note,
    Workbook, Worksheet, XlsxError,
};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use vuon_policy::calendar::Day;
use vuon_policy::model::{ChoiceOption, Kind, Label, Language, Questionnaire, Variable};

/// What to write a template of.
#[derive(Clone, Copy, Debug)]
pub struct Template<'q> {
    /// The questionnaire.
    pub questionnaire: &'q Questionnaire,
    /// The pack's name.
    pub title: &'q Label,
    /// The household variables that the assessment uses.
    pub household: &'q [usize],
    /// The member variables that the assessment uses.
    pub member: &'q [usize],
    /// The language of notes and drop-down lists.
    pub language: Language,
}

impl Template<'_> {
    /// Writes all files into a folder, which is made when it is not there. Files that are there are left alone: a table
    /// that somebody has filled in is not overwritten.
    pub fn write(&self, folder: &Path) -> Result<Vec<PathBuf>, TableProblem> {
        std::fs::create_dir_all(folder).map_err(|e| TableProblem::io(folder, Failed::MakeFolder, &e))?;
        let mut files = vec![("households.csv", self.header(TableKind::Households).into_bytes())];
        if self.questionnaire.has_roster() {
            files.push(("members.csv", self.header(TableKind::Members).into_bytes()));
        }
        files.push(("dictionary.csv", self.dictionary_csv()?));
        files.push(("dictionary.md", self.dictionary_markdown().into_bytes()));
        let workbook = self.workbook().map_err(|e| TableProblem::io(&folder.join("tables.xlsx"), Failed::Make, &e))?;
        files.push(("tables.xlsx", workbook));
        let paths: Vec<PathBuf> = files.iter().map(|(name, _)| folder.join(name)).collect();
        if let Some(there) = paths.iter().find(|path| path.exists()) {
            let message = told("đã có tệp này rồi", "the file is already there");
            let advice =
                told("hãy chọn một thư mục trống, hoặc xóa tệp này", "name an empty folder, or remove the file");
            return Err(TableProblem::new(&there.display().to_string(), message, advice));
        }
        for (path, (_, bytes)) in paths.iter().zip(&files) {
            std::fs::write(path, bytes).map_err(|e| TableProblem::io(path, Failed::Write, &e))?;
        }
        Ok(paths)
    }

    /// The columns of a table: in the member table, the household's id and then the member's variables. Beside each,
    /// whether it is used.
    fn columns(&self, table: TableKind) -> Vec<(&Variable, bool)> {
        let used =
            |list: &[usize], (place, variable): (usize, &Variable)| list.contains(&place) || variable.kind == Kind::Id;
        let q = self.questionnaire;
        match table {
            TableKind::Households => {
                let mut columns: Vec<_> =
                    q.household.iter().enumerate().map(|v| (v.1, used(self.household, v))).collect();
                columns.sort_by_key(|(variable, _)| variable.kind != Kind::Id);
                columns
            }
            TableKind::Members => {
                let id = q.household_id().map(|id| (id, true));
                id.into_iter().chain(q.member.iter().enumerate().map(|v| (v.1, used(self.member, v)))).collect()
            }
        }
    }

    fn tables(&self) -> &'static [(TableKind, &'static str)] {
        let both = &[(TableKind::Households, "households"), (TableKind::Members, "members")];
        if self.questionnaire.has_roster() { both } else { &both[..1] }
    }

    fn header(&self, table: TableKind) -> String {
        let names: Vec<&str> = self.columns(table).iter().map(|(variable, _)| variable.id.value.as_str()).collect();
        names.join(",") + "\r\n"
    }

    fn options(&self, kind: &Kind) -> &[ChoiceOption] {
        match kind {
            Kind::Choice(list) => &self.questionnaire.choices[*list].options,
            _ => &[],
        }
    }

    // --- the dictionary ---

    fn dictionary(&self) -> Vec<[String; 14]> {
        let mut rows = vec![
            [
                "table",
                "column",
                "label_vi",
                "label_en",
                "question_vi",
                "question_en",
                "type",
                "unit",
                "decimals",
                "min",
                "max",
                "options",
                "asked_when",
                "used",
            ]
            .map(str::to_owned),
        ];
        for (table, name) in self.tables() {
            for (variable, used) in self.columns(*table) {
                let question = variable.question.clone().unwrap_or_default();
                let facts = Facts::of(&variable.kind);
                let options: Vec<String> = self.options(&variable.kind).iter().map(option).collect();
                rows.push([
                    (*name).to_owned(),
                    variable.id.value.clone(),
                    variable.label.get(Language::Vi).to_owned(),
                    variable.label.get(Language::En).to_owned(),
                    question.get(Language::Vi).to_owned(),
                    question.get(Language::En).to_owned(),
                    facts.form,
                    facts.unit,
                    facts.decimals,
                    facts.min,
                    facts.max,
                    options.join("; "),
                    variable.asked_when.as_ref().map(|when| when.value.clone()).unwrap_or_default(),
                    if used { "yes" } else { "no" }.to_owned(),
                ]);
            }
        }
        rows
    }

    fn dictionary_csv(&self) -> Result<Vec<u8>, TableProblem> {
        let failed = |e: &dyn std::fmt::Display| TableProblem::io(Path::new("dictionary.csv"), Failed::Make, e);
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        for row in self.dictionary() {
            writer.write_record(&row).map_err(|e| failed(&e))?;
        }
        writer.into_inner().map_err(|e| failed(&e))
    }

    fn dictionary_markdown(&self) -> String {
        let mut text = String::new();
        let title = self.title;
        let _ = writeln!(text, "# {} · {}\n", title.get(Language::Vi), title.get(Language::En));
        text.push_str(
            "Các cột của bảng dữ liệu: ý nghĩa, kiểu, đơn vị, giới hạn. Ô trống nghĩa là chưa biết.\n\n\
             The columns of the tables: meaning, type, unit, range. A blank cell means unknown.\n",
        );
        for (table, name) in self.tables() {
            let _ = writeln!(text, "\n## {name}\n");
            text.push_str(
                "| Cột · Column | Ý nghĩa · Meaning | Kiểu · Type | Khi nào hỏi · Asked when | Dùng · Used |\n",
            );
            text.push_str("|---|---|---|---|---|\n");
            for (variable, used) in self.columns(*table) {
                let label = &variable.label;
                let asked = variable.asked_when.as_ref().map(|when| format!("`{}`", when.value)).unwrap_or_default();
                let form = match variable.kind {
                    Kind::Choice(list) => format!("choice: [{0}](#{0})", self.questionnaire.choices[list].id.value),
                    ref kind => Facts::of(kind).told(),
                };
                let cells = [
                    format!("`{}`", variable.id.value),
                    format!("{} · {}", label.get(Language::Vi), label.get(Language::En)),
                    form,
                    asked,
                    if used { "có · yes" } else { "không · no" }.to_owned(),
                ];
                let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
                let _ = writeln!(text, "| {} |", cells.join(" | "));
            }
        }
        for choices in &self.questionnaire.choices {
            let _ = writeln!(text, "\n### {}\n", choices.id.value);
            for one in &choices.options {
                let also = match one.also.as_slice() {
                    [] => String::new(),
                    also => format!(" (cũng viết · also written: {})", also.join(", ")),
                };
                let (vi, en) = (one.label.get(Language::Vi), one.label.get(Language::En));
                let _ = writeln!(text, "- `{}`: {vi} · {en}{also}", one.id.value);
            }
        }
        text
    }

    // --- the workbook ---

    fn workbook(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        // A fixed date of making: the same questionnaire gives the same bytes.
        let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
        let properties = DocProperties::new().set_title(self.title.get(self.language)).set_creation_datetime(&made);
        workbook.set_properties(&properties);
        for (table, name) in self.tables() {
            let sheet = workbook.add_worksheet();
            sheet.set_name(*name)?;
            self.fill_table(sheet, *table)?;
        }
        let sheet = workbook.add_worksheet();
        sheet.set_name("dictionary")?;
        let bold = header_format(true);
        for (row, cells) in (0_u32..).zip(self.dictionary()) {
            for (column, cell) in (0_u16..).zip(cells) {
                if row == 0 {
                    sheet.write_string_with_format(row, column, &cell, &bold)?;
                } else {
                    sheet.write_string(row, column, &cell)?;
                }
            }
        }
        for (column, width) in (0_u16..).zip([12, 28, 40, 40, 50, 50, 12, 20, 9, 12, 16, 60, 40, 8]) {
            sheet.set_column_width(column, width)?;
        }
        sheet.set_freeze_panes(1, 2)?;
        let lists = workbook.add_worksheet();
        lists.set_name(LISTS)?;
        lists.set_hidden(true);
        for (column, choices) in (0_u16..).zip(&self.questionnaire.choices) {
            for (row, spelling) in (0_u32..).zip(self.spellings(&choices.options)) {
                lists.write_string(row, column, spelling)?;
            }
        }
        workbook.save_to_buffer()
    }

    fn fill_table(&self, sheet: &mut Worksheet, table: TableKind) -> Result<(), XlsxError> {
        for (column, (variable, used)) in (0_u16..).zip(self.columns(table)) {
            sheet.write_string_with_format(0, column, &variable.id.value, &header_format(used))?;
            let note = Note::new(self.note(variable)).add_author_prefix(false).set_width(320).set_height(160);
            sheet.insert_note(0, column, &note)?;
            sheet.set_column_width(column, (variable.id.value.len() + 4).clamp(12, 40) as u16)?;
            let format = match &variable.kind {
                Kind::Id | Kind::Code { .. } => "@".to_owned(),
                Kind::Date => "dd/mm/yyyy".to_owned(),
                Kind::Number { decimals: 0, .. } => "0".to_owned(),
                Kind::Number { decimals, .. } => format!("0.{}", "0".repeat(*decimals as usize)),
                Kind::Bool | Kind::Choice(_) => "General".to_owned(),
            };
            sheet.set_column_format(column, &Format::new().set_num_format(format))?;
            if let Some(check) = self.check(&variable.kind)? {
                let facts = Facts::of(&variable.kind).told();
                let told = match self.language {
                    Language::Vi => format!("Giá trị không hợp lệ ({facts}). Để trống nếu chưa biết."),
                    Language::En => {
                        format!("This value is not allowed ({facts}). Leave it blank when it is not known.")
                    }
                };
                let check = check.set_error_title(cut(&variable.id.value, 32))?.set_error_message(cut(&told, 255))?;
                sheet.add_data_validation(1, column, LAST_ROW, column, &check)?;
            }
        }
        sheet.set_freeze_panes(1, 1)?;
        Ok(())
    }

    fn note(&self, variable: &Variable) -> String {
        let mut text = variable.label.get(self.language).to_owned();
        if let Some(question) = &variable.question {
            let _ = write!(text, "\n{}", question.get(self.language));
        }
        let _ = write!(text, "\n[{}]", Facts::of(&variable.kind).told());
        text
    }

    /// The check of a column's cells.
    fn check(&self, kind: &Kind) -> Result<Option<DataValidation>, XlsxError> {
        let check = DataValidation::new();
        Ok(Some(match kind {
            Kind::Id => return Ok(None),
            Kind::Code { width, .. } => check.allow_text_length(DataValidationRule::EqualTo(*width as u32)),
            Kind::Choice(list) => {
                let column = column_letters(*list);
                let last = self.questionnaire.choices[*list].options.len().max(1);
                check.allow_list_formula(Formula::new(format!("={LISTS}!${column}$1:${column}${last}")))
            }
            Kind::Bool => match self.language {
                Language::Vi => check.allow_list_strings(&["có", "không"])?,
                Language::En => check.allow_list_strings(&["yes", "no"])?,
            },
            Kind::Number { decimals, min, max, .. } => {
                let bounds = [min, max].map(|bound| Formula::new(plain(*bound, *decimals)));
                let [min, max] = bounds;
                match decimals {
                    0 => check.allow_whole_number_formula(DataValidationRule::Between(min, max)),
                    _ => check.allow_decimal_number_formula(DataValidationRule::Between(min, max)),
                }
            }
            Kind::Date => {
                let day = |day: Day| ExcelDateTime::parse_from_str(&day.to_string());
                check.allow_date(DataValidationRule::Between(day(Day::FIRST)?, day(Day::LAST)?))
            }
        }))
    }

    /// How a list's options stand in a drop-down: by label, or by id where two labels cannot be told apart.
    fn spellings<'o>(&self, options: &'o [ChoiceOption]) -> Vec<&'o str> {
        let label = |one: &'o ChoiceOption| one.label.get(self.language);
        let labels: Vec<String> = options.iter().map(|one| fold(label(one))).collect();
        let all = |one: &'o ChoiceOption| one.label.0.values().chain(&one.also).chain([&one.id.value]);
        let clear = |place: usize| {
            let others = options.iter().enumerate().filter(|(other, _)| *other != place);
            !labels[place].is_empty() && others.flat_map(|(_, one)| all(one)).all(|text| fold(text) != labels[place])
        };
        options.iter().enumerate().map(|(place, one)| if clear(place) { label(one) } else { &one.id.value }).collect()
    }
}

/// The hidden sheet of the drop-down lists.
const LISTS: &str = "lists";
/// The last row of a sheet, from 0.
const LAST_ROW: u32 = 1_048_575;

fn option(one: &ChoiceOption) -> String {
    format!("{} = {} / {}", one.id.value, one.label.get(Language::Vi), one.label.get(Language::En))
}

fn header_format(used: bool) -> Format {
    let format = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
    // Columns that the assessment does not use are paler.
    if used {
        format.set_background_color(Color::RGB(0xDD_EB_F7))
    } else {
        format.set_font_color(Color::RGB(0x6B_6B_6B))
    }
}

fn cut(text: &str, most: usize) -> String {
    // Excel counts UTF-16 units; Vietnamese letters are one each.
    text.chars().take(most).collect()
}

/// `A` … `Z`, `AA` …
fn column_letters(column: usize) -> String {
    let letter = char::from(b'A' + (column % 26) as u8);
    if column < 26 { letter.to_string() } else { format!("{}{letter}", column_letters(column / 26 - 1)) }
}

/// A kind of answer in words.
#[derive(Default)]
struct Facts {
    form: String,
    unit: String,
    decimals: String,
    min: String,
    max: String,
}

impl Facts {
    fn of(kind: &Kind) -> Self {
        let form = |form: &str| Self { form: form.to_owned(), ..Self::default() };
        match kind {
            Kind::Id => form("id"),
            Kind::Code { width, .. } => form(&format!("code ({width} digits)")),
            Kind::Choice(_) => form("choice"),
            Kind::Bool => form("yes/no"),
            Kind::Date => Self { min: Day::FIRST.to_string(), max: Day::LAST.to_string(), ..form("date") },
            Kind::Number { unit, decimals, min, max } => Self {
                unit: if unit.is_none() { String::new() } else { unit.to_string() },
                decimals: decimals.to_string(),
                min: plain(*min, *decimals),
                max: plain(*max, *decimals),
                ..form("number")
            },
        }
    }

    /// In one line: `number, m2, 0…10000`.
    fn told(&self) -> String {
        let range = if self.min.is_empty() { String::new() } else { format!("{}…{}", self.min, self.max) };
        let parts = [self.form.as_str(), self.unit.as_str(), range.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_a_sheet_are_lettered() {
        assert_eq!([0, 25, 26, 51, 52].map(column_letters), ["A", "Z", "AA", "AZ", "BA"]);
    }
}
