//! The example `service`, as a process: what its first page promises of a running one.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod accounts;
#[cfg(unix)]
mod audit;
mod config;
mod healthcheck;
#[cfg(target_os = "linux")]
mod image;
mod limits;
mod monitoring;
mod secrets;

use tests::example::Example;

/// The service with these variables, on a main and a metrics listener.
fn start(vars: &[(&str, &str)]) -> Example {
    let vars = [&[("METRICS_PORT", "0")], vars].concat();
    Example::start(env!("CARGO_BIN_EXE_service"), &vars, 2)
}
