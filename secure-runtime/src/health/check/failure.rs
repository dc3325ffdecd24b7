//! An error as it may go to the log.

use std::error::Error;
use std::fmt::{self, Write};

/// A chain longer than this is cut.
const MAX_CAUSES: usize = 16;

/// A longer text is cut, in bytes.
const MAX_TEXT: usize = 2_000;

/// The texts of an error and its causes, in which every secret of this process is masked.
///
/// Drivers put the address they could not reach into their errors, password included.
#[derive(Debug)]
pub(in crate::health) struct Failure {
    text: String,
    cause: Option<Box<Self>>,
}

impl Failure {
    /// Reads the texts of `error` and of its causes.
    pub(super) fn of(error: &(dyn Error + 'static)) -> Self {
        let mut texts = Vec::new();
        let mut next = Some(error);
        while let Some(error) = next.take_if(|_| texts.len() < MAX_CAUSES) {
            texts.push(text_of(error));
            next = error.source();
        }
        let mut causes = texts.into_iter().rev();
        // The first is the error itself, so there is one.
        let innermost = Self {
            text: causes.next().unwrap_or_default(),
            cause: None,
        };
        causes.fold(innermost, |cause, text| Self {
            text,
            cause: Some(Box::new(cause)),
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }
}

fn text_of(error: &(dyn Error + 'static)) -> String {
    let mut text = Bounded(String::new());
    // Fails when the text is full, or when the error's own `Display` does: what was written until then is kept.
    let _ = write!(text, "{error}");
    secure_config::redact(&text.0).into_owned()
}

/// Takes text until it is full.
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MAX_TEXT - self.0.len();
        if text.len() <= room {
            self.0.push_str(text);
            return Ok(());
        }
        let end = (0..=room)
            .rev()
            .find(|&end| text.is_char_boundary(end))
            .unwrap_or(0);
        self.0.push_str(&text[..end]);
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use secure_config::SecretString;

    use super::*;

    #[derive(Debug)]
    struct Link(&'static str, Option<Box<Self>>);

    impl fmt::Display for Link {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)?;
            if self.0 == "broken" {
                Err(fmt::Error)
            } else {
                Ok(())
            }
        }
    }

    impl Error for Link {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|link| link as &(dyn Error + 'static))
        }
    }

    fn texts(failure: &Failure) -> Vec<String> {
        std::iter::successors(Some(failure), |failure| failure.cause.as_deref())
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_chain_is_kept_and_its_secrets_are_not() {
        let _live = SecretString::new("swordfish-1f9a");
        let innermost = Link("refused: postgres://app:swordfish-1f9a@db/shop", None);
        let error = Link(
            "ask failed",
            Some(Box::new(Link("broken", Some(Box::new(innermost))))),
        );
        let failure = Failure::of(&error);
        assert_eq!(
            texts(&failure),
            [
                "ask failed",
                "broken",
                "refused: postgres://app:[REDACTED]@db/shop"
            ]
        );
        assert!(!format!("{failure:?}").contains("swordfish"));
        assert_eq!(
            failure.source().map(ToString::to_string).as_deref(),
            Some("broken")
        );
    }

    #[test]
    fn texts_and_chains_are_bounded() {
        let long: &'static str = Box::leak("é".repeat(5_000).into_boxed_str());
        let chain = (0..100).fold(Link(long, None), |link, _| Link("x", Some(Box::new(link))));
        assert_eq!(texts(&Failure::of(&chain)).len(), MAX_CAUSES);
        assert_eq!(texts(&Failure::of(&Link(long, None))), ["é".repeat(MAX_TEXT / 2)]);
    }
}
