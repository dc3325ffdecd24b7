use secure_config::{SecretUrl, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = "postgres://localhost")]
    database: SecretUrl,
}

fn main() {}
