//! Log lines, written and not.

use super::super::{Metrics, error::MetricsError, name::Kind};
use crate::log::LogHandle;

impl Metrics {
    /// Shows what becomes of log lines: `log_lines_total{result="written"}`, and `dropped` and `failed`, which
    /// should stay 0.
    ///
    /// # Errors
    ///
    /// It is shown already.
    pub fn watch_log(&self, log: &LogHandle) -> Result<(), MetricsError> {
        let log = log.clone();
        self.registry().labelled_from(
            "log_lines_total",
            "Log lines, by what became of them.",
            Kind::Counter,
            "result",
            move |show| {
                let counters = log.counters();
                show("written", counters.written);
                show("dropped", counters.dropped);
                show("failed", counters.failed);
                show("nested", counters.nested);
            },
        )
    }
}
