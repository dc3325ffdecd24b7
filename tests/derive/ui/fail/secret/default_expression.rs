use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(default = SecretString::new("change_me"))]
    jwt_secret: SecretString,
}

fn main() {}
