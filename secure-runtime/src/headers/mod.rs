//! Puts security headers on every response.
