//! A service with a field of every kind, for tests that drive its `config` subcommand from outside.

use std::ffi::OsString;
use std::process::ExitCode;

#[path = "settings.rs"]
mod settings;

use secure_config::cli::Cli;
use settings::Settings;

fn main() -> ExitCode {
    let extra = |rest: Vec<OsString>| ExitCode::from(u8::try_from(rest.len()).unwrap_or(u8::MAX));
    let cli = Cli::<Settings>::new().command("count", "counts its arguments", extra);
    cli.dispatch(std::env::args_os()).unwrap_or(ExitCode::SUCCESS)
}
