//! The derive macro of `secure-config`.
#![forbid(unsafe_code)]
