//! The composed layers, over a real connection.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod answers;
mod clients;
mod handler;
mod ids;
mod lines;
mod peers;
mod ready;
mod settings;
