//! What a review found, and a policy that was refused for it.

use std::fmt;

/// One thing that is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    code: &'static str,
    setting: &'static str,
    value: Option<String>,
    reason: &'static str,
}

impl Finding {
    pub(super) fn new(code: &'static str, setting: &'static str, reason: &'static str) -> Self {
        Self {
            code,
            setting,
            value: None,
            reason,
        }
    }

    /// The finding is about this value: escaped, at most 48 characters of it, and without a user's name and password.
    pub(super) fn about(mut self, value: &str) -> Self {
        let public = value.rsplit_once('@').map_or(value, |(_, after)| after);
        let shown: String = public.chars().take(48).collect();
        self.value = Some(shown.escape_debug().to_string());
        self
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
        if let Some(value) = &self.value {
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
