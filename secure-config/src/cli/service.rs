//! What a command knows of the service: no command is generic over the struct.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::exit::{self, Failure};
use super::variables::{self, Variable};
use crate::report::Report;
use crate::schema::Schema;
use crate::source::{Pipes, Sources};

/// The settings of a service, and how they are loaded.
pub(super) struct Service<'a> {
    pub(super) schema: &'static Schema,
    pub(super) all: Vec<Variable>,
    /// Opens the sources that the service's loader reads.
    pub(super) sources: &'a dyn Fn() -> (Sources, Report),
    /// Loads as the service does.
    pub(super) load: &'a dyn Fn(Pipes) -> Report,
    /// Loads these variables alone, as in production.
    pub(super) judge: &'a dyn Fn(Vec<(String, OsString)>) -> Report,
    /// The `.env` file that the loader reads, or would.
    pub(super) dotenv: Option<PathBuf>,
}

impl Service<'_> {
    pub(super) fn find(&self, key: &str) -> Result<&Variable, Failure> {
        variables::find(&self.all, key).map_err(|near| {
            let hint = match near {
                Some(near) => format!("did you mean {near}?"),
                None => "`config --help` lists them".to_owned(),
            };
            Failure::new(
                exit::USAGE,
                format!("the service reads no variable of that name; {hint}"),
            )
        })
    }

    /// The template, beside the file that is made from it.
    pub(super) fn example(&self) -> PathBuf {
        let mut name = self
            .dotenv
            .as_deref()
            .unwrap_or(Path::new("./.env"))
            .as_os_str()
            .to_owned();
        name.push(".example");
        name.into()
    }
}
