//! Finds text whose letters were shifted along the alphabet (rot13 and its like), mirrored, or put in reverse.
//!
//! The letter model is a code, so letters drawn at random are described by it in `n` bits less than their noise with
//! a probability of at most 2⁻ⁿ. Of 27 ways to read a value one saves five bits more than that by chance.

use crate::gate::{
    estimate::{estimate, letters_gain},
    rules::strength,
    scratch::{LIMIT, Scratch},
};

/// What shifted letters must save before words are looked for, and what letters must save without any words.
const WORTH: i32 = 0;
const SURE: i32 = 29;

/// How much shorter than noise a description is in which words were found, of one reading and of many.
const WORDED: i32 = 24;
const WORDED_OF_MANY: i32 = 29;

pub(in crate::gate) fn is_text(text: &[u8]) -> bool {
    let text = &text[..text.len().min(LIMIT)];
    if !may_be_text(text) {
        return false;
    }
    let reading = |way: u8| text.iter().map(move |byte| letter(*byte, way));
    let ways = (1..=MIRRORED).map(|way| (letters_gain(reading(way)), Some(way)));
    let reversed = (letters_gain(text.iter().rev().copied()), None);
    let shifted = ways.max_by_key(|(gain, _)| *gain);
    [shifted, Some(reversed)]
        .into_iter()
        .flatten()
        .any(|(gain, way)| {
            gain >= SURE
                || (gain >= WORTH || way.is_none()) && {
                    let mut room = Scratch::new();
                    match way {
                        Some(way) => reading(way).for_each(|byte| room.push(byte)),
                        None => text.iter().rev().for_each(|byte| room.push(*byte)),
                    }
                    let found = estimate(room.as_bytes());
                    let least = if way.is_none() { WORDED } else { WORDED_OF_MANY };
                    found.drawn_gain >= least && strength::is_long_text(&found)
                }
        })
}

/// Whether most of `text` is letters, of one case or of words with capitals; keys in base64 are not.
fn may_be_text(text: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool| text.iter().filter(|byte| is(byte)).count();
    let (lower, upper) = (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase));
    let letters = lower + upper;
    text.len() >= 16
        && 5 * letters >= 3 * text.len()
        && 6 * count(u8::is_ascii_digit) <= text.len()
        && 4 * lower.min(upper) <= letters
}

/// The way that mirrors the alphabet; those before it shift it.
const MIRRORED: u8 = 26;

fn letter(byte: u8, way: u8) -> u8 {
    let first = match byte {
        b'a'..=b'z' => b'a',
        b'A'..=b'Z' => b'A',
        _ => return byte,
    };
    let place = byte - first;
    first
        + if way == MIRRORED {
            25 - place
        } else {
            (place + way) % 26
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifted_and_reversed_sentences_are_text() {
        for text in [
            "gur-tneqra-tngr-fdhrnxf-jurarire-gur-jvaq-gheaf-abegu",
            "pda cwnzaj cwpa omqawgo sdajaran pda sejz pqnjo jknpd",
            "yekelbatnehctikehtrednugnipeelsmapeehsneves",
            "gsv tziwvm tzgv hjfvzph dsvmvevi gsv drmw gfimh mligs",
        ] {
            assert!(is_text(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn letters_drawn_at_random_are_not() {
        for text in [
            "awdwnloorhycpaqwaylqmhfvwkycchjx",
            "KMDYEOZEXQVJAEHWHEVVTSOUFRAQPEEH",
            "6CLUVIQNS2UEX55YLABIHKBPIYRYVSAYH5CKOVNBSQZBGJT2WOXU",
            "u9yY0sQ3pVb1nLh0r7mC4wXzQk2dTe8JfGa5iRoUvM4=",
        ] {
            assert!(!is_text(text.as_bytes()), "{text}");
        }
    }
}
