//! Starts the log of a process.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tracing_core::Dispatch;
use tracing_core::dispatcher::set_global_default;
use tracing_subscriber::layer::{Identity, Layered, SubscriberExt as _};
use tracing_subscriber::{Layer, Registry};

use super::alone::Alone;
use super::bridge::Bridge;
use super::core::Core;
use super::counters::Counters;
use super::filter::{Filter, Live};
use super::handle::LogHandle;
use super::layer::LogLayer;
use super::line::Style;
use super::panic;
use super::pending;
use super::redact::Names;
use super::settings::{self, LogSettings};
use super::sink::LogOutput;

/// How long a batched line may wait.
const LINGER: Duration = Duration::from_millis(20);

/// How long the end of the process waits for a reader that takes nothing.
const PATIENCE: Duration = Duration::from_secs(2);

/// Starts the log of the process: lines on standard output, from `tracing` and from the `log` crate, and panics.
///
/// The guard it returns belongs into a variable of `main`: when it is dropped, lines that still wait are written.
/// (`let _ = init(…)` drops it at once. Lines are then still written, but the end of the process waits for none.)
///
/// # Errors
///
/// When the process has a log already, by this function or by another crate: the second one would silently get
/// nothing. And when standard output cannot be had.
///
/// # Examples
///
/// ```
/// use secure_runtime::log::{self, LogSettings};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let _guard = log::init(LogSettings::new())?;
/// tracing::info!(user_id = 123, password = "hunter2", "user logged in");
/// // {"timestamp":"…","level":"INFO","message":"user logged in","user_id":123,"password":"[REDACTED]","target":"…"}
///
/// assert!(log::init(LogSettings::new()).is_err());
/// # Ok(())
/// # }
/// ```
pub fn init(settings: LogSettings) -> Result<LogGuard, InitError> {
    init_with(settings, None::<Identity>)
}

/// Starts the log of the process as [`init`] does, with another layer of the subscriber beside it, such as one for traces.
///
/// The layer sees what the log writes. `None` is the same as [`init`], at the same cost.
///
/// # Errors
///
/// As [`init`].
///
/// # Examples
///
/// ```
/// use secure_runtime::log::{self, LogSettings};
/// use tracing_subscriber::layer::Identity;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let _guard = log::init_with(LogSettings::new(), Some(Identity::new()))?;
/// # Ok(())
/// # }
/// ```
pub fn init_with<L>(settings: LogSettings, beside: Option<L>) -> Result<LogGuard, InitError>
where
    L: Layer<Layered<LogLayer, Registry>> + Send + Sync + 'static,
{
    static STARTING: Mutex<()> = Mutex::new(());
    let _starting = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if INSTALLED.get().is_some() {
        return Err(InitError { kind: Kind::Again });
    }
    let (layer, guard) = layer(settings, LogOutput::stdout())?;
    let core = Arc::clone(&layer.core);
    let subscriber = Registry::default().with(layer);
    let dispatch = match beside {
        Some(beside) => Dispatch::new(subscriber.with(beside)),
        None => Dispatch::new(Alone::new(subscriber, core)),
    };
    set_global_default(dispatch.clone()).map_err(|_| InitError {
        kind: Kind::Subscriber,
    })?;
    pending::install(&dispatch);
    let _ = INSTALLED.set(guard.handle());
    guard.bridge_log()?;
    guard.log_panics();
    Ok(guard)
}

/// The log that [`init`] has started.
static INSTALLED: OnceLock<LogHandle> = OnceLock::new();

/// The handle of the log that [`init`] has started, for an admin route or a metric.
#[must_use]
pub fn handle() -> Option<LogHandle> {
    INSTALLED.get().cloned()
}

/// Makes the layer alone, to be part of a subscriber of the service's own, or of a test.
///
/// # Errors
///
/// When the output cannot be had.
///
/// # Examples
///
/// ```
/// use secure_runtime::log::{self, LogOutput, LogSettings};
/// use tracing_subscriber::layer::SubscriberExt;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (layer, guard) = log::layer(LogSettings::new(), LogOutput::stderr())?;
/// let subscriber = tracing_subscriber::registry().with(layer);
/// tracing::subscriber::with_default(subscriber, || tracing::info!("hello"));
/// assert_eq!(guard.handle().counters().written, 1);
/// # Ok(())
/// # }
/// ```
pub fn layer(settings: LogSettings, output: LogOutput) -> Result<(LogLayer, LogGuard), InitError> {
    let is_terminal = output.is_terminal();
    let profile = settings::profile();
    let style = if settings.is_json(profile) {
        Style::Json
    } else {
        Style::Text {
            color: settings.color.is_on(is_terminal),
        }
    };
    let show_payload = settings
        .panic_payload
        .unwrap_or(is_terminal && profile.is_development());
    let names = Names::new(&settings.redact, &settings.reveal);
    let filter = Filter {
        level: settings.level,
        directives: settings.rust_log.unwrap_or_default(),
        own_targets: settings.own_targets,
    };
    let counters = Arc::new(Counters::default());
    let sink = output
        .open(style, settings.batched.then_some(LINGER), &counters)
        .map_err(|error| InitError {
            kind: Kind::Output(error),
        })?;
    let core = Arc::new(Core::new(style, names, Live::new(filter), sink, counters));
    Ok((
        LogLayer {
            core: Arc::clone(&core),
        },
        LogGuard { core, show_payload },
    ))
}

/// Keeps the promise that no line is lost when the process ends: dropped, it waits until all are written.
///
/// It waits as long as the reader takes something every two seconds, and six seconds at most.
#[derive(Debug)]
#[must_use = "lines that wait when the process ends are lost unless this is kept until then"]
pub struct LogGuard {
    core: Arc<Core>,
    show_payload: bool,
}

impl LogGuard {
    /// A handle to change levels and read counters with.
    #[must_use]
    pub fn handle(&self) -> LogHandle {
        LogHandle::new(Arc::clone(&self.core))
    }

    /// Takes in the records of the `log` crate as well. [`init`] does this.
    ///
    /// # Errors
    ///
    /// When the `log` crate has a logger already.
    pub fn bridge_log(&self) -> Result<(), InitError> {
        log::set_boxed_logger(Box::new(Bridge {
            core: Arc::clone(&self.core),
        }))
        .map_err(|_| InitError { kind: Kind::Logger })?;
        self.core.filter.bridge();
        Ok(())
    }

    /// Writes a line for every panic, in place of the hook there is. [`init`] does this.
    ///
    /// # Security
    ///
    /// A panic's payload is what `unwrap` found or `assert_eq!` compared. It is not written unless
    /// [`LogSettings::panic_payload`] says so or, if that is unset, a developer looks at a terminal.
    pub fn log_panics(&self) {
        panic::install(Arc::clone(&self.core), self.show_payload);
    }
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        self.core.sink.flush(PATIENCE);
    }
}

/// A log that cannot be started.
#[derive(Debug)]
pub struct InitError {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Again,
    Subscriber,
    Logger,
    Output(io::Error),
}

impl fmt::Display for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Again => f.write_str("the log of this process was started before"),
            Kind::Subscriber => f.write_str(
                "another crate has set a global `tracing` subscriber; to be part of it, use `log::layer`",
            ),
            Kind::Logger => f.write_str("another crate has set a logger of the `log` crate"),
            Kind::Output(_) => f.write_str("the output of the log cannot be opened"),
        }
    }
}

impl std::error::Error for InitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Output(error) => Some(error),
            Kind::Again | Kind::Subscriber | Kind::Logger => None,
        }
    }
}
