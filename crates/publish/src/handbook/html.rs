//! The book as one HTML file: style and drawings inside, no script, nothing from elsewhere. A phone keeps it and reads it
//! without a network.

use super::book::{Block, Book, Choice, Page, Picture, Shown};
use super::drawings::Drawings;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

/// The style that the file has inside.
pub const STYLE: &str = include_str!("../../handbook/handbook.css");

/// Writes the book.
pub fn html(book: &Book) -> String {
    let form = Form { book };
    markup! {
        (DOCTYPE)
        html lang=(book.language) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (book.title) " – " (book.subtitle) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (form.symbols())
                header {
                    h1 { (book.title) }
                    p.subtitle { (book.subtitle) }
                    @for line in &book.front { p { (line) } }
                    p.hash { (book.pack) " · " (book.pack_hash) }
                }
                nav aria-label=(form.word("contents")) {
                    h2 { (form.word("contents")) }
                    ol {
                        @for part in &book.parts {
                            li {
                                details {
                                    summary { (part.title) }
                                    ul { @for page in &part.pages { li { (form.way(&page.id)) " " (page.title) } } }
                                }
                            }
                        }
                    }
                }
                main {
                    @for (number, part) in (1..).zip(&book.parts) {
                        section {
                            h2 { (number) ". " (part.title) }
                            p.intro { (form.rich(&part.intro)) }
                            @for page in &part.pages { (form.page(page)) }
                        }
                    }
                }
            }
        }
    }
    .into_string()
}

struct Form<'a> {
    book: &'a Book,
}

impl Form<'_> {
    fn word(&self, word: &str) -> &str {
        self.book.words.get(word).map_or("", String::as_str)
    }

    /// Each drawing once; pages show it by its name.
    fn symbols(&self) -> Markup {
        let text = serde_json::to_string(&self.book.parts).unwrap_or_default();
        let used = |id: &str| text.contains(&format!(r#""drawing":"{id}""#));
        let mut symbols = String::new();
        for drawing in Drawings::embedded().all().iter().filter(|drawing| used(&drawing.id)) {
            let svg = drawing.svg();
            let inner = svg.find('>').zip(svg.rfind("</svg>")).map_or("", |(open, close)| &svg[open + 1..close]);
            symbols.push_str(&format!(
                r#"<symbol id="drawing-{}" viewBox="0 0 160 120">{}</symbol>"#,
                drawing.id,
                inner.trim()
            ));
        }
        markup! { svg.symbols width="0" height="0" aria-hidden="true" { (PreEscaped(symbols)) } }
    }

    fn drawing(&self, shown: &Shown) -> Markup {
        markup! {
            svg.drawing viewBox="0 0 160 120" role="img" aria-label=(shown.alt) { use href={ "#drawing-" (shown.drawing) } {} }
        }
    }

    /// The number of a page, as a way to it.
    fn way(&self, page: &str) -> Markup {
        markup! {
            @if let Some(number) = self.book.numbers.get(page) { a href={ "#" (page) } { (number) } }
        }
    }

    /// A text with its ways to pages.
    fn rich(&self, text: &str) -> Markup {
        let mut parts = text.split('⟦');
        let first = parts.next().unwrap_or_default();
        markup! {
            (lines(first))
            @for part in parts {
                @if let Some((page, rest)) = part.split_once('⟧') { (self.way(page)) (lines(rest)) }
            }
        }
    }

    fn page(&self, page: &Page) -> Markup {
        markup! {
            article id=(page.id) {
                h3 { @if let Some(number) = self.book.numbers.get(&page.id) { (number) " " } (page.title) }
                @if let Some(shown) = &page.drawing { (self.drawing(shown)) }
                @if !page.margin.is_empty() {
                    aside aria-label=(self.word("law")) {
                        ul {
                            @for (place, citation) in page.margin.iter().enumerate() {
                                @if !page.margin[..place].contains(citation) {
                                    li { (citation.text) @if !citation.verified { " " span.unverified { (self.word("unverified")) } } }
                                }
                            }
                        }
                    }
                }
                @for block in &page.blocks { (self.block(&page.id, block)) }
            }
        }
    }

    fn block(&self, page: &str, block: &Block) -> Markup {
        match block {
            Block::Text { text } => markup! { p { (self.rich(text)) } },
            Block::Named { name, text } => markup! { p { b { (name) ": " } (self.rich(text)) } },
            Block::List { name, items } => markup! {
                @if !name.is_empty() { p.name { b { (name) } } }
                ul { @for item in items { li { (self.rich(item)) } } }
            },
            Block::Table { name, head, rows } => markup! {
                div.wide tabindex="0" role="region" aria-label=(if name.is_empty() { &head[0] } else { name }) {
                    table {
                        @if !name.is_empty() { caption { (name) } }
                        thead { tr { @for cell in head { th scope="col" { (lines(cell)) } } } }
                        tbody {
                            @for row in rows {
                                tr {
                                    @for (place, cell) in row.iter().enumerate() {
                                        @if place == 0 { th scope="row" { (self.rich(cell)) } } @else { td { (self.rich(cell)) } }
                                    }
                                }
                            }
                        }
                    }
                }
            },
            Block::Pictures { name, pictures } => markup! {
                p.name { b { (name) } }
                div.pictures { @for picture in pictures { (self.picture(picture)) } }
            },
            Block::Mistake { name, text } => markup! { p.mistake { b { (name) ": " } (self.rich(text)) } },
            Block::Result { text } => markup! { p.result { (self.rich(text)) } },
            Block::Warning { text } => markup! { p.warning { (self.rich(text)) } },
            Block::Item { title, line, shown, blocks } => markup! {
                section.item {
                    h4 { (title) }
                    @if let Some(shown) = shown { (self.drawing(shown)) }
                    p.line { (line) }
                    @for block in blocks { (self.block(page, block)) }
                }
            },
            Block::Quiz { id, prompt, options, .. } => markup! {
                fieldset { legend { (prompt) } @for (place, option) in options.iter().enumerate() { (self.choice(page, id, place, option)) } }
            },
        }
    }

    fn picture(&self, picture: &Picture) -> Markup {
        let class = match picture.deprived {
            Some(true) => "deprived",
            Some(false) => "fine",
            None => "",
        };
        markup! {
            figure class=(class) {
                @if let Some(shown) = &picture.shown { (self.drawing(shown)) }
                figcaption { (picture.caption) @if !picture.mark.is_empty() { br; b { (picture.mark) } } }
            }
        }
    }

    /// An answer to choose; the style shows what is said to it once it is chosen.
    fn choice(&self, page: &str, quiz: &str, place: usize, choice: &Choice) -> Markup {
        let name = format!("{page}.{quiz}");
        let id = format!("{name}.{place}");
        markup! {
            div.choice {
                input type="radio" name=(name) id=(id);
                " " label for=(id) { (choice.text) }
                p class={ "reply " (if choice.right { "right" } else { "wrong" }) } { (self.rich(&choice.reply)) }
            }
        }
    }
}

fn lines(text: &str) -> Markup {
    markup! { @for (place, line) in text.split('\n').enumerate() { @if place > 0 { br; } (line) } }
}
