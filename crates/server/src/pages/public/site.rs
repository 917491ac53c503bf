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
use std::collections::HashMap;
use std::io::Read;
use std::path::{Path as File, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;
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
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let folder = app.config().public_site();
    let found = tokio::task::spawn_blocking(move || app.site_tags().read(&find(&folder, &name)?, &known)).await;
    let (tag, bytes) = found.map_err(|_| Problem::Internal)?.ok_or(Problem::NotFound)?;
    let about = [(ETAG, tag), (CACHE_CONTROL, FRESH.to_owned())];
    Ok(match bytes {
        Some(bytes) => (about, [(CONTENT_TYPE, kind)], bytes).into_response(),
        None => (StatusCode::NOT_MODIFIED, about).into_response(),
    })
}

/// When a file was written, and how long it is.
type Stamp = (SystemTime, u64);

/// The tags of a site's files. A file is hashed once, until it is written again; who has it already costs no reading.
#[derive(Default)]
pub struct Tags(Mutex<HashMap<PathBuf, (Stamp, String)>>);

impl Tags {
    /// How many are kept: more than a site has files.
    const MOST: usize = 1_000;

    /// The tag of a file and its bytes; without these where its tag is among those that are known already.
    fn read(&self, path: &File, known: &str) -> Option<(String, Option<Vec<u8>>)> {
        let mut file = std::fs::File::open(path).ok()?;
        let about = file.metadata().ok()?;
        let stamp = (about.modified().ok()?, about.len());
        let is_known = |tag: &str| known.split(',').any(|known| known.trim() == tag);
        let kept = self.tag(path, stamp);
        if let Some(tag) = kept.as_ref().filter(|tag| is_known(tag)) {
            return Some((tag.clone(), None));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        // Weak: what travels may be compressed.
        let tag = kept.unwrap_or_else(|| format!("W/\"{}\"", HEXLOWER.encode(&Sha256::digest(&bytes)[..16])));
        self.keep(path, stamp, &tag);
        let bytes = (!is_known(&tag)).then_some(bytes);
        Some((tag, bytes))
    }

    fn tag(&self, path: &File, stamp: Stamp) -> Option<String> {
        let tags = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tags.get(path).filter(|(of, _)| *of == stamp).map(|(_, tag)| tag.clone())
    }

    fn keep(&self, path: &File, stamp: Stamp, tag: &str) {
        let mut tags = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tags.len() >= Self::MOST {
            tags.clear();
        }
        tags.insert(path.to_owned(), (stamp, tag.to_owned()));
    }
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
fn find(folder: &File, name: &File) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    if !folder.join(MARK).is_file() {
        return None;
    }
    let file = folder.join(name).canonicalize().ok()?;
    file.starts_with(&folder).then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_written_again_has_another_tag() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("index.html");
        std::fs::write(&file, "one").unwrap();
        let tags = Tags::default();
        let (first, bytes) = tags.read(&file, "").unwrap();
        assert_eq!(bytes.as_deref(), Some(b"one".as_slice()));
        assert_eq!(tags.read(&file, &first).unwrap(), (first.clone(), None), "who has it gets nothing");
        std::fs::write(&file, "another").unwrap();
        let (second, bytes) = tags.read(&file, &first).unwrap();
        assert_eq!(bytes.as_deref(), Some(b"another".as_slice()));
        assert_ne!(first, second);
    }

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
