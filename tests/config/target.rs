//! A small service that loads its settings, for tests that must look at a process from outside.
//!
//! The first argument selects how: `exit`, `result`, `threads` (one more runs), `erase` (the environment is shown afterwards), `live`, and
//! `check` for the deploy gate.

use std::process::ExitCode;

#[path = "service.rs"]
mod service;

use secure_config::{LoadError, SecureConfig};
use service::{SECRETS, Settings};

fn main() -> Result<ExitCode, LoadError> {
    let way = std::env::args().nth(1).unwrap_or_default();
    let settings = match way.as_str() {
        "exit" => Settings::load_or_exit(),
        "result" => Settings::load()?,
        "threads" => {
            let (stop, stopped) = std::sync::mpsc::channel::<()>();
            let other = std::thread::spawn(move || stopped.recv());
            let settings = Settings::loader().erase_env().load_or_exit();
            drop(stop);
            let _ = other.join();
            settings
        }
        "erase" => Settings::loader().erase_env().load_or_exit(),
        "live" => {
            let (_, report) = Settings::loader().live_or_exit();
            return Ok(warned(&report));
        }
        "check" => return Ok(secure_config::cli::run::<Settings>(["check"])),
        _ => return Ok(ExitCode::FAILURE),
    };
    show(&settings);
    Ok(ExitCode::SUCCESS)
}

/// Shows warnings as a start does.
#[expect(clippy::print_stderr, reason = "it is a program")]
fn warned(report: &secure_config::Report) -> ExitCode {
    eprint!("{report}");
    ExitCode::SUCCESS
}

/// What the parent looks at: the settings, redacted, and which of the secrets the environment still has.
#[expect(clippy::print_stdout, reason = "it is a program")]
fn show(settings: &Settings) {
    println!("{settings:?}");
    for name in SECRETS {
        let state = match std::env::var_os(name) {
            None => "unset",
            Some(value) if value.is_empty() => "empty",
            Some(_) => "set",
        };
        println!("{name} is {state}");
    }
}
