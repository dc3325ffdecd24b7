//! The promises of the log: what a line is, whatever is logged.
#![allow(clippy::unwrap_used, reason = "a test fails by a panic, its helpers too")]

mod any;
mod bridge;
mod capture;
mod hostile;
mod levels;
mod lines;
mod names;
mod process;
mod secrets;
mod spans;
mod text;
mod values;
