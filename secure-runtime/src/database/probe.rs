//! One connection, kept apart from the pool, by which the database is asked whether it answers.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout, timeout_at};

use super::error::{DatabaseError, DatabaseErrorKind};

/// Nobody waits so long for a database that is well and a pool that has room; then it is time to ask why.
const PATIENCE: Duration = Duration::from_millis(250);

/// How a driver connects and asks.
pub(super) trait Dial: Send + Sync + 'static {
    type Connection: Send;

    fn connect(&self) -> impl Future<Output = Result<Self::Connection, DatabaseError>> + Send;
    fn ask(
        &self,
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<(), DatabaseError>> + Send;
}

/// Asks the database, one question at a time.
pub(super) struct Probe<D: Dial> {
    dial: D,
    timeout: Duration,
    kept: Mutex<Kept<D::Connection>>,
}

struct Kept<C> {
    connection: Option<C>,
    /// The last answer, and when it came.
    last: Option<(Instant, Result<(), DatabaseError>)>,
}

impl<D: Dial> Probe<D> {
    pub(super) fn new(dial: D, timeout: Duration) -> Self {
        let kept = Kept {
            connection: None,
            last: None,
        };
        Self {
            dial,
            timeout,
            kept: Mutex::new(kept),
        }
    }

    /// Asks, or waits for the answer that somebody gets who is asking.
    pub(super) async fn ask(&self) -> Result<(), DatabaseError> {
        let begun = Instant::now();
        let mut kept = self.kept.lock().await;
        if let Some((came, answer)) = &kept.last {
            if *came > begun {
                return answer.clone();
            }
        }
        // Taken from its place: if this future is dropped in the middle of a question, the connection goes with it.
        let connection = kept.connection.take();
        let answer = self.by(connection).await;
        let answer = answer.map(|connection| kept.connection = Some(connection));
        kept.last = Some((Instant::now(), answer.clone()));
        answer
    }

    /// Waits for a connection of the pool, and asks why when that takes long.
    ///
    /// Pools do not know whether they wait for the database or for somebody to return a connection. `meaning` is told whether the database
    /// is known to be well.
    pub(super) async fn explain<T, E>(
        &self,
        acquiring: impl Future<Output = Result<T, E>>,
        acquire_timeout: Duration,
        meaning: impl Fn(E, bool) -> DatabaseError,
    ) -> Result<T, DatabaseError> {
        let mut acquiring = pin!(acquiring);
        if let Ok(acquired) = timeout(PATIENCE.min(acquire_timeout / 2), &mut acquiring).await {
            return acquired.map_err(|error| meaning(error, false));
        }
        let mut asking = pin!(self.ask());
        let first = poll_fn(|context| match acquiring.as_mut().poll(context) {
            Poll::Ready(acquired) => Poll::Ready(Ok(acquired)),
            Poll::Pending => asking.as_mut().poll(context).map(Err),
        });
        match first.await {
            Ok(acquired) => acquired.map_err(|error| meaning(error, false)),
            Err(Err(error)) => Err(error),
            Err(Ok(())) => acquiring.await.map_err(|error| meaning(error, true)),
        }
    }

    /// Asks by this connection, or by a new one if it is lost. All of it takes the timeout at most.
    async fn by(&self, connection: Option<D::Connection>) -> Result<D::Connection, DatabaseError> {
        let begun = Instant::now();
        let deadline = begun + self.timeout;
        if let Some(mut connection) = connection {
            // What is on the way may have dropped it without a word, so half of the time is for a new one.
            let asked = timeout_at(begun + self.timeout / 2, self.dial.ask(&mut connection)).await;
            if let Ok(Ok(())) = asked {
                return Ok(connection);
            }
        }
        let fresh = async {
            let mut connection = self.dial.connect().await?;
            self.dial.ask(&mut connection).await.map(|()| connection)
        };
        timeout_at(deadline, fresh)
            .await
            .unwrap_or_else(|_| Err(silent(self.timeout)))
    }
}

/// The database has not answered within this time.
pub(super) fn silent(time: Duration) -> DatabaseError {
    let text = format!("the database has not answered within {time:?}");
    DatabaseError::new(DatabaseErrorKind::Silent, text)
}

/// The database is well, but the pool is in use.
pub(super) fn exhausted(max: impl std::fmt::Display, time: Duration) -> DatabaseError {
    let text = format!("all {max} connections of the pool are in use, and none was free within {time:?}");
    DatabaseError::new(DatabaseErrorKind::Exhausted, text)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    /// A database whose connections are numbers, and whose answers the test decides.
    #[derive(Default)]
    struct Fake {
        connects: AtomicUsize,
        asks: AtomicUsize,
        /// Connections before this number are lost: `ask` fails.
        lost: AtomicUsize,
        /// Connections before this number are silent.
        silent: AtomicUsize,
        refuses: AtomicUsize,
    }

    impl Dial for Arc<Fake> {
        type Connection = usize;

        async fn connect(&self) -> Result<usize, DatabaseError> {
            if self.refuses.load(SeqCst) > 0 {
                return Err(DatabaseError::new(DatabaseErrorKind::Refused, "refused"));
            }
            Ok(self.connects.fetch_add(1, SeqCst))
        }

        async fn ask(&self, connection: &mut usize) -> Result<(), DatabaseError> {
            self.asks.fetch_add(1, SeqCst);
            tokio::time::sleep(Duration::from_millis(10)).await;
            if *connection < self.silent.load(SeqCst) {
                std::future::pending::<()>().await;
            }
            if *connection < self.lost.load(SeqCst) {
                return Err(DatabaseError::new(DatabaseErrorKind::Failed, "lost"));
            }
            Ok(())
        }
    }

    fn probe() -> (Arc<Fake>, Probe<Arc<Fake>>) {
        let fake = Arc::new(Fake::default());
        (Arc::clone(&fake), Probe::new(fake, Duration::from_secs(4)))
    }

    #[tokio::test(start_paused = true)]
    async fn one_connection_serves_many_questions() {
        let (fake, probe) = probe();
        for _ in 0..5 {
            probe.ask().await.unwrap();
        }
        assert_eq!((fake.connects.load(SeqCst), fake.asks.load(SeqCst)), (1, 5));
    }

    #[tokio::test(start_paused = true)]
    async fn a_lost_or_silent_connection_is_replaced_within_the_same_question() {
        let (fake, probe) = probe();
        probe.ask().await.unwrap();
        fake.lost.store(1, SeqCst);
        probe.ask().await.unwrap();
        fake.silent.store(2, SeqCst);
        let begun = Instant::now();
        probe.ask().await.unwrap();
        assert_eq!(fake.connects.load(SeqCst), 3);
        assert!(begun.elapsed() < Duration::from_secs(4));
    }

    #[tokio::test(start_paused = true)]
    async fn failures_are_told_as_what_they_are_and_end() {
        let (fake, probe) = probe();
        fake.refuses.store(1, SeqCst);
        assert_eq!(probe.ask().await.unwrap_err().kind(), DatabaseErrorKind::Refused);
        fake.refuses.store(0, SeqCst);
        fake.silent.store(usize::MAX, SeqCst);
        let begun = Instant::now();
        let error = probe.ask().await.unwrap_err();
        assert_eq!(
            (error.kind(), begun.elapsed()),
            (DatabaseErrorKind::Silent, Duration::from_secs(4))
        );
        assert_eq!(error.to_string(), "the database has not answered within 4s");
        fake.silent.store(0, SeqCst);
        probe.ask().await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_long_learns_why() {
        let (fake, probe) = probe();
        let minute = Duration::from_secs(60);
        let meaning = |(), well| {
            let kind = if well {
                DatabaseErrorKind::Exhausted
            } else {
                DatabaseErrorKind::Failed
            };
            DatabaseError::new(kind, "")
        };
        let after = async |seconds| {
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            Err::<(), ()>(())
        };
        let kind = async |waited| {
            let begun = Instant::now();
            let error = probe.explain(after(waited), minute, meaning).await.unwrap_err();
            (error.kind(), begun.elapsed().as_secs())
        };
        assert_eq!(kind(0).await, (DatabaseErrorKind::Failed, 0));
        assert_eq!(fake.asks.load(SeqCst), 0, "a quick answer needs no question");
        assert_eq!(kind(60).await, (DatabaseErrorKind::Exhausted, 60));
        fake.silent.store(usize::MAX, SeqCst);
        assert_eq!(kind(60).await, (DatabaseErrorKind::Silent, 4));
        assert_eq!(kind(1).await, (DatabaseErrorKind::Failed, 1));
        fake.refuses.store(1, SeqCst);
        assert_eq!(kind(60).await, (DatabaseErrorKind::Refused, 0));
        let free = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            Ok::<_, ()>(())
        };
        assert!(probe.explain(free, minute, meaning).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_asks_once() {
        let (fake, probe) = probe();
        let probe = Arc::new(probe);
        let crowd: Vec<_> = (0..100)
            .map(|_| {
                let probe = Arc::clone(&probe);
                tokio::spawn(async move { probe.ask().await })
            })
            .collect();
        for one in crowd {
            one.await.unwrap().unwrap();
        }
        assert_eq!(fake.asks.load(SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_that_is_cut_off_leaves_no_connection_behind() {
        let (fake, probe) = probe();
        probe.ask().await.unwrap();
        let cut = timeout(Duration::from_millis(1), probe.ask()).await;
        assert!(cut.is_err());
        probe.ask().await.unwrap();
        assert_eq!(fake.connects.load(SeqCst), 2);
    }
}
