use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(delimiter = ";")]
    jwt_secret: SecretString,
}

fn main() {}
