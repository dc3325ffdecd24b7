//! Why a file was refused.

use std::fmt;

/// A file that was refused when it was built, with every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityTxtError {
    problems: Vec<String>,
    is_expired: bool,
}

impl SecurityTxtError {
    pub(super) const fn new(problems: Vec<String>, is_expired: bool) -> Self {
        Self { problems, is_expired }
    }

    /// Every reason, in the order of the settings.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().map(String::as_str)
    }

    /// Whether nothing is wrong but that the file has expired: no reason for a service to stay down.
    #[must_use]
    pub const fn is_expired(&self) -> bool {
        self.is_expired
    }
}

impl fmt::Display for SecurityTxtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

impl std::error::Error for SecurityTxtError {}
