use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(reject = DEFAULTS)]
    jwt_secret: SecretString,
}

fn main() {}
