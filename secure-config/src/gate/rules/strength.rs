//! Refuses what the estimate can describe in few bits, and says what made it cheap.
//!
//! The numbers, and what they keep apart:
//!
//! 1. A description of fewer bits than the policy asks for refuses any value. It is the rule of the theorem in
//!    the docs of [`gate`](crate::gate).
//! 2. Words that mark a placeholder and save 30 bits refuse a value with fewer than 64 bits of anything else. The
//!    second half keeps vendors' prefixes (`AGE-SECRET-KEY-1…`, `secret_…`) from counting.
//! 3. A description 24 bits shorter than noise needs refuses a key with fewer than 80 bits that are not words; the
//!    fewer those bits, the less shorter it needs to be. By the same theorem noise is so described with a chance
//!    below 2⁻²⁴, and the second half makes it rarer still: a key with a readable name in front stays a key.
//! 4. Words that save 30 bits refuse a key with fewer than 48 bits of anything else: a phrase. The more they save, the
//!    more may stand beside them, and between separators less will do. Noise of letters can be read as words that
//!    nobody knows, but at no saving: in millions of random values those with so little else saved 21 bits at most.
//! 5. One character again and again, 40 bits worth of it, refuses a key with fewer than 100 bits around it: what
//!    is left of a masked key.

use crate::gate::{
    Pattern, Policy, Reason,
    estimate::{Estimate, Steps, estimate},
    policy::Kind,
    rules::sprayed,
};

/// What marker words must save before they make a placeholder.
const MARKED: u32 = 30;

/// What marker words must save to do so in a phrase of any length: three words and more, and more than the others.
const PLAINLY_MARKED: u32 = 60;

/// The bits beside them that make it a secret with a name instead.
const UNEXPLAINED: u32 = 64;

/// How much shorter than noise the description of human text is, with the bits beside words that make it a key.
const TEXT: [(i32, u32); 3] = [(24, 80), (14, 40), (10, 16)];

/// The bits beside words, how much shorter than noise the description is, and what words save in it, of a phrase.
const WORDED: [(u32, i32, u32); 5] = [
    (48, i32::MIN, 30),
    (48, 36, 14),
    (48, 60, 6),
    (80, i32::MIN, 48),
    (80, 50, 24),
];

/// How much shorter than noise the description of text under an encoding is.
const HIDDEN_GAIN: i32 = 12;

/// The bits of a phrase up to which marker words count as a placeholder: that of six random words.
const PHRASE: u32 = 77;

/// The bits that a run of one character could have carried, and those around it, of a masked key.
const MASK: usize = 40;
const MASK_REST: usize = 100;

/// The bits that a password needs which people may have chosen: one whose description is so much shorter than noise.
const CHOSEN: u32 = 64;
const CHOSEN_GAIN: i32 = 20;

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
    if policy.kind == Kind::Password && policy.min_bits > 0 {
        if let Some(pattern) = sprayed::check(text) {
            return Err(Reason::Predictable { pattern });
        }
        if estimate.gain >= CHOSEN_GAIN && estimate.bits < CHOSEN {
            return Err(why(&estimate, policy));
        }
    }
    if policy.kind == Kind::Key && is_masked(text, &estimate) {
        return Err(Reason::Predictable {
            pattern: Pattern::Repeat,
        });
    }
    if policy.kind == Kind::Key && is_long_text(&estimate) {
        return Err(pattern(&estimate).map_or(Reason::HumanText, |pattern| Reason::Predictable { pattern }));
    }
    Ok(estimate)
}

/// Whether text that was found under an encoding is a human's.
///
/// Noise decodes to a few printable characters once in a while; being few is not enough, words must be in it.
pub(in crate::gate) fn is_text(text: &[u8], policy: &Policy) -> bool {
    let estimate = estimate(text);
    let is_weak = estimate.bits < u32::from(policy.min_bits) || is_long_text(&estimate);
    is_placeholder(&estimate, policy) || is_weak && estimate.drawn_gain >= HIDDEN_GAIN
}

/// Whether words make up a value that is too long for the least number of bits to tell.
pub(in crate::gate) fn is_long_text(estimate: &Estimate) -> bool {
    let shorter = |(gain, rest): &(i32, u32)| estimate.drawn_gain >= *gain && estimate.unexplained < *rest;
    let saved = estimate.words + estimate.markers;
    let worded = |(rest, gain, least): &(u32, i32, u32)| {
        estimate.unexplained < *rest && estimate.gain >= *gain && saved >= *least
    };
    TEXT.iter().any(shorter) || WORDED.iter().any(worded)
}

fn is_placeholder(estimate: &Estimate, policy: &Policy) -> bool {
    let is_marked = estimate.markers >= MARKED && estimate.unexplained < UNEXPLAINED;
    match policy.kind {
        Kind::Key | Kind::VendorToken => is_marked,
        // Words drawn at random hold a marker now and then, but not in most places.
        Kind::Passphrase | Kind::Password => {
            is_marked
                && (estimate.bits < PHRASE || estimate.markers >= PLAINLY_MARKED.max(2 * estimate.words))
        }
    }
}

/// Whether one run of a character leaves too little else.
fn is_masked(text: &[u8], estimate: &Estimate) -> bool {
    let longest = text
        .chunk_by(|one, two| one == two)
        .map(<[u8]>::len)
        .max()
        .unwrap_or(0);
    let bits = |count: usize| estimate.capacity as usize * count / text.len().max(1);
    bits(longest.saturating_sub(1)) >= MASK && bits(text.len() - longest) < MASK_REST
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
    if let Some(steps) = estimate.steps {
        return Some(match steps {
            Steps::Repeat => Pattern::Repeat,
            Steps::Count => Pattern::Sequence,
            Steps::Walk => Pattern::Keyboard,
        });
    }
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
