use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    jwt_secret_file: std::path::PathBuf,
    jwt_secret: SecretString,
}

fn main() {}
