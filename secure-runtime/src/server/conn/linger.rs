//! Lets a client read the last answer although it is still sending.
//!
//! A socket closed with unread input resets the connection, and the reset may overtake the answer: the client of an
//! upload that is too large would see a broken connection instead of `413`. So what such a client still sends is read
//! and thrown away, for a moment (RFC 9112 §9.6).

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::Instant;

/// How long a client may go on sending, in all.
const PATIENCE: Duration = Duration::from_secs(2);

/// How much it may go on sending.
const LIMIT: usize = 4 * 1024 * 1024;

/// How many sockets may linger at once; the rest are closed at once.
const MAX: usize = 64;

static LINGERING: AtomicUsize = AtomicUsize::new(0);

struct Place;

impl Place {
    fn take() -> Option<Self> {
        // Counted first and given back if that was too many, so that two cannot take the last one.
        let before = LINGERING.fetch_add(1, Relaxed);
        let place = Self;
        (before < MAX).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        LINGERING.fetch_sub(1, Relaxed);
    }
}

/// Closes a socket whose sending side is shut already, after the client has had a chance to read.
pub(super) fn close(stream: TcpStream) {
    let mut scratch = [0; 512];
    match stream.try_read(&mut scratch) {
        // The client has closed too.
        Ok(0) => return,
        // It was still sending.
        Ok(_) => {}
        Err(_) => return,
    }
    let (Some(place), Ok(runtime)) = (Place::take(), tokio::runtime::Handle::try_current()) else {
        return;
    };
    drop(runtime.spawn(async move {
        let deadline = Instant::now() + PATIENCE;
        // The answer has been sent, so a client that is too slow or too fast is none of our business any more.
        let _ = tokio::time::timeout_at(deadline, discard(&stream)).await;
        drop((stream, place));
    }));
}

async fn discard(stream: &TcpStream) -> io::Result<()> {
    let mut scratch = [0; 4096];
    let mut read = 0;
    while read < LIMIT {
        stream.readable().await?;
        match stream.try_read(&mut scratch) {
            Ok(0) => return Ok(()),
            Ok(bytes) => read += bytes,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
