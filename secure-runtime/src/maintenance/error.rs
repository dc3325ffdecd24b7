//! Why an allow-list was refused.

use std::fmt;

/// A policy that was refused when it was built, with every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaintenanceError(Vec<String>);

impl MaintenanceError {
    pub(super) const fn new(problems: Vec<String>) -> Self {
        Self(problems)
    }

    /// Every reason, in the order of the settings.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for MaintenanceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for MaintenanceError {}
