//! Asks a service on this machine whether it is well, and ends with an exit code: `curl` for images that have none.
//!
//! A container's `HEALTHCHECK`, an `exec` probe of Kubernetes or a script of an operator runs the program of the service itself:
//!
//! | command | asks |
//! |---|---|
//! | `service healthcheck` | `/health/ready` of the service's own main listener |
//! | `service healthcheck --live` | `/health/live` |
//! | `service healthcheck 127.0.0.1:9090` | the same of another address: `IP:PORT`, `localhost:PORT` or `unix:/absolute/path` |
//! | `service healthcheck http://127.0.0.1:9090/health` | that path |
//! | `service healthcheck --timeout 500ms` | and waits that long; 2 s if unsaid |
//!
//! 1. Exit code 0 means that the answer was 200; 1 means anything else, with one line on stderr; 64, a wrong command line. A redirect is no
//!    health.
//! 2. The time limit holds for all of it: connecting, TLS, and every byte that the other end takes its time with. At most 8 KiB are read.
//! 3. No secret is needed, none is loaded and none is sent. The address is what the server's own settings say (`BIND_ADDR`, `PORT`,
//!    `TLS_CERT_PATH`, `PROXY_PROTOCOL_NETWORKS`), read as the server reads them; where it binds every address, loopback is asked.
//! 4. Names are not looked up, but for `localhost`, which is both loopback addresses. What a command line says is not echoed.
//! 5. With `TLS_CERT_PATH` the question goes by TLS. The other end must hold the key of the certificate that it shows, but the certificate may be
//!    any, also an expired one: a bad renewal, which the server survives with the certificate before, must not look like a service that is
//!    down. For that reason `https` is for loopback addresses alone.
//! 6. Where `PROXY_PROTOCOL_NETWORKS` ask this machine for a PROXY header, the question begins with `PROXY UNKNOWN`, as a balancer's own
//!    health checks do.
//!
//! **Caveat**: the program is started anew for each question, in a few milliseconds; once in ten seconds is plenty. A probe by HTTP that the
//! orchestrator makes itself costs nothing and needs none of this. Sockets handed over by a service manager (`LISTEN_FDS`) are not in the settings:
//! name the address.
//!
//! # Examples
//!
//! First in `main`, before anything is loaded (feature `server`):
//!
//! ```no_run
//! # #[cfg(feature = "server")]
//! fn main() -> std::process::ExitCode {
//!     if let Some(code) = secure_runtime::healthcheck::dispatch(std::env::args_os()) {
//!         return code;
//!     }
//!     // … load the settings, serve …
//!     std::process::ExitCode::SUCCESS
//! }
//! # #[cfg(not(feature = "server"))]
//! # fn main() {}
//! ```
//!
//! With the `config` subcommand of [`secure_config::cli`](https://docs.rs/secure-config) it stands beside that, and in its help:
//! `Cli::<Settings>::new().beside("healthcheck", healthcheck::ABOUT, healthcheck::run).dispatch(std::env::args_os())`.
//!
//! By itself, against any server:
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpListener;
//! use std::time::Duration;
//!
//! use secure_runtime::healthcheck::{Healthcheck, Target};
//!
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let target: Target = format!("http://{}", listener.local_addr()?).parse()?;
//! let server = std::thread::spawn(move || {
//!     for answer in ["200 OK\r\n\r\n", "503 Service Unavailable\r\n\r\n{\"status\":\"draining\"}"] {
//!         let (mut client, _) = listener.accept()?;
//!         let read = client.read(&mut [0; 1024])?;
//!         assert!(read > 0);
//!         client.write_all(format!("HTTP/1.1 {answer}").as_bytes())?;
//!     }
//!     Ok::<_, std::io::Error>(())
//! });
//!
//! let check = Healthcheck::new(target).timeout(Duration::from_secs(10));
//! assert!(check.ask().is_ok());
//! let unhealthy = check.ask().unwrap_err();
//! assert_eq!(unhealthy.status(), Some(503));
//! assert_eq!(unhealthy.to_string(), "answered 503 (draining)");
//! # server.join().expect("it served")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
#[cfg(feature = "server")]
mod args;
#[cfg(feature = "server")]
mod command;
mod deadline;
mod error;
mod question;
#[cfg(feature = "server")]
mod settings;
mod stream;
mod target;
#[cfg(feature = "tls")]
mod tls;

#[cfg(feature = "server")]
pub use self::command::{ABOUT, dispatch, run};
pub use self::error::Unhealthy;
pub use self::question::Healthcheck;
pub use self::target::{InvalidTarget, Target};
