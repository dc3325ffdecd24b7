//! Where secrets live: the one module of the workspace that may hold unsafe code.

mod environment;
mod locked;
mod process;

pub(crate) use environment::{Environment, EraseError, Value};
pub(crate) use locked::{Locked, LockedText};
pub(crate) use process::{effective_user, is_single_threaded};
