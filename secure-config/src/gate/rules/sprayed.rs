//! Finds passwords that are tried first: a word or name with a year, digits or signs, and walks over the keyboard with
//! the shift key held now and then.
//!
//! Of 12 random letters and digits one in 10⁷ is letters followed by a year, and one in 10⁹ a word of the vocabulary
//! followed by digits alone.

use crate::gate::{
    Pattern,
    estimate::{estimate, is_word},
    scratch::{LIMIT, Scratch},
};

/// The most signs and digits around a word that people add to please a rule.
const SIGNS: usize = 4;
const DIGITS: usize = 8;

/// The longest word or name, and the shortest that the vocabulary must hold.
const NAME: usize = 16;
const WORD: usize = 3;

/// The most bits in which a walk is described once the shift key is let go, and the least that rows of keys save in it.
const WALK: u32 = 48;
const WALK_SAVED: u32 = 22;

/// The longest password that is looked at: longer ones are judged by their bits.
const LONGEST: usize = 24;

pub(in crate::gate) fn check(text: &[u8]) -> Option<Pattern> {
    if text.len() > LONGEST {
        return None;
    }
    if is_walk(text) {
        return Some(Pattern::Keyboard);
    }
    is_name_with_digits(text).then_some(Pattern::WordAndDigits)
}

/// Whether letters of one word or name are followed, or preceded, by digits and signs only.
fn is_name_with_digits(text: &[u8]) -> bool {
    let Some(start) = text.iter().position(u8::is_ascii_alphabetic) else {
        return false;
    };
    let (before, rest) = text.split_at(start);
    let len = rest.iter().take_while(|byte| is_written(**byte)).count();
    let end = rest[..len]
        .iter()
        .rposition(u8::is_ascii_alphabetic)
        .map_or(0, |last| last + 1);
    let (name, after) = rest.split_at(end);
    let around = || before.iter().chain(after);
    let is_plain = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_punctuation();
    let digits = around().filter(|byte| byte.is_ascii_digit()).count();
    let signs = around().count() - digits;
    if !around().all(is_plain) || digits + signs == 0 || digits > DIGITS || signs > SIGNS || name.len() > NAME
    {
        return false;
    }
    if name.len() >= WORD && is_word(name) {
        return true;
    }
    // A name that no vocabulary holds: letters in the case of a name before a year or digits that count.
    let capitals = name[1..].iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let is_camel =
        capitals == 1 && name[0].is_ascii_uppercase() && !name[name.len() - 1].is_ascii_uppercase();
    let is_letters = name.iter().all(u8::is_ascii_alphabetic);
    let is_one_case = is_letters && (capitals == 0 || is_camel || capitals + 1 == name.len());
    let mut number = Scratch::new();
    after
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .for_each(|byte| number.push(*byte));
    is_one_case && before.is_empty() && (is_year(number.as_bytes()) || counts(number.as_bytes()))
}

/// Whether `byte` is a letter, or what people write for one.
fn is_written(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || b"0134578@$!".contains(&byte)
}

fn is_year(digits: &[u8]) -> bool {
    matches!(
        digits,
        [b'1', b'9', b'4'..=b'9', _] | [b'2', b'0', b'0'..=b'4', _]
    )
}

/// Whether digits are `123`, `1234` and so on, `321`, or one digit again and again.
fn counts(digits: &[u8]) -> bool {
    let step = |by: i8| digits.windows(2).all(|two| two[1] as i8 - two[0] as i8 == by);
    digits.len() >= 3 && (step(1) || step(-1) || step(0))
}

/// Whether `text` walks over the keyboard of the United States when the shift key is let go.
fn is_walk(text: &[u8]) -> bool {
    const SHIFTED: &[u8] = b"!@#$%^&*()_+{}|:\"<>?~";
    const PLAIN: &[u8] = b"1234567890-=[]\\;',./`";
    let mut room = Scratch::new();
    for byte in text.iter().take(LIMIT) {
        let plain = SHIFTED
            .iter()
            .position(|shifted| shifted == byte)
            .map(|at| PLAIN[at]);
        room.push(plain.unwrap_or(byte.to_ascii_lowercase()));
    }
    if text.len() < 8 {
        return false;
    }
    let found = estimate(room.as_bytes());
    let saved = found.walks + found.sequences + found.repeats;
    found.bits <= WALK && saved >= WALK_SAVED && saved > found.words + found.markers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_found() {
        for text in [
            "Summer2024!",
            "Company@123",
            "Acmecorp2024!",
            "Sommer2024!!",
            "Liverpool2024!",
            "P@ssw0rd2024",
            "Office365!!!",
            "2024Winter!",
            "Berlin2025!!",
            "Quxfirm1234#",
            "NewYork2024!",
            "admin@2024!!",
        ] {
            assert_eq!(check(text.as_bytes()), Some(Pattern::WordAndDigits), "{text}");
        }
        for text in [
            "1qaz@WSX",
            "1qaz@WSX3edc",
            "!QAZ2wsx#EDC",
            "1234qwer!@#$",
            "Qwerty!@#$%^",
        ] {
            assert_eq!(check(text.as_bytes()), Some(Pattern::Keyboard), "{text}");
        }
    }

    #[test]
    fn random_passwords_are_not() {
        for text in [
            "s8Kq2vXw0ZrT",
            "kqxwvbtzrmpl",
            "Kqxwvbtz7319",
            "x9$Kq!2Wv7#p",
            "9f86d081884c",
            "vbtzrm-kqxwpl-dfghzw",
        ] {
            assert_eq!(check(text.as_bytes()), None, "{text}");
        }
    }
}
