//! A server inside the test's process.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use hyper::service::service_fn;
use secure_config::Profile;
use secure_runtime::connection::Listener;
use secure_runtime::server::{Builder, Handle, Server, ServerError, ServerSettings, from_hyper};
use tokio::task::JoinHandle;

use crate::service;

/// A server that serves the demo; it is stopped when dropped.
pub(crate) struct Running {
    pub(crate) addr: SocketAddr,
    pub(crate) handle: Handle,
    addrs: Vec<(Listener, SocketAddr)>,
    served: JoinHandle<Result<(), ServerError>>,
}

/// Settings of a test: a free port, and nobody waits for the drain.
pub(crate) fn settings() -> ServerSettings {
    let mut settings = ServerSettings::default();
    settings.port = 0;
    settings.drain_delay = Some(Duration::ZERO);
    settings
}

pub(crate) async fn start(settings: ServerSettings) -> Running {
    start_with(settings, |builder| builder).await
}

pub(crate) async fn start_with(settings: ServerSettings, with: impl FnOnce(Builder) -> Builder) -> Running {
    let builder = Server::builder(settings)
        .profile(Profile::Development)
        .without_signals();
    let server = with(builder).bind().await.expect("binds");
    let addrs: Vec<_> = server
        .local_addrs()
        .filter_map(|(listener, addr)| Some((listener, addr.as_tcp()?)))
        .collect();
    let handle = server.handle();
    let served = tokio::spawn(server.serve(from_hyper(service_fn(service::answer))));
    Running {
        addr: addrs
            .first()
            .map_or_else(|| ([127, 0, 0, 1], 0).into(), |(_, addr)| *addr),
        handle,
        addrs,
        served,
    }
}

impl Running {
    pub(crate) fn addr_of(&self, listener: Listener) -> SocketAddr {
        self.addrs
            .iter()
            .find(|(found, _)| *found == listener)
            .map(|(_, addr)| *addr)
            .expect("bound")
    }

    /// Waits for the server's end.
    pub(crate) async fn stopped(mut self) {
        within(&mut self.served)
            .await
            .expect("no panic")
            .expect("no error");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.served.abort();
    }
}

/// Far more than anything here takes, so that only a hang fails.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(60), future)
        .await
        .expect("it hangs")
}

/// Waits until `true`.
pub(crate) async fn eventually(mut condition: impl FnMut() -> bool) {
    within(async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}
