//! Servers of a test's own, which it may stop, freeze and start again.

mod postgres;
mod process;

pub use postgres::Postgres;
