//! Settings that are read again while the service runs, and keys that rotate.
//!
//! [`Loader::live`](crate::Loader::live) gives a [`Live`]: its [`read`](Live::read) is the set in force, its
//! [`reload`](Live::reload) reads the same sources again, and its [`poll`](Live::poll) does so when the content of a file has
//! changed. `secure-runtime` calls them on SIGHUP and at an interval, and shows the outcome in health and metrics.
//!
//! # Rules
//!
//! 1. **All or nothing.** A new set is checked as a whole, as at the start, and only then exchanged, in one step: no reader ever sees
//!    a part of it. A set that is refused changes nothing; its report names every problem.
//! 2. **What is read hangs together.** When a file changes while the set is read — Kubernetes exchanges a volume, somebody deploys — the
//!    load begins anew. [`poll`](Live::poll) waits until two looks in a row find the same.
//! 3. **Content counts**, by hashes under a key of the process; never a time of change. Links are followed anew at each look, so
//!    the exchange of `..data` in a Kubernetes volume is noticed. What a variable named `X_FILE` leads to, the secrets directories
//!    and `.env` are looked at, and so are places where a file was looked for and not found.
//! 4. **The profile is that of the start.** So is the environment of the process: nothing outside can change it. Secrets that
//!    `erase_env` took out of it are carried over from the set in force: the same bytes in the same place, not a second copy.
//! 5. **Some fields need a restart** (`#[secure(needs_restart)]`: an address that is bound, the size of a pool). Their new values are
//!    checked, too, and [named](Reloaded::pending_restart), but the old ones stay in force.
//! 6. An outcome names variables and rules. It has no room for a value.
//! 7. A secret of a set that is no longer in force is wiped when its last reader is gone.
//!
//! **Caveats**: a secret that did not change but stands in a file is read again, so for the moment of the reload there are two of it.
//! Relative paths are looked up anew: the working directory must stay. A default that is an expression is evaluated at each reload.
//!
//! # Examples
//!
//! ```
//! use secure_config::SecureConfig;
//! use secure_config::reload::Polled;
//!
//! #[derive(Debug, SecureConfig)]
//! struct Settings {
//!     #[secure(default = 10)]
//!     max_sessions: u32,
//!     #[secure(default = 8080, needs_restart)]
//!     port: u16,
//! }
//!
//! # let path = std::env::temp_dir().join(format!("live-{}", std::process::id()));
//! # let path = path.to_str().unwrap();
//! # let no_vars: [(&str, &str); 0] = [];
//! # #[cfg(unix)] {
//! std::fs::write(path, "MAX_SESSIONS=20\nPORT=9000\n")?;
//! # use std::os::unix::fs::PermissionsExt;
//! # std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
//! let (live, _) = Settings::loader().dotenv(path).vars(no_vars).live()?;
//! assert_eq!(live.read().max_sessions, 20);
//!
//! std::fs::write(path, "MAX_SESSIONS=30\nPORT=9001\n")?;
//! let reloaded = live.reload()?;
//! assert_eq!(reloaded.to_string(), "settings exchanged: MAX_SESSIONS; needs a restart: PORT");
//! assert_eq!((live.read().max_sessions, live.read().port), (30, 9000));
//!
//! std::fs::write(path, "MAX_SESSIONS=many\n")?;
//! assert!(live.reload().is_err());
//! assert_eq!(live.read().max_sessions, 30);
//! assert!(matches!(live.poll(), Polled::Unchanged));
//! std::fs::remove_file(path)?;
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod changes;
mod live;
mod outcome;
mod subscribers;
mod versions;

pub use changes::Changes;
pub use live::{Change, Live, Snapshot};
pub use outcome::{Polled, Reloaded, Status};
pub use subscribers::Subscription;
#[cfg(feature = "keyring")]
pub(crate) use versions::{Versions, Waiter};
