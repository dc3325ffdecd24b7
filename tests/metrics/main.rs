//! What is counted, under which names, and how a scraper reads it.
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod adapters;
mod formats;
mod linters;
mod monitoring;
mod registry;
mod requests;
mod scrape;
mod series;
mod sources;
mod support;
