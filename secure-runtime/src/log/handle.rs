//! What can be asked of a running log.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tracing_core::Level;
use tracing_core::metadata::LevelFilter;

use super::core::{Core, Record, Value};
use super::counters::LogCounters;
use super::filter::{Directives, Filter};

/// How long a change of levels lasts: enough to look, too short to be forgotten.
const CHANGE: Duration = Duration::from_secs(15 * 60);

const TARGET: &str = "secure_runtime::log";

/// Changes levels while the service runs, and reads the counters.
///
/// # Examples
///
/// ```
/// use secure_runtime::log::{self, LogOutput, LogSettings};
/// use tracing::level_filters::LevelFilter;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (layer, guard) = log::layer(LogSettings::new(), LogOutput::stderr())?;
/// let handle = guard.handle();
/// handle.set_level(LevelFilter::DEBUG)?;
/// assert_eq!(handle.level(), LevelFilter::DEBUG);
/// handle.reset();
/// assert_eq!(handle.level(), LevelFilter::INFO);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct LogHandle {
    core: Arc<Core>,
}

impl LogHandle {
    pub(super) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// The level in force for the service's own targets.
    #[must_use]
    pub fn level(&self) -> LevelFilter {
        self.core.filter.level()
    }

    /// The levels by target in force.
    #[must_use]
    pub fn directives(&self) -> Directives {
        self.core.filter.directives()
    }

    /// Changes the level of the service's own targets for 15 minutes.
    ///
    /// A change takes the place of the one before it, and a line says that it was made and when it ends.
    ///
    /// # Errors
    ///
    /// When no thread can be started to take the change back; it is not made then.
    pub fn set_level(&self, level: LevelFilter) -> io::Result<()> {
        self.set_level_for(level, CHANGE)
    }

    /// Changes the level of the service's own targets for a time.
    ///
    /// # Errors
    ///
    /// As [`set_level`](Self::set_level).
    pub fn set_level_for(&self, level: LevelFilter, time: Duration) -> io::Result<()> {
        self.change(time, |filter| filter.level = level)
    }

    /// Changes the levels by target for 15 minutes.
    ///
    /// # Errors
    ///
    /// As [`set_level`](Self::set_level).
    pub fn set_directives(&self, directives: Directives) -> io::Result<()> {
        self.set_directives_for(directives, CHANGE)
    }

    /// Changes the levels by target for a time.
    ///
    /// # Errors
    ///
    /// As [`set_level`](Self::set_level).
    pub fn set_directives_for(&self, directives: Directives, time: Duration) -> io::Result<()> {
        self.change(time, |filter| filter.directives = directives)
    }

    /// Takes a change back now.
    pub fn reset(&self) {
        self.core.filter.reset();
    }

    /// How many lines were written, and how many were not.
    #[must_use]
    pub fn counters(&self) -> LogCounters {
        self.core.counters.read()
    }

    /// Waits until all lines are written, as long as some are every `patience`; whether they were.
    #[must_use]
    pub fn flush(&self, patience: Duration) -> bool {
        self.core.sink.flush(patience)
    }

    fn change(&self, time: Duration, change: impl FnOnce(&mut Filter)) -> io::Result<()> {
        let core = Arc::clone(&self.core);
        let reverted = move || note(&core, "log levels are what they were", None);
        self.core.filter.change(change, time, reverted)?;
        note(&self.core, "log levels changed", Some(time));
        Ok(())
    }
}

/// Writes a line about the levels in force, whatever they are: who reads a log must know what it leaves out.
fn note(core: &Core, message: &str, time: Option<Duration>) {
    let mut fields = vec![
        (
            "log_level".to_owned(),
            Value::Text(core.filter.level().to_string()),
        ),
        (
            "rust_log".to_owned(),
            Value::Text(core.filter.directives().to_string()),
        ),
    ];
    if let Some(time) = time {
        fields.push((
            "reverts_after_seconds".to_owned(),
            Value::Unsigned(time.as_secs()),
        ));
    }
    core.record(&Record {
        level: Level::WARN,
        target: TARGET,
        message: format_args!("{message}"),
        fields,
    });
}
