//! Receives the fields of an event or a span one by one, and writes them.

use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tracing_core::field::{Field, Visit};

use super::callsite::{self, Callsite, Role};
use super::line::{Chunk, Line, REDACTED};
use crate::json_number::MAX_EXACT;

/// Writes the fields of one callsite into a line.
pub(super) struct Visitor<'a> {
    line: Line<'a>,
    table: &'a Callsite,
    mask: u64,
    /// The head of the line has opened the message, and nothing stands there yet.
    open: bool,
    has_message: bool,
    /// How many fields came in before, and how many of them a panic makes us pass over.
    count: usize,
    skip: usize,
    /// Where the field began that is being written, and its index: a value that panics is taken back.
    start: usize,
    index: usize,
}

/// What was written.
pub(super) struct Written {
    /// The names, as bits of [`bit`](super::callsite::bit).
    pub(super) mask: u64,
    /// Fields that found no room.
    pub(super) dropped: u32,
    pub(super) has_message: bool,
}

impl<'a> Visitor<'a> {
    /// For a line whose head is written.
    #[inline]
    pub(super) fn of_event(line: Line<'a>, table: &'a Callsite) -> Self {
        Self {
            open: table.message_first,
            ..Self::of_span(line, table)
        }
    }

    /// For the fields of a span alone.
    #[inline]
    pub(super) fn of_span(line: Line<'a>, table: &'a Callsite) -> Self {
        let start = line.buffer.len();
        Self {
            line,
            table,
            mask: 0,
            open: false,
            has_message: false,
            count: 0,
            skip: 0,
            start,
            index: 0,
        }
    }

    /// Writes all fields that `record` visits. A value that panics is replaced by a mark, and the fields
    /// behind it are written as if nothing had happened.
    #[inline]
    pub(super) fn write(mut self, record: impl Fn(&mut dyn Visit)) -> Written {
        // The buffers hold whole fields and the start of one more, whatever happens: `panicked` removes that.
        // Each panic is that of another field, so there cannot be more of them than fields.
        for _ in 0..=self.table.fields.len() {
            match catch_unwind(AssertUnwindSafe(|| record(&mut self))) {
                Ok(()) => break,
                Err(panic) => self.panicked(panic),
            }
        }
        self.close_message();
        Written {
            mask: self.mask,
            dropped: self.line.dropped,
            has_message: self.has_message,
        }
    }

    #[cold]
    fn panicked(&mut self, panic: Box<dyn std::any::Any + Send>) {
        // A payload may panic when it is dropped; then it is left where it is.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
            std::mem::forget(again);
        }
        const MARK: &str = "[formatting panicked]";
        self.line.buffer.truncate(self.start);
        if let Some(field) = self.table.fields.get(self.index) {
            self.text(field, MARK);
        }
        self.skip = self.count;
        self.count = 0;
    }

    /// Closes the message if none came: `message = Empty` is declared and not recorded.
    #[inline]
    fn close_message(&mut self) {
        if self.open {
            self.line.end_message();
            self.open = false;
            self.has_message = true;
        }
    }

    /// Begins a field, unless it is one to pass over.
    #[inline]
    fn begin(&mut self, field: &Field) -> Option<&'a callsite::Field> {
        self.count += 1;
        if self.count <= self.skip {
            return None;
        }
        self.index = field.index();
        let field = self.table.fields.get(self.index)?;
        if field.role == Role::Hidden {
            return None;
        }
        if field.role != Role::Message {
            self.close_message();
        }
        self.start = self.line.buffer.len();
        self.mask |= field.bit;
        Some(field)
    }

    /// Writes a field that is not a plain value: `message` into the message, `string` behind a key.
    #[inline]
    fn dress(
        &mut self,
        field: &callsite::Field,
        message: impl FnOnce(&mut Line<'a>),
        string: impl FnOnce(&mut Line<'a>, &Chunk),
    ) {
        match field.role {
            Role::Secret => self.line.string(&field.key, REDACTED),
            Role::Message if self.open => {
                message(&mut self.line);
                // Not before: what panics is written again.
                self.open = false;
                self.has_message = true;
            }
            role => {
                string(&mut self.line, &field.key);
                self.has_message |= role == Role::Message;
            }
        }
    }

    fn text(&mut self, field: &callsite::Field, text: &str) {
        self.dress(
            field,
            |line| line.message_str(text),
            |line, key| line.string(key, text),
        );
    }

    /// Writes a value without quotes, unless it is the message, which is text whatever it was.
    #[inline]
    fn bare(&mut self, field: &callsite::Field, value: &str) {
        if field.role == Role::Value {
            self.line.bare(&field.key, value);
        } else {
            self.text(field, value);
        }
    }
}

impl Visit for Visitor<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if let Some(field) = self.begin(field) {
            if field.role == Role::Value {
                self.line.string(&field.key, value);
            } else {
                self.text(field, value);
            }
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        if value.unsigned_abs() > MAX_EXACT {
            return self.record_str(field, itoa::Buffer::new().format(value));
        }
        if let Some(field) = self.begin(field) {
            self.bare(field, itoa::Buffer::new().format(value));
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if value > MAX_EXACT {
            return self.record_str(field, itoa::Buffer::new().format(value));
        }
        if let Some(field) = self.begin(field) {
            self.bare(field, itoa::Buffer::new().format(value));
        }
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        match i64::try_from(value) {
            Ok(value) => self.record_i64(field, value),
            Err(_) => self.record_str(field, itoa::Buffer::new().format(value)),
        }
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        match u64::try_from(value) {
            Ok(value) => self.record_u64(field, value),
            Err(_) => self.record_str(field, itoa::Buffer::new().format(value)),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        if let Some(field) = self.begin(field) {
            let text = if value { "true" } else { "false" };
            // One bit is no secret: `has_password = true` is meant to be read.
            if field.role == Role::Secret {
                self.line.bare(&field.key, text);
            } else {
                self.bare(field, text);
            }
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if let Some(field) = self.begin(field) {
            if field.role == Role::Value {
                self.line.float(&field.key, value);
            } else {
                self.text(field, &value.to_string());
            }
        }
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        if let Some(field) = self.begin(field) {
            // As a message, bytes are most likely text.
            self.dress(
                field,
                |line| line.message_str(&String::from_utf8_lossy(value)),
                |line, key| line.bytes(key, value),
            );
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        if let Some(field) = self.begin(field) {
            self.dress(
                field,
                |line| line.message_error(value),
                |line, key| line.error(key, value),
            );
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if let Some(field) = self.begin(field) {
            self.dress(
                field,
                |line| line.message_debug(value),
                |line, key| line.debug(key, value),
            );
        }
    }
}

/// Which fields a visit records, by index.
#[derive(Default)]
pub(super) struct Recorded(Vec<usize>);

impl Recorded {
    #[cold]
    pub(super) fn of(record: impl Fn(&mut dyn Visit)) -> Self {
        let mut recorded = Self::default();
        record(&mut recorded);
        recorded
    }

    pub(super) fn has(&self, index: usize) -> bool {
        self.0.contains(&index)
    }
}

impl Visit for Recorded {
    /// All other ways of recording end here; the value itself is not looked at.
    fn record_debug(&mut self, field: &Field, _: &dyn fmt::Debug) {
        self.0.push(field.index());
    }
}
