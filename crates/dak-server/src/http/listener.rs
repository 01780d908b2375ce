//! Accepting connections, and ceasing to.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use super::{connection, tls};
use crate::app::App;

/// A server that listens and can be run.
pub struct Listening {
    app: Arc<App>,
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
}

/// Why a server could not start.
#[derive(Debug)]
pub enum StartError {
    /// The address is taken by another program.
    AddressInUse(SocketAddr),
    /// The address cannot be listened on.
    Address(SocketAddr, io::Error),
    /// A certificate or key cannot be used.
    Certificate(PathBuf, String),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StartError::AddressInUse(address) => {
                write!(
                    f,
                    "{address} is in use by another program; choose another with --listen (port 0 picks a free one)"
                )
            }
            StartError::Address(address, error) => {
                let text = error.to_string();
                let reason = text.split(" (os error").next().unwrap_or_default();
                write!(f, "cannot listen on {address} ({reason}); choose another address with --listen")
            }
            StartError::Certificate(path, what) => write!(f, "cannot use {}: {what}", path.display()),
        }
    }
}

impl std::error::Error for StartError {}

impl Listening {
    /// Binds an address, with TLS when a certificate and key are given.
    ///
    /// # Errors
    /// An address that is taken or not ours, a certificate that cannot be read.
    pub async fn bind(
        app: Arc<App>,
        address: SocketAddr,
        certificate: Option<(PathBuf, PathBuf)>,
    ) -> Result<Listening, StartError> {
        let acceptor = certificate.map(|(chain, key)| tls::acceptor(&chain, &key)).transpose()?;
        let listener = TcpListener::bind(address).await.map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => StartError::AddressInUse(address),
            _ => StartError::Address(address, error),
        })?;
        Ok(Listening { app, listener, acceptor })
    }

    /// The address listened on, with the port that was picked.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap_or(self.app.settings.listen)
    }

    /// Whether connections are encrypted.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.acceptor.is_some()
    }

    /// Serves until `stop` is done, then lets the requests in flight finish for `shutdown_timeout`.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let (stops, stopping) = watch::channel(());
        let places = Arc::new(Semaphore::new(self.app.settings.limits.connections_max));
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = self.accept(&places) => accepted,
            };
            let Some((stream, peer, place)) = accepted else { continue };
            let (app, acceptor) = (Arc::clone(&self.app), self.acceptor.clone());
            let (watcher, stopping) = (graceful.watcher(), stopping.clone());
            tokio::spawn(async move {
                app.metrics.connections.fetch_add(1, Ordering::Relaxed);
                connection::serve(&app, stream, peer, acceptor, watcher, stopping).await;
                app.metrics.connections.fetch_sub(1, Ordering::Relaxed);
                drop(place);
            });
        }
        drop((self.listener, stops));
        let _ = tokio::time::timeout(self.app.settings.limits.shutdown_timeout, graceful.shutdown()).await;
    }

    /// Takes the next connection once there is a place for it.
    async fn accept(
        &self,
        places: &Arc<Semaphore>,
    ) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        match self.listener.accept().await {
            Ok((stream, peer)) => Some((stream, peer, place)),
            Err(error) => {
                // Out of descriptors, or a peer that left at once: give others time to close.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                None
            }
        }
    }
}
