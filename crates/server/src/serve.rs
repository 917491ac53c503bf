//! A server from its first request to its last.

use crate::config::Config;
use crate::{App, app, state};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use vuon_registry::{Register, RegistryError};

/// How long requests under way may take after the server was told to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Why a server does not run.
#[derive(thiserror::Error, Debug)]
pub enum ServeError {
    /// The address cannot be listened at.
    #[error("cannot listen at {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The register does not answer.
    #[error(transparent)]
    Register(#[from] RegistryError),
    /// Serving ended with an error.
    #[error("the server stopped: {0}")]
    Io(#[from] io::Error),
}

/// Serves a register until the process is told to stop (SIGTERM, Ctrl-C); requests under way are answered first, and the
/// database is closed.
///
/// # Errors
/// [`ServeError`].
pub async fn serve(config: Config, register: Register, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let figures = tokio::spawn(state::keep_figures_small());
    let address = config.listen;
    let listener = TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })?;
    let app = app(App::new(config, register.clone()).await?);
    let address = listener.local_addr()?;
    tracing::info!(%address, "serving");
    ready(address);
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(
        async move {
            told_to_stop().await;
            tracing::info!("stopping: requests under way are answered first");
            let _ = stopping.send(());
        },
    );
    let too_late = async move {
        // If the sender is gone the server ended by itself, and that is told elsewhere.
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        ended = server.into_future() => ended?,
        () = too_late => tracing::warn!("some requests were not answered in time"),
    }
    figures.abort();
    register.store().close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Waits for SIGTERM or Ctrl-C.
async fn told_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
