//! The thread that samples.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Figures, Reader};

/// The second sample comes this soon, so that the use of processors is soon known.
const FIRST_INTERVAL: Duration = Duration::from_millis(500);

/// A thread that samples until this is dropped.
///
/// A thread and not a task: statvfs(3) on a network file system that is gone waits for ever, which must hold up neither a worker of the
/// runtime nor the end of the program.
#[derive(Debug)]
pub(in crate::health) struct Sampler {
    latest: Arc<Mutex<Option<(Instant, Figures)>>>,
    keep_for: Duration,
    /// Dropped with the sampler, which ends the thread.
    _stop: Sender<()>,
}

impl Sampler {
    /// Starts to sample once per `period`.
    pub(in crate::health) fn start(reader: Reader, period: Duration) -> io::Result<Self> {
        let latest = Arc::new(Mutex::new(None));
        let (stop, stopped) = channel();
        let shared = Arc::clone(&latest);
        thread::Builder::new()
            .name("health-system".to_owned())
            .stack_size(256 * 1024)
            .spawn(move || run(reader, period, &shared, &stopped))?;
        Ok(Self {
            latest,
            keep_for: period.saturating_mul(3),
            _stop: stop,
        })
    }

    /// The latest figures; unknown before the first sample and when the thread has long been held up.
    pub(in crate::health) fn latest(&self) -> Figures {
        let latest = *self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        latest
            .filter(|(at, _)| at.elapsed() <= self.keep_for)
            .map(|(_, figures)| figures)
            .unwrap_or_default()
    }
}

fn run(
    mut reader: Reader,
    period: Duration,
    latest: &Mutex<Option<(Instant, Figures)>>,
    stopped: &Receiver<()>,
) {
    let mut interval = period.min(FIRST_INTERVAL);
    loop {
        let now = Instant::now();
        let figures = reader.sample(now);
        *latest.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, figures));
        match stopped.recv_timeout(interval) {
            Err(RecvTimeoutError::Timeout) => interval = period,
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_figures_are_not_believed() {
        let at = Instant::now();
        let figures = Figures {
            memory_usage: Some(50.0),
            ..Figures::default()
        };
        let sampler = |keep_for| Sampler {
            latest: Arc::new(Mutex::new(Some((at, figures)))),
            keep_for,
            _stop: channel().0,
        };
        while at.elapsed() < Duration::from_millis(2) {
            thread::yield_now();
        }
        assert_eq!(sampler(Duration::from_secs(3600)).latest(), figures);
        assert_eq!(sampler(Duration::from_millis(1)).latest(), Figures::default());
    }

    #[test]
    fn the_thread_ends_with_the_sampler() {
        let wait_for = |seen: &dyn Fn() -> bool| {
            for _ in 0..3_000 {
                if seen() {
                    return true;
                }
                thread::sleep(Duration::from_millis(10));
            }
            false
        };
        let sampler = Sampler::start(Reader::new("/"), Duration::from_secs(3600)).unwrap();
        let held = Arc::downgrade(&sampler.latest);
        assert!(
            wait_for(&|| sampler.latest() != Figures::default()),
            "a first sample"
        );
        drop(sampler);
        // The thread holds the last reference, and gives it up when it ends.
        assert!(wait_for(&|| held.strong_count() == 0), "the end of the thread");
    }
}
