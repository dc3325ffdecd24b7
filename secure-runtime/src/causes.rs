//! An error with its causes in one text.

use std::error::Error;
use std::fmt::Write;

/// At most so many causes of an error are looked at.
const CAUSES: usize = 16;

/// The error and its causes, `error: cause: cause`; many errors tell their causes themselves.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    for error in causes(error) {
        let one = error.to_string();
        if !text.contains(&one) {
            let colon = if text.is_empty() { "" } else { ": " };
            // Writing to a String cannot fail.
            let _ = write!(text, "{colon}{one}");
        }
    }
    text
}

/// The error and its sources, the outermost first.
pub(crate) fn causes<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source()).take(CAUSES)
}
