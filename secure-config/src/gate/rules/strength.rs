//! Refuses what the estimate can describe in few bits, and says what made it cheap.
//!
//! The numbers, and what they keep apart:
//!
//! 1. A description of fewer bits than the policy asks for refuses any value. It is the rule of the theorem in
//!    the docs of [`gate`](crate::gate).
//! 2. Words that mark a placeholder and save 30 bits refuse a value with fewer than 64 bits of anything else. The
//!    second half keeps vendors' prefixes (`AGE-SECRET-KEY-1…`, `secret_…`) from counting.
//! 3. A description 24 bits shorter than noise needs refuses a key with fewer than 100 bits that are not words. It is
//!    right of random values with a chance below 2⁻²⁴ by the same theorem, and the second half makes it rarer
//!    still: a key with a readable name in front stays a key.

use crate::gate::{
    Pattern, Policy, Reason,
    estimate::{Estimate, estimate},
    policy::Kind,
};

/// What marker words must save before they make a placeholder.
const MARKED: u32 = 30;

/// What marker words must save to do so in a phrase of any length: three words and more.
const PLAINLY_MARKED: u32 = 60;

/// The bits beside them that make it a secret with a name instead.
const UNEXPLAINED: u32 = 64;

/// How much shorter than noise the description of human text is, and the bits beside words that make it a key.
const TEXT_GAIN: u32 = 24;
const TEXT_UNEXPLAINED: u32 = 100;

/// The bits of a phrase up to which marker words count as a placeholder: that of six random words.
const PHRASE: u32 = 77;

/// Below this, what a pattern saved is chance.
const CHANCE: u32 = 8;

pub(in crate::gate) fn check(text: &[u8], policy: &Policy) -> Result<Estimate, Reason> {
    let estimate = estimate(text);
    if is_placeholder(&estimate, policy) {
        return Err(Reason::Placeholder);
    }
    if estimate.bits < u32::from(policy.min_bits) {
        return Err(why(&estimate, policy));
    }
    if policy.kind == Kind::Key && estimate.gain >= TEXT_GAIN && estimate.unexplained < TEXT_UNEXPLAINED {
        return Err(pattern(&estimate).map_or(Reason::HumanText, |pattern| Reason::Predictable { pattern }));
    }
    Ok(estimate)
}

fn is_placeholder(estimate: &Estimate, policy: &Policy) -> bool {
    let enough = match policy.kind {
        Kind::Key | Kind::VendorToken => MARKED,
        Kind::Passphrase | Kind::Password if estimate.bits < PHRASE => MARKED,
        Kind::Passphrase | Kind::Password => PLAINLY_MARKED,
    };
    estimate.markers >= enough && estimate.unexplained < UNEXPLAINED
}

/// What made a value cheap: the words of placeholders first, then what saved most.
fn why(estimate: &Estimate, policy: &Policy) -> Reason {
    if estimate.markers >= CHANCE {
        return Reason::Placeholder;
    }
    if let Some(pattern) = pattern(estimate) {
        return Reason::Predictable { pattern };
    }
    if estimate.words >= CHANCE && policy.kind == Kind::Key {
        return Reason::HumanText;
    }
    Reason::TooWeak {
        min_bits: policy.min_bits,
    }
}

/// The pattern that saved most, unless words saved more.
fn pattern(estimate: &Estimate) -> Option<Pattern> {
    if estimate.few_characters {
        return Some(Pattern::FewCharacters);
    }
    let (saved, pattern) = [
        (estimate.repeats, Pattern::Repeat),
        (estimate.sequences, Pattern::Sequence),
        (estimate.walks, Pattern::Keyboard),
    ]
    .into_iter()
    .max_by_key(|(saved, _)| *saved)?;
    (saved >= CHANCE && saved > estimate.words).then_some(pattern)
}
