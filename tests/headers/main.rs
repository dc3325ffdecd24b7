//! The security headers of a service.

mod handlers;
mod nonces;
mod overrides;
mod profiles;
mod refused;
mod support;
