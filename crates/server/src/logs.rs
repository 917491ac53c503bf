//! What is written down of requests: method, the route's pattern, status, time, the request's id. Never an address with
//! its query, never a name, never a form: a log must be safe to show to anybody.

use crate::config::{Config, LogFormat};
use axum::extract::{MatchedPath, Request};
use axum::http::{Extensions, Method};
use axum::middleware::Next;
use axum::response::Response;
use std::io::IsTerminal;
use std::time::Instant;
use tower_http::request_id::RequestId;
use tracing_subscriber::EnvFilter;

/// Starts writing logs to standard error. Only the first call in a process counts.
pub fn start(config: &Config) {
    let filter = EnvFilter::try_new(&config.log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    // It fails only where somebody listens already, and then they do.
    let _ = match config.log.format {
        LogFormat::Text => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}

/// The request's id, as its answer carries it too.
pub fn request_id(of: &Extensions) -> Option<String> {
    of.get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).map(str::to_owned)
}

/// Writes a line for each request, and counts it.
pub async fn write(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let id = request_id(request.extensions());
    let response = next.run(request).await;
    let route = response.extensions().get::<Route>().map_or("none", |route| route.0.as_str()).to_owned();
    let status = response.status().as_u16();
    let took = started.elapsed();
    // Anybody can make methods up; a figure for each would fill the memory.
    let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE].contains(&method);
    let method = if known { method.as_str() } else { "other" };
    let labels = [("method", method.to_owned()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("vuon_requests_total", &labels).increment(1);
    metrics::histogram!("vuon_request_seconds", &labels[..2]).record(took.as_secs_f64());
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(method, route, status, milliseconds, id, "request");
    response
}

/// The pattern of the route that answered, such as `/households/{id}`.
#[derive(Clone)]
struct Route(String);

/// Keeps the route's pattern with the answer. Laid on routes, where the pattern is known.
pub async fn name(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| Route(path.as_str().to_owned()));
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}
