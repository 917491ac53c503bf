//! `/public/figures`: the site that `vuon publish` wrote last, as it lies in its folder.
//!
//! A file is handed out only if each part of its path is a plain name, its ending is one that a site has, and it really
//! lies in the folder. Until something is published a page says so.

use crate::error::{Answer, Problem};
use crate::language;
use crate::layout;
use crate::state::App;
use crate::view::View;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use data_encoding::HEXLOWER;
use maud::html;
use sha2::{Digest, Sha256};
use std::path::{Path as File, PathBuf};
use vuon_publish::site::{MARK, MEDIA};

/// How long a browser need not ask again: a site changes when somebody publishes, and rarely.
const FRESH: &str = "public, max-age=300";

/// `/public/figures` and the files below it.
pub fn routes() -> Router<App> {
    Router::new().route("/public/figures", get(door)).route("/public/figures/{*path}", get(file))
}

/// Whether something was published.
pub fn is_there(app: &App) -> bool {
    app.config().public_site().join(MARK).is_file()
}

async fn door(State(app): State<App>, view: View) -> Answer {
    if is_there(&app) {
        let address = format!("/public/figures/{}/index.html", language::code(view.language));
        return Ok(Redirect::to(&address).into_response());
    }
    let body = html! {
        p { (view.t("public-results-none")) }
        p { a href="/public" { (view.t("public-title")) } }
    };
    Ok(layout::page(&view, &view.t("public-results"), body).into_response())
}

async fn file(State(app): State<App>, Path(path): Path<String>, headers: HeaderMap) -> Answer {
    let (name, kind) = named(&path).ok_or(Problem::NotFound)?;
    let folder = app.config().public_site();
    let read = tokio::task::spawn_blocking(move || read(&folder, &name)).await;
    let bytes = read.map_err(|_| Problem::Internal)?.ok_or(Problem::NotFound)?;
    // Weak: what travels may be compressed.
    let tag = format!("W/\"{}\"", HEXLOWER.encode(&Sha256::digest(&bytes)[..16]));
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let same = known.is_some_and(|known| known.split(',').any(|known| known.trim() == tag));
    let about = [(ETAG, tag), (CACHE_CONTROL, FRESH.to_owned())];
    if same {
        return Ok((StatusCode::NOT_MODIFIED, about).into_response());
    }
    Ok((about, [(CONTENT_TYPE, kind)], bytes).into_response())
}

/// The path of a file of a site, and its type.
fn named(path: &str) -> Option<(PathBuf, String)> {
    let plain = |part: &str| {
        let sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(sign)
    };
    let (_, ending) = path.rsplit_once('.')?;
    let (_, kind) = MEDIA.iter().find(|(known, _)| *known == ending)?;
    let charset = if kind.starts_with("text/") { "; charset=utf-8" } else { "" };
    path.split('/').all(plain).then(|| (path.split('/').collect(), format!("{kind}{charset}")))
}

/// A file that lies in the folder, wherever links in it lead.
fn read(folder: &File, name: &File) -> Option<Vec<u8>> {
    let folder = folder.canonicalize().ok()?;
    if !folder.join(MARK).is_file() {
        return None;
    }
    let file = folder.join(name).canonicalize().ok()?;
    if file.starts_with(&folder) { std::fs::read(file).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_a_site_have_a_name() {
        assert_eq!(named("vi/index.html").unwrap().1, "text/html; charset=utf-8");
        assert_eq!(named("data/catalog.jsonld").unwrap().0, PathBuf::from("data/catalog.jsonld"));
        for none in [
            "",
            "vi",
            "../register.key",
            "vi/../../register.key",
            "vi/../index.html",
            "/etc/passwd.html",
            "vi//index.html",
            "vi/.index.html",
            ".html",
            "vi\\index.html",
            "register.db",
            "vi/index.html\0",
            "vi/index.html/",
            "C:/index.html",
        ] {
            assert!(named(none).is_none(), "{none:?}");
        }
    }
}
