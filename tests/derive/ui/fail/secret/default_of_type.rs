use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(default)]
    jwt_secret: SecretString,
}

fn main() {}
