//! What a connection's parts tell each other: counters and flags, without a lock.

#[cfg(feature = "proxy-protocol")]
use std::net::SocketAddr;
use std::sync::atomic::{
    AtomicBool, AtomicU8, AtomicU32, AtomicU64, Ordering::Relaxed, Ordering::SeqCst, fence,
};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::Waker;

use super::context::Context;
use super::deadline::CONTROL;
use super::stream::StreamState;
use crate::connection::Connection;
use crate::server::clock::Millis;

/// What the server wants of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum Order {
    /// Go on.
    Serve,
    /// Finish what is in flight, then close.
    Drain,
    /// Close now.
    Close,
}

/// The state that a connection's socket, service, bodies and guard share with the server.
///
/// All of it is a hint that one side writes and another reads later on the same task, or a counter: nothing is
/// published through it, so `Relaxed` is enough (but for orders, see [`give`](Self::give)).
#[derive(Debug)]
pub(in crate::server) struct Watch {
    connection: Connection,
    /// The connection that a trusted proxy hands on, once it has said so.
    #[cfg(feature = "proxy-protocol")]
    announced: Option<OnceLock<Connection>>,
    context: Arc<Context>,
    next_stream: Mutex<Option<Arc<StreamState>>>,
    in_flight: AtomicU32,
    started: AtomicU32,
    cancelled: AtomicU32,
    written: AtomicU64,
    /// On HTTP/2: how many writes were larger than control frames, and when the last one was.
    large_writes: AtomicU32,
    large_at: AtomicU64,
    quiet_since: AtomicU64,
    read: AtomicBool,
    blocked: AtomicBool,
    http2: AtomicBool,
    bodies: AtomicU32,
    order: AtomicU8,
    waker: OnceLock<Waker>,
}

/// One look at a [`Watch`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Requests whose response has not ended.
    pub(super) in_flight: u32,
    /// Requests so far; wraps.
    pub(super) started: u32,
    /// Bytes came in since the last request began.
    pub(super) read: bool,
    /// The last write found the socket full.
    pub(super) blocked: bool,
    /// Bytes that the socket took so far.
    pub(super) written: u64,
    /// The connection speaks HTTP/2.
    pub(super) http2: bool,
    /// A request's body outlives its response, so hyper must not be put away.
    pub(super) pinned: bool,
}

impl Watch {
    /// A new connection's.
    pub(in crate::server) fn new(connection: Connection, context: Arc<Context>) -> Self {
        Self {
            connection,
            #[cfg(feature = "proxy-protocol")]
            announced: None,
            context,
            next_stream: Mutex::new(None),
            in_flight: AtomicU32::new(0),
            started: AtomicU32::new(0),
            cancelled: AtomicU32::new(0),
            written: AtomicU64::new(0),
            large_writes: AtomicU32::new(0),
            large_at: AtomicU64::new(0),
            quiet_since: AtomicU64::new(0),
            read: AtomicBool::new(false),
            blocked: AtomicBool::new(false),
            http2: AtomicBool::new(false),
            bodies: AtomicU32::new(0),
            order: AtomicU8::new(0),
            waker: OnceLock::new(),
        }
    }

    /// The same, of a trusted proxy's connection: it is to say whose it is.
    #[cfg(feature = "proxy-protocol")]
    pub(in crate::server) fn proxied(mut self) -> Self {
        self.announced = Some(OnceLock::new());
        self
    }

    #[cfg(feature = "proxy-protocol")]
    pub(in crate::server) const fn is_proxied(&self) -> bool {
        self.announced.is_some()
    }

    /// Says whose connection it is; the first word counts.
    #[cfg(feature = "proxy-protocol")]
    pub(super) fn announce(&self, client: SocketAddr, tls: bool) {
        if let Some(announced) = &self.announced {
            let connection = Connection::new(Some(client))
                .with_tls(tls || self.connection.is_tls())
                .with_listener(self.connection.listener());
            let _ = announced.set(connection);
        }
    }

    #[inline]
    pub(in crate::server) fn connection(&self) -> Connection {
        #[cfg(feature = "proxy-protocol")]
        if let Some(announced) = self.announced.as_ref().and_then(OnceLock::get) {
            return *announced;
        }
        self.connection
    }

    #[inline]
    pub(in crate::server) fn context(&self) -> &Context {
        &self.context
    }

    #[inline]
    pub(super) fn seen(&self) -> Seen {
        Seen {
            in_flight: self.in_flight.load(Relaxed),
            started: self.started.load(Relaxed),
            read: self.read.load(Relaxed),
            blocked: self.blocked.load(Relaxed),
            written: self.written.load(Relaxed),
            http2: self.http2.load(Relaxed),
            pinned: self.bodies.load(Relaxed) > 0,
        }
    }

    // The socket's side.

    pub(super) fn note_read(&self) {
        self.read.store(true, Relaxed);
    }

    pub(super) fn note_written(&self, bytes: usize) {
        // One task writes, so load and store do not lose counts; they cost less than a locked add.
        let total = self.written.load(Relaxed).wrapping_add(bytes as u64);
        self.written.store(total, Relaxed);
        if self.blocked.load(Relaxed) {
            self.blocked.store(false, Relaxed);
        }
        if bytes as u64 > CONTROL && self.http2.load(Relaxed) {
            self.large_at.store(self.context.clock.about(), Relaxed);
            let writes = self.large_writes.load(Relaxed).wrapping_add(1);
            self.large_writes.store(writes, Relaxed);
        }
    }

    /// Returns how many large writes there were, and when the last one was.
    pub(super) fn large_writes(&self) -> (u32, Millis) {
        (self.large_writes.load(Relaxed), self.large_at.load(Relaxed))
    }

    pub(super) fn note_blocked(&self) {
        self.blocked.store(true, Relaxed);
    }

    // The service's side.

    /// Counts a request in until the returned guard is dropped.
    #[inline]
    pub(in crate::server) fn begin(self: &Arc<Self>, http2: bool) -> InFlight {
        let started = self.started.load(Relaxed);
        self.started.store(started.wrapping_add(1), Relaxed);
        if http2 && started == 0 {
            self.http2.store(true, Relaxed);
        }
        self.read.store(false, Relaxed);
        self.quiet_since.store(0, Relaxed);
        self.in_flight.fetch_add(1, Relaxed);
        InFlight(Arc::clone(self))
    }

    /// Counts a request's body in until [`body_gone`](Self::body_gone).
    pub(in crate::server) fn body_made(&self) {
        self.bodies.fetch_add(1, Relaxed);
    }

    pub(in crate::server) fn body_gone(&self) {
        self.bodies.fetch_sub(1, Relaxed);
    }

    /// Leaves a stream's state for the executor.
    ///
    /// Hyper calls the service, makes the stream's task of the future and hands it to the executor, in one go; so the
    /// state, which holds this connection, is not held by it for longer.
    pub(super) fn leave_stream(&self, stream: Arc<StreamState>) {
        *self.next_stream.lock().unwrap_or_else(PoisonError::into_inner) = Some(stream);
    }

    pub(super) fn take_stream(&self) -> Option<Arc<StreamState>> {
        self.next_stream
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Counts a request whose client gave it up; returns how many that makes, and how many requests there were.
    pub(super) fn cancelled(&self) -> (u32, u32) {
        let cancelled = self.cancelled.fetch_add(1, Relaxed).saturating_add(1);
        (cancelled, self.started.load(Relaxed))
    }

    // The guard's side.

    pub(super) fn set_waker(&self, waker: &Waker) {
        // The first call wins; a task's waker stays the same for its life.
        let _ = self.waker.get_or_init(|| waker.clone());
        // An order given just now either finds the waker or is found by the look at the orders that follows.
        fence(SeqCst);
    }

    /// Says since when nothing is in flight, or that something is.
    #[inline]
    pub(in crate::server) fn set_quiet(&self, since: Option<Millis>) {
        self.quiet_since.store(since.unwrap_or(0), Relaxed);
    }

    #[inline]
    pub(in crate::server) fn order(&self) -> Order {
        match self.order.load(Relaxed) {
            0 => Order::Serve,
            1 => Order::Drain,
            _ => Order::Close,
        }
    }

    // The server's side.

    /// Gives an order and wakes the connection; orders only get stricter.
    pub(in crate::server) fn give(&self, order: Order) {
        self.order.fetch_max(order as u8, Relaxed);
        fence(SeqCst);
        self.wake();
    }

    pub(super) fn wake(&self) {
        if let Some(waker) = self.waker.get() {
            waker.wake_by_ref();
        }
    }

    /// For how long nothing has been in flight; `None` while something is.
    pub(in crate::server) fn quiet_for(&self, now: Millis) -> Option<Millis> {
        match self.quiet_since.load(Relaxed) {
            0 => None,
            since => Some(now.saturating_sub(since)),
        }
    }
}

/// Counts a request as in flight while it lives.
#[derive(Debug)]
pub(in crate::server) struct InFlight(Arc<Watch>);

impl InFlight {
    pub(super) fn watch(&self) -> &Watch {
        &self.0
    }
}

impl Drop for InFlight {
    #[inline]
    fn drop(&mut self) {
        let before = self.0.in_flight.fetch_sub(1, Relaxed);
        // An HTTP/2 stream ends on a task of its own: the connection's must look whether it is idle now.
        if before == 1 && self.0.http2.load(Relaxed) {
            self.0.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch() -> Arc<Watch> {
        Arc::new(Watch::new(Connection::new(None), Context::for_tests()))
    }

    #[test]
    fn a_request_is_in_flight_until_its_guard_goes() {
        let watch = watch();
        watch.note_read();
        let first = watch.begin(false);
        let second = watch.begin(false);
        assert_eq!(watch.seen().in_flight, 2);
        assert!(!watch.seen().read, "the bytes belonged to the request");
        drop((first, second));
        assert_eq!((watch.seen().in_flight, watch.seen().started), (0, 2));
    }

    #[test]
    fn orders_only_get_stricter() {
        let watch = watch();
        assert_eq!(watch.order(), Order::Serve);
        watch.give(Order::Close);
        watch.give(Order::Drain);
        assert_eq!(watch.order(), Order::Close);
    }

    #[test]
    fn quiet_is_measured_and_ends_with_a_request() {
        let watch = watch();
        assert_eq!(watch.quiet_for(2), None);
        watch.set_quiet(Some(2));
        assert_eq!(watch.quiet_for(3002), Some(3000));
        let _request = watch.begin(false);
        assert_eq!(watch.quiet_for(3002), None);
    }
}
