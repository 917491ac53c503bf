//! In which language a program asks for words: `Accept-Language`, else the server's own.

use crate::error::Problem;
use crate::language::{self, Language};
use crate::state::App;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;

/// The language of Vietnamese and English that is wanted most.
pub fn spoken(headers: &HeaderMap, app: &App) -> Language {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).and_then(most_wanted);
    wanted.unwrap_or_else(|| language::parse(&app.config().language).unwrap_or_default())
}

/// Of `en-GB, vi;q=0.5` English. Of two that are wanted as much, the first.
fn most_wanted(header: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for part in header.split(',') {
        let mut pieces = part.split(';').map(str::trim);
        let tag = pieces.next().unwrap_or_default().to_ascii_lowercase();
        let Some(language) = language::parse(tag.split('-').next().unwrap_or_default()) else { continue };
        let weight = pieces.find_map(|piece| piece.strip_prefix("q=")).map_or(Ok(1.0), str::parse).unwrap_or(0.0);
        if weight > 0.0 && best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// The language of a request.
pub struct Spoken(pub Language);

impl FromRequestParts<App> for Spoken {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        Ok(Spoken(spoken(&parts.headers, app)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_wanted_most_is_spoken() {
        assert_eq!(most_wanted("en"), Some(Language::En));
        assert_eq!(most_wanted("vi-VN,vi;q=0.9,en;q=0.8"), Some(Language::Vi));
        assert_eq!(most_wanted("fr, en;q=0.4, vi;q=0.6"), Some(Language::Vi));
        assert_eq!(most_wanted("vi;q=0, EN-gb;q=0.1"), Some(Language::En));
        assert_eq!(most_wanted("de, *;q=0.1"), None);
        assert_eq!(most_wanted("en;q=many"), None);
    }
}
