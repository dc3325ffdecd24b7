//! Turns events into lines: JSON in production, readable text elsewhere.
//!
//! [`init`] starts the log of a process. From then on, events of [`tracing`], records of the `log` crate and panics
//! become lines on standard output:
//!
//! ```json
//! {"timestamp":"2025-11-02T10:30:45.123Z","level":"INFO","message":"user logged in","user_id":"123","request_id":"5f3a","target":"app::auth"}
//! ```
//!
//! # What a line is
//!
//! 1. **One object, flat, with each key once.** The fields of the event, then those of the spans around it. The
//!    inner one wins. `timestamp`, `level`, `message`, `target` and `log.dropped_fields` are the log's own: a field of
//!    that name is written as `field.level`. Two fields of one name become `a` and `a_2`.
//! 2. **One line.** Control characters, line separators and characters that reorder text (CVE-2021-42574) are
//!    escaped, in text lines too, so nothing in a value can forge a line or speak to a terminal.
//! 3. **At most 16,000 bytes.** A value is cut at 4,096 bytes, a message at 8,192; `…[truncated 9 bytes]` says so.
//!    Fields that find no room are counted in `log.dropped_fields`.
//! 4. **Without secrets**, as far as names tell: the value of a field whose name says *password*, *token*,
//!    *authorization* and the like, in any case and spelling, is `[REDACTED]`, without having been formatted. The
//!    same names are looked for inside formatted values: `Login { password: "x" }`, `{"token":"x"}`, `?token=x`,
//!    `postgres://user:x@host`.
//! 5. **With what went wrong.** An error is written with its causes, `outer: middle: root`; NaN and the infinities as
//!    text; integers beyond ±(2^53 − 1) as text, because readers that take each number for a double would round them; bytes in hexadecimal. A value whose formatting fails or panics is
//!    marked so, and the fields behind it are written.
//!
//! # What is written
//!
//! `LOG_LEVEL` is for the service's own code; dependencies stay at INFO even if it says DEBUG. `RUST_LOG` is finer and
//! names any target ([`Directives`]). Spans up to INFO are kept whatever the level, so that an error has its request's
//! id. [`LogHandle::set_level`] changes the level of a running service for 15 minutes.
//!
//! # What happens when nobody reads
//!
//! A line is one `write(2)` from the thread that logs, and that write never waits: if the reader of a pipe, socket or terminal
//! stalls, lines go to a buffer of 4 MiB with a thread behind it. When that is full they are dropped and counted, INFO
//! before WARN, and a line says how many as soon as one can be written. A reader that reads, only too slowly, is given a
//! little time: 100 ms for a line, five seconds saved up in all, a twentieth of the time in the long run. No error of the
//! sink is a panic, and [`LogGuard`] waits at the end of the process for what is left. [`LogCounters`] has the account.
//!
//! **Caveat.** Elsewhere than on Linux, lines always take the way through the buffer.
//!
//! # Beside other layers
//!
//! [`init_with`] starts the log with another layer beside it; [`layer`] makes the layer alone, for a subscriber with more of
//! them. A composed subscriber brings records of the `log` crate in through [`LogGuard::bridge_log`] or `tracing-log`; both
//! keep their target.
//!
//! # Examples
//!
//! ```
//! # use std::{io, sync::{Arc, Mutex}};
//! # #[derive(Clone, Default)] struct Lines(Arc<Mutex<Vec<u8>>>);
//! # impl Lines { fn text(&self) -> String { String::from_utf8(self.0.lock().unwrap().clone()).unwrap() } }
//! # impl io::Write for Lines {
//! #     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> { self.0.lock().unwrap().write(bytes) }
//! #     fn flush(&mut self) -> io::Result<()> { Ok(()) }
//! # }
//! use secure_runtime::log::{self, LogFormat, LogOutput, LogSettings};
//! use tracing_subscriber::layer::SubscriberExt;
//!
//! # let lines = Lines::default();
//! # let output = LogOutput::writer(lines.clone());
//! let (layer, guard) = log::layer(LogSettings::new().format(LogFormat::Json), output)?; // `log::init` in a service
//! let subscriber = tracing_subscriber::registry().with(layer);
//! tracing::subscriber::with_default(subscriber, || {
//!     tracing::info!(user_id = "123", password = "hunter2", level = "forged", "user\nlogged in");
//! });
//! drop(guard);
//!
//! let line = lines.text();
//! assert_eq!(line.lines().count(), 1);
//! assert!(line.contains(r#""level":"INFO","message":"user\nlogged in","user_id":"123","password":"[REDACTED]","field.level":"forged""#), "{line}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod alone;
mod bridge;
mod callsite;
pub(crate) mod clock;
mod core;
mod counters;
mod filter;
mod handle;
mod init;
mod layer;
mod line;
mod local;
mod panic;
#[cfg_attr(
    not(feature = "request-id"),
    expect(dead_code, reason = "only requests have such spans")
)]
pub(crate) mod pending;
pub(crate) mod redact;
mod settings;
mod sink;
mod span;
mod visitor;

pub use self::counters::LogCounters;
pub use self::filter::{Directives, DirectivesError};
pub use self::handle::LogHandle;
pub use self::init::{InitError, LogGuard, handle, init, init_with, layer};
pub use self::layer::LogLayer;
pub use self::settings::{LogColor, LogFormat, LogSettings, UnknownWord};
pub use self::sink::LogOutput;
