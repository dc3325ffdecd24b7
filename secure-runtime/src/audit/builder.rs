//! Gathers the facts of a service for the audit.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::SystemTime;

use secure_config::{Profile, Report, redact};

use super::checklist::ENTRIES;
use super::error::AuditError;
use super::facts::{Database, Facts};
use super::item::{Item, Outcome, Section, Verdict};
use super::judge::Evidence;
use super::review::Checklist;
use super::settings::AuditSettings;

/// A builder that gathers the facts of a service; see the [module](super).
#[derive(Clone, Debug)]
#[must_use = "nothing is judged before `review`"]
pub struct Audit {
    pub(super) facts: Facts,
    own: Vec<Item>,
    assured: Vec<(&'static str, Cow<'static, str>)>,
}

impl Audit {
    /// Creates an audit of a service in this profile, without any facts yet.
    pub fn new(profile: Profile) -> Self {
        Self {
            facts: Facts::new(profile),
            own: Vec::new(),
            assured: Vec::new(),
        }
    }

    /// Adds the report of a load, refused or not. Items that cannot be judged for a refused configuration are
    /// [`Manual`](Outcome::Manual).
    pub fn report(mut self, report: &Report) -> Self {
        self.facts.report = Some(report.clone());
        self
    }

    /// Adds the operator's settings.
    pub fn settings(mut self, settings: &AuditSettings) -> Self {
        self.facts.settings = settings.clone();
        self
    }

    /// Notes that the service could not be built from its settings, and why. Facts that are missing for that reason are
    /// [`Manual`](Outcome::Manual).
    pub fn unbuilt(mut self, reason: impl Into<String>) -> Self {
        self.facts.unbuilt = Some(reason.into());
        self
    }

    /// Adds the state of the service's own debug switch.
    pub const fn debug(mut self, on: bool) -> Self {
        self.facts.debug = on;
        self
    }

    /// Sets `cfg!(debug_assertions)` of the service. The default is that of this crate, which differs only if a profile of cargo says so.
    pub const fn debug_assertions(mut self, on: bool) -> Self {
        self.facts.debug_assertions = on;
        self
    }

    /// Sets the `.env` file that the load reads if it exists. The default is `./.env`.
    pub fn dotenv(mut self, path: impl Into<PathBuf>) -> Self {
        self.facts.dotenv = path.into();
        self
    }

    /// Sets the folder of the source. The review then starts `git` and `cargo deny` as processes, so use this on the command line. In a
    /// folder without source, and by default, the items about source are [`Manual`](Outcome::Manual).
    pub fn checkout(mut self, folder: impl Into<PathBuf>) -> Self {
        self.facts.checkout = Some(folder.into());
        self
    }

    /// Names the folder of the frontend, with the scripts and pages that browsers get: it is searched for debug output, such as
    /// `console.log`. If unsaid, all scripts and pages of the [checkout](Self::checkout) are searched, and a finding there is a
    /// [`Warn`](Outcome::Warn), because it may be a tool's.
    pub fn frontend(mut self, folder: impl Into<PathBuf>) -> Self {
        self.facts.frontend = Some(folder.into());
        self
    }

    /// Adds a page as the service serves it, such as `audit.page("/login", &html)`. Its inline scripts must have a nonce, and write
    /// nothing to the browser's console. Call it again for others.
    pub fn page(mut self, name: impl Into<String>, html: impl Into<String>) -> Self {
        self.facts.pages.push((name.into(), html.into()));
        self
    }

    /// Notes that the service has no database that outlives the process.
    pub const fn no_database(mut self) -> Self {
        self.facts.database = Some(Database::None);
        self
    }

    /// Notes whether errors are reported to a tracker of any kind.
    pub const fn error_tracking(mut self, on: bool) -> Self {
        self.facts.error_tracking = Some(on);
        self
    }

    /// Adds an item of the service's own.
    pub fn item(mut self, item: Item) -> Self {
        self.own.push(item);
        self
    }

    /// Vouches for an item, with the reason: a [`Manual`](Outcome::Manual) item passes, and a failed one becomes a
    /// [`Warn`](Outcome::Warn) with both reasons.
    pub fn assure(mut self, id: &'static str, reason: impl Into<Cow<'static, str>>) -> Self {
        self.assured.push((id, reason.into()));
        self
    }

    /// Judges as of another time, for tests.
    pub const fn at(mut self, now: SystemTime) -> Self {
        self.facts.now = now;
        self
    }

    /// Judges every item. It reads the certificate's files and, of `.env`, what the file system says.
    ///
    /// # Errors
    ///
    /// One of the service's own items has an invalid or repeated id, or an assurance names no item.
    pub fn review(self) -> Result<Checklist, AuditError> {
        let evidence = Evidence::of(&self.facts);
        let mut items: Vec<Item> = ENTRIES
            .iter()
            .map(|entry| entry.item().judged(entry.verdict(&evidence)))
            .collect();
        let mut problems = Vec::new();
        for item in self.own {
            if !is_id(item.id()) {
                problems.push(format!(
                    "{:?} is no id: 1 to 64 lower-case letters, digits and `-`",
                    item.id().chars().take(64).collect::<String>()
                ));
            } else if items.iter().any(|known| known.id() == item.id()) {
                problems.push(format!("{}: two items have this id", item.id()));
            } else {
                items.push(item);
            }
        }
        for (id, reason) in self.assured {
            match items.iter_mut().find(|item| item.id() == id) {
                Some(item) => *item = assured(item.clone(), &reason),
                None => problems.push(format!("{id:?}: no item to assure has this id")),
            }
        }
        if !problems.is_empty() {
            return Err(AuditError::new(problems));
        }
        let (mut before, ongoing): (Vec<_>, Vec<_>) = items
            .into_iter()
            .map(scrubbed)
            .partition(|item| item.section() == Section::BeforeDeployment);
        before.extend(ongoing);
        Ok(Checklist::new(
            self.facts.profile,
            self.facts.is_refused(),
            before,
        ))
    }
}

fn assured(item: Item, reason: &str) -> Item {
    let verdict = item.verdict();
    match verdict.outcome {
        Outcome::Manual => {
            let reason = format!("assured: {reason}");
            item.judged(Verdict::pass(reason))
        }
        Outcome::Fail => {
            let reason = format!("{}; assured: {reason}", verdict.reason);
            let remedy = verdict.remedy.clone().unwrap_or_default();
            item.judged(Verdict::warn(reason, remedy))
        }
        Outcome::Warn | Outcome::Pass => item,
    }
}

/// The same item without a live secret: errors of a build, and what a service says, are texts of others.
fn scrubbed(item: Item) -> Item {
    let verdict = item.verdict();
    let scrub = |text: &Cow<'static, str>| match redact(text) {
        Cow::Borrowed(_) => text.clone(),
        Cow::Owned(masked) => masked.into(),
    };
    let verdict = Verdict {
        outcome: verdict.outcome,
        reason: scrub(&verdict.reason),
        remedy: verdict.remedy.as_ref().map(scrub),
    };
    item.judged(verdict)
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && !id.starts_with('-')
        && id
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
