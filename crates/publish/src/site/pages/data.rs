//! Open data: the files, and what each column means.

use super::Told;
use crate::site::open_data::{Column, FORMS, tables};
use maud::{Markup, html};

pub(super) fn data(told: Told<'_>) -> Markup {
    let headings = [told.say("Cột", "Column"), told.say("Kiểu", "Type"), told.say("Ý nghĩa", "Meaning")];
    html! {
        h1 { (told.say("Dữ liệu mở", "Open data")) }
        p {
            (told.say("Mọi số trên các trang này, dạng CSV (UTF-8, dấu phẩy ngăn cột) và Parquet, cùng một nội dung. Ô để trống là số bị ẩn.",
                "Every number of these pages, as CSV (UTF-8, separated by commas) and as Parquet, which hold the same. An empty cell is a hidden number."))
        }
        ul {
            li { a href="../data/dictionary.csv" { "dictionary.csv" } ": " (told.say("từ điển dữ liệu", "the data dictionary")) }
            li { a href="../data/catalog.jsonld" { "catalog.jsonld" } ": " (told.say("mô tả theo chuẩn DCAT", "the catalogue in DCAT")) }
        }
        @for table in tables() {
            h2 { (table.title.get(told.language)) }
            p {
                @for (place, (ending, _)) in FORMS.iter().enumerate() {
                    @if place > 0 { ", " }
                    a href=(format!("../data/{}.{ending}", table.name)) { (table.name) "." (ending) }
                }
            }
            @let rows: Vec<Vec<String>> = table.columns.iter()
                .map(|Column(name, kind, meaning)| vec![(*name).to_owned(), (*kind).to_owned(), meaning.get(told.language).to_owned()])
                .collect();
            div.words { (told.table(table.name, &headings, &rows)) }
        }
    }
}
