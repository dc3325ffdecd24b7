//! Secrets are made, filled, shared, named and dropped in any order; each must stay whole, and nothing may stay behind.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz arena`
#![no_main]

libfuzzer_sys::fuzz_target!(|operations: &[u8]| secure_config::__fuzzing::arena(operations));
