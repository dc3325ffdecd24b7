//! What an operator and a service say about the log.

use std::fmt;
use std::str::FromStr;

use secure_config::{Profile, SecureConfig, ValueError};
use tracing_core::metadata::LevelFilter;

use super::filter::{self, Directives, DirectivesError};

/// Settings of the log.
///
/// Nested in a service's settings as `log`, or loaded by itself, it reads `LOG_LEVEL`, `RUST_LOG`, `LOG_FORMAT`,
/// `LOG_COLOR`, `LOG_BATCHED`, `LOG_REDACT`, `LOG_REVEAL`, `LOG_OWN_TARGETS` and `LOG_PANIC_PAYLOAD`. A value that
/// cannot be read is a problem of the load: a log never falls silent because of a typing mistake.
///
/// # Examples
///
/// ```
/// use secure_config::SecureConfig;
/// use secure_runtime::log::{LogFormat, LogSettings};
///
/// #[derive(Debug, SecureConfig)]
/// struct Settings {
///     #[secure(nested)]
///     log: LogSettings,
/// }
///
/// let vars = [("LOG_LEVEL", "debug"), ("RUST_LOG", "hyper=warn"), ("LOG_FORMAT", "json")];
/// let settings = Settings::loader().vars(vars).load()?;
/// assert_eq!(settings.log.format, LogFormat::Json);
///
/// assert!(Settings::loader().vars([("LOG_LEVEL", "inof")]).load().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Clone, Debug, SecureConfig)]
#[secure(prefix = "LOG_")]
#[non_exhaustive]
pub struct LogSettings {
    /// The least severe level that is written: off, error, warn, info, debug or trace. It is meant for the
    /// service's own targets; dependencies stay at INFO.
    #[secure(default = "info", parse = level)]
    pub level: LevelFilter,
    /// Levels by target, finer than `LOG_LEVEL`: `warn,app::db=trace`.
    #[secure(env = "RUST_LOG", parse = directives)]
    pub rust_log: Option<Directives>,
    /// How lines are spelled: auto, json or text.
    #[secure(default = "auto", parse = format)]
    pub format: LogFormat,
    /// Whether text lines are coloured: auto, always or never.
    #[secure(default = "auto", parse = color)]
    pub color: LogColor,
    /// Whether lines wait up to 20 ms to be written together. Less work for each, but a process that is killed
    /// takes those of the last 20 ms along.
    #[secure(default = false)]
    pub batched: bool,
    /// Names of fields that are redacted, beside those that are known to be secrets: `iban, tax_number`.
    #[secure(default, validate = field_names)]
    pub redact: Vec<String>,
    /// Names of fields that are not redacted, although they look like a secret's.
    #[secure(default, validate = field_names)]
    pub reveal: Vec<String>,
    /// Targets that `LOG_LEVEL` is for. None means all code of the workspace.
    #[secure(default, validate = targets)]
    pub own_targets: Vec<String>,
    /// Whether the payload of a panic is written. Unset means only on a terminal in the development profile.
    pub panic_payload: Option<bool>,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            level: LevelFilter::INFO,
            rust_log: None,
            format: LogFormat::Auto,
            color: LogColor::Auto,
            batched: false,
            redact: Vec::new(),
            reveal: Vec::new(),
            own_targets: Vec::new(),
            panic_payload: None,
        }
    }
}

impl LogSettings {
    /// The defaults: `INFO`, JSON in staging and production, nothing read from the environment.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the level of the service's own targets.
    #[must_use]
    pub fn level(mut self, level: LevelFilter) -> Self {
        self.level = level;
        self
    }

    /// Sets levels by target, in the syntax of `RUST_LOG`.
    ///
    /// # Errors
    ///
    /// When a directive cannot be read.
    pub fn rust_log(mut self, directives: &str) -> Result<Self, DirectivesError> {
        self.rust_log = Some(directives.parse()?);
        Ok(self)
    }

    /// Sets how lines are spelled.
    #[must_use]
    pub fn format(mut self, format: LogFormat) -> Self {
        self.format = format;
        self
    }

    /// Sets whether text lines are coloured.
    #[must_use]
    pub fn color(mut self, color: LogColor) -> Self {
        self.color = color;
        self
    }

    /// Sets whether lines wait to be written together.
    #[must_use]
    pub fn batched(mut self, batched: bool) -> Self {
        self.batched = batched;
        self
    }

    /// Adds a name of fields that are redacted. It is compared with the whole name of a field and with each of
    /// its dotted parts, in any case and with any separators: `internal_ref` also stands for `user.InternalRef`.
    #[must_use]
    pub fn redact(mut self, name: impl Into<String>) -> Self {
        self.redact.push(name.into());
        self
    }

    /// Adds a name of fields that are written although they look like a secret's.
    #[must_use]
    pub fn reveal(mut self, name: impl Into<String>) -> Self {
        self.reveal.push(name.into());
        self
    }

    /// Adds a target that the level is for, with all targets inside it. Once one is added, no other is the
    /// service's own.
    #[must_use]
    pub fn own_target(mut self, target: impl Into<String>) -> Self {
        self.own_targets.push(target.into());
        self
    }

    /// Sets whether the payload of a panic is written.
    #[must_use]
    pub fn panic_payload(mut self, shown: bool) -> Self {
        self.panic_payload = Some(shown);
        self
    }

    /// Whether lines are JSON in this profile.
    #[must_use]
    pub const fn is_json(&self, profile: Profile) -> bool {
        match self.format {
            LogFormat::Json => true,
            LogFormat::Auto => profile.is_deployed(),
            LogFormat::Text => false,
        }
    }

    /// The least severe level that is written for any target.
    #[must_use]
    pub fn max_level(&self) -> LevelFilter {
        let directives = self.rust_log.as_ref().and_then(Directives::max);
        self.level.max(directives.unwrap_or(LevelFilter::OFF))
    }
}

/// How lines are spelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// [`Json`](Self::Json) in staging and production, [`Text`](Self::Text) in development and tests, by the
    /// [`Profile`] of the process.
    #[default]
    Auto,
    /// One JSON object a line.
    Json,
    /// Readable lines: time, level, target, message, fields.
    Text,
}

/// Whether text lines are coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogColor {
    /// On a terminal, unless `NO_COLOR` is set (<https://no-color.org>) or `TERM` is `dumb`.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl LogColor {
    pub(super) fn is_on(self, is_terminal: bool) -> bool {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => {
                is_terminal
                    && !is_set("NO_COLOR")
                    && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        }
    }
}

impl FromStr for LogFormat {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        word(
            text,
            "auto, json or text",
            &[("auto", Self::Auto), ("json", Self::Json), ("text", Self::Text)],
        )
    }
}

impl FromStr for LogColor {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let words = [
            ("auto", Self::Auto),
            ("always", Self::Always),
            ("never", Self::Never),
        ];
        word(text, "auto, always or never", &words)
    }
}

/// A word that a setting does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    known: &'static str,
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "write {}", self.known)
    }
}

impl std::error::Error for UnknownWord {}

fn word<T: Copy>(text: &str, known: &'static str, words: &[(&str, T)]) -> Result<T, UnknownWord> {
    let found = words
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text.trim()));
    found.map(|(_, value)| *value).ok_or(UnknownWord { known })
}

fn level(text: &str) -> Result<LevelFilter, &'static str> {
    filter::parse_level(text.trim()).ok_or("write off, error, warn, info, debug or trace")
}

fn directives(text: &str) -> Result<Directives, ValueError> {
    Ok(Directives::from_str(text)?)
}

fn format(text: &str) -> Result<LogFormat, &'static str> {
    text.parse().map_err(|_| "write auto, json or text")
}

fn color(text: &str) -> Result<LogColor, &'static str> {
    text.parse().map_err(|_| "write auto, always or never")
}

/// A name with a blank in it matches no field, and its values would be written in clear.
fn field_names(names: &[String]) -> Result<(), &'static str> {
    if names.iter().all(|name| is_name(name, "_-./:@$")) {
        Ok(())
    } else {
        Err(
            "holds an item that is not the name of a field: separate names by commas, such as iban, tax_number",
        )
    }
}

fn targets(targets: &[String]) -> Result<(), &'static str> {
    if targets.iter().all(|target| is_name(target, "_-.:/")) {
        Ok(())
    } else {
        Err("holds an item that is not a target: separate targets by commas, such as app, app::db")
    }
}

fn is_name(text: &str, signs: &str) -> bool {
    text.contains(char::is_alphanumeric)
        && text
            .chars()
            .all(|char| char.is_alphanumeric() || signs.contains(char))
}

/// The profile of the process, read as a load reads it; what is unclear counts as production.
pub(super) fn profile() -> Profile {
    /// A configuration of nothing but its profile.
    #[derive(SecureConfig)]
    struct Nothing {}

    match Nothing::loader().no_dotenv().load_with_report() {
        Ok((Nothing {}, report)) => report.profile(),
        Err(error) => error.report().profile(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(vars: &[(&str, &str)]) -> Result<LogSettings, secure_config::LoadError> {
        LogSettings::loader().vars(vars.iter().copied()).load()
    }

    #[test]
    fn names_with_blanks_are_refused() {
        for name in ["LOG_REDACT", "LOG_REVEAL", "LOG_OWN_TARGETS"] {
            for text in [
                "iban tax_number",
                "a;b",
                "a, b c",
                "user.*",
                "a|b",
                "--",
                "\"a b\"",
            ] {
                let refused = load(&[(name, text)]).unwrap_err();
                assert_eq!(refused.problems().next().unwrap().key(), name, "{text}");
            }
            load(&[(name, " iban , tax-number,app::db, user.Name ,")]).unwrap();
        }
        assert_eq!(
            load(&[("LOG_REDACT", "iban, a.b")]).unwrap().redact,
            ["iban", "a.b"]
        );
    }

    #[test]
    fn unset_is_the_default() {
        assert_eq!(
            format!("{:?}", load(&[]).unwrap()),
            format!("{:?}", LogSettings::default())
        );
    }

    #[test]
    fn every_variable_is_read() {
        let settings = load(&[
            ("LOG_LEVEL", "TRACE"),
            ("RUST_LOG", "hyper=debug"),
            ("LOG_FORMAT", "Json"),
            ("LOG_COLOR", "never"),
            ("LOG_BATCHED", "true"),
            ("LOG_REDACT", "a, b"),
            ("LOG_REVEAL", "token"),
            ("LOG_OWN_TARGETS", "app,lib"),
            ("LOG_PANIC_PAYLOAD", "false"),
        ])
        .unwrap();
        let expected = LogSettings::new()
            .level(LevelFilter::TRACE)
            .rust_log("hyper=debug")
            .unwrap()
            .format(LogFormat::Json)
            .color(LogColor::Never)
            .batched(true)
            .redact("a")
            .redact("b")
            .reveal("token")
            .own_target("app")
            .own_target("lib")
            .panic_payload(false);
        assert_eq!(format!("{settings:?}"), format!("{expected:?}"));
    }

    #[test]
    fn what_cannot_be_read_is_a_problem_each() {
        let error = load(&[
            ("LOG_LEVEL", "inof"),
            ("RUST_LOG", "a=b=c"),
            ("LOG_FORMAT", "xml"),
            ("LOG_COLOR", "red"),
            ("LOG_BATCHED", "perhaps"),
        ])
        .unwrap_err();
        assert_eq!(error.problems().len(), 5, "{error}");
    }
}
