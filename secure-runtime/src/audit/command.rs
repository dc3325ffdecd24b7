//! The command `config audit`.

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use super::error::AuditError;
use super::review::Checklist;

/// `EX_USAGE` of sysexits.h: the command line is wrong.
const USAGE: u8 = 64;
/// `EX_SOFTWARE`: the service's own part of the checklist cannot be.
const SOFTWARE: u8 = 70;
/// `EX_IOERR`: the output could not be written.
const OUTPUT: u8 = 74;

/// The line for this command in a service's help.
pub const ABOUT: &str =
    "judge the deployment checklist: exit code 0, 1 or 78; --json and --sarif for programs";

const HELP: &str = "usage: audit [--json | --sarif]\n\n\
     Judges the deployment checklist by the settings of this place and by what the service builds of them.\n\n\
     --json    one line of JSON\n\
     --sarif   SARIF 2.1.0, for code scanning\n\n\
     exit code 0: nothing has failed; 1: something has; 78: the configuration is refused\n";

/// The form of the output.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Json,
    Sarif,
}

/// Answers `audit [--json | --sarif]`; `args` are what stands behind `audit`, and `review` judges.
///
/// The checklist goes to stdout, as a coloured table on a terminal unless `NO_COLOR` is set. The exit code is that of
/// [`Checklist::exit_code`]; 64 for a wrong command line, 70 for an [`AuditError`], 74 for output that cannot be written. An argument is
/// not echoed: it may be a secret in the wrong place.
pub fn run(
    args: impl IntoIterator<Item = impl Into<OsString>>,
    review: impl FnOnce() -> Result<Checklist, AuditError>,
) -> ExitCode {
    let mut form = Form::Text;
    for (n, argument) in args.into_iter().enumerate() {
        let argument = argument.into();
        form = match argument.to_str() {
            Some("--json") if n == 0 => Form::Json,
            Some("--sarif") if n == 0 => Form::Sarif,
            Some("--help" | "-h") if n == 0 => return print(HELP, 0),
            _ => {
                say("audit takes no such argument\nusage: audit [--json | --sarif]\n");
                return ExitCode::from(USAGE);
            }
        };
    }
    let checklist = match review() {
        Ok(checklist) => checklist,
        Err(error) => {
            say(&format!("{error}\n"));
            return ExitCode::from(SOFTWARE);
        }
    };
    let text = match form {
        Form::Text if is_coloured() => checklist.to_coloured_text(),
        Form::Text => checklist.to_text(),
        Form::Json => checklist.to_json() + "\n",
        Form::Sarif => checklist.to_sarif(),
    };
    print(&text, checklist.exit_code())
}

/// <https://no-color.org>: set to anything but nothing.
fn is_coloured() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// A reader that has gone, as `head` does, wants no more of it: that is no failure.
fn print(text: &str, code: u8) -> ExitCode {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            say(&format!("the output could not be written: {}\n", error.kind()));
            ExitCode::from(OUTPUT)
        }
        _ => ExitCode::from(code),
    }
}

/// Writes to stderr. If that fails, the exit code still tells the outcome.
fn say(text: &str) {
    let mut err = std::io::stderr().lock();
    let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
}
