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
/// `LISTEN_FDNAMES` (systemd's `FileDescriptorName=`) says which is which: `main`, `metrics`, `admin`, `redirect`. A
/// single socket under another name is the main one.
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
        let mut taken = HashMap::new();
        for (index, listener) in assign(&names, sockets.len())?.into_iter().enumerate() {
            // A TCP socket, or else a unix socket, or else the error of the latter.
            let listening = match sockets.take_tcp_listener(index) {
                Ok(Some(socket)) => Listening::tcp(socket)?,
                _ => match sockets.take_unix_listener(index)? {
                    Some(socket) => Listening::unix(socket, None)?,
                    None => return Err(invalid("a socket of LISTEN_FDS is missing")),
                },
            };
            taken.insert(listener, listening);
        }
        Ok(Self(taken))
    }

    pub(in crate::server) fn take(&mut self, listener: Listener) -> Option<Listening> {
        self.0.remove(&listener)
    }
}

fn assign(names: &str, count: usize) -> io::Result<Vec<Listener>> {
    let mut names = names.split(':').filter(|name| !name.is_empty());
    let mut listeners = Vec::new();
    for _ in 0..count {
        let listener = match names.next() {
            Some("metrics") => Listener::Metrics,
            Some("admin") => Listener::Admin,
            Some("redirect") => Listener::Redirect,
            _ => Listener::Main,
        };
        if listeners.contains(&listener) {
            return Err(invalid("LISTEN_FDNAMES gives two sockets to one listener"));
        }
        listeners.push(listener);
    }
    Ok(listeners)
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
        assert_eq!(assign("", 0).unwrap(), []);
        assert_eq!(assign("", 1).unwrap(), [Main]);
        assert_eq!(assign("demo.socket", 1).unwrap(), [Main]);
        assert_eq!(
            assign("admin:web:redirect:metrics", 4).unwrap(),
            [Admin, Main, Redirect, Metrics]
        );
        for (names, count) in [("", 2), ("a:b", 2), ("admin:admin", 2)] {
            assert!(assign(names, count).is_err(), "{names}");
        }
    }
}
