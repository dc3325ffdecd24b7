//! Listening sockets that the service manager opened (`LISTEN_FDS`).

use std::collections::HashMap;
use std::env;
use std::io;

use listenfd::ListenFd;

use super::Listening;
use crate::connection::Listener;

/// More is a mistake.
const MAX: usize = 16;

/// The sockets that the service manager opened for us, by listener.
///
/// `LISTEN_FDNAMES` (systemd's `FileDescriptorName=`) names the listener of each: `main`, `metrics`, `admin` or `redirect`. A socket with
/// another name is one of the main listener. A listener may have several sockets, as with two `ListenStream=` in one unit.
#[derive(Debug, Default)]
pub(in crate::server) struct Inherited(HashMap<Listener, Listening>);

impl Inherited {
    /// Takes the sockets, and the variables that tell of them out of the environment, as sd_listen_fds(3) does.
    pub(in crate::server) fn from_env() -> io::Result<Self> {
        let Some(count) = env::var_os("LISTEN_FDS") else {
            return Ok(Self::default());
        };
        let count = count.to_str().and_then(|count| count.parse::<usize>().ok());
        if count.is_none_or(|count| count > MAX) {
            return Err(invalid("LISTEN_FDS is not a small number"));
        }
        let names = env::var("LISTEN_FDNAMES").unwrap_or_default();
        let mut sockets = ListenFd::from_env();
        if sockets.len() == 0 && count != Some(0) {
            tracing::warn!(
                "ignoring LISTEN_FDS: its sockets are for another process (LISTEN_PID); start the service without a shell in between, or \
                 with `exec`"
            );
        }
        let mut taken: HashMap<Listener, Listening> = HashMap::new();
        for (index, listener) in assign(&names, sockets.len()).into_iter().enumerate() {
            // A TCP socket, or else a unix socket, or else the error of the latter.
            let listening = match sockets.take_tcp_listener(index) {
                Ok(Some(socket)) => Listening::tcp(socket)?,
                _ => match sockets.take_unix_listener(index)? {
                    Some(socket) => Listening::unix(socket, None)?,
                    None => return Err(invalid("a socket of LISTEN_FDS is missing")),
                },
            };
            match taken.get_mut(&listener) {
                Some(others) => others.join(listening),
                None => drop(taken.insert(listener, listening)),
            }
        }
        Ok(Self(taken))
    }

    pub(in crate::server) fn take(&mut self, listener: Listener) -> Option<Listening> {
        self.0.remove(&listener)
    }

    /// Logs the sockets that no listener has taken; they are closed.
    pub(in crate::server) fn warn_of_the_rest(&self) {
        for (listener, listening) in &self.0 {
            for addr in listening.addrs() {
                tracing::warn!(
                    %addr,
                    listener = listener.as_str(),
                    "closing an inherited socket of a listener that is off: set REDIRECT_PORT, or leave the socket out of the unit"
                );
            }
        }
    }
}

/// Returns the listener of each socket. An empty name stands for one that was not given, so names keep their places.
fn assign(names: &str, count: usize) -> Vec<Listener> {
    let mut names = names.split(':');
    let of = |name| match name {
        Some("metrics") => Listener::Metrics,
        Some("admin") => Listener::Admin,
        Some("redirect") => Listener::Redirect,
        _ => Listener::Main,
    };
    (0..count).map(|_| of(names.next())).collect()
}

fn invalid(problem: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_which_is_which() {
        use Listener::{Admin, Main, Metrics, Redirect};
        for (names, listeners) in [
            ("", &[][..]),
            ("", &[Main]),
            ("demo.socket", &[Main]),
            ("admin:web:redirect:metrics", &[Admin, Main, Redirect, Metrics]),
            // Two `ListenStream=` in one unit.
            ("demo.socket:demo.socket", &[Main, Main]),
            ("main:admin:main:admin", &[Main, Admin, Main, Admin]),
            (":metrics", &[Main, Metrics]),
            ("metrics", &[Metrics, Main]),
        ] {
            assert_eq!(assign(names, listeners.len()), listeners, "{names}");
        }
    }
}
