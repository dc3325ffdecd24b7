use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(kind = "pasword")]
    admin: SecretString,
}

fn main() {}
