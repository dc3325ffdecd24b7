//! What clients are told: the `RateLimit` and `RateLimit-Policy` fields.
//!
//! The syntax is that of draft-ietf-httpapi-ratelimit-headers-10: lists of structured strings (RFC 9651), with
//! the quota `q` and its window `w` in a policy, and what remains `r` and the seconds `t` until there is
//! more in a limit. Names are letters, digits, `.`, `-` and `_`, so nothing needs escaping.

use std::{fmt::Write, time::Duration};

use http::{HeaderName, HeaderValue};

use super::{Quota, verdict::whole_seconds};

pub(super) static RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
pub(super) static RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// When clients are told what is left of their quotas, in `RateLimit` and `RateLimit-Policy`.
///
/// Limits that everyone shares are told only to those they refuse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fields {
    /// With every response.
    Always,
    /// As soon as less than half of a quota is left, and with a refusal: a client that is far from its limits need not know of them, and
    /// the fields cost each response.
    #[default]
    WhenLow,
    /// With a refusal.
    WhenRefused,
    /// Never; a refusal has `Retry-After` all the same.
    Never,
}

/// An item of `RateLimit-Policy`: `"client";q=100;w=60`.
pub(super) fn policy(name: &str, quota: &Quota) -> String {
    let window = whole_seconds(quota.window_length()).max(1);
    format!("\"{name}\";q={};w={window}", quota.capacity())
}

/// An item of `RateLimit`: `"client";r=99;t=12`.
pub(super) fn limit(out: &mut String, name: &str, remaining: u32, more_in: Duration) {
    let seconds = whole_seconds(more_in);
    // Writing to a `String` cannot fail.
    let _ = write!(out, "\"{name}\";r={remaining};t={seconds}");
}

/// A field of items that [`policy`] or [`limit`] made.
pub(super) fn value(items: String) -> Option<HeaderValue> {
    HeaderValue::try_from(items).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_says_what_can_pass_at_once_and_when_it_is_whole_again() {
        let policy = |text: &str| policy("p", &text.parse().unwrap());
        assert_eq!(policy("10 per hour"), r#""p";q=10;w=3600"#);
        assert_eq!(policy("5/s burst 20"), r#""p";q=20;w=4"#);
        assert_eq!(policy("1000/s burst 10"), r#""p";q=10;w=1"#);
    }

    #[test]
    fn times_are_rounded_up() {
        let mut out = String::new();
        limit(&mut out, "p", 3, Duration::from_nanos(1_000_000_001));
        assert_eq!(out, r#""p";r=3;t=2"#);
    }
}
