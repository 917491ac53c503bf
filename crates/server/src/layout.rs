//! The page around every page, and the few pieces pages are made of.
//!
//! No inline script or style: the content security policy would not run them.

use crate::assets;
use crate::csrf;
use crate::language::{self, Language};
use crate::navigation;
use crate::view::View;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use vuon_registry::page::Page;

/// What htmx may do: no style of its own, no evaluating, no other sites; problems are shown where the part would be.
const HTMX: &str = r#"{"includeIndicatorStyles":false,"allowEval":false,"selfRequestsOnly":true,"historyCacheSize":0,"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"[45]..","swap":true,"error":true}]}"#;

/// A whole page. The title is also its heading.
pub fn page(view: &View, title: &str, body: Markup) -> Markup {
    page_with_notes(view, title, body, &[])
}

/// A whole page with notes at its foot, such as that a figure rests on values nobody verified.
pub fn page_with_notes(view: &View, title: &str, body: Markup, notes: &[String]) -> Markup {
    let other = language::other(view.language);
    html! {
        (DOCTYPE)
        html lang=(language::code(view.language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="htmx-config" content=(HTMX);
                title { (title) " – " (view.t("programme")) }
                link rel="icon" href=(assets::href("icon.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(assets::href("vuon.css"));
                script src=(assets::href("htmx.min.js")) defer {}
            }
            body hx-headers=(format!(r#"{{"{}":"{}"}}"#, csrf::HEADER, view.csrf)) {
                a.skip href="#main" { (view.t("skip")) }
                @if view.demo {
                    aside.demo { (view.t("demo-banner")) }
                }
                header.top {
                    a.brand href=(view.home()) {
                        span.mark aria-hidden="true" {}
                        span { (view.t("programme")) }
                    }
                    (language_switch(view, other))
                    @if let Some(who) = &view.who {
                        div.who {
                            a href="/account" { (who.name) }
                            span.muted { (view.of("role", who.role.id())) }
                        }
                        form.inline method="post" action="/sign-out" {
                            (csrf_field(view))
                            button.quiet type="submit" { (view.t("sign-out")) }
                        }
                    }
                }
                @if let Some(who) = &view.who {
                    (navigation::bar(view, who))
                }
                main id="main" tabindex="-1" {
                    h1 { (title) }
                    @if let Some(done) = view.done() {
                        p.notice role="status" { (done) }
                    }
                    @if let Some(who) = &view.who
                        && who.role.needs_second_factor() && !who.second_factor && !who.strong
                        && !view.path.starts_with("/account") {
                        p.warning { (view.t("second-factor-wanted")) " " a href="/account/second-factor" { (view.t("second-factor-set-up")) } }
                    }
                    (body)
                }
                footer.foot {
                    @for note in notes {
                        p { (note) }
                    }
                    @if view.who.is_none() { (for_anybody(view)) }
                    p { (view.t("footer")) }
                }
            }
        }
    }
}

/// The pages that need no account.
fn for_anybody(view: &View) -> Markup {
    let places = [
        ("/public", view.t("public-title")),
        ("/public/check", view.t("public-check")),
        ("/public/lists", view.t("public-lists")),
        ("/public/complaint", view.t("public-complaint")),
        ("/verify", view.t("verify-title")),
    ];
    html! {
        nav aria-label=(view.t("public-nav")) {
            ul { @for (address, words) in places { li { a href=(address) { (words) } } } }
        }
    }
}

fn language_switch(view: &View, other: Language) -> Markup {
    let (name, code) = (language::own_name(other), language::code(other));
    html! {
        @if view.keeps {
            // A button here would be the first of its form, and Enter in any field would press it.
            label.language for=(SWITCH) lang=(code) { (name) }
        } @else {
            a.language href=(view.in_language(other)) lang=(code) hreflang=(code) { (name) }
        }
    }
}

/// The id of the button that changes the language of a page with its form.
const SWITCH: &str = "switch-language";
/// The field that such a form is sent with.
pub const SWITCHED: &str = "switched";

/// The button that sends a form for the same page in the other language: the last of its form.
pub fn keeping_switch(view: &View, address: &str) -> Markup {
    let other = language::other(view.language);
    let code = language::code(other);
    html! {
        p.actions {
            button.quiet type="submit" id=(SWITCH) name=(SWITCHED) value="yes" formaction=(format!("{address}?lang={code}"))
                formnovalidate lang=(code) { (language::own_name(other)) }
            span.hint { (view.t("language-keeps")) }
        }
    }
}

/// The hidden field that every form of ours carries, first of all.
pub fn csrf_field(view: &View) -> Markup {
    html! { input type="hidden" name=(csrf::FIELD) value=(view.csrf); }
}

/// A form that changes something.
pub fn form(view: &View, action: &str, fields: Markup) -> Markup {
    html! { form.fields method="post" action=(action) { (csrf_field(view)) (fields) } }
}

/// Something that went wrong, said where it is seen and heard.
pub fn alert(text: &str) -> Markup {
    html! { div.alert role="alert" { p { (text) } } }
}

/// A labelled field. `id` ties the label to the control, which must carry it.
pub fn labelled(id: &str, label: &str, hint: Option<&str>, control: Markup) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            (control)
            @if let Some(hint) = hint {
                p.hint id=(format!("{id}-hint")) { (hint) }
            }
        }
    }
}

/// A one-line text field with its label.
pub fn text_field(id: &str, label: &str, value: &str, required: bool) -> Markup {
    labelled(
        id,
        label,
        None,
        html! { input type="text" id=(id) name=(id) value=(value) required[required] maxlength="300"; },
    )
}

/// A password field with its label. `auto` tells password managers which it is: `current-password`, `new-password`.
pub fn password_field(id: &str, label: &str, auto: &str, hint: Option<&str>) -> Markup {
    let hint_id = hint.map(|_| format!("{id}-hint"));
    labelled(
        id,
        label,
        hint,
        html! {
            input type="password" id=(id) name=(id) required autocomplete=(auto) maxlength="300" aria-describedby=[hint_id];
        },
    )
}

/// A day with its label.
pub fn day_field(id: &str, label: &str, value: &str, required: bool) -> Markup {
    labelled(id, label, None, html! { input type="date" id=(id) name=(id) value=(value) required[required]; })
}

/// A choice with its label; options are value and words. `empty` is the words of choosing nothing, where that is allowed.
/// Where it is not, nothing is chosen beforehand: what somebody overlooks must not count as chosen.
pub fn choice_field(id: &str, label: &str, options: &[(String, String)], chosen: &str, empty: Option<&str>) -> Markup {
    let open = options.iter().all(|(value, _)| value != chosen);
    labelled(
        id,
        label,
        None,
        html! {
            select id=(id) name=(id) required[empty.is_none()] {
                @if let Some(empty) = empty {
                    option value="" { (empty) }
                } @else if open {
                    option value="" selected { "–" }
                }
                @for (value, words) in options {
                    option value=(value) selected[value == chosen] { (words) }
                }
            }
        },
    )
}

/// A long text with its label.
pub fn long_field(id: &str, label: &str, value: &str, required: bool) -> Markup {
    labelled(
        id,
        label,
        None,
        html! { textarea id=(id) name=(id) rows="4" required[required] maxlength="4000" { (value) } },
    )
}

/// The button that sends a form.
pub fn send(words: &str) -> Markup {
    html! { p.actions { button type="submit" { (words) } } }
}

/// A list whose rows stand one below the other on a phone. Each row has a cell for each heading; the first names the row.
pub fn list(caption: &str, headings: &[String], rows: Vec<Vec<Markup>>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.stack role="table" {
                caption { (caption) }
                thead role="rowgroup" {
                    tr role="row" { @for heading in headings { th scope="col" role="columnheader" { (heading) } } }
                }
                tbody role="rowgroup" {
                    @for row in rows {
                        tr role="row" {
                            @for (place, cell) in row.iter().enumerate() {
                                @let label = headings.get(place).map_or("", String::as_str);
                                @if place == 0 {
                                    th scope="row" role="rowheader" data-label=(label) { (cell) }
                                } @else {
                                    td role="cell" data-label=(label) { (cell) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Which rows of a list a page shows, and the ways to the next page and back to the first. `query` is what the list was
/// asked for, without `after`. The address carries the number of the first row, since pages are found by keys.
pub fn paging<T>(view: &View, path: &str, query: &str, page: &Page<T>) -> Markup {
    let (first, last) = view.rows_shown(page.rows.len());
    let sign = if query.is_empty() { "" } else { "&" };
    html! {
        @if first > 1 || page.next.is_some() {
            @if last >= first {
                p.hint { (view.tr("list-rows", &[("first", view.number(first).into()), ("last", view.number(last).into())])) }
            }
            p.actions {
                @if let Some(next) = &page.next {
                    a.button rel="next" href=(format!("{path}?{query}{sign}after={next}&row={}", last + 1)) { (view.t("list-next")) }
                }
                @if first > 1 { a.button.second href=(format!("{path}?{query}")) { (view.t("list-first")) } }
            }
        }
    }
}

/// Names and values.
pub fn facts(facts: &[(String, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in facts {
                div { dt { (name) } dd { (value) } }
            }
        }
    }
}

/// Text as markup, escaped.
pub fn plain(text: impl AsRef<str>) -> Markup {
    html! { (text.as_ref()) }
}

/// Markup made by ourselves, such as a drawing. Never give it what somebody typed.
pub fn drawn(svg: String) -> Markup {
    PreEscaped(svg)
}
