//! Where values are looked for, and in which order.
//!
//! The process environment, the file that `X_FILE` names, the secrets directories, vaults, the `.env` file: the first that has a value wins.

mod directories;
mod dotenv;
mod environment;
mod file;
mod lookup;
mod watch;

pub(crate) use directories::Directories;
pub(crate) use dotenv::Dotenv;
pub(crate) use environment::{Given, Variables};
use file::ReadError;
#[cfg(feature = "vault")]
pub(crate) use file::{open_bounded, read_locked};
pub(crate) use lookup::{Found, Place, Sources};
#[cfg(feature = "reload")]
pub(crate) use watch::Noted;
pub(crate) use watch::Watch;
