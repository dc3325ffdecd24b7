//! What a command knows of the service: no command is generic over the struct.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::args::{Request, Template};
use super::exit::{self, Failure, Streams};
use super::variables::{self, Variable};
use super::{check, explain, generate, json_schema, rotate, table, template};
use crate::report::Report;
use crate::schema::Schema;
use crate::source::Sources;

/// The settings of a service, and how they are loaded.
pub(super) struct Service<'a> {
    pub(super) schema: &'static Schema,
    pub(super) all: Vec<Variable>,
    /// Opens the sources that the service's loader reads.
    pub(super) sources: &'a dyn Fn() -> (Sources, Report),
    /// Loads as the service does.
    pub(super) load: &'a dyn Fn() -> Report,
    /// Loads these variables alone, as in production.
    pub(super) judge: &'a dyn Fn(Vec<(String, OsString)>) -> Report,
    /// The `.env` file that the loader reads, or would.
    pub(super) dotenv: Option<PathBuf>,
}

impl Service<'_> {
    /// Answers a request; gives the exit code.
    pub(super) fn answer(&self, request: &Request, streams: &mut Streams<'_>) -> Result<u8, Failure> {
        match request {
            Request::Check { json } => return check::run(&(self.load)(), *json, streams),
            Request::Template(Template::Print) => streams.print(template::text(self.schema, &self.all))?,
            Request::Template(Template::Write) => {
                template::write(&self.example(), self.schema, &self.all, streams)?;
            }
            Request::Template(Template::Update) => template::update(&self.example(), &self.all, streams)?,
            Request::Docs => streams.print(table::text(self.schema, &self.all))?,
            Request::Schema => streams.print(json_schema::text(self.schema, &self.all))?,
            Request::Generate { key, write_env } => {
                let only = key.as_deref().map(|key| self.find(key)).transpose()?;
                match (only, write_env) {
                    (only, true) => generate::write_env(only, self, streams)?,
                    (Some(only), false) => generate::print(only, self, streams)?,
                    (None, false) => return Err(generate::refuse_to_print(self)),
                }
            }
            Request::Rotate { keys } => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                let rotated = rotate::run(&keys, self)?;
                streams.say(&format!("{rotated}\n"));
                if !rotated.written().is_empty() {
                    streams.say("a service that runs has the old ones: restart it, or send SIGHUP to one that reloads\n");
                }
            }
            Request::Explain { key } => {
                let variable = self.find(key)?;
                // Closed before the load: that may erase what it has read.
                let found = {
                    let (sources, _) = (self.sources)();
                    explain::look(variable, &sources)
                };
                explain::run(variable, &found, &(self.load)(), streams)?;
            }
            // Both are answered before a service is asked.
            Request::Help | Request::Extra(..) => {}
        }
        Ok(0)
    }

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

    /// The template stands beside the file that is made from it.
    fn example(&self) -> PathBuf {
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
