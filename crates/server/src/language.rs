//! In which language a page speaks, and how it writes numbers and days.
//!
//! Vietnamese unless somebody chose otherwise: `?lang=en` on any page keeps the choice in a cookie and comes back
//! without it. The words stand in `words/`, in Fluent; [`View::t`](crate::view::View::t) finds them.

use crate::signed_in::Seen;
use crate::state::App;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use std::borrow::Cow;
use std::collections::HashMap;
pub use vuon_policy::model::Language;

fluent_templates::static_loader! {
    static WORDS = {
        locales: "./src/words",
        fallback_language: "vi",
        // Marks around what is filled in would be copied along with it.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const VI: LanguageIdentifier = langid!("vi");
const EN: LanguageIdentifier = langid!("en");
const COOKIE: &str = "vuon-lang";

/// The short name of a language, as pages and cookies write it.
pub fn code(language: Language) -> &'static str {
    match language {
        Language::Vi => "vi",
        Language::En => "en",
    }
}

/// The language of a short name.
pub fn parse(code: &str) -> Option<Language> {
    match code {
        "vi" => Some(Language::Vi),
        "en" => Some(Language::En),
        _ => None,
    }
}

/// The language that somebody chose, or the server's own.
pub fn chosen(jar: &CookieJar, app: &App) -> Language {
    jar.get(COOKIE)
        .and_then(|cookie| parse(cookie.value()))
        .or_else(|| parse(&app.config().language))
        .unwrap_or_default()
}

/// Words by their key; the key itself where there are none, which a test does not let happen.
pub fn words(language: Language, key: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
    try_words(language, key, values).unwrap_or_else(|| key.to_owned())
}

/// Words by their key, if there are.
pub fn try_words(language: Language, key: &str, values: &[(&'static str, FluentValue<'_>)]) -> Option<String> {
    let identifier = match language {
        Language::Vi => &VI,
        Language::En => &EN,
    };
    if values.is_empty() {
        return WORDS.try_lookup(identifier, key);
    }
    let values: HashMap<Cow<'static, str>, FluentValue<'_>> =
        values.iter().map(|(name, value)| (Cow::Borrowed(*name), value.clone())).collect();
    WORDS.try_lookup_with_args(identifier, key, &values)
}

/// A whole number with its thousands apart: `1.234` in Vietnamese, `1,234` in English.
pub fn number(language: Language, number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "−" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(if language == Language::Vi { '.' } else { ',' });
        }
        text.push(digit);
    }
    text
}

/// A share in percent with one digit: `12,5 %`.
pub fn percent(language: Language, part: i64, whole: i64) -> String {
    if whole == 0 {
        return "–".into();
    }
    let tenths = (i128::from(part) * 2000 + i128::from(whole)) / (i128::from(whole) * 2);
    let point = if language == Language::Vi { ',' } else { '.' };
    format!("{}{point}{} %", tenths / 10, tenths % 10)
}

/// A day: `28/02/2026` in Vietnamese, `28 Feb 2026` in English.
pub fn day(language: Language, day: Date) -> String {
    vuon_policy::words::short_day(day, language)
}

/// A day or a year alone, as births are recorded.
pub fn born(language: Language, born: &str) -> String {
    born.parse().map_or_else(|_| born.to_owned(), |date| day(language, date))
}

/// A time in microseconds, where the programme is: `08:15 28/02/2026`.
pub fn moment(language: Language, at: i64) -> String {
    let zone = TimeZone::fixed(Offset::constant(7));
    let local = Timestamp::from_microsecond(at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned_datetime(zone);
    format!("{:02}:{:02} {}", local.hour(), local.minute(), day(language, local.date()))
}

/// The language that is not this one.
pub fn other(language: Language) -> Language {
    if language == Language::Vi { Language::En } else { Language::Vi }
}

/// What a language calls itself.
pub fn own_name(language: Language) -> &'static str {
    match language {
        Language::Vi => "Tiếng Việt",
        Language::En => "English",
    }
}

/// Keeps the choice of `?lang=` and comes back without it. A form cannot come back: it is answered in that language.
pub async fn remember(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let (asked, rest): (Vec<&str>, Vec<&str>) = query.split('&').partition(|part| part.starts_with("lang="));
    let Some(language) = asked.first().and_then(|part| parse(&part["lang=".len()..])) else {
        return next.run(request).await;
    };
    let mut cookie = Cookie::new(COOKIE, code(language));
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(app.config().secure_cookies());
    cookie.make_permanent();
    let chosen = CookieJar::new().add(cookie);
    if !request.method().is_safe() {
        if let Some(seen) = request.extensions_mut().get_mut::<Seen>() {
            seen.view.language = language;
        }
        return (chosen, next.run(request).await).into_response();
    }
    let rest: Vec<&str> = rest.into_iter().filter(|part| !part.is_empty()).collect();
    let path = crate::view::inside(request.uri().path());
    let back = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    (chosen, Redirect::to(&back)).into_response()
}
