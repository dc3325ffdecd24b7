//! Why a metric is refused.

use std::fmt;

/// A metric that cannot be, with the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricsError {
    name: String,
    reason: Reason,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    Name,
    Help,
    Label,
    Reserved,
    LabelTwice,
    Taken,
    #[cfg(feature = "limit")]
    Limit,
    Counter,
    NotCounter,
    Suffix,
    Timestamp,
    Unit,
    Buckets,
    Series,
}

impl MetricsError {
    pub(super) fn new(name: &str, reason: Reason) -> Self {
        Self {
            // Names come from the code or an operator; one that is no name is shown, but not all of it.
            name: name.chars().take(100).collect(),
            reason,
        }
    }

    /// The metric, or the label of one.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for MetricsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self.reason {
            Reason::Name => {
                "a name is lower-case letters, digits and `_`, at most 100, and begins with a letter"
            }
            Reason::Help => "a metric needs a line of help",
            Reason::Label => {
                "a label is letters, digits and `_`, at most 100, and begins with a letter or one `_`"
            }
            Reason::Reserved => "a histogram's label cannot be `le`",
            Reason::LabelTwice => "a label stands twice",
            Reason::Taken => "another metric has this name, or one that is made of it",
            #[cfg(feature = "limit")]
            Reason::Limit => "a limit of this name is shown already",
            Reason::Counter => "a counter's name ends in `_total`",
            Reason::NotCounter => "only a counter's name ends in `_total`",
            Reason::Suffix => {
                "`_bucket`, `_count`, `_sum`, `_created` and `_info` are endings with a meaning"
            }
            Reason::Timestamp => "a moment's name ends in `_timestamp_seconds`",
            Reason::Unit => "times are in `_seconds` and sizes in `_bytes`",
            Reason::Buckets => "buckets are 1 to 64 numbers, each greater than the one before",
            Reason::Series => "from 1 to 100000 series",
        };
        write!(f, "{:?}: {reason}", self.name)
    }
}

impl std::error::Error for MetricsError {}
