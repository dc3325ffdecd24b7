use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    host: String,
    #[secure(differs_from = host)]
    jwt_secret: SecretString,
}

fn main() {}
