use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(generate_in_dev)]
    jwt_secret: Option<SecretString>,
}

fn main() {}
