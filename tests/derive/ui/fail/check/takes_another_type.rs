use secure_config::{Check, SecureConfig};

fn consistent(_: &u16, _: &mut Check<'_>) {}

#[derive(SecureConfig)]
#[secure(check = consistent)]
struct Settings {
    port: u16,
}

fn main() {}
