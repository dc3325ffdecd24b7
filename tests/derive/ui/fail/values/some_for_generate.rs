use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(generate_in_dev = true)]
    jwt_secret: SecretString,
}

fn main() {}
