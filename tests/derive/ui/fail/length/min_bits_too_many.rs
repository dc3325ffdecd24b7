use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(min_bits = 5000)]
    jwt_secret: SecretString,
}

fn main() {}
