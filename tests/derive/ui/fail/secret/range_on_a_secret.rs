use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(range = 1..=2)]
    jwt_secret: SecretString,
}

fn main() {}
