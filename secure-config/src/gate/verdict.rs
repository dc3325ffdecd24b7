//! What the gate says about one value.

use std::fmt;

use super::{Policy, Reason};

/// The gate's answer: accepted, accepted with a warning, or refused for a [`Reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Verdict {
    outcome: Result<Option<Warning>, Reason>,
    policy: Policy,
}

/// What is sound enough to start with and still worth a line in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// A key whose characters carry fewer than 256 bits, such as 32 hexadecimal digits (128 bits).
    Under256Bits,
}

impl Verdict {
    pub(super) const fn new(outcome: Result<Option<Warning>, Reason>, policy: &Policy) -> Self {
        Self {
            outcome,
            policy: *policy,
        }
    }

    /// Whether the value must not be used.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        self.outcome.is_err()
    }

    /// The first rule that refused the value, or `None` when it is accepted.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        match self.outcome {
            Ok(_) => None,
            Err(reason) => Some(reason),
        }
    }

    /// What to say about a value that is accepted all the same.
    #[must_use]
    pub const fn warning(&self) -> Option<Warning> {
        match self.outcome {
            Ok(warning) => warning,
            Err(_) => None,
        }
    }

    /// Returns how to fix a value that is refused or warned of, by the reason and the kind of secret.
    #[must_use]
    pub const fn remedy(&self) -> Option<&'static str> {
        match self.outcome {
            Ok(None) => None,
            Ok(Some(_)) => Some(self.policy.remedy()),
            Err(reason) => match reason.own_remedy() {
                Some(remedy) => Some(remedy),
                None => Some(self.policy.remedy()),
            },
        }
    }
}

impl Warning {
    /// The warning's stable name, for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Under256Bits => "under_256_bits",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Under256Bits => "carries fewer than 256 bits",
        })
    }
}
