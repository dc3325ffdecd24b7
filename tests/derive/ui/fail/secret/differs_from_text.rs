use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    jwt_access_secret: SecretString,
    #[secure(differs_from = "jwt_access_secret")]
    jwt_refresh_secret: SecretString,
}

fn main() {}
