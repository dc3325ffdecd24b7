//! One time limit over many waits.

use std::io;
use std::time::{Duration, Instant};

/// When all of it has to be done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    /// A limit from now on; a duration that the clock cannot hold is none.
    pub(super) fn after(time: Duration) -> Self {
        Self(Instant::now().checked_add(time))
    }

    /// What is left for the next wait; an error of the kind `TimedOut` when nothing is.
    pub(super) fn left(self) -> io::Result<Option<Duration>> {
        let Some(end) = self.0 else {
            return Ok(None);
        };
        match end.saturating_duration_since(Instant::now()) {
            Duration::ZERO => Err(io::ErrorKind::TimedOut.into()),
            // A socket's clock takes microseconds, and nothing for "for ever".
            left => Ok(Some(left.max(Duration::from_micros(1)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends() {
        assert_eq!(
            Deadline::after(Duration::ZERO).left().unwrap_err().kind(),
            io::ErrorKind::TimedOut
        );
        let left = Deadline::after(Duration::from_secs(60)).left().unwrap().unwrap();
        assert!(left <= Duration::from_secs(60));
        assert_eq!(Deadline::after(Duration::MAX).left().unwrap(), None);
    }
}
