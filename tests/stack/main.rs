//! The composed layers, over a real connection.

mod answers;
mod clients;
mod handler;
mod ids;
mod lines;
mod peers;
mod settings;
