//! What came of the measures.

use std::fmt;
use std::io;

use super::Measure;

/// What came of one measure.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It is in force.
    Done,
    /// The program asked to leave it out.
    LeftOut,
    /// The system refused it.
    Refused(io::Error),
    /// This platform does not have it.
    Unsupported,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::LeftOut => f.write_str("left out"),
            Self::Refused(error) => write!(f, "refused: {error}"),
            Self::Unsupported => f.write_str("unsupported"),
        }
    }
}

/// Every measure, and what came of it.
///
/// Its `Display` is one line, such as `lock memory: done, no core file: done, not dumpable: done, no new privileges:
/// left out`.
#[derive(Debug)]
#[must_use = "a measure that was refused should be noticed"]
pub struct Report(pub(super) [(Measure, Outcome); 4]);

impl Report {
    /// The measures in the order in which they were taken.
    pub fn steps(&self) -> impl Iterator<Item = (Measure, &Outcome)> {
        self.0.iter().map(|(measure, outcome)| (*measure, outcome))
    }

    /// Whether nothing that was asked for is missing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.steps()
            .all(|(_, outcome)| matches!(outcome, Outcome::Done | Outcome::LeftOut))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (measure, outcome)) in self.steps().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{measure}: {outcome}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Measure, Outcome, Report};

    #[test]
    fn a_refusal_is_told_and_is_not_complete() {
        let refused = Outcome::Refused(std::io::ErrorKind::PermissionDenied.into());
        let report = Report([
            (Measure::LockMemory, Outcome::Done),
            (Measure::NoCoreFile, refused),
            (Measure::NotDumpable, Outcome::LeftOut),
            (Measure::NoNewPrivileges, Outcome::Done),
        ]);
        assert!(!report.is_complete());
        assert_eq!(
            report.to_string(),
            "lock memory: done, no core file: refused: permission denied, not dumpable: left out, \
             no new privileges: done"
        );
    }
}
