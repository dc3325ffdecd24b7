use secure_config::{Check, SecureConfig};

fn consistent(_: &Settings, _: &mut Check<'_>) -> Result<(), &'static str> {
    Err("is lost")
}

#[derive(SecureConfig)]
#[secure(check = consistent)]
struct Settings {
    port: u16,
}

fn main() {}
