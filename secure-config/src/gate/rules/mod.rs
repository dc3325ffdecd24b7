//! The rules that need no estimate, one a file.

pub(super) mod known_default;
pub(super) mod prefix;
pub(super) mod template;
