//! No part of a secret is in anything that a load says: over every rule, every source and every type of secret.

mod matrix;
mod output;
mod process;
mod stray;
mod values;
