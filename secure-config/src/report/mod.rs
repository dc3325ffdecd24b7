//! Everything that a load found, said at once.

mod json;
mod refuse;
mod text;

use std::fmt;

use crate::problem::Problem;
use crate::profile::{Chosen, ChosenBy, Profile};
use crate::waiver::Waiver;

#[cfg(feature = "cli")]
pub(crate) use json::string as json_string;
pub(crate) use refuse::{refuse, warn_on_stderr};

/// What a load found: its profile, problems and warnings.
///
/// `Display` is the text for people; [`to_json`](Self::to_json) is one line for programs. Neither has room for a secret.
#[derive(Clone)]
pub struct Report {
    pub(crate) chosen: Chosen,
    pub(crate) problems: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
    pub(crate) waivers: Vec<Waiver>,
    pub(crate) erased_env: bool,
}

impl Report {
    pub(crate) fn new(chosen: Chosen) -> Self {
        Self {
            chosen,
            problems: Vec::new(),
            warnings: Vec::new(),
            waivers: Vec::new(),
            erased_env: false,
        }
    }

    /// What keeps the service from starting, in the order of the fields.
    #[must_use]
    pub fn problems(&self) -> impl ExactSizeIterator<Item = &Problem> {
        self.problems.iter()
    }

    /// What deserves a look and keeps nothing from starting.
    #[must_use]
    pub fn warnings(&self) -> impl ExactSizeIterator<Item = &Problem> {
        self.warnings.iter()
    }

    /// The waivers in force: rules that are not enforced until a day. See [`Waiver`].
    #[must_use]
    pub fn waivers(&self) -> impl ExactSizeIterator<Item = &Waiver> {
        self.waivers.iter()
    }

    /// Whether the secrets in the environment were overwritten, as [`erase_env`](crate::Loader::erase_env) asks; a warning says why not.
    #[must_use]
    pub fn has_erased_env(&self) -> bool {
        self.erased_env
    }

    /// The profile that the load ran in.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.chosen.profile
    }

    /// The variable that chose the profile; `None` when the program did, or nothing.
    #[must_use]
    pub fn profile_variable(&self) -> Option<&'static str> {
        match self.chosen.by {
            ChosenBy::Variable(name) => Some(name),
            ChosenBy::Program | ChosenBy::Unset => None,
        }
    }

    /// The report as one line of JSON, without a newline.
    ///
    /// ```text
    /// {"event":"configuration_refused","profile":"production","profile_from":null,"problems":[
    ///  {"key":"JWT_SECRET","code":"missing","message":"not set","origin":null,"remedy":"…"}],"warnings":[]}
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        json::line(self)
    }

    /// Sends the warnings to `tracing`, target `secure_config`, and the profile as one line at info level.
    ///
    /// A load with the `tracing` feature does so by itself, but a service's logger is mostly set up from its settings, and so after
    /// the load: call this once the logger stands.
    #[cfg(feature = "tracing")]
    pub fn trace(&self) {
        tracing::info!(
            target: "secure_config",
            profile = self.chosen.profile.as_str(),
            profile_from = self.profile_variable(),
            warnings = self.warnings.len(),
            "configuration loaded"
        );
        self.trace_warnings();
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn trace_warnings(&self) {
        for warning in &self.warnings {
            tracing::warn!(
                target: "secure_config",
                key = warning.key(),
                code = warning.kind().code(),
                remedy = warning.remedy(),
                "{} {}", warning.key(), warning.message()
            );
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(self, text::Style::Plain, f)
    }
}

/// The same as `Display`, since `fn main() -> Result<…>` prints errors by their `Debug`.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The configuration was refused: every problem, at once.
///
/// `Display` and `Debug` are the whole report. It has no slot for a secret's value, and no `source()`: a cause might quote one.
///
/// ```
/// use secure_config::{SecretString, SecureConfig};
///
/// #[derive(Debug, SecureConfig)]
/// struct Settings {
///     jwt_secret: SecretString,
///     port: u16,
/// }
///
/// let error = Settings::loader().vars([("JWT_SECRET", "changeme"), ("PORT", "80a")]).load().unwrap_err();
/// assert_eq!(error.problems().len(), 2);
/// assert!(!error.to_string().contains("changeme"));
/// ```
#[derive(Clone)]
pub struct LoadError(Box<Report>);

impl LoadError {
    pub(crate) fn new(report: Report) -> Self {
        Self(Box::new(report))
    }

    /// Everything the load found.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.0
    }

    /// What keeps the service from starting.
    #[must_use]
    pub fn problems(&self) -> impl ExactSizeIterator<Item = &Problem> {
        self.0.problems()
    }

    /// What deserves a look besides.
    #[must_use]
    pub fn warnings(&self) -> impl ExactSizeIterator<Item = &Problem> {
        self.0.warnings()
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for LoadError {}
