use secure_config::{Check, SecureConfig};

fn tls(_: &Settings, _: &mut Check<'_>) {}

#[derive(SecureConfig)]
#[secure(check = tls())]
struct Settings {
    cert: Option<String>,
}

fn main() {}
