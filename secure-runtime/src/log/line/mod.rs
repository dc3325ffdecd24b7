//! Writes the values of one line: escaped, redacted, cut where they are too long.

mod buffer;
mod decimal;
mod escape;
mod split;
mod style;

use std::error::Error;
use std::fmt::{self, Write as _};

pub(super) use buffer::{Buffer, Chunk, LINE_MAX};
use escape::Place;
pub(super) use split::{key_len, split_fields};
pub(super) use style::{DROPPED, Style, field_name};

use super::redact::{self, Names};

/// The longest value of a field, in bytes as written.
pub(super) const VALUE_MAX: usize = 4_096;

/// The longest message, in bytes as written.
pub(super) const MESSAGE_MAX: usize = 8_192;

/// Room kept for the mark of a cut value, that of a failed one, and the closing quote.
const MARK: usize = 96;

/// How much of one value is thrown away before its formatting is stopped: an endless `Display` ends.
const PATIENCE: usize = 1 << 20;

/// How many causes of an error are written: a chain may be a ring.
const CAUSES: usize = 32;

/// Takes the place of a value whose name says that it is a secret.
pub(super) const REDACTED: &str = "[REDACTED]";

/// A line, or the fields of a span, while it is written.
pub(super) struct Line<'a> {
    pub(super) buffer: &'a mut Buffer,
    /// Holds a value while it is written again with escapes.
    raw: &'a mut Vec<u8>,
    style: Style,
    names: &'a Names,
    /// The position that values may not pass.
    limit: usize,
    /// Fields that found no room.
    pub(super) dropped: u32,
}

impl<'a> Line<'a> {
    pub(super) fn new(
        buffer: &'a mut Buffer,
        raw: &'a mut Vec<u8>,
        style: Style,
        names: &'a Names,
        limit: usize,
    ) -> Self {
        Self {
            buffer,
            raw,
            style,
            names,
            limit,
            dropped: 0,
        }
    }

    pub(super) fn end_message(&mut self) {
        if self.style == Style::Json {
            self.buffer.put_byte(b'"');
        }
    }

    /// Writes text behind its key. This is what most fields are: it is inlined where it counts.
    #[inline(always)]
    pub(super) fn string(&mut self, key: &Chunk, text: &str) {
        let start = self.buffer.len();
        if text.len() <= VALUE_MAX && start + key.len() + text.len() + 2 * MARK <= self.limit {
            self.buffer.put_chunk(key, key.len());
            if self.buffer.put_checked(text.as_bytes()) {
                return self.buffer.put_byte(b'"');
            }
            self.buffer.truncate(start);
        }
        self.string_with_care(key, text);
    }

    #[cold]
    #[inline(never)]
    fn string_with_care(&mut self, key: &Chunk, text: &str) {
        if self.open(key, true) {
            self.careful(text, self.end(VALUE_MAX), 0, self.style.value_place());
            self.buffer.put_byte(b'"');
        }
    }

    /// Writes a value that needs neither quotes nor escapes.
    #[inline]
    pub(super) fn bare(&mut self, key: &Chunk, value: &str) {
        if self.open(key, false) {
            self.buffer.put(value.as_bytes());
        }
    }

    pub(super) fn float(&mut self, key: &Chunk, value: f64) {
        if let Some(number) = decimal::Short::of(value) {
            if self.open(key, false) {
                number.write(self.buffer);
            }
            return;
        }
        // JSON has no numbers for these; the words are JavaScript's.
        let word = if value.is_nan() {
            "NaN"
        } else if value == f64::INFINITY {
            "Infinity"
        } else if value == f64::NEG_INFINITY {
            "-Infinity"
        } else {
            if self.open(key, false) {
                let end = self.limit;
                // A finite f64 in Debug form is a JSON number of at most 25 bytes; the writer never fails.
                let _ = write!(
                    Pieces {
                        buffer: &mut *self.buffer,
                        end,
                        lost: 0
                    },
                    "{value:?}"
                );
            }
            return;
        };
        self.string(key, word);
    }

    /// Bytes in hexadecimal.
    pub(super) fn bytes(&mut self, key: &Chunk, bytes: &[u8]) {
        if !self.open(key, true) {
            return;
        }
        let room = self.end(VALUE_MAX).saturating_sub(self.buffer.len()) / 2;
        for byte in bytes.iter().take(room) {
            escape::hex(self.buffer, u32::from(*byte), 2);
        }
        self.mark_cut(bytes.len().saturating_sub(room));
        self.buffer.put_byte(b'"');
    }

    #[inline]
    pub(super) fn debug(&mut self, key: &Chunk, value: &dyn fmt::Debug) {
        if self.open(key, true) {
            self.formatted(VALUE_MAX, self.style.value_place(), |pieces| {
                write!(pieces, "{value:?}")
            });
            self.buffer.put_byte(b'"');
        }
    }

    /// Text that may have been formatted.
    pub(super) fn display(&mut self, key: &Chunk, text: &str) {
        if self.open(key, true) {
            self.formatted(VALUE_MAX, self.style.value_place(), |pieces| {
                pieces.write_str(text)
            });
            self.buffer.put_byte(b'"');
        }
    }

    /// An error and its causes: `outer: middle: root`.
    pub(super) fn error(&mut self, key: &Chunk, error: &(dyn Error + 'static)) {
        if self.open(key, true) {
            self.formatted(VALUE_MAX, self.style.value_place(), |pieces| {
                write_chain(pieces, error)
            });
            self.buffer.put_byte(b'"');
        }
    }

    pub(super) fn message_debug(&mut self, value: &dyn fmt::Debug) {
        self.formatted(MESSAGE_MAX, self.style.message_place(), |pieces| {
            write!(pieces, "{value:?}")
        });
        self.end_message();
    }

    pub(super) fn message_error(&mut self, error: &(dyn Error + 'static)) {
        self.formatted(MESSAGE_MAX, self.style.message_place(), |pieces| {
            write_chain(pieces, error)
        });
        self.end_message();
    }

    pub(super) fn message_str(&mut self, text: &str) {
        let (start, end) = (self.buffer.len(), self.end(MESSAGE_MAX));
        if start + text.len() > end || !self.buffer.put_checked(text.as_bytes()) {
            self.buffer.truncate(start);
            self.careful(text, end, 0, self.style.message_place());
        }
        self.end_message();
    }

    /// Writes the key if there is room for it and a mark behind it; otherwise the field is dropped.
    #[inline]
    fn open(&mut self, key: &Chunk, quoted: bool) -> bool {
        if self.buffer.len() + key.len() + 2 * MARK > self.limit {
            self.dropped += 1;
            return false;
        }
        self.buffer.put_chunk(key, key.len() - usize::from(!quoted));
        true
    }

    fn end(&self, max: usize) -> usize {
        (self.buffer.len() + max).min(self.limit.saturating_sub(MARK))
    }

    /// Lets `write` format a value in place, and writes it again with care if it needs any.
    #[inline]
    fn formatted(&mut self, max: usize, place: Place, write: impl FnOnce(&mut Pieces<'_>) -> fmt::Result) {
        let (start, end) = (self.buffer.len(), self.end(max));
        let mut pieces = Pieces {
            buffer: &mut *self.buffer,
            end,
            lost: 0,
        };
        let outcome = write(&mut pieces);
        let lost = pieces.lost;
        // A colon may belong to `{ password: … }`, which only formatted values show without quotes.
        if lost > 0 || !self.buffer.is_plain_from(start) {
            self.rewrite(start, end, lost, place);
        }
        // Past its patience the writer itself is what failed.
        if outcome.is_err() && lost <= PATIENCE {
            self.buffer.put(b"[formatting failed]");
        }
    }

    #[cold]
    fn rewrite(&mut self, start: usize, end: usize, lost: usize, place: Place) {
        let mut raw = std::mem::take(self.raw);
        raw.clear();
        raw.extend_from_slice(self.buffer.from(start));
        self.buffer.truncate(start);
        // Pieces are cut between characters, so this is UTF-8.
        self.careful(std::str::from_utf8(&raw).unwrap_or_default(), end, lost, place);
        *self.raw = raw;
    }

    /// Writes `text` without the secrets it names, escaped, and marks how much of it is missing.
    #[cold]
    fn careful(&mut self, text: &str, end: usize, lost: usize, place: Place) {
        // No character gets shorter by being escaped: what cannot fit is not looked at.
        let window = floor_char_boundary(text, end.saturating_sub(self.buffer.len()));
        let seen = text.get(..window).unwrap_or_default();
        let mut done = 0;
        for secret in redact::scrub(seen, self.names) {
            let before = seen.get(done..secret.start).unwrap_or_default();
            let written = escape::escape(self.buffer, before, end, place);
            done += written;
            if written < before.len() || self.buffer.len() + REDACTED.len() > end {
                return self.mark_cut(lost + text.len() - done);
            }
            self.buffer.put(REDACTED.as_bytes());
            done = secret.end;
        }
        done += escape::escape(self.buffer, seen.get(done..).unwrap_or_default(), end, place);
        self.mark_cut(lost + text.len() - done);
    }

    fn mark_cut(&mut self, missing: usize) {
        if missing > 0 {
            let end = self.limit;
            // The writer never fails, and `MARK` bytes are free.
            let _ = write!(
                Pieces {
                    buffer: &mut *self.buffer,
                    end,
                    lost: 0
                },
                "…[truncated {missing} bytes]"
            );
        }
    }
}

/// Receives what a `Display` or `Debug` writes, up to the position `end`.
struct Pieces<'a> {
    buffer: &'a mut Buffer,
    end: usize,
    /// Bytes that found no room.
    lost: usize,
}

impl fmt::Write for Pieces<'_> {
    #[inline]
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        if self.lost == 0 && self.buffer.len() + piece.len() <= self.end {
            self.buffer.put(piece.as_bytes());
            return Ok(());
        }
        self.overflow(piece)
    }
}

impl Pieces<'_> {
    #[cold]
    fn overflow(&mut self, piece: &str) -> fmt::Result {
        let room = if self.lost == 0 {
            self.end.saturating_sub(self.buffer.len())
        } else {
            0
        };
        let cut = floor_char_boundary(piece, room);
        self.buffer.put(piece.as_bytes().get(..cut).unwrap_or_default());
        self.lost += piece.len() - cut;
        if self.lost > PATIENCE {
            Err(fmt::Error)
        } else {
            Ok(())
        }
    }
}

fn write_chain(pieces: &mut Pieces<'_>, error: &(dyn Error + 'static)) -> fmt::Result {
    write!(pieces, "{error}")?;
    let mut cause = error.source();
    for _ in 0..CAUSES {
        let Some(error) = cause else { break };
        let before = pieces.buffer.len();
        pieces.write_str(": ")?;
        let start = pieces.buffer.len();
        write!(pieces, "{error}")?;
        // Many errors print their cause themselves: it is not said twice.
        let (said, again) = (pieces.buffer.from(0), pieces.buffer.from(start));
        if pieces.lost == 0 && said.get(..before).unwrap_or_default().ends_with(again) {
            pieces.buffer.truncate(before);
        }
        cause = error.source();
    }
    Ok(())
}

/// The largest position not beyond `at` that stands between two characters.
pub(super) fn floor_char_boundary(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
