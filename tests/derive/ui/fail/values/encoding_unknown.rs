use secure_config::{SecretBytes, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(encoding = "base46")]
    signing_key: SecretBytes,
}

fn main() {}
