//! Finds out what a value is, before how random it is.
//!
//! A certificate is as random as a private key, ciphertext more so than the secret under it, and a key with quotes
//! around it is a different key. All of these are found by their form: armour, DER, the marks of tools, names before
//! an equals sign. The work is linear in the length of the value, and a form is only taken for one that noise has
//! with a probability below 2⁻²⁴.

mod json;
mod output;
mod prose;
mod public;
mod surroundings;
mod tools;

pub(super) use self::{
    json::{Json, judge as judge_json, part},
    prose::is_prose,
};

use super::{Policy, Reason};

/// The most bytes of a value in which a form is looked for.
const LIMIT: usize = 64 * 1024;

/// Returns what a value is when that rules it out as a secret: public, encrypted or a reference to one.
pub(super) fn material(text: &[u8]) -> Option<Reason> {
    let text = &text[..text.len().min(LIMIT)];
    tools::check(text).or_else(|| public::check(text))
}

/// Returns what surrounds the secret, or stands in its place: quotes, a name, a message, a command.
pub(super) fn surroundings(text: &[u8], policy: &Policy) -> Option<Reason> {
    let text = &text[..text.len().min(LIMIT)];
    surroundings::check(text, policy).or_else(|| output::check(text))
}

/// Returns where `part` begins in `text`.
pub(super) fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    let first = *part.first()?;
    let mut from = 0;
    while let Some(at) = text.get(from..)?.iter().position(|byte| *byte == first) {
        if text[from + at..].starts_with(part) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// Whether `text` starts with `mark`, in any case of its letters; `mark` is in lower case.
fn starts_with(text: &[u8], mark: &[u8]) -> bool {
    text.get(..mark.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(mark))
}
