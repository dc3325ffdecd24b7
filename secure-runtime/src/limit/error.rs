//! Why a quota or a set of rules is refused.

use std::{borrow::Cow, fmt};

/// A quota that makes no sense, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidQuota(Cow<'static, str>);

impl InvalidQuota {
    pub(super) fn form(text: &str) -> Self {
        let shown = shown(text);
        Self(format!("{shown} is no quota: write 10 per hour, 100/15m or 5/s burst 20").into())
    }

    pub(super) fn time(text: &str) -> Self {
        let shown = shown(text);
        Self(format!("{shown} is no time: write s, m, h, d, or 15m, 15 minutes").into())
    }

    pub(super) const fn zero() -> Self {
        Self(Cow::Borrowed("a quota of 0 allows nothing"))
    }

    pub(super) const fn large_window() -> Self {
        Self(Cow::Borrowed(
            "a window allows at most 500000 requests; with a burst more can be said",
        ))
    }

    pub(super) const fn large_rate() -> Self {
        Self(Cow::Borrowed("at most 1000000000 requests"))
    }

    pub(super) const fn period() -> Self {
        Self(Cow::Borrowed("a period is from 1 second to 366 days"))
    }

    pub(super) const fn slow_burst() -> Self {
        Self(Cow::Borrowed(
            "the burst would take more than 366 days to come back at this rate",
        ))
    }
}

/// At most 32 characters of a text, escaped and quoted.
fn shown(text: &str) -> String {
    format!("{:?}", text.chars().take(32).collect::<String>())
}

impl fmt::Display for InvalidQuota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidQuota {}

/// Rules that cannot be, with every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitError(Vec<String>);

impl LimitError {
    pub(super) fn new(problems: Vec<String>) -> Self {
        Self(problems)
    }

    /// Every reason, in the order of the rules.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for LimitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for LimitError {}
