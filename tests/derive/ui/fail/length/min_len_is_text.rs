use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(min_len = "32")]
    jwt_secret: SecretString,
}

fn main() {}
