//! Why a policy was refused.

use std::fmt;

/// A policy that was refused when it was built, with every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    problems: Vec<PolicyProblem>,
}

/// One reason to refuse a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyProblem {
    header: String,
    reason: String,
}

impl PolicyError {
    /// Every reason, in the order of the headers.
    #[must_use]
    pub fn problems(&self) -> &[PolicyProblem] {
        &self.problems
    }
}

impl PolicyProblem {
    /// The header it is about, in lower case.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.header
    }

    /// What is wrong with it.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.problems.iter().enumerate() {
            if n > 0 {
                f.write_str("; ")?;
            }
            fmt::Display::fmt(problem, f)?;
        }
        Ok(())
    }
}

impl fmt::Display for PolicyProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.header, self.reason)
    }
}

impl std::error::Error for PolicyError {}

/// Collects the problems of a policy; [`finish`](Self::finish) says whether there were any.
#[derive(Debug, Default)]
pub(super) struct Problems(Vec<PolicyProblem>);

impl Problems {
    pub(super) fn add(&mut self, header: &str, reason: impl Into<String>) {
        self.0.push(PolicyProblem {
            header: header.to_owned(),
            reason: reason.into(),
        });
    }

    pub(super) fn finish(self) -> Result<(), PolicyError> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(PolicyError { problems: self.0 })
        }
    }
}
