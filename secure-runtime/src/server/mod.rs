//! Accepts, secures and drains connections.

mod address;
mod body;
mod conn;
mod error;
mod incident;
mod limit;
mod mode;
mod settings;
mod timer;

pub use self::address::{BindAddr, BoundAddr, InvalidBindAddr};
pub use self::body::{BodyError, RequestBody, ResponseBody};
pub use self::error::ServerError;
pub use self::incident::Stats;
pub use self::settings::ServerSettings;
