//! Settings that are read again while the service runs.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::SystemTime;

use arc_swap::{ArcSwap, Guard};

use super::changes::Changes;
use super::outcome::{Polled, Reloaded, Status};
use super::subscribers::{Subscribers, Subscription};
use super::versions::Versions;
use crate::SecureConfig;
use crate::loader::{Again, Loader, Look};
use crate::report::{self, LoadError, Report};

/// Settings that are read again while the service runs; see the [module](super).
///
/// A clone is another handle of the same settings.
pub struct Live<T> {
    pub(super) shared: Arc<Shared<T>>,
}

pub(super) struct Shared<T> {
    current: ArcSwap<T>,
    pub(super) versions: Arc<Versions>,
    subscribers: Arc<Subscribers<T>>,
    status: Mutex<Status>,
    /// Whoever has it is the one who reloads.
    again: Mutex<Again>,
    /// The thread that tells subscribers at the moment: it has `again`.
    telling: Mutex<Option<ThreadId>>,
}

/// An exchange of one set for another.
#[non_exhaustive]
pub struct Change<'a, T> {
    /// The set that was in force.
    pub old: &'a Arc<T>,
    /// The set that is.
    pub new: &'a Arc<T>,
    /// The variables that hold something else.
    pub changed: &'a [String],
}

impl<T: SecureConfig> Loader<T> {
    /// Loads settings that can be read again while the service runs; the report is that of this first load.
    ///
    /// # Errors
    /// Every problem of every field, in one report.
    pub fn live(self) -> Result<(Live<T>, Report), LoadError> {
        Live::load(self.again())
    }

    /// Loads settings that can be read again, or ends the process as [`load_or_exit`](Self::load_or_exit) does.
    #[must_use]
    pub fn live_or_exit(self) -> (Live<T>, Report) {
        self.live().unwrap_or_else(|error| report::refuse(&error))
    }
}

impl<T: SecureConfig> Live<T> {
    fn load(mut again: Again) -> Result<(Self, Report), LoadError> {
        let first = again.load::<T>()?;
        let shared = Shared {
            current: ArcSwap::from_pointee(first.value),
            versions: Arc::new(Versions::new()),
            subscribers: Arc::new(Subscribers::new()),
            status: Mutex::new(Status::new()),
            again: Mutex::new(again),
            telling: Mutex::new(None),
        };
        let live = Self {
            shared: Arc::new(shared),
        };
        Ok((live, first.report))
    }

    /// Reads the sources again, and exchanges the set if it passes as a whole and anything of it changed.
    ///
    /// It reads files, and so blocks; one reload runs at a time. Subscribers are told before it returns.
    ///
    /// # Errors
    /// Every problem of the new set, in one report. The set before stays in force.
    ///
    /// # Panics
    /// In a function that [subscribed](Self::subscribe), which would wait for itself.
    pub fn reload(&self) -> Result<Reloaded, LoadError> {
        self.exchange(&mut self.again())
    }

    fn again(&self) -> MutexGuard<'_, Again> {
        let is_told = *lock(&self.shared.telling) == Some(thread::current().id());
        assert!(!is_told, "a subscriber of settings must not reload them");
        lock(&self.shared.again)
    }

    /// Looks at the content of the files that the newest load read or looked for, and reloads when it is another one, twice the
    /// same in a row: what is half written is left alone.
    ///
    /// A set that was refused is not tried again before a file changes once more; [`reload`](Self::reload) tries.
    ///
    /// # Panics
    /// As [`reload`](Self::reload) does.
    #[must_use = "a refused set should be told to somebody"]
    pub fn poll(&self) -> Polled {
        let again = &mut self.again();
        match again.look() {
            Look::Unchanged => Polled::Unchanged,
            Look::Changing => Polled::Changing,
            Look::Changed => match self.exchange(again) {
                Ok(reloaded) => Polled::Reloaded(reloaded),
                Err(error) => Polled::Refused(error),
            },
        }
    }

    fn exchange(&self, again: &mut Again) -> Result<Reloaded, LoadError> {
        let loaded = match again.load::<T>() {
            Ok(loaded) => loaded,
            Err(error) => {
                let mut status = lock(&self.shared.status);
                status.refused += 1;
                status.refusal = Some(Arc::new(error.clone()));
                return Err(error);
            }
        };
        let is_new = !loaded.changed.is_empty();
        let old = is_new.then(|| {
            let new = Arc::new(loaded.value);
            (self.shared.current.swap(Arc::clone(&new)), new)
        });
        let version = {
            let mut status = lock(&self.shared.status);
            status.refusal = None;
            status.pending_restart.clone_from(&loaded.pending);
            if is_new {
                status.version += 1;
                status.exchanged += 1;
                status.since = SystemTime::now();
            } else {
                status.unchanged += 1;
            }
            status.version
        };
        if let Some((old, new)) = old {
            *lock(&self.shared.telling) = Some(thread::current().id());
            self.shared.subscribers.tell(&Change {
                old: &old,
                new: &new,
                changed: &loaded.changed,
            });
            *lock(&self.shared.telling) = None;
            self.shared.versions.advance();
        }
        Ok(Reloaded {
            version,
            changed: loaded.changed,
            pending_restart: loaded.pending,
            report: loaded.report,
        })
    }
}

impl<T> Live<T> {
    /// The set in force, without a lock and without a count: for a short look, not over an `await`.
    ///
    /// A request that needs several values takes one snapshot and reads all of them from it.
    #[must_use]
    pub fn read(&self) -> Snapshot<T> {
        Snapshot(self.shared.current.load())
    }

    /// The set in force, to keep for longer. Its secrets live as long.
    #[must_use]
    pub fn current(&self) -> Arc<T> {
        self.shared.current.load_full()
    }

    /// Calls `told` at each exchange, in the thread that reloads, once the new set is in force.
    ///
    /// It must not [reload](Self::reload), and should be short; a panic in it is caught. What the sets are made of is dropped when
    /// nobody has them any more: keep no `old`.
    pub fn subscribe(&self, told: impl Fn(&Change<'_, T>) + Send + Sync + 'static) -> Subscription
    where
        T: Send + Sync + 'static,
    {
        let number = self.shared.subscribers.add(Arc::new(told));
        let subscribers = Arc::downgrade(&self.shared.subscribers);
        Subscription::new(move || {
            if let Some(subscribers) = subscribers.upgrade() {
                subscribers.remove(number);
            }
        })
    }

    /// Waits for the sets that come into force from now on.
    #[must_use]
    pub fn changes(&self) -> Changes<T> {
        Changes::of(self)
    }

    /// How reloading has gone so far.
    #[must_use]
    pub fn status(&self) -> Status {
        lock(&self.shared.status).clone()
    }
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
        }
    }
}

/// Shows the version, and nothing of the settings.
impl<T> fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.shared.versions.version();
        f.debug_struct("Live")
            .field("version", &version)
            .finish_non_exhaustive()
    }
}

/// Shows which variables changed, and nothing of the settings.
impl<T> fmt::Debug for Change<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("changed", &self.changed)
            .finish_non_exhaustive()
    }
}

/// A set that was in force when it was taken; all of it.
pub struct Snapshot<T>(Guard<Arc<T>>);

impl<T> Deref for Snapshot<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Snapshot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
