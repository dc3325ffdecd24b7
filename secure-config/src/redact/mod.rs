//! Masks the occurrences of live secrets in a text.

mod forms;
mod parts;

use std::borrow::Cow;
use std::ops::Range;

use crate::memory;
use forms::Haystack;

/// What stands in place of a secret.
const MASK: &str = "[REDACTED]";

/// Secrets of fewer bytes are not looked for: they occur in innocent text.
const SHORTEST: usize = 8;

/// Masks every occurrence of a live secret in `text` with `[REDACTED]`.
///
/// Every secret of this process that is alive is looked for: as it is, percent-encoded (in a URL or a form), escaped
/// as in JSON or in Rust's `Debug`, in base64 (standard and URL-safe, also inside a longer encoded text such as a
/// Basic `Authorization` header) and in hexadecimal digits. Of a URL, its password — or, if it has none, its user
/// name, where a Sentry DSN has its key — is looked for by itself too.
///
/// The secrets are compared where they stand, in their locked pages; nothing is copied. Text without a secret is
/// returned as it is. This is a scrubber for texts that others made — error messages of a driver, events for an error
/// tracker —, not a licence to format secrets.
///
/// # Security
/// - Secrets of fewer than 8 bytes are not looked for, and neither are pieces of a secret, other encodings,
///   encodings of encodings (but for percent-encoded base64) or what was hashed or encrypted.
/// - Only secrets that are alive are known: what was dropped is not masked.
/// - It takes time in proportion to the number of secrets and to the length of the text, and how long it takes depends
///   on how much of a secret the text has: do not let others measure it on text they choose.
///
/// # Examples
///
/// ```
/// use secure_config::{SecretUrl, redact};
///
/// let database = SecretUrl::new("postgres://app:8pXv0rVbQm3K@db/app")?;
/// assert_eq!(redact("cannot open postgres://app:8pXv0rVbQm3K@db/app"), "cannot open [REDACTED]");
/// assert_eq!(redact("login failed with 8pXv0rVbQm3K"), "login failed with [REDACTED]");
/// assert_eq!(redact("Authorization: Basic YXBwOjhwWHYwclZiUW0zSw=="), "Authorization: Basic YXBwO[REDACTED]==");
/// drop(database);
/// assert_eq!(redact("8pXv0rVbQm3K"), "8pXv0rVbQm3K");
/// # Ok::<(), secure_config::InvalidUrl>(())
/// ```
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    let haystack = Haystack::new(text.as_bytes());
    let mut found = Vec::new();
    memory::for_each_secret(&mut |secret| {
        for part in parts::of(secret) {
            haystack.find(part, &mut |range| found.push(range));
        }
    });
    if found.is_empty() {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(masked(text, found))
    }
}

/// `text` with a mask in place of each range; of ranges that overlap, one for all.
fn masked(text: &str, mut ranges: Vec<Range<usize>>) -> String {
    for range in &mut ranges {
        // Binary secrets may begin or end inside a character; all of it goes.
        while !text.is_char_boundary(range.start) {
            range.start -= 1;
        }
        while !text.is_char_boundary(range.end) {
            range.end += 1;
        }
    }
    ranges.sort_unstable_by_key(|range| range.start);
    let mut output = String::with_capacity(text.len());
    let mut done = 0;
    let mut ranges = ranges.into_iter().peekable();
    while let Some(mut range) = ranges.next() {
        while let Some(next) = ranges.next_if(|next| next.start < range.end) {
            range.end = range.end.max(next.end);
        }
        output.push_str(&text[done..range.start]);
        output.push_str(MASK);
        done = range.end;
    }
    output.push_str(&text[done..]);
    output
}

#[cfg(test)]
mod tests;
