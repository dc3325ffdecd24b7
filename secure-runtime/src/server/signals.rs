//! SIGTERM and SIGINT, which end the process, SIGHUP, which has it read its settings again, and SIGXFSZ, which is ignored.

use std::future::poll_fn;
use std::io;
use std::task::Poll;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals that ask the process to end.
#[derive(Debug)]
pub(super) struct Signals([(Signal, i32); 2]);

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        let on = |kind: SignalKind| Ok::<_, io::Error>((signal(kind)?, kind.as_raw_value()));
        Ok(Self([on(SignalKind::terminate())?, on(SignalKind::interrupt())?]))
    }

    /// The signal that asks for a reload; it would end the process otherwise.
    pub(super) fn hangup() -> io::Result<Signal> {
        signal(SignalKind::hangup())
    }

    /// Keeps a file at its size limit (`ulimit -f`, `LimitFSIZE=`) from killing the process: the write fails instead, and the log counts the
    /// line as lost.
    ///
    /// The handler stays for the life of the process.
    pub(super) fn survive_file_limits() -> io::Result<()> {
        let kind = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
        signal(kind).map(drop)
    }

    /// Waits for the next one; its number.
    pub(super) async fn next(&mut self) -> i32 {
        poll_fn(|cx| {
            for (signal, number) in &mut self.0 {
                if signal.poll_recv(cx).is_ready() {
                    return Poll::Ready(*number);
                }
            }
            Poll::Pending
        })
        .await
    }
}
