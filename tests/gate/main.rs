//! What the gate promises: machine-made secrets pass, published and human ones do not, and nothing of a value shows.
#![allow(clippy::print_stdout, reason = "what was counted is worth seeing")]

mod classes;
mod corpus;
mod defaults;
mod digests;
mod hostile;
mod human;
mod machine;
mod machines;
mod phrases;
