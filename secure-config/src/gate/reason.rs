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
    /// A whole line `NAME=value` instead of the value.
    Assignment,
    /// A command instead of what it prints.
    Command,
    /// There is no value at all.
    Empty,
    /// A human's text under an encoding such as base64 or hexadecimal.
    EncodedText,
    /// Ciphertext that a tool should have decrypted.
    Encrypted {
        /// The tool that made it.
        tool: &'static str,
    },
    /// Words where a random value is due.
    HumanText,
    /// A prefix with which a framework or vendor marks what must not reach production.
    InsecurePrefix {
        /// Who writes that prefix, when that is known.
        family: Option<&'static str>,
    },
    /// A character that does not show, such as a no-break space, at an edge of the value.
    InvisibleEdge,
    /// Published by a project, a tutorial or a list of common passwords.
    KnownDefault {
        /// Who published it, when that is known.
        family: Option<&'static str>,
    },
    /// Characters outside ASCII, which differ between editors and encodings and never come from a generator.
    NotAscii,
    /// The path of a file instead of what the file holds.
    Path,
    /// Text that stands where a secret should be written.
    Placeholder,
    /// A pattern that programs guess early.
    Predictable {
        /// The kind of pattern.
        pattern: Pattern,
    },
    /// A message, page or error response of a program.
    ProgramOutput,
    /// Public by its purpose, such as a certificate or a public key.
    PublicMaterial {
        /// What it is, with its article.
        what: &'static str,
    },
    /// A reference that a tool should have resolved.
    Reference {
        /// The tool or service that resolves it, when its form tells.
        tool: Option<&'static str>,
    },
    /// A variable or tag that was not filled in.
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
    /// Quotes, brackets or the scheme of a header around the value.
    Wrapped,
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
    /// A word or name with a year, digits or signs, as in `Summer2024!`.
    WordAndDigits,
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
            Self::Assignment => "assignment",
            Self::Command => "command",
            Self::Empty => "empty",
            Self::EncodedText => "encoded_text",
            Self::Encrypted { .. } => "encrypted",
            Self::HumanText => "human_text",
            Self::InsecurePrefix { .. } => "insecure_prefix",
            Self::InvisibleEdge => "invisible_edge",
            Self::KnownDefault { .. } => "known_default",
            Self::NotAscii => "not_ascii",
            Self::Path => "path",
            Self::Placeholder => "placeholder",
            Self::Predictable { .. } => "predictable",
            Self::ProgramOutput => "program_output",
            Self::PublicMaterial { .. } => "public_material",
            Self::Reference { .. } => "reference",
            Self::Template => "template",
            Self::TooShort { .. } => "too_short",
            Self::TooWeak { .. } => "too_weak",
            Self::Wrapped => "wrapped",
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

    /// Returns how to fix it, for a signing or encryption key.
    ///
    /// [`Verdict::remedy`](super::Verdict::remedy) takes the kind of the secret into account and is the better one to
    /// show.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self.own_remedy() {
            Some(remedy) => remedy,
            None => super::Policy::key().remedy(),
        }
    }

    /// Returns how to fix it when a new secret is not the answer.
    pub(crate) const fn own_remedy(self) -> Option<&'static str> {
        Some(match self {
            Self::Assignment => "remove the name and the equals sign, and keep the value",
            Self::Command => "run the command, and set what it prints",
            Self::Encrypted { .. } => {
                "start the service with the tool that decrypts it, or set the decrypted secret"
            }
            Self::InvisibleEdge => {
                "type the first and the last character again, or copy the value from its source"
            }
            Self::Path => {
                "set the variable with _FILE after its name to the path, or set what the file holds"
            }
            Self::ProgramOutput => "run the command that should print the secret, and set the secret",
            Self::PublicMaterial { .. } => "set the private key or secret that belongs to it",
            Self::Reference { .. } => {
                "start the service with the tool that resolves it, or set the secret itself"
            }
            Self::Template => "set the secret itself; variables and tags in a value are not replaced here",
            Self::Wrapped => {
                "remove what surrounds the value; docker run --env-file keeps quotes, for example"
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Assignment => f.write_str("is a whole line NAME=value, not the value alone"),
            Self::Command => f.write_str("is a command, not what it prints"),
            Self::Empty => f.write_str("is empty"),
            Self::EncodedText => f.write_str("is encoded text, not a random value"),
            Self::Encrypted { tool } => write!(f, "is ciphertext of {tool} that was not decrypted"),
            Self::HumanText => f.write_str("is human text where a random value is due"),
            Self::InsecurePrefix { family: None } => f.write_str("is marked as insecure by its prefix"),
            Self::InsecurePrefix { family: Some(family) } => write!(f, "is marked as insecure by {family}"),
            Self::InvisibleEdge => f.write_str("is padded with an invisible character"),
            Self::KnownDefault { family: None } => f.write_str("is a known default"),
            Self::KnownDefault { family: Some(family) } => write!(f, "is a known default of {family}"),
            Self::NotAscii => f.write_str("is not ASCII"),
            Self::Path => f.write_str("is the path of a file, not what the file holds"),
            Self::Placeholder => f.write_str("is a placeholder"),
            Self::Predictable { pattern } => write!(f, "is predictable ({pattern})"),
            Self::ProgramOutput => f.write_str("is the output or error of a program, not a secret"),
            Self::PublicMaterial { what } => write!(f, "is public: {what}"),
            Self::Reference { tool: None } => f.write_str("is a reference that was not resolved"),
            Self::Reference { tool: Some(tool) } => {
                write!(f, "is a reference of {tool} that was not resolved")
            }
            Self::Template => f.write_str("is a template that was not filled in"),
            Self::TooShort { min_len } => write!(f, "is shorter than {min_len} bytes"),
            Self::TooWeak { min_bits } => write!(f, "carries fewer than {min_bits} bits"),
            Self::Wrapped => f.write_str("is surrounded by quotes or other marks"),
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
            Self::WordAndDigits => "a word with digits or signs",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[Reason] = &[
        Reason::Assignment,
        Reason::Command,
        Reason::Empty,
        Reason::EncodedText,
        Reason::Encrypted { tool: "SOPS" },
        Reason::HumanText,
        Reason::InvisibleEdge,
        Reason::Path,
        Reason::ProgramOutput,
        Reason::PublicMaterial {
            what: "a certificate",
        },
        Reason::Reference { tool: None },
        Reason::Wrapped,
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
