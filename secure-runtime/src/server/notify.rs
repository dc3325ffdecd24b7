//! Tells the service manager how the service is doing: sd_notify(3).

use std::env;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The service manager's end, if there is one (`NOTIFY_SOCKET`).
#[derive(Debug, Default)]
pub(super) struct Notifier(Option<(UnixDatagram, SocketAddr)>);

impl Notifier {
    /// The one that the environment names.
    pub(super) fn from_env() -> Self {
        let Some(name) = env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty()) else {
            return Self::default();
        };
        match Self::to(&name) {
            Ok(notifier) => notifier,
            Err(error) => {
                tracing::warn!(%error, "NOTIFY_SOCKET cannot be used: the service manager is not told anything");
                Self::default()
            }
        }
    }

    fn to(name: &OsStr) -> io::Result<Self> {
        let addr = match name.as_bytes() {
            [b'/', ..] => SocketAddr::from_pathname(name)?,
            #[cfg(target_os = "linux")]
            [b'@', name @ ..] => {
                use std::os::linux::net::SocketAddrExt;
                SocketAddr::from_abstract_name(name)?
            }
            _ => {
                return Err(io::Error::new(
                    io::ErrorKind::Unsupported,
                    "neither a path nor an abstract socket",
                ));
            }
        };
        let socket = UnixDatagram::unbound()?;
        // A service manager that is busy must not hold us up.
        socket.set_nonblocking(true)?;
        Ok(Self(Some((socket, addr))))
    }

    /// Ready to serve, or again after a reload.
    pub(super) fn ready(&self) {
        self.send("READY=1");
    }

    /// Reading the configuration again. The time tells the service manager that this answers its own request
    /// (`Type=notify-reload`).
    pub(super) fn reloading(&self) {
        let now = clock_gettime(ClockId::Monotonic);
        let micros = i128::from(now.tv_sec) * 1_000_000 + i128::from(now.tv_nsec) / 1000;
        self.send(&format!("RELOADING=1\nMONOTONIC_USEC={micros}"));
    }

    /// Draining, or stopping for another reason.
    pub(super) fn stopping(&self) {
        self.send("STOPPING=1");
    }

    /// Sends a sign of life twice in the time that the service manager waits for one; returns at once if it does not.
    ///
    /// It runs on the service's own runtime, so that a runtime that hangs sends none.
    pub(super) async fn keep_watchdog_calm(&self) {
        let Some(limit) = watchdog_limit(env::var_os("WATCHDOG_USEC"), env::var_os("WATCHDOG_PID")) else {
            return;
        };
        loop {
            self.send("WATCHDOG=1");
            tokio::time::sleep(limit / 2).await;
        }
    }

    fn send(&self, state: &str) {
        if let Some((socket, addr)) = &self.0 {
            if let Err(error) = socket.send_to_addr(state.as_bytes(), addr) {
                tracing::warn!(%error, state, "the service manager could not be told");
            }
        }
    }
}

fn watchdog_limit(micros: Option<impl AsRef<OsStr>>, pid: Option<impl AsRef<OsStr>>) -> Option<Duration> {
    let micros: u64 = micros?.as_ref().to_str()?.parse().ok()?;
    if let Some(pid) = pid {
        let meant: u32 = pid.as_ref().to_str()?.parse().ok()?;
        if meant != std::process::id() {
            return None;
        }
    }
    // A limit below this is a mistake, and would keep a core busy.
    (micros >= 10_000).then(|| Duration::from_micros(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receive(receiver: &UnixDatagram) -> String {
        let mut message = [0; 128];
        let bytes = receiver.recv(&mut message).unwrap();
        String::from_utf8(message[..bytes].to_vec()).unwrap()
    }

    #[test]
    fn tells_a_socket_at_a_path() {
        // The path of a socket is short.
        let base = env::temp_dir();
        let base = if base.as_os_str().len() < 56 {
            base
        } else {
            "/tmp".into()
        };
        let path = base.join(format!("notify-{}", std::process::id()));
        // A process that had the same id may have left it.
        let _ = std::fs::remove_file(&path);
        let receiver = UnixDatagram::bind(&path).unwrap();
        let notifier = Notifier::to(path.as_os_str()).unwrap();
        notifier.ready();
        assert_eq!(receive(&receiver), "READY=1");
        notifier.reloading();
        let message = receive(&receiver);
        let micros = message.strip_prefix("RELOADING=1\nMONOTONIC_USEC=").unwrap();
        assert!(micros.parse::<u64>().unwrap() > 0);
        notifier.stopping();
        assert_eq!(receive(&receiver), "STOPPING=1");
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn tells_an_abstract_socket() {
        use std::os::linux::net::SocketAddrExt;
        let name = format!("notify-{}", std::process::id());
        let receiver = UnixDatagram::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        Notifier::to(OsStr::new(&format!("@{name}"))).unwrap().ready();
        assert_eq!(receive(&receiver), "READY=1");
    }

    #[test]
    fn refuses_other_addresses() {
        for name in ["relative", "vsock:2:1234"] {
            assert!(Notifier::to(OsStr::new(name)).is_err(), "{name}");
        }
    }

    #[test]
    fn the_watchdog_is_for_the_process_that_is_meant() {
        let me = std::process::id().to_string();
        let none = None::<&str>;
        assert_eq!(
            watchdog_limit(Some("2000000"), none),
            Some(Duration::from_secs(2))
        );
        assert_eq!(
            watchdog_limit(Some("2000000"), Some(me.as_str())),
            Some(Duration::from_secs(2))
        );
        for (micros, pid) in [
            (Some("2000000"), Some("1")),
            (None, none),
            (Some("0"), none),
            (Some("x"), none),
        ] {
            assert_eq!(watchdog_limit(micros, pid), None);
        }
    }
}
