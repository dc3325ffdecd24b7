//! What may come next in a description, and how likely: one code for each state.

use super::cost::{Length, one_of, share};

/// What the description said last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum State {
    /// A character for which there is no better word.
    Literal,
    /// A word, or letters that could be one.
    Word,
    /// The separator that the head names.
    Separator,
    /// A run: digits, a row, a copy.
    Run,
    /// Nothing yet.
    Begin,
}

/// How many states a position inside the value may be in; `Begin` is only before it.
pub(super) const INNER_STATES: usize = 4;
pub(super) const STATES: [State; 5] = [
    State::Literal,
    State::Word,
    State::Separator,
    State::Run,
    State::Begin,
];

/// The kinds of token that a description is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// One character, named within its alphabet.
    Literal,
    /// The separator that the head names.
    Separator,
    /// A word of the vocabulary.
    Word,
    /// Three letters or more that look like a word.
    Letters,
    /// Decimal digits.
    Digits,
    /// Keys of the home row in any order, as a hand falls on them.
    Home,
    /// Three characters or more that stood before.
    Copy,
    /// Three characters or more in the order of a row.
    Row,
    /// Two rows, or a row and a constant, taken in turns.
    Weave,
}

pub(super) const CLASSES: [Class; 9] = [
    Class::Literal,
    Class::Separator,
    Class::Word,
    Class::Letters,
    Class::Digits,
    Class::Home,
    Class::Copy,
    Class::Row,
    Class::Weave,
];

/// How often each class follows each state, in parts of 256. The first row is what noise pays to be noise.
const SHARES: [[u32; CLASSES.len()]; STATES.len()] = [
    [178, 8, 26, 12, 8, 4, 9, 9, 2],
    [16, 104, 70, 16, 30, 2, 8, 8, 2],
    [16, 6, 150, 44, 22, 4, 6, 6, 2],
    [60, 60, 56, 16, 12, 4, 28, 16, 4],
    [90, 4, 110, 25, 10, 6, 1, 8, 2],
];

/// What each class costs after each state.
pub(super) static TO: [[u32; STATES.len()]; CLASSES.len()] = {
    let mut to = [[0; STATES.len()]; CLASSES.len()];
    let mut state = 0;
    while state < STATES.len() {
        let mut class = 0;
        while class < CLASSES.len() {
            to[class][state] = share(SHARES[state][class], 256);
            class += 1;
        }
        state += 1;
    }
    to
};

/// How long runs of each kind are.
pub(super) const DIGITS: Length = Length::new(1, 1, 4);
pub(super) const HOME: Length = Length::new(1, 1, 16);
pub(super) const COPY: Length = Length::new(3, 1, 8);
pub(super) const ROW: Length = Length::new(3, 1, 5);
pub(super) const WEAVE: Length = Length::new(6, 1, 8);

/// The keys of the home row.
pub(super) const HOME_ROW: &[u8] = b"asdfghjkl;";

/// The separators that the head may name, and what that costs.
pub(super) const SEPARATORS: [(u8, u32); 10] = [
    (b'-', share(14, 64)),
    (b'_', share(14, 64)),
    (b' ', share(6, 64)),
    (b'.', share(4, 64)),
    (b'/', share(2, 64)),
    (b':', share(1, 64)),
    (b'+', share(1, 64)),
    (b',', share(1, 64)),
    (b'|', share(1, 64)),
    (b'@', share(1, 64)),
];
pub(super) const NO_SEPARATOR: u32 = share(19, 64);

/// The case that most words have: lower, upper, capital (parts of 16).
pub(super) const STYLES: [u32; 3] = [share(10, 16), share(2, 16), share(4, 16)];

/// The four ways to describe a value: by tokens, as noise in an alphabet, by the few characters that it has, by steps.
pub(super) const BY_TOKENS: u32 = share(11, 16);
pub(super) const AS_NOISE: u32 = share(3, 16);
pub(super) const BY_CHARACTERS: u32 = share(1, 16);
pub(super) const BY_STEPS: u32 = share(1, 16);

/// The cost of one of `count`, for every count that a value of bounded length needs.
pub(super) static ONE_OF: [u32; 257] = {
    let mut table = [0; 257];
    let mut count = 1;
    while count < 257 {
        table[count] = one_of(count as u32);
        count += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::super::{
        cost::{BIT, probability},
        lexicon, rows,
    };
    use super::*;

    #[test]
    fn what_follows_each_state_is_a_code() {
        for state in STATES {
            let sum: f64 = TO.iter().map(|from| probability(from[state as usize])).sum();
            assert!(sum <= 1.0 && sum > 0.95, "{state:?}: {sum}");
        }
    }

    #[test]
    fn the_parts_of_the_head_are_codes() {
        let separators = SEPARATORS.iter().map(|(_, cost)| probability(*cost)).sum::<f64>();
        assert!(separators + probability(NO_SEPARATOR) <= 1.0);
        assert!(STYLES.iter().map(|cost| probability(*cost)).sum::<f64>() <= 1.0);
        let ways = [BY_TOKENS, AS_NOISE, BY_CHARACTERS, BY_STEPS];
        assert!(ways.iter().map(|cost| probability(*cost)).sum::<f64>() <= 1.0);
    }

    /// Every word of the vocabulary in every case and spelling together.
    #[test]
    fn words_are_a_code() {
        let cases = probability(lexicon::SAME_CASE) + 3.0 * probability(lexicon::OTHER_CASE);
        let names: f64 = (0..4)
            .map(|tier| f64::from(lexicon::COUNTS[tier]) * probability(lexicon::NAMES[tier]))
            .sum();
        let spellings = probability(lexicon::PLAIN) + probability(lexicon::LEETED);
        assert!(cases <= 1.0, "{cases}");
        assert!(names <= 1.0, "{names}");
        assert!(spellings <= 1.0, "{spellings}");
    }

    #[test]
    fn runs_are_codes() {
        let lengths = |length: &Length| -> f64 {
            (length.least..1_000)
                .map(|run| probability(length.cost(run)))
                .sum()
        };
        for length in [DIGITS, HOME, COPY, ROW, WEAVE] {
            assert!(lengths(&length) <= 1.0);
        }
        // A weave names two directions (or "constant") and their first characters, 95 of them at most.
        let directions = f64::from(rows::DIRECTIONS + 1) * probability(one_of(rows::DIRECTIONS + 1));
        assert!(directions <= 1.0, "{directions}");
        assert_eq!(ONE_OF[256], 8 * BIT);
    }
}
