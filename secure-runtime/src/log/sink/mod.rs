//! Hands whole lines to whoever reads them, and never waits for them.
//!
//! A sink is one of two kinds. A [`Stream`] is a file descriptor: standard output, a pipe, a file. A
//! [`Shared`] writer is anything that implements [`Write`], for tests and unusual destinations; it waits for
//! its writer.

mod queue;
mod report;
mod stream;

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tracing_core::Level;

use super::counters::Counters;
use super::line::Style;
use stream::Stream;

/// Where lines go.
///
/// - [`stdout`](Self::stdout), the default of [`init`](super::init()), [`stderr`](Self::stderr) and
///   [`file`](Self::file) never make a request wait for a reader.
/// - [`writer`](Self::writer) is for tests: a line waits until the writer has taken it.
#[derive(Debug)]
pub struct LogOutput {
    kind: Kind,
}

enum Kind {
    File(io::Result<File>),
    Writer(Box<dyn Write + Send>),
}

impl LogOutput {
    /// Standard output.
    #[must_use]
    pub fn stdout() -> Self {
        Self {
            kind: Kind::File(stream::duplicate(&io::stdout())),
        }
    }

    /// Standard error.
    #[must_use]
    pub fn stderr() -> Self {
        Self {
            kind: Kind::File(stream::duplicate(&io::stderr())),
        }
    }

    /// An open file, pipe, terminal or socket. A regular file should be open for appending.
    #[must_use]
    pub fn file(file: File) -> Self {
        Self {
            kind: Kind::File(Ok(file)),
        }
    }

    /// Anything that can be written to. Each line is one call of `write` unless the writer takes less.
    #[must_use]
    pub fn writer(writer: impl Write + Send + 'static) -> Self {
        Self {
            kind: Kind::Writer(Box::new(writer)),
        }
    }

    /// Whether a person reads it.
    pub(super) fn is_terminal(&self) -> bool {
        match &self.kind {
            Kind::File(Ok(file)) => io::IsTerminal::is_terminal(file),
            _ => false,
        }
    }

    /// Opens the sink; `linger` is how long lines may wait to be written together.
    pub(super) fn open(
        self,
        style: Style,
        linger: Option<Duration>,
        counters: &Arc<Counters>,
    ) -> io::Result<Sink> {
        Ok(match self.kind {
            Kind::File(file) => Sink::Stream(Stream::new(file?, style, linger, counters)),
            Kind::Writer(writer) => Sink::Shared(Shared {
                writer: Mutex::new(writer),
                counters: Arc::clone(counters),
            }),
        })
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.fmt(f),
            Self::Writer(_) => f.write_str("Writer"),
        }
    }
}

/// An open [`LogOutput`].
pub(super) enum Sink {
    Stream(Stream),
    Shared(Shared),
}

impl Sink {
    /// Writes one line, which ends in a newline.
    #[inline]
    pub(super) fn write(&self, level: Level, line: &[u8]) {
        match self {
            Self::Stream(stream) => stream.write(level, line),
            Self::Shared(shared) => shared.write(line),
        }
    }

    /// Waits until all lines are written, as long as there is progress; whether they were.
    pub(super) fn flush(&self, patience: Duration) -> bool {
        match self {
            Self::Stream(stream) => stream.flush(patience),
            Self::Shared(shared) => shared.flush(),
        }
    }

    /// Has waiting lines written soon, without waiting for it.
    pub(super) fn hurry(&self) {
        if let Self::Stream(stream) = self {
            stream.hurry();
        }
    }
}

/// A writer under a lock.
pub(super) struct Shared {
    writer: Mutex<Box<dyn Write + Send>>,
    counters: Arc<Counters>,
}

thread_local! {
    /// The writer is being called on this thread: should it log, its line would wait for itself.
    static WRITING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

impl Shared {
    fn write(&self, line: &[u8]) {
        if !self.call(
            |writer| writer.write_all(line),
            |counters| counters.written_locked(1),
        ) {
            self.counters.failed(1);
        }
    }

    fn flush(&self) -> bool {
        self.call(|writer| writer.flush(), |_| {})
    }

    /// Calls the writer, and `done` under its lock if it succeeds. Fails from inside the writer itself.
    fn call(
        &self,
        call: impl FnOnce(&mut dyn Write) -> io::Result<()>,
        done: impl FnOnce(&Counters),
    ) -> bool {
        if WRITING.try_with(|writing| writing.replace(true)).unwrap_or(false) {
            return false;
        }
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // A writer that panics has failed; what it keeps is its own affair.
        let succeeded = catch_unwind(AssertUnwindSafe(|| call(&mut **writer))).is_ok_and(|done| done.is_ok());
        if succeeded {
            done(&self.counters);
        }
        drop(writer);
        let _ = WRITING.try_with(|writing| writing.set(false));
        succeeded
    }
}
