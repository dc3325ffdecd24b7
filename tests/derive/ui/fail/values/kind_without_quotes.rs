use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(kind = password)]
    admin: SecretString,
}

fn main() {}
