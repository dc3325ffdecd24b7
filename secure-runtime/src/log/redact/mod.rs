//! Keeps values out of the log whose name says that they are secret.

mod name;
mod scrub;

pub(super) use name::Names;
pub(super) use scrub::scrub;
