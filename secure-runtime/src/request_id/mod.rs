//! Gives every request an id.
