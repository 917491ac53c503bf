//! The same numbers as tables: each as CSV and as Parquet, a data dictionary, a catalogue in DCAT, and the files of
//! allocations.

use super::{
    CSV, Complaints, Deprivation, MARK, MOVES, Movement, PARQUET, Project, Scheme, SiteError, Unit, Window, Year,
};
use crate::disclosure::Level;
use crate::report::Words;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vuon_population::plain::{self, Values};
use vuon_programme::published::Published;

/// A table of open data.
pub(super) struct Table {
    /// Its name: `data/NAME.csv` and `data/NAME.parquet` are its files.
    pub name: &'static str,
    /// What it tells.
    pub title: Words,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows of a year.
    rows: fn(&Year) -> Vec<Vec<Cell>>,
}

/// The forms of a table: how its file ends, and its media type.
pub(super) const FORMS: [(&str, &str); 2] = [CSV, PARQUET];

/// A column: its name, its type, what it means.
pub(super) struct Column(pub &'static str, pub &'static str, pub Words);

/// A value of a table; a number that is hidden is none.
enum Cell {
    Text(String),
    Whole(Option<i64>),
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        Cell::Text(text.into())
    }

    fn written(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Whole(number) => number.map_or_else(String::new, |number| number.to_string()),
        }
    }
}

/// All tables.
pub(super) fn tables() -> Vec<Table> {
    let column = |name, kind, vi: &str, en: &str| Column(name, kind, Words::new(vi, en));
    let year =
        || column("year", "integer", "năm; số liệu đến hết ngày 31/12", "the year; as of the end of 31 December");
    let unit = || column("unit", "text", "mã đơn vị: danh mục và mã", "the unit: its list and code");
    let name = || column("name", "text", "tên đơn vị", "the unit's name");
    let scheme = || {
        [
            column("scheme", "text", "mã chính sách", "the scheme in the policy pack"),
            column("label_vi", "text", "tên chính sách, tiếng Việt", "the scheme in Vietnamese"),
            column("label_en", "text", "tên chính sách, tiếng Anh", "the scheme in English"),
        ]
    };
    let count = |name, vi: &str, en: &str| {
        column(name, "integer", &format!("{vi}; để trống là ẩn"), &format!("{en}; empty where hidden"))
    };
    vec![
        Table {
            name: "results",
            title: Words::new(
                "Hộ nghèo, hộ cận nghèo theo đơn vị và năm",
                "Poor and near-poor households by unit and year",
            ),
            columns: vec![
                year(),
                unit(),
                name(),
                column(
                    "level",
                    "text",
                    "cấp: nation, province, district, commune",
                    "nation, province, district or commune",
                ),
                count("poor_households", "số hộ nghèo", "poor households"),
                count("near_poor_households", "số hộ cận nghèo", "near-poor households"),
            ],
            rows: results,
        },
        Table {
            name: "deprivations",
            title: Words::new("Thiếu hụt các dịch vụ xã hội cơ bản", "Deprivations by indicator"),
            columns: vec![
                year(),
                unit(),
                column("list", "text", "poor: hộ nghèo; near_poor: hộ cận nghèo", "poor or near_poor households"),
                column("indicator", "text", "mã chỉ số của bộ chính sách", "the indicator in the policy pack"),
                column("label_vi", "text", "tên chỉ số, tiếng Việt", "the indicator in Vietnamese"),
                column("label_en", "text", "tên chỉ số, tiếng Anh", "the indicator in English"),
                count("deprived", "số hộ thiếu hụt", "households that are deprived"),
                count("not_deprived", "số hộ không thiếu hụt", "households that are not"),
                count("not_known", "số hộ chưa rõ", "households of which it is not known"),
            ],
            rows: deprivations,
        },
        Table {
            name: "movements",
            title: Words::new(
                "Hộ ra khỏi, vào danh sách trong năm theo đơn vị",
                "Households that left a list or came to it in a year, by unit",
            ),
            columns: [year(), unit(), name()]
                .into_iter()
                .chain(MOVES.into_iter().map(|own| {
                    let told = move_told(own);
                    count(own, &told.vi, &told.en)
                }))
                .collect(),
            rows: movements,
        },
        Table {
            name: "schemes",
            title: Words::new(
                "Chính sách hỗ trợ đã chi trả trong năm theo đơn vị",
                "What schemes paid in a year, by unit",
            ),
            columns: [year(), unit(), name()]
                .into_iter()
                .chain(scheme())
                .chain([
                    count(
                        "recipients",
                        "số hộ, người, nhóm được chi trả",
                        "households, persons or groups that were paid",
                    ),
                    count("paid_vnd", "số tiền đã chi trả, đồng", "what was paid, in đồng"),
                ])
                .collect(),
            rows: schemes,
        },
        Table {
            name: "projects",
            title: Words::new(
                "Dự án được duyệt, đã kết thúc trong năm theo đơn vị",
                "Projects approved and closed in a year, by unit",
            ),
            columns: [year(), unit(), name()]
                .into_iter()
                .chain(scheme())
                .chain([
                    count("approved", "số dự án được duyệt trong năm", "projects approved in the year"),
                    count(
                        "budget_vnd",
                        "vốn chương trình của các dự án này theo kế hoạch, đồng",
                        "what the programme gives to these by their plans, in đồng",
                    ),
                    count("closed", "số dự án kết thúc trong năm", "projects closed in the year"),
                    count("spent_vnd", "đã chi cho các dự án này, đồng", "what was spent on these, in đồng"),
                ])
                .collect(),
            rows: projects,
        },
        Table {
            name: "complaints",
            title: Words::new("Khiếu nại nhận trong năm, đến hết năm", "Complaints received in a year, as of its end"),
            columns: vec![
                year(),
                count("received", "số khiếu nại đã nhận", "complaints received"),
                count("answered_in_time", "trả lời đúng hạn", "answered in time"),
                count("answered_late", "trả lời quá hạn", "answered late"),
                count("overdue", "quá hạn, chưa trả lời", "due and not answered"),
                count("waiting", "chưa đến hạn", "not due yet"),
            ],
            rows: complaints,
        },
    ]
}

/// The files below `data/`.
pub(super) fn files(window: &Window) -> Result<BTreeMap<String, Vec<u8>>, SiteError> {
    let mut files = BTreeMap::new();
    for table in tables() {
        let rows: Vec<Vec<Cell>> = window.years.iter().flat_map(table.rows).collect();
        let names: Vec<String> = table.columns.iter().map(|column| column.0.to_owned()).collect();
        let written = rows.iter().map(|row| row.iter().map(Cell::written).collect());
        files.insert(
            format!("data/{}.csv", table.name),
            csv_of(std::iter::once(names.clone()).chain(written).collect())?,
        );
        files.insert(format!("data/{}.parquet", table.name), parquet_of(&table, names, rows)?);
    }
    files.insert("data/dictionary.csv".into(), csv_of(dictionary())?);
    files.insert(MARK.into(), json_of(&catalogue(window))?);
    for (place, published) in whole(window) {
        files.insert(format!("data/{}", allocation_file(place)), json_of(published)?);
    }
    Ok(files)
}

/// The allocations that anyone can compute again.
fn whole(window: &Window) -> impl Iterator<Item = (usize, &Published)> {
    let all = window.allocations.iter().enumerate();
    all.filter(|(_, allocation)| allocation.whole).map(|(place, allocation)| (place, &allocation.published))
}

/// The file of an allocation, below `data/`.
pub(super) fn allocation_file(place: usize) -> String {
    format!("allocation-{}.json", place + 1)
}

fn json_of(value: &impl serde::Serialize) -> Result<Vec<u8>, SiteError> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn csv_of(rows: Vec<Vec<String>>) -> Result<Vec<u8>, SiteError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    rows.iter().try_for_each(|row| writer.write_record(row))?;
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()).into())
}

fn parquet_of(table: &Table, names: Vec<String>, rows: Vec<Vec<Cell>>) -> Result<Vec<u8>, SiteError> {
    let mut columns: Vec<Values> = table
        .columns
        .iter()
        .map(|Column(_, kind, _)| if *kind == "text" { Values::Text(Vec::new()) } else { Values::Whole(Vec::new()) })
        .collect();
    for row in rows {
        for (column, cell) in columns.iter_mut().zip(row) {
            match (column, cell) {
                (Values::Whole(numbers), Cell::Whole(number)) => numbers.push(number),
                (Values::Text(texts), cell) => texts.push(cell.written()),
                (Values::Whole(_), Cell::Text(_)) => return Err(SiteError::NoNumber(table.name)),
            }
        }
    }
    Ok(plain::parquet(table.name, names.into_iter().zip(columns).collect())?)
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Nation => "nation",
        Level::Province => "province",
        Level::District => "district",
        Level::Commune => "commune",
        Level::Hamlet => "hamlet",
    }
}

fn label(label: &Words) -> [Cell; 2] {
    [Cell::text(&label.vi), Cell::text(&label.en)]
}

/// How a row of a unit begins.
fn of_unit(year: &Year, unit: &str, name: &str) -> Vec<Cell> {
    vec![Cell::Whole(Some(year.year.into())), Cell::text(unit), Cell::text(name)]
}

fn results(of: &Year) -> Vec<Vec<Cell>> {
    let row = |unit: &Unit| {
        let counts = [unit.poor, unit.near_poor].map(Cell::Whole);
        of_unit(of, &unit.id, &unit.name).into_iter().chain([Cell::text(level(unit.level))]).chain(counts).collect()
    };
    of.units.iter().map(row).collect()
}

fn deprivations(of: &Year) -> Vec<Vec<Cell>> {
    let row = |row: &Deprivation| {
        let which = [Cell::text(&row.unit), Cell::text(row.list), Cell::text(&row.indicator)];
        let counts = [row.yes, row.no, row.unknown].map(Cell::Whole);
        let year = [Cell::Whole(Some(of.year.into()))];
        year.into_iter().chain(which).chain(label(&row.label)).chain(counts).collect()
    };
    of.deprivations.iter().map(row).collect()
}

fn movements(of: &Year) -> Vec<Vec<Cell>> {
    let row =
        |row: &Movement| of_unit(of, &row.unit, &row.name).into_iter().chain(row.households.map(Cell::Whole)).collect();
    of.movements.iter().flatten().map(row).collect()
}

fn schemes(of: &Year) -> Vec<Vec<Cell>> {
    let row = |row: &Scheme| {
        let counts = [row.recipients, row.paid].map(Cell::Whole);
        let scheme = [Cell::text(&row.id)].into_iter().chain(label(&row.label));
        of_unit(of, &row.unit, &row.name).into_iter().chain(scheme).chain(counts).collect()
    };
    of.schemes.iter().flatten().map(row).collect()
}

fn projects(of: &Year) -> Vec<Vec<Cell>> {
    let row = |row: &Project| {
        let counts = [row.approved, row.budget, row.closed, row.spent].map(Cell::Whole);
        let scheme = [Cell::text(&row.id)].into_iter().chain(label(&row.label));
        of_unit(of, &row.unit, &row.name).into_iter().chain(scheme).chain(counts).collect()
    };
    of.projects.iter().flatten().map(row).collect()
}

fn complaints(of: &Year) -> Vec<Vec<Cell>> {
    let row = |row: &Complaints| {
        let counts = [Some(of.year.into()), row.received, row.in_time, row.late, row.overdue, row.waiting];
        counts.map(Cell::Whole).into_iter().collect()
    };
    of.complaints.iter().map(row).collect()
}

/// What a movement is.
pub(super) fn move_told(name: &str) -> Words {
    let (vi, en) = match name {
        "poor_to_near_poor" => ("hộ nghèo thành hộ cận nghèo", "poor households that became near-poor"),
        "poor_escaped" => {
            ("hộ nghèo thoát nghèo, không còn cận nghèo", "poor households that escaped, above near-poor")
        }
        "near_poor_escaped" => ("hộ cận nghèo thoát cận nghèo", "near-poor households that escaped"),
        "near_poor_to_poor" => ("hộ cận nghèo thành hộ nghèo", "near-poor households that became poor"),
        "poor_relapsed" => ("hộ tái nghèo", "households that became poor again"),
        "poor_new" => ("hộ nghèo phát sinh mới", "households that became poor for the first time"),
        "near_poor_relapsed" => ("hộ tái cận nghèo", "households that became near-poor again"),
        _ => ("hộ cận nghèo phát sinh mới", "households that became near-poor for the first time"),
    };
    Words::new(vi, en)
}

fn dictionary() -> Vec<Vec<String>> {
    let mut rows = vec![["table", "column", "type", "meaning_vi", "meaning_en"].map(str::to_owned).to_vec()];
    for table in tables() {
        for Column(name, kind, meaning) in table.columns {
            rows.push(vec![table.name.to_owned(), name.to_owned(), kind.to_owned(), meaning.vi, meaning.en]);
        }
    }
    rows
}

/// The catalogue in DCAT. Without years nothing is said of them, and without a licence of whoever publishes none is made up.
fn catalogue(window: &Window) -> Value {
    let in_both =
        |words: &Words| json!([{"@language": "vi", "@value": words.vi}, {"@language": "en", "@value": words.en}]);
    let of_all = |title: Value, description: &Words| {
        let mut of_all = json!({
            "dct:title": title,
            "dct:description": in_both(description),
            "dct:publisher": {"@type": "foaf:Agent", "foaf:name": window.publisher},
            "dct:modified": {"@type": "xsd:date", "@value": window.modified},
        });
        if let Some(license) = &window.license {
            of_all["dct:license"] = json!({"@id": license});
        }
        of_all
    };
    let years = window.years.first().zip(window.years.last());
    let dataset = |name: &str, of_all: Value, forms: &[(String, &str)]| {
        let mut set = of_all;
        set["@type"] = "dcat:Dataset".into();
        set["@id"] = format!("#{name}").into();
        set["dct:spatial"] =
            json!({"@type": "dct:Location", "skos:prefLabel": window.name, "dct:identifier": window.area});
        if let Some((first, last)) = years {
            set["dct:temporal"] = json!({
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": {"@type": "xsd:gYear", "@value": first.year.to_string()},
                "dcat:endDate": {"@type": "xsd:gYear", "@value": last.year.to_string()},
            });
        }
        set["dcat:theme"] = json!({"@id": "http://publications.europa.eu/resource/authority/data-theme/SOCI"});
        set["dct:accessRights"] =
            json!({"@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC"});
        set["dct:accrualPeriodicity"] =
            json!({"@id": "http://publications.europa.eu/resource/authority/frequency/ANNUAL"});
        set["dcat:distribution"] = forms
            .iter()
            .map(|(file, media)| {
                let mut of_file = json!({
                    "@type": "dcat:Distribution",
                    "dcat:downloadURL": {"@id": file},
                    "dcat:mediaType": {"@id": format!("https://www.iana.org/assignments/media-types/{media}")},
                });
                if let Some(license) = &window.license {
                    of_file["dct:license"] = json!({"@id": license});
                }
                of_file
            })
            .collect();
        set
    };
    let tables = tables().into_iter().map(|table| {
        let forms = FORMS.map(|(ending, media)| (format!("{}.{ending}", table.name), media));
        let description = Words::new(
            format!("{}. Số quá nhỏ bị ẩn và để trống; ý nghĩa từng cột ở dictionary.csv.", table.title.vi),
            format!(
                "{}. Numbers that are too small are hidden and left empty; dictionary.csv tells the columns.",
                table.title.en
            ),
        );
        let mut set = dataset(table.name, of_all(in_both(&table.title), &description), &forms);
        set["dct:conformsTo"] = json!({"@id": "dictionary.csv"});
        set
    });
    let allocations = whole(window).map(|(place, published)| {
        // It was written in Vietnamese and is told in no other language.
        let title = json!([{"@language": "vi", "@value": format!("{} {}", published.title, published.year)}]);
        let description = Words::new(
            "Một phân bổ vốn: công thức, số liệu và kết quả, để ai cũng tính lại được.",
            "An allocation of capital: formula, figures and what came out, for anyone to compute again.",
        );
        let file = allocation_file(place);
        dataset(&file, of_all(title, &description), &[(file.clone(), "application/json")])
    });
    let title = Words::new(format!("Giảm nghèo: {}", window.name), format!("Poverty reduction: {}", window.name));
    let description = Words::new(
        "Kết quả, biến động, hỗ trợ, dự án và khiếu nại theo năm, không nêu ai.",
        "Results, movements, support, projects and complaints by year, which expose nobody.",
    );
    let mut catalogue = of_all(in_both(&title), &description);
    catalogue["@context"] = json!({
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    });
    catalogue["@id"] = "catalog.jsonld".into();
    catalogue["@type"] = "dcat:Catalog".into();
    catalogue["dct:language"] = json!(["vi", "en"]);
    catalogue["dcat:dataset"] = tables.chain(allocations).collect();
    catalogue
}
