//! Changes levels while the service runs, and takes the change back in time.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock, Weak};
use std::time::{Duration, Instant};

use tracing_core::metadata::LevelFilter;
use tracing_core::{Level, Metadata};

use super::{Directives, Filter, allows};

/// The filter in force, and the one to return to.
pub(in crate::log) struct Live {
    base: Filter,
    state: Arc<State>,
}

struct State {
    current: RwLock<Filter>,
    /// When the change in force ends; `None` without one.
    until: Mutex<Option<Instant>>,
    /// Told when `until` changes.
    changed: Condvar,
    /// Whether records of the `log` crate go through this filter, so that its level follows.
    bridged: Mutex<bool>,
}

impl Live {
    pub(in crate::log) fn new(base: Filter) -> Self {
        let state = State {
            current: RwLock::new(base.clone()),
            until: Mutex::new(None),
            changed: Condvar::new(),
            bridged: Mutex::new(false),
        };
        Self {
            base,
            state: Arc::new(state),
        }
    }

    pub(in crate::log) fn is_enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.state.read(|filter| filter.is_enabled(metadata))
    }

    pub(in crate::log) fn allows(&self, level: Level, target: &str, file: Option<&str>) -> bool {
        self.state.read(|filter| allows(filter, level, target, file))
    }

    pub(in crate::log) fn max(&self) -> LevelFilter {
        self.state.read(Filter::max)
    }

    pub(in crate::log) fn level(&self) -> LevelFilter {
        self.state.read(|filter| filter.level)
    }

    pub(in crate::log) fn directives(&self) -> Directives {
        self.state.read(|filter| filter.directives.clone())
    }

    /// From now on the `log` crate's own level follows this filter.
    pub(in crate::log) fn bridge(&self) {
        *self.state.bridged.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.state.publish();
    }

    /// Puts `change` in force for `time`, after which the base returns and `reverted` is called.
    ///
    /// # Errors
    ///
    /// When no thread can be started to take the change back: then it is not made.
    pub(in crate::log) fn change(
        &self,
        change: impl FnOnce(&mut Filter),
        time: Duration,
        reverted: impl FnOnce() + Send + 'static,
    ) -> std::io::Result<()> {
        let mut until = self.state.until.lock().unwrap_or_else(PoisonError::into_inner);
        let is_watched = until.is_some();
        // An end beyond what a clock can tell is as good as a day.
        let end = Instant::now()
            .checked_add(time)
            .unwrap_or_else(|| Instant::now() + Duration::from_secs(86_400));
        if !is_watched {
            let (state, base) = (Arc::downgrade(&self.state), self.base.clone());
            let watch = move || watch(&state, base, reverted);
            std::thread::Builder::new()
                .name("log-level".into())
                .stack_size(128 * 1024)
                .spawn(watch)?;
        }
        *until = Some(end);
        let mut filter = self.base.clone();
        change(&mut filter);
        self.state.set(filter);
        drop(until);
        self.state.changed.notify_all();
        Ok(())
    }

    /// Takes a change back now.
    pub(in crate::log) fn reset(&self) {
        let mut until = self.state.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.is_some() {
            *until = Some(Instant::now());
        }
        self.state.set(self.base.clone());
        drop(until);
        self.state.changed.notify_all();
    }
}

impl State {
    fn read<T>(&self, read: impl FnOnce(&Filter) -> T) -> T {
        read(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, filter: Filter) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = filter;
        self.publish();
    }

    /// Tells the macros of `tracing` and `log`, which remember what is enabled.
    fn publish(&self) {
        tracing_core::callsite::rebuild_interest_cache();
        if *self.bridged.lock().unwrap_or_else(PoisonError::into_inner) {
            log::set_max_level(log_level(self.read(Filter::max)));
        }
    }
}

/// Waits until the change in force ends, and ends it.
fn watch(state: &Weak<State>, base: Filter, reverted: impl FnOnce()) {
    /// How long this thread may keep a log alive that nobody holds any more.
    const LOOK: Duration = Duration::from_secs(60);
    loop {
        let Some(state) = state.upgrade() else { return };
        let mut until = state.until.lock().unwrap_or_else(PoisonError::into_inner);
        let left = until.map_or(Duration::ZERO, |end| {
            end.saturating_duration_since(Instant::now())
        });
        if left.is_zero() {
            *until = None;
            state.set(base);
            drop(until);
            return reverted();
        }
        let _woken = state
            .changed
            .wait_timeout(until, left.min(LOOK))
            .unwrap_or_else(PoisonError::into_inner);
    }
}

fn log_level(level: LevelFilter) -> log::LevelFilter {
    match level {
        LevelFilter::OFF => log::LevelFilter::Off,
        LevelFilter::ERROR => log::LevelFilter::Error,
        LevelFilter::WARN => log::LevelFilter::Warn,
        LevelFilter::INFO => log::LevelFilter::Info,
        LevelFilter::DEBUG => log::LevelFilter::Debug,
        LevelFilter::TRACE => log::LevelFilter::Trace,
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state.read(|filter| filter.fmt(f))
    }
}
