//! The example `service`, as a process: what its first page promises of a running one.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod accounts;
mod limits;
mod monitoring;

use std::{path::PathBuf, sync::OnceLock};

use tests::example::{Example, build};

/// The service with these variables, on a main and a metrics listener.
fn start(vars: &[(&str, &str)]) -> Example {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| build("service", env!("CARGO_TARGET_TMPDIR")));
    let vars = [&[("METRICS_PORT", "0")], vars].concat();
    Example::start(program, &vars, 2)
}
