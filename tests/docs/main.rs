//! What the documentation says is so: its code compiles or is marked as something else, its links lead somewhere, its commands exist, its
//! defaults are the defaults, its queries find what they are for.
//!
//! The Rust blocks are compiled as doctests of the crate that shows them or of `tests/support`; here it is seen to that none is forgotten.
//! The README's first five minutes are followed in the room `readme`.

mod architecture;
mod blocks;
mod commands;
mod defaults;
mod guide;
mod incident;
mod links;
mod pages;
mod results;
mod settings;
