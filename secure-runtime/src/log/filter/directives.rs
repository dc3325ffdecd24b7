//! Reads `RUST_LOG`: `info`, `hyper=debug`, `app::db=trace,tower=off`.

use std::fmt;
use std::str::FromStr;

use secure_config::ValueError;
use tracing_core::metadata::LevelFilter;

/// More than anybody writes by hand; the variable may come from anywhere.
const TEXT_MAX: usize = 4_096;
const DIRECTIVES_MAX: usize = 128;

/// Levels by target, in the syntax of `RUST_LOG`.
///
/// Directives are divided by commas. `target=level` holds for the target and what is inside it, the longest
/// target that matches first; a level alone holds for everything else. Levels are `off`, `error`, `warn`,
/// `info`, `debug` and `trace`, in any case. Anything else is an error: a typing mistake in a filter must not
/// become silence. A target alone, and filters on spans, which other crates read here, are such errors.
///
/// ```
/// use secure_runtime::log::Directives;
///
/// let directives: Directives = "warn,app::db=trace".parse()?;
/// assert!("app::db=trase".parse::<Directives>().is_err());
/// assert!("inof".parse::<Directives>().is_err());
/// # Ok::<(), secure_runtime::log::DirectivesError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// For all targets without a directive of their own.
    default: Option<LevelFilter>,
    /// Longest target first.
    targets: Vec<(String, LevelFilter)>,
}

impl Directives {
    /// What is said of `target`, if anything.
    pub(super) fn level(&self, target: &str) -> Option<LevelFilter> {
        let named = self.targets.iter().find(|(prefix, _)| matches(prefix, target));
        named.map(|(_, level)| *level).or(self.default)
    }

    pub(in crate::log) fn max(&self) -> Option<LevelFilter> {
        self.targets
            .iter()
            .map(|(_, level)| *level)
            .chain(self.default)
            .max()
    }
}

/// Whether `target` is `prefix` or inside it: `hyper` has `hyper::client` in it, but not `hyper_util`.
pub(in crate::log) fn matches(prefix: &str, target: &str) -> bool {
    target
        .strip_prefix(prefix)
        .is_some_and(|rest| !rest.starts_with(|char: char| char.is_alphanumeric() || char == '_'))
}

/// A level by its name, in any case.
pub(in crate::log) fn parse_level(text: &str) -> Option<LevelFilter> {
    // `LevelFilter` also reads numbers, which mean other things in other places.
    let names = ["off", "error", "warn", "info", "debug", "trace"];
    names
        .iter()
        .any(|name| name.eq_ignore_ascii_case(text))
        .then(|| text.parse().ok())
        .flatten()
}

impl FromStr for Directives {
    type Err = DirectivesError;

    fn from_str(text: &str) -> Result<Self, DirectivesError> {
        if text.len() > TEXT_MAX {
            return Err(DirectivesError("is longer than 4,096 bytes".into()));
        }
        let mut directives = Self::default();
        let all = text.split(',').map(str::trim);
        for (index, directive) in all.filter(|directive| !directive.is_empty()).enumerate() {
            let added = directives.add(directive);
            added.map_err(|why| DirectivesError(ValueError::new(why).in_item(index + 1)))?;
        }
        if directives.targets.len() > DIRECTIVES_MAX {
            return Err(DirectivesError("has more than 128 directives".into()));
        }
        directives
            .targets
            .sort_by_key(|(target, _)| std::cmp::Reverse(target.len()));
        Ok(directives)
    }
}

const NOT_A_LEVEL: &str =
    "is not a level (off, error, warn, info, debug, trace); for one target write target=level";

impl Directives {
    fn add(&mut self, directive: &str) -> Result<(), &'static str> {
        if directive.contains(['[', ']', '{', '}']) {
            return Err("filters on spans, which is not supported");
        }
        let Some((target, level)) = directive.split_once('=') else {
            let level = parse_level(directive).ok_or(NOT_A_LEVEL)?;
            return match self.default.replace(level) {
                None => Ok(()),
                Some(_) => Err("is a second level for everything"),
            };
        };
        let (target, level) = (target.trim(), level.trim());
        if target.is_empty() {
            return Err("names no target");
        }
        let level =
            parse_level(level).ok_or("has no level behind `=` (off, error, warn, info, debug, trace)")?;
        if self.targets.iter().any(|(known, _)| known == target) {
            return Err("is the second directive for its target");
        }
        self.targets.push((target.to_owned(), level));
        Ok(())
    }
}

impl fmt::Display for Directives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        for (target, level) in &self.targets {
            write!(f, "{comma}{target}={level}")?;
            comma = ",";
        }
        self.default.map_or(Ok(()), |level| write!(f, "{comma}{level}"))
    }
}

/// A directive that cannot be read: its number, and what is wrong with it. It does not quote the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectivesError(ValueError);

impl From<DirectivesError> for ValueError {
    fn from(error: DirectivesError) -> Self {
        error.0
    }
}

impl fmt::Display for DirectivesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for DirectivesError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_target_wins_in_any_order() {
        for text in ["a=warn, a::b=trace ,debug", "debug,a::b=TRACE,a=Warn"] {
            let directives: Directives = text.parse().unwrap();
            assert_eq!(directives.level("a::b::c"), Some(LevelFilter::TRACE));
            assert_eq!(directives.level("a::bc"), Some(LevelFilter::WARN));
            assert_eq!(directives.level("b"), Some(LevelFilter::DEBUG));
            assert_eq!(directives.max(), Some(LevelFilter::TRACE));
            assert_eq!(directives.to_string(), "a::b=trace,a=warn,debug");
        }
        assert_eq!("".parse::<Directives>().unwrap().level("a"), None);
    }

    #[test]
    fn mistakes_are_errors() {
        for text in [
            "inof",
            "a=inof",
            "a=",
            "=info",
            "a",
            "info,debug",
            "a=info,a=warn",
            "a[b]=info",
            "[x{y=1}]=debug",
            "3",
            "a=3",
        ] {
            assert!(text.parse::<Directives>().is_err(), "{text}");
        }
        assert!("a=info,".repeat(700).parse::<Directives>().is_err());
        let many: String = (0..200).map(|n| format!("t{n}=info,")).collect();
        assert!(many.parse::<Directives>().is_err());
    }

    #[test]
    fn an_error_names_the_directive_by_its_number_and_never_quotes_it() {
        let error = "info, \x1b[31m=secret"
            .parse::<Directives>()
            .unwrap_err()
            .to_string();
        assert_eq!(error, "item 2: filters on spans, which is not supported");
        let error = "a=info,hunter2".parse::<Directives>().unwrap_err().to_string();
        assert!(error.starts_with("item 2: is not a level"), "{error}");
    }
}
