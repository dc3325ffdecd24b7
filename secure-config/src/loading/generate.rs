//! Secrets made up by the rules of their field: for one process in the development profile, and for an operator who asks.

use std::io;

use crate::memory::Locked;
use crate::random;
use crate::schema::{Field, Purpose, Rule};
use crate::secret::{Encoding, encode};

/// What the rules of a field ask of a value.
struct Wanted {
    /// Bytes, as used.
    least: usize,
    most: usize,
    /// Bits that must be guessed, where a rule says so.
    bits: usize,
    encoding: Option<Encoding>,
    is_passphrase: bool,
}

impl Wanted {
    fn of(field: &Field) -> Self {
        let mut wanted = Self {
            least: 32,
            most: usize::MAX,
            bits: 0,
            encoding: None,
            is_passphrase: false,
        };
        for rule in field.rules() {
            match *rule {
                Rule::Len(exact) => (wanted.least, wanted.most) = (exact, exact),
                Rule::MinLen(stated) => wanted.least = wanted.least.max(stated),
                Rule::MinBits(bits) => wanted.bits = bits as usize + SPARE,
                Rule::MaxLen(stated) => wanted.most = wanted.most.min(stated),
                Rule::Encoding(stated) => wanted.encoding = Some(stated),
                Rule::Purpose(purpose) => wanted.is_passphrase = purpose == Purpose::Passphrase,
                _ => {}
            }
        }
        wanted.least = wanted.least.max(wanted.bits.div_ceil(8)).min(wanted.most);
        wanted
    }
}

/// A random value in the spelling of `field`, as long as its rules ask for: of letters, digits and `+/=_-`.
///
/// # Errors
/// When the system has no randomness to give.
pub(crate) fn text(field: &Field) -> io::Result<Locked> {
    let wanted = Wanted::of(field);
    let random = |bytes: usize| Locked::filled(bytes, |out| random::fill(out).map(|()| out.len()));
    if let Some(encoding) = wanted.encoding {
        return Ok(encode(random(wanted.least)?.as_bytes(), encoding));
    }
    if wanted.is_passphrase && wanted.most >= words_len(FEWEST_WORDS) {
        let enough = (wanted.least + 1).div_ceil(WORD).max(wanted.bits.div_ceil(16));
        let longest = wanted.most.saturating_add(1) / WORD;
        let count = enough.max(WORDS).min(longest);
        return words(random(count * 2)?.as_bytes());
    }
    // The text is what is used: it is longer than the bytes it spells, and cut where it must be. A list must not be torn at a digit.
    let is_torn = field.shape().list && matches!(field.delimiter(), '-' | '_');
    let encoding = if is_torn {
        Encoding::Hex
    } else {
        Encoding::Base64Url
    };
    let text = encode(random(wanted.least)?.as_bytes(), encoding);
    let length = text.as_bytes().len().min(wanted.most);
    Ok(Locked::copy_of(&text.as_bytes()[..length]))
}

/// A word and the dash behind it.
const WORD: usize = 6;

/// How many words are made: 128 bits; and with fewer than 96 bits, other text is better.
const WORDS: usize = 8;
const FEWEST_WORDS: usize = 6;

/// The estimate of a random value may fall short of its bits by a few. So many more, and it falls short once in 2⁶⁴.
const SPARE: usize = 64;

const fn words_len(count: usize) -> usize {
    count * WORD - 1
}

/// Words that can be pronounced, one for each two bytes: proquints (Wilkerson 2009), `lusab-babad-gutih-tugad`.
fn words(random: &[u8]) -> io::Result<Locked> {
    const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
    const VOWELS: &[u8; 4] = b"aiou";
    Locked::filled(words_len(random.len() / 2), |out| {
        for (index, pair) in random.chunks_exact(2).enumerate() {
            let bits = usize::from(u16::from_be_bytes([pair[0], pair[1]]));
            let at = index * WORD;
            if index > 0 {
                out[at - 1] = b'-';
            }
            out[at] = CONSONANTS[bits >> 12];
            out[at + 1] = VOWELS[bits >> 10 & 3];
            out[at + 2] = CONSONANTS[bits >> 6 & 15];
            out[at + 3] = VOWELS[bits >> 4 & 3];
            out[at + 4] = CONSONANTS[bits & 15];
        }
        Ok(out.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Kind, SecretKind, Shape};

    #[test]
    fn a_list_is_not_torn() {
        static FIELD: Field = Field::new(
            "ring_keys",
            "",
            &["RING_KEYS"],
            false,
            Shape::one(Kind::Secret(SecretKind::Text)).list(),
            None,
            &[Rule::Delimiter('-')],
        );
        for _ in 0..100 {
            let text = text(&FIELD).unwrap();
            assert!(text.as_bytes().iter().all(u8::is_ascii_hexdigit));
            assert_eq!(text.as_bytes().len(), 64);
        }
    }

    #[test]
    fn words_are_those_of_the_proposal() {
        // 127.0.0.1 and 63.84.220.193 of the paper.
        let words = words(&[127, 0, 0, 1, 63, 84, 220, 193]).unwrap();
        assert_eq!(words.as_bytes(), b"lusab-babad-gutih-tugad");
    }
}
