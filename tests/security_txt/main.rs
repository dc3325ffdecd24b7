//! `/.well-known/security.txt` is what RFC 9116 asks for.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod file;
mod served;
