use secure_config::{SecretBytes, SecretString, SecretUrl, SecureConfig};

#[derive(Clone, SecureConfig)]
struct Settings {
    jwt_secret: SecretString,
    storage_key: Option<SecretBytes>,
    urls: Vec<SecretUrl>,
}

fn main() {}
