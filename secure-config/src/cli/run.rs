//! Runs the command that was requested.

use super::args::{Request, Template};
use super::exit::{Failure, Streams};
use super::service::Service;
use super::{check, explain, generate, json_schema, rotate, table, template};
use crate::source::Pipes;

/// Runs the command that was requested; returns the exit code.
pub(super) fn answer(
    service: &Service<'_>,
    request: &Request,
    streams: &mut Streams<'_>,
) -> Result<u8, Failure> {
    match request {
        Request::Check { json } => return check::run(&(service.load)(Pipes::default()), *json, streams),
        Request::Template(Template::Print) => streams.print(template::text(service.schema, &service.all))?,
        Request::Template(Template::Write) => {
            template::write(&service.example(), service.schema, &service.all, streams)?;
        }
        Request::Template(Template::Update) => template::update(&service.example(), &service.all, streams)?,
        Request::Docs => streams.print(table::text(service.schema, &service.all))?,
        Request::Schema => streams.print(json_schema::text(service.schema, &service.all))?,
        Request::Generate { key, write_env } => {
            let only = key.as_deref().map(|key| service.find(key)).transpose()?;
            match (only, write_env) {
                (only, true) => generate::write_env(only, service, streams)?,
                (Some(only), false) => generate::print(only, service, streams)?,
                (None, false) => return Err(generate::refuse_to_print(service)),
            }
        }
        Request::Rotate { keys } => {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let rotated = rotate::run(&keys, service)?;
            streams.say(&format!("{rotated}\n"));
            if !rotated.written().is_empty() {
                streams.say(
                    "a service that runs has the old ones: restart it, or send SIGHUP to one that reloads\n",
                );
            }
        }
        Request::Explain { key } => {
            let variable = service.find(key)?;
            // Closed before the load: that may erase what it has read.
            let (found, pipes) = {
                let (sources, _) = (service.sources)();
                (explain::look(variable, &sources), sources.watch.into_pipes())
            };
            explain::run(variable, &found, &(service.load)(pipes), streams)?;
        }
        // Both are answered before a service is asked.
        Request::Help | Request::Extra(..) => {}
    }
    Ok(0)
}
