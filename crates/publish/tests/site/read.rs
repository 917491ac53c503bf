//! What people and machines read: pages without script in both languages, tables with their dictionary.

use crate::scene::{facts, published, year};
use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::BTreeMap;
use std::io::Write;
use vuon_policy::model::Language;
use vuon_publish::chart::Shapes;
use vuon_publish::disclosure::{Ledger, Level};
use vuon_publish::site::{MEDIA, Place, Window, files};

#[test]
fn the_catalogue_tells_when_something_new_was_published_and_the_licence_that_is_given() {
    let mut ledger = Ledger::default();
    let mut of = facts(vec![year(2025, &[12, 20, 30])]);
    let catalogue = |window: &Window| -> serde_json::Value {
        serde_json::from_slice(&files(window).unwrap()["data/catalog.jsonld"]).unwrap()
    };
    let modified = |window: &Window| catalogue(window)["dct:modified"]["@value"].as_str().unwrap().to_owned();
    assert_eq!(modified(&published(&of, &mut ledger)), "2026-02-01");
    of.today = jiff::civil::date(2026, 3, 1);
    let mut window = published(&of, &mut ledger);
    assert_eq!(modified(&window), "2026-02-01", "the same again is nothing new");
    window.license = Some("https://example.org/licence".into());
    for set in catalogue(&window)["dcat:dataset"].as_array().unwrap() {
        let of_file = &set["dcat:distribution"][0]["dct:license"]["@id"];
        assert_eq!((&set["dct:license"]["@id"], of_file), (of_file, &"https://example.org/licence".into()));
    }
    of.years.clear();
    let nothing = published(&of, &mut Ledger::default());
    assert!(!catalogue(&nothing).to_string().contains("null"), "of no year nothing is said");
}

fn all_files() -> BTreeMap<String, Vec<u8>> {
    let years = vec![year(2024, &[15, 26, 38]), year(2025, &[3, 20, 30])];
    files(&published(&facts(years), &mut Ledger::default())).unwrap()
}

/// The files that are text; of the others, an empty one.
fn site() -> BTreeMap<String, String> {
    all_files().into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap_or_default())).collect()
}

/// The rows of a Parquet file as texts, its header first.
pub fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let mut rows = vec![reader.schema().fields().iter().map(|field| field.name().clone()).collect()];
    for batch in reader.build().unwrap() {
        let batch = batch.unwrap();
        let columns: Vec<_> = batch.columns().iter().map(|column| cast(column, &DataType::Utf8).unwrap()).collect();
        let text = |row: usize| columns.iter().map(move |own| own.as_string::<i32>().iter().nth(row).unwrap());
        rows.extend(
            (0..batch.num_rows()).map(|row| text(row).map(|cell| cell.unwrap_or_default().to_owned()).collect()),
        );
    }
    rows
}

#[test]
fn a_table_as_parquet_holds_what_it_holds_as_csv() {
    let files = all_files();
    let tables: Vec<&String> = files.keys().filter(|path| path.ends_with(".parquet")).collect();
    assert_eq!(tables.len(), 6);
    for path in tables {
        let csv = &files[&path.replace(".parquet", ".csv")];
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_slice());
        let written: Vec<Vec<String>> =
            reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        assert_eq!(rows(&files[path]), written, "{path}");
    }
    assert_eq!(files, all_files(), "the same facts give the same bytes");
}

#[test]
fn each_file_is_of_a_type_that_a_server_knows() {
    for path in all_files().keys() {
        assert!(MEDIA.iter().any(|(ending, _)| path.ends_with(&format!(".{ending}"))), "{path}");
    }
}

#[test]
fn pages_have_no_script_and_their_links_lead_somewhere() {
    let site = site();
    assert_eq!(site.keys().filter(|path| path.ends_with(".html")).count(), 21);
    for (path, page) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(!page.contains("<script") && !page.contains(" style="), "{path}");
        let folder = path.split_once('/').map_or("", |(folder, _)| folder);
        for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split(['"', '#']).next()) {
            let to = match link.strip_prefix("../") {
                Some(rest) => rest.to_owned(),
                None if folder.is_empty() => link.to_owned(),
                None => format!("{folder}/{link}"),
            };
            assert!(link.is_empty() || site.contains_key(&to), "{path} leads to {to}");
        }
    }
}

/// A map of squares, one for each code.
fn squares(codes: &[&str]) -> Shapes {
    let square = |(place, code): (usize, &&str)| {
        let (west, east) = (103.0 + 0.4 * place as f64, 103.4 + 0.4 * place as f64);
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":
            [[[{west},21.0],[{east},21.0],[{east},21.4],[{west},21.4],[{west},21.0]]]}}}}"#
        )
    };
    let features: Vec<String> = codes.iter().enumerate().map(square).collect();
    Shapes::read(&format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap()
}

#[test]
fn results_are_drawn_as_a_map_that_tells_nothing_hidden() {
    let mut last = year(2025, &[3, 20, 30]);
    // A commune of which the register has no list.
    last.places.push(Place { id: "demo:014".into(), name: "Xã 4".into(), level: Level::Commune });
    let mut window = published(&facts(vec![last]), &mut Ledger::default());
    let page = |window: &Window| String::from_utf8(files(window).unwrap()["vi/index.html"].clone()).unwrap();
    let tiles = page(&window);
    assert!(tiles.contains(">Xã 1<") && !tiles.contains("Xã 4"), "what has no list has no tile");

    window.shapes = Some(squares(&["011", "012"]));
    let lacks = files(&window).unwrap_err().text(Language::Vi);
    assert!(lacks.ends_with("013 Xã 3"), "{lacks}");
    window.shapes = Some(squares(&["011", "012", "013", "014"]));
    let map = page(&window);
    assert!(map.contains(r#"class="map""#));
    assert!(map.contains("<title>Xã 1: ẩn</title>") && map.contains("<title>Xã 4: chưa có danh sách</title>"));
    let shapes: Vec<&str> = map.split("<path ").skip(1).collect();
    let of = |name: &str| *shapes.iter().find(|shape| shape.contains(&format!("<title>{name}: "))).unwrap();
    assert!(of("Xã 1").contains("url(#unknown)") && of("Xã 4").contains("url(#nothing)"));
    assert!(of("Xã 3").contains(r##"fill="#"##));
}

#[test]
fn pages_are_in_the_language_they_say() {
    let site = site();
    let (vi, en) = (&site["vi/index.html"], &site["en/index.html"]);
    assert!(
        vi.contains("<html lang=\"vi\">") && vi.contains("Hộ nghèo, hộ cận nghèo") && vi.contains("DỮ LIỆU GIẢ LẬP")
    );
    assert!(en.contains("<html lang=\"en\">") && en.contains("Poor and near-poor") && en.contains("SYNTHETIC DATA"));
    assert!(!en.contains("Hộ nghèo") && vi.contains(">ẩn<") && en.contains(">hidden<"));
}

#[test]
fn every_column_is_in_the_dictionary_and_every_table_in_the_catalogue() {
    let site = site();
    let dictionary = &site["data/dictionary.csv"];
    let catalogue: serde_json::Value = serde_json::from_str(&site["data/catalog.jsonld"]).unwrap();
    let tables: Vec<&String> =
        site.keys().filter(|path| path.ends_with(".csv") && !path.ends_with("dictionary.csv")).collect();
    assert_eq!(catalogue["dcat:dataset"].as_array().unwrap().len(), tables.len());
    for table in tables {
        let name = table.strip_prefix("data/").unwrap().strip_suffix(".csv").unwrap();
        let header = site[table].lines().next().unwrap();
        for column in header.split(',') {
            assert!(dictionary.contains(&format!("{name},{column},")), "{name} {column}");
        }
        let listed = catalogue["dcat:dataset"].as_array().unwrap().iter();
        let files = listed
            .map(|set| set["dcat:distribution"].as_array().unwrap().iter().map(|of| &of["dcat:downloadURL"]["@id"]));
        let both = [format!("{name}.csv"), format!("{name}.parquet")];
        assert!(files.map(Iterator::collect::<Vec<_>>).any(|files| files == [&both[0], &both[1]]), "{name}");
        assert!(both.iter().all(|file| site.contains_key(&format!("data/{file}"))));
    }
    let mut all = vec![&catalogue];
    all.extend(catalogue["dcat:dataset"].as_array().unwrap());
    for of in all {
        for property in ["dct:title", "dct:description", "dct:publisher", "dct:modified"] {
            assert!(of.get(property).is_some_and(|value| !value.is_null()), "{property}: {of}");
        }
    }
    let set = &catalogue["dcat:dataset"][0];
    assert!(set["dcat:theme"]["@id"].as_str().is_some_and(|theme| theme.ends_with("SOCI")));
    assert!(set.get("dct:license").is_none(), "a licence is whoever publishes to give");
    let results = &site["data/results.csv"];
    assert!(results.contains("2025,demo:01,Tỉnh Mẫu,province,53,120\n"), "{results}");
    assert!(results.contains("2025,demo:011,Xã 1,commune,,"), "{results}");
}
