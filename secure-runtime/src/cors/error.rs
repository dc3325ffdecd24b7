//! What a review found, and a policy that was refused for it.

use std::fmt;

/// One thing that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    code: &'static str,
    setting: &'static str,
    /// The place among the items of the setting, and the item as it may be shown.
    item: Option<(usize, String)>,
    reason: &'static str,
}

impl Finding {
    pub(super) fn new(code: &'static str, setting: &'static str, reason: &'static str) -> Self {
        Self {
            code,
            setting,
            item: None,
            reason,
        }
    }

    /// Names the item that the finding is about: escaped, at most 48 characters of it, and without a user's name and password.
    pub(super) fn about(mut self, index: usize, value: &str) -> Self {
        let public = value.rsplit_once('@').map_or(value, |(_, after)| after);
        let shown: String = public.chars().take(48).collect();
        self.item = Some((index, shown.escape_debug().to_string()));
        self
    }

    /// Returns the place of the item that it is about, from 0.
    pub(super) fn index(&self) -> Option<usize> {
        self.item.as_ref().map(|(index, _)| *index)
    }

    /// What stays the same when messages change, for checks and reports: `any-origin-with-credentials`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The setting it is about: `CORS_ORIGINS`.
    #[must_use]
    pub const fn setting(&self) -> &'static str {
        self.setting
    }

    /// Why it is wrong, and what to do.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.setting)?;
        if let Some((_, value)) = &self.item {
            write!(f, "\"{value}\": ")?;
        }
        f.write_str(self.reason)
    }
}

/// A policy that was refused when it was built, with every finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorsError(Vec<Finding>);

impl CorsError {
    pub(super) const fn new(findings: Vec<Finding>) -> Self {
        Self(findings)
    }

    /// Every finding, in the order of the settings.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.0
    }
}

impl fmt::Display for CorsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, finding) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("; ")?;
            }
            fmt::Display::fmt(finding, f)?;
        }
        Ok(())
    }
}

impl std::error::Error for CorsError {}
