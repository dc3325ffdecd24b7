//! Keeps values out of the log whose name says that they are secret.

mod name;
mod scrub;

pub(crate) use name::Names;
pub(crate) use scrub::scrub;
