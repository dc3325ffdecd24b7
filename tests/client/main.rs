//! Who the client is, whatever headers say.

mod known;
mod properties;
mod support;
