//! A report filled from the register: who asks sees no more than their desk shows.

use super::key::{self, MAJORITY};
use super::layout::{self, Column, Form};
use super::residents::Resident;
use super::{Basis, Part, Report, ReportError, Residents, Row, Transitions, Words, check, unasked};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vuon_policy::program::Program;
use vuon_registry::Desk;
use vuon_registry::areas::AreaRow;
use vuon_registry::figures::{Figures, UnitFigures};
use vuon_registry::flows::Flows;

/// How many units without signed forms are named.
const NAMED: usize = 8;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The report's id.
    pub report: String,
    /// The area: `list:code`, or a list's name.
    pub area: String,
    /// The first day, of a movement.
    pub from: Option<Date>,
    /// The last day.
    pub to: Date,
    /// The residents.
    pub residents: Option<Residents>,
}

/// Fills a report, and checks it.
///
/// # Errors
/// [`ReportError`].
pub async fn collect(desk: &Desk, asked: &Asked) -> Result<Report, ReportError> {
    one(desk, asked, &mut None).await
}

/// Fills every report of an area, each as [`collect`] does; the figures are asked for once. `asked.report` does not count.
pub async fn collect_every(desk: &Desk, asked: &Asked) -> Vec<(&'static Form, Result<Report, ReportError>)> {
    let (mut figures, mut reports) = (None, Vec::new());
    for form in layout::forms() {
        let asked = Asked { report: form.id.clone(), ..asked.clone() };
        reports.push((form, one(desk, &asked, &mut figures).await));
    }
    reports
}

/// Nothing is told of a day to come.
///
/// # Errors
/// [`ReportError::NotKnown`].
pub fn not_to_come(desk: &Desk, on: Date) -> Result<(), ReportError> {
    if on > desk.today() {
        return Err(ReportError::NotKnown(Words::new(
            "Không có số liệu của một ngày chưa đến. Hãy chọn ngày không sau hôm nay.",
            "Nothing is known of a day to come. Choose a day that is not after today.",
        )));
    }
    Ok(())
}

/// Fills a report; the figures of its area and day, if it needs them and they are not there yet, are kept for the next.
async fn one(desk: &Desk, asked: &Asked, figures: &mut Option<Figures>) -> Result<Report, ReportError> {
    let form = layout::form(&asked.report).ok_or_else(|| ReportError::NoReport(asked.report.clone()))?;
    not_to_come(desk, asked.to)?;
    let report = match form.id.as_str() {
        "causes" => return Err(causes()),
        "movement-poor" | "movement-near-poor" => movement(desk, asked, form).await?,
        _ => {
            let figures = match figures {
                Some(figures) => figures,
                None => figures.insert(desk.figures(&asked.area, asked.to).await?),
            };
            counted(desk, asked, form, figures).await?
        }
    };
    check(&report)?;
    Ok(report)
}

/// The reports that cannot be made of an area and day, and why; those that need a table of residents are left aside.
///
/// # Errors
/// [`ReportError::NotKnown`] of a day to come, [`ReportError::Registry`].
pub async fn refused(desk: &Desk, area: &str, to: Date) -> Result<BTreeMap<&'static str, ReportError>, ReportError> {
    not_to_come(desk, to)?;
    let asked = Asked { report: String::new(), area: area.to_owned(), from: None, to, residents: None };
    let figures = desk.listed_figures(area, to).await?;
    let mut refused = BTreeMap::from([("causes", causes())]);
    for form in layout::forms().iter().filter(|form| !form.by_part && form.id != "causes") {
        let made = match one_pack(desk, &asked, &figures).await {
            Ok(_) => needs_survey(form, &figures.unit),
            Err(error) => Err(error),
        };
        if let Err(error) = made {
            refused.insert(&form.id, error);
        }
    }
    Ok(refused)
}

/// Why there is no report of causes.
pub fn causes() -> ReportError {
    ReportError::NotKnown(Words::new(
        "Sổ không ghi nguyên nhân nghèo của từng hộ: phiếu của bộ chính sách không hỏi. Hãy lập biểu này ngoài sổ.",
        "The register does not know the causes of poverty: the pack's form does not ask for them. Draw this one up outside \
         of the register.",
    ))
}

// ---- movements ------------------------------------------------------------------------------------------------------

async fn movement(desk: &Desk, asked: &Asked, form: &Form) -> Result<Report, ReportError> {
    let from = asked.from.ok_or(ReportError::NoFrom)?;
    let columns = layout::columns(&form.id, &|_| Vec::new());
    let poor = form.id == "movement-poor";
    let (area, below) = named(desk, &asked.area).await?;
    let mut rows = Vec::new();
    let mut push = |number: String, depth: usize, name: &str, flows: &Flows| {
        let movement = if poor { &flows.poor } else { &flows.near_poor };
        for (part, flow) in [(Part::Households, &movement.households), (Part::Persons, &movement.persons)] {
            let values = columns.iter().map(|column| key::movement(&column.key, flow)).collect();
            rows.push(Row { number: number.clone(), unit: name.to_owned(), depth, part: Some(part), values });
        }
    };
    let flows = desk.flows(&asked.area, from, asked.to).await?;
    for (place, unit) in flows.iter().enumerate() {
        let number = if place == 0 { String::new() } else { place.to_string() };
        let row = below.iter().find(|row| row.id == unit.area);
        let name = if place == 0 { area.clone() } else { row.map_or_else(|| unit.name.clone(), kind_and_name) };
        push(number.clone(), usize::from(place > 0), &name, unit);
        if row.is_some_and(|row| row.level == "district") {
            let (_, communes) = named(desk, &unit.area).await?;
            for (place, unit) in desk.flows(&unit.area, from, asked.to).await?.iter().skip(1).enumerate() {
                let row = communes.iter().find(|row| row.id == unit.area);
                let name = row.map_or_else(|| unit.name.clone(), kind_and_name);
                push(format!("{number}.{}", place + 1), 2, &name, unit);
            }
        }
    }
    let packs = desk.packs_of(&asked.area, from, asked.to).await?;
    let basis = Basis::of(desk, &asked.area, (Some(from), asked.to), &packs).await?;
    let transitions = flows.first().map(Transitions::of);
    Ok(Report { form: form.clone(), columns, area, basis, rows, transitions, unknown: Vec::new(), notes: Vec::new() })
}

fn kind_and_name(row: &AreaRow) -> String {
    format!("{} {}", row.kind, row.name).trim().to_owned()
}

/// An area's name with its kind, and the units below it; a list's name is its own.
pub(crate) async fn named(desk: &Desk, area: &str) -> Result<(String, Vec<AreaRow>), ReportError> {
    if !area.contains(':') {
        return Ok((area.to_owned(), desk.areas_of(area).await?));
    }
    Ok((kind_and_name(&desk.area(area).await?), desk.areas_below(Some(area)).await?))
}

// ---- counts ---------------------------------------------------------------------------------------------------------

async fn counted(desk: &Desk, asked: &Asked, form: &Form, figures: &Figures) -> Result<Report, ReportError> {
    let program = one_pack(desk, asked, figures).await?;
    let columns = layout::columns(&form.id, &|stem| starred(stem, &program, &figures.unit));
    needs_survey(form, &figures.unit)?;
    let mut collecting = Collecting { columns: &columns, residents: asked.residents.as_ref(), rows: Vec::new() };
    collecting.unit(&figures.unit, String::new(), 0);
    let rows = collecting.rows;
    if columns.iter().any(|column| column.key == "residents.households") {
        let missing: Vec<String> = lowest(&figures.unit)
            .into_iter()
            .filter(|unit| !unit.area.is_empty() && collected(asked.residents.as_ref(), unit).is_none())
            .map(unit_name)
            .collect();
        if !missing.is_empty() {
            return Err(ReportError::NoResidents(missing));
        }
    }
    let area = unit_name(&figures.unit);
    let unknown = unknown(&columns, &rows);
    let mut notes = unasked::notes(&columns, &figures.unit);
    notes.extend(children(form, &figures.unit));
    let mut basis = Basis::of(desk, &asked.area, (None, asked.to), &figures.packs).await?;
    if columns.iter().any(|column| column.key.starts_with("residents.")) {
        basis.residents = asked.residents.as_ref().map(|residents| residents.origin.clone());
    }
    Ok(Report { form: form.clone(), columns, area, basis, rows, transitions: None, unknown, notes })
}

/// The pack whose indicators the columns are.
async fn one_pack(desk: &Desk, asked: &Asked, figures: &Figures) -> Result<Arc<Program>, ReportError> {
    let ids: BTreeSet<&String> = figures.packs.iter().map(|(id, _)| id).collect();
    let of_day = |id: Option<&str>| {
        let (vi, en) = (
            "Sổ không biết chuẩn nào áp dụng vào ngày này. Hãy chọn ngày khác.",
            "The register does not know which standard is in force on this day. Choose another day.",
        );
        ReportError::NotKnown(match id {
            None => Words::new(vi, en),
            Some(ids) => Words::new(
                format!(
                    "Các hộ được xét theo nhiều chuẩn khác nhau: {ids}. Hãy chọn ngày mà mọi hộ được xét theo một chuẩn."
                ),
                format!(
                    "The households were judged by different standards: {ids}. Choose a day on which all were judged by one."
                ),
            ),
        })
    };
    let mut ids = ids.into_iter();
    match (ids.next(), ids.next()) {
        (Some(id), None) => Ok(desk.standard(id).await?),
        (None, _) => desk.register().standard(asked.to).ok_or_else(|| of_day(None)),
        (Some(first), Some(second)) => Err(of_day(Some(&format!("{first}, {second}")))),
    }
}

fn starred(stem: &str, program: &Program, unit: &UnitFigures) -> Vec<(String, Words)> {
    if stem.ends_with("indicator.") {
        let indicators = program.pack.indicators.iter();
        return indicators.map(|indicator| (indicator.id.value.clone(), Words::of(&indicator.label))).collect();
    }
    let choices = program.pack.questionnaire.choices.iter().find(|choices| choices.id.value == "ethnicity");
    let options = choices.map_or(&[][..], |choices| &choices.options);
    let occurs = |id: &str| unit.poor.ethnic.contains_key(id) || unit.near_poor.ethnic.contains_key(id);
    let minorities = options.iter().filter(|option| option.id.value != MAJORITY && occurs(&option.id.value));
    minorities.map(|option| (option.id.value.clone(), Words::of(&option.label))).collect()
}

/// Deprivations and children are told of those who signed a form. If a unit has others, there is no such report of it.
fn needs_survey(form: &Form, unit: &UnitFigures) -> Result<(), ReportError> {
    let of_form = |unit: &UnitFigures| match form.id.as_str() {
        "deprivations-poor" | "deprivation-rates-poor" => unit.poor.unsurveyed,
        "deprivations-near-poor" | "deprivation-rates-near-poor" => unit.near_poor.unsurveyed,
        "children" => unit.poor.unsurveyed + unit.near_poor.unsurveyed,
        _ => 0,
    };
    if of_form(unit) == 0 {
        return Ok(());
    }
    let units: Vec<&UnitFigures> = lowest(unit).into_iter().filter(|unit| of_form(unit) > 0).collect();
    let named = units.iter().take(NAMED).map(|unit| format!("{} ({})", unit_name(unit), of_form(unit)));
    let named = named.collect::<Vec<_>>().join(", ");
    // A province has too many to be named.
    let (vi, en) = match units.get(NAMED..).unwrap_or_default() {
        [] => (named.clone(), named),
        rest => {
            let (count, households) = (rest.len(), rest.iter().map(|unit| of_form(unit)).sum::<i64>());
            (
                format!("{named} và {count} đơn vị khác ({households})"),
                format!("{named} and {count} other {} ({households})", if count == 1 { "unit" } else { "units" }),
            )
        }
    };
    Err(ReportError::NotKnown(Words::new(
        format!(
            "Sổ chưa biết thiếu hụt của các hộ vào danh sách mà chưa có phiếu đã ký: {vi}. Hãy rà soát và ký phiếu của các hộ này trong một đợt của sổ, rồi lập lại báo cáo."
        ),
        format!(
            "The register does not know the deprivations of listed households without a signed form: {en}. Survey them in a round of the register and sign their forms, then make the report again."
        ),
    )))
}

struct Collecting<'a> {
    columns: &'a [Column],
    residents: Option<&'a Residents>,
    rows: Vec<Row>,
}

impl Collecting<'_> {
    fn unit(&mut self, unit: &UnitFigures, number: String, depth: usize) {
        let residents = collected(self.residents, unit);
        let values = self.columns.iter().map(|column| key::figure(&column.key, unit, residents)).collect();
        self.rows.push(Row { number: number.clone(), unit: unit_name(unit), depth, part: None, values });
        for (place, below) in unit.below.iter().enumerate() {
            let place = place + 1;
            let number = if number.is_empty() { place.to_string() } else { format!("{number}.{place}") };
            self.unit(below, number, depth + 1);
        }
    }
}

/// The residents of a unit: as they were given, or those of the units below.
fn collected(residents: Option<&Residents>, unit: &UnitFigures) -> Option<Resident> {
    // Nobody lives outside of all hamlets by the statistics: such households are of some hamlet that is not recorded.
    if unit.area.is_empty() {
        return None;
    }
    let below = unit.below.iter().filter(|below| !below.area.is_empty());
    let below = below.map(|below| collected(residents, below)).collect::<Option<Vec<Resident>>>();
    below.and_then(|below| below.into_iter().reduce(Resident::and)).or_else(|| residents?.of(&unit.area, &unit.name))
}

fn lowest(unit: &UnitFigures) -> Vec<&UnitFigures> {
    if unit.below.is_empty() { vec![unit] } else { unit.below.iter().flat_map(lowest).collect() }
}

fn unit_name(unit: &UnitFigures) -> String {
    format!("{} {}", unit.kind, unit.name).trim().to_owned()
}

/// The columns without figures, and why.
fn unknown(columns: &[Column], rows: &[Row]) -> Vec<Words> {
    let mut by_reason: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for (place, column) in columns.iter().enumerate().filter(|(_, column)| !column.key.is_empty()) {
        if rows.iter().all(|row| row.values[place].is_some()) {
            continue;
        }
        let key = column.key.as_str();
        let reason = if key.starts_with("average_farmers") {
            (
                "sổ không ghi hộ làm nông, lâm, ngư nghiệp có mức sống trung bình",
                "the register keeps no list of farming households of average living standard",
            )
        } else if key.contains(".local.") {
            ("sổ không ghi dân tộc tại chỗ", "the register does not know which ethnic groups are local")
        } else if key.starts_with("residents.") {
            ("bảng dân cư không cho biết", "the table of residents does not tell it")
        } else {
            (
                "có hộ vào danh sách mà chưa có phiếu đã ký, hoặc bộ chính sách không có nhóm này",
                "some listed households have no signed form, or the pack has no such group",
            )
        };
        by_reason.entry(reason).or_default().push(&column.no);
    }
    let told = by_reason.into_iter().map(|((vi, en), columns)| {
        let columns = columns.join(", ");
        Words::new(format!("Cột {columns} (…): {vi}."), format!("Columns {columns} (…): {en}."))
    });
    told.collect()
}

/// Who is counted as a child, and who may be one.
fn children(form: &Form, unit: &UnitFigures) -> Vec<Words> {
    if form.id != "children" {
        return Vec::new();
    }
    let mut notes = Vec::new();
    let unknown = unit.poor.children.unknown_age + unit.near_poor.children.unknown_age;
    if unknown > 0 {
        notes.push(Words::new(
            format!("{unknown} người chưa rõ ngày sinh, không tính là trẻ em."),
            format!("Day of birth not known for {unknown}; they are not counted as children."),
        ));
    }
    notes.push(Words::new(
        "Trẻ em: người dưới 16 tuổi vào ngày rà soát.",
        "Children: under 16 on the day of the review.",
    ));
    notes
}
