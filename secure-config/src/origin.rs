//! Where a value came from.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// Where the value of a variable came from.
///
/// Its `Display` is what stands in the report: `environment`, `.env line 12`, `/run/secrets/jwt_secret`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The environment of the process.
    Environment,
    /// A file: named by `X_FILE`, or found in a secrets directory.
    File(Arc<Path>),
    /// A secret of a [vault](crate::vault).
    #[cfg(feature = "vault")]
    Vault {
        /// What the secret is called: `vault secret/app`.
        secret: Arc<str>,
        /// Which version of it was read.
        version: u64,
    },
    /// A line of the `.env` file.
    Dotenv {
        /// The file.
        path: Arc<Path>,
        /// The line its name stands on; the first line is 1.
        line: u32,
    },
    /// The field's own default.
    Default,
    /// Made up for this process in the development profile.
    Generated,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("environment"),
            Self::File(path) => Escaped(&path.to_string_lossy()).fmt(f),
            #[cfg(feature = "vault")]
            Self::Vault { secret, version } => write!(f, "{} version {version}", Escaped(secret)),
            Self::Dotenv { path, line } => {
                let path = path.to_string_lossy();
                write!(
                    f,
                    "{} line {line}",
                    Escaped(path.strip_prefix("./").unwrap_or(&path))
                )
            }
            Self::Default => f.write_str("default"),
            Self::Generated => f.write_str("generated"),
        }
    }
}

/// Shows text with everything escaped that a terminal or a log could take for more than text.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        for character in self.0.chars() {
            if is_harmless(character) {
                f.write_char(character)?;
            } else {
                write!(f, "{}", character.escape_default())?;
            }
        }
        Ok(())
    }
}

/// The same text, escaped like [`Escaped`]; nearly always it is fine as it is.
pub(crate) fn escaped(text: Cow<'static, str>) -> Cow<'static, str> {
    if text.chars().all(is_harmless) {
        text
    } else {
        Escaped(&text).to_string().into()
    }
}

/// Whether a character shows as itself: no control, no bidi override, no separator or invisible format character.
pub(crate) fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        assert_eq!(
            Escaped("a\u{1b}[31m\n\u{202e}b").to_string(),
            r"a\u{1b}[31m\n\u{202e}b"
        );
    }

    #[test]
    fn a_path_of_this_folder_is_short() {
        let origin = Origin::Dotenv {
            path: Path::new("./.env").into(),
            line: 3,
        };
        assert_eq!(origin.to_string(), ".env line 3");
    }
}
