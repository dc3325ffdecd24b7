//! What health promises: who is asked and how often, what is answered and to whom.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod access;
mod answers;
mod checks;
mod log;
mod page;
mod service;
mod support;
mod system;
mod wire;
