//! What replicas share by way of a real Valkey: one count, whoever is asked; an outage as it was chosen; commands that reach all.
#![cfg(unix)]

mod follow;
mod given;
mod limits;
mod outage;
mod server;
