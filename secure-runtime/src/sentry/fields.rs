//! What the fields of an event or a span say, as JSON.

use std::{
    error::Error,
    fmt::{self, Write},
};

use sentry::protocol::Exception;
use serde_json::{Map, Value};
use tracing_core::field::{Field, Visit};

use super::scrub;
use crate::json_number::MAX_EXACT;
use crate::log::redact::Names;

/// The longest value that is sent.
const MAX_VALUE: usize = 8_192;

/// What is formatted beyond it, so that a secret at the end of what is sent is whole when it is looked for.
const MARGIN: usize = 8_192;

/// The causes of an error that are looked at.
const MAX_CAUSES: usize = 16;

/// Receives fields one by one.
pub(super) struct Fields<'a> {
    names: &'a Names,
    /// Whether they are kept, and so are cleaned now. What is captured at once is cleaned with all the rest of it.
    is_kept: bool,
    pub(super) message: Option<String>,
    /// An error and its causes, the root first, as Sentry wants them.
    pub(super) exceptions: Vec<Exception>,
    pub(super) rest: Map<String, Value>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(names: &'a Names, is_kept: bool) -> Self {
        Self {
            names,
            is_kept,
            message: None,
            exceptions: Vec::new(),
            rest: Map::new(),
        }
    }

    fn text(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        match field.name() {
            "message" => self.message = Some(self.string(value)),
            name if self.names.is_secret(name) => self.insert(name, scrub::MASK.into()),
            name => {
                let value = self.string(value);
                self.insert(name, value.into());
            }
        }
    }

    fn string(&self, value: fmt::Arguments<'_>) -> String {
        let raw = Bounded::format(value);
        // What is cut must be cleaned before.
        match self.is_kept || raw.text.len() > MAX_VALUE {
            true => raw.clean(self.names),
            false => raw.text,
        }
    }

    fn plain(&mut self, field: &Field, value: Value) {
        let value = match self.names.is_secret(field.name()) {
            true => scrub::MASK.into(),
            false => value,
        };
        self.insert(field.name(), value);
    }

    fn insert(&mut self, name: &str, value: Value) {
        self.rest.insert(name.to_owned(), value);
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, format_args!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field, format_args!("{value}"));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        if self.names.is_secret(field.name()) {
            return self.insert(field.name(), scrub::MASK.into());
        }
        if !self.exceptions.is_empty() {
            return self.text(field, format_args!("{value}"));
        }
        let causes = std::iter::successors(Some(value), |&error| error.source());
        for error in causes.take(MAX_CAUSES) {
            self.exceptions.push(Exception {
                ty: type_name(error),
                value: Some(self.string(format_args!("{error}"))),
                ..Exception::default()
            });
        }
        self.exceptions.reverse();
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        let exact = value.unsigned_abs() <= MAX_EXACT;
        self.plain(
            field,
            if exact {
                value.into()
            } else {
                value.to_string().into()
            },
        );
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        let exact = value <= MAX_EXACT;
        self.plain(
            field,
            if exact {
                value.into()
            } else {
                value.to_string().into()
            },
        );
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.plain(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field, value.into());
    }
}

/// Formats, takes the secrets out, and cuts, in this order.
pub(super) fn clean(value: fmt::Arguments<'_>, names: &Names) -> String {
    Bounded::format(value).clean(names)
}

/// The name of an error's type as its `Debug` begins: `ParseIntError { … }`.
fn type_name(error: &dyn Error) -> String {
    let mut raw = Bounded {
        text: String::new(),
        room: 64,
    };
    let _ = write!(raw, "{error:?}");
    let end = raw
        .text
        .find(|char: char| !char.is_ascii_alphanumeric() && char != '_')
        .unwrap_or(raw.text.len());
    match &raw.text[..end] {
        name if name.starts_with(|char: char| char.is_ascii_uppercase()) => name.to_owned(),
        _ => "Error".to_owned(),
    }
}

/// A text that takes no more than there is room for.
struct Bounded {
    text: String,
    room: usize,
}

impl Bounded {
    fn format(value: fmt::Arguments<'_>) -> Self {
        let mut raw = Self {
            text: String::new(),
            room: MAX_VALUE + MARGIN,
        };
        // Ends early when there is no room, or when the value fails to be formatted.
        let _ = raw.write_fmt(value);
        raw
    }

    fn clean(self, names: &Names) -> String {
        let is_cut = self.room == 0;
        let mut text = scrub::text(&self.text, names).into_owned();
        // What was formatted may end in the middle of a secret: that end is not sent, however little the masks have left.
        let sure = if is_cut {
            text.len().saturating_sub(MARGIN)
        } else {
            text.len()
        };
        let mut end = sure.min(MAX_VALUE);
        if end < text.len() {
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            text.push('…');
        }
        text
    }
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut end = text.len().min(self.room);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.push_str(&text[..end]);
        self.room -= end;
        if end == text.len() {
            Ok(())
        } else {
            // Stops a value that goes on and on.
            self.room = 0;
            Err(fmt::Error)
        }
    }
}

#[cfg(test)]
mod tests {
    use secure_config::SecretString;

    use super::*;

    #[test]
    fn a_secret_at_the_cut_is_whole_when_it_is_looked_for() {
        let secret = SecretString::new("8pXv0rVbQm3K8pXv0rVbQm3K");
        for at in MAX_VALUE - 24..=MAX_VALUE {
            let text = format!("{}{}", "x".repeat(at), secret.expose_secret());
            let text = clean(format_args!("{text}"), &Names::default());
            assert!(!text.contains("8pXv"), "{at}");
            assert!(text.len() <= MAX_VALUE + '…'.len_utf8());
        }
    }

    #[test]
    fn a_secret_that_was_cut_is_not_sent() {
        let secret = SecretString::new("8pXv0rVbQm3K8pXv0rVbQm3K");
        for at in 0..24 {
            let text = "x".repeat(at) + &secret.expose_secret().repeat(1_000);
            let text = clean(format_args!("{text}"), &Names::default());
            assert!(!text.contains("8pX"), "{at}");
        }
    }

    #[test]
    fn a_value_without_end_ends() {
        struct Endless;
        impl fmt::Display for Endless {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                loop {
                    f.write_str("all work and no play ")?;
                }
            }
        }
        assert!(clean(format_args!("{Endless}"), &Names::default()).len() <= MAX_VALUE + 3);
    }

    #[test]
    fn types_have_names() {
        let error = "x".parse::<u8>().unwrap_err();
        assert_eq!(type_name(&error), "ParseIntError");
        assert_eq!(type_name(&*Box::<dyn Error>::from("secret")), "Error");
    }
}
