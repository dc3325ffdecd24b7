//! Why an audit could not be reviewed.

use std::fmt;

/// The service's own part of the checklist cannot be: an id that is none or stands twice, an assurance for no item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditError(Vec<String>);

impl AuditError {
    pub(super) const fn new(problems: Vec<String>) -> Self {
        Self(problems)
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for AuditError {}
