//! Where values are looked for, and in which order.
//!
//! The process environment, the file that `X_FILE` names, the secrets directories, vaults, the `.env` file: the first that has a value wins.

mod content;
mod directories;
mod dotenv;
mod environment;
mod file;
mod lookup;
mod pipes;
mod shown;
mod watch;

pub(crate) use content::ReadError;
pub(crate) use directories::{Directories, search, unusable};
pub(crate) use dotenv::Dotenv;
pub(crate) use environment::{Given, Variables};
#[cfg(feature = "vault")]
pub(crate) use file::{open_bounded, read_locked};
pub(crate) use lookup::{Found, Place, Sources};
pub(crate) use pipes::Pipes;
#[cfg(feature = "reload")]
pub(crate) use watch::Noted;
pub(crate) use watch::Watch;
