//! The smallest alphabet that holds every character of a value: what a generator may have drawn from.

use super::cost::{one_of, share};

/// An alphabet: its size, and what naming it costs in the head of the description.
#[derive(Clone, Copy)]
pub(super) struct Alphabet {
    members: u16,
    /// How many characters it has.
    pub(super) size: u32,
    /// The cost of naming it.
    pub(super) name: u32,
    /// The cost of one of its characters.
    pub(super) character: u32,
}

// Groups of characters; an alphabet is a union of them.
const LOW_DIGIT: u16 = 1; // 2–7, the digits of base32
const DIGIT: u16 = 1 << 1; // 0, 1, 8, 9
const HEX_LOWER: u16 = 1 << 2;
const LOWER: u16 = 1 << 3; // g–z
const HEX_UPPER: u16 = 1 << 4;
const UPPER: u16 = 1 << 5; // G–Z
const URL: u16 = 1 << 6; // - _
const BASE64: u16 = 1 << 7; // + / =
const PRINTABLE: u16 = 1 << 8;
const OTHER: u16 = 1 << 9;

const DIGITS: u16 = LOW_DIGIT | DIGIT;
const LOWERS: u16 = HEX_LOWER | LOWER;
const UPPERS: u16 = HEX_UPPER | UPPER;
const ALNUM: u16 = DIGITS | LOWERS | UPPERS;

/// The alphabets, smallest first; the share of a name is its part of 64.
pub(super) static ALPHABETS: [Alphabet; 13] = [
    Alphabet::new(DIGITS, 10, 4),
    Alphabet::new(DIGITS | HEX_LOWER, 16, 6),
    Alphabet::new(DIGITS | HEX_UPPER, 16, 3),
    Alphabet::new(LOWERS, 26, 14),
    Alphabet::new(UPPERS, 26, 4),
    Alphabet::new(UPPERS | LOW_DIGIT, 32, 2),
    Alphabet::new(LOWERS | DIGITS, 36, 9),
    Alphabet::new(UPPERS | DIGITS, 36, 3),
    Alphabet::new(ALNUM, 62, 6),
    Alphabet::new(ALNUM | URL, 64, 4),
    Alphabet::new(ALNUM | BASE64, 65, 3),
    Alphabet::new(ALNUM | URL | BASE64 | PRINTABLE, 95, 5),
    Alphabet::new(ALNUM | URL | BASE64 | PRINTABLE | OTHER, 256, 1),
];

impl Alphabet {
    const fn new(members: u16, size: u32, part: u32) -> Self {
        Self {
            members,
            size,
            name: share(part, 64),
            character: one_of(size),
        }
    }

    /// The smallest alphabet that holds all of `bytes`.
    pub(super) fn of(bytes: impl Iterator<Item = u8>) -> Self {
        let groups = bytes.fold(0, |groups, byte| groups | GROUPS[usize::from(byte)]);
        // The last alphabet has every group, so the search always ends with one.
        let holds = |alphabet: &&Self| groups & !alphabet.members == 0;
        *ALPHABETS.iter().find(holds).unwrap_or(&ALPHABETS[12])
    }

    /// Whether the alphabet reaches beyond ASCII's printable characters.
    pub(super) const fn is_bytes(&self) -> bool {
        self.size == 256
    }
}

static GROUPS: [u16; 256] = {
    let mut groups = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        groups[byte] = group(byte as u8);
        byte += 1;
    }
    groups
};

const fn group(byte: u8) -> u16 {
    match byte {
        b'2'..=b'7' => LOW_DIGIT,
        b'0'..=b'9' => DIGIT,
        b'a'..=b'f' => HEX_LOWER,
        b'g'..=b'z' => LOWER,
        b'A'..=b'F' => HEX_UPPER,
        b'G'..=b'Z' => UPPER,
        b'-' | b'_' => URL,
        b'+' | b'/' | b'=' => BASE64,
        b' '..=b'~' => PRINTABLE,
        _ => OTHER,
    }
}

#[cfg(test)]
mod tests {
    use super::super::cost::probability;
    use super::*;

    #[test]
    fn an_alphabet_has_as_many_characters_as_it_says() {
        for alphabet in &ALPHABETS {
            let members = (0..=255u8)
                .filter(|byte| group(*byte) & !alphabet.members == 0)
                .count();
            assert_eq!(members, alphabet.size as usize);
        }
    }

    #[test]
    fn names_are_a_code() {
        let sum: f64 = ALPHABETS.iter().map(|alphabet| probability(alphabet.name)).sum();
        assert!(sum <= 1.0, "{sum}");
    }

    #[test]
    fn the_smallest_alphabet_is_found() {
        for (text, size) in [
            ("0189", 10),
            ("0a", 16),
            ("xyz", 26),
            ("A2", 16),
            ("Z2", 32),
            ("aB1_", 64),
            ("é", 256),
        ] {
            assert_eq!(Alphabet::of(text.bytes()).size, size, "{text}");
        }
    }
}
