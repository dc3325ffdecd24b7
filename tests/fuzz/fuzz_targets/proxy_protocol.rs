//! No bytes of a load balancer make the reader of PROXY headers panic, read beyond a header, or read without end.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz proxy_protocol tests/fuzz/corpus/proxy_protocol tests/fuzz/seeds/proxy_protocol`
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| secure_runtime::__fuzzing::proxy_protocol(bytes));
