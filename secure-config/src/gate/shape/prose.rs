//! Text by its structure: words of letters with blanks between them, whatever their language.
//!
//! Blanks between words of letters are no key. The rule does not need to know the words: it compares what the
//! characters cost in a code for text with what they cost as noise. The codes obey Kraft's inequality, so noise of
//! printable characters is so described with a probability below 2⁻²⁴.

use super::LIMIT;
use crate::gate::{
    Policy,
    estimate::{capacity, estimate},
    rules::strength,
    scratch,
};

/// The improbability of text, in bits, as noise.
const SURE: u32 = 24;

/// What noise of printable characters costs, in sixteenths of a bit, rounded down.
const NOISE: u32 = 105;

/// The costs of each kind of character in text: a code, as a test shows.
const BLANK: u32 = 44;
const LINE_END: u32 = 80;
const LETTER: u32 = 88;
const SIGN: u32 = 135;
const OTHER: u32 = 176;

/// What a digit costs that people write for a letter.
const DIGIT: u32 = 112;

/// What joins words in place of a blank.
const JOINTS: [u8; 6] = [b'-', b'_', b'.', b'+', b'/', b','];

/// The fewest words that are joined text, and the fewest different lengths among them: groups of one length are a
/// format.
const JOINED: usize = 5;
const LENGTHS: u32 = 3;

/// The fewest characters of a text: shorter ones are for the estimate, and what noise decodes to is short.
const LEAST: usize = 24;

/// The fewest characters of a chunk that may be a key, and how many chunks are looked at.
const KEY: usize = 20;
const KEY_JOINED: usize = 16;
const TRIES: usize = 6;

/// Whether `text` is words, lines or settings, with nothing in it that could be the key.
pub(in crate::gate) fn is_prose(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    if text.len() < LEAST {
        return false;
    }
    let blanks = text.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    if blanks < 2 {
        return is_joined(text);
    }
    // No generator of characters draws line ends and tabs: what has them is a file.
    let is_file = text.contains(&b'\n') || text.contains(&b'\t');
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
    (is_file || cost(text, b' ') + 16 * SURE <= NOISE * text.len() as u32)
        && !is_grouped(text)
        && !holds_key(text.split(|byte| !is_part(byte)), KEY)
}

/// Whether one of `chunks`, of `least` characters or more, could be a key.
fn holds_key<'a>(chunks: impl Iterator<Item = &'a [u8]>, least: usize) -> bool {
    let mut tries = 0;
    chunks.filter(|chunk| chunk.len() >= least).any(|chunk| {
        tries += 1;
        tries > TRIES || is_key(chunk)
    })
}

/// Whether a chunk could be the key in a file: strong in itself, and no text.
fn is_key(chunk: &[u8]) -> bool {
    let chunk = &chunk[..chunk.len().min(scratch::LIMIT)];
    strength::check(chunk, &Policy::key().min_bits(64)).is_ok()
}

/// Whether `text` is words joined by hyphens or their like.
fn is_joined(text: &[u8]) -> bool {
    let count = |joint: u8| text.iter().filter(|byte| **byte == joint).count();
    let Some((joints, joint)) = JOINTS.iter().map(|joint| (count(*joint), *joint)).max() else {
        return false;
    };
    if joints + 1 < JOINED || joints * 14 < text.len() || text.len() > LIMIT {
        return false;
    }
    let (mut lengths, mut words, mut spoken, mut others) = (0u32, 0usize, 0, 0);
    for word in text.split(|byte| *byte == joint) {
        let letters = word.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        let is_word = letters + 1 >= word.len() && letters > 0;
        let speaks = word
            .iter()
            .any(|byte| b"aeiouy".contains(&byte.to_ascii_lowercase()));
        lengths |= 1 << word.len().min(31);
        words += usize::from(is_word);
        spoken += usize::from(is_word && (speaks || letters < 3));
        others += usize::from(!is_word);
    }
    let noise = capacity(text).min(NOISE * text.len() as u32);
    words >= JOINED
        && lengths.count_ones() >= LENGTHS
        && 4 * others <= words
        && 8 * spoken >= 7 * words
        && cost(text, joint) + 16 * (SURE + JOINTS.len() as u32) <= noise
        && !holds_key(text.split(|byte| *byte == joint), KEY_JOINED)
}

/// Returns what `text` costs in a code for text, whose words `blank` parts.
fn cost(text: &[u8], blank: u8) -> u32 {
    let text = &text[..text.len().min(LIMIT)];
    let capitals = text.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let small = text.iter().filter(|byte| byte.is_ascii_lowercase()).count();
    // The head names the case that most letters have, for one bit.
    let is_upper = capitals > small;
    let each = |byte: &u8| of_byte(*byte, blank, is_upper);
    16 + text.iter().map(each).sum::<u32>()
}

const fn of_byte(byte: u8, blank: u8, is_upper: bool) -> u32 {
    match byte {
        _ if byte == blank => BLANK,
        b'\n' => LINE_END,
        b'a'..=b'z' if !is_upper => LETTER,
        b'A'..=b'Z' if is_upper => LETTER,
        _ if is_leet(byte) => DIGIT,
        b'!'..=b'~' | b' ' => SIGN,
        // No generator writes these.
        0x80.. => LETTER,
        _ => OTHER,
    }
}

/// Whether people write `byte`, a digit, for a letter.
const fn is_leet(byte: u8) -> bool {
    matches!(byte, b'0' | b'1' | b'3' | b'4' | b'5' | b'7')
}

/// Whether blanks part `text` into groups of one length, as devices print keys.
fn is_grouped(text: &[u8]) -> bool {
    let mut groups = text
        .split(u8::is_ascii_whitespace)
        .filter(|group| !group.is_empty());
    let Some(first) = groups.next() else { return false };
    let mut last = first.len();
    let mut count = 1;
    for group in groups {
        if last != first.len() {
            return false;
        }
        last = group.len();
        count += 1;
    }
    count >= 3 && last <= first.len() && !is_words(text)
}

/// Whether the vocabulary finds words in groups that happen to be equally long.
fn is_words(text: &[u8]) -> bool {
    estimate(text).drawn_gain >= 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_no_key_in_any_language() {
        for text in [
            "the kettle and the heater run together",
            "Wij hebben nog 5 kaartjes over voor zaterdag",
            "Holnap reggel 7 orakor indul a busz a tohoz.",
            "LE BOULANGER FERME SA BOUTIQUE LE LUNDI",
            "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n",
            "de-fietsen-staan-achter-het-huis-onder-een-zeil",
            "De_fietsen_staan_achter_het_huis,_onder_een_zeil.",
            "A.NAGYMAMA.KERTJEBEN.MINDEN.NYARON.TEREM",
            "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nbin:x:2:2::/bin:/bin/sh\n",
        ] {
            assert!(is_prose(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn characters_of_text_are_a_code() {
        for (blank, is_upper) in [(b' ', false), (b' ', true), (b'-', false)] {
            let sum: f64 = (0..0x80u8)
                .map(|byte| (-f64::from(of_byte(byte, blank, is_upper)) / 16.0).exp2())
                .sum();
            assert!(sum <= 1.0, "{sum}");
        }
        assert!(f64::from(NOISE) <= 16.0 * 95f64.log2());
    }

    #[test]
    fn keys_with_blanks_stay_keys() {
        for text in [
            "mqzx kvtp wbnd ryhj lfgc",
            "hwmqzx-kvtpad-wbndek-ryhjqo-lfgcxu",
            "my-service-in-the-production-9f86d081884c7d659a2feaa0c55ad015",
            "qXpA-vbN-kLw_ZrT-9m-Hd_sYc-Ju-4oE-f",
            "JBSW Y3DP EHPK 3PXP 7KQ2 MZ4A",
            "x9 Kq!2 Wv7#p Lm4Z r8@Tn {0} \\ ~c",
            "# created: 2025-01-01T00:00:00Z\n# public key: age1qy352euf40x77qfrg4ncn27dauqjx3t83xfddj\nAGE-SECRET-KEY-1QQPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L0Q9Z\n",
            "[default]\naws_secret_access_key = wLk7bPzRq29vXn5TgYhC3mUdE8sJf0aKiQoZ4r1B\nregion = eu-west-1\n",
        ] {
            assert!(!is_prose(text.as_bytes()), "{text}");
        }
    }
}
