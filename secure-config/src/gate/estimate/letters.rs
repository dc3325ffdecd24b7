//! What a letter costs after the two before it: how words that no list holds are still cheaper than noise.
//!
//! `letters.bin` is trained on the word lists by the program `letters` in `tests/benches/gate`.

use super::cost::BIT;

static MODEL: &[u8; CONTEXTS * ROW] = include_bytes!("letters.bin");

/// The start of a word as a context, its end as what follows.
pub(super) const EDGE: usize = 26;

const SYMBOLS: usize = 27;
const CONTEXTS: usize = SYMBOLS * SYMBOLS;
const ROW: usize = SYMBOLS.div_ceil(2);

/// The sixteen costs that the model knows.
const LEVELS: [u32; 16] = [
    4,
    10,
    16,
    24,
    32,
    40,
    48,
    56,
    64,
    74,
    86,
    100,
    118,
    140,
    172,
    14 * BIT,
];

/// The cost of `next` after `before` and `last`, each 0–25 for a letter or [`EDGE`].
#[inline]
pub(super) fn cost(before: usize, last: usize, next: usize) -> u32 {
    let pair = MODEL[(before * SYMBOLS + last) * ROW + next / 2];
    LEVELS[usize::from(if next % 2 == 0 { pair & 15 } else { pair >> 4 })]
}

/// What a letter drawn at random costs.
const NOISE: u32 = 75;

/// Returns how many bits the model saves on the runs of letters in `text`, beside letters drawn at random.
pub(in crate::gate) fn gain(text: impl Iterator<Item = u8>) -> i32 {
    let (mut before, mut last) = (EDGE, EDGE);
    let mut saved = 0i32;
    for byte in text {
        if byte.is_ascii_alphabetic() {
            let next = usize::from((byte | 0x20) - b'a');
            // Costs are below 256.
            saved += NOISE as i32 - cost(before, last, next) as i32;
            (before, last) = (last, next);
        } else {
            (before, last) = (EDGE, EDGE);
        }
    }
    saved / BIT as i32
}

/// What the model takes in the binary.
#[cfg(test)]
pub(super) const BYTES: usize = CONTEXTS * ROW;

#[cfg(test)]
mod tests {
    use super::super::cost::probability;
    use super::*;

    #[test]
    fn what_follows_two_letters_is_a_code() {
        for before in 0..SYMBOLS {
            for last in 0..SYMBOLS {
                let sum: f64 = (0..SYMBOLS)
                    .map(|next| probability(cost(before, last, next)))
                    .sum();
                assert!(sum <= 1.0, "{before} {last}: {sum}");
            }
        }
    }

    #[test]
    fn a_word_is_cheaper_than_noise() {
        let word = |text: &[u8]| {
            let (mut before, mut last, mut sum) = (EDGE, EDGE, 0);
            for next in text.iter().map(|byte| usize::from(byte - b'a')).chain([EDGE]) {
                sum += cost(before, last, next);
                (before, last) = (last, next);
            }
            sum
        };
        assert!(2 * word(b"showcasing") < word(b"xqzvkwjhfg"));
    }
}
