//! The settings of the example `service` behind its command line: what it answers before it starts.

use std::process::ExitCode;

#[expect(unreachable_pub, reason = "it is written for the example")]
#[expect(dead_code, reason = "they are loaded, and nothing uses them")]
#[path = "../../examples/service/settings.rs"]
mod settings;

use secure_config::cli::Cli;
use settings::Settings;

fn main() -> ExitCode {
    let cli = Cli::<Settings>::new().loader(settings::loader);
    cli.dispatch(std::env::args_os()).unwrap_or(ExitCode::SUCCESS)
}
