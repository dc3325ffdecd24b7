//! Judges whether a secret was made by a machine or is one that attackers try first.

mod estimate;
mod policy;
mod published;
mod reason;
mod rules;
mod scratch;
mod url;
mod verdict;

pub use self::{
    policy::Policy,
    reason::{Pattern, Reason},
    url::judge_url_password,
    verdict::{Verdict, Warning},
};

use self::{
    policy::Kind,
    rules::{
        container::{self, Inside},
        encoded::{self, Hidden},
    },
    scratch::Scratch,
};

/// Judges `value` as it is used, by `policy`.
///
/// # Examples
///
/// ```
/// use secure_config::gate::{judge, Policy};
///
/// let verdict = judge(b"change-me", &Policy::key());
/// assert_eq!(verdict.reason().map(|reason| reason.code()), Some("known_default"));
///
/// let verdict = judge(b"u9yY0sQ3pVb1nLh0r7mC4wXzQk2dTe8JfGa5iRoUvM4=", &Policy::key());
/// assert!(!verdict.is_refused());
/// ```
pub fn judge(value: &[u8], policy: &Policy) -> Verdict {
    judge_decoded(value, value.len(), policy)
}

/// Judges a value that is written as `text` and used as `used_len` decoded bytes.
///
/// The length rule counts the bytes in use, all other rules read the text.
pub fn judge_decoded(text: &[u8], used_len: usize, policy: &Policy) -> Verdict {
    Verdict::new(outcome(text, used_len, policy), policy)
}

fn outcome(text: &[u8], used_len: usize, policy: &Policy) -> Result<Option<Warning>, Reason> {
    let refuse = |reason: Option<Reason>| reason.map_or(Ok(()), Err);
    if text.is_empty() || used_len == 0 {
        return Err(Reason::Empty);
    }
    // `${PASSWORD}` would fold to a known default, too, and "nobody filled it in" is what helps.
    refuse(rules::template::check(text))?;
    refuse(rules::known_default::check(text))?;
    refuse(rules::prefix::check(text, policy))?;
    let too_short = Reason::TooShort {
        min_len: policy.min_len,
    };
    if used_len < policy.min_len && !policy.waives(too_short) {
        return Err(too_short);
    }
    if !text.is_ascii() && matches!(policy.kind, Kind::Key | Kind::VendorToken) {
        return Err(Reason::NotAscii);
    }
    let strength = match container::inside(text, &mut Scratch::new()) {
        Some(Inside::Stub) => return Err(Reason::Placeholder),
        Some(Inside::Secret(secret)) => rules::strength::check(secret, &policy.min_bits(CONTAINED)),
        None => rules::strength::check(text, policy),
    };
    let carried = match strength {
        Ok(estimate) => estimate.capacity,
        Err(reason) if policy.waives(reason) => 0,
        Err(reason) => return Err(reason),
    };
    unwrap(text, policy, 2)?;
    // What the characters can carry, since an estimate a little below that is chance: what `openssl rand` makes is not warned of.
    let is_short = policy.kind == Kind::Key && carried < NEARLY_256;
    Ok(is_short.then_some(Warning::Under256Bits))
}

/// The least bits of the random part of a PEM file or token.
const CONTAINED: u16 = 90;

/// 43 letters and digits carry 256 bits, 42 carry 250.
const NEARLY_256: u32 = 251;

/// Judges the text that an encoded value hides, up to `depth` encodings deep.
fn unwrap(text: &[u8], policy: &Policy, depth: u8) -> Result<(), Reason> {
    let mut room = Scratch::new();
    match encoded::hidden(text, &mut room) {
        Some(Hidden::Sequence) => Err(Reason::Predictable {
            pattern: Pattern::Sequence,
        }),
        Some(Hidden::Text(inner)) if depth > 0 => {
            let known = rules::known_default::check(inner).or_else(|| rules::template::check(inner));
            if known.is_some() || rules::strength::is_text(inner, policy) {
                return Err(Reason::EncodedText);
            }
            unwrap(inner, policy, depth - 1)
        }
        _ => Ok(()),
    }
}
