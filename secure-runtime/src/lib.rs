//! Hardened defaults for an HTTP service: logs, headers, health, request ids, a server that drains.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "access-log")]
pub mod access_log;
#[cfg(feature = "problem")]
pub mod body;
#[cfg(feature = "body-limit")]
pub mod body_limit;
#[cfg(feature = "catch-panic")]
pub mod catch_panic;
#[cfg(feature = "client")]
pub mod client;
pub mod connection;
#[cfg(feature = "harden")]
pub mod harden;
#[cfg(feature = "headers")]
pub mod headers;
#[cfg(feature = "health")]
pub mod health;
#[cfg(feature = "log")]
pub mod log;
#[cfg(feature = "problem")]
pub mod problem;
#[cfg(any(feature = "headers", feature = "request-id"))]
mod random;
#[cfg(feature = "request-id")]
pub mod request_id;
#[cfg(feature = "route")]
pub mod route;
#[cfg(all(feature = "server", unix))]
pub mod server;
#[cfg(feature = "stack")]
pub mod stack;
#[cfg(feature = "timeout")]
pub mod timeout;
