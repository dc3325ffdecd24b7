//! A service that is shut by a switch, and who turns it.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod admin;
mod answers;
mod composed;
mod directory;
mod support;
