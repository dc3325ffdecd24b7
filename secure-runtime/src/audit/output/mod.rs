//! The checklist for people and for programs.

pub(super) mod json;
pub(super) mod sarif;
pub(super) mod text;
