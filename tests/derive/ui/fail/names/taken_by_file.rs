use secure_config::{SecretString, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    jwt_secret: SecretString,
    jwt_secret_file: std::path::PathBuf,
}

fn main() {}
