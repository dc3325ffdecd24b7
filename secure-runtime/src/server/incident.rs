//! Counts what goes wrong with connections, and tells of it without letting an attacker flood the log.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::clock::{Clock, Millis};

/// At most one line of a kind in this many milliseconds.
const PAUSE: Millis = 10_000;

/// What can go wrong with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Incident {
    Crowded,
    Greedy,
    HealthOnly,
    Evicted,
    AcceptFailed,
    ProxyHeaderInvalid,
    ProxyHeaderTimeout,
    HandshakeFailed,
    HandshakeTimeout,
    HeaderTimeout,
    BodyTimeout,
    WriteTimeout,
    TooManyCancelled,
    ProtocolError,
    ServiceFailed,
    Panicked,
}

const KINDS: usize = Incident::Panicked as usize + 1;

impl Incident {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Crowded => "connection refused: the listener and its reserve are full",
            Self::Greedy => "connection refused: its client has too many",
            Self::HealthOnly => "the listener is full: this connection gets health checks only",
            Self::Evicted => "the listener is full: the longest quiet connection made room",
            Self::AcceptFailed => "a connection could not be accepted",
            Self::ProxyHeaderInvalid => "a trusted proxy's connection has no valid PROXY header",
            Self::ProxyHeaderTimeout => "a trusted proxy did not send its PROXY header in time",
            Self::HandshakeFailed => "a TLS handshake failed",
            Self::HandshakeTimeout => "a TLS handshake took too long",
            Self::HeaderTimeout => "a client sent its header too slowly",
            Self::BodyTimeout => "a client sent its body too slowly",
            Self::WriteTimeout => "a client took its response too slowly",
            Self::TooManyCancelled => "a client cancelled most of its requests",
            Self::ProtocolError => "a client broke the protocol or left early",
            Self::ServiceFailed => "the service failed",
            Self::Panicked => "the service panicked",
        }
    }

    /// Whether it is the client's business rather than the operator's.
    const fn is_noise(self) -> bool {
        matches!(self, Self::HandshakeFailed | Self::ProtocolError | Self::Evicted)
    }

    const fn is_fault(self) -> bool {
        matches!(self, Self::ServiceFailed | Self::Panicked)
    }
}

/// A counter for each kind of incident.
#[derive(Debug)]
pub(super) struct Incidents {
    clock: Clock,
    accepted: AtomicU64,
    kinds: [Kind; KINDS],
}

#[derive(Debug, Default)]
struct Kind {
    count: AtomicU64,
    told: AtomicU64,
    /// The time from which on a line is due; 0 at first.
    due: AtomicU64,
}

impl Incidents {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            accepted: AtomicU64::new(0),
            kinds: std::array::from_fn(|_| Kind::default()),
        }
    }

    pub(super) fn accepted(&self) {
        self.accepted.fetch_add(1, Relaxed);
    }

    /// Counts an incident and tells of it unless its kind was told of just now; `detail` must hold nothing secret.
    pub(super) fn note(&self, incident: Incident, detail: Option<&dyn std::fmt::Display>) {
        let Some(times) = self.count(incident, self.clock.now()) else {
            return;
        };
        let message = incident.as_str();
        let detail = detail.map(tracing::field::display);
        if incident.is_fault() {
            tracing::error!(times, detail, "{message}");
        } else if incident.is_noise() {
            tracing::debug!(times, detail, "{message}");
        } else {
            tracing::warn!(times, detail, "{message}");
        }
    }

    /// Counts it; how many the line that is due now stands for.
    fn count(&self, incident: Incident, now: Millis) -> Option<u64> {
        let kind = &self.kinds[incident as usize];
        let count = kind.count.fetch_add(1, Relaxed) + 1;
        let due = kind.due.load(Relaxed);
        let mine = now >= due
            && kind
                .due
                .compare_exchange(due, now.saturating_add(PAUSE), Relaxed, Relaxed)
                .is_ok();
        mine.then(|| count - kind.told.swap(count, Relaxed).min(count))
    }

    fn of(&self, incident: Incident) -> u64 {
        self.kinds[incident as usize].count.load(Relaxed)
    }

    pub(super) fn stats(&self, connections: usize) -> Stats {
        Stats {
            connections,
            accepted: self.accepted.load(Relaxed),
            refused: self.of(Incident::Crowded) + self.of(Incident::Greedy),
            evicted: self.of(Incident::Evicted),
            health_only: self.of(Incident::HealthOnly),
            accept_errors: self.of(Incident::AcceptFailed),
            proxy_header_errors: self.of(Incident::ProxyHeaderInvalid)
                + self.of(Incident::ProxyHeaderTimeout),
            handshake_errors: self.of(Incident::HandshakeFailed),
            handshake_timeouts: self.of(Incident::HandshakeTimeout),
            header_timeouts: self.of(Incident::HeaderTimeout),
            body_timeouts: self.of(Incident::BodyTimeout),
            write_timeouts: self.of(Incident::WriteTimeout),
            cancel_floods: self.of(Incident::TooManyCancelled),
            protocol_errors: self.of(Incident::ProtocolError),
            service_errors: self.of(Incident::ServiceFailed),
            panics: self.of(Incident::Panicked),
            // The handle knows of these.
            ..Stats::default()
        }
    }
}

/// What a server counted since its start, over all its listeners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Connections open now.
    pub connections: usize,
    /// Connections accepted.
    pub accepted: u64,
    /// Connections closed unanswered, because the listener was full or the client had too many.
    pub refused: u64,
    /// Quiet connections closed to make room on a full listener.
    pub evicted: u64,
    /// Connections that got health checks only, because the listener was full.
    pub health_only: u64,
    /// Failures of accept, such as too many open files.
    pub accept_errors: u64,
    /// Connections of trusted proxies without a valid PROXY header in time.
    pub proxy_header_errors: u64,
    /// TLS handshakes that failed.
    pub handshake_errors: u64,
    /// TLS handshakes that took too long.
    pub handshake_timeouts: u64,
    /// Connections closed because a header came too slowly.
    pub header_timeouts: u64,
    /// Request bodies given up because they came too slowly.
    pub body_timeouts: u64,
    /// Connections and streams closed because the client did not take the response.
    pub write_timeouts: u64,
    /// HTTP/2 connections closed because the client cancelled most of its requests.
    pub cancel_floods: u64,
    /// Connections that ended with a protocol or socket error.
    pub protocol_errors: u64,
    /// Requests that the service answered with an error of its own.
    pub service_errors: u64,
    /// Connections and streams that ended in a panic.
    pub panics: u64,
    /// Times that everything was read again.
    pub reloads: u64,
    /// Times that a part could not be read again, so that what was in use before stayed in use.
    pub reloads_refused: u64,
    /// Certificates that were found in place of the one in use and are no good.
    pub certificates_refused: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_makes_one_line_and_the_next_one_says_how_many() {
        let incidents = Incidents::new(Clock::start());
        assert_eq!(incidents.count(Incident::Crowded, 5), Some(1));
        for _ in 0..1000 {
            assert_eq!(incidents.count(Incident::Crowded, 10_004), None);
        }
        assert_eq!(
            incidents.count(Incident::Greedy, 10_004),
            Some(1),
            "kinds are told apart"
        );
        assert_eq!(incidents.count(Incident::Crowded, 10_005), Some(1001));
        assert_eq!(incidents.stats(0).refused, 1003);
    }
}
