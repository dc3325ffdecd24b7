//! What the tests of several rooms share.

#[cfg(target_os = "linux")]
pub mod scan;
