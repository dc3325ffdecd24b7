//! What can be wrong with a configuration, in a form that has no room for a secret.

use std::borrow::Cow;
use std::fmt;

use crate::gate::Reason;
use crate::origin::{Origin, escaped};

/// What is wrong with one variable, or what deserves a look.
///
/// There is no slot for a value: the message is made of the rule's own words. A plain value is quoted in it only when its shape protects
/// nothing, since it may be a secret that was put into the wrong variable: at most three characters, a number of at most five digits with or
/// without a unit, a word that settings are made of such as `true` or `debug`, or an IP address. Of any other value the message gives the
/// length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub(crate) key: Cow<'static, str>,
    pub(crate) kind: ProblemKind,
    pub(crate) message: Cow<'static, str>,
    pub(crate) remedy: Option<Cow<'static, str>>,
    pub(crate) origin: Option<Origin>,
    pub(crate) about_secret: bool,
}

impl Problem {
    /// The full name of the variable, or the file, that it is about.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Which rule it is.
    #[must_use]
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// What is wrong, as it reads behind the key: `is a known default`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How to mend it.
    #[must_use]
    pub fn remedy(&self) -> Option<&str> {
        self.remedy.as_deref()
    }

    /// Where the value came from, if there is one.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// Whether the variable is a secret, by the type of its field.
    #[must_use]
    pub fn is_about_secret(&self) -> bool {
        self.about_secret
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key, self.message)?;
        if let Some(origin) = &self.origin {
            write!(f, " ({origin})")?;
        }
        match &self.remedy {
            Some(remedy) => write!(f, "; {remedy}"),
            None => Ok(()),
        }
    }
}

/// The rule that a value broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// Two places set the value at once, such as `X` and `X_FILE`.
    Conflict,
    /// An old name of the variable is in use.
    Deprecated,
    /// Two fields read one name.
    DuplicateName,
    /// A line of the `.env` file is ambiguous or malformed.
    Dotenv,
    /// White space stands at an edge of the value.
    EdgeWhitespace,
    /// The variable is set to nothing, which counts as unset. A warning when a default or a later source is used in its place.
    Empty,
    /// The value was made up for this process.
    Generated,
    /// The value is refused by a rule of the service.
    Invalid,
    /// The memory of the process could not be protected as promised.
    Memory,
    /// The variable is not set.
    Missing,
    /// The value is not UTF-8.
    NotUtf8,
    /// The value is not one of those allowed.
    NotOneOf,
    /// The value is not allowed in production.
    NotInProduction,
    /// The number lies outside its range.
    OutOfRange,
    /// A file is open to other users.
    Permissions,
    /// The profile of the process is not clear.
    Profile,
    /// The secret equals another one.
    SameAsAnother,
    /// The secret is longer than its rule allows, or not exactly as long as it must be.
    TooLong,
    /// The secret is shorter than its rule demands.
    TooShort,
    /// A name is set that nothing reads.
    UnknownName,
    /// A file could not be read.
    Unreadable,
    /// A secret of a vault could not be read.
    #[cfg(feature = "vault")]
    Vault,
    /// A rule of the secret is waived until a day.
    Waived,
    /// A waiver has ended, or says nothing clear.
    Waiver,
    /// The secret is of a kind that attackers try first.
    Weak(Reason),
    /// The value is not of the field's type.
    WrongType,
}

impl ProblemKind {
    /// A stable name for programs, such as `missing` or `known_default`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Deprecated => "deprecated",
            Self::DuplicateName => "duplicate_name",
            Self::Dotenv => "dotenv",
            Self::EdgeWhitespace => "edge_whitespace",
            Self::Empty => "empty",
            Self::Generated => "generated",
            Self::Invalid => "invalid",
            Self::Memory => "memory",
            Self::Missing => "missing",
            Self::NotUtf8 => "not_utf8",
            Self::NotOneOf => "not_one_of",
            Self::NotInProduction => "not_in_production",
            Self::OutOfRange => "out_of_range",
            Self::Permissions => "permissions",
            Self::Profile => "profile",
            Self::SameAsAnother => "same_as_another",
            Self::TooLong => "too_long",
            Self::TooShort => "too_short",
            Self::UnknownName => "unknown_name",
            Self::Unreadable => "unreadable",
            #[cfg(feature = "vault")]
            Self::Vault => "vault",
            Self::Waived => "waived",
            Self::Waiver => "waiver",
            Self::Weak(reason) => reason.code(),
            Self::WrongType => "wrong_type",
        }
    }
}

/// Why a value was refused, before it is known which variable it belongs to.
#[derive(Debug)]
pub struct Refusal {
    pub(crate) kind: ProblemKind,
    pub(crate) message: Cow<'static, str>,
    pub(crate) remedy: Option<Cow<'static, str>>,
}

impl Refusal {
    /// A refusal by `kind`, said in `message`. Boxed, so that the good path moves one word.
    pub(crate) fn new(kind: ProblemKind, message: impl Into<Cow<'static, str>>) -> Box<Self> {
        Box::new(Self {
            kind,
            message: message.into(),
            remedy: None,
        })
    }

    /// The same, with the way to mend it.
    pub(crate) fn remedy(mut self: Box<Self>, remedy: impl Into<Cow<'static, str>>) -> Box<Self> {
        self.remedy = Some(remedy.into());
        self
    }

    /// The problem of `key`, whose value came from `origin`.
    ///
    /// Names, paths and values from outside may stand in all three texts: this is the one place where they are escaped.
    pub(crate) fn of(self, key: impl Into<Cow<'static, str>>, origin: Option<Origin>) -> Problem {
        Problem {
            key: escaped(key.into()),
            kind: self.kind,
            message: escaped(self.message),
            remedy: self.remedy.map(escaped),
            origin,
            about_secret: false,
        }
    }
}
