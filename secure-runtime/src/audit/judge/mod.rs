//! Judges the items, by facts alone.

pub(super) mod access;
mod certificate;
pub(super) mod configuration;
mod csp;
pub(super) mod files;
pub(super) mod frontend;
pub(super) mod headers;
pub(super) mod https;
pub(super) mod observed;
pub(super) mod process;
pub(super) mod rotation;
pub(super) mod scanning;
mod source;
mod tool;

use self::certificate::Certificate;
use super::facts::Facts;

/// The facts, and what was read because of them.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub(super) facts: &'a Facts,
    pub(super) certificate: Certificate,
}

impl<'a> Evidence<'a> {
    pub(super) fn of(facts: &'a Facts) -> Self {
        Self {
            facts,
            certificate: Certificate::of(facts),
        }
    }
}
