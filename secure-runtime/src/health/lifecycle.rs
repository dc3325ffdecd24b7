//! Starting, serving, draining: what the server knows and no check can.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

const STARTING: u8 = 0;
const SERVING: u8 = 1;
const DRAINING: u8 = 2;

/// Where a service stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// It does not take requests yet.
    Starting,
    /// It takes requests.
    Serving,
    /// It finishes what it has begun and stops.
    Draining,
}

/// A handle that tells the health of a service where the service stands in its life.
///
/// Clones are the same handle. It only goes forward: a service that drains never serves again.
///
/// # Examples
///
/// ```
/// use secure_runtime::health::{Lifecycle, Phase};
///
/// let lifecycle = Lifecycle::new();
/// assert_eq!(lifecycle.phase(), Phase::Starting);
/// lifecycle.serve();
/// lifecycle.drain();
/// lifecycle.serve();
/// assert_eq!(lifecycle.phase(), Phase::Draining);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Lifecycle(Arc<AtomicU8>);

impl Lifecycle {
    /// A service that starts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The service takes requests from now on, unless it drains already.
    pub fn serve(&self) {
        self.0.fetch_max(SERVING, Ordering::AcqRel);
    }

    /// The service is about to stop: it is not ready any more, so that no new work comes while it finishes the old.
    pub fn drain(&self) {
        self.0.fetch_max(DRAINING, Ordering::AcqRel);
    }

    /// Where the service stands.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self.0.load(Ordering::Acquire) {
            STARTING => Phase::Starting,
            SERVING => Phase::Serving,
            _ => Phase::Draining,
        }
    }
}

/// Whether a hint is due to call [`Lifecycle::serve`]: as long as nothing outside has the lifecycle, nothing can call it.
#[derive(Debug)]
pub(super) struct Guidance(AtomicBool);

impl Guidance {
    pub(super) const fn new(is_due: bool) -> Self {
        Self(AtomicBool::new(is_due))
    }

    /// Whether it is due; it is not any more.
    pub(super) fn take(&self) -> bool {
        self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed)
    }
}
