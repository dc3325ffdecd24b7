//! The vocabulary: words of twenty languages in one block of bytes, read in place.
//!
//! The lists in `words/` are packed by the compiler: words stand in buckets by their first two letters, which
//! are not stored; a word is one byte (how many letters follow, and its list) and those letters.

use super::cost::{one_of, share};

/// The longest word of the lists.
pub(super) const LONGEST: usize = 16;

/// The four kinds of list, and how often a word comes from each (parts of 32).
pub(super) const TIERS: [u32; 4] = [12, 8, 6, 6];

/// The tier of the words that give a placeholder away.
pub(super) const MARKERS: usize = 0;

const LISTS: [(&[u8], u8); 24] = [
    (include_bytes!("../words/markers.txt"), 0),
    (include_bytes!("../words/config.txt"), 1),
    (include_bytes!("../words/names.txt"), 2),
    (include_bytes!("../words/english.txt"), 2),
    (include_bytes!("../words/spanish.txt"), 3),
    (include_bytes!("../words/portuguese.txt"), 3),
    (include_bytes!("../words/french.txt"), 3),
    (include_bytes!("../words/german.txt"), 3),
    (include_bytes!("../words/italian.txt"), 3),
    (include_bytes!("../words/polish.txt"), 3),
    (include_bytes!("../words/turkish.txt"), 3),
    (include_bytes!("../words/indonesian.txt"), 3),
    (include_bytes!("../words/russian.txt"), 3),
    (include_bytes!("../words/hindi.txt"), 3),
    (include_bytes!("../words/chinese.txt"), 3),
    (include_bytes!("../words/dutch.txt"), 3),
    (include_bytes!("../words/nordic.txt"), 3),
    (include_bytes!("../words/finnish.txt"), 3),
    (include_bytes!("../words/hungarian.txt"), 3),
    (include_bytes!("../words/vietnamese.txt"), 3),
    (include_bytes!("../words/romanian.txt"), 3),
    (include_bytes!("../words/czech.txt"), 3),
    (include_bytes!("../words/latin.txt"), 3),
    (include_bytes!("../words/japanese.txt"), 3),
];

const BUCKETS: usize = 26 * 26;

/// Where a list's next word stands, from `at` on: `None` at the end. Lines that start with `#` are skipped.
const fn next_word(list: &[u8], mut at: usize) -> Option<(usize, usize)> {
    while at < list.len() {
        match list[at] {
            b'#' => {
                while at < list.len() && list[at] != b'\n' {
                    at += 1;
                }
            }
            b'a'..=b'z' => {
                let start = at;
                while at < list.len() && list[at].is_ascii_lowercase() {
                    at += 1;
                }
                return Some((start, at));
            }
            _ => at += 1,
        }
    }
    None
}

const fn bucket(first: u8, second: u8) -> usize {
    (first - b'a') as usize * 26 + (second - b'a') as usize
}

/// How many bytes each bucket takes, how many words each tier has, and how many bytes there are in all.
const SIZES: ([u16; BUCKETS], [u32; 4], usize) = {
    let mut sizes = [0; BUCKETS];
    let mut words = [0; 4];
    let mut total = 0;
    let mut list = 0;
    while list < LISTS.len() {
        let (text, tier) = LISTS[list];
        let mut at = 0;
        while let Some((start, end)) = next_word(text, at) {
            assert!(
                end - start >= 2 && end - start <= LONGEST,
                "a word has 2 to 16 letters"
            );
            sizes[bucket(text[start], text[start + 1])] += (end - start - 1) as u16;
            words[tier as usize] += 1;
            total += end - start - 1;
            at = end;
        }
        list += 1;
    }
    (sizes, words, total)
};

/// How many words each tier has.
pub(super) const COUNTS: [u32; 4] = SIZES.1;

static STARTS: [u16; BUCKETS + 1] = {
    let mut starts = [0; BUCKETS + 1];
    let mut at = 0;
    while at < BUCKETS {
        starts[at + 1] = starts[at] + SIZES.0[at];
        at += 1;
    }
    starts
};

/// For each bucket the third letters of its words; [`PAIR`] when the two letters are a word themselves.
static THIRDS: [u32; BUCKETS] = {
    let mut thirds = [0; BUCKETS];
    let mut list = 0;
    while list < LISTS.len() {
        let (text, _) = LISTS[list];
        let mut at = 0;
        while let Some((start, end)) = next_word(text, at) {
            let third = if end - start == 2 {
                PAIR
            } else {
                letter(text[start + 2])
            };
            thirds[bucket(text[start], text[start + 1])] |= third;
            at = end;
        }
        list += 1;
    }
    thirds
};

static WORDS: [u8; SIZES.2] = {
    let mut packed = [0; SIZES.2];
    let mut next = [0; BUCKETS];
    let mut list = 0;
    while list < LISTS.len() {
        let (text, tier) = LISTS[list];
        let mut at = 0;
        while let Some((start, end)) = next_word(text, at) {
            let bucket = bucket(text[start], text[start + 1]);
            let mut to = next[bucket];
            let mut before = 0;
            if to == 0 {
                while before < bucket {
                    to += SIZES.0[before] as usize;
                    before += 1;
                }
            }
            packed[to] = tier << 4 | (end - start - 2) as u8;
            let mut from = start + 2;
            while from < end {
                to += 1;
                packed[to] = text[from];
                from += 1;
            }
            next[bucket] = to + 1;
            at = end;
        }
        list += 1;
    }
    packed
};

const PAIR: u32 = 1 << 26;

const fn letter(byte: u8) -> u32 {
    1 << (byte - b'a')
}

/// Which letters each byte may stand for: itself in either case, or what people write it for ("leet").
static READINGS: [u32; 256] = {
    let mut readings = [0; 256];
    let mut byte = b'a';
    while byte <= b'z' {
        readings[byte as usize] = letter(byte);
        readings[byte.to_ascii_uppercase() as usize] = letter(byte);
        byte += 1;
    }
    let mut at = 0;
    while at < LEET.len() {
        readings[LEET[at].0 as usize] |= letter(LEET[at].1);
        at += 1;
    }
    readings
};

/// The characters that people write for letters.
const LEET: [(u8, u8); 13] = [
    (b'0', b'o'),
    (b'1', b'i'),
    (b'1', b'l'),
    (b'3', b'e'),
    (b'4', b'a'),
    (b'5', b's'),
    (b'7', b't'),
    (b'8', b'b'),
    (b'9', b'g'),
    (b'@', b'a'),
    (b'$', b's'),
    (b'!', b'i'),
    (b'+', b't'),
];

/// How many characters besides itself may stand for a letter.
const fn substitutes(letter: u8) -> u32 {
    let mut count = 0;
    let mut at = 0;
    while at < LEET.len() {
        if LEET[at].1 == letter {
            count += 1;
        }
        at += 1;
    }
    count
}

/// The cost of saying which character stands for each letter of a word that has substitutes: half the time itself.
static SPELLINGS: [[u32; 2]; 26] = {
    let mut spellings = [[0; 2]; 26];
    let mut at = 0;
    while at < 26 {
        let count = substitutes(b'a' + at as u8);
        if count > 0 {
            spellings[at] = [share(1, 2), share(1, 2) + one_of(count)];
        }
        at += 1;
    }
    spellings
};

/// The cost of a word that is spelled as it is, and of one that is not.
pub(super) const PLAIN: u32 = share(30, 32);
pub(super) const LEETED: u32 = share(2, 32);

/// The cost of naming a word, by its tier.
pub(super) const NAMES: [u32; 4] = {
    let mut names = [0; 4];
    let mut tier = 0;
    while tier < 4 {
        names[tier] = share(TIERS[tier], 32) + one_of(COUNTS[tier]);
        tier += 1;
    }
    names
};

/// A word found in a text.
pub(super) struct Found {
    pub(super) len: usize,
    pub(super) tier: usize,
    /// The cost of naming it and its spelling; not of its case.
    pub(super) cost: u32,
}

/// Calls `found` for each word of the vocabulary that `text` starts with.
pub(super) fn each(text: &[u8], mut found: impl FnMut(Found)) {
    let [first, second, rest @ ..] = text else { return };
    // Two digits in a row start no word: a bound on the work, and random digits stay digits.
    if !(first.is_ascii_alphabetic() || second.is_ascii_alphabetic()) {
        return;
    }
    let third = rest.first().map_or(0, |byte| READINGS[usize::from(*byte)]) | PAIR;
    let mut firsts = READINGS[usize::from(*first)];
    while firsts != 0 {
        let one = firsts.trailing_zeros() as usize;
        firsts &= firsts - 1;
        let mut seconds = READINGS[usize::from(*second)];
        while seconds != 0 {
            let two = seconds.trailing_zeros() as usize;
            seconds &= seconds - 1;
            let bucket = one * 26 + two;
            if THIRDS[bucket] & third != 0 {
                each_of(bucket, text, &mut found);
            }
        }
    }
}

fn each_of(bucket: usize, text: &[u8], found: &mut impl FnMut(Found)) {
    let third = text.get(2).map_or(0, |byte| READINGS[usize::from(*byte)]);
    let mut words = &WORDS[usize::from(STARTS[bucket])..usize::from(STARTS[bucket + 1])];
    while let [head, rest @ ..] = words {
        let (letters, after) = rest.split_at(usize::from(head & 15));
        words = after;
        // Most words fail at their third letter.
        if letters
            .first()
            .is_some_and(|letter| third >> (letter - b'a') & 1 == 0)
        {
            continue;
        }
        let len = letters.len() + 2;
        if len > text.len()
            || !letters
                .iter()
                .zip(&text[2..])
                .all(|(letter, byte)| reads(*byte, *letter))
        {
            continue;
        }
        let tier = usize::from(head >> 4);
        let spelled = text[..len].iter().all(u8::is_ascii_alphabetic);
        let spelling = if spelled {
            PLAIN
        } else {
            LEETED + spelling(bucket, letters, text)
        };
        found(Found {
            len,
            tier,
            cost: NAMES[tier] + spelling,
        });
    }
}

#[inline]
fn reads(byte: u8, letter: u8) -> bool {
    READINGS[usize::from(byte)] >> (letter - b'a') & 1 != 0
}

fn spelling(bucket: usize, letters: &[u8], text: &[u8]) -> u32 {
    let first = [bucket / 26, bucket % 26];
    let letters = first
        .into_iter()
        .chain(letters.iter().map(|letter| usize::from(letter - b'a')));
    letters
        .zip(text)
        .map(|(letter, byte)| SPELLINGS[letter][usize::from(!byte.is_ascii_alphabetic())])
        .sum()
}

/// How the letters of a word are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
    Capital,
    Mixed,
}

impl Case {
    /// The case of the letters in `word`; what is no letter fits every case.
    pub(super) fn of(word: &[u8]) -> Self {
        let mut lower = false;
        let mut upper = false;
        for byte in &word[1..] {
            lower |= byte.is_ascii_lowercase();
            upper |= byte.is_ascii_uppercase();
        }
        match (
            word[0].is_ascii_uppercase(),
            word[0].is_ascii_lowercase(),
            lower,
            upper,
        ) {
            (false, _, _, false) => Self::Lower,
            (_, false, false, _) => Self::Upper,
            (true, _, _, false) => Self::Capital,
            _ => Self::Mixed,
        }
    }
}

/// The cost of a word's case beside the one that the head of the description names.
pub(super) fn case(style: Case, case: Case, len: usize) -> u32 {
    let named = if style == case { SAME_CASE } else { OTHER_CASE };
    if case == Case::Mixed {
        named + super::cost::BIT * len as u32
    } else {
        named
    }
}

pub(super) const SAME_CASE: u32 = share(14, 16);
pub(super) const OTHER_CASE: u32 = share(2, 16) + one_of(3);

/// What the vocabulary takes in the binary.
#[cfg(test)]
pub(super) const BYTES: usize = size_of_val(&WORDS) + size_of_val(&STARTS) + size_of_val(&THIRDS);

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<usize> {
        let mut lens = Vec::new();
        each(text.as_bytes(), |found| lens.push(found.len));
        lens.sort_unstable();
        lens
    }

    #[test]
    fn words_are_found_in_any_case_and_spelling() {
        for text in ["password!", "PASSWORD", "Password1", "p4ssw0rd", "p@$$w0rd"] {
            assert!(found(text).contains(&8), "{text}: {:?}", found(text));
        }
        assert_eq!(found("xqzkvw"), Vec::<usize>::new());
        assert_eq!(found("p"), Vec::<usize>::new());
        assert_eq!(found("4355w0rd"), Vec::<usize>::new(), "two digits start no word");
    }

    #[test]
    fn other_spellings_cost_more() {
        let cost = |text: &str| {
            let mut least = u32::MAX;
            each(text.as_bytes(), |found| {
                if found.len == text.len() {
                    least = least.min(found.cost)
                }
            });
            least
        };
        assert!(cost("password") < cost("passw0rd"));
        assert!(cost("passw0rd") < cost("p4ssw0rd") + 1);
        assert!(cost("password") < cost("waterfall").max(cost("contrasena")));
    }

    #[test]
    fn no_word_is_listed_twice() {
        let mut words: Vec<&[u8]> = Vec::new();
        for (text, _) in LISTS {
            let mut at = 0;
            while let Some((start, end)) = next_word(text, at) {
                words.push(&text[start..end]);
                at = end;
            }
        }
        words.sort_unstable();
        for pair in words.windows(2) {
            assert_ne!(pair[0], pair[1], "{:?}", std::str::from_utf8(pair[0]));
        }
        assert!(words.len() > 6_000);
    }

    #[test]
    fn case_is_seen() {
        for (word, case) in [
            ("word", Case::Lower),
            ("WORD", Case::Upper),
            ("Word", Case::Capital),
            ("wOrd", Case::Mixed),
            ("w0rd", Case::Lower),
            ("0K", Case::Upper),
        ] {
            assert_eq!(Case::of(word.as_bytes()), case, "{word}");
        }
    }
}
