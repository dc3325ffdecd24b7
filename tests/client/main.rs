//! Who the client is, whatever headers say.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod known;
mod properties;
mod support;
