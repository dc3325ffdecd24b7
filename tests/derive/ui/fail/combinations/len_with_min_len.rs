use secure_config::{SecretBytes, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(encoding = "hex", len = 32, min_len = 32)]
    signing_key: SecretBytes,
}

fn main() {}
