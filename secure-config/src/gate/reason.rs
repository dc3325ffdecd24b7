//! Why a secret is refused, in words that never hold a part of it.

use std::fmt;

/// The rule that refused a secret.
///
/// A reason names a rule, never the value: not its parts, its length, nor the words that were found in it.
/// [`code`](Self::code) is stable and meant for programs; the `Display` text is the phrase of the report
/// ("is a known default") and may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// There is no value at all.
    Empty,
    /// A human's text, wrapped in base64 or hexadecimal.
    EncodedText,
    /// Words where a random value is due.
    HumanText,
    /// A prefix with which a framework or vendor marks what must not reach production.
    InsecurePrefix {
        /// Who writes that prefix, when that is known.
        family: Option<&'static str>,
    },
    /// Published by a project, a tutorial or a list of common passwords.
    KnownDefault {
        /// Who published it, when that is known.
        family: Option<&'static str>,
    },
    /// Characters outside ASCII, which differ between editors and encodings and never come from a generator.
    NotAscii,
    /// Text that stands where a secret should be written.
    Placeholder,
    /// A pattern that programs guess early.
    Predictable {
        /// The kind of pattern.
        pattern: Pattern,
    },
    /// A variable or tag that nobody filled in.
    Template,
    /// Fewer bytes than the policy asks for.
    TooShort {
        /// The least length of the policy in bytes.
        min_len: usize,
    },
    /// Fewer bits than the policy asks for, however the characters were chosen.
    TooWeak {
        /// The least number of bits of the policy.
        min_bits: u16,
    },
}

/// What makes a value predictable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pattern {
    /// Only a few different characters.
    FewCharacters,
    /// Neighbouring keys of a keyboard.
    Keyboard,
    /// The same part again and again.
    Repeat,
    /// Letters, digits or bytes that count up or down.
    Sequence,
}

impl Reason {
    /// The codes of the rules about length and strength, the only ones that a waiver may name.
    ///
    /// Nothing lifts a known default, a placeholder or a template: whoever tries them first is the attacker.
    pub const WAIVABLE: &'static [&'static str] = &["human_text", "predictable", "too_short", "too_weak"];

    /// The rule's stable name, for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::EncodedText => "encoded_text",
            Self::HumanText => "human_text",
            Self::InsecurePrefix { .. } => "insecure_prefix",
            Self::KnownDefault { .. } => "known_default",
            Self::NotAscii => "not_ascii",
            Self::Placeholder => "placeholder",
            Self::Predictable { .. } => "predictable",
            Self::Template => "template",
            Self::TooShort { .. } => "too_short",
            Self::TooWeak { .. } => "too_weak",
        }
    }

    /// The project, vendor or list that published the value, or marks such values, when that is known.
    #[must_use]
    pub const fn family(self) -> Option<&'static str> {
        match self {
            Self::InsecurePrefix { family } | Self::KnownDefault { family } => family,
            _ => None,
        }
    }

    /// Whether a waiver may lift this rule for a while: true of length and strength only.
    #[must_use]
    pub const fn is_waivable(self) -> bool {
        matches!(
            self,
            Self::HumanText | Self::Predictable { .. } | Self::TooShort { .. } | Self::TooWeak { .. }
        )
    }

    /// How to mend it, for a signing or encryption key.
    ///
    /// [`Verdict::remedy`](super::Verdict::remedy) knows the kind of the secret and is the better one to show.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        super::Policy::key().remedy()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::EncodedText => f.write_str("is encoded text, not a random value"),
            Self::HumanText => f.write_str("is human text where a random value is due"),
            Self::InsecurePrefix { family: None } => f.write_str("is marked as insecure by its prefix"),
            Self::InsecurePrefix { family: Some(family) } => write!(f, "is marked as insecure by {family}"),
            Self::KnownDefault { family: None } => f.write_str("is a known default"),
            Self::KnownDefault { family: Some(family) } => write!(f, "is a known default of {family}"),
            Self::NotAscii => f.write_str("is not ASCII"),
            Self::Placeholder => f.write_str("is a placeholder"),
            Self::Predictable { pattern } => write!(f, "is predictable ({pattern})"),
            Self::Template => f.write_str("is a template that nobody filled in"),
            Self::TooShort { min_len } => write!(f, "is shorter than {min_len} bytes"),
            Self::TooWeak { min_bits } => write!(f, "carries fewer than {min_bits} bits"),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FewCharacters => "few distinct characters",
            Self::Keyboard => "a walk over the keyboard",
            Self::Repeat => "it repeats itself",
            Self::Sequence => "it counts up or down",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[Reason] = &[
        Reason::Empty,
        Reason::EncodedText,
        Reason::HumanText,
        Reason::InsecurePrefix {
            family: Some("Django"),
        },
        Reason::KnownDefault { family: None },
        Reason::NotAscii,
        Reason::Placeholder,
        Reason::Predictable {
            pattern: Pattern::Repeat,
        },
        Reason::Template,
        Reason::TooShort { min_len: 32 },
        Reason::TooWeak { min_bits: 90 },
    ];

    #[test]
    fn waivable_codes_are_those_of_waivable_reasons() {
        for reason in ALL {
            assert_eq!(
                reason.is_waivable(),
                Reason::WAIVABLE.contains(&reason.code()),
                "{}",
                reason.code()
            );
        }
    }

    #[test]
    fn phrases_continue_a_sentence_that_starts_with_the_variable() {
        for reason in ALL {
            let phrase = reason.to_string();
            assert!(
                phrase.starts_with("is ") || phrase.starts_with("carries "),
                "{phrase}"
            );
        }
    }
}
