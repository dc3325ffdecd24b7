//! Accepts connections of one listener until told to stop.

use std::error::Error;
use std::fmt::Display;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::body::RequestBody;
use super::conn::context::Context;
use super::conn::socket::Socket;
use super::conn::watch::Watch;
use super::conn::{self, Security};
use super::incident::Incident;
use super::limit::{Admission, Gate};
use super::listen::Listening;
use super::mode::Mode;
use super::race::{First, race};
use crate::connection::{Connection, Listener};

/// How long to wait after a failure that will not pass by itself, such as too many open files; doubled each time.
const PAUSE: Duration = Duration::from_millis(10);

/// The longest such wait.
const LONG_PAUSE: Duration = Duration::from_secs(1);

/// One listener and all that its connections need.
pub(super) struct Face<S> {
    pub(super) listening: Listening,
    pub(super) listener: Listener,
    pub(super) gate: Arc<Gate>,
    pub(super) context: Arc<Context>,
    pub(super) security: Security,
    /// Peers that say whose connections they hand on.
    #[cfg(feature = "proxy-protocol")]
    pub(super) proxies: Arc<[crate::client::Network]>,
    pub(super) mode: Mode,
    /// What connections may ask for when the listener is full.
    pub(super) crowded: Mode,
    pub(super) service: S,
}

impl<S, B> Face<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Display,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    /// Accepts connections until `stop`; the listening socket is closed with the return.
    pub(super) async fn accept(self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut pause = PAUSE;
        loop {
            let wait = match race(self.listening.accept(), stop.as_mut()).await {
                First::Left(Ok((socket, peer))) => {
                    pause = PAUSE;
                    let connection = Connection::new(peer)
                        .with_tls(self.security.is_tls())
                        .with_listener(self.listener);
                    self.admit(socket, connection);
                    continue;
                }
                First::Left(Err(error)) => self.failed(&error, &mut pause),
                First::Right(()) => return,
            };
            if let First::Right(()) = race(tokio::time::sleep(wait), stop.as_mut()).await {
                return;
            }
        }
    }

    /// Lets a connection in, or closes it.
    fn admit(&self, socket: Socket, connection: Connection) {
        let incidents = &self.context.incidents;
        let (watch, admission) = self.ask_gate(connection);
        let (permit, mode) = match admission {
            Admission::Full { permit, evicted } => {
                if evicted {
                    incidents.note(Incident::Evicted, None);
                }
                (permit, self.mode.clone())
            }
            Admission::HealthOnly(permit) => {
                incidents.note(Incident::HealthOnly, None);
                (permit, self.crowded.clone())
            }
            Admission::Crowded => return incidents.note(Incident::Crowded, None),
            Admission::Greedy => {
                let peer = connection.peer().map(|peer| peer.ip());
                return incidents.note(Incident::Greedy, peer.as_ref().map(|peer| peer as &dyn Display));
            }
        };
        incidents.accepted();
        let service = self.service.clone();
        let security = self.security.clone();
        drop(tokio::spawn(conn::serve(
            socket, permit, watch, mode, security, service,
        )));
    }

    fn ask_gate(&self, connection: Connection) -> (Arc<Watch>, Admission) {
        let watch = Watch::new(connection, Arc::clone(&self.context));
        let now = self.context.clock.now();
        #[cfg(feature = "proxy-protocol")]
        if self.is_proxy(connection) {
            let watch = Arc::new(watch.proxied());
            let admission = self.gate.admit_proxy(&watch, now);
            return (watch, admission);
        }
        let watch = Arc::new(watch);
        let admission = self.gate.admit(&watch, now);
        (watch, admission)
    }

    /// Whether the peer is to say whose connection it hands on. One on a unix socket is of this host.
    #[cfg(feature = "proxy-protocol")]
    fn is_proxy(&self, connection: Connection) -> bool {
        match connection.peer() {
            Some(peer) => self.proxies.iter().any(|network| network.contains(peer.ip())),
            None => !self.proxies.is_empty(),
        }
    }

    /// Notes a failure to accept; how long to wait before the next try.
    fn failed(&self, error: &io::Error, pause: &mut Duration) -> Duration {
        if is_of_the_connection(error) {
            return Duration::ZERO;
        }
        self.context.incidents.note(Incident::AcceptFailed, Some(error));
        // Most likely too many open files: an idle connection is worth less than a new one.
        self.gate.shed(self.context.clock.now());
        let wait = *pause;
        *pause = (wait * 2).min(LONG_PAUSE);
        wait
    }
}

/// Whether only the connection that was to be accepted failed (accept(2) hands on its pending network errors).
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable, Interrupted, NetworkDown,
        NetworkUnreachable, PermissionDenied, TimedOut, WouldBlock,
    };
    matches!(
        error.kind(),
        ConnectionAborted
            | ConnectionRefused
            | ConnectionReset
            | HostUnreachable
            | Interrupted
            | NetworkDown
            | NetworkUnreachable
            | PermissionDenied
            | TimedOut
            | WouldBlock
    )
}
