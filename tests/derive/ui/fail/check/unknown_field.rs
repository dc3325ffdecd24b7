use secure_config::{Check, SecureConfig};

fn tls(_: &Option<String>, _: &Option<u16>, _: &mut Check<'_>) {}

#[derive(SecureConfig)]
#[secure(check = tls(cert, prot))]
struct Settings {
    cert: Option<String>,
    port: Option<u16>,
}

fn main() {}
