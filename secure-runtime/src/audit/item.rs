//! One item of the checklist, with its outcome.

use std::borrow::Cow;
use std::fmt;

/// One item of the checklist, with its outcome.
///
/// A service's own item begins as [`Manual`](Outcome::Manual) and gets another outcome from [`pass`](Self::pass), [`warn`](Self::warn) or
/// [`fail`](Self::fail).
///
/// # Examples
///
/// ```
/// use secure_runtime::audit::{Item, Outcome, Section};
///
/// let is_encrypted = true;
/// let item = Item::new("backups-encrypted", "Backups are encrypted", Section::BeforeDeployment);
/// let item = if is_encrypted {
///     item.pass("the bucket has a key")
/// } else {
///     item.fail("the bucket has no key", "set BACKUP_KEY_ID")
/// };
/// assert_eq!(item.outcome(), Outcome::Pass);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    id: Cow<'static, str>,
    title: Cow<'static, str>,
    section: Section,
    cadence: Option<Cadence>,
    verdict: Verdict,
}

impl Item {
    /// Creates an item for a person to judge. The id is of lower-case letters, digits and `-`.
    #[must_use]
    pub fn new(
        id: impl Into<Cow<'static, str>>,
        title: impl Into<Cow<'static, str>>,
        section: Section,
    ) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            section,
            cadence: None,
            verdict: Verdict {
                outcome: Outcome::Manual,
                reason: "cannot be seen from here".into(),
                remedy: None,
            },
        }
    }

    /// Sets how often it is due.
    #[must_use]
    pub const fn every(mut self, cadence: Cadence) -> Self {
        self.cadence = Some(cadence);
        self
    }

    /// Passes the item.
    #[must_use]
    pub fn pass(self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.judged(Verdict::pass(reason))
    }

    /// Fails the item: it must be fixed before the deployment.
    #[must_use]
    pub fn fail(self, reason: impl Into<Cow<'static, str>>, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.judged(Verdict::fail(reason, remedy))
    }

    /// Warns about the item; a deployment may go on.
    #[must_use]
    pub fn warn(self, reason: impl Into<Cow<'static, str>>, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.judged(Verdict::warn(reason, remedy))
    }

    /// Leaves the item to a person, with a hint.
    #[must_use]
    pub fn manual(self, reason: impl Into<Cow<'static, str>>, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.judged(Verdict::manual(reason, remedy))
    }

    pub(super) fn judged(mut self, verdict: Verdict) -> Self {
        self.verdict = verdict;
        self
    }

    pub(super) const fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Returns a stable name for programs, such as `rate-limits`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the statement that should be true.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Returns the list that it belongs to.
    #[must_use]
    pub const fn section(&self) -> Section {
        self.section
    }

    /// Returns how often it is due, if more than once.
    #[must_use]
    pub const fn cadence(&self) -> Option<Cadence> {
        self.cadence
    }

    /// Returns the outcome.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.verdict.outcome
    }

    /// Returns the reason, which never holds a secret.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.verdict.reason
    }

    /// Returns the remedy, or a command that helps to judge.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        self.verdict.remedy.as_deref()
    }
}

/// The outcome of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It must be fixed before the service is deployed.
    Fail,
    /// It deserves a look.
    Warn,
    /// Only a person can judge it.
    Manual,
    /// It is as it should be.
    Pass,
}

impl Outcome {
    /// Returns the word for it: `fail`, `warn`, `manual` or `pass`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
            Self::Manual => "manual",
            Self::Pass => "pass",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The two lists of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Section {
    /// Items that must be true when the service is deployed.
    BeforeDeployment,
    /// Items that are due again and again.
    Ongoing,
}

impl Section {
    /// Returns the name of the list.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BeforeDeployment => "before deployment",
            Self::Ongoing => "ongoing",
        }
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The time between two reviews of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cadence {
    /// All the time, by a machine: on every change, or every few minutes.
    Continuous,
    /// Once a week.
    Weekly,
    /// Once a month.
    Monthly,
    /// Four times a year.
    Quarterly,
    /// Once a year.
    Yearly,
}

impl Cadence {
    /// Returns the word for it, such as `weekly`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Continuous => "continuous",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An outcome with its reason and remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    pub(super) reason: Cow<'static, str>,
    pub(super) remedy: Option<Cow<'static, str>>,
}

impl Verdict {
    pub(super) fn pass(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            outcome: Outcome::Pass,
            reason: reason.into(),
            remedy: None,
        }
    }

    pub(super) fn fail(reason: impl Into<Cow<'static, str>>, remedy: impl Into<Cow<'static, str>>) -> Self {
        Self::of(Outcome::Fail, reason, remedy)
    }

    pub(super) fn warn(reason: impl Into<Cow<'static, str>>, remedy: impl Into<Cow<'static, str>>) -> Self {
        Self::of(Outcome::Warn, reason, remedy)
    }

    pub(super) fn manual(reason: impl Into<Cow<'static, str>>, remedy: impl Into<Cow<'static, str>>) -> Self {
        Self::of(Outcome::Manual, reason, remedy)
    }

    /// Something else has to be fixed before it can be judged.
    pub(super) fn later(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            outcome: Outcome::Manual,
            reason: reason.into(),
            remedy: None,
        }
    }

    fn of(
        outcome: Outcome,
        reason: impl Into<Cow<'static, str>>,
        remedy: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            outcome,
            reason: reason.into(),
            remedy: Some(remedy.into()),
        }
    }
}
