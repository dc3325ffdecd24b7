//! What a check found.

use super::Value;

/// More figures than this are left out.
const MAX_FIGURES: usize = 16;

/// The names that the answer itself writes for a check.
const RESERVED: [&str; 4] = ["status", "reason", "consecutive_failures", "response_time_ms"];

/// What a check found: healthy or degraded, and figures for the answer.
///
/// The figures are shown to those who may see details, so a check decides what may be shown: no addresses, no error texts, no secrets.
///
/// # Examples
///
/// ```
/// use secure_runtime::health::Outcome;
///
/// let outcome = Outcome::healthy().with("connections", 5).with("version", "15.18");
/// assert!(!outcome.is_degraded());
/// assert!(Outcome::degraded().with("waiting", 40).is_degraded());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    degraded: bool,
    figures: Vec<(String, Value)>,
}

impl Outcome {
    /// The dependency works.
    #[must_use]
    pub const fn healthy() -> Self {
        Self {
            degraded: false,
            figures: Vec::new(),
        }
    }

    /// The dependency works, but not well: the service is degraded, which still answers 200.
    #[must_use]
    pub const fn degraded() -> Self {
        Self {
            degraded: true,
            figures: Vec::new(),
        }
    }

    /// Adds a figure; one of the same name is replaced.
    ///
    /// At most 16 are kept. A name that the answer uses itself (`status`, `reason`, `consecutive_failures`, `response_time_ms`) gets a trailing underscore.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        let mut name = name.to_owned();
        if RESERVED.contains(&name.as_str()) {
            name.push('_');
        }
        let value = value.into();
        if let Some((_, there)) = self.figures.iter_mut().find(|(there, _)| *there == name) {
            *there = value;
        } else if self.figures.len() < MAX_FIGURES {
            self.figures.push((name, value));
        }
        self
    }

    /// Whether the dependency works, but not well.
    #[must_use]
    pub const fn is_degraded(&self) -> bool {
        self.degraded
    }

    /// The figures, in the order they were added.
    pub fn figures(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.figures.iter().map(|(name, value)| (name.as_str(), value))
    }
}

/// A check that found nothing to tell is healthy.
impl From<()> for Outcome {
    fn from((): ()) -> Self {
        Self::healthy()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_not_the_answers_own() {
        let outcome = Outcome::healthy()
            .with("status", "fine")
            .with("n", 1)
            .with("n", 2);
        let figures: Vec<_> = outcome.figures().collect();
        assert_eq!(
            figures,
            [("status_", &Value::from("fine")), ("n", &Value::from(2))]
        );
    }

    #[test]
    fn figures_are_bounded() {
        let many = (0..100).fold(Outcome::healthy(), |outcome, n| outcome.with(&n.to_string(), n));
        assert_eq!(many.figures().count(), MAX_FIGURES);
    }
}
