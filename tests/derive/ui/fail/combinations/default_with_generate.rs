use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = "x", generate_in_dev)]
    jwt_secret: SecretString,
}

fn main() {}
