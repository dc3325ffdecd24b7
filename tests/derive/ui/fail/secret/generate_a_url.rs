use secure_config::{SecretUrl, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(generate_in_dev)]
    database: SecretUrl,
}

fn main() {}
