//! What those who run the server ask: does it live, is it ready, how is it doing.

use crate::error::Problem;
use crate::state::{self, App};
use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::any::Any;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// Health and figures.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(figures))
}

/// Ready when the database answers.
async fn ready(State(app): State<App>) -> Response {
    if app.register().store().is_ready().await {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
    }
}

/// For Prometheus: on this machine, or with the token.
async fn figures(State(app): State<App>, peer: Peer, headers: HeaderMap) -> Response {
    let given = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    let allowed = match (&app.config().metrics_token, given) {
        (Some(token), Some(given)) => crate::csrf::same(token, given),
        (Some(_), None) => false,
        (None, _) => peer.direct.is_some_and(|address| address.is_loopback()) && !peer.forwarded,
    };
    if !allowed {
        return Problem::NotFound.status().into_response();
    }
    let handle = state::metrics();
    handle.run_upkeep();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render()).into_response()
}

/// Counts a try to sign in, by how it ended.
pub fn count_sign_in(outcome: &'static str) {
    metrics::counter!("vuon_sign_ins_total", "outcome" => outcome).increment(1);
}

/// Where a request comes from.
pub struct Peer {
    /// The other end of the connection.
    pub direct: Option<IpAddr>,
    /// Whether a proxy passed it on.
    pub forwarded: bool,
    /// The client, as far as it can be believed.
    pub client: IpAddr,
}

impl FromRequestParts<App> for Peer {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let direct = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let header = parts.headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
        // What stands before the last comma was said by the client, and can be anything.
        let said = header.and_then(|value| value.rsplit(',').next()).and_then(|last| last.trim().parse().ok());
        let nobody = IpAddr::from([0, 0, 0, 0]);
        let believed = if app.config().behind_proxy { said.or(direct) } else { direct };
        Ok(Peer { direct, forwarded: header.is_some(), client: believed.unwrap_or(nobody) })
    }
}

/// A handler panicked: the process goes on, the reader is told no more than that.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a handler panicked");
    (StatusCode::INTERNAL_SERVER_ERROR, "Có lỗi bên trong hệ thống. Something broke inside.\n").into_response()
}
