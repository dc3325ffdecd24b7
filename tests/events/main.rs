//! Security events: their lines, their counters, and what the runtime tells of itself.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod admin;
mod limits;
mod lines;
mod metrics;
