use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(in_production = "first")]
    jwt_secret: SecretString,
}

fn main() {}
