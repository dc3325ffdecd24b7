//! The integers that every reader of JSON keeps.

/// The largest integer that a reader which takes each number for a double keeps exact, 2^53 − 1 (RFC 8259 §6).
///
/// `jq`, JavaScript and most log stores round what is larger, and a search for one user's id then finds another's lines. Such integers are
/// written as strings.
pub(crate) const MAX_EXACT: u64 = (1 << 53) - 1;
