use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(len = 32)]
    jwt_secret: SecretString,
}

fn main() {}
