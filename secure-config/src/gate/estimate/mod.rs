//! Estimates how many bits it takes to describe a value: few for what people write, many for noise.

mod alphabet;
mod cost;
mod letters;
mod lexicon;
mod model;
mod parse;
mod rows;
mod steps;
mod tally;

pub(super) use self::{
    letters::gain as letters_gain,
    tally::{Estimate, Steps, estimate},
};

/// Whether `text` is one word of the vocabulary, in any case and spelling, or two.
pub(super) fn is_word(text: &[u8]) -> bool {
    let mut found = false;
    lexicon::each(text, |first| {
        let rest = &text[first.len..];
        let mut ends = rest.is_empty();
        if first.len >= 3 && rest.len() >= 3 {
            lexicon::each(rest, |second| ends |= second.len == rest.len());
        }
        found |= ends;
    });
    found
}

/// Returns what the characters of `text` could carry if each were drawn from the smallest alphabet that holds all, in
/// sixteenths of a bit.
pub(super) fn capacity(text: &[u8]) -> u32 {
    let text = &text[..text.len().min(1 << 20)];
    alphabet::Alphabet::of(text.iter().copied()).character * text.len() as u32
}

/// What the vocabulary and the letter model take in the binary.
#[cfg(test)]
pub(super) const BYTES: usize = lexicon::BYTES + letters::BYTES;
