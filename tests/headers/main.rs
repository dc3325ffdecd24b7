//! The security headers of a service.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod handlers;
mod nonces;
mod overrides;
mod profiles;
mod refused;
mod support;
