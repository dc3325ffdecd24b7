//! The rules, one a file.

pub(super) mod container;
pub(super) mod encoded;
pub(super) mod known_default;
pub(super) mod prefix;
pub(super) mod shifted;
pub(super) mod sprayed;
pub(super) mod strength;
pub(super) mod template;
