//! Typed configuration that refuses to start on a default, placeholder, weak or missing secret.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod gate;
mod memory;
mod redact;

pub use redact::redact;
