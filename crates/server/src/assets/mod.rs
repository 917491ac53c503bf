//! What the browser needs beside pages, in the binary: one style sheet, htmx, the icon.
//!
//! An address holds a part of the content's hash, so a browser may keep the file for good, and never sees an old one.

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

use crate::error::Problem;
use crate::state::App;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    hash: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let asset = |name, kind, bytes: &'static [u8]| {
        let hash = HEXLOWER.encode(&Sha256::digest(bytes)[..6]);
        Asset { name, kind, bytes, hash }
    };
    vec![
        asset("vuon.css", "text/css; charset=utf-8", include_bytes!("vuon.css")),
        asset("htmx.min.js", "text/javascript; charset=utf-8", include_bytes!("htmx.min.js")),
        asset("icon.svg", "image/svg+xml", include_bytes!("icon.svg")),
    ]
});

/// The address of a file.
pub fn href(name: &str) -> String {
    let hash = ASSETS.iter().find(|asset| asset.name == name).map_or("", |asset| asset.hash.as_str());
    format!("/assets/{hash}/{name}")
}

/// The files.
pub fn routes() -> Router<App> {
    Router::new().route("/assets/{hash}/{name}", get(file))
}

async fn file(Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name && asset.hash == hash) else {
        return Problem::NotFound.status().into_response();
    };
    let headers = [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, asset.bytes).into_response()
}
