use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(not_secret)]
    jwt_secret: SecretString,
}

fn main() {}
