//! What is promised of databases, with real ones.
//!
//! Those that need a server get it from `tests/run`; a plain `cargo test` leaves them out, and says so.
#![cfg(target_os = "linux")]

mod adapters;
mod adrift;
mod full;
mod log;
mod metrics;
mod outage;
mod proxy;
mod service;
mod sqlite;
mod start;
