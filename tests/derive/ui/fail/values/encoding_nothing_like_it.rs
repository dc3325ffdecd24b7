use secure_config::{SecretBytes, SecureConfig};

#[derive(SecureConfig)]
struct Settings {
    #[secure(encoding = "ascii85")]
    signing_key: SecretBytes,
}

fn main() {}
