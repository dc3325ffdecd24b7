//! Why a file was refused.

use std::fmt;

/// A file that was refused when it was built, with every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityTxtError {
    problems: Vec<String>,
    is_expired: bool,
}

/// What is wrong with a setting.
pub(super) struct Flaw {
    /// The field of the settings, and its variable.
    pub(super) field: &'static str,
    pub(super) variable: &'static str,
    /// The place of the item, and the item as it may be shown.
    pub(super) item: Option<(usize, String)>,
    pub(super) reason: &'static str,
    pub(super) remedy: &'static str,
    /// Whether it is only that the file has expired.
    pub(super) is_expiry: bool,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.variable)?;
        if let Some((_, item)) = &self.item {
            write!(f, "{item:?}: ")?;
        }
        write!(f, "{}; {}", self.reason, self.remedy)
    }
}

impl SecurityTxtError {
    pub(super) fn new(flaws: &[Flaw]) -> Self {
        Self {
            problems: flaws.iter().map(ToString::to_string).collect(),
            is_expired: flaws.iter().all(|flaw| flaw.is_expiry),
        }
    }

    /// Returns every reason, in the order of the settings.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().map(String::as_str)
    }

    /// Returns whether nothing is wrong but that the file has expired: no reason for a service to stay down.
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
