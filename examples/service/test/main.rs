//! The example `service`, as a process: what its first page promises of a running one.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]
#![cfg(unix)]

mod accounts;
mod audit;
mod client;
mod config;
mod exit;
mod healthcheck;
#[cfg(target_os = "linux")]
mod image;
mod incident;
mod limits;
mod monitoring;
#[cfg(target_os = "linux")]
mod postgres;
mod reload;
mod replicas;
mod secrets;
mod vault;

use tests::example::Example;

/// The service with these variables, on a main and a metrics listener.
fn start(vars: &[(&str, &str)]) -> Example {
    let vars = [&[("METRICS_PORT", "0")], vars].concat();
    Example::start(env!("CARGO_BIN_EXE_service"), &vars, 2)
}
