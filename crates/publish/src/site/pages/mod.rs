//! The pages, each in Vietnamese and English. No script, one style sheet, nothing from elsewhere.

mod data;
mod methods;
mod money;
mod results;

pub(super) use results::missing;

use super::Window;
use maud::{DOCTYPE, Markup, html};
use std::collections::BTreeMap;
use vuon_policy::model::Language;
use vuon_policy::words::{day, grouped, pick};

/// A page: its file, and its title in Vietnamese and English.
const PAGES: [(&str, &str, &str); 10] = [
    ("index.html", "Kết quả", "Results"),
    ("movements.html", "Biến động", "Movements"),
    ("deprivations.html", "Thiếu hụt", "Deprivations"),
    ("targets.html", "Chỉ tiêu", "Targets"),
    ("allocation.html", "Phân bổ vốn", "Allocation"),
    ("schemes.html", "Chi trả", "Payments"),
    ("projects.html", "Dự án", "Projects"),
    ("complaints.html", "Khiếu nại", "Complaints"),
    ("data.html", "Dữ liệu mở", "Open data"),
    ("methods.html", "Cách làm", "Methods"),
];

/// All pages by their path.
pub(super) fn pages(window: &Window) -> BTreeMap<String, Vec<u8>> {
    let mut pages = BTreeMap::from([("index.html".to_owned(), door(window).into_string().into_bytes())]);
    for (language, folder) in [(Language::Vi, "vi"), (Language::En, "en")] {
        let told = Told { window, language };
        for (file, ..) in PAGES {
            let body = match file {
                "index.html" => results::results(told),
                "movements.html" => results::movements(told),
                "deprivations.html" => results::deprivations(told),
                "targets.html" => results::targets(told),
                "allocation.html" => money::allocation(told),
                "schemes.html" => money::schemes(told),
                "projects.html" => money::projects(told),
                "complaints.html" => money::complaints(told),
                "data.html" => data::data(told),
                _ => methods::methods(told),
            };
            pages.insert(format!("{folder}/{file}"), frame(told, file, &body).into_string().into_bytes());
        }
    }
    pages
}

/// A window told in a language.
#[derive(Clone, Copy)]
struct Told<'a> {
    window: &'a Window,
    language: Language,
}

impl Told<'_> {
    fn say<'t>(&self, vi: &'t str, en: &'t str) -> &'t str {
        pick(self.language, vi, en)
    }

    fn hidden(&self) -> &'static str {
        pick(self.language, "ẩn", "hidden")
    }

    /// A count, or that it is hidden.
    fn count(&self, count: Option<i64>) -> String {
        count.map_or_else(|| self.hidden().to_owned(), |count| grouped(count, self.language))
    }

    /// An amount of money, or that it is hidden.
    fn money(&self, amount: Option<i64>) -> String {
        amount.map_or_else(|| self.hidden().to_owned(), |amount| format!("{} đồng", grouped(amount, self.language)))
    }

    fn date(&self) -> String {
        day(self.window.today, self.language)
    }

    /// A table with its title; the first cell of a row names it.
    fn table(&self, title: &str, headings: &[&str], rows: &[Vec<String>]) -> Markup {
        html! {
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table {
                    caption { (title) }
                    thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                    tbody {
                        @for row in rows {
                            tr {
                                @for (place, cell) in row.iter().enumerate() {
                                    @if place == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// What "hidden" means, once on each page with counts.
    fn why_hidden(&self) -> Markup {
        html! {
            p.note {
                (self.say(
                    "“Ẩn”: số quá nhỏ, hoặc từ đó tính ra được một số quá nhỏ. Số 0 không bị ẩn. ",
                    "“Hidden”: the number is too small, or with it one that is too small could be computed. A zero is not hidden. "))
                a href="methods.html#hidden" { (self.say("Vì sao và ẩn thế nào", "Why, and how it is done")) }
            }
        }
    }
}

fn frame(told: Told<'_>, file: &str, body: &Markup) -> Markup {
    let window = told.window;
    let title = |(_, vi, en): &(&str, &'static str, &'static str)| told.say(vi, en).to_owned();
    let own = PAGES.iter().find(|page| page.0 == file).map(title).unwrap_or_default();
    let code = told.say("vi", "en");
    html! {
        (DOCTYPE)
        html lang=(code) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (own) " – " (window.name) }
                link rel="stylesheet" href="../style.css";
                link rel="icon" href="../icon.svg" type="image/svg+xml";
            }
            body {
                a.skip href="#main" { (told.say("Đến nội dung", "To the content")) }
                header {
                    @if window.demo { p.demo { (told.say("DỮ LIỆU GIẢ LẬP", "SYNTHETIC DATA")) } }
                    p { (told.say("Giảm nghèo", "Poverty reduction")) ": " (window.name) }
                    nav aria-label=(told.say("Các trang", "Pages")) {
                        ul {
                            @for page in &PAGES {
                                li { a href=(page.0) aria-current=[(page.0 == file).then_some("page")] { (title(page)) } }
                            }
                            li {
                                a href=(format!("../{}/{file}", told.say("en", "vi"))) lang=(told.say("en", "vi"))
                                    hreflang=(told.say("en", "vi")) { (told.say("English", "Tiếng Việt")) }
                            }
                        }
                    }
                }
                main id="main" { (body) }
                footer {
                    p {
                        (told.say("Công bố ngày ", "Published on ")) (told.date()) ". "
                        (told.say("Bộ chính sách: ", "Policy packs: ")) (window.packs.join(", ")) "."
                    }
                }
            }
        }
    }
}

/// The first page: which language.
fn door(window: &Window) -> Markup {
    html! {
        (DOCTYPE)
        html lang="vi" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Giảm nghèo – " (window.name) }
                link rel="stylesheet" href="style.css";
                link rel="icon" href="icon.svg" type="image/svg+xml";
            }
            body {
                main {
                    @if window.demo { p.demo { "DỮ LIỆU GIẢ LẬP · " span lang="en" { "SYNTHETIC DATA" } } }
                    h1 { "Giảm nghèo: " (window.name) }
                    p { a href="vi/index.html" { "Tiếng Việt" } }
                    p lang="en" { a href="en/index.html" { "English" } }
                }
            }
        }
    }
}
