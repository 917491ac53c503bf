//! The pages that need no account: what was published, one's own answers judged, posted lists, a complaint.
//!
//! Who comes is asked nothing and remembered nowhere. What the register tells here it tells to anybody: these pages ask
//! it as [`Actor::public`], whoever is signed in. An address asks so many times a minute, and no more.

mod check;
mod complaint;
mod follow;
mod home;
mod lists;
mod site;

pub use site::Tags as SiteTags;

use crate::error::Problem;
use crate::operations::Peer;
use crate::signed_in::Seen;
use crate::state::App;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::net::IpAddr;
use std::time::Instant;
use vuon_registry::Desk;
use vuon_registry::scope::Actor;

/// The most bytes of a form: the longest is twenty members' answers, or a page of words.
const LARGEST: usize = 64 * 1024;

/// Everything under `/public`.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(home::routes())
        .merge(site::routes())
        .merge(check::routes())
        .merge(lists::routes())
        .merge(complaint::routes())
        .merge(follow::routes())
}

/// Somebody who need not say who they are.
pub struct Visitor {
    /// How the page is looked at.
    pub seen: Seen,
    /// Where they come from, for counting alone.
    address: IpAddr,
    /// The desk of anybody.
    desk: Desk,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Ok(peer) = Peer::from_request_parts(parts, app).await;
        let address = peer.client;
        app.public_limit().take(address, Instant::now()).map_err(|seconds| Problem::TooMany { seconds })?;
        let seen = Seen::from_request_parts(parts, app).await?;
        Ok(Visitor { seen, address, desk: app.register().desk(Actor::public()) })
    }
}
