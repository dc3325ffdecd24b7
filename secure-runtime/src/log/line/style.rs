//! The fixed parts of a line in each format: what stands before, between and behind the values.

use std::borrow::Cow;

use tracing_core::Level;

use super::buffer::{Buffer, Chunk};
use super::escape::{self, Place};

/// How lines are spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::log) enum Style {
    /// One JSON object a line.
    Json,
    /// One readable line an event.
    Text {
        /// Whether escape sequences for colours are written around the fixed parts.
        color: bool,
    },
}

/// Keys that only this module writes.
pub(in crate::log) const RESERVED: [&str; 5] = ["timestamp", "level", "message", "target", DROPPED];

/// Counts the fields that found no room in the line.
pub(in crate::log) const DROPPED: &str = "log.dropped_fields";

/// The longest name of a field or target, in bytes as written.
const NAME_MAX: usize = 200;

const DIM: &str = "\x1b[2m";
/// Ends a colour.
pub(super) const RESET: &str = "\x1b[0m";

impl Style {
    /// What stands before the date.
    pub(in crate::log) fn opening(self) -> &'static str {
        match self {
            Self::Json => "{\"timestamp\":\"",
            Self::Text { color: true } => DIM,
            Self::Text { color: false } => "",
        }
    }

    /// What follows the milliseconds: the level, for text the target, and the start of the message if
    /// `message` says that it comes next.
    pub(in crate::log) fn head(self, level: Level, target: Option<&str>, message: bool) -> Chunk {
        let mut head = String::from("Z");
        match self {
            Self::Json => {
                head.push_str("\",\"level\":\"");
                head.push_str(level.as_str());
                head.push_str(if message { "\",\"message\":\"" } else { "\"" });
            }
            Self::Text { color } => {
                let (dim, reset) = if color { (DIM, RESET) } else { ("", "") };
                head.push_str(reset);
                // Padded to the width of ERROR, so that messages of one target begin in one column.
                head.push_str(if level.as_str().len() < 5 { "  " } else { " " });
                head.push_str(if color { paint(level) } else { "" });
                head.push_str(level.as_str());
                head.push_str(reset);
                if let Some(target) = target {
                    head.push(' ');
                    head.push_str(dim);
                    head.push_str(&self.name(target));
                    head.push(':');
                    head.push_str(reset);
                }
                if message {
                    head.push(' ');
                }
            }
        }
        Chunk::new(head.as_bytes())
    }

    /// The key of a field up to the quote that opens a string; a number leaves the last byte away.
    pub(in crate::log) fn key(self, name: &str) -> Chunk {
        let name = self.name(name);
        let key = match self {
            Self::Json => format!(",\"{name}\":\""),
            Self::Text { color: true } => format!(" {DIM}{name}={RESET}\""),
            Self::Text { color: false } => format!(" {name}=\""),
        };
        Chunk::new(key.as_bytes())
    }

    /// The end of a line; `target` is `None` when the line has it already.
    pub(in crate::log) fn tail(self, target: Option<&str>) -> Chunk {
        let tail = match (self, target) {
            (Self::Json, Some(target)) => format!(",\"target\":\"{}\"}}\n", self.name(target)),
            (Self::Json, None) => "}\n".to_owned(),
            (Self::Text { .. }, _) => "\n".to_owned(),
        };
        Chunk::new(tail.as_bytes())
    }

    /// Where a field's text goes.
    pub(in crate::log) fn value_place(self) -> Place {
        match self {
            Self::Json => Place::Json,
            Self::Text { .. } => Place::Quoted,
        }
    }

    /// Where the message goes.
    pub(in crate::log) fn message_place(self) -> Place {
        match self {
            Self::Json => Place::Json,
            Self::Text { .. } => Place::Bare,
        }
    }

    /// A name as it may stand in a line: escaped, and not longer than [`NAME_MAX`].
    fn name(self, name: &str) -> Cow<'_, str> {
        let harmless = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-:/".contains(byte);
        if name.len() <= NAME_MAX && name.as_bytes().iter().all(harmless) {
            return Cow::Borrowed(name);
        }
        let mut buffer = Buffer::new();
        escape::escape(&mut buffer, name, NAME_MAX, self.value_place());
        let written = String::from_utf8_lossy(buffer.as_slice()).into_owned();
        match self {
            Self::Json => Cow::Owned(written),
            // Blanks and `=` divide the fields of a text line.
            Self::Text { .. } => Cow::Owned(written.replace([' ', '='], "_")),
        }
    }
}

fn paint(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\x1b[31m",
        Level::WARN => "\x1b[33m",
        Level::INFO => "\x1b[32m",
        Level::DEBUG => "\x1b[34m",
        Level::TRACE => "\x1b[35m",
    }
}

/// A field's name as it is written: a raw identifier without `r#`, a reserved one renamed.
pub(in crate::log) fn field_name(name: &str) -> Cow<'_, str> {
    let name = name.strip_prefix("r#").unwrap_or(name);
    if RESERVED.contains(&name) {
        Cow::Owned(format!("field.{name}"))
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(chunk: &Chunk) -> &str {
        std::str::from_utf8(chunk.as_slice()).unwrap()
    }

    #[test]
    fn json_parts() {
        let head = Style::Json.head(Level::INFO, Some("app"), true);
        assert_eq!(text(&head), "Z\",\"level\":\"INFO\",\"message\":\"");
        assert_eq!(text(&Style::Json.key("we\"ird")), ",\"we\\\"ird\":\"");
        assert_eq!(text(&Style::Json.tail(Some("app"))), ",\"target\":\"app\"}\n");
    }

    #[test]
    fn text_parts() {
        let style = Style::Text { color: false };
        assert_eq!(
            text(&style.head(Level::WARN, Some("app::db"), true)),
            "Z  WARN app::db: "
        );
        assert_eq!(text(&style.head(Level::ERROR, None, false)), "Z ERROR");
        assert_eq!(text(&style.key("a b=\"c\n")), " a_b_\\\"c\\n=\"");
        assert_eq!(text(&Style::Text { color: true }.key("a")), " \x1b[2ma=\x1b[0m\"");
    }

    #[test]
    fn reserved_names_move_aside() {
        assert_eq!(field_name("level"), "field.level");
        assert_eq!(field_name("r#type"), "type");
        assert_eq!(field_name("r#target"), "field.target");
        assert_eq!(field_name("user"), "user");
    }

    #[test]
    fn long_names_are_cut() {
        assert!(Style::Json.key(&"n".repeat(5_000)).len() < 250);
    }
}
