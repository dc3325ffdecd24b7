//! Judges whether a secret was made by a machine or is one that attackers try first.
//!
//! A service that starts with `JWT_SECRET=changeme` is open to whoever reads its framework's documentation. Length
//! does not tell such a value from a key (`your_super_secret_key_here_make_it_long_and_random` has 50 characters), nor
//! does a list (people are inventive), nor do character classes. What tells is how short the value can be described:
//! human text in a few words, noise only by naming every character.
//!
//! # The rules, in order
//!
//! The first that applies gives the [`Reason`]; none repeats anything of the value, its length included.
//!
//! 1. *empty* – there is nothing.
//! 2. *JSON* – a document is judged by the values of its members: the private members of a JSON Web Key, the key of a
//!    service account, passwords. Without a strong one it is refused.
//! 3. *public material*, *encrypted*, *reference*, *path* – what a value is, by its form: armour and DER, and the marks
//!    that tools write. A private key passes, a certificate does not.
//! 4. *template* – `${NAME}`, `{{ x }}`, `<words>`, `%NAME%` and their like, with a name inside.
//! 5. *known default* – published by a framework, product, tutorial or list, compared by hash of its letters and
//!    digits; [`Reason::family`] names the publisher.
//! 6. *insecure prefix* – `django-insecure-` and, where the policy says so, vendors' test keys; *placeholder* for
//!    `change-me…` before any tail.
//! 7. *invisible edge*, *wrapped*, *assignment*, *command*, *program output* – quotes around the value, a name before
//!    it, or a message in its place.
//! 8. *too short* – fewer bytes, as used, than the policy asks for.
//! 9. *not ASCII* – of keys and tokens.
//! 10. *placeholder*, *predictable*, *human text*, *too weak* – by the estimate below. Of a PEM file or a JSON Web
//!     Token, its secret part is estimated. Words of letters with blanks between them are human text in any language.
//! 11. *encoded text* – base64, hexadecimal, base32, base58, base85, percent-encoding, escapes or UTF-16 of something
//!     that the rules above refuse. Being decodable is no fault.
//!
//! A default comes before a length, because a waiver may lift the second and nothing lifts the first.
//!
//! The rules of form take the work of a few passes over the value, and take for a form only what noise has with a
//! probability below 2⁻²⁴.
//!
//! # The estimate, and what it promises
//!
//! The gate looks for the shortest description of the value (its first 200 bytes) as a sequence of tokens: single
//! characters out of the smallest alphabet that holds them, words of a vocabulary of twenty languages in any case and
//! spelling (`p4ssw0rd`), letters that look like a word, digits, copies of what stood before, rows of the alphabet
//! and the keyboard, two rows taken in turns; or by steps, each character from the one a fixed distance before it.
//! Each token has a cost in bits. In every state of the description the costs `c` of what may come next obey **Kraft's inequality**, Σ 2^−c ≤ 1, and a unit test adds them up. Therefore
//! the sum of 2^−L over all values of one length, with L the length of the best description, is at most 1; so at
//! most 2^T values can have a description shorter than T bits; and of 2^H equally likely secrets at most 2^T have
//! one:
//!
//! > **P(a uniformly drawn secret of H bits is estimated below T bits) ≤ 2^(T − H).**
//!
//! The default T of keys is 90 bits, so a random key of 128 bits falls below it less than once in 2³⁸. The bound
//! holds whatever the vocabulary is: better words refuse more bad secrets and not one good secret more. The rules for
//! text that is too long for T, such as a phrase of eight words used as a key, ask that its description is shorter
//! than noise by many bits and leaves little else; they have the same kind of bound, and are measured: of 695,000
//! machine-made secrets of 139 kinds, from UUIDs to PEM files, the gate refuses none (the tests make 20,000 in every
//! run, and millions on request).
//!
//! **Caveat**: the estimate is an upper bound of what a value carries, never a proof that it is random. A password
//! that a human made up out of noise-like characters, or a random key that was published where no list has seen it,
//! passes.
//!
//! # Beside other detectors
//!
//! `cargo run --release -p bench-gate --bin compare`, in `tests/benches` of the repository, compares the gate with minimum lengths, lists of
//! words, Shannon's entropy and zxcvbn: the shares of placeholders and of machine-made keys that each refuses, and the time for a key. The
//! figures are in `docs/COMPARE.md`. The lists hold what no estimate can find: random values that a project has published.
//!
//! # Security
//!
//! Values are borrowed and never copied to the heap. What stands on the stack while a value is judged (decoded text,
//! the table of the search) is wiped before the call returns. Time depends on the value, so judge what an operator
//! configured, not what a client sent.
//!
//! # Examples
//!
//! ```
//! use secure_config::gate::{judge, Policy, Reason};
//!
//! let reason = |value: &str, policy: Policy| judge(value.as_bytes(), &policy).reason();
//!
//! // Refused, and why.
//! let text = reason("your-super-secret-key-change-me-in-production", Policy::key());
//! assert_eq!(text, Some(Reason::Placeholder));
//! let default = reason("SW2YcwTIb9zpOOhoPsMm", Policy::key());
//! assert_eq!(default.map(|reason| reason.to_string()).as_deref(), Some("is a known default of Grafana"));
//!
//! // Words are no key, and are a good passphrase when they were drawn at random.
//! let words = "trombone-ladle-quartz-hammock-violet-drizzle";
//! assert_eq!(reason(words, Policy::key()), Some(Reason::HumanText));
//! assert_eq!(reason(words, Policy::passphrase()), None);
//!
//! // Keys of a machine pass: `openssl rand -base64 32`.
//! assert_eq!(reason("u9yY0sQ3pVb1nLh0r7mC4wXzQk2dTe8JfGa5iRoUvM4=", Policy::key()), None);
//! ```

mod decode;
mod estimate;
mod policy;
mod published;
mod reason;
mod rules;
mod scratch;
mod shape;
mod url;
mod verdict;

pub use self::{
    policy::Policy,
    reason::{Pattern, Reason},
    url::{judge_url, judge_url_password},
    verdict::{Verdict, Warning},
};

pub(crate) use self::url::{Part, has_credentials, not_a_url, refused_part};

use self::{
    policy::Kind,
    rules::{
        container::{self, Inside},
        encoded::{self, Hidden},
        strength,
    },
    scratch::Scratch,
    shape::Json,
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
    if text.is_empty() || used_len == 0 {
        return Err(Reason::Empty);
    }
    // A phrase may be any text; a key, a password or a token may be a document that holds it.
    let json = match policy.kind {
        Kind::Passphrase => None,
        _ => shape::judge_json(text.iter().copied(), policy),
    };
    match json {
        None => {}
        Some(Json::Holds) => return long_enough(used_len, policy).map(|()| None),
        Some(Json::Lacks(reason)) => return Err(reason),
    }
    outcome_of_text(text, used_len, policy, ENCODINGS)
}

/// Judges a value that is not JSON, up to `depth` encodings deep.
fn outcome_of_text(
    text: &[u8],
    used_len: usize,
    policy: &Policy,
    depth: u8,
) -> Result<Option<Warning>, Reason> {
    let refuse = |reason: Option<Reason>| reason.map_or(Ok(()), Err);
    refuse(shape::material(text))?;
    // `${PASSWORD}` would fold to a known default, too, and "was not filled in" is what helps.
    refuse(rules::template::check(text))?;
    refuse(rules::known_default::check(text))?;
    refuse(rules::prefix::check(text, policy))?;
    refuse(shape::surroundings(text, policy))?;
    long_enough(used_len, policy)?;
    if !text.is_ascii() && matches!(policy.kind, Kind::Key | Kind::VendorToken) {
        return Err(Reason::NotAscii);
    }
    let strength = match container::inside(text, &mut Scratch::new()) {
        Some(Inside::Stub) => return Err(Reason::Placeholder),
        Some(Inside::Secret(secret)) => strength::check(secret, &policy.min_bits(container::LEAST_BITS)),
        None => strength::check(text, policy),
    };
    let carried = match strength {
        Ok(estimate) => estimate.capacity,
        Err(reason) if policy.waives(reason) => 0,
        Err(reason) => return Err(reason),
    };
    if policy.kind == Kind::Key && !policy.waives(Reason::HumanText) && shape::is_prose(text) {
        return Err(Reason::HumanText);
    }
    if policy.kind == Kind::Key && depth > 0 && rules::shifted::is_text(text) {
        return Err(Reason::EncodedText);
    }
    unwrap(text, policy, depth)?;
    // What the characters can carry, since an estimate a little below that is chance: what `openssl rand` makes is not warned of.
    let is_short = policy.kind == Kind::Key && carried < NEARLY_256;
    Ok(is_short.then_some(Warning::Under256Bits))
}

/// Judges a value that stands inside another one, such as a member of JSON.
fn outcome_of_part(text: &[u8], policy: &Policy) -> Result<(), Reason> {
    outcome_of_text(text, text.len(), &shape::part(policy), 0).map(drop)
}

fn long_enough(used_len: usize, policy: &Policy) -> Result<(), Reason> {
    let too_short = Reason::TooShort {
        min_len: policy.min_len,
    };
    if used_len < policy.min_len && !policy.waives(too_short) {
        return Err(too_short);
    }
    Ok(())
}

/// How many encodings deep the gate looks.
const ENCODINGS: u8 = 2;

/// 43 letters and digits carry 256 bits, 42 carry 250.
const NEARLY_256: u32 = 251;

/// Judges the text that an encoded value hides, up to `depth` encodings deep.
fn unwrap(text: &[u8], policy: &Policy, depth: u8) -> Result<(), Reason> {
    if depth == 0 {
        return Ok(());
    }
    let judge = |part: &[u8], hidden: Hidden<'_>| match hidden {
        Hidden::Sequence => Some(Err(Reason::Predictable {
            pattern: Pattern::Sequence,
        })),
        Hidden::Script => Some(Err(Reason::EncodedText)),
        Hidden::Text(inner) => judge_hidden(part, inner, policy, depth),
    };
    encoded::each(text, judge).unwrap_or(Ok(()))
}

/// Judges what was found under the encoding of `text`, of which `inner` may be the beginning only.
fn judge_hidden(text: &[u8], inner: &[u8], policy: &Policy, depth: u8) -> Option<Result<(), Reason>> {
    let is_document = inner.trim_ascii_start().starts_with(b"{");
    let whole = decode::base64_bytes(text);
    match is_document.then(|| shape::judge_json(whole, policy)).flatten() {
        None => {}
        Some(Json::Holds) => return Some(Ok(())),
        Some(Json::Lacks(reason)) => return Some(Err(reason)),
    }
    if let Some(reason) = shape::material(inner) {
        return Some(Err(reason));
    }
    if let Some(Inside::Secret(secret)) = container::inside(inner, &mut Scratch::new()) {
        return Some(strength::check(secret, &policy.min_bits(container::LEAST_BITS)).map(drop));
    }
    let known = rules::known_default::check(inner).or_else(|| rules::template::check(inner));
    if known.is_some()
        || strength::is_text(inner, policy)
        || shape::is_prose(inner)
        || rules::shifted::is_text(inner)
    {
        return Some(Err(Reason::EncodedText));
    }
    unwrap(inner, policy, depth - 1).err().map(Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vocabulary_and_hashes_take_at_most_96_kib() {
        let bytes = estimate::BYTES + published::BYTES;
        assert!(bytes <= 96 * 1024, "{bytes}");
    }
}
