//! The settings of the example `service` behind its command line: what it answers before it starts.

use std::process::ExitCode;

#[expect(unreachable_pub, reason = "it is written for the example")]
#[path = "../../examples/service/settings.rs"]
mod settings;

use secure_config::cli;
use settings::Settings;

fn main() -> ExitCode {
    cli::dispatch::<Settings>(std::env::args_os()).unwrap_or(ExitCode::SUCCESS)
}
