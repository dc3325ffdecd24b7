//! Where values are looked for, and in which order.
//!
//! The process environment, the file that `X_FILE` names, the secrets directories, the `.env` file: the first that has a value wins.

mod directories;
mod dotenv;
mod environment;
mod file;
mod lookup;

pub(crate) use directories::Directories;
pub(crate) use dotenv::Dotenv;
pub(crate) use environment::Variables;
use file::ReadError;
pub(crate) use lookup::{Found, Place, Sources};
