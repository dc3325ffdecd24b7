use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(differs_from = jwt_secret)]
    jwt_secret: SecretString,
}

fn main() {}
