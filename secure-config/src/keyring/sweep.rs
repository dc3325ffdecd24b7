//! The thread that wipes keys when their grace ends.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::KeyRing;
use crate::reload::Waiter;

/// While there is nothing to wait for, it looks as seldom.
const IDLE: Duration = Duration::from_secs(24 * 60 * 60);

impl KeyRing {
    /// Starts a thread that [sweeps](Self::sweep) whenever a grace ends, also when nobody verifies anything.
    ///
    /// It sleeps in between, and ends with the last handle of the ring.
    ///
    /// # Errors
    /// When the system starts no more threads.
    pub fn sweep_in_background(&self) -> io::Result<()> {
        let ring = Arc::downgrade(&self.inner);
        let mut rotations = Waiter::of(&self.inner.versions);
        let sweep = move || {
            loop {
                let Some(inner) = ring.upgrade() else { return };
                let next = Self { inner }.sweep();
                rotations.wait_timeout(next.unwrap_or(IDLE));
            }
        };
        let thread = std::thread::Builder::new().name("keyring".into());
        thread.spawn(sweep).map(drop)
    }
}
