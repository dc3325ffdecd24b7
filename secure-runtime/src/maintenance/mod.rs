//! Answers 503 while a [`Switch`] is on.
//!
//! Somebody switches it: the service's own code, an operator by the admin listener, a file in a directory that the service owns,
//! or a key that replicas share. While it is on, everyone but who is on the allow-list gets 503 with `Retry-After` and
//! `Cache-Control: no-store`, as a page or as a problem (RFC 9457), whichever they accept.
//!
//! # Rules
//!
//! 1. Each [`Cause`] has a switch of its own, and the service is shut while any of them is on: what a file shut, the admin
//!    listener does not open by mistake.
//! 2. A request costs one look at a flag while it is off. The file is looked at in the background.
//! 3. `/health`, `/health/live` and `/health/ready` are never shut: a service that is being worked on is not dead, and must not
//!    be restarted for it.
//! 4. A path is allowed if it fits a template exactly, as a router reads it; a client if its address, as
//!    [`ClientLayer`](crate::client::ClientLayer) resolves it, is within an allowed network.
//! 5. Every change is logged, with its cause, and told to [`Switch::on_change`].
//!
//! # Caveat
//!
//! Requests in flight go on when it is switched on. Wait for them before what they use is taken away.
//!
//! # Examples
//!
//! ```
//! use std::time::Duration;
//!
//! use secure_runtime::maintenance::{Cause, MaintenancePolicy, Notice, Switch};
//!
//! let switch = Switch::new();
//! let layer = MaintenancePolicy::new(&switch)
//!     .allow_path("/status/{*page}")
//!     .allow_network("10.0.0.0/8")
//!     .build()?;
//!
//! switch.turn_on(Cause::Service, Notice::new().wait(Duration::from_secs(600)).message("Back at noon."));
//! assert!(switch.is_on());
//! switch.turn_off(Cause::Service);
//! assert!(!switch.is_on());
//!
//! let refused = MaintenancePolicy::new(&switch).allow_path("status").build().unwrap_err();
//! assert_eq!(refused.to_string(), "MAINTENANCE_ALLOW_PATHS: \"status\": does not begin with /");
//! # Ok::<(), secure_runtime::maintenance::MaintenanceError>(())
//! ```
//!
//! From the admin listener (with the feature `server`), `secure_runtime::server::Admin::maintenance_switch`:
//!
//! ```text
//! curl -X POST -H "Authorization: Bearer $ADMIN_TOKEN" http://localhost:9000/maintenance -d 'on 10m Back at noon.'
//! curl -X POST -H "Authorization: Bearer $ADMIN_TOKEN" http://localhost:9000/maintenance -d off
//! ```
//!
//! From a shell, with `MAINTENANCE_DIR=/run/app`:
//!
//! ```text
//! echo '10m Back at noon.' > /run/app/maintenance
//! rm /run/app/maintenance
//! ```

mod answer;
#[cfg(unix)]
mod directory;
mod error;
mod layer;
mod notice;
mod policy;
mod service;
mod settings;
mod switch;
#[cfg(unix)]
mod watch;

#[cfg(unix)]
pub use self::{
    directory::DirectoryError,
    watch::{DirectoryWatch, Watching},
};
pub use self::{
    error::MaintenanceError,
    layer::MaintenanceLayer,
    notice::{InvalidNotice, Notice},
    policy::MaintenancePolicy,
    service::{MaintenanceService, ResponseFuture},
    settings::MaintenanceSettings,
    switch::{Cause, Change, InvalidCommand, Switch},
};
