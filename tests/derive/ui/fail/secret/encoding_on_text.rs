use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(encoding = "hex")]
    jwt_secret: SecretString,
}

fn main() {}
