//! Hardened defaults for an HTTP service: logs, headers, health, request ids, a server that drains.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "access-log")]
pub mod access_log;
#[cfg(any(
    feature = "access-log",
    feature = "headers",
    feature = "request-id",
    feature = "server"
))]
pub mod client;
pub mod connection;
#[cfg(feature = "headers")]
pub mod headers;
#[cfg(feature = "health")]
pub mod health;
#[cfg(feature = "log")]
pub mod log;
#[cfg(feature = "request-id")]
pub mod request_id;
#[cfg(all(feature = "server", unix))]
pub mod server;
#[cfg(feature = "stack")]
pub mod stack;
