//! Profiles: the strictness of a start.

use std::fmt;

/// The strictness of a start: the kind of environment that the service runs in.
///
/// It is read from `APP_ENV`, else `NODE_ENV`, else `RUST_ENV` of the process environment, never from `.env`;
/// case does not matter. Unset means [`Production`](Self::Production): a forgotten variable must not relax anything. Any other value, and two
/// of the three that contradict each other, are problems, and then everything is checked as in production.
///
/// These are read as well, since other tools that share the variable write them:
///
/// | value | profile |
/// |---|---|
/// | `dev` | development |
/// | `local`, in `APP_ENV` alone | development |
/// | `testing` | test |
/// | `stage` | staging |
/// | `prod` | production |
///
/// `local` is not read from the other two: a base image may set those, and only the operator's own choice relaxes a start.
///
/// Secrets are checked equally in every profile. What a profile relaxes:
///
/// | | development | test | staging | production |
/// |---|---|---|---|---|
/// | `generate_in_dev` makes up a missing secret | yes | – | – | – |
/// | a weak password inside a `SecretUrl` | warning | warning | problem | problem |
/// | test keys of vendors (`sk_test_…`) | fine | fine | fine | problem |
/// | `in_production = …` | – | – | – | checked |
/// | a `.env` that others may write, or that belongs to another user | – | – | – | problem |
/// | a `.env` that others may read | – | – | – | warning |
///
/// ```
/// use secure_config::{Profile, SecureConfig};
///
/// #[derive(SecureConfig)]
/// struct Settings {
///     #[secure(default = false, in_production = false)]
///     debug: bool,
/// }
///
/// // Nobody has said where we are.
/// let refused = Settings::loader().vars([("DEBUG", "true")]).load().err().expect("refused");
/// assert_eq!(refused.report().profile(), Profile::Production);
///
/// let (settings, report) = Settings::loader().vars([("DEBUG", "true"), ("APP_ENV", "dev")]).load_with_report()?;
/// assert_eq!(report.profile(), Profile::Development);
/// assert!(settings.debug);
///
/// assert!(Settings::loader().vars([("APP_ENV", "dev"), ("NODE_ENV", "production")]).load().is_err());
/// # Ok::<(), secure_config::LoadError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// A developer's machine.
    Development,
    /// Automated tests.
    Test,
    /// A rehearsal of production.
    Staging,
    /// The real thing, and what an unset profile means.
    #[default]
    Production,
}

impl Profile {
    /// The name of the profile, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// Returns true for [`Production`](Self::Production).
    #[must_use]
    pub const fn is_production(self) -> bool {
        matches!(self, Self::Production)
    }

    /// Returns true for [`Development`](Self::Development).
    #[must_use]
    pub const fn is_development(self) -> bool {
        matches!(self, Self::Development)
    }

    /// Returns true where others reach the service: staging and production.
    #[must_use]
    pub const fn is_deployed(self) -> bool {
        matches!(self, Self::Staging | Self::Production)
    }

    /// The profile that `text`, the value of `variable`, names.
    fn parse(text: &str, variable: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("local") && variable == VARIABLES[0] {
            return Some(Self::Development);
        }
        const NAMES: [(&str, Profile); 8] = [
            ("development", Profile::Development),
            ("dev", Profile::Development),
            ("test", Profile::Test),
            ("testing", Profile::Test),
            ("staging", Profile::Staging),
            ("stage", Profile::Staging),
            ("production", Profile::Production),
            ("prod", Profile::Production),
        ];
        NAMES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text))
            .map(|&(_, profile)| profile)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The variables that choose the profile, the first that is set wins.
pub(crate) const VARIABLES: [&str; 3] = ["APP_ENV", "NODE_ENV", "RUST_ENV"];

/// A profile and what chose it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chosen {
    pub(crate) profile: Profile,
    pub(crate) by: ChosenBy,
}

/// The source of the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChosenBy {
    /// A variable of the environment.
    Variable(&'static str),
    /// The program itself.
    Program,
    /// Nothing: no variable is set.
    Unset,
}

impl fmt::Display for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.by {
            ChosenBy::Variable(name) => write!(f, "profile: {}, from {name}", self.profile),
            ChosenBy::Program => write!(f, "profile: {}, set by the program", self.profile),
            ChosenBy::Unset => write!(f, "profile: {}, {} unset", self.profile, VARIABLES[0]),
        }
    }
}

/// A variable that does not choose a profile, and why.
pub(crate) struct Unclear {
    pub(crate) variable: &'static str,
    pub(crate) message: String,
    pub(crate) remedy: &'static str,
}

/// Chooses the profile by the values of [`VARIABLES`]; what is unclear counts as production.
pub(crate) fn choose(read: impl Fn(&'static str) -> Option<Vec<u8>>) -> (Chosen, Vec<Unclear>) {
    let mut chosen: Option<Chosen> = None;
    let mut unclear = Vec::new();
    for variable in VARIABLES {
        let Some(value) = read(variable) else { continue };
        let text = String::from_utf8_lossy(&value);
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        match (Profile::parse(text, variable), chosen) {
            (None, _) => {
                let mut message = crate::value::is_not(text, "development, test, staging or production");
                let names = [
                    Profile::Development,
                    Profile::Test,
                    Profile::Staging,
                    Profile::Production,
                ];
                let near = names.map(Profile::as_str).into_iter();
                if let Some((_, name)) = near
                    .filter_map(|name| Some((crate::check::distance(name, text)?, name)))
                    .min()
                {
                    message = format!("{message}; did you mean {name}?");
                }
                let remedy = if variable == VARIABLES[0] {
                    "set it to development (or dev, local), test (or testing), staging (or stage) or production (or prod)"
                } else {
                    "set it to development (or dev), test (or testing), staging (or stage) or production (or prod), \
                     or unset it and set APP_ENV"
                };
                unclear.push(Unclear {
                    variable,
                    message,
                    remedy,
                });
            }
            (Some(profile), None) => {
                chosen = Some(Chosen {
                    profile,
                    by: ChosenBy::Variable(variable),
                });
            }
            (Some(profile), Some(first)) if profile != first.profile => {
                let message = format!("is {profile}, but the {first}");
                unclear.push(Unclear {
                    variable,
                    message,
                    remedy: "set both to one profile, or unset one of them",
                });
            }
            _ => {}
        }
    }
    let mut chosen = chosen.unwrap_or(Chosen {
        profile: Profile::Production,
        by: ChosenBy::Unset,
    });
    if !unclear.is_empty() {
        chosen.profile = Profile::Production;
    }
    (chosen, unclear)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(set: &[(&'static str, &str)]) -> (Profile, usize) {
        let read = |name| {
            set.iter()
                .find(|(n, _)| *n == name)
                .map(|(_, v)| v.as_bytes().to_vec())
        };
        let (chosen, unclear) = choose(read);
        (chosen.profile, unclear.len())
    }

    #[test]
    fn the_first_variable_that_is_set_wins() {
        assert_eq!(of(&[]), (Profile::Production, 0));
        assert_eq!(of(&[("APP_ENV", "")]), (Profile::Production, 0));
        assert_eq!(of(&[("APP_ENV", "Dev")]), (Profile::Development, 0));
        assert_eq!(
            of(&[("NODE_ENV", "stage"), ("RUST_ENV", "staging")]),
            (Profile::Staging, 0)
        );
    }

    #[test]
    fn what_other_tools_write_is_read() {
        for (text, profile) in [
            ("dev", Profile::Development),
            ("Local", Profile::Development),
            ("testing", Profile::Test),
            ("stage", Profile::Staging),
            ("PROD", Profile::Production),
        ] {
            assert_eq!(of(&[("APP_ENV", text)]), (profile, 0), "{text}");
        }
        // A base image may set these: they relax nothing by another tool's word.
        assert_eq!(of(&[("NODE_ENV", "local")]), (Profile::Production, 1));
        assert_eq!(of(&[("RUST_ENV", "local")]), (Profile::Production, 1));
    }

    #[test]
    fn what_is_unclear_relaxes_nothing() {
        assert_eq!(of(&[("APP_ENV", "developement")]), (Profile::Production, 1));
        assert_eq!(
            of(&[("APP_ENV", "dev"), ("NODE_ENV", "production")]),
            (Profile::Production, 1)
        );
    }
}
