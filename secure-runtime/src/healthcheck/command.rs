//! `service healthcheck`: the question as a command.

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use secure_config::{LoadError, SecureConfig};

use super::args::{self, Request};
use super::question::Healthcheck;
use super::settings::Listens;
use super::target::Target;

/// `EX_USAGE` of sysexits.h.
const USAGE: u8 = 64;

/// What the command does, in a few words, for the help of the service.
pub const ABOUT: &str = "ask whether the service is ready: exit code 0 or 1; instead of curl";

const HELP: &str = "\
usage: healthcheck [--live] [--timeout TIME] [ADDRESS | URL]

Asks whether the service is ready: exit code 0 or 1. Without an address its own main listener is asked.

  --live          asks whether it answers at all
  --timeout TIME  waits that long, such as 500ms; 2s if unsaid
  ADDRESS         IP:PORT, localhost:PORT or unix:/absolute/path
  URL             http://IP:PORT/path, or https on a loopback address
";

/// Answers the command line of a service; `args` are those of the process, its name included.
///
/// `None`: the first argument is not `healthcheck`, and somebody else is meant.
#[must_use]
pub fn dispatch(args: impl IntoIterator<Item = impl Into<OsString>>) -> Option<ExitCode> {
    let mut args = args.into_iter().map(Into::into).skip(1);
    (args.next()? == "healthcheck").then(|| run(args))
}

/// Asks what the arguments say, which are those behind `healthcheck`: exit code 0 when the service is well, 1 and a line on stderr when it is
/// not, 64 and a usage line for arguments that are none.
pub fn run(args: impl IntoIterator<Item = impl Into<OsString>>) -> ExitCode {
    let (target, live, timeout) = match args::parse(args) {
        Ok(Request::Ask {
            target,
            live,
            timeout,
        }) => (target, live, timeout),
        Ok(Request::Help) => {
            // Whoever closed the stream knows.
            let _ = io::stdout().write_all(HELP.as_bytes());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            say(&error);
            say("usage: healthcheck [--live] [--timeout TIME] [ADDRESS | URL]");
            return ExitCode::from(USAGE);
        }
    };
    // What the settings say is shown, what the command line says is not.
    let (target, shown) = match target.map_or_else(own, |target| Ok((target, String::new()))) {
        Ok(target) => target,
        Err(error) => {
            say(&format!("unhealthy: {error}"));
            return ExitCode::FAILURE;
        }
    };
    let mut check = Healthcheck::new(target);
    if live {
        check = check.live();
    }
    if let Some(timeout) = timeout {
        check = check.timeout(timeout);
    }
    match check.ask() {
        Ok(()) => ExitCode::SUCCESS,
        Err(unhealthy) => {
            say(&format!("unhealthy: {shown}{unhealthy}"));
            ExitCode::FAILURE
        }
    }
}

/// The service's own main listener, and how it is shown.
fn own() -> Result<(Target, String), String> {
    let (listens, report) = Listens::loader()
        .load_with_report()
        .map_err(|error| refused(&error))?;
    let target = Target::of(&listens.into(), report.profile()).map_err(|error| error.to_string())?;
    let shown = format!("{target}: ");
    Ok((target, shown))
}

/// The names of what is refused: the report itself has many lines, and belongs to the service.
fn refused(error: &LoadError) -> String {
    let names: Vec<String> = error.problems().map(|problem| problem.key().to_owned()).collect();
    format!(
        "where the service listens is not known, since its settings are refused: {}",
        names.join(", ")
    )
}

/// A line on stderr; whoever closed that cannot be told.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
