//! A bound server: serves until it is told to stop, then drains.

use std::error::Error;
use std::fmt::{self, Display};
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use tokio::signal::unix::Signal;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::Instant;
use tower_service::Service;

use super::accept::Face;
use super::address::BoundAddr;
use super::body::RequestBody;
use super::builder::{Builder, Door, Parts};
use super::conn::Security;
use super::conn::watch::Order;
use super::error::ServerError;
use super::handle::{Handle, Phase};
use super::listen::Listening;
use super::mode::Mode;
use super::race::{First, race};
use super::settings::ServerSettings;
use super::signals::Signals;
use crate::connection::Listener;

/// For connections to go once they have been told to close at once.
const LAST_MOMENT: Duration = Duration::from_millis(200);

/// A server with its listeners bound.
///
/// # Examples
///
/// ```
/// use std::convert::Infallible;
///
/// use http::{Request, Response};
/// use hyper::service::service_fn;
/// use secure_config::Profile;
/// use secure_runtime::connection::Listener;
/// use secure_runtime::server::{RequestBody, Server, ServerSettings, from_hyper};
///
/// async fn hello(_: Request<RequestBody>) -> Result<Response<String>, Infallible> {
///     Ok(Response::new("hello".to_owned()))
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let mut settings = ServerSettings::default();
/// settings.port = 0;
/// let server = Server::builder(settings).profile(Profile::Development).bind().await?;
/// assert!(server.local_addr(Listener::Main).is_some_and(|addr| addr.ip().is_loopback()));
///
/// let handle = server.handle();
/// # handle.shutdown();
/// server.serve(from_hyper(service_fn(hello))).await?;
/// # Ok(())
/// # })
/// # }
/// ```
pub struct Server {
    parts: Parts,
}

impl Server {
    /// Starts to put a server together.
    pub fn builder(settings: ServerSettings) -> Builder {
        Builder::new(settings)
    }

    pub(super) const fn new(parts: Parts) -> Self {
        Self { parts }
    }

    /// Returns the address of each socket and its listener; a listener with inherited sockets may have several.
    pub fn local_addrs(&self) -> impl Iterator<Item = (Listener, &BoundAddr)> {
        let parts = &self.parts;
        [(Listener::Main, Some(&parts.main))]
            .into_iter()
            .chain([
                (Listener::Metrics, parts.metrics.as_ref().map(|(door, _)| door)),
                (Listener::Admin, parts.admin.as_ref().map(|(door, _)| door)),
                (Listener::Redirect, parts.redirect.as_ref().map(|(door, _)| door)),
            ])
            .filter_map(|(listener, door)| Some((listener, door?)))
            .flat_map(|(listener, door)| door.listening.addrs().map(move |addr| (listener, addr)))
    }

    /// Returns the first TCP address of a listener; `None` if it is off or on unix sockets alone.
    #[must_use]
    pub fn local_addr(&self, listener: Listener) -> Option<SocketAddr> {
        self.local_addrs()
            .filter(|(found, _)| *found == listener)
            .find_map(|(_, addr)| addr.as_tcp())
    }

    /// Steers the server while it serves.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.parts.handle.clone()
    }

    /// Serves until SIGTERM, SIGINT or [`Handle::shutdown`], then drains:
    ///
    /// 1. The hooks of [`Builder::on_drain`] run: readiness checks fail from now on.
    /// 2. For the drain delay everything goes on, while load balancers notice.
    /// 3. The main and redirect listeners close. Idle connections close; requests in flight finish.
    /// 4. When none is left, or at the drain timeout (counted from the signal), the rest is closed.
    ///
    /// SIGHUP is [`Handle::reload`]. The metrics and admin listeners answer until the end. A second signal ends the process at once, with the exit
    /// code 128 and the signal's number.
    ///
    /// # Errors
    ///
    /// The signal handlers cannot be installed.
    pub async fn serve<S, B>(self, service: S) -> Result<(), ServerError>
    where
        S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Display,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let no_handler = |error| ServerError::io("signal handlers cannot be installed", error);
        let mut helpers = Helpers::default();
        let mut signals = None;
        if self.parts.signals {
            signals = Some(Signals::new().map_err(no_handler)?);
            Signals::survive_file_limits().map_err(no_handler)?;
            helpers.hangup(&self.parts.handle, Signals::hangup().map_err(no_handler)?);
        }
        for (listener, addr) in self.local_addrs() {
            let tls = listener == Listener::Main && self.parts.security.is_tls();
            tracing::info!(%addr, listener = listener.as_str(), tls, "listening");
        }
        let parts = self.parts;
        let handle = parts.handle;
        let main_gate = Arc::clone(&parts.main.gate);
        let redirect_gate = parts.redirect.as_ref().map(|(door, _)| Arc::clone(&door.gate));
        helpers.watchdog(&handle);
        #[cfg(feature = "tls")]
        helpers.certificate(&handle, parts.reload_interval);

        let mut public = Vec::new();
        if let Some((door, redirect)) = parts.redirect {
            let mode = Mode::Redirect(redirect);
            #[cfg_attr(
                not(feature = "proxy-protocol"),
                expect(unused_mut, reason = "nobody announces")
            )]
            let mut face = face(door, Listener::Redirect, &handle, mode, service.clone());
            #[cfg(feature = "proxy-protocol")]
            face.proxies.clone_from(&parts.proxies);
            public.push(tokio::spawn(face.accept(handle.reached(Phase::Closing))));
        }
        let mut private = Vec::new();
        let is_local = parts
            .metrics
            .as_ref()
            .is_some_and(|(door, _)| is_loopback(&door.listening));
        for (listener, mode, side) in [
            (Listener::Metrics, Mode::ReadOnly { is_local }, parts.metrics),
            (Listener::Admin, Mode::Full, parts.admin),
        ] {
            if let Some((door, service)) = side {
                private.push(Arc::clone(&door.gate));
                let face = face(door, listener, &handle, mode, service);
                helpers
                    .0
                    .push(tokio::spawn(face.accept(handle.reached(Phase::Stopped))).abort_handle());
            }
        }
        let mut main = face(parts.main, Listener::Main, &handle, Mode::Full, service);
        main.security = parts.security;
        #[cfg(feature = "proxy-protocol")]
        main.proxies.clone_from(&parts.proxies);
        main.crowded = Mode::HealthOnly(parts.health);
        public.push(tokio::spawn(main.accept(handle.reached(Phase::Closing))));
        for hook in parts.on_serve {
            hook();
        }
        handle.inner.notifier.ready();
        #[cfg(feature = "events")]
        crate::events::sys_startup(&crate::events::Context::new());

        match race(handle.reached(Phase::Draining), next_signal(&mut signals)).await {
            First::Left(()) => tracing::info!("told to stop"),
            First::Right(signal) => {
                tracing::info!(signal, "told to stop by a signal");
                handle.shutdown();
            }
        }
        #[cfg(feature = "events")]
        crate::events::sys_shutdown(&crate::events::Context::new());
        let begun = Instant::now();
        let deadline = begun + parts.drain_timeout;
        for hook in parts.on_drain {
            hook();
        }
        handle.inner.notifier.stopping();
        let drain = async {
            tokio::time::sleep(parts.drain_delay).await;
            handle.advance(Phase::Closing);
            // A listener that is closed lets no more in, so every connection gets the order.
            join(public).await;
            for gate in [Some(&main_gate), redirect_gate.as_ref()].into_iter().flatten() {
                gate.order_all(Order::Drain);
            }
            let all = async {
                main_gate.empty().await;
                if let Some(gate) = &redirect_gate {
                    gate.empty().await;
                }
            };
            tokio::time::timeout_at(deadline, all).await.is_ok()
        };
        let drained = match race(drain, next_signal(&mut signals)).await {
            First::Left(drained) => drained,
            First::Right(signal) => {
                tracing::warn!(signal, "a second signal: exiting at once");
                std::process::exit(128 + signal);
            }
        };
        let left = handle.stats().connections - private.iter().map(|gate| gate.count()).sum::<usize>();
        handle.advance(Phase::Stopped);
        for gate in &handle.inner.gates {
            gate.order_all(Order::Close);
        }
        let gone = async {
            for gate in &handle.inner.gates {
                gate.empty().await;
            }
        };
        // Whatever is still there after that is a service that does not yield; the runtime's end is its end.
        let _ = tokio::time::timeout(LAST_MOMENT, gone).await;
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        if drained {
            tracing::info!(took_ms, "drained");
        } else {
            tracing::warn!(
                took_ms,
                left,
                "the drain timeout is over: open connections were closed"
            );
        }
        Ok(())
    }
}

/// Returns `true` if all sockets are TCP ones on loopback: a browser reaches no unix socket.
fn is_loopback(listening: &Listening) -> bool {
    listening.addrs().all(|addr| {
        addr.as_tcp()
            .is_some_and(|addr| addr.ip().to_canonical().is_loopback())
    })
}

fn face<S>(door: Door, listener: Listener, handle: &Handle, mode: Mode, service: S) -> Face<S> {
    Face {
        listening: door.listening,
        listener,
        gate: door.gate,
        context: Arc::clone(&handle.inner.context),
        security: Security::Plain,
        #[cfg(feature = "proxy-protocol")]
        proxies: Arc::new([]),
        crowded: mode.clone(),
        mode,
        service,
    }
}

async fn join(tasks: Vec<JoinHandle<()>>) {
    for task in tasks {
        // A listener that panicked accepts no more either.
        let _ = task.await;
    }
}

async fn next_signal(signals: &mut Option<Signals>) -> i32 {
    match signals {
        Some(signals) => signals.next().await,
        None => pending().await,
    }
}

/// Tasks that end with the server.
#[derive(Default)]
struct Helpers(Vec<AbortHandle>);

impl Helpers {
    fn hangup(&mut self, handle: &Handle, mut signal: Signal) {
        let handle = handle.clone();
        let task = tokio::spawn(async move {
            while signal.recv().await.is_some() {
                // It logs what came of it.
                let _ = handle.reload().await;
            }
        });
        self.0.push(task.abort_handle());
    }

    fn watchdog(&mut self, handle: &Handle) {
        let handle = handle.clone();
        let task = tokio::spawn(async move { handle.inner.notifier.keep_watchdog_calm().await });
        self.0.push(task.abort_handle());
    }

    #[cfg(feature = "tls")]
    fn certificate(&mut self, handle: &Handle, interval: Duration) {
        if let Some(certificate) = &handle.inner.certificate {
            if !interval.is_zero() {
                let task = tokio::spawn(Arc::clone(certificate).poll(interval));
                self.0.push(task.abort_handle());
            }
        }
    }
}

impl Drop for Helpers {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("addresses", &self.local_addrs().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
