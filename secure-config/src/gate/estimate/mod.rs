//! Estimates how many bits it takes to describe a value: few for what people write, many for noise.

mod alphabet;
mod cost;
mod letters;
mod lexicon;
mod model;
mod parse;
mod rows;
mod tally;

pub(super) use self::tally::{Estimate, estimate};

/// What the vocabulary and the letter model take in the binary.
#[cfg(test)]
pub(super) const BYTES: usize = lexicon::BYTES + letters::BYTES;
