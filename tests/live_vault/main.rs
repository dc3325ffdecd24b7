//! Settings from a real OpenBao: what is read, who may, and what happens when it is sealed or gone.
#![cfg(unix)]

mod auth;
mod given;
mod hostile;
#[cfg(target_os = "linux")]
mod memory;
mod outage;
mod read;
mod variables;

use secure_config::{LoadError, Loader, SecretString, SecureConfig};

/// What the tests load.
#[derive(Debug, SecureConfig)]
struct Settings {
    #[secure(min_len = 32)]
    jwt_secret: SecretString,
    #[secure(default = 10)]
    max_sessions: u32,
}

/// A loader that reads neither the environment nor files.
fn loader() -> Loader<Settings> {
    let none: [(&str, &str); 0] = [];
    Settings::loader().vars(none)
}

/// What the report says of each problem.
fn problems(loaded: Result<Settings, LoadError>) -> Vec<String> {
    let error = loaded.expect_err("the load is to be refused");
    error.problems().map(ToString::to_string).collect()
}

/// Values of 32 random bytes, to tell versions apart.
const FIRST: &str = "b0Jq1xUq9n0rT3mVw8cYp2Zs5LhKdEfGaNiRtOuXvQ4=";
const SECOND: &str = "Zk3Wm7RtYp1xVb9NcQ5sLd2HfGjAeUo0TiXvMwBrKzE=";
