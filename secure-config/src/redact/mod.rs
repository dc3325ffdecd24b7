//! Masks live secrets in a text.

mod forms;
mod parts;

use std::borrow::Cow;
use std::ops::Range;

use crate::memory;
use forms::Haystack;

/// The text that replaces a secret.
const MASK: &str = "[REDACTED]";

/// Secrets of fewer bytes are not looked for: they occur in innocent text.
const SHORTEST: usize = 8;

/// Masks every occurrence of a live secret in `text` with `[REDACTED]`.
///
/// Every secret of this process that is alive is searched for, in these forms:
///
/// - as it is;
/// - percent-encoded, in a URL or a form, up to three times over (a URL in the query of another is encoded twice); any
///   byte may be encoded or not, and a `+` may be a plus or a blank;
/// - escaped as in JSON, in Rust's `Debug` or by `escape_ascii`, of text and of bytes;
/// - as a list of decimal numbers, as JSON and `Debug` write bytes;
/// - in hexadecimal digits of either case;
/// - in base64, standard and URL-safe, also inside a longer encoded text such as a Basic `Authorization` header, broken
///   into lines, or percent-encoded.
///
/// Of a URL, the password is searched for on its own too, or the user name if there is no password, which is where a
/// Sentry DSN has its key.
///
/// The secrets are compared in place, in their locked pages; nothing is copied. Text without a secret is returned as it
/// is. Use this for texts that others made, such as a driver's error message or an event for an error tracker. It is not
/// a licence to format secrets.
///
/// # Security
/// - Secrets of fewer than 8 bytes are not searched for. Neither are pieces of a secret, other encodings, other
///   combinations of encodings, or hashed and encrypted secrets.
/// - Only live secrets are masked: a dropped one is no longer in memory to compare with.
/// - The running time grows with the number of secrets and the length of the text, and depends on how much of a secret
///   the text has. Do not let others measure it on text that they choose.
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
