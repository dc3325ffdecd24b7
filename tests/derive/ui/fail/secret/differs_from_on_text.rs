use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    jwt_secret: SecretString,
    #[secure(differs_from = jwt_secret)]
    host: String,
}

fn main() {}
