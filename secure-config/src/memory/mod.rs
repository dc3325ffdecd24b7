//! Where secrets live: the one module of the workspace that may hold unsafe code.
//!
//! ```text
//! locked ──> arena ──> pages        the bytes: handles, blocks inside pages, pages of the system
//! environment ──> index, erase      the variables: one pass, look-ups, the wipe in place
//! scrub · weakness · process        what a load leaves on the stack; what the system refused; who we are
//! ```
//!
//! Invariants:
//! - a secret is copied once, into its block; nothing here moves it, grows it or formats it;
//! - a block is wiped before its bytes are given back, and a page holds only zeros when it is unmapped;
//! - the environment is read raw, and written, only while this thread is the only one;
//! - no user code runs while the arena is locked.
#![allow(
    unsafe_code,
    reason = "locked pages and the environment block are out of reach of safe code"
)]

mod arena;
mod environment;
#[cfg(fuzzing)]
pub(crate) mod fuzz;
mod locked;
mod pages;
mod process;
mod scrub;
mod text;
mod weakness;

pub(crate) use arena::for_each_secret;
pub(crate) use environment::{Environment, EraseError, Value, was_erased};
pub(crate) use locked::{Locked, LockedText};
pub(crate) use process::{effective_user, is_read_only};
pub(crate) use scrub::scrubbed;
pub(crate) use text::text_of;
pub(crate) use weakness::weaknesses;
