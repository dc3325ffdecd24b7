//! Counts what became of the lines.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many lines were written and how many were not, since the log began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogCounters {
    /// Lines handed to the operating system, or to the writer.
    pub written: u64,
    /// Lines thrown away because their reader stalled and the buffer was full.
    pub dropped: u64,
    /// Lines that could not be written: the disk is full, the reader is gone, the writer failed.
    pub failed: u64,
    /// Events inside the formatting of events inside …, too deep to be written.
    pub nested: u64,
    /// Lines in which fields found no room; each says how many in `log.dropped_fields`.
    pub cut: u64,
}

/// The counters while they count.
#[derive(Debug, Default)]
pub(super) struct Counters {
    written: AtomicU64,
    dropped: AtomicU64,
    failed: AtomicU64,
    nested: AtomicU64,
    cut: AtomicU64,
}

impl Counters {
    /// Called with the lock of the sink held: a load and a store are enough, and cheaper than an addition.
    #[inline]
    pub(super) fn written_locked(&self, lines: u64) {
        self.written
            .store(self.written.load(Ordering::Relaxed) + lines, Ordering::Relaxed);
    }

    pub(super) fn dropped(&self, lines: u64) {
        self.dropped.fetch_add(lines, Ordering::Relaxed);
    }

    pub(super) fn failed(&self, lines: u64) {
        self.failed.fetch_add(lines, Ordering::Relaxed);
    }

    pub(super) fn nested(&self) {
        self.nested.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn cut(&self) {
        self.cut.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> LogCounters {
        LogCounters {
            written: self.written.load(Ordering::Relaxed),
            dropped: self.dropped.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            nested: self.nested.load(Ordering::Relaxed),
            cut: self.cut.load(Ordering::Relaxed),
        }
    }
}
