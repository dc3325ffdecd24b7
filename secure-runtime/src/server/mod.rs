//! Accepts, secures and drains connections.

mod accept;
mod address;
mod admin;
mod body;
mod boxed;
mod builder;
mod conn;
mod error;
mod handle;
mod hyper_service;
mod incident;
mod limit;
mod listen;
mod mode;
mod notify;
mod race;
#[expect(clippy::module_inception, reason = "the type that the module is named for")]
mod server;
mod settings;
mod signals;
mod timer;
#[cfg(feature = "tls")]
mod tls;
mod validate;

pub use self::address::{BindAddr, BoundAddr, InvalidBindAddr};
pub use self::admin::{ActionError, Admin};
pub use self::body::{BodyError, RequestBody, ResponseBody};
pub use self::builder::Builder;
pub use self::error::ServerError;
pub use self::handle::{Handle, ReloadError, Reloading};
pub use self::hyper_service::{HyperService, from_hyper};
pub use self::incident::Stats;
pub use self::server::Server;
pub use self::settings::ServerSettings;
