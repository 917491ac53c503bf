//! The same numbers as tables: CSV, a data dictionary, a catalogue in DCAT, and the files of allocations.

use super::{MARK, SiteError, Window};
use crate::disclosure::Level;
use crate::report::Words;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use vuon_programme::published::Published;

/// A table of open data.
pub(super) struct Table {
    /// The file, below `data/`.
    pub file: &'static str,
    /// What it tells.
    pub title: Words,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// A column: its name, its type, what it means.
pub(super) struct Column(pub &'static str, pub &'static str, pub Words);

/// All tables.
pub(super) fn tables() -> Vec<Table> {
    let column = |name, kind, vi: &str, en: &str| Column(name, kind, Words::new(vi, en));
    let year =
        || column("year", "integer", "năm; số liệu đến hết ngày 31/12", "the year; as of the end of 31 December");
    let unit = || column("unit", "text", "mã đơn vị: danh mục và mã", "the unit: its list and code");
    let count = |name, vi: &str, en: &str| {
        column(name, "integer", &format!("{vi}; để trống là ẩn"), &format!("{en}; empty where hidden"))
    };
    vec![
        Table {
            file: "results.csv",
            title: Words::new(
                "Hộ nghèo, hộ cận nghèo theo đơn vị và năm",
                "Poor and near-poor households by unit and year",
            ),
            columns: vec![
                year(),
                unit(),
                column("name", "text", "tên đơn vị", "the unit's name"),
                column(
                    "level",
                    "text",
                    "cấp: nation, province, district, commune",
                    "nation, province, district or commune",
                ),
                count("poor_households", "số hộ nghèo", "poor households"),
                count("near_poor_households", "số hộ cận nghèo", "near-poor households"),
            ],
        },
        Table {
            file: "deprivations.csv",
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
        },
        Table {
            file: "schemes.csv",
            title: Words::new("Chính sách hỗ trợ đã chi trả trong năm", "What schemes paid in a year"),
            columns: vec![
                year(),
                column("scheme", "text", "mã chính sách", "the scheme in the policy pack"),
                column("label_vi", "text", "tên chính sách, tiếng Việt", "the scheme in Vietnamese"),
                column("label_en", "text", "tên chính sách, tiếng Anh", "the scheme in English"),
                count("recipients", "số hộ, người, nhóm được chi trả", "households, persons or groups that were paid"),
                count("paid_vnd", "số tiền đã chi trả, đồng", "what was paid, in đồng"),
            ],
        },
        Table {
            file: "complaints.csv",
            title: Words::new("Khiếu nại nhận trong năm, đến hết năm", "Complaints received in a year, as of its end"),
            columns: vec![
                year(),
                count("received", "số khiếu nại đã nhận", "complaints received"),
                count("answered_in_time", "trả lời đúng hạn", "answered in time"),
                count("answered_late", "trả lời quá hạn", "answered late"),
                count("overdue", "quá hạn, chưa trả lời", "due and not answered"),
                count("waiting", "chưa đến hạn", "not due yet"),
            ],
        },
    ]
}

/// The files below `data/`.
pub(super) fn files(window: &Window) -> Result<BTreeMap<String, Vec<u8>>, SiteError> {
    let mut files = BTreeMap::new();
    for table in tables() {
        let names = table.columns.iter().map(|column| column.0.to_owned()).collect();
        let rows = std::iter::once(names).chain(rows(window, table.file)).collect();
        files.insert(format!("data/{}", table.file), csv_of(rows)?);
    }
    files.insert("data/dictionary.csv".into(), csv_of(dictionary())?);
    files.insert(MARK.into(), json_of(&catalogue(window)));
    for (place, published) in whole(window) {
        files.insert(format!("data/{}", allocation_file(place)), json_of(published));
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

fn json_of(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn csv_of(rows: Vec<Vec<String>>) -> Result<Vec<u8>, SiteError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    rows.iter().try_for_each(|row| writer.write_record(row))?;
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()).into())
}

fn count(count: Option<i64>) -> String {
    count.map_or_else(String::new, |count| count.to_string())
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

fn rows(window: &Window, file: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for of in &window.years {
        let year = of.year.to_string();
        match file {
            "results.csv" => rows.extend(of.units.iter().map(|unit| {
                let name = [year.clone(), unit.id.clone(), unit.name.clone(), level(unit.level).to_owned()];
                name.into_iter().chain([unit.poor, unit.near_poor].map(count)).collect::<Vec<_>>()
            })),
            "deprivations.csv" => rows.extend(of.deprivations.iter().map(|row| {
                let label = [row.label.vi.clone(), row.label.en.clone()];
                let name = [year.clone(), row.unit.clone(), row.list.to_owned(), row.indicator.clone()];
                name.into_iter().chain(label).chain([row.yes, row.no, row.unknown].map(count)).collect()
            })),
            "schemes.csv" => rows.extend(of.schemes.iter().flatten().map(|row| {
                let name = [year.clone(), row.id.clone(), row.label.vi.clone(), row.label.en.clone()];
                name.into_iter().chain([row.recipients, row.paid].map(count)).collect()
            })),
            _ => rows.extend(of.complaints.iter().map(|row| {
                let counts = [row.received, row.in_time, row.late, row.overdue, row.waiting];
                std::iter::once(year.clone()).chain(counts.map(count)).collect()
            })),
        }
    }
    rows
}

fn dictionary() -> Vec<Vec<String>> {
    let mut rows = vec![["file", "column", "type", "meaning_vi", "meaning_en"].map(str::to_owned).to_vec()];
    for table in tables() {
        for Column(name, kind, meaning) in table.columns {
            rows.push(vec![table.file.to_owned(), name.to_owned(), kind.to_owned(), meaning.vi, meaning.en]);
        }
    }
    rows
}

fn catalogue(window: &Window) -> Value {
    let in_both =
        |words: &Words| json!([{"@language": "vi", "@value": words.vi}, {"@language": "en", "@value": words.en}]);
    let years = window.years.first().zip(window.years.last());
    let dataset = |file: &str, title: &Words, media: &str| {
        json!({
            "@type": "dcat:Dataset",
            "@id": format!("{file}#dataset"),
            "dct:title": in_both(title),
            "dct:spatial": {"@type": "dct:Location", "skos:prefLabel": window.name, "dct:identifier": window.area},
            "dct:temporal": years.map(|(first, last)| json!({
                "@type": "dct:PeriodOfTime",
                "dcat:startDate": {"@type": "xsd:gYear", "@value": first.year.to_string()},
                "dcat:endDate": {"@type": "xsd:gYear", "@value": last.year.to_string()},
            })),
            "dct:issued": {"@type": "xsd:date", "@value": window.today.to_string()},
            "dct:accrualPeriodicity": {"@id": "http://publications.europa.eu/resource/authority/frequency/ANNUAL"},
            "dct:conformsTo": {"@id": "dictionary.csv"},
            "dcat:distribution": [{
                "@type": "dcat:Distribution",
                "dcat:downloadURL": {"@id": file},
                "dcat:mediaType": {"@id": format!("https://www.iana.org/assignments/media-types/{media}")},
            }],
        })
    };
    let tables = tables().into_iter().map(|table| dataset(table.file, &table.title, "text/csv"));
    let allocations = whole(window).map(|(place, published)| {
        let title = format!("{} {}", published.title, published.year);
        dataset(&allocation_file(place), &Words::new(title.clone(), title), "application/json")
    });
    json!({
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": "catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": in_both(&Words::new(
            format!("Giảm nghèo: {}", window.name),
            format!("Poverty reduction: {}", window.name),
        )),
        "dct:language": ["vi", "en"],
        "dct:issued": {"@type": "xsd:date", "@value": window.today.to_string()},
        "dcat:dataset": tables.chain(allocations).collect::<Vec<_>>(),
    })
}
