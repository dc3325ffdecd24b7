//! What reaches Sentry, and what does not: against a server on loopback that reads real envelopes.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod forms;
mod ingest;
mod key;
mod off;
mod panics;
mod process;
mod requests;
mod running;
mod secrets;
mod shutdown;
