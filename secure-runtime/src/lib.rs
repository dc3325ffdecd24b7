//! Hardened defaults for an HTTP service: logs, headers, health, request ids, a server that drains.
//!
//! A module for each concern: a policy that is checked when it is built, and a tower `Layer` that can be used alone, with
//! hyper, axum, tonic or tower. The `stack` module composes them in the one right order, the `server` module serves them. Settings are
//! structs with `#[derive(SecureConfig)]`, so a service nests them in its own.
//!
//! [`exit`] ends a service that cannot go on: one line with every cause, and an exit code.
//!
//! # Crate features
//!
//! On by default: **`log`** (JSON lines, readable text), **`headers`** (security headers), **`health`** (background checks), **`request-id`**.
//!
//! Each of the others builds alone:
//!
//! - **`client`**: who is calling, behind proxies. **`route`**: the template of the route a request takes.
//! - **`access-log`**: a line a request. **`problem`**: error bodies by RFC 9457.
//! - **`catch-panic`**, **`body-limit`**, **`timeout`**: bounds of a request. **`limit`**: rate limits;
//!   **`valkey`**: those that all replicas share, and maintenance and forced logout for all (**`valkey-tls`**: by TLS).
//! - **`metrics`**: counts of requests and of a service's own, for Prometheus.
//! - **`cors`**: pages of other origins. **`maintenance`**: 503 at a switch. **`security-txt`**: whom to tell of a vulnerability.
//! - **`events`**: security events in OWASP's vocabulary. **`sentry`**: errors, panics and traces for Sentry,
//!   without secrets; it needs Rust 1.89.
//! - **`axum`**: extractors and responses for axum 0.8, of whatever else is on; the layers themselves need nothing for it.
//! - **`stack`**: all of these in the one right order.
//! - **`server`**: accepts, bounds and drains connections. **`tls`**: with rustls. **`proxy-protocol`**: behind TCP load balancers.
//! - **`reload`**: settings that are read again while the service runs.
//! - **`database`**: settings of a database and its pool; adapters **`sqlx-postgres`**, **`sqlx-sqlite`** (**`sqlx`**: both; Rust 1.94) and
//!   **`deadpool-postgres`**.
//! - **`audit`**: the deployment checklist, which checks itself; it judges what the other features that are on are told to do.
//! - **`healthcheck`**: asks a service whether it is well, for images without `curl`; with `server`, as a command of the service itself.
//! - **`harden`**: no core dumps, no new privileges; called first in `main`.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(any(feature = "health", feature = "maintenance"))]
mod accept;
#[cfg(feature = "access-log")]
pub mod access_log;
#[cfg(feature = "audit")]
pub mod audit;
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "problem")]
pub mod body;
#[cfg(feature = "body-limit")]
pub mod body_limit;
#[cfg(feature = "catch-panic")]
pub mod catch_panic;
mod causes;
#[cfg(feature = "client")]
pub mod client;
pub mod connection;
#[cfg(feature = "cors")]
pub mod cors;
#[cfg(feature = "database")]
pub mod database;
#[cfg(feature = "events")]
pub mod events;
pub mod exit;
#[cfg(feature = "harden")]
pub mod harden;
#[cfg(feature = "headers")]
pub mod headers;
#[cfg(feature = "health")]
pub mod health;
#[cfg(all(feature = "healthcheck", unix))]
pub mod healthcheck;
#[cfg(any(feature = "audit", feature = "health", feature = "maintenance"))]
mod html;
#[cfg(any(feature = "audit", feature = "health"))]
mod json;
#[cfg(any(feature = "health", feature = "log"))]
mod json_number;
#[cfg(feature = "limit")]
pub mod limit;
#[cfg(feature = "log")]
pub mod log;
#[cfg(any(
    feature = "access-log",
    feature = "body-limit",
    feature = "cors",
    feature = "request-id",
    feature = "server"
))]
mod lookup;
#[cfg(feature = "maintenance")]
pub mod maintenance;
#[cfg(any(
    feature = "deadpool-postgres",
    feature = "sqlx-postgres",
    feature = "sqlx-sqlite",
    feature = "valkey"
))]
mod masked;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(any(
    feature = "access-log",
    feature = "limit",
    feature = "maintenance",
    all(feature = "server", unix)
))]
mod probe;
#[cfg(feature = "problem")]
pub mod problem;
#[cfg(feature = "headers")]
mod random;
#[cfg(feature = "reload")]
pub mod reload;
#[cfg(feature = "valkey")]
pub mod replicas;
#[cfg(feature = "request-id")]
pub mod request_id;
#[cfg(feature = "route")]
pub mod route;
#[cfg(feature = "security-txt")]
pub mod security_txt;
#[cfg(feature = "sentry")]
pub mod sentry;
#[cfg(all(feature = "server", unix))]
pub mod server;
#[cfg(any(feature = "limit", feature = "request-id"))]
mod siphash;
#[cfg(feature = "stack")]
pub mod stack;
#[cfg(feature = "timeout")]
pub mod timeout;
#[cfg(any(feature = "log", feature = "request-id"))]
pub mod trace_context;

/// What the fuzzers call.
#[cfg(all(fuzzing, feature = "proxy-protocol", unix))]
#[doc(hidden)]
pub mod __fuzzing {
    /// A connection that begins with these bytes.
    pub fn proxy_protocol(bytes: &[u8]) {
        crate::server::proxy_protocol::tests::hold(bytes);
    }
}

/// The code of the README, which must compile as it is printed.
#[cfg(all(doctest, feature = "headers", feature = "health"))]
#[doc = include_str!("../README.md")]
pub struct Readme;
