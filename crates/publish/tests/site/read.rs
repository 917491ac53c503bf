//! What people and machines read: pages without script in both languages, tables with their dictionary.

use crate::scene::{facts, published, year};
use std::collections::BTreeMap;
use vuon_publish::disclosure::Ledger;
use vuon_publish::site::files;

fn site() -> BTreeMap<String, String> {
    let window = published(&facts(vec![year(2024, &[15, 26, 38]), year(2025, &[3, 20, 30])]), &mut Ledger::default());
    files(&window).unwrap().into_iter().map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
}

#[test]
fn pages_have_no_script_and_their_links_lead_somewhere() {
    let site = site();
    assert_eq!(site.keys().filter(|path| path.ends_with(".html")).count(), 17);
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
        let name = table.strip_prefix("data/").unwrap();
        let header = site[table].lines().next().unwrap();
        for column in header.split(',') {
            assert!(dictionary.contains(&format!("{name},{column},")), "{name} {column}");
        }
        let listed = catalogue["dcat:dataset"].as_array().unwrap().iter();
        let mut files = listed.map(|set| set["dcat:distribution"][0]["dcat:downloadURL"]["@id"].as_str().unwrap());
        assert!(files.any(|file| file == name));
    }
    let results = &site["data/results.csv"];
    assert!(results.contains("2025,demo:01,Tỉnh Mẫu,province,53,120\n"), "{results}");
    assert!(results.contains("2025,demo:011,Xã 1,commune,,"), "{results}");
}
