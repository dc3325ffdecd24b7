//! Pages of other origins: what they may do, and which policies are refused.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod browser;
mod composed;
mod protocol;
mod refused;
mod support;
